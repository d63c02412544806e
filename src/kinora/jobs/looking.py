"""What a render child looks at before and after its work: the checks of pictures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kinora.encode.reader import read_facts
from kinora.encode.stills import scaled, stills
from kinora.errors import EngineError, InputError
from kinora.jobs.reading import PolicyTask, RenderTask
from kinora.policy.measures import unexamined
from kinora.policy.pictures import check_faces, check_similarity
from kinora.policy.refusal import refuse_if
from kinora.policy.registry import Registry
from kinora.policy.similar import Print
from kinora.scene.decode import decode_photo
from kinora.types.policy import Subject, Verdict

_FRAMES = 5  # of a clip that are looked at
_LONGEST = 1280  # of frames that are looked at, pixels

U8 = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """Something to look at."""

    subject: Subject
    sha256: str  # of its file
    pictures: Callable[[], Iterator[U8]]  # (H, W, 3) sRGB; read only if somebody looks


def look_at_inputs(task: RenderTask) -> tuple[Verdict, ...]:
    """Judge the picture, or frames of the uploaded clip, that a video is made from.

    Raises:
        PolicyError: it isn't made.
        InputError: the picture or clip can't be read.
    """
    if task.policy is None:
        return ()
    consent = task.spec.likeness_consent is not None
    verdicts = _judged(list(_inputs(task)), task.policy, consent=consent)
    refuse_if(verdicts)
    return verdicts


def look_at_output(task: RenderTask, video: Path, sha256: str) -> tuple[Verdict, ...]:
    """Judge frames of a finished video.

    Raises:
        PolicyError: it isn't given out.
    """
    if task.policy is None:
        return ()
    made = _Given(subject="output", sha256=sha256, pictures=lambda: _frames(video, _FRAMES))
    # The owners of characters have agreed, or it wouldn't have been accepted.
    consent = task.spec.likeness_consent is not None or bool(task.spec.character_ids)
    # What a photo shows was judged before it was rendered: a closer view of it is no new face.
    faces = "allow" if task.picture is not None else task.policy.faces
    policy = task.policy.model_copy(update={"faces": faces})
    verdicts = _judged([made], policy, consent=consent)
    refuse_if(verdicts)
    return verdicts


def _judged(given: Sequence[_Given], policy: PolicyTask, *, consent: bool) -> tuple[Verdict, ...]:
    blocked = _blocked(policy.blocked)
    verdicts: list[Verdict] = []
    for each in given:
        known: dict[str, Any] = {"subject": each.subject, "sha256": each.sha256}
        if not blocked and policy.faces == "allow":  # nothing to find: it isn't even read
            verdicts += unexamined(**known)
            continue
        pictures = list(each.pictures())
        verdicts += [check_similarity(rgb, blocked, **known) for rgb in pictures]
        verdicts.append(check_faces(pictures, policy.faces, consent=consent, **known))
    return tuple(verdicts)


def _inputs(task: RenderTask) -> Iterator[_Given]:
    if task.picture is not None:
        if not task.picture_is_default:  # the operator's own
            data = task.picture.read_bytes()
            yield _Given(
                subject="input_reference",
                sha256=hashlib.sha256(data).hexdigest(),
                pictures=lambda: iter([decode_photo(data).rgb]),
            )
        return
    for source in task.sources:
        if source.clip is not None and source.plan is None:
            with source.clip.open("rb") as stream:
                sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            yield _Given(
                subject="video", sha256=sha256, pictures=partial(_frames_of_clip, source.clip)
            )


def _frames_of_clip(clip: Path) -> Iterator[U8]:
    try:
        yield from _frames(clip, _FRAMES)
    except EngineError as error:
        raise InputError("The clip's pictures can't be decoded.", param="video") from error


def _frames(video: Path, number: int) -> Iterator[U8]:
    """Frames spread evenly, the first among them; the last where the file says its length right."""
    facts = read_facts(video)
    count = max(1, round(facts.duration * facts.fps))
    wanted = {round(i * (count - 1) / (number - 1)) for i in range(number)}
    for _, frame in stills(video, wanted):
        yield scaled(frame, longest=_LONGEST)


def _blocked(path: Path | None) -> Registry:
    rows = [] if path is None else json.loads(path.read_text(encoding="utf-8"))
    return Registry([(str(name), Print.from_json(text)) for name, text in rows])

"""What a render child looks at before and after its work: the checks of pictures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from kinora.encode.reader import last_picture, read_facts
from kinora.encode.stills import scaled, stills
from kinora.errors import EngineError, InputError
from kinora.jobs.reading import PolicyTask, RenderTask
from kinora.policy.faces import LARGE, Look
from kinora.policy.measures import unexamined
from kinora.policy.pictures import check_faces, check_similarity
from kinora.policy.refusal import refuse_if
from kinora.policy.registry import Registry
from kinora.policy.similar import Print
from kinora.scene.decode import decode_photo
from kinora.types.policy import Subject, Verdict

_PLACES: Final = 5  # of a clip that are looked at
_APART: Final = 0.2  # seconds between the two frames of a look
_LONGEST: Final = 1280  # of frames that are looked at, pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """Something to look at."""

    subject: Subject
    sha256: str  # of its file
    looks: Callable[[], Sequence[Look]]  # the first frame of each is compared with blocked ones
    least_face: float = 0.0  # share of the frame


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
    # What a photo shows was judged before, so only what the camera made large is new.
    made = _Given(
        subject="output",
        sha256=sha256,
        looks=lambda: _looks(video),
        least_face=0.0 if task.picture is None else LARGE,
    )
    # The owners of characters have agreed, or it wouldn't have been accepted.
    consent = task.spec.likeness_consent is not None or bool(task.spec.character_ids)
    # The operator's own picture isn't judged, neither are videos of it.
    faces = "allow" if task.picture_is_default else task.policy.faces
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
        looks = each.looks()
        verdicts += [check_similarity(look[0], blocked, **known) for look in looks]
        faces = check_faces(looks, policy.faces, consent=consent, least=each.least_face, **known)
        verdicts.append(faces)
    return tuple(verdicts)


def _inputs(task: RenderTask) -> Iterator[_Given]:
    if task.picture is not None:
        if not task.picture_is_default:  # the operator's own
            data = task.picture.read_bytes()
            yield _Given(
                subject="input_reference",
                sha256=hashlib.sha256(data).hexdigest(),
                looks=lambda: [(decode_photo(data).rgb,)],
            )
        return
    for source in task.sources:
        if source.clip is not None and source.plan is None:
            with source.clip.open("rb") as stream:
                sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            goes_on = task.spec.kind == "extension"
            yield _Given(
                subject="video",
                sha256=sha256,
                looks=partial(_looks_at_clip, source.clip, goes_on=goes_on),
            )


def _looks_at_clip(clip: Path, *, goes_on: bool) -> list[Look]:
    """At an uploaded clip; its middle frame, and a last one that goes on, are photos, too.

    Photos are looked at in all four turns: clips may lie on their side.
    """
    try:
        looks = _looks(clip)
        looks.append((looks[len(looks) // 2][0],))
        if goes_on:
            looks.append((decode_photo(last_picture(read_facts(clip))).rgb,))
        return looks
    except EngineError as error:
        raise InputError("The clip's pictures can't be decoded.", param="video") from error


def _looks(video: Path) -> list[Look]:
    """Pairs of frames at places spread evenly, the first frame among them, and the last."""
    facts = read_facts(video)
    last = max(0, round(facts.duration * facts.fps) - 1)
    apart = max(1, round(_APART * facts.fps))
    places = sorted({round(i * last / (_PLACES - 1)) for i in range(_PLACES)})
    pairs = [(k, k + apart if k + apart <= last else max(0, k - apart)) for k in places]
    wanted = {k for pair in pairs for k in pair}
    frames = {k: scaled(frame, longest=_LONGEST) for k, frame in stills(video, wanted)}
    return [(frames[one], frames[other]) for one, other in pairs]


def _blocked(path: Path | None) -> Registry:
    rows = [] if path is None else json.loads(path.read_text(encoding="utf-8"))
    return Registry([(str(name), Print.from_json(text)) for name, text in rows])

"""What a render child looks at before and after its work: the checks of pictures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kinora.encode.reader import read_facts
from kinora.encode.stills import scaled, stills
from kinora.errors import EngineError, InputError
from kinora.jobs.reading import RenderTask
from kinora.policy.pictures import check_faces, check_similarity
from kinora.policy.refusal import refuse_if
from kinora.policy.similar import Print
from kinora.scene.decode import decode_photo
from kinora.types.policy import Subject, Verdict

_INPUT_FRAMES, _OUTPUT_FRAMES = 5, 3
_LONGEST = 1280  # of frames that are looked at, pixels

Picture = tuple[Subject, str, NDArray[np.uint8]]  # what it is, hash of its file, pixels


def look_at_inputs(task: RenderTask) -> tuple[Verdict, ...]:
    """Judge the picture, or frames of the uploaded clip, that a video is made from.

    Raises:
        PolicyError: it isn't made.
        InputError: the picture or clip can't be read.
    """
    policy = task.policy
    if policy is None or not (policy.looks_for_faces or policy.blocked):
        return ()
    blocked = _blocked(policy.blocked)
    consent = task.spec.likeness_consent is not None
    verdicts: list[Verdict] = []
    for subject, sha256, rgb in _inputs(task):
        known: dict[str, Any] = {"subject": subject, "sha256": sha256}
        if blocked:
            verdicts.append(check_similarity(rgb, blocked, **known))
        if policy.looks_for_faces:
            verdicts.append(check_faces(rgb, policy.faces, consent=consent, **known))
    refuse_if(verdicts)
    return tuple(verdicts)


def look_at_output(task: RenderTask, video: Path, sha256: str) -> tuple[Verdict, ...]:
    """Judge frames of a finished video.

    Raises:
        PolicyError: it isn't given out.
    """
    policy = task.policy
    if policy is None or not policy.blocked:
        return ()
    blocked = _blocked(policy.blocked)
    verdicts = tuple(
        check_similarity(rgb, blocked, subject="output", sha256=sha256)
        for rgb in _frames(video, _OUTPUT_FRAMES)
    )
    refuse_if(verdicts)
    return verdicts


def _inputs(task: RenderTask) -> Iterator[Picture]:
    if task.picture is not None:
        if not task.picture_is_default:  # the operator's own
            data = task.picture.read_bytes()
            yield "input_reference", hashlib.sha256(data).hexdigest(), decode_photo(data).rgb
        return
    for source in task.sources:
        if source.clip is not None and source.plan is None:
            with source.clip.open("rb") as stream:
                sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            try:
                for rgb in _frames(source.clip, _INPUT_FRAMES):
                    yield "video", sha256, rgb
            except EngineError as error:
                raise InputError("The clip's pictures can't be decoded.", param="video") from error


def _frames(video: Path, number: int) -> Iterator[NDArray[np.uint8]]:
    """Frames spread evenly, the first among them; the last where the file says its length right."""
    facts = read_facts(video)
    count = max(1, round(facts.duration * facts.fps))
    wanted = {round(i * (count - 1) / (number - 1)) for i in range(number)}
    for _, frame in stills(video, wanted):
        yield scaled(frame, longest=_LONGEST)


def _blocked(path: Path | None) -> Sequence[tuple[str, Print]]:
    if path is None:
        return ()
    rows = json.loads(path.read_text(encoding="utf-8"))
    return [(str(name), Print.from_json(text)) for name, text in rows]

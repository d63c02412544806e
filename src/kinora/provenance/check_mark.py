"""Is the invisible mark in a file, and which clip of this installation does it name?"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from kinora.errors import InputError
from kinora.provenance.marks import Marks
from kinora.provenance.registry import Entry, look_up
from kinora.settings import Settings

U8 = NDArray[np.uint8]
MarkState = Literal["read", "present", "not_detected", "not_examined"]

VIDEOS: Final = frozenset({"video/mp4", "video/quicktime", "video/webm"})
PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "image/avif"})
_FRAMES: Final = 48  # looked at
_SECONDS: Final = 30.0  # of a video, from its start
_LEAST_SIDE: Final = 64  # pixels
_MOST_PIXELS: Final = 40_000_000

_WORDS: Final[dict[MarkState, str]] = {
    "read": "The pictures carry this installation's invisible mark, and it can be read.",
    "present": "The pictures carry this installation's invisible mark, but it can't be read.",
    "not_detected": "No invisible mark of this installation was found. That doesn't mean that the "
    "file wasn't generated: marks can be removed, and other makers' aren't looked for.",
    "not_examined": "Files of this kind aren't looked at for invisible marks.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkFinding:
    """What was found of the invisible mark; None is unknown."""

    state: MarkState
    detail: str  # one sentence for people
    clip_id: str | None = None
    key_id: int | None = None
    score: float | None = None  # of the pilot, standard deviations; for operators only
    mirrored: bool = False
    turned: float = 0.0  # degrees
    scale: float | None = None  # of the mark, relative to an uncut clip's
    known: tuple[Entry, ...] = ()  # clips of that number that were made here


def check_mark(path: Path, *, mime: str, settings: Settings) -> MarkFinding:
    """Look for the invisible mark in a picture, or in the first 30 seconds of a video.

    Raises:
        InputError: it can't be decoded.
    """
    if mime not in VIDEOS | PICTURES:
        return _plain("not_examined")
    from kinora.provenance.watermark.detect import find

    frames = _of_video(path) if mime in VIDEOS else _of_picture(path)
    found = find(frames, Marks(settings=settings).known_keys())
    if found is None or not found.present:
        return _plain("not_detected")
    payload = found.payload
    state: MarkState = "present" if payload is None else "read"
    return MarkFinding(
        state=state,
        detail=_WORDS[state],
        clip_id=None if payload is None else payload.clip_id,
        key_id=None if payload is None else payload.key_id,
        score=round(found.score, 1),
        mirrored=found.mirrored,
        turned=round(found.turned, 1),
        scale=round(found.scale, 3),
        known=() if payload is None else tuple(look_up(settings.data_dir, payload.clip_id)),
    )


def _plain(state: MarkState) -> MarkFinding:
    return MarkFinding(state=state, detail=_WORDS[state])


def _of_video(path: Path) -> Iterator[U8]:
    """Luma of evenly spaced frames."""
    import av

    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                return
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            step = max(1, round(_expected(stream) / _FRAMES))
            size: tuple[int, int] | None = None
            for number, frame in enumerate(container.decode(stream)):
                if (frame.time or 0.0) > _SECONDS or number >= step * _FRAMES:
                    return
                if number % step or min(frame.width, frame.height) < _LEAST_SIDE:
                    continue
                luma = np.asarray(frame.to_ndarray(format="gray"), np.uint8)
                size = size or luma.shape
                if luma.shape == size:  # a size may change within a stream
                    yield luma
    except (av.error.FFmpegError, EOFError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"The video can't be decoded: {reason}.", param="file") from error


def _expected(stream: object) -> float:
    """Frames in what is looked at, as the container tells."""
    rate = float(getattr(stream, "average_rate", None) or 25)
    base, ticks = getattr(stream, "time_base", None), getattr(stream, "duration", None)
    seconds = float(ticks * base) if base and ticks else _SECONDS
    return min(seconds, _SECONDS) * rate


def _of_picture(path: Path) -> Iterator[U8]:
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path) as picture:
                if picture.width * picture.height > _MOST_PIXELS:
                    raise InputError("The picture has more than 40 megapixels.", param="file")
                if min(picture.size) < _LEAST_SIDE:
                    return
                yield np.asarray(picture.convert("RGB").convert("L"), np.uint8)
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError) as error:
        raise InputError("The picture can't be decoded: it is damaged.", param="file") from error

"""Pictures and clips of characters → sprites: what both doors accept as a character."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from kinora.encode.reader import read_facts
from kinora.encode.stills import scaled, stills
from kinora.errors import EngineError, InputError
from kinora.scene.decode import PhotoSource, decode_photo
from kinora.scene.sprite import LONGEST, cut_out, read_sprite
from kinora.types.character import LONGEST_NAME, Sprite
from kinora.types.plan import MOST_CHARACTERS
from kinora.types.scene import U8, Photo, Region

#: Frames of a clip among which the best is chosen.
_FRAMES: Final = 9
#: First bytes at an offset by which clips are known.
_CLIPS: Final = ((4, b"ftyp"), (0, b"\x1aE\xdf\xa3"))

#: Photo → its regions, with a figure among them.
Finder = Callable[[Photo], tuple[Region, ...]]


def check_names(names: Collection[str]) -> None:
    """Whether a clip may have characters of these names.

    Raises:
        InputError: too many, a name that is empty or too long, or two that are alike.
    """
    if len(names) > MOST_CHARACTERS:
        raise InputError(
            f"A clip shows at most {MOST_CHARACTERS} characters, not {len(names)}.",
            param="characters",
        )
    for name in names:
        if not 1 <= len(name.strip()) <= LONGEST_NAME:
            raise InputError(
                f"A character's name needs 1 to {LONGEST_NAME} characters.", param="characters"
            )
    if len({name.strip().lower() for name in names}) < len(names):
        raise InputError("Two characters have the same name.", param="characters")


def read_character(name: str, source: PhotoSource, find: Finder) -> Sprite | None:
    """The figure of a character, cut out of a picture or of the best frame of a clip.

    Args:
        name: by which prompts call it.
        source: a photo, a picture that is cut out already (with transparency), or a clip's path.
        find: who finds figures.

    Returns:
        The sprite; None where nothing stands out.

    Raises:
        InputError: the name can't be used, or the source can't be read.
    """
    check_names([name])
    if isinstance(source, str | Path) and is_clip(Path(source)):
        return _of_clip(name, Path(source), find)
    data = source if isinstance(source, bytes) else None
    if isinstance(source, str | Path):
        data = _read(Path(source))
    if data is not None:
        ready = read_sprite(data, name=name)
        if ready is not None:
            return ready
    photo = decode_photo(source if data is None else data)
    return cut_out(photo, find(photo), name=name)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None  # `decode_photo` says what is wrong with it


def is_clip(path: Path) -> bool:
    """Whether a file begins like an MP4, MOV or WebM."""
    try:
        with path.open("rb") as file:
            head = file.read(16)
    except OSError:
        return False
    return any(head[at : at + len(mark)] == mark for at, mark in _CLIPS)


def _of_clip(name: str, path: Path, find: Finder) -> Sprite | None:
    """Of the sharpest frame that shows a figure whole; else of the sharpest that shows one."""
    try:
        frames = sorted(_frames(path), key=_sharpness, reverse=True)
    except EngineError as error:
        raise InputError(f"The clip of '{name}' can't be read.", param="characters") from error
    best: Sprite | None = None
    for frame in frames[:3]:
        photo = decode_photo(frame)
        sprite = cut_out(photo, find(photo), name=name)
        if sprite is not None and (sprite.whole or best is None):
            best = sprite
        if best is not None and best.whole:
            break
    return best


def _frames(path: Path) -> Iterator[U8]:
    facts = read_facts(path)
    count = max(1, round(facts.duration * facts.fps))
    wanted = {round(i * (count - 1) / (_FRAMES - 1)) for i in range(_FRAMES)}
    for _, frame in stills(path, wanted):
        yield scaled(frame, longest=LONGEST)


def _sharpness(rgb: U8) -> float:
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    return float(np.abs(cv2.Laplacian(grey, cv2.CV_32F)).mean())

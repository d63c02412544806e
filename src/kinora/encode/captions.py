"""Subtitles drawn into the picture: white letters with a dark edge, for light and dark ground."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from kinora.lettering import Font, draw, font_of, length, room_above
from kinora.types.geometry import Size
from kinora.types.rendition import FrameSource, Rendition, YuvPlanes
from kinora.types.sound import Subtitle

F32 = NDArray[np.float32]

_HEIGHT: Final = 1 / 18  # of the frame's shorter side
_LEAST_HEIGHT: Final = 10  # pixels
_WIDEST: Final = 0.86  # of the frame's width
_MOST_LINES: Final = 3
_MARGIN: Final = 0.07  # of the frame's height, under the text
_LEADING: Final = 1.3
_WHITE: Final = 235.0  # BT.709 limited range
_BLACK: Final = 16.0
_GREY: Final = 128.0  # no colour


@dataclass(frozen=True, slots=True, eq=False)
class _Caption:
    """A text over frames [first, last), at an even place."""

    first: int
    last: int
    left: int
    top: int
    letters: F32  # (h, w) in [0, 1]
    cover: F32  # (h, w) in [0, 1], of letters and their edge


@dataclass(frozen=True, slots=True)
class _Captioned:
    frames: FrameSource
    captions: tuple[_Caption, ...]

    @property
    def random_access(self) -> bool:
        return self.frames.random_access

    def render(self, index: int, planes: YuvPlanes) -> None:
        """Write frame ``index`` into ``planes``, with what is said in it."""
        self.frames.render(index, planes)
        for caption in self.captions:
            if caption.first <= index < caption.last:
                _draw(caption, planes)


def captioned(rendition: Rendition, lines: Iterable[Subtitle]) -> Rendition:
    """``rendition`` with each line at the bottom of the picture while it is said."""
    font = _font(rendition.size)
    captions = tuple(
        _caption(line, rendition, font) for line in lines if line.text.strip() and line.t1 > line.t0
    )
    if not captions:
        return rendition
    return replace(rendition, frames=_Captioned(rendition.frames, captions))


def wrapped(text: str, font: Font, *, widest: float) -> list[str]:
    """``text`` in lines that are at most ``widest`` pixels wide where a word isn't wider itself."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and length(longer, font) <= widest:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _font(size: Size) -> Font:
    side = min(size.width, size.height)
    return font_of(max(_LEAST_HEIGHT, round(side * _HEIGHT)))


def _caption(line: Subtitle, rendition: Rendition, font: Font) -> _Caption:
    size, fps = rendition.size, float(rendition.fps)
    lines = wrapped(line.text, font, widest=_WIDEST * size.width)
    lines = _fitting(lines)
    height = round(sum(font.getbbox("Ég")[1::2]))
    edge = max(1, height // 10)
    step = round(height * _LEADING)
    above = room_above(height)
    box = (size.width, min(size.height, above + step * len(lines) + 2 * edge) // 2 * 2)
    letters, cover = (
        _drawn(lines, box, font, rows=(above, step), edge=width) for width in (0, edge)
    )
    bottom = round(size.height * (1.0 - _MARGIN))
    return _Caption(
        first=round(line.t0 * fps),
        last=max(round(line.t0 * fps) + 1, round(line.t1 * fps)),
        left=0,
        top=max(0, bottom - box[1]) // 2 * 2,
        letters=letters,
        cover=cover,
    )


def _fitting(lines: Sequence[str]) -> list[str]:
    """The first lines, the end of the last one left out where there are too many."""
    if len(lines) <= _MOST_LINES:
        return list(lines)
    return [*lines[: _MOST_LINES - 1], f"{lines[_MOST_LINES - 1]} …"]


def _drawn(
    lines: Sequence[str], box: tuple[int, int], font: Font, *, rows: tuple[int, int], edge: int
) -> F32:
    picture = Image.new("L", box, 0)
    pen = ImageDraw.Draw(picture)
    for row, text in enumerate(lines):
        corner = ((box[0] - length(text, font)) / 2, rows[0] + row * rows[1])
        draw(pen, corner, text, font, edge=edge)
    return np.asarray(picture, np.float32) / 255.0


def _draw(caption: _Caption, planes: YuvPlanes) -> None:
    height, width = caption.cover.shape
    rows = slice(caption.top, caption.top + height)
    columns = slice(caption.left, caption.left + width)
    ink = _BLACK + (_WHITE - _BLACK) * caption.letters
    _blend(planes.y[rows, columns], ink, caption.cover)
    half = caption.cover[: height // 2 * 2, : width // 2 * 2]
    half = half.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3))
    for plane in (planes.u, planes.v):
        part = plane[caption.top // 2 : (caption.top + height) // 2, : width // 2]
        _blend(part, np.float32(_GREY), half)


def _blend(plane: NDArray[np.uint8], ink: F32 | np.float32, cover: F32) -> None:
    plane[...] = np.round(plane * (1.0 - cover) + ink * cover).astype(np.uint8)

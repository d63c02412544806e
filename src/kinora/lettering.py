"""Letters drawn into pictures, in the font that Pillow brings.

That font has no accents and few signs. Accents are drawn as strokes, other signs of English and
French spelt with what there is.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from PIL import ImageDraw, ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

#: What the font lacks, spelt with what it has.
_SPELT: Final = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "€": "EUR", "№": "No.",
     "’": "'", "‘": "'", "“": '"', "”": '"', "…": "...", "–": "-", "—": "-",
     "\u00a0": " ", "\u202f": " "}
)  # fmt: skip
_CEDILLA: Final = "\u0327"
#: Strokes of accents, in heights of an x: right of the letter's middle, under its top (or bottom).
_STROKES: Final = {
    "\u0300": (((-0.16, -0.3), (0.06, -0.1)),),
    "\u0301": (((0.16, -0.3), (-0.06, -0.1)),),
    "\u0302": (((-0.2, -0.1), (0.0, -0.3), (0.2, -0.1)),),
    "\u0303": (((-0.24, -0.12), (-0.1, -0.25), (0.08, -0.14), (0.24, -0.28)),),
    "\u0308": (((-0.19, -0.2), (-0.18, -0.2)), ((0.18, -0.2), (0.19, -0.2))),
    _CEDILLA: (((0.0, 0.02), (0.1, 0.15), (-0.04, 0.26)),),
}
#: No letter: what the font shows for it, it shows for all that it lacks.
_NO_LETTER: Final = "\U0010fffe"


def font_of(height: int) -> Font:
    """The font at a height of lines, pixels."""
    return ImageFont.load_default(height)


def length(text: str, font: Font) -> float:
    """How long a line is, pixels."""
    return font.getlength(_taken_apart(text)[0])


def bounds(text: str, font: Font) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a line whose corner is at 0, 0, pixels."""
    plain, marks = _taken_apart(text)
    left, top, right, bottom = font.getbbox(plain)
    room = room_above(round(bottom - top)) if marks else 0
    return left, top - room, right, bottom + (room if any(m == _CEDILLA for _, m in marks) else 0)


def room_above(height: int) -> int:
    """Pixels that accents may stand above a line of such a height."""
    return height // 3


def draw(
    pen: ImageDraw.ImageDraw, corner: tuple[float, float], text: str, font: Font, *, edge: int = 0
) -> None:
    """Write a line in white.

    Args:
        pen: of a picture of one channel.
        corner: left and top, pixels.
        text: one line.
        font: from `font_of`.
        edge: pixels that the strokes are widened by.
    """
    plain, marks = _taken_apart(text)
    pen.text(corner, plain, fill=255, font=font, stroke_width=edge)
    for at, mark in marks:
        left = corner[0] + font.getlength(plain[:at])
        _accent(pen, mark, plain[at], (left, corner[1]), font, edge=edge)


def lacking(text: str) -> str:
    """The signs of ``text`` that can't be drawn, each once."""
    font = font_of(16)
    nothing = bytes(font.getmask(_NO_LETTER))
    plain = dict.fromkeys(_taken_apart(text)[0])
    return "".join(sign for sign in plain if bytes(font.getmask(sign)) == nothing)


def _taken_apart(text: str) -> tuple[str, list[tuple[int, str]]]:
    """``text`` in letters that the font has, and the accents that stand at some of them."""
    plain: list[str] = []
    marks = []
    for sign in unicodedata.normalize("NFD", text.translate(_SPELT)):
        if unicodedata.combining(sign):
            if plain and sign in _STROKES:
                marks.append((len(plain) - 1, sign))
        else:
            plain.append(sign)
    return "".join(plain), marks


def _accent(
    pen: ImageDraw.ImageDraw,
    mark: str,
    letter: str,
    corner: tuple[float, float],
    font: Font,
    *,
    edge: int,
) -> None:
    """Draw the accent of a letter whose text begins at ``corner``."""
    left, top, right, bottom = font.getbbox(letter)
    unit = font.getbbox("x")[3] - font.getbbox("x")[1]
    middle = corner[0] + (left + right) / 2
    y = corner[1] + (bottom if mark == _CEDILLA else top - 0.1 * unit)
    width = max(1, round(0.17 * unit)) + 2 * edge
    for stroke in _STROKES[mark]:
        points = [(middle + dx * unit, y + dy * unit) for dx, dy in stroke]
        pen.line(points, fill=255, width=width, joint="curve")
        for px, py in points:  # round ends
            r = (width - 1) / 2
            pen.ellipse((px - r, py - r, px + r, py + r), fill=255)

"""The visible mark: a small text or logo that goes from corner to corner.

It stays in no corner for long, and the corners follow one another crosswise, so that cutting one
off, or a whole side, leaves it to be seen for most or half of the time. White with a dark edge, it
is legible on light and on dark.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from kinora.errors import ImageError
from kinora.lettering import bounds, draw, font_of
from kinora.types.geometry import Size
from kinora.types.rendition import FrameSource, Rendition, YuvPlanes

F32 = NDArray[np.float32]
U16 = NDArray[np.uint16]

_TEXT_HEIGHT: Final = 1 / 30  # of the frame's shorter side
_LOGO_HEIGHT: Final = 1 / 12
_WIDEST: Final = 0.4  # of the frame's width
_MARGIN: Final = 1 / 36  # of the shorter side
_OPACITY: Final = 0.8
_LONGEST_STAY: Final = Fraction(5, 2)  # seconds in one corner
_FADE: Final = Fraction(1, 5)  # seconds
_CORNERS: Final = ((1, 1), (0, 0), (1, 0), (0, 1))  # right, bottom: crosswise
_LOGO_FORMATS: Final = ("PNG", "JPEG", "WEBP")
_LOGO_PIXELS: Final = 16_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Stamp:
    """A small picture to lay over frames; all planes are premultiplied by its opacity."""

    luma: F32  # (h, w), BT.709 limited range, 0 to 235
    blue: F32  # (h/2, w/2), Cb
    red: F32  # (h/2, w/2), Cr
    opacity: F32  # (h, w) in [0, 1]
    half_opacity: F32  # (h/2, w/2)


def text_stamp(text: str, size: Size) -> Stamp:
    """``text`` in white with a dark edge, for frames of ``size``."""
    height = max(8, round(min(size.width, size.height) * _TEXT_HEIGHT))
    font = font_of(height)
    left, top, right, bottom = bounds(text, font)
    edge = max(1, height // 8)
    box = (round(right - left) + 4 * edge, round(bottom - top) + 4 * edge)
    corner = (2 * edge - left, 2 * edge - top)
    shape = Image.new("L", box, 0)
    draw(ImageDraw.Draw(shape), corner, text, font, edge=edge)
    dark = shape.filter(ImageFilter.GaussianBlur(edge / 2))
    letters = Image.new("L", box, 0)
    draw(ImageDraw.Draw(letters), corner, text, font)
    picture = Image.composite(
        Image.new("RGBA", box, "white"), Image.merge("RGBA", (*[Image.new("L", box)] * 3, dark)),
        letters,
    )  # fmt: skip
    return _stamp(picture, size)


def logo_stamp(path: Path, size: Size) -> Stamp:
    """The picture at ``path``, with its transparency, for frames of ``size``.

    Raises:
        ImageError: it can't be read as PNG, JPEG or WebP, or is larger than 16 megapixels.
    """
    try:
        with Image.open(path, formats=_LOGO_FORMATS) as opened:
            if opened.width * opened.height > _LOGO_PIXELS:
                raise ImageError("The logo is larger than 16 megapixels.", param="watermark")
            picture = opened.convert("RGBA")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise ImageError(
            f"The logo {path} can't be read as a PNG, JPEG or WebP picture.", param="watermark"
        ) from error
    height = max(8, round(min(size.width, size.height) * _LOGO_HEIGHT))
    width = max(1, round(picture.width * height / picture.height))
    return _stamp(picture.resize((width, height), Image.Resampling.LANCZOS), size)


def _stamp(picture: Image.Image, size: Size) -> Stamp:
    """Fitted into the frame, with even sides, as planes."""
    shrink = min(1.0, _WIDEST * size.width / picture.width)
    width, height = (max(2, round(side * shrink) // 2 * 2) for side in picture.size)
    pixels = np.asarray(picture.resize((width, height), Image.Resampling.LANCZOS), np.float32)
    opacity = pixels[..., 3] / 255.0 * _OPACITY
    r, g, b = (pixels[..., k] / 255.0 for k in range(3))
    luma = 0.2126 * r + 0.7152 * g + 0.0722 * b  # BT.709
    half = _halved(opacity)
    return Stamp(
        luma=((16.0 + 219.0 * luma) * opacity).astype(np.float32),
        blue=(_halved((128.0 + 224.0 * (b - luma) / 1.8556) * opacity)),
        red=(_halved((128.0 + 224.0 * (r - luma) / 1.5748) * opacity)),
        opacity=opacity.astype(np.float32),
        half_opacity=half,
    )


def _halved(plane: NDArray[np.floating]) -> F32:
    height, width = plane.shape
    blocks = plane.reshape(height // 2, 2, width // 2, 2)
    return np.asarray(blocks.mean(axis=(1, 3)), np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class StampedFrames:
    """Frames of another source, each with the visible mark."""

    frames: FrameSource
    stamp: Stamp
    size: Size
    fps: Fraction
    stay: Fraction  # seconds in each corner
    loop: Fraction | None = None  # seconds after which the clip begins anew; None: it doesn't

    @property
    def random_access(self) -> bool:
        """As the other source."""
        return self.frames.random_access

    def render(self, index: int, planes: YuvPlanes) -> None:
        """Render a frame and lay the mark over it."""
        self.frames.render(index, planes)
        corner, strength = place_at(index / self.fps, self.stay, loop=self.loop)
        if strength == 0.0:
            return
        x, y = self._corner(*corner)
        luma, blue, red = _layers(self.stamp, strength)
        luma.lay(planes.y, x, y)
        blue.lay(planes.u, x // 2, y // 2)
        red.lay(planes.v, x // 2, y // 2)

    def _corner(self, right: int, bottom: int) -> tuple[int, int]:
        height, width = self.stamp.opacity.shape
        margin = round(min(self.size.width, self.size.height) * _MARGIN)
        x = self.size.width - width - margin if right else margin
        y = self.size.height - height - margin if bottom else margin
        return max(x, 0) // 2 * 2, max(y, 0) // 2 * 2


def stamped(rendition: Rendition, stamp: Stamp) -> StampedFrames:
    """The frames of ``rendition`` with ``stamp``, in each corner in turn, even in short clips."""
    stays, loop = len(_CORNERS), None
    if rendition.loops:
        stays, loop = max(stays, ceil(rendition.duration / _LONGEST_STAY)), rendition.duration
    stay = min(_LONGEST_STAY, rendition.duration / stays)
    return StampedFrames(rendition.frames, stamp, rendition.size, rendition.fps, stay, loop)


def place_at(
    seconds: Fraction, stay: Fraction, *, loop: Fraction | None = None
) -> tuple[tuple[int, int], float]:
    """The mark's corner (right, bottom: 0 or 1) and its strength in [0, 1] at a time.

    The clip's first frame shows it. A ``loop`` of so many seconds, a whole number of stays, closes
    in the middle of one, so that nothing fades there.
    """
    fade = min(_FADE, stay / 4)
    turn, since = divmod(seconds if loop is None else (seconds + stay / 2) % loop, stay)
    strength = min(Fraction(1), since / fade, (stay - since) / fade)
    if seconds < fade and loop is None:
        strength = Fraction(1)
    return _CORNERS[int(turn) % len(_CORNERS)], float(strength)


@dataclass(frozen=True, slots=True, eq=False)
class _Layer:
    """One plane of a stamp at some strength, in whole numbers, which are quickly laid."""

    keep: U16  # (h, w) 256ths of what lies under it
    add: U16  # (h, w) 256ths of a level; half a level more, so that cutting off rounds

    def lay(self, plane: NDArray[np.uint8], x: int, y: int) -> None:
        """Lay it over a plane, its corner at (x, y); what lies beyond the plane is cut off."""
        height, width = self.keep.shape
        under = plane[y : y + height, x : x + width]
        height, width = under.shape
        mixed = under * self.keep[:height, :width]  # 255 · 256 and a half fit into 16 bits
        mixed += self.add[:height, :width]
        mixed >>= 8
        under[...] = mixed


@lru_cache(maxsize=64)  # of one stamp, as many as there are frames in which it fades
def _layers(stamp: Stamp, strength: float) -> tuple[_Layer, _Layer, _Layer]:
    """Luma, Cb and Cr."""
    return (
        _layer(stamp.luma, stamp.opacity, strength),
        _layer(stamp.blue, stamp.half_opacity, strength),
        _layer(stamp.red, stamp.half_opacity, strength),
    )


def _layer(colour: F32, opacity: F32, strength: float) -> _Layer:
    keep = 256 - np.rint(256.0 * strength * opacity)
    add = np.rint(256.0 * strength * colour) + 128
    return _Layer(keep.astype(np.uint16), add.astype(np.uint16))

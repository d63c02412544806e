"""What lies right beyond the photo's borders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.canvas import Canvas
from kinora.scene.fill import shrink
from kinora.scene.strokes import Strokes, find_strokes
from kinora.scene.together import side_by_side
from kinora.types.scene import F32, U8

#: Beyond the photo's borders its mirror image fades out over this share of the frame's long side.
MIRROR: Final = 0.055
#: Long side of the frame at which a border is judged, pixels.
JUDGED: Final = 640
#: Narrowest band along a border that is continued by itself, as a share of the long side.
BAND: Final = 0.01
#: Narrowest that may be less than plain farther in: a narrower one would repeat that in rows.
FOLD: Final = 0.05
#: Shortest stretch of a border along which that is done, as a share of the long side.
STRETCH: Final = 0.03
#: Where something else begins beside a plain band: difference at least, sRGB levels.
OTHER: Final = 30.0
#: Where another thing lies behind one that the border cuts: broad difference at least, sRGB levels,
#: and against the texture's.
THING, ROUGHER = 75.0, 5.0
#: Mean change from pixel to pixel along the border from which what it cuts isn't drawn out.
BUSY: Final = 9.0
#: Excess of green, against brightness, from which something is a plant: texture, not a thing.
GREEN: Final = 0.08
#: Largest deviation of the texture that what is drawn out keeps, sRGB levels.
GRAIN: Final = 5.0
#: Steps along the border that aren't blurred in what is drawn out, sRGB levels.
EDGE: Final = 30.0
#: Largest deviation within a band that is plain, sRGB levels.
PLAIN: Final = 5.0
#: How sharply something else begins: change of the smoothed picture from pixel to pixel.
SHARP: Final = 6.0

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def continue_rim(picture: U8, canvas: Canvas) -> U8:
    """Continue the photo right beyond its borders, where a camera sees first.

    Its mirror image has no seam; it is sheared so that lines that cross a border go on straight.
    Farther out, where the symmetry would show, it gives way to what ``picture`` has there, but for
    such lines. A band along the border, such as a wall or what the border cuts, is mirrored to and
    fro instead, so that what lies behind it isn't seen twice.

    Args:
        picture: (H, W, 3) uint8 over the canvas, the photo continued in any way.
        canvas: the layout.
    """
    height, width = picture.shape[:2]
    x0, y0, x1, y1 = canvas.target
    x0, y0, x1, y1 = max(x0, 0), max(y0, 0), min(x1, width), min(y1, height)
    if (x0, y0, x1, y1) == (0, 0, width, height):
        return picture
    long_side = max(canvas.frame.width, canvas.frame.height)
    continued = picture.copy()
    # Turned so that rows run away from the photo's border, outwards and inwards. The corners belong
    # to the upper and lower rim, and continue what was put beside them.
    turned = np.asarray(cv2.transpose(continued[y0:y1]), dtype=np.uint8)
    _continue_both(turned, x0, x1, long_side=long_side)
    continued[y0:y1] = cv2.transpose(turned)
    _continue_both(continued, y0, y1, long_side=long_side)
    return continued


def _continue_both(picture: U8, first: int, last: int, *, long_side: int) -> None:
    """Continue a picture's rows from ``first`` to ``last`` upwards and downwards, in place."""
    sides = (
        (picture[:first][::-1], picture[first:last]),
        (picture[last:], picture[first:last][::-1]),
    )
    side_by_side(
        lambda side: _continue(*side, long_side=long_side),
        [(outside, inside) for outside, inside in sides if len(outside)],
    )


def _continue(outside: U8, inside: U8, *, long_side: int) -> None:
    """Continue ``inside`` outwards, in place.

    Args:
        outside: (n, w, 3), rows away from the border outwards, written.
        inside: (m, w, 3), rows away from the border inwards.
        long_side: of the frame, pixels.
    """
    depth = min(len(outside), len(inside))
    strip = np.ascontiguousarray(inside[:depth])
    border = _judged(strip, long_side=long_side)
    away = (np.arange(len(outside), dtype=np.float32) + np.float32(0.5))[:, None]
    crossing = _crossings(away, border.slope)
    fresh = _reflected(strip, away, crossing, border.slope, np.full(strip.shape[1], depth))
    if border.plain.any():
        within = _reflected(strip, away, crossing, border.slope, border.depth)
        fresh = _mixed(within, fresh, border.plain)
    if border.cut.any():
        near = max(3, round(BAND * long_side))
        drawn = _grained(_drawn_out(strip[:near], away, crossing, border), fresh, radius=near)
        fresh = _mixed(drawn, fresh, border.cut * np.clip(away / near, 0.0, 1.0))
    fade = np.clip(1.0 - away / max(2.0, MIRROR * long_side), 0.0, 1.0)
    share = np.maximum(fade * fade * (3.0 - 2.0 * fade), border.sure)
    outside[:] = _mixed(fresh, np.ascontiguousarray(outside), share)


def _mixed(one: U8, other: U8, share: F32) -> U8:
    """``one`` as far as ``share`` (w,) or (n, w) in [0, 1] says, else ``other``."""
    weight = np.broadcast_to(share, one.shape[:2]).astype(np.float32)
    return cv2.blendLinear(one, other, weight, 1.0 - weight).astype(np.uint8, copy=False)


def _reflected(strip: U8, away: F32, crossing: F32, slope: F32, depth: Ints) -> U8:
    """The strip mirrored to and fro, sheared so that lines of the given slopes stay straight.

    Args:
        strip: (d, w, 3), rows away from the border inwards.
        away: (n, 1) distances outwards at which to look, pixels.
        crossing: (n, w) where the line through each place crosses the border.
        slope: (w,) of lines, columns per row inwards, where they cross the border.
        depth: (w,) rows after which the mirror image turns back, likewise.
    """
    nearest = _nearest(crossing, slope.size)
    turn = depth.astype(np.float32)[nearest]
    inwards = turn - np.abs(away % (2.0 * turn) - turn)
    return _sampled(strip, crossing + inwards * slope[nearest], inwards)


def _drawn_out(band: U8, away: F32, crossing: F32, border: _Border) -> U8:
    """The mean of a band along the border, drawn out along the lines that cross it.

    What isn't such a line is blurred along the border, the more the farther out, so that no
    streaks come of it.
    """
    near, width = band.shape[:2]
    rows = (np.arange(near, dtype=np.float32) + np.float32(0.5))[:, None]
    columns = np.arange(width, dtype=np.float32)[None]
    mean = _sampled(band, columns + rows * border.slope, rows).mean(axis=0, keepdims=True)
    sure = border.lines[None, :, None]
    scale = 6.0 / near  # blurred at a lower resolution
    small = cv2.resize(
        mean.astype(np.float32), None, fx=scale, fy=1.0, interpolation=cv2.INTER_AREA
    )
    stages = [mean]
    for step in range(-2, 1):
        blurred = cv2.bilateralFilter(small, 0, EDGE, 6.0 * 2.0**step)
        stages.append(sure * mean + (1.0 - sure) * cv2.resize(blurred, (width, 1)))
    stage = np.clip(np.log2(np.maximum(away, 1e-3) / near) + 1.0, 0.0, len(stages) - 1.0)
    stack = np.rint(np.vstack(stages)).astype(np.uint8)
    return _sampled(stack, crossing, (stage + 0.5).astype(np.float32))


def _grained(drawn: U8, mirrored: U8, *, radius: int) -> U8:
    """``drawn`` with the fine texture of what is mirrored, but none of its edges."""
    luma = cv2.cvtColor(mirrored, cv2.COLOR_RGB2GRAY)
    detail = cv2.subtract(luma, cv2.blur(luma, (5, 5)), dtype=cv2.CV_32F)
    window = (2 * radius + 1, 2 * radius + 1)
    contrast = np.sqrt(cv2.blur(detail * detail, window))
    detail = np.asarray(detail * (GRAIN / np.maximum(contrast, GRAIN)), dtype=np.float32)
    fine = cv2.cvtColor(detail, cv2.COLOR_GRAY2RGB)
    return cv2.add(drawn, fine, dtype=cv2.CV_8U).astype(np.uint8, copy=False)


def _crossings(away: F32, slope: F32) -> F32:
    """Where the line through each place beyond the border crosses it: (n, w) columns."""
    columns = np.arange(slope.size, dtype=np.float32)[None]
    crossing = np.broadcast_to(columns, (len(away), slope.size))
    for _ in range(2):  # a fixed point
        crossing = columns + away * slope[_nearest(crossing, slope.size)]
    return crossing


def _nearest(columns: F32, count: int) -> NDArray[np.int32]:
    return np.clip(np.rint(columns), 0, count - 1).astype(np.int32)


def _sampled(strip: U8, columns: F32, rows: F32 | np.float32) -> U8:
    """``strip`` at columns (n, w) and at distances from the border, pixels."""
    taken = cv2.remap(
        strip,
        columns.astype(np.float32),
        np.broadcast_to(rows - 0.5, columns.shape).astype(np.float32),
        interpolation=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT,
    )
    return taken.astype(np.uint8, copy=False)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Border:
    """What is known along a border, per pixel."""

    slope: F32  # (w,) of the lines that cross it, columns per row inwards
    lines: F32  # (w,) in [0, 1], how clearly there are such lines
    sure: F32  # (w,) in [0, 1], how far its continuation is to be believed at any distance
    plain: F32  # (w,) in [0, 1], where a plain band ends at something else
    cut: F32  # (w,) in [0, 1], where another thing does, which the border cuts
    depth: Ints  # (w,) how deep the plain band is, pixels


def _judged(strip: U8, *, long_side: int) -> _Border:
    """Look at a border's strip (d, w, 3) at a lower resolution."""
    depth, width = strip.shape[:2]
    factor = min(1.0, JUDGED / long_side)
    size = (max(2, round(width * factor)), max(2, round(depth * factor)))
    small = shrink(strip, size)
    strokes = find_strokes(small)
    shortest, stretch = (max(3, round(share * JUDGED)) for share in (BAND, STRETCH))
    bands = find_bands(_straightened(small, strokes), width=shortest, stretch=stretch)
    plain, cut = _softly(bands.plain > 0, shortest), _softly(bands.cut, shortest)
    rows = np.full(size[0], size[1])
    known = np.flatnonzero(bands.plain > 0)  # beside a band, where it ends softly, it is as deep
    if known.size:
        nearest = np.abs(known[None] - np.arange(size[0])[:, None]).argmin(axis=1)
        rows = bands.plain[known[nearest]]
    sure = np.maximum(strokes.sure, np.maximum(plain, cut))
    slope, lines, sure, plain, cut, floor = (
        np.asarray(cv2.resize(values[None], (width, 1))[0], dtype=np.float32)
        for values in (strokes.slope, strokes.sure, sure, plain, cut, rows.astype(np.float32))
    )
    turn = np.clip(np.floor(floor / factor), 1, depth).astype(np.int64)
    return _Border(slope=slope, lines=lines, sure=sure, plain=plain, cut=cut, depth=turn)


def _softly(found: Bools, width: int) -> F32:
    """A little more than what was found, with soft ends."""
    around = cv2.dilate(found.astype(np.float32)[None], np.ones((1, 2 * width + 1)))
    return np.asarray(cv2.GaussianBlur(around, (0, 0), width / 3)[0], dtype=np.float32)


def _straightened(strip: U8, strokes: Strokes) -> U8:
    """The strip sheared so that the lines that cross the border run straight inwards."""
    rows = (np.arange(len(strip), dtype=np.float32) + np.float32(0.5))[:, None]
    columns = np.arange(strip.shape[1], dtype=np.float32)[None] + rows * strokes.slope
    return _sampled(strip, columns, rows)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bands:
    """Bands along a border that end at something else."""

    plain: Ints  # (w,) how many rows a plain one has; 0 where there is none or nothing ends it
    cut: Bools  # (w,) where a thing that isn't plain does


def find_bands(inside: U8, *, width: int, stretch: int) -> Bands:
    """Where a band along the border ends at something else.

    Args:
        inside: (m, w, 3) uint8 sRGB, rows away from the border inwards.
        width: least depth, pixels.
        stretch: least length along the border, pixels.
    """
    if len(inside) <= 2 * width:
        nowhere = np.zeros(inside.shape[1], np.int64)
        return Bands(plain=nowhere, cut=nowhere > 0)
    smooth = cv2.blur(inside, (3, 3)).astype(np.float32)
    middle = smooth[:width].mean(axis=0)
    away = _largest(np.abs(smooth - middle))
    steps = _largest(np.abs(np.diff(smooth, axis=0, prepend=smooth[:1])))
    edge = cv2.dilate((steps > SHARP).astype(np.uint8), np.ones((5, 1), np.uint8))
    first = np.argmax(away > OTHER, axis=0)
    sharp = np.take_along_axis(edge, first[None], axis=0)[0] > 0
    ends = (away > OTHER).any(axis=0) & sharp & (first > width)
    ends &= away[:width].max(axis=0) < PLAIN
    # What ends the band of one column ends those beside it, so that no part of it is copied.
    depth = np.where(ends, first, len(inside)).astype(np.float32)[None]
    least = cv2.erode(depth, np.ones((1, 2 * width + 1), np.uint8))[0].astype(np.int64)
    rows = np.arange(len(inside))[:, None]
    even = np.where(rows < least - 2, away, 0.0).max(axis=0)
    even = cv2.dilate(even.astype(np.float32)[None], np.ones((1, 2 * width + 1), np.uint8))[0]
    ends &= ((even < PLAIN) | (least >= round(FOLD * JUDGED))) & _long(ends, stretch)
    return Bands(
        plain=np.where(ends, np.maximum(least - 2, 1), 0),
        cut=_long(_changes(smooth, middle, width=width), stretch) & ~ends,
    )


def _changes(smooth: F32, middle: F32, *, width: int) -> Bools:
    """Where what lies farther in is another thing than the band, not the same texture: (w,)."""
    broad = cv2.blur(smooth, (1, 2 * width + 1))
    fine = _largest(np.abs(smooth - broad)).mean(axis=0)
    rough = cv2.blur(fine[None], (4 * width + 1, 1))[0]
    change = _largest(np.abs(broad - middle)).max(axis=0)
    red, green, blue = np.moveaxis(smooth.mean(axis=0), 1, 0)
    plant = 2.0 * green - red - blue > GREEN * (red + green + blue)
    along = _largest(np.abs(np.diff(middle, axis=0, prepend=middle[:1]))[None])
    busy = cv2.blur(along, (4 * width + 1, 1))[0] > BUSY
    thing = change > np.maximum(THING, ROUGHER * rough)
    return np.asarray(thing & ~plant & ~busy, dtype=np.bool_)


def _largest(colours: F32) -> F32:
    """The largest of red, green and blue: (h, w); along so short an axis max takes much longer."""
    red_green = np.maximum(colours[..., 0], colours[..., 1])
    return np.asarray(np.maximum(red_green, colours[..., 2]), dtype=np.float32)


def _long(found: Bools, stretch: int) -> Bools:
    """What of ``found`` (w,) goes on for a stretch, gaps closed."""
    line = np.ones((1, stretch), np.uint8)
    long = cv2.morphologyEx(found.astype(np.uint8)[None], cv2.MORPH_CLOSE, line[:, : stretch // 2])
    return np.asarray(cv2.morphologyEx(long, cv2.MORPH_OPEN, line)[0] > 0)

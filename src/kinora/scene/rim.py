"""What lies right beyond the photo's borders."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.canvas import Canvas
from kinora.types.scene import F32, U8

#: Beyond the photo's borders its mirror image fades out over this share of the frame's long side.
MIRROR: Final = 0.055
#: Narrowest plain band along a border that is continued by itself, as a share of the long side.
BAND: Final = 0.01
#: Shortest stretch of a border along which that is done, as a share of the long side.
STRETCH: Final = 0.03
#: Deviation in a plain band at most, and where something else begins at least, sRGB levels.
PLAIN, OTHER = 4.0, 30.0
#: How sharply something else begins: change of the smoothed picture from pixel to pixel.
SHARP: Final = 6.0

Ints = NDArray[np.int64]


def continue_rim(picture: U8, canvas: Canvas) -> U8:
    """Continue the photo right beyond its borders, where a camera sees first.

    Its mirror image has no seam; farther out, where the symmetry would show, it gives way to what
    ``picture`` has there. A plain band, such as a wall, is mirrored to and fro instead, so that
    what stands beside it isn't seen twice.

    Args:
        picture: (H, W, 3) uint8 over the canvas, the photo continued in any way.
        canvas: the layout.
    """
    blended = _mirrored(picture, canvas)
    height, width = picture.shape[:2]
    x0, y0, x1, y1 = canvas.target
    x0, y0, x1, y1 = max(x0, 0), max(y0, 0), min(x1, width), min(y1, height)
    long_side = max(canvas.frame.width, canvas.frame.height)
    # Views, turned so that rows run away from the photo's border, outwards and inwards.
    across = (blended[y0:y1].transpose(1, 0, 2), x0, x1)
    down = (blended[:, x0:x1], y0, y1)
    for view, first, last in (across, down):
        for outside, inside in (
            (view[:first][::-1], view[first:last]),
            (view[last:], view[first:last][::-1]),
        ):
            if len(outside):
                _continue_plain(outside, inside, long_side=long_side)
    return blended


def _mirrored(picture: U8, canvas: Canvas) -> U8:
    """``picture`` with the photo's mirror image faded in towards the photo's borders."""
    height, width = picture.shape[:2]
    x0, x1 = max(canvas.target[0], 0), min(canvas.target[2], width)
    y0, y1 = max(canvas.target[1], 0), min(canvas.target[3], height)
    reach = max(2, round(MIRROR * max(canvas.frame.width, canvas.frame.height)))
    left, top = max(0, x0 - reach), max(0, y0 - reach)
    right, bottom = min(width, x1 + reach), min(height, y1 + reach)
    around = (y0 - top, bottom - y1, x0 - left, right - x1)
    if not any(around):
        return picture
    mirrored = cv2.copyMakeBorder(picture[y0:y1, x0:x1], *around, cv2.BORDER_REFLECT)
    across, down = _outside(left, right, (x0, x1)), _outside(top, bottom, (y0, y1))
    blended = picture.copy()
    beside = ((y0, y1, left, x0), (y0, y1, x1, right))
    for y, end, x, stop in ((top, y0, left, right), (y1, bottom, left, right), *beside):
        if y < end and x < stop:  # only the rim; the photo itself stays as it is
            rows, columns = slice(y - top, end - top), slice(x - left, stop - left)
            near = np.clip(1.0 - np.hypot(down[rows, None], across[columns]) / reach, 0.0, 1.0)
            weight = np.asarray(near * near * (3.0 - 2.0 * near), dtype=np.float32)
            pair = (mirrored[rows, columns], picture[y:end, x:stop])
            ours, theirs = (np.ascontiguousarray(image) for image in pair)
            blended[y:end, x:stop] = cv2.blendLinear(ours, theirs, weight, 1.0 - weight)
    return blended


def _outside(start: int, stop: int, span: tuple[int, int]) -> F32:
    """How far each pixel from ``start`` to ``stop`` lies outside ``span``, pixels."""
    centres = np.arange(start, stop, dtype=np.float32) + np.float32(0.5)
    outside = np.maximum(span[0] - centres, centres - span[1])
    return np.asarray(np.maximum(outside, 0.0), dtype=np.float32)


def _continue_plain(outside: U8, inside: U8, *, long_side: int) -> None:
    """Continue plain bands outwards, in place, where a mirror image would repeat what ends them.

    Args:
        outside: (n, w, 3), rows away from the border outwards, written.
        inside: (m, w, 3), rows away from the border inwards.
        long_side: of the frame, pixels.
    """
    width, stretch = (max(3, round(share * long_side)) for share in (BAND, STRETCH))
    depth = plain_depth(inside[: round(MIRROR * long_side)], width=width, stretch=stretch)
    around = cv2.dilate((depth > 0).astype(np.float32)[None], np.ones((1, 2 * width + 1)))
    ends = cv2.GaussianBlur(around, (0, 0), width / 3)[0]
    columns = np.flatnonzero(ends > 0.01)
    if not columns.size:
        return
    known = np.flatnonzero(depth > 0)  # beside a band, where it ends softly, it is as deep
    reach = depth[known[np.abs(known[None] - columns[:, None]).argmin(axis=1)]]
    turn = np.arange(len(outside))[:, None] % (2 * reach)
    source = np.where(turn < reach, turn, 2 * reach - 1 - turn)
    weight = ends[columns, None]
    old, new = outside[:, columns], inside[source, columns].astype(np.float32)
    outside[:, columns] = np.rint(old + (new - old) * weight).astype(np.uint8)


def plain_depth(inside: U8, *, width: int, stretch: int) -> Ints:
    """How deep a plain band along the border is that ends at something else, pixels: (w,).

    0 where there is no such band or nothing ends it.

    Args:
        inside: (m, w, 3) uint8 sRGB, rows away from the border inwards.
        width: least depth, pixels.
        stretch: least length along the border, pixels.
    """
    if len(inside) <= width:
        return np.zeros(inside.shape[1], np.int64)
    smooth = cv2.blur(inside, (3, 3)).astype(np.float32)
    band = smooth[:width]
    spread = np.abs(band - band.mean(axis=0)).max(axis=(0, 2))
    other = (np.abs(smooth - band.mean(axis=0)).max(axis=2) > OTHER).astype(np.uint8)
    steps = np.abs(np.diff(smooth, axis=0, prepend=smooth[:1])).max(axis=2)
    edge = cv2.dilate((steps > SHARP).astype(np.uint8), np.ones((5, 1), np.uint8))
    first = np.argmax(other, axis=0)
    sharp = np.take_along_axis(edge, first[None], axis=0)[0] > 0
    found = other.any(axis=0) & sharp & (first > width) & (spread < PLAIN)
    line = np.ones((1, stretch), np.uint8)
    long = cv2.morphologyEx(found.astype(np.uint8)[None], cv2.MORPH_CLOSE, line[:, : stretch // 2])
    long = cv2.morphologyEx(long, cv2.MORPH_OPEN, line)[0] > 0
    # What ends the band of one column ends those beside it, so that no part of it is copied.
    depth = np.where(found, first, len(inside)).astype(np.float32)[None]
    least = cv2.erode(depth, np.ones((1, 2 * width + 1), np.uint8))[0].astype(np.int64)
    return np.where(found & long, np.maximum(least - 2, 1), 0)

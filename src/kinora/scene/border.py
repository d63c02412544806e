"""Lines of a scan along the photo's rim, which a moving camera would show as a frame in the air."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.depth.protocol import DepthEstimator, OfWholePhoto
from kinora.types.remarks import remark
from kinora.types.scene import U8, DisparityMap, Photo, Region

# Widest border that is taken for a scan's, as a share of the side that it shortens.
_WIDEST: Final = 0.01
# How plain a border is: standard deviation along it, levels, and against that of what lies within.
_PLAIN, _PLAINER = 10.0, 0.4
# How sharply it ends: the step, in levels, and against the usual difference of neighbours.
_STEP, _STEEPER = 4.0, 3.0
# Beside texture, against the deviation that is usual there: where it ends, and how even it is.
_ROUGH, _EVEN = 0.35, 0.15
# Pixels beyond the step that still hold a mixture, and within which a scanner's sharpening rings.
_MIXED, _RINGING = 1, 4

Rect = tuple[int, int, int, int]  # x0, y0, x1, y1, half-open


def find_content(rgb: U8) -> Rect:
    """The photo without plain, thin borders; all of it where it has none.

    Args:
        rgb: (H, W, 3) uint8 sRGB.
    """
    height, width = rgb.shape[:2]
    top, left = _border(rgb), _border(rgb.transpose(1, 0, 2))
    bottom, right = _border(rgb[::-1]), _border(rgb[:, ::-1].transpose(1, 0, 2))
    return left, top, width - right, height - bottom


def _border(rgb: U8) -> int:
    """How many of the first rows are a border."""
    widest = max(4, round(_WIDEST * rgb.shape[0]))
    if rgb.shape[0] < 8 * widest:
        return 0
    lines = rgb[: widest + 8].astype(np.float32)
    steps = np.abs(np.diff(lines, axis=0)).mean(axis=(1, 2))
    last = int(np.argmax(steps[:widest]))
    spread = lines.mean(axis=2).std(axis=1)
    outside, inside = float(spread[: last + 1].mean()), float(spread[last + 1 + _MIXED :].mean())
    bound = max(_STEP, _STEEPER * float(np.median(steps)))
    plain = outside < min(_PLAIN, _PLAINER * inside)
    if not plain or steps[last] <= bound:
        return _beside_texture(spread[: widest + 1], usual=float(np.median(spread[widest:])))
    ringing = np.flatnonzero(steps[last : last + 1 + _RINGING] > bound)
    return last + 1 + int(ringing[-1]) + _MIXED


def _beside_texture(spread: NDArray[np.float32], *, usual: float) -> int:
    """How many of the first lines are a border, where what lies within is too rough to show a step.

    Args:
        spread: standard deviation along each line, from the rim inwards.
        usual: that of lines within.
    """
    rough = np.flatnonzero(spread > _ROUGH * usual)
    first = int(rough[0]) if rough.size else 0
    if first == 0 or float(spread[0]) > min(_PLAIN, _EVEN * usual):
        return 0
    return first + _MIXED


def take_off(photo: Photo, content: Rect) -> Photo:
    """Only the photo's content; a note says what was taken off."""
    x0, y0, x1, y1 = content
    sides = (x0, y0, photo.size.width - x1, photo.size.height - y1)
    if not any(sides):
        return photo
    note = remark("border", *sides)
    rgb = np.ascontiguousarray(photo.rgb[y0:y1, x0:x1])
    return replace(photo, rgb=rgb, notes=(*photo.notes, note))


def estimate_within(
    depth: DepthEstimator, photo: Photo, regions: Sequence[Region], *, whole: Photo, content: Rect
) -> DisparityMap:
    """Disparity of the content; cut from that of the whole photo where a map was made for that.

    Args:
        depth: who estimates disparity.
        photo: the content.
        regions: as found in the content.
        whole: the photo with its border.
        content: x0, y0, x1, y1 of the content, half-open pixels of the whole photo.
    """
    x0, y0, x1, y1 = content
    around = (y0, whole.size.height - y1, x0, whole.size.width - x1)
    if not any(around) or not isinstance(depth, OfWholePhoto):
        return depth.estimate(photo, regions)
    found = depth.estimate(whole, [_extended(region, around) for region in regions])
    return replace(found, values=np.ascontiguousarray(found.values[y0:y1, x0:x1]))


def _extended(region: Region, around: tuple[int, int, int, int]) -> Region:
    """A region of the content as one of the whole photo."""
    top, _, left, _ = around
    mask = cv2.copyMakeBorder(region.mask, *around, cv2.BORDER_REPLICATE)
    a, b, c, d = region.box
    return replace(
        region,
        mask=np.asarray(mask, dtype=np.float32),
        box=(a + left, b + top, c + left, d + top),
    )

"""The canvas: the frame at its working resolution plus a margin for the camera to move into."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.fill import shrink
from kinora.types.geometry import Intrinsics, Size
from kinora.types.scene import F32, U8

#: Margin on each side as a share of the frame's width (left, right) or height (top, bottom).
MARGIN = 0.125
#: Canvas sides and the margins are multiples of this, so that coarse grids align with pixels.
GRID = 8
#: Frame pixels per output pixel: more feeds push-ins and supersampling, less saves nothing.
MIN_OVERSAMPLING, MAX_OVERSAMPLING = 0.5, 1.5
#: Below this deviation from 1 the photo's pixels are taken over as they are.
SNAP = 0.02
#: Frame pixels by which the height may miss the clip's aspect.
ASPECT_MISS = 0.02
#: Focal length over the frame's long side where the file names none: a 40 mm lens.
DEFAULT_FOCAL = 1.1
#: Diagonal of the 36 × 24 mm film frame that equivalent focal lengths refer to (CIPA DCG-001).
FILM_DIAGONAL = math.hypot(36.0, 24.0)

Pixels = TypeVar("Pixels", U8, F32)
Rect = tuple[int, int, int, int]  # x0, y0, x1, y1, half-open


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """Where the photo lies on the canvas. All rectangles are half-open pixels."""

    frame: Size
    size: Size
    origin: tuple[int, int]  # of the frame on the canvas
    source: Rect  # the part of the photo that is used, photo pixels
    target: Rect  # where that part lies on the canvas, canvas pixels
    scale: float  # canvas pixels per photo pixel

    @property
    def frame_rect(self) -> Rect:
        """The frame on the canvas."""
        x, y = self.origin
        return x, y, x + self.frame.width, y + self.frame.height

    def small(self, pixels: int) -> Size:
        """The canvas's size, shrunk to at most ``pixels`` pixels."""
        factor = min(1.0, math.sqrt(pixels / (self.size.width * self.size.height)))
        return Size(
            max(8, round(self.size.width * factor)), max(8, round(self.size.height * factor))
        )


def plan_canvas(photo: Size, size: Size, *, crop: tuple[float, float, float, float]) -> Canvas:
    """Lay the canvas out.

    Args:
        photo: size of the photo.
        size: size of the clip.
        crop: the frame in photo pixels, x0, y0, x1, y1; reaches beyond the photo for ``pad``.
    """
    ratio = (crop[2] - crop[0]) / size.width
    factor = min(max(ratio, MIN_OVERSAMPLING), MAX_OVERSAMPLING)
    frame = _frame_size(size, factor)
    across = _axis(photo.width, frame.width, low=crop[0], high=crop[2])
    down = _axis(photo.height, frame.height, low=crop[1], high=crop[3])
    return Canvas(
        frame=frame,
        size=Size(across.length, down.length),
        origin=(across.margin, down.margin),
        source=(across.source[0], down.source[0], across.source[1], down.source[1]),
        target=(across.target[0], down.target[0], across.target[1], down.target[1]),
        scale=across.scale,
    )


def _frame_size(size: Size, factor: float) -> Size:
    """Even sides about ``factor`` times the clip's, in the clip's aspect as exactly as can be.

    A frame of another aspect would be shown a little cut or shifted at rest.
    """
    usual = _even(size.width * factor)
    best, least = Size(usual, _even(size.height * factor)), math.inf
    reach = int(usual * SNAP / 2)
    for change in sorted(range(-reach, reach + 1), key=abs):
        width = usual + 2 * change
        exact = width * size.height / size.width
        height = max(2, 2 * round(exact / 2))
        if abs(height - exact) < least:
            best, least = Size(width, height), abs(height - exact)
        if least < ASPECT_MISS:
            break
    return best


@dataclass(frozen=True, slots=True)
class _Axis:
    length: int
    margin: int
    scale: float
    source: tuple[int, int]
    target: tuple[int, int]


def _axis(photo: int, frame: int, *, low: float, high: float) -> _Axis:
    margin = _ceil_to_grid(frame * MARGIN)
    length = margin + _ceil_to_grid(frame + frame * MARGIN)
    scale = frame / (high - low)
    within = low > -0.5 and high < photo + 0.5
    if abs(scale - 1.0) < SNAP and (frame <= photo or not within):
        scale, low = 1.0, float(round(low))  # keep the photo's own pixels, unresampled
        if within:
            low = min(max(low, 0.0), float(photo - frame))
    first = max(0, math.floor(low - margin / scale))
    last = min(photo, math.ceil(low + (length - margin) / scale))
    start = round((first - low) * scale) + margin
    stop = max(start + 1, round((last - low) * scale) + margin)
    if scale == 1.0:
        first, start = first + max(0, -start), max(0, start)
        last, stop = last - max(0, stop - length), min(stop, length)
    return _Axis(length, margin, scale, (first, last), (start, stop))


def _even(value: float) -> int:
    return max(2, 2 * int(value / 2.0 + 1e-6))


def _ceil_to_grid(value: float) -> int:
    return GRID * math.ceil(value / GRID)


def place(pixels: Pixels, canvas: Canvas, *, size: Size | None = None) -> Pixels:
    """Bring something of the photo's extent onto the canvas, repeating its rim outside the photo.

    Args:
        pixels: (H, W) or (H, W, C) over the photo, at any resolution.
        canvas: the layout.
        size: size of the result, by default the canvas's own.
    """
    size = size or canvas.size
    to_canvas_x = size.width / canvas.size.width
    to_canvas_y = size.height / canvas.size.height
    x0, x1 = _scaled((canvas.target[0], canvas.target[2]), to_canvas_x)
    y0, y1 = _scaled((canvas.target[1], canvas.target[3]), to_canvas_y)
    part = pixels[canvas.source[1] : canvas.source[3], canvas.source[0] : canvas.source[2]]
    part = resize(part, Size(x1 - x0, y1 - y0))
    left, top = max(0, -x0), max(0, -y0)
    part = part[top : size.height - y0, left : size.width - x0]
    x0, y0 = max(0, x0), max(0, y0)
    right, bottom = size.width - x0 - part.shape[1], size.height - y0 - part.shape[0]
    if not (x0 or y0 or right or bottom):
        return np.ascontiguousarray(part)
    placed = cv2.copyMakeBorder(part, y0, bottom, x0, right, cv2.BORDER_REPLICATE)
    return placed.astype(pixels.dtype, copy=False)


def _scaled(span: tuple[int, int], factor: float) -> tuple[int, int]:
    start, stop = round(span[0] * factor), round(span[1] * factor)
    return start, max(stop, start + 1)


def photo_mask(canvas: Canvas, size: Size) -> NDArray[np.bool_]:
    """Where the canvas, at ``size``, shows the photo itself: (h, w)."""
    to_x, to_y = size.width / canvas.size.width, size.height / canvas.size.height
    x0, x1 = _scaled((canvas.target[0], canvas.target[2]), to_x)
    y0, y1 = _scaled((canvas.target[1], canvas.target[3]), to_y)
    mask = np.zeros((size.height, size.width), dtype=np.bool_)
    mask[max(y0, 0) : y1, max(x0, 0) : x1] = True
    return mask


def resize(pixels: Pixels, size: Size) -> Pixels:
    """Resize by area when shrinking, by a cubic when enlarging; the dtype and range are kept."""
    height, width = pixels.shape[:2]
    if (width, height) == (size.width, size.height):
        return pixels
    shrinks = size.width <= width and size.height <= height
    if shrinks:
        return shrink(pixels, (size.width, size.height))
    resized = cv2.resize(pixels, (size.width, size.height), interpolation=cv2.INTER_CUBIC)
    if pixels.dtype == np.float32:
        resized = np.clip(resized, pixels.min(), pixels.max())
    return resized.astype(pixels.dtype, copy=False)


def frame_of(pixels: Pixels, canvas: Canvas) -> Pixels:
    """Cut the frame out of something of the canvas's size."""
    x0, y0, x1, y1 = canvas.frame_rect
    return np.ascontiguousarray(pixels[y0:y1, x0:x1])


def frame_intrinsics(canvas: Canvas, photo: Size, *, focal_35mm: float | None) -> Intrinsics:
    """Intrinsics of the frame, its principal point in the middle.

    The equivalent focal length of the file, where there is one, relates the photo's diagonal to
    that of film. Values beyond fish-eye and telescope are not believed.
    """
    long_side = max(canvas.frame.width, canvas.frame.height)
    focal = DEFAULT_FOCAL * long_side
    if focal_35mm is not None:
        diagonal = math.hypot(photo.width, photo.height) * canvas.scale
        named = focal_35mm / FILM_DIAGONAL * diagonal
        if 0.4 * long_side <= named <= 12.0 * long_side:
            focal = named
    return Intrinsics(focal=focal, cx=canvas.frame.width / 2, cy=canvas.frame.height / 2)


def pad_backdrop(photo: U8, canvas: Canvas) -> U8:
    """What lies beyond a padded photo: itself, enlarged to cover the canvas, blurred and dimmed.

    Returns:
        (H, W, 3) uint8 over the canvas, without the photo itself.
    """
    tiny = Size(max(8, canvas.size.width // 16), max(8, canvas.size.height // 16))
    height, width = photo.shape[:2]
    cover = max(tiny.width / width, tiny.height / height)
    fitted = Size(max(tiny.width, round(width * cover)), max(tiny.height, round(height * cover)))
    whole = resize(photo, fitted)
    x0, y0 = (fitted.width - tiny.width) // 2, (fitted.height - tiny.height) // 2
    part = whole[y0 : y0 + tiny.height, x0 : x0 + tiny.width]
    blurred = cv2.GaussianBlur(part, (0, 0), sigmaX=max(1.0, tiny.width / 40))
    dimmed = cv2.convertScaleAbs(blurred, alpha=0.62)
    wide = (canvas.size.width, canvas.size.height)
    return cv2.resize(dimmed, wide, interpolation=cv2.INTER_CUBIC).astype(np.uint8, copy=False)

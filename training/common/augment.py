"""Crops, flips and colour changes of one sample; NumPy and OpenCV only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]

#: Disparity of what isn't known.
UNKNOWN: Final = -1.0
#: Bits of a label plane: what is there, and shifted by `KNOWN_SHIFT`, whether that is known.
KNOWN_SHIFT: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sample:
    """A picture with its labels, which may be of another size than the picture."""

    rgb: U8  # (h, w, 3) sRGB
    disparity: F32  # (h', w'), larger is nearer, `UNKNOWN` where it isn't known
    regions: NDArray[np.uint16]  # (h'', w''), bit i = region i, bit 8 + i = region i is known
    trust: float = 1.0  # share of the pixels, by error, that the disparity loss looks at
    follow: bool = False  # whether other networks' maps of the picture are worth learning from


def crop(
    sample: Sample, *, size: tuple[int, int], area: tuple[float, float],
    random: np.random.Generator,
) -> Sample:  # fmt: skip
    """A random part, resized to ``size`` (height, width); labels to half of that, half the time
    mirrored.

    Args:
        sample: a picture.
        size: of the result's picture.
        area: least and largest share of the picture's area.
        random: where chance comes from.
    """
    height, width = sample.rgb.shape[:2]
    aspect = size[1] / size[0] * float(np.exp(random.uniform(-0.15, 0.15)))
    share = random.uniform(*area)
    tall = min(np.sqrt(share * height * width / aspect), height, width / aspect)
    h, w = tall / height, min(tall * aspect / width, 1.0)
    y, x = random.uniform(0.0, 1.0 - h), random.uniform(0.0, 1.0 - w)
    part = (float(y), float(x), float(h), float(w))
    half = (size[0] // 2, size[1] // 2)
    result = replace(
        sample,
        rgb=_resized(_cut(sample.rgb, part), size, cv2.INTER_AREA),
        disparity=_resized(_cut(sample.disparity, part), half, cv2.INTER_NEAREST),
        regions=_resized(_cut(sample.regions, part), half, cv2.INTER_NEAREST),
    )
    return mirrored(result) if random.random() < 0.5 else result


def mirrored(sample: Sample) -> Sample:
    """Left and right exchanged."""
    return replace(
        sample,
        rgb=np.ascontiguousarray(sample.rgb[:, ::-1]),
        disparity=np.ascontiguousarray(sample.disparity[:, ::-1]),
        regions=np.ascontiguousarray(sample.regions[:, ::-1]),
    )


def _cut(plane: NDArray[Any], part: tuple[float, float, float, float]) -> NDArray[Any]:
    height, width = plane.shape[:2]
    y, x, h, w = part
    y0, x0 = round(y * height), round(x * width)
    y1, x1 = max(round((y + h) * height), y0 + 2), max(round((x + w) * width), x0 + 2)
    return plane[y0:y1, x0:x1]


def _resized(plane: NDArray[Any], size: tuple[int, int], how: int) -> NDArray[Any]:
    if how == cv2.INTER_AREA and plane.shape[0] < size[0]:
        how = cv2.INTER_LINEAR  # enlarging
    return cv2.resize(np.ascontiguousarray(plane), size[::-1], interpolation=how)


def recoloured(rgb: U8, random: np.random.Generator) -> U8:
    """Another exposure, white balance, contrast and saturation; at times blur, noise or JPEG."""
    x = rgb.astype(np.float32)
    gain = np.exp(random.normal(0.0, 0.12) + random.normal(0.0, 0.06, 3)).astype(np.float32)
    x *= gain
    grey = x.mean(axis=2, keepdims=True)
    saturation = 0.0 if random.random() < 0.06 else float(np.exp(random.normal(0.0, 0.25)))
    x = grey + np.float32(saturation) * (x - grey)
    middle = float(x.mean())
    x = np.float32(middle) + np.float32(np.exp(random.normal(0.0, 0.15))) * (x - np.float32(middle))
    x = np.clip(x, 0, 255)
    if random.random() < 0.3:
        x = 255.0 * (x / 255.0) ** np.float32(np.exp(random.normal(0.0, 0.3)))
    if random.random() < 0.2:
        x = cv2.GaussianBlur(x, (0, 0), float(random.uniform(0.4, 1.3)))
    if random.random() < 0.25:
        x = x + random.standard_normal(x.shape, dtype=np.float32) * np.float32(random.uniform(1, 9))
    result = np.clip(x, 0, 255).astype(np.uint8)
    if random.random() < 0.15:
        quality = int(random.integers(25, 80))
        _, data = cv2.imencode(".jpg", result, (cv2.IMWRITE_JPEG_QUALITY, quality))
        result = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)
    return result


def relative(disparity: F32) -> F32:
    """Known values scaled so that their 2nd and 98th percentile become 0 and 1.

    What is far beyond is clipped: corners of a floor would teach a network to say anything there.
    """
    known = disparity > UNKNOWN
    if not known.any():
        return disparity
    low, high = np.percentile(disparity[known], [2, 98])
    scaled = (disparity - low) / max(float(high - low), 1e-6)
    # Unknown stays unknown; known values below the lowest percentile aren't to be mistaken for it.
    return np.where(known, np.clip(scaled, -0.2, 1.2), UNKNOWN).astype(np.float32)


def paste(sample: Sample, figure: U8, *, random: np.random.Generator, kind: int | None) -> Sample:
    """A figure set before what is there, its disparity a step nearer than the nearest behind it.

    Args:
        sample: cropped, labels half the picture's size, disparity relative.
        figure: (h, w, 4) sRGB with alpha, not premultiplied.
        random: where chance comes from.
        kind: the index of the region that the figure is; None for none that is known.
    """
    height, width = sample.rgb.shape[:2]
    scale = random.uniform(0.25, 0.85) * min(height / figure.shape[0], width / figure.shape[1])
    h, w = max(int(figure.shape[0] * scale), 4), max(int(figure.shape[1] * scale), 4)
    small = cv2.resize(figure, (w, h), interpolation=cv2.INTER_AREA)
    # Its foot is more often low in the picture than high; it may be cut off by the borders.
    y = int(np.clip(random.uniform(0.45, 1.1) * height, h * 0.6, height * 1.1)) - h
    x = int(random.uniform(-0.2 * w, width - 0.8 * w))
    canvas = np.zeros((height, width, 4), np.uint8)
    y0, y1, x0, x1 = max(y, 0), min(y + h, height), max(x, 0), min(x + w, width)
    if y1 <= y0 or x1 <= x0:
        return sample
    canvas[y0:y1, x0:x1] = small[y0 - y : y1 - y, x0 - x : x1 - x]
    alpha = canvas[:, :, 3:].astype(np.float32) / 255.0
    rgb = canvas[:, :, :3] * alpha + sample.rgb * (1.0 - alpha)
    size = (sample.disparity.shape[1], sample.disparity.shape[0])
    cover = cv2.resize(alpha[:, :, 0], size, interpolation=cv2.INTER_AREA) > 0.5
    behind = sample.disparity[cover & (sample.disparity > UNKNOWN)]
    if behind.size < 8:
        return sample
    near = float(np.percentile(behind, 95)) + float(random.uniform(0.06, 0.5))
    rows = np.linspace(-0.5, 0.5, size[1], dtype=np.float32)[:, None]
    level = np.float32(near) + np.float32(random.uniform(-0.05, 0.12)) * rows
    bits = np.uint16(0 if kind is None else 1 << kind | 0x1F << KNOWN_SHIFT)
    return replace(
        sample,
        rgb=np.rint(rgb).astype(np.uint8),
        disparity=np.where(cover, np.maximum(level, near), sample.disparity).astype(np.float32),
        regions=np.where(cover, bits, sample.regions).astype(np.uint16),
    )

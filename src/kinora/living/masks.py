"""Masks that callers give: a picture, an array or a box per name, onto the frame."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from kinora.errors import InputError
from kinora.types.living import ALSO, F32
from kinora.types.request import MaskLike
from kinora.types.scene import Scene

_MOST_PIXELS: Final = 120_000_000


def read_masks(given: Mapping[str, MaskLike], scene: Scene) -> dict[str, F32]:
    """Bring masks of the photo onto the frame.

    Args:
        given: per name a file or (H, W) array of the photo's extent, white where the thing is, or
            a box (left, top, right, bottom) in shares of the photo's sides.
        scene: of the photo.

    Returns:
        (H, W) float32 in [0, 1] over the frame, by name; and by the names of `ALSO` that aren't
        given themselves.

    Raises:
        InputError: an unreadable file, a wrong shape or box.
    """
    read = {name: _on_frame(name, mask, scene) for name, mask in given.items()}
    for name in given:
        for also in ALSO.get(name, ()):
            read.setdefault(also, read[name])
    return read


def _on_frame(name: str, mask: MaskLike, scene: Scene) -> F32:
    if isinstance(mask, tuple):
        return _box(name, mask, scene)
    values = _array(name, mask) if isinstance(mask, np.ndarray) else _file(name, mask)
    height, width = values.shape
    x0, y0, x1, y1 = scene.crop
    size = scene.size
    across, down = (x1 - x0) * width / size.width, (y1 - y0) * height / size.height
    if across > 2.0 or down > 2.0:  # average what would be skipped
        small = (max(1, round(width / across)), max(1, round(height / down)))
        values = np.asarray(cv2.resize(values, small, interpolation=cv2.INTER_AREA), np.float32)
        height, width = values.shape
        across, down = (x1 - x0) * width / size.width, (y1 - y0) * height / size.height
    to_photo = np.array(
        [
            [across, 0.0, 0.5 * across + x0 * width - 0.5],
            [0.0, down, 0.5 * down + y0 * height - 0.5],
        ]
    )
    placed = cv2.warpAffine(
        values,
        to_photo,
        (size.width, size.height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
    )
    return np.asarray(np.clip(placed, 0.0, 1.0), np.float32)


def _box(name: str, box: tuple[float, float, float, float], scene: Scene) -> F32:
    left, top, right, bottom = box
    if not (0.0 <= left < right <= 1.0 and 0.0 <= top < bottom <= 1.0):
        raise InputError(
            f"The box of mask {name!r} must be left, top, right, bottom in shares of the photo, "
            "0 to 1.",
            param="masks",
        )
    x0, y0, x1, y1 = scene.crop
    x = x0 + (np.arange(scene.size.width) + 0.5) / scene.size.width * (x1 - x0)
    y = y0 + (np.arange(scene.size.height) + 0.5) / scene.size.height * (y1 - y0)
    inside = ((y >= top) & (y < bottom))[:, None] & ((x >= left) & (x < right))[None, :]
    return inside.astype(np.float32)


def _file(name: str, file: str | Path | bytes) -> F32:
    path = "" if isinstance(file, bytes) else f"{file} "
    try:
        with Image.open(BytesIO(file) if isinstance(file, bytes) else file) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise InputError(
                    f"The mask {path}for {name!r} is larger than {_MOST_PIXELS} pixels.",
                    param="masks",
                )
            grey = picture.convert("L")
            return np.asarray(grey, np.float32) / np.float32(255.0)
    except FileNotFoundError as error:
        raise InputError(f"The mask {path}doesn't exist.", param="masks") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise InputError(
            f"The mask {path}for {name!r} isn't a picture that can be read.", param="masks"
        ) from error


def _array(name: str, mask: NDArray[np.generic]) -> F32:
    if mask.ndim != 2 or mask.size == 0:
        raise InputError(
            f"The mask {name!r} must be an (H, W) array, not of shape {mask.shape}.", param="masks"
        )
    if mask.dtype.kind not in "buif":
        raise InputError(f"The mask {name!r} must hold real numbers.", param="masks")
    values = mask.astype(np.float32)
    if mask.dtype.kind in "ui":
        values /= np.float32(2 ** (8 * mask.dtype.itemsize - (mask.dtype.kind == "i")) - 1)
    if not np.isfinite(values).all() or values.min() < 0.0 or values.max() > 1.0:
        raise InputError(
            f"The mask {name!r} must hold values from 0 to 1, bools, or whole numbers of its type.",
            param="masks",
        )
    return values

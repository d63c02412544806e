"""A depth map that the caller brings."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from kinora.errors import DepthMapError
from kinora.types.scene import F32, DisparityMap, Photo, Region

#: Largest depth map that is read, pixels.
MAX_DEPTH_PIXELS: Final = 120_000_000
# Shares of the values that are clipped at both ends, so that a few strays don't squeeze the rest.
_CLIP_PERCENT: Final = 0.2


class GivenDepth:
    """Disparity from a picture file or an array that the caller hands in.

    Values are read as disparity where near is white and as its mirror where near is black, and
    scaled to [0, 1]; their unit doesn't matter.
    """

    def __init__(
        self, depth: str | Path | NDArray[np.generic], *, near: Literal["white", "black"] = "white"
    ) -> None:
        """Read the map.

        Args:
            depth: path of an 8- or 16-bit picture (colour is turned to grey), or a real-valued
                array (H, W).
            near: whether near things are white (large values) or black.

        Raises:
            DepthMapError: unreadable, of the wrong shape or kind, not finite, or constant.
        """
        if isinstance(depth, np.ndarray):
            values, self._name = _from_array(depth), "array"
        else:
            values, self._name = _from_file(depth), Path(depth).name
        self._values = _normalised(values, near=near)

    @property
    def identity(self) -> str:
        """The map's name, shape and content."""
        digest = hashlib.sha256(self._values.tobytes()).hexdigest()
        return f"given:{self._name}:{self._values.shape}:{digest}"

    @property
    def covers(self) -> Literal["whole photo"]:
        """Borders of a scan are in the map, too."""
        return "whole photo"

    def estimate(self, photo: Photo, regions: Sequence[Region]) -> DisparityMap:
        """The given map at the photo's size; ``regions`` have no say.

        Raises:
            DepthMapError: the map's aspect isn't the photo's.
        """
        del regions
        height, width = self._values.shape
        size = photo.size
        scale_x, scale_y = size.width / width, size.height / height
        # A smaller map's sides are rounded, so they may be a pixel off.
        if abs(width * scale_y - size.width) > max(scale_x, scale_y, 1.0) + 0.5:
            raise DepthMapError(
                f"the depth map has {width}x{height} pixels and the photo {size}; both must have "
                "the same aspect",
                param="depth",
            )
        values = self._values
        if (width, height) != (size.width, size.height):
            shrinking = scale_x < 1.0
            how = cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR
            values = np.asarray(
                cv2.resize(values, (size.width, size.height), interpolation=how), dtype=np.float32
            )
        return DisparityMap(values=values, source=f"given:{self._name}")


def _error(message: str) -> DepthMapError:
    return DepthMapError(message, param="depth")


def _from_array(depth: NDArray[np.generic]) -> F32:
    if depth.ndim == 3 and depth.shape[2] == 1:
        depth = depth[:, :, 0]
    if depth.ndim != 2 or min(depth.shape) < 2:
        raise _error(f"a depth map array must have the shape (H, W), not {depth.shape}")
    if depth.dtype.kind not in "uif":
        raise _error(f"a depth map array must hold real numbers, not {depth.dtype}")
    return depth.astype(np.float32)


def _from_file(path: str | Path) -> F32:
    name = os.fspath(path)
    try:
        data = Path(path).read_bytes()
    except FileNotFoundError:
        raise _error(f"there is no depth map {name!r}; give the path of a picture file") from None
    except IsADirectoryError:
        raise _error(f"the depth map {name!r} is a folder; give a picture file") from None
    except (OSError, ValueError) as error:
        raise _error(f"can't read the depth map {name!r}: {error}") from None
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "TIFF", "JPEG", "WEBP", "PPM")) as opened:
            if opened.width * opened.height > MAX_DEPTH_PIXELS:
                raise _error(
                    f"the depth map has {opened.width}x{opened.height} pixels; at most "
                    f"{MAX_DEPTH_PIXELS:,} in all are allowed"
                )
            deep = opened.mode.startswith("I") or opened.mode == "F"
            return np.asarray(opened if deep else opened.convert("L"), dtype=np.float32)
    except UnidentifiedImageError:
        raise _error(f"the depth map {name!r} is not a PNG, TIFF, JPEG, WebP or PGM file") from None
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError):
        raise _error(f"the depth map {name!r} is damaged and can't be decoded") from None


def _normalised(values: F32, *, near: Literal["white", "black"]) -> F32:
    """Scaled to [0, 1], larger is nearer."""
    if not np.isfinite(values).all():
        raise _error("the depth map has values that are not finite; all must be real numbers")
    low, high = (float(v) for v in np.percentile(values, [_CLIP_PERCENT, 100 - _CLIP_PERCENT]))
    if high <= low:
        low, high = float(values.min()), float(values.max())
    if high <= low:
        raise _error("the depth map has the same value everywhere; it must tell near from far")
    scaled = np.clip((values - low) / (high - low), 0.0, 1.0)
    return np.asarray(1.0 - scaled if near == "black" else scaled, dtype=np.float32)

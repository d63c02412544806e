"""Where the clip's frame lies on the photo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.errors import SizeError
from kinora.scene.frame_size import check_size, default_size
from kinora.types.geometry import Size
from kinora.types.remarks import remark
from kinora.types.scene import Fit, Region, RegionKind

# How much a crop wants to keep each kind of region; a face counts most, for a cut head is the
# worst that a crop can do. Sky and ground may go.
_KEEP: Final[dict[RegionKind, float]] = {"face": 6.0, "person": 2.0, "subject": 1.5}
# Hair and chin around a detected face, in face heights (a detector's box spans brow to mouth).
_HEAD_ABOVE, _HEAD_BELOW, _HEAD_ASIDE = 0.6, 0.4, 0.3
# Pull towards the middle of the kept things, against 1 for losing all of them.
_CENTRING: Final = 0.25
# A size of the photo's own shape differs from it by no more: its sides are even, pixels.
_ROUNDING: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """The frame on the photo: ``crop`` is x0, y0, x1, y1 in photo pixels (edges, not centres).

    For ``pad`` it extends beyond the photo.
    """

    crop: tuple[float, float, float, float]
    size: Size  # of the frame, in its own pixels

    @property
    def scale(self) -> float:
        """Frame pixels per photo pixel."""
        return self.size.width / (self.crop[2] - self.crop[0])


def place_frame(photo_size: Size, size: Size, fit: Fit, regions: Sequence[Region]) -> Placement:
    """Fit a frame of ``size`` to a photo.

    Args:
        photo_size: of the photo, pixels.
        size: of the frame, pixels.
        fit: ``crop`` fills the frame and cuts what sticks out, keeping faces and subjects;
            ``pad`` shows the whole photo, centred; ``strict`` wants the same aspect.
        regions: found in the photo, masks (H, W) at its size.

    Raises:
        SizeError: ``size`` is not allowed, or with ``strict`` its aspect differs from the
            photo's by more than a pixel.
    """
    check_size(size)
    if fit == "strict":
        _check_same_aspect(photo_size, size)
    if fit == "pad":
        return Placement(crop=_covering(photo_size, size), size=size)
    width = min(float(photo_size.width), photo_size.height * size.aspect)
    height = min(float(photo_size.height), photo_size.width / size.aspect)
    kept = [_Kept.of(region, photo_size) for region in regions if region.kind in _KEEP]
    x0 = _best_offset([k.across for k in kept], photo_size.width, width)
    y0 = _best_offset([k.down for k in kept], photo_size.height, height)
    return Placement(crop=(x0, y0, x0 + width, y0 + height), size=size)


def fit_notes(photo: Size, placement: Placement) -> tuple[str, ...]:
    """What fitting cut from a photo or added to it; a pixel of the clip is but rounding."""
    x0, y0, x1, y1 = placement.crop
    cut = max(photo.width - (x1 - x0), photo.height - (y1 - y0))
    added = max((x1 - x0) - photo.width, (y1 - y0) - photo.height)
    if cut * placement.scale > _ROUNDING:
        sides = (round(side) for side in (x0, y0, photo.width - x1, photo.height - y1))
        return (remark("cut", *sides),)
    if added * placement.scale > _ROUNDING:
        return (remark("framed"),)
    return ()


def _check_same_aspect(photo: Size, size: Size) -> None:
    across = abs(size.width - size.height * photo.aspect)
    down = abs(size.height - size.width / photo.aspect)
    if min(across, down) > 1.0 + 1e-9:
        raise SizeError(
            f"the photo is {photo} and the clip {size}, of another aspect; with fit 'strict' they "
            f"must agree within a pixel (use fit 'crop' or 'pad', or a size like "
            f"{default_size(photo)})",
            param="fit",
        )


def _covering(photo: Size, size: Size) -> tuple[float, float, float, float]:
    width = max(float(photo.width), photo.height * size.aspect)
    height = max(float(photo.height), photo.width / size.aspect)
    x0, y0 = (photo.width - width) / 2, (photo.height - height) / 2
    return x0, y0, x0 + width, y0 + height


@dataclass(frozen=True, slots=True)
class _Profile:
    """Where along one axis a thing lies: weights per pixel, summing to ``weight``."""

    weights: NDArray[np.float64]
    weight: float


@dataclass(frozen=True, slots=True)
class _Kept:
    """A region that the crop should keep, seen along both axes."""

    across: _Profile
    down: _Profile

    @staticmethod
    def of(region: Region, photo: Size) -> _Kept:
        weight = _KEEP[region.kind] * region.score
        if region.kind == "face":
            x0, y0, x1, y1 = region.box
            tall = y1 - y0
            span_x = (x0 - _HEAD_ASIDE * tall, x1 + _HEAD_ASIDE * tall)
            span_y = (y0 - _HEAD_ABOVE * tall, y1 + _HEAD_BELOW * tall)
            return _Kept(
                _Profile(_interval(span_x, photo.width), weight),
                _Profile(_interval(span_y, photo.height), weight),
            )
        across = region.mask.sum(axis=0, dtype=np.float64)
        down = region.mask.sum(axis=1, dtype=np.float64)
        return _Kept(_Profile(across, weight), _Profile(down, weight))


def _interval(span: tuple[float, float], length: int) -> NDArray[np.float64]:
    weights = np.zeros(length)
    weights[max(int(span[0]), 0) : max(min(round(span[1]), length), 1)] = 1.0
    return weights


def _best_offset(profiles: Sequence[_Profile], length: int, window: float) -> float:
    """Start of the window that keeps most of what matters, and that near its middle."""
    slack = length - window
    weighty = [p for p in profiles if p.weight > 0.0 and p.weights.sum() > 0.0]
    if slack <= 0.0 or not weighty:
        return max(slack, 0.0) / 2
    offsets = np.linspace(0.0, slack, max(round(slack), 1) + 1)
    gain = np.zeros_like(offsets)
    edges = np.arange(length + 1, dtype=np.float64)
    centres = edges[:-1] + 0.5
    for profile in weighty:
        total = profile.weights.sum()
        until = np.concatenate([[0.0], np.cumsum(profile.weights)]) / total
        kept = np.interp(offsets + window, edges, until) - np.interp(offsets, edges, until)
        middle = float((profile.weights * centres).sum() / total)
        aside = np.abs(offsets + window / 2 - middle) / window
        gain += profile.weight * (kept - _CENTRING * aside**2)
    return float(offsets[int(np.argmax(gain))])

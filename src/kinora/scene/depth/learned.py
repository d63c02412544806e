"""Disparity by a network, refined along the picture's edges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from kinora.scene.depth.classical import ClassicalDepth, layout_of
from kinora.scene.depth.figures import FIGURES, apart, nearer, place_regions, together
from kinora.scene.depth.skyline import without_sky
from kinora.scene.depth.uprights import hold_uprights
from kinora.scene.fill import enlarge, shrink
from kinora.scene.networks.geometry import Geometry, GeometryNetwork
from kinora.scene.outline import DOUBTFUL
from kinora.scene.refine import sharpen
from kinora.scene.regions.masks import box_of
from kinora.scene.regions.masks import shrink as shrink_photo
from kinora.scene.regions.vanishing import VanishingPoint, find_vanishing_point
from kinora.scene.together import side_by_side
from kinora.types.scene import F32, DisparityMap, Photo, Region

# Shares of the values that are clipped at both ends, so that a few strays don't squeeze the rest;
# training, too, counts from there.
_CLIP_PERCENT: Final = 2.0
# A map whose values differ by less than this share of their size tells nothing apart.
_FLAT: Final = 0.02
# Certainty from which the network is believed alone, and that at which the layout alone is. Ours
# expects exp(-error / 0.2) of disparity in [0, 1]: these are errors of about 0.18 and 0.32.
_SURE, _LOST = 0.4, 0.2
# How much of it the layout decides at least where lines meet in a clear vanishing point: walls are
# then flatter, and corridors deeper, than a small network sees them.
_CORRIDOR_SHARE, _CLEAR_SCORE = 0.6, 0.6
# Least share of the picture in which the layout must have a say to be asked.
_ASKED: Final = 0.01
# How far the values of a coarse network are blurred (standard deviation, share of the long side).
_SMOOTH: Final = 0.05
# Pixels at which edges are refined.
_REFINED_PIXELS: Final = 300_000


class LearnedDepth:
    """What a network says; the layout's guess where it isn't sure or says nothing."""

    def __init__(self, network: GeometryNetwork) -> None:
        """Args:
        network: asked once per photo, together with who asks for regions.
        """
        self._network = network
        self._otherwise = ClassicalDepth()

    @property
    def identity(self) -> str:
        """The network's: the code is part of the stage's own fingerprint."""
        return f"learned:{self._network.identity}"

    def estimate(self, photo: Photo, regions: Sequence[Region]) -> DisparityMap:
        """Relative disparity of the whole photo, (H, W) float32 in [0, 1], larger is nearer.

        Args:
            photo: upright sRGB photo, (H, W, 3) uint8.
            regions: what was found in the photo, masks (H, W); the sky is put far away.

        Raises:
            ModelError: the network can't be run.
        """
        seen = self._network.read(photo)
        label = self._network.weights.label
        scaled = _scaled(seen.disparity)
        if scaled is None:
            layout = self._otherwise.estimate(photo, regions)
            return replace(layout, source=f"{layout.source} (learned:{label} saw a flat picture)")
        source = f"learned:{label}"
        doubt = np.clip((_SURE - seen.certainty) / (_SURE - _LOST), 0.0, 1.0)
        point = find_vanishing_point(shrink_photo(photo))
        if point is not None:
            doubt = np.maximum(doubt, _CORRIDOR_SHARE * min(point.score / _CLEAR_SCORE, 1.0))
        if float(doubt.mean()) > _ASKED:
            scaled = _blended(scaled, _layout(photo, regions, point, scaled.shape), doubt)
            source += "+layout"
        if seen.coarse:
            values = _at_large(scaled, seen, photo, regions)
        else:
            values = _refined(_held(scaled, photo, regions), photo, reach=seen.step_error)
            values = place_regions(values, regions)
        nearest = np.float32(1.0)  # a figure's middle is lifted beyond
        return DisparityMap(
            values=np.minimum(values, nearest, out=values).astype(np.float32, copy=False),
            source=source,
            step_error=seen.step_error,
        )


def _layout(
    photo: Photo, regions: Sequence[Region], point: VanishingPoint | None, shape: tuple[int, ...]
) -> F32:
    """The layout's guess at a smaller size, height and width; lines aren't held yet."""
    size = shape[1], shape[0]
    small = []
    for region in regions:
        if region.kind in ("person", "subject", "sky"):
            mask = _at(size, region.mask)
            small.append(replace(region, mask=mask, box=box_of(mask)))
    sky = next((region.mask for region in small if region.kind == "sky"), None)
    values, _ = layout_of((size[1], size[0]), point, sky=sky)
    return np.clip(place_regions(values, small), 0.0, 1.0)


def _at(size: tuple[int, int], mask: F32) -> F32:
    """A mask at a smaller size (width, height), for the order of things at large.

    Bilinear: averages over areas take ten times as long, and masks are smooth.
    """
    return enlarge(mask, size)


def _scaled(disparity: F32) -> F32 | None:
    """The values in [0, 1]; None where they are all alike."""
    low, high = (float(v) for v in np.percentile(disparity, [_CLIP_PERCENT, 100.0 - _CLIP_PERCENT]))
    if high - low <= _FLAT * max(abs(low), abs(high), 1e-6):
        return None
    return np.asarray(np.clip((disparity - low) / (high - low), 0.0, 1.0), dtype=np.float32)


def _blended(values: F32, layout: F32, doubt: F32) -> F32:
    """The network's values, drawn to the layout's where they are doubtful.

    The layout is first fitted to the values, in scale (not below 0) and shift, by least squares
    weighted with certainty.
    """
    weight = (1.0 - doubt).astype(np.float64) + 1e-3
    weight /= weight.sum()
    mean_x, mean_y = float((weight * layout).sum()), float((weight * values).sum())
    away = layout - mean_x
    variance = float((weight * away * away).sum())
    slope = max(float((weight * away * (values - mean_y)).sum()) / max(variance, 1e-9), 0.0)
    fitted = np.clip(mean_y + slope * away, 0.0, 1.0)
    return np.asarray(values + doubt * (fitted - values), dtype=np.float32)


def _at_large(values: F32, seen: Geometry, photo: Photo, regions: Sequence[Region]) -> F32:
    """The order of things at large, at the photo's size: sky and figures make the steps.

    Doubtful subjects that are no nearer than what is around them are left out: stood upright, a
    wall that was taken for one would bend the frames of its windows, and half a person would leave
    the other half behind.
    """
    values = _below_sky(values, seen, regions)
    off = _standing_off(values, regions)
    stepped = _stepped(values, photo, regions, figures=[region.mask for region in off])
    doubtful = [each for each in regions if each.kind == "subject" and each.score <= DOUBTFUL]
    placed = [each for each in regions if each in off or each not in doubtful]
    return place_regions(stepped, placed)


def _below_sky(values: F32, seen: Geometry, regions: Sequence[Region]) -> F32:
    """The network's values as if there were no sky, where one was found."""
    size = (values.shape[1], values.shape[0])
    sky = next((_at(size, region.mask) for region in regions if region.kind == "sky"), None)
    if sky is None:
        return values
    return without_sky(values, np.maximum(sky, seen.regions.get("sky", sky)))


def _standing_off(values: F32, regions: Sequence[Region]) -> list[Region]:
    """Figures that are nearer than what is around them."""
    size = (values.shape[1], values.shape[0])
    figures = [region for region in regions if region.kind in FIGURES and region.mask.any()]
    off = nearer(values, [_at(size, figure.mask) for figure in figures])
    return [figure for figure, is_off in zip(figures, off, strict=True) if is_off]


def _stepped(
    values: F32, photo: Photo, regions: Sequence[Region], *, figures: Sequence[F32]
) -> F32:
    """Values at the photo's size, whose steps are those of figures.

    A small network's steps lie beside the outlines, which tears hair, and its values change within
    one thing, which bends towers; without them the order is hardly worse. So figures and what is
    behind them are smoothed apart from each other, and meet along the outlines that were found.

    Args:
        values: (h, w) relative disparity, as if there were no sky.
        photo: the photo.
        regions: found in it.
        figures: (H, W) masks of those that stand off.
    """
    size = (values.shape[1], values.shape[0])
    full = (photo.size.width, photo.size.height)
    plane = _plane(values)  # left alone: blurred, it would flatten towards the borders
    if not figures:
        return enlarge(_held(_smoothed(values - plane, plane), photo, regions), full)
    inside = np.maximum.reduce([_at(size, mask) for mask in figures])
    sides = apart(values - plane, inside)
    behind, front = side_by_side(lambda side: _smoothed(side, plane), sides)
    whole = behind + inside * (front - behind)
    change = _held(whole, photo, regions) - whole
    far, near = (enlarge(np.clip(each + change, 0.0, 1.0), full) for each in (behind, front))
    return together(far, near, figures)


def _smoothed(steps: F32, plane: F32) -> F32:
    """A plane and the steps on it, blurred."""
    smooth = cv2.GaussianBlur(steps, (0, 0), _SMOOTH * max(steps.shape))
    return np.asarray(np.clip(plane + smooth, 0.0, 1.0), dtype=np.float32)


def _plane(values: F32) -> F32:
    """The plane that fits best in the square sense."""
    down, across = (np.linspace(-1.0, 1.0, count) for count in values.shape)
    slopes = (
        float((values.mean(axis=1) * down).mean() / (down**2).mean()),
        float((values.mean(axis=0) * across).mean() / (across**2).mean()),
    )
    plane = values.mean() + slopes[0] * down[:, None] + slopes[1] * across[None, :]
    return np.asarray(plane, dtype=np.float32)


def _held(values: F32, photo: Photo, regions: Sequence[Region]) -> F32:
    """The values, changed smoothly so that the picture's lines stay straight and upright."""
    small = shrink_photo(photo)
    size = small.shape[::-1]
    masks = {
        region.kind: _at(size, region.mask)
        for region in regions
        if region.kind in ("ground", "sky")
    }
    large = enlarge(values, size)
    held = hold_uprights(large, small, free=masks.get("ground"), sky=masks.get("sky"))
    moved = values + shrink(held - large, (values.shape[1], values.shape[0]))
    return np.asarray(np.clip(moved, 0.0, 1.0), dtype=np.float32)


def _refined(values: F32, photo: Photo, *, reach: float) -> F32:
    """At the photo's size, steps drawn to the picture's edges."""
    width, height = photo.size.width, photo.size.height
    factor = min(1.0, np.sqrt(_REFINED_PIXELS / (width * height)))
    size = (max(round(width * factor), 2), max(round(height * factor), 2))
    picture = shrink(photo.rgb, size) if factor < 1.0 else photo.rgb
    crisp = sharpen(enlarge(values, size), picture, reach=reach)
    return np.clip(enlarge(crisp, (width, height)), 0.0, 1.0)

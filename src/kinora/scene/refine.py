"""Disparity whose steps lie on the picture's edges, in scene units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.together import side_by_side
from kinora.types.scene import F32, U8, Region, RegionKind

#: Scene disparity of the nearest point and of the farthest where no sky is seen, with the focus at
#: 1. The relative map is stretched until it meets one of them (or the sky's), so that planes stay
#: planes.
NEAREST, FARTHEST = 1.9, 0.2
#: How far a map without a figure is stretched from where 0 lies to where its own farthest lies:
#: layout alone is a guess, and a steep ramp makes uprights lean.
LAYOUT_TRUST = 0.5
#: Scene disparity of the sky.
SKY = 0.0
#: A change of scene disparity by this much within a few pixels counts as a step.
STEP = 0.07
#: Most that colour may say for one side, against 3 of the soft disparity at either end of a step.
EVIDENCE = 2.0
#: Share of a face's own relief that is kept: faces must not wobble.
FACE_RELIEF = 0.3
#: Kinds of region that can be the focus subject, the best first.
FOCUS_KINDS: tuple[RegionKind, ...] = ("face", "person", "subject")
#: How far off steps may lie where nobody knows better, as a share of the long side.
REACH = 0.014
#: Radius of the second, finer sharpening pass against that of the first.
FINER = 5 / 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Focus:
    """The focus subject."""

    relative: float  # its relative disparity
    point: tuple[float, float]  # x, y in [0, 1] of the map's width and height
    kind: str  # "face", "person", "subject" or "centre"


def find_focus(relative: F32, masks: Sequence[tuple[Region, F32]]) -> Focus:
    """The focus subject: a face, else a person or subject, else what the centre shows.

    Args:
        relative: (h, w) relative disparity in [0, 1].
        masks: regions with their masks over the same extent.
    """
    height, width = relative.shape
    for kind in FOCUS_KINDS:
        found = [(r.score * float(m.mean()), m) for r, m in masks if r.kind == kind]
        found = [(rank, mask) for rank, mask in found if float(mask.max(initial=0.0)) > 0.5]
        if not found:
            continue
        mask = max(found, key=lambda entry: entry[0])[1]
        rows, columns = np.nonzero(mask > 0.5)
        value = float(np.median(relative[rows, columns]))
        centre = ((columns.mean() + 0.5) / width, (rows.mean() + 0.5) / height)
        return Focus(relative=value, point=(float(centre[0]), float(centre[1])), kind=kind)
    return Focus(relative=_central(relative), point=(0.5, 0.5), kind="centre")


def _central(relative: F32) -> float:
    """Centre-weighted mean of the nearer half of the values: what a viewer fixes upon."""
    height, width = relative.shape
    x = (np.arange(width) + 0.5) / width - 0.5
    y = (np.arange(height) + 0.5) / height - 0.5
    weight = np.exp(-(x[None, :] ** 2 + y[:, None] ** 2) / (2 * 0.18**2))
    middle = float((weight * relative).sum() / weight.sum())
    weight = weight * (relative >= middle - 1e-6)
    return float((weight * relative).sum() / weight.sum())


def to_scene(relative: F32, focus: Focus, *, sky: F32 | None = None) -> F32:
    """Scene disparity from relative disparity: an affine map with the focus subject at 1.

    Args:
        relative: (h, w) in [0, 1].
        focus: the focus subject.
        sky: (h, w) in [0, 1], where the sky is, if there is any.
    """
    farthest = FARTHEST if sky is None else SKY
    low = float(np.percentile(relative, 1.0))
    if focus.kind not in FOCUS_KINDS:
        low *= LAYOUT_TRUST
    below = (1.0 - farthest) / max(focus.relative - low, 0.25)
    above = (NEAREST - 1.0) / max(1.0 - focus.relative, 1e-3)
    scene = 1.0 + min(below, above) * (relative - focus.relative)
    if sky is not None:
        scene = scene * (1.0 - sky) + SKY * sky
    return np.asarray(np.maximum(scene, SKY), dtype=np.float32)


def flatten_faces(disparity: F32, masks: Sequence[tuple[Region, F32]]) -> F32:
    """Bring the disparity of each face close to one value, its median.

    Args:
        disparity: (h, w) scene disparity.
        masks: regions with their masks over the same extent.
    """
    for region, mask in masks:
        inside = mask > 0.5
        if region.kind != "face" or not inside.any():
            continue
        middle = np.float32(np.median(disparity[inside]))
        flat = middle + np.float32(FACE_RELIEF) * (disparity - middle)
        disparity = disparity * (1 - mask) + flat * mask
    return disparity


def sharpen(disparity: F32, picture: U8, *, reach: float = REACH) -> F32:
    """Turn soft steps of disparity into crisp ones that lie on edges of the picture.

    Around a step each pixel is given to the near or to the far side: to the one whose mean colour
    nearby it resembles, the soft disparity deciding where colours don't. A ramp is left alone: its
    range grows with the window, a step's doesn't.

    Args:
        disparity: (h, w) scene disparity.
        picture: (h, w, 3) uint8 sRGB, same extent.
        reach: how far off steps may lie, as a share of the long side; less moves less that is
            right already.
    """
    planes = [plane / np.float32(255.0) for plane in cv2.split(picture.astype(np.float32))]
    long_side = max(disparity.shape)
    for share in (reach, FINER * reach):
        radius = max(2, round(share * long_side))
        disparity = _sharpen_once(disparity, planes, radius=radius)
    return disparity


def _sharpen_once(disparity: F32, planes: Sequence[F32], *, radius: int) -> F32:
    low, high = _range(disparity, radius)
    wide_low, wide_high = _range(disparity, 3 * radius)
    span = high - low
    step = (span > STEP) & (span > 0.55 * (wide_high - wide_low))
    if not step.any():
        return disparity
    near = np.where(step, (disparity - low) / np.maximum(span, 1e-6), 0.5)
    evidence = _colour_evidence(planes, near, step, radius=radius)
    logit = 6.0 * (near - 0.5) + evidence
    side = 1.0 / (1.0 + np.exp(-4.0 * logit))
    return np.where(step, low + span * side, disparity).astype(np.float32)


def _range(values: F32, radius: int) -> tuple[F32, F32]:
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (2 * radius + 1, 2 * radius + 1))
    low, high = cv2.erode(values, kernel), cv2.dilate(values, kernel)
    return low.astype(np.float32, copy=False), high.astype(np.float32, copy=False)


def _colour_evidence(
    planes: Sequence[F32], near: F32, step: NDArray[np.bool_], *, radius: int
) -> F32:
    """Log-likelihood ratio, limited, that a pixel's colour is of the near side rather than the far.

    Both sides are described by mean and variance of colour within a window. Red, green and blue are
    planes of their own: as neighbours in memory they would take three times as long.
    """
    window = (4 * radius + 1, 4 * radius + 1)
    squared = planes[0] * planes[0] + planes[1] * planes[1] + planes[2] * planes[2]

    def cost(share: F32) -> F32:
        weight = np.where(step, share * share, np.float32(0.0))
        weight *= weight
        total = cv2.blur(weight, window) + np.float32(1e-4)
        variance, away = cv2.blur(squared * weight, window) / total, np.zeros_like(weight)
        for plane in planes:
            mean = cv2.blur(plane * weight, window) / total
            variance -= mean * mean
            away += (plane - mean) ** 2
        return np.asarray(away / (np.maximum(variance, 0.0) + 1.5e-3), dtype=np.float32)

    of_near, of_far = side_by_side(cost, (near, 1.0 - near))
    return np.asarray(np.clip(0.5 * (of_far - of_near), -EVIDENCE, EVIDENCE), dtype=np.float32)

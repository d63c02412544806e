"""Outlines that the picture doesn't confirm: there a cut would tear a thing apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.fill import enlarge, nearest_known, shrink
from kinora.scene.go_on import go_on
from kinora.scene.together import side_by_side
from kinora.types.scene import F32, U8, Region, RegionKind

# Longest side at which outlines are looked at, pixels.
_SIDE: Final = 320
# Least share of an outline that the picture must confirm; a face vouches for its person.
_LEAST: Final[dict[RegionKind, float]] = {"sky": 0.45, "subject": 0.9, "person": 0.0}
#: Up to this score all of that is asked of a subject, and it doesn't go on across its outline.
DOUBTFUL: Final = 0.8
# Score from which least is asked, and how much.
_CERTAIN, _LEAST_OF_CERTAIN = 0.95, 0.65
# How far from the outline colours are compared, pixels at that size.
_BESIDE: Final = 2.5
# A subject meets a sky where the share of its outline is larger that lies so near it, as a share of
# the long side.
_MET, _NEXT = 0.05, 0.02
# Between these differences of colour (CIELAB) an outline is confirmed more and more.
_SAME, _OTHER = 6.0, 14.0
# Along an outline, what is confirmed is smoothed over this share of the long side.
_ALONG: Final = 0.015
# Beyond an unconfirmed outline a near thing fades out over this share of the long side.
_FADE: Final = 0.1

Bool = NDArray[np.bool_]


def confirm_outlines(rgb: U8, regions: Sequence[Region]) -> tuple[Region, ...]:
    """Regions with outlines that a cut may follow.

    Where the picture shows no edge along an outline, figures go on as far as their colours do, and
    masks fade out. The near side keeps its mask (persons and subjects whole, the sky less), so that
    what is near stays in one piece and the ground or sky beyond bends towards it, where else it
    would be torn. A sky or subject whose outline is open on the whole is left out: a wrong cut is
    worse than less depth; the surer a subject is otherwise, the less of it must be confirmed, and
    the more it goes on. A subject that meets such a sky is left out, too, for it was looked for
    outside of that.

    Args:
        rgb: (H, W, 3) uint8 sRGB, the photo.
        regions: found in it, masks (H, W). Faces and ground are left as they are.
    """
    size = looked_at(rgb.shape)
    lab = cv2.cvtColor(shrink(rgb, size).astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)
    small = np.asarray(lab, dtype=np.float32)
    confirmed = side_by_side(lambda region: _confirmed(region, small), regions)
    lost = [
        region.mask
        for region, found in zip(regions, confirmed, strict=True)
        if region.kind == "sky" and found is None
    ]
    return tuple(
        region
        for region in confirmed
        if region is not None
        and not (region.kind == "subject" and any(_meets(region.mask, sky, size) for sky in lost))
    )


def looked_at(shape: tuple[int, ...]) -> tuple[int, int]:
    """Size (width, height) at which outlines in a picture (height, width, …) are looked at."""
    scale = min(1.0, _SIDE / max(shape[:2]))
    return max(2, round(shape[1] * scale)), max(2, round(shape[0] * scale))


def _meets(subject: F32, sky: F32, size: tuple[int, int]) -> bool:
    """Whether a share of a subject's outline runs along a sky."""
    outline = outline_of(shrink(subject, size) > 0.5)
    side = 2 * round(_NEXT * max(size)) + 1
    beside = cv2.dilate((shrink(sky, size) > 0.5).astype(np.uint8), np.ones((side, side), np.uint8))
    return bool((outline & (beside > 0)).sum() > _MET * outline.sum())


def _confirmed(region: Region, lab: F32) -> Region | None:
    """The region, softened where it needs it; None where its outline isn't to be believed."""
    if region.kind not in _LEAST:
        return region
    height, width = lab.shape[:2]
    near = 1.0 - region.mask if region.kind == "sky" else region.mask
    inside = shrink(near, (width, height)) > 0.5
    outline = outline_of(inside)
    if not outline.any():
        return region
    sure = np.where(outline, difference(lab, inside), 0.0).astype(np.float32)
    if float(sure[outline].mean()) < _least(region):
        return None
    halo = _halo(inside, outline, outline - sure)
    if region.kind != "sky":
        share = np.float32(_certain(region))
        halo = np.maximum(halo, share * go_on(inside, outline - sure, lab) if share else 0.0)
    near = np.maximum(near, enlarge(halo, (near.shape[1], near.shape[0])))
    return replace(region, mask=1.0 - near if region.kind == "sky" else near)


def _least(region: Region) -> float:
    """Least share of a region's outline that the picture must confirm."""
    least = _LEAST[region.kind]
    if region.kind != "subject":
        return least
    return least + _certain(region) * (_LEAST_OF_CERTAIN - least)


def _certain(region: Region) -> float:
    """How certain a subject is, from 0 to 1; a person is."""
    if region.kind != "subject":
        return 1.0
    return min(max((region.score - DOUBTFUL) / (_CERTAIN - DOUBTFUL), 0.0), 1.0)


def _halo(inside: Bool, outline: Bool, doubt: F32) -> F32:
    """What to add around a near thing: (h, w) in [0, 1].

    Args:
        inside: (h, w), the thing.
        outline: (h, w), its outline.
        doubt: (h, w) in [0, 1] on the outline, 0 elsewhere.
    """
    long_side = max(inside.shape)
    sigma = _ALONG * long_side
    total = cv2.GaussianBlur(outline.astype(np.float32), (0, 0), sigma)
    smooth = cv2.GaussianBlur(doubt, (0, 0), sigma) / np.maximum(total, 1e-6)
    share = smooth.reshape(-1)[nearest_known(outline)]
    away = cv2.distanceTransform((~inside).astype(np.uint8), cv2.DIST_L2, 5)
    fade = np.clip(1.0 - away / (_FADE * long_side), 0.0, 1.0)
    halo = share * fade * fade * (3.0 - 2.0 * fade)
    # The nearest outline, and so the share, changes abruptly.
    return np.asarray(cv2.GaussianBlur(halo, (0, 0), sigma), dtype=np.float32)


def outline_of(inside: Bool) -> Bool:
    """Border cells on both sides, but for those at the picture's rim: (h, w)."""
    change = cv2.morphologyEx(
        inside.astype(np.uint8), cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)
    )
    change[[0, -1], :] = change[:, [0, -1]] = 0
    return np.asarray(change > 0)


def difference(lab: F32, inside: Bool) -> F32:
    """How different the colours on both sides of an outline are, (h, w) in [0, 1]."""
    within, beyond = both_sides(lab, inside, _BESIDE)
    apart = np.linalg.norm(within - beyond, axis=2)
    return np.asarray(np.clip((apart - _SAME) / (_OTHER - _SAME), 0.0, 1.0), dtype=np.float32)


def both_sides(values: F32, inside: Bool, beside: float) -> tuple[F32, F32]:
    """Means of values (h, w, n) within and beyond an outline, some pixels from it: (h, w, n)."""
    means = []
    for side in (inside, ~inside):
        weight = side.astype(np.float32)
        total = cv2.GaussianBlur(weight, (0, 0), beside) + 1e-4
        blurred = cv2.GaussianBlur(values * weight[..., None], (0, 0), beside)
        means.append(blurred.reshape(values.shape) / total[..., None])
    return means[0], means[1]

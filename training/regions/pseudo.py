"""Region labels without any: rules that vote, and what they don't agree on is left out.

A label plane holds two bytes per pixel: bit i says "is region i", bit 8 + i "this is known".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.regions.align import align
from kinora.scene.regions.masks import shrink
from kinora.scene.regions.sky import find_sky
from kinora.types.scene import Photo
from training.common.augment import KNOWN_SHIFT

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]
Bool = NDArray[np.bool_]
Labels = NDArray[np.uint16]

SKY, SUBJECT, GROUND, VEGETATION, WATER = range(5)
# Relative disparity below which something may be sky, and above which it can't be.
_FAR, _NOT_FAR = 0.05, 0.15
# Ground: how near to the plane it lies, how far off it something else is, how steep the plane is
# (disparity per picture height), how much of the picture it must cover.
_ON_PLANE, _OFF_PLANE, _STEEP, _COVER = 0.04, 0.12, 0.5, 0.08
# Photos that show water, and such that may; chosen by eye from contact sheets of all photos but
# those of houses and streets. Each line: a set, then numbers of its photos.
_LISTS: Final = Path(__file__).parent


@cache
def _listed(name: str) -> frozenset[str]:
    """Photos of a list, without the ending of their file names."""
    rows = [line.split() for line in (_LISTS / f"{name}.txt").read_text().splitlines()]
    return frozenset(f"{kind}_{int(number):04d}" for kind, *numbers in rows for number in numbers)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """What the rules look at, all at label size (h, w)."""

    photo: Photo
    rgb: U8
    lab: F32
    disparity: F32  # relative, [0, 1]
    indoors: bool
    water: bool | None  # whether the picture shows water; None where that isn't known
    houses: bool  # whether the picture shows a house: no subject

    @staticmethod
    def of(photo: Photo, disparity: F32, *, name: str, source: str) -> Evidence:
        """Collect it.

        Args:
            photo: a photo.
            disparity: its relative disparity (h, w) in [0, 1].
            name: file name; its set is the part before the underscore.
            source: its path at its origin.
        """
        rgb = cv2.resize(photo.rgb, disparity.shape[::-1], interpolation=cv2.INTER_AREA)
        lab = cv2.cvtColor(rgb.astype(np.float32) / 255.0, cv2.COLOR_RGB2LAB)
        leaf = source.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        return Evidence(
            photo=photo, rgb=rgb, lab=lab, disparity=disparity, indoors="bathroom" in leaf,
            water=_shows_water(name),
            houses=name.startswith(("houses", "camvid", "urban")),
        )  # fmt: skip


def label(evidence: Evidence, *, subject: F32 | None) -> Labels:
    """The label plane.

    Args:
        evidence: of one picture.
        subject: (h, w) matte in [0, 1] of a cut-out that was found trustworthy.
    """
    sky = _sky(evidence)
    ground = _ground(evidence, sky[0])
    plants = _vegetation(evidence)
    figure = _subject(evidence, subject)
    ground = ground[0] & ~figure[0], ground[1] | figure[0]
    others = {SKY: sky[0], SUBJECT: figure[0], GROUND: ground[0], VEGETATION: plants[0]}
    planes = [sky, figure, ground, plants, _water(evidence, others)]
    result = np.zeros(evidence.disparity.shape, np.uint16)
    for index, (positive, negative) in enumerate(planes):
        result |= positive.astype(np.uint16) << np.uint16(index)
        known = positive | negative
        result |= known.astype(np.uint16) << np.uint16(KNOWN_SHIFT + index)
    return result


def _sky(evidence: Evidence) -> tuple[Bool, Bool]:
    everything = np.ones(evidence.disparity.shape, bool)
    if evidence.indoors:
        return ~everything, everything
    small = shrink(evidence.photo, 384)
    found = find_sky(small)
    far = evidence.disparity < _FAR
    near = evidence.disparity > _NOT_FAR
    if found is None:
        # The teacher alone isn't enough: walls and water may be its farthest, too.
        return ~everything, near
    mask = cv2.resize(
        align(found[0], evidence.photo, small), far.shape[::-1], interpolation=cv2.INTER_AREA
    )
    agreed = (mask > 0.6) & (evidence.disparity < 2 * _FAR)
    if agreed.mean() < 0.6 * (mask > 0.6).mean():
        return ~everything, near & (mask < 0.2)
    inside = _top_connected((far & (mask > 0.3)) | agreed)
    return inside, (mask < 0.15) & (evidence.disparity > _FAR)


def _top_connected(mask: Bool) -> Bool:
    _, labels = cv2.connectedComponents(mask.astype(np.uint8), connectivity=4)
    tops = np.unique(labels[:2])
    return np.isin(labels, tops[tops > 0])


def _subject(evidence: Evidence, subject: F32 | None) -> tuple[Bool, Bool]:
    nothing = np.zeros(evidence.disparity.shape, bool)
    if evidence.houses:
        return nothing, ~nothing
    if subject is None:
        return nothing, evidence.disparity < _FAR
    positive = subject > 0.6
    around = cv2.dilate(positive.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    nearest = np.median(evidence.disparity[positive]) if positive.any() else 1.0
    # Something else that is as near may be a subject, too.
    return positive, (subject < 0.1) & (around | (evidence.disparity < nearest))


def _ground(evidence: Evidence, sky: Bool) -> tuple[Bool, Bool]:
    disparity = evidence.disparity
    height, width = disparity.shape
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    y, x = (y + 0.5) / height, (x + 0.5) / width
    nothing = np.zeros(disparity.shape, bool)
    if evidence.indoors:  # the teacher is weak there: its planes run over sinks and tables
        return nothing, y < 0.3
    plane = _plane(disparity, y, x)
    if plane is None:
        return nothing, sky | (y < 0.3)
    fitted = plane[0] + plane[1] * y + plane[2] * x
    on = (np.abs(disparity - fitted) < _ON_PLANE) & (fitted > 0.06)
    on = cv2.morphologyEx(on.astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    _, labels = cv2.connectedComponents(on, connectivity=4)
    bottoms = np.unique(labels[-2:])
    positive = np.isin(labels, bottoms[bottoms > 0])
    if positive.mean() < _COVER:
        return nothing, sky | (y < 0.3)
    off = np.abs(disparity - fitted) > _OFF_PLANE
    return positive, (off | (fitted < 0.0) | sky) & ~positive


def _plane(disparity: F32, y: F32, x: F32) -> tuple[float, float, float] | None:
    """Intercept and slopes of the plane that most of the lower picture lies on, if it's ground."""
    height = disparity.shape[0]
    rows = np.s_[int(0.6 * height) :: 3, ::3]
    values, ys, xs = disparity[rows].ravel(), y[rows].ravel(), x[rows].ravel()
    design = np.stack([np.ones_like(ys), ys, xs], axis=1).astype(np.float64)
    random = np.random.default_rng(0)
    best, most = None, 0
    for _ in range(80):
        three = random.integers(0, len(values), 3)
        if abs(np.linalg.det(design[three])) < 1e-3:
            continue
        model = np.linalg.solve(design[three], values[three])
        count = int((np.abs(design @ model - values) < _ON_PLANE).sum())
        if count > most:
            best, most = model, count
    if best is None or most < 0.35 * len(values):
        return None
    fits = np.abs(design @ best - values) < _ON_PLANE
    model = np.linalg.lstsq(design[fits], values[fits], rcond=None)[0]
    steep = model[1] > _STEEP and abs(model[2]) < 0.5 * model[1]
    return (float(model[0]), float(model[1]), float(model[2])) if steep else None


def _vegetation(evidence: Evidence) -> tuple[Bool, Bool]:
    lab = cv2.GaussianBlur(evidence.lab, (0, 0), 1.0)
    lightness, a, b = lab[:, :, 0], lab[:, :, 1], lab[:, :, 2]
    square = (
        cv2.blur(evidence.lab[:, :, 0] ** 2, (7, 7)) - cv2.blur(evidence.lab[:, :, 0], (7, 7)) ** 2
    )
    texture = np.sqrt(np.maximum(square, 0.0))
    green = (a < -5.0) & (b > 7.0) & (b > -0.6 * a) & (lightness > 8.0)
    positive = green & (texture > 3.5)
    if evidence.indoors:
        positive = np.zeros_like(positive)
    kernel = np.ones((5, 5), np.uint8)
    positive = cv2.morphologyEx(positive.astype(np.uint8), cv2.MORPH_OPEN, kernel) > 0
    other = (a > 1.0) | (b < 1.0) | (texture < 1.2)
    negative = cv2.erode(other.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return positive, negative & ~positive


def _shows_water(name: str) -> bool | None:
    stem = name.rsplit(".", 1)[0]
    if stem in _listed("water"):
        return True
    return None if stem in _listed("maybe_water") else False


def _water(evidence: Evidence, others: Mapping[int, Bool]) -> tuple[Bool, Bool]:
    """On pictures that show water, what lies flat and isn't earth, sand or plants.

    Args:
        evidence: of one picture.
        others: what is known to be each of the other regions.
    """
    nothing = np.zeros(evidence.disparity.shape, bool)
    if not evidence.water:
        return nothing, nothing if evidence.water is None else ~nothing
    lab = cv2.GaussianBlur(evidence.lab, (0, 0), 1.5)
    a, b = lab[:, :, 1], lab[:, :, 2]
    wet = others[GROUND] & ~others[VEGETATION] & ~others[SUBJECT] & (b < 10.0) & (a < 8.0)
    wet = cv2.morphologyEx(wet.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8)) > 0
    dry = others[SKY] | others[SUBJECT] | others[VEGETATION] | (b > 18.0) | (a > 14.0)
    return wet, dry & ~wet

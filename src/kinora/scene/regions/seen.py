"""Regions as a network saw them: class probabilities, taken apart into masks with scores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.fill import enlarge, shrink
from kinora.scene.networks.geometry import GeometryNetwork
from kinora.scene.regions.masks import SmallPhoto
from kinora.types.scene import F32, Photo

# Smallest share of the picture that counts, per class; a skyline with a sliver of sky has one.
_MIN_AREA: Final = {
    "sky": 0.02,
    "subject": 0.008,
    "ground": 0.05,
    "vegetation": 0.03,
    "water": 0.02,
}
# Probability from which a class may be at a place, and what is looked at around such places, as a
# share of their extent. In the middle of the faces of 420 photos it was .88 at least.
_POSSIBLE, _AROUND = 0.5, 0.15
# And from which it may be there at all: a face before leaves had .42, what was taken for one .09.
_AT_ALL: Final = 0.25
#: Mean probability within a part from which it is believed to be there.
MIN_SCORE: Final = 0.6
# Waves look much like plants, but lie level: the share of squared contrast that is vertical, within
# a share of the long side, from which on plants aren't believed, less and less.
_LEVEL, _RIPPLES_AROUND = (0.62, 0.72), 0.04
# How many times smaller the picture is at which that is averaged.
_COARSER: Final = 4
# Probability of plants from which they are there somewhat, and wholly.
_SOME, _WHOLE = 0.35, 0.65
#: Most parts of one class that are told apart, the largest first.
MAX_PARTS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """What a network says of some classes; of others it says nothing."""

    classes: Mapping[str, F32] = field(default_factory=dict)  # probability (h, w) in [0, 1]
    hints: Mapping[str, F32] = field(default_factory=dict)  # of others: where they may be
    source: str = ""


NOTHING_SEEN: Final = Seen()


def seen_by(network: GeometryNetwork, photo: Photo) -> Seen:
    """What ``network`` says of its classes that are to be trusted.

    Raises:
        ModelError: the network can't be run.
    """
    answer = network.read(photo)
    source = f"learned:{network.weights.label}"
    return Seen(classes=answer.regions, hints=answer.hints, source=source)


def seen_parts(
    small: SmallPhoto, seen: Seen, kind: str, *, apart: bool = False
) -> list[tuple[F32, float]]:
    """Mask (h, w) in [0, 1] at working size and score of each part, the largest first.

    Args:
        small: the photo at working size.
        seen: what was seen in it.
        kind: the class; none of it is seen where ``seen`` doesn't speak of it.
        apart: whether parts that don't touch are told apart.
    """
    chance = seen_at(small, seen, kind)
    if chance is None:
        return []
    inside = (chance > 0.5).astype(np.uint8)
    count, labels = cv2.connectedComponents(inside, connectivity=8) if apart else (2, inside)
    areas = np.bincount(labels.ravel(), minlength=count)[1:] / inside.size
    found = []
    for index in np.argsort(-areas, kind="stable")[:MAX_PARTS]:
        part = labels == index + 1
        if areas[index] < _MIN_AREA[kind]:
            break
        score = float(chance[part].mean())
        if score >= MIN_SCORE:
            mask = _rising(chance, (_SOME, _WHOLE)) if kind == "vegetation" else chance
            found.append((_alone(mask, part, apart=apart), score))
    return found


def seen_at(small: SmallPhoto, seen: Seen, kind: str) -> F32 | None:
    """Probability of a class, (h, w) at working size; None where ``seen`` doesn't speak of it."""
    if kind not in seen.classes:
        return None
    chance = enlarge(seen.classes[kind], (small.shape[1], small.shape[0]))
    if kind != "vegetation":
        return chance
    level = _rising(_levelness(small), _LEVEL)
    return np.asarray(chance * (1.0 - level), dtype=np.float32)


def _levelness(small: SmallPhoto) -> F32:
    """Share of squared contrast around each place that is from row to row: (h, w) in [0, 1].

    About 0.5 for leaves, less for blades of grass, 0.75 and more for ripples and slats.
    """
    lightness, size = small.lab[..., 0], (small.shape[1], small.shape[0])
    few = (max(size[0] // _COARSER, 1), max(size[1] // _COARSER, 1))
    across, down = (
        cv2.GaussianBlur(
            shrink(np.asarray(cv2.Scharr(lightness, cv2.CV_32F, *axis) ** 2, np.float32), few),
            (0, 0),
            _RIPPLES_AROUND * max(few),
        )
        for axis in ((1, 0), (0, 1))
    )
    return enlarge(np.asarray(down / (across + down + 1e-3), np.float32), size)


def _rising(values: NDArray[np.floating], between: tuple[float, float]) -> F32:
    """From 0 at the first bound to 1 at the second."""
    low, high = between
    return np.asarray(np.clip((values - low) / (high - low), 0.0, 1.0), dtype=np.float32)


def seen_possible(small: SmallPhoto, seen: Seen, kind: str) -> NDArray[np.bool_]:
    """Where some of ``kind`` may be at all, (h, w) at working size; ``seen`` must speak of it."""
    return _chance(small, seen, kind) > _AT_ALL


def _chance(small: SmallPhoto, seen: Seen, kind: str) -> F32:
    chance = seen.classes[kind] if kind in seen.classes else seen.hints[kind]
    return enlarge(chance, (small.shape[1], small.shape[0]))


def seen_around(small: SmallPhoto, seen: Seen, kind: str) -> tuple[slice, slice] | None:
    """Rows and columns, at working size, about where some of ``kind`` may be; None: nowhere.

    ``seen`` must speak of it, be it as a hint.
    """
    possible = _chance(small, seen, kind) > _POSSIBLE
    if float(possible.mean()) < _MIN_AREA[kind] / 2:
        return None
    spans = []
    for axis in (1, 0):
        covered = np.flatnonzero(possible.any(axis=axis))
        margin = round(_AROUND * (int(covered[-1]) + 1 - int(covered[0])))
        first, last = int(covered[0]) - margin, int(covered[-1]) + 1 + margin
        spans.append(slice(max(first, 0), min(last, possible.shape[1 - axis])))
    return spans[0], spans[1]


def _alone(chance: F32, part: NDArray[np.bool_], *, apart: bool) -> F32:
    """Probabilities of one part: what is nearer to another has none."""
    if not apart:
        return chance
    near = cv2.dilate(part.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    others = (chance > 0.5) & ~part
    return np.where(near & ~others, chance, 0.0).astype(np.float32)

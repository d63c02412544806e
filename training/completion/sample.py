"""Training crops: a photo, a hole in it, and what of the hole is judged."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from training.completion.data import Packed
from training.completion.masks import KINDS, Hole, Kind, make_hole

F32 = NDArray[np.float32]

#: How often each kind of hole is drawn, in the order of `KINDS`.
ODDS = (0.27, 0.23, 0.25, 0.25)
#: Widest hole judged, pixels: drawn between these, as often in each octave.
REACH = (6.0, 40.0)
#: Strips in one sample.
STRIPS = 3
#: Distance from the edge at which errors count less by 1/e, pixels: farther in all is guesswork.
SURE = 6.0
#: Weight of what lies deeper in a hole, where the photo can still judge it.
DEEP_WEIGHT = 0.1
#: Share of samples without a usable disparity.
FLAT = 0.08
#: Windows that holes are looked for in are this many times as large as crops.
AROUND = 2.0
#: Tries until a hole is found.
TRIES = 100


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Batch:
    """Samples side by side."""

    image: F32  # (n, 3, s, s) in [0, 1], the truth
    disparity: F32  # (n, 1, s, s) in [0, 1], the truth
    hole: F32  # (n, 1, s, s), 1 to fill
    weight: F32  # (n, 1, s, s), how much an error counts


class Sampler:
    """Draws batches; the same seed gives the same ones."""

    def __init__(self, packed: Packed, *, seed: int) -> None:
        """Args:
        packed: the photos to draw from.
        seed: of everything drawn.
        """
        self._packed = packed
        self._random = np.random.default_rng(seed)

    def batch(self, count: int, side: int) -> Batch:
        """``count`` crops of ``side`` × ``side`` pixels."""
        samples = [self._sample(side) for _ in range(count)]
        image, disparity, hole, weight = (
            np.stack([sample[part] for sample in samples]) for part in range(4)
        )
        return Batch(
            image=np.ascontiguousarray(image.transpose(0, 3, 1, 2)),
            disparity=disparity[:, None],
            hole=hole[:, None],
            weight=weight[:, None],
        )

    def _sample(self, side: int) -> tuple[F32, F32, F32, F32]:
        """Image (s, s, 3), disparity, hole and weight (s, s)."""
        random = self._random
        for _ in range(TRIES):
            kind = KINDS[int(random.choice(len(KINDS), p=ODDS))]
            photo = self._photo(side)
            own = photo[..., 3].astype(np.float32) / 255.0
            hole = self._hole(kind, own)
            if hole is None or not hole.judged.any():
                continue
            y, x = self._window(hole, side)
            if hole.judged[y, x].mean() < 0.004 or hole.hidden[y, x].mean() > 0.7:
                continue
            inwards = cv2.distanceTransform(hole.hidden.astype(np.uint8), cv2.DIST_L2, 3)
            weight = hole.judged * (0.3 + 0.7 * np.exp(-inwards / SURE))
            if kind.startswith("foreign"):
                weight = np.where(hole.hidden & ~hole.judged, np.float32(DEEP_WEIGHT), weight)
            crop = self._varied(photo[y, x, :3])
            shown = hole.hidden[y, x].astype(np.float32)
            return crop, self._told(own[y, x]), shown, weight[y, x].astype(np.float32)
        raise RuntimeError(f"no hole in {TRIES} photos")

    def _drawn(self) -> NDArray[np.uint8]:
        return self._packed.photo(int(self._random.integers(len(self._packed.names))))

    def _photo(self, side: int) -> NDArray[np.uint8]:
        """A part of a photo at a random scale, mirrored or not: (h, w, 4)."""
        random = self._random
        photo = self._drawn()
        least = side / min(photo.shape[:2])
        scale = max(least, random.uniform(0.6, 1.0) if random.random() < 0.5 else 1.0)
        photo = self._part(photo, math.ceil(AROUND * side / scale))
        if scale != 1.0:
            height, width = (max(side, round(length * scale)) for length in photo.shape[:2])
            how = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_LINEAR
            photo = cv2.resize(photo, (width, height), interpolation=how).astype(np.uint8)
        return photo[:, ::-1] if random.random() < 0.5 else photo

    def _part(self, photo: NDArray[np.uint8], longest: int) -> NDArray[np.uint8]:
        """A window of at most ``longest`` pixels either way."""
        spans = []
        for length in photo.shape[:2]:
            start = int(self._random.integers(max(1, length - longest + 1)))
            spans.append(slice(start, start + longest))
        return photo[spans[0], spans[1]]

    def _hole(self, kind: Kind, own: F32) -> Hole | None:
        """A hole; strips, which are narrow, come several at once."""
        holes = [self._one_hole(kind, own) for _ in range(STRIPS if "strip" in kind else 1)]
        found = [hole for hole in holes if hole is not None]
        if not found:
            return None
        hidden = np.logical_or.reduce([hole.hidden for hole in found])
        judged = np.logical_or.reduce([hole.judged for hole in found])
        return Hole(hidden=hidden, judged=judged)

    def _one_hole(self, kind: Kind, own: F32) -> Hole | None:
        random = self._random
        foreign = own
        if kind.startswith("foreign"):
            longest = round(random.uniform(1.0, 2.0) * max(own.shape))
            other = self._part(self._drawn(), longest)[..., 3]
            other = other[:, ::-1] if random.random() < 0.5 else other
            resized = cv2.resize(np.ascontiguousarray(other), own.shape[::-1])
            foreign = resized.astype(np.float32) / 255.0
        reach = np.exp(random.uniform(*np.log(REACH)))
        return make_hole(kind, own, foreign, random=random, reach=reach)

    def _window(self, hole: Hole, side: int) -> tuple[slice, slice]:
        """A crop around a judged pixel."""
        random = self._random
        rows, columns = np.nonzero(hole.judged)
        at = int(random.integers(rows.size))
        spans = []
        for place, length in zip((rows[at], columns[at]), hole.judged.shape, strict=True):
            start = int(place) - side // 2 + int(random.integers(-side // 4, side // 4 + 1))
            start = min(max(start, 0), length - side)
            spans.append(slice(start, start + side))
        return spans[0], spans[1]

    def _varied(self, crop: NDArray[np.uint8]) -> F32:
        """The crop in [0, 1] with other light."""
        random = self._random
        image = crop.astype(np.float32) / np.float32(255.0)
        if random.random() < 0.5:
            gain = random.uniform(0.75, 1.15) * random.uniform(0.92, 1.08, size=3)
            image = image * gain.astype(np.float32) + np.float32(random.uniform(-0.05, 0.05))
            image = np.clip(image, 0.0, 1.0)
        return np.ascontiguousarray(image, dtype=np.float32)

    def _told(self, disparity: F32) -> F32:
        """Disparity with another range, or none."""
        random = self._random
        if random.random() < FLAT:
            return np.full_like(disparity, 0.5)
        return np.ascontiguousarray(disparity * np.float32(random.uniform(0.6, 1.0)))

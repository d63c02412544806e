"""Random batches for the geometry network; NumPy only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from training.common.augment import (
    KNOWN_SHIFT,
    Sample,
    crop,
    paste,
    recoloured,
    relative,
)
from training.common.pack import Pack
from training.common.splits import is_room
from training.prepare import read_names
from training.synthetic.figures import shape

F32 = NDArray[np.float32]

#: Share of each source in a batch.
SHARES: Final = {"photos": 0.58, "frames": 0.16, "scenes": 0.26}
#: Share of a teacher's pixels that counts.
TEACHER_TRUST: Final = 0.85
#: Chance that something is pasted over a photo or frame.
PASTE: Final = 0.15
_SUBJECT: Final = 1
_REGIONS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Diet:
    """What batches are made of."""

    shares: Mapping[str, float]  # of each source
    least: float = 0.65  # share of a picture's area that a crop shows at least
    rooms: int = 1  # how many times as often photos of rooms are drawn


USUAL: Final = Diet(shares=SHARES)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Batch:
    """Arrays for one step."""

    image: F32  # (n, 3, h, w) in [0, 1]
    disparity: F32  # (n, h/2, w/2) relative, `UNKNOWN` where it isn't known
    trust: F32  # (n,)
    labels: F32  # (n, 5, h/4, w/4) 0 or 1
    known: F32  # (n, 5, h/4, w/4) 0 or 1
    follow: NDArray[np.bool_]  # (n,) photos whose teacher is no weaker than a network


class Batches:
    """Draws samples of all prepared packs."""

    def __init__(self, folder: Path, *, seed: int, diet: Diet = USUAL) -> None:
        """Open what ``training.prepare`` made."""
        self._diet = diet
        self._random = np.random.default_rng(seed)
        self._packs = {
            name: (Pack(folder / name), Pack(folder / f"{name}-disparity")) for name in diet.shares
        }
        self._regions = {
            name: Pack(folder / f"{name}-regions") if (folder / f"{name}-regions.json").exists()
            else None
            for name in diet.shares
        }  # fmt: skip
        self._members = {"scenes": list(range(len(self._packs["scenes"][0])))}
        for name in ("photos", "frames"):
            parts = read_names(folder / f"{name}.names.json")
            self._members[name] = [i for i, entry in enumerate(parts) if entry[2] == "train"]
        photos = read_names(folder / "photos.names.json")
        self._rooms = {i for i, (name, source, _) in enumerate(photos) if is_room(name, source)}
        often = [i for i in self._members["photos"] if i in self._rooms]
        self._members["photos"] += (diet.rooms - 1) * often
        self._figures = Pack(folder / "figures")

    def draw(self, count: int, size: tuple[int, int]) -> Batch:
        """A batch of ``count`` pictures of one size (height, width)."""
        shares = self._diet.shares
        names = self._random.choice(list(shares), count, p=list(shares.values()))
        return assemble([self._sample(str(name), size) for name in names])

    def _sample(self, name: str, size: tuple[int, int]) -> Sample:
        random = self._random
        members = self._members[name]
        index = members[random.integers(len(members))]
        pictures, disparities = self._packs[name]
        regions = self._regions[name]
        plane = disparities[index].astype(np.float32)
        labels = np.zeros(plane.shape, np.uint16) if regions is None else regions[index]
        sample = Sample(
            rgb=pictures[index], disparity=plane, regions=labels,
            trust=TEACHER_TRUST if name == "photos" else 1.0,
            follow=name == "photos" and index not in self._rooms,
        )  # fmt: skip
        sample = crop(sample, size=size, area=(self._diet.least, 1.0), random=random)
        sample = replace(sample, disparity=relative(sample.disparity))
        if name != "scenes" and random.random() < PASTE:
            figure, kind = self._figure()
            sample = paste(sample, figure, random=random, kind=kind)
            sample = replace(sample, disparity=relative(sample.disparity))
        return replace(sample, rgb=recoloured(sample.rgb, random))

    def _figure(self) -> tuple[NDArray[np.uint8], int | None]:
        if self._random.random() < 0.6:
            figure = self._figures[int(self._random.integers(len(self._figures)))]
            return (figure[:, ::-1] if self._random.random() < 0.5 else figure), _SUBJECT
        members = self._members["photos"]
        picture = self._packs["photos"][0][members[self._random.integers(len(members))]]
        return shape(picture, self._random), None


def assemble(samples: list[Sample]) -> Batch:
    """Stack samples of one size."""
    image = np.stack([sample.rgb for sample in samples]).astype(np.float32) / np.float32(255)
    planes = np.stack([sample.regions[::2, ::2] for sample in samples])
    bits = np.arange(_REGIONS, dtype=np.uint16)[None, :, None, None]
    return Batch(
        image=np.ascontiguousarray(image.transpose(0, 3, 1, 2)),
        disparity=np.stack([sample.disparity for sample in samples]),
        trust=np.array([sample.trust for sample in samples], np.float32),
        labels=((planes[:, None] >> bits) & 1).astype(np.float32),
        known=((planes[:, None] >> (bits + KNOWN_SHIFT)) & 1).astype(np.float32),
        follow=np.array([sample.follow for sample in samples]),
    )

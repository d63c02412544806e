"""Training crops: a photo, a hole in it, and what of the hole is judged.

Everything is drawn on the device that trains, so that a GPU needn't wait for a CPU.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from training.completion.data import Packed
from training.completion.holes import Holes, distance, own_strips, rings, strips, things, uniform

#: Share of each kind of hole: own strips, rings, another photo's strips, another photo's things.
SHARES = (0.32, 0.14, 0.36, 0.18)
#: Widest hole judged, pixels: drawn between these, as often in each octave.
REACH = (10.0, 42.0)
#: Strips in one sample.
STRIPS = 3
#: Distance from the edge at which errors count less by 1/e, pixels: farther in all is guesswork.
SURE = 8.0
#: Least weight of a judged error, and weight of what lies deeper than is judged.
LEAST_WEIGHT, DEEP_WEIGHT = 0.35, 0.1
#: Share of samples without a usable disparity.
FLAT = 0.08
#: Sizes of photos, and of other photos whose disparity makes holes, in crops.
SCALES, FOREIGN_SCALES = (0.6, 1.0), (0.4, 0.9)
#: Least share of a crop that is judged, and largest that is hidden.
LEAST, MOST = 0.01, 0.7
#: Crops drawn for each one that is kept.
DRAWN = 2.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Batch:
    """Samples side by side."""

    image: Tensor  # (n, 3, s, s) in [0, 1], the truth
    disparity: Tensor  # (n, 1, s, s) in [0, 1], the truth
    hole: Tensor  # (n, 1, s, s), 1 to fill
    weight: Tensor  # (n, 1, s, s), how much an error counts


class Sampler:
    """Draws batches; the same seed gives the same ones on the same kind of device."""

    def __init__(self, packed: Packed, *, seed: int, device: torch.device) -> None:
        """Args:
        packed: the photos to draw from.
        seed: of everything drawn.
        device: where the photos are kept (about 400 KB each) and batches are made.
        """
        pixels = torch.from_numpy(np.array(packed.pixels)).view(-1, 4)
        self._pixels = pixels.to(device)
        self._starts = torch.from_numpy(packed.starts // 4).to(device)
        self._sizes = torch.from_numpy(packed.sizes).to(device)
        self._random = torch.Generator(device).manual_seed(seed)

    def batch(self, count: int, side: int) -> Batch:
        """``count`` crops of ``side`` × ``side`` pixels."""
        drawn = math.ceil(DRAWN * count)
        picture = self._crops(drawn, side, SCALES)
        holes, weight = self._holes(picture[:, 3:])
        fit = (holes.judged.mean(dim=(1, 2, 3)) >= LEAST) & (
            holes.hidden.mean(dim=(1, 2, 3)) <= MOST
        )
        # Kinds lie one after another: the fit ones first, in an order by chance.
        order = fit.float() + 0.9 * torch.rand(drawn, generator=self._random, device=fit.device)
        kept = order.argsort(descending=True)[:count]
        return Batch(
            image=self._varied(picture[kept, :3]),
            disparity=self._told(picture[kept, 3:]),
            hole=holes.hidden[kept],
            weight=weight[kept] * fit[kept, None, None, None],
        )

    def _crops(self, count: int, side: int, scales: tuple[float, float]) -> Tensor:
        """Crops of photos at random scales, mirrored or not: (n, 4, s, s) in [0, 1]."""
        device, random = self._pixels.device, self._random
        photo = torch.randint(len(self._starts), (count,), generator=random, device=device)
        size = self._sizes[photo].float()
        draw = torch.rand((4, count), generator=random, device=device)
        scale = torch.where(draw[0] < 0.5, scales[0] + (1 - scales[0]) * 2 * draw[0], scales[1])
        scale = torch.maximum(scale, side / size.amin(dim=1))
        across = torch.arange(side, device=device) + 0.5
        places = []
        for axis in range(2):
            room = size[:, axis] - side / scale
            place = draw[1 + axis, :, None] * room[:, None] + across / scale[:, None] - 0.5
            places.append(place.clamp(min=0.0))
        rows, columns = places
        columns = torch.where(draw[3, :, None] < 0.5, columns.flip(1), columns)
        return self._read(photo, rows, columns)

    def _read(self, photo: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
        """Photos between pixels, (n, 4, s, s): ``rows`` and ``columns`` are (n, s)."""
        start, (height, width) = self._starts[photo], self._sizes[photo].unbind(1)
        total = torch.zeros((), device=rows.device)
        for below in (0, 1):
            row = torch.minimum(rows.long() + below, height[:, None] - 1)
            share_y = 1.0 - (rows - rows.floor() - below).abs()
            for right in (0, 1):
                column = torch.minimum(columns.long() + right, width[:, None] - 1)
                share_x = 1.0 - (columns - columns.floor() - right).abs()
                line = start[:, None] + row * width[:, None]
                values = self._pixels[line[:, :, None] + column[:, None, :]].float()
                total = total + values * (share_y[:, :, None] * share_x[:, None, :])[..., None]
        return (total / 255.0).permute(0, 3, 1, 2).contiguous()

    def _holes(self, own: Tensor) -> tuple[Holes, Tensor]:
        """Holes of all kinds, one kind after another, and how much errors in them count."""
        ends = [round(sum(SHARES[: kind + 1]) * len(own)) for kind in range(len(SHARES))]
        strip, ring, foreign, thing = own.tensor_split(ends[:-1])
        random = self._random
        found = [
            _together(
                [own_strips(strip, self._reach(strip), random=random) for _ in range(STRIPS)]
            ),
            rings(ring, self._reach(ring), random=random),
        ]
        hidden, side = torch.cat([hole.hidden for hole in found]), own.shape[3]
        inwards = distance(1.0 - hidden)
        weights = [torch.cat([hole.judged for hole in found]) * _by_depth(inwards)]
        others = [
            strips(self._crops(len(foreign), side, FOREIGN_SCALES)[:, 3:], reach, random=random)
            for reach in (self._reach(foreign) for _ in range(STRIPS))
        ]
        shapes = things(self._crops(len(thing), side, FOREIGN_SCALES)[:, 3:], random=random)
        elsewhere = torch.cat([torch.stack(others).amax(dim=0), shapes])
        inwards = distance(1.0 - elsewhere)
        near = elsewhere * (inwards <= self._reach(elsewhere))
        weights.append(near * _by_depth(inwards) + DEEP_WEIGHT * (elsewhere - near))
        judged = torch.cat([*(hole.judged for hole in found), near])
        return Holes(torch.cat([hidden, elsewhere]), judged), torch.cat(weights)

    def _reach(self, like: Tensor) -> Tensor:
        low, high = (math.log(reach) for reach in REACH)
        return torch.exp(uniform(like, low, high, random=self._random))

    def _varied(self, image: Tensor) -> Tensor:
        """The crops with other light, half of them."""
        random = self._random
        gain = uniform(image, 0.75, 1.15, random=random)
        tints = torch.rand((len(image), 3, 1, 1), generator=random, device=image.device)
        offset = uniform(image, -0.05, 0.05, random=random)
        changed = (image * gain * (0.92 + 0.16 * tints) + offset).clamp(0.0, 1.0)
        return torch.where(uniform(image, 0, 1, random=random) < 0.5, changed, image)

    def _told(self, disparity: Tensor) -> Tensor:
        """Disparity with another range, or none."""
        random = self._random
        scaled = disparity * uniform(disparity, 0.6, 1.0, random=random)
        flat = uniform(disparity, 0, 1, random=random) < FLAT
        return torch.where(flat, torch.full_like(disparity, 0.5), scaled)


def _together(holes: list[Holes]) -> Holes:
    """All of several holes in each picture."""
    hidden = torch.stack([hole.hidden for hole in holes]).amax(dim=0)
    return Holes(hidden, torch.stack([hole.judged for hole in holes]).amax(dim=0))


def _by_depth(inwards: Tensor) -> Tensor:
    """How much an error counts at a distance from the hole's edge."""
    return LEAST_WEIGHT + (1.0 - LEAST_WEIGHT) * torch.exp(-inwards / SURE)

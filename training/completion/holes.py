"""The holes of `training.completion.masks`, many at once and on any device, for training."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from training.completion.masks import LARGEST, MIXED, NEARER, SMALLEST

#: Thresholds that a near thing is looked for at, and the share of pixels below them.
THRESHOLDS, BELOW = 3, (0.4, 0.97)
#: Least mean step of disparity along the outline of a near thing.
LEAST_STEP = 0.06
#: Largest distance that is told apart, pixels.
FARTHEST = 44
#: Steps of disparity across the picture as shares of the widest hole: from, to.
SHIFT = (0.3, 1.6)
#: How often a camera moves across rather than up or down.
ACROSS = 0.75


class Holes(NamedTuple):
    """What to fill and what of it the photo can judge, each (n, 1, h, w) of 0 and 1."""

    hidden: Tensor
    judged: Tensor


def uniform(like: Tensor, low: float, high: float, *, random: torch.Generator) -> Tensor:
    """(n, 1, 1, 1) random numbers."""
    shape = (like.shape[0], 1, 1, 1)
    return low + (high - low) * torch.rand(shape, generator=random, device=like.device)


def occluded(disparity: Tensor, shift: Tensor) -> Tensor:
    """What nearer things would cover, seen from a camera that moved to the left.

    Args:
        disparity: (n, 1, h, w) in [0, 1].
        shift: (n, 1, 1, 1), displacement of disparity 1, pixels, not negative.
    """
    there = torch.arange(disparity.shape[3], device=disparity.device) + shift * disparity
    front = torch.cummax(there, dim=3).values[..., :-1]
    return functional.pad((there[..., 1:] < front + 0.5).float(), (1, 0))


def strips(disparity: Tensor, reach: Tensor, *, random: torch.Generator) -> Tensor:
    """What near things would hide from viewpoints in any direction: (n, 1, s, s) of 0 and 1.

    Args:
        disparity: (n, 1, s, s) in [0, 1].
        reach: (n, 1, 1, 1), widest hole that a clip shows, pixels.
        random: picks viewpoints.
    """
    back = uniform(disparity, 0, 1, random=random) < 0.5
    down = uniform(disparity, 0, 1, random=random) > ACROSS
    shift = reach * uniform(disparity, *SHIFT, random=random)
    turned = torch.where(down, disparity.transpose(2, 3), disparity)
    turned = torch.where(back, turned.flip(3), turned)
    hidden = occluded(turned, shift)
    hidden = torch.where(back, hidden.flip(3), hidden)
    hidden = torch.where(down, hidden.transpose(2, 3), hidden)
    return _without_lines(hidden)


def things(disparity: Tensor, *, random: torch.Generator) -> Tensor:
    """One thing in each picture that stands off from what is behind it; nothing where none does.

    Args:
        disparity: (n, 1, h, w) in [0, 1].
        random: picks thresholds.
    """
    count = disparity.shape[0]
    ordered = disparity[..., ::4, ::4].flatten(1).sort(dim=1).values
    shares = torch.rand((count, THRESHOLDS), generator=random, device=disparity.device)
    places = (BELOW[0] + (BELOW[1] - BELOW[0]) * shares) * (ordered.shape[1] - 1)
    thresholds = ordered.gather(1, places.long())[..., None, None]
    front = functional.avg_pool2d((disparity > thresholds).float(), 5, 1, 2, False, False)
    front = (front > 0.5).float()
    outline = _maximum(front, 3) + _maximum(-front, 3)
    outline[..., (0, -1), :] = 0.0
    outline[..., :, (0, -1)] = 0.0
    steps = _maximum(disparity, 3) + _maximum(-disparity, 3)
    strength = (steps * outline).sum(dim=(2, 3)) / (outline.sum(dim=(2, 3)) + 1e-3)
    area = front.mean(dim=(2, 3))
    strength = strength * ((area > SMALLEST) & (area < LARGEST))
    best, which = strength.max(dim=1)
    chosen = front[torch.arange(count, device=front.device), which]
    return chosen[:, None] * (best > LEAST_STEP)[:, None, None, None]


def distance(mask: Tensor) -> Tensor:
    """Distance of each pixel from ``mask``, (n, 1, h, w) of 0 and 1, up to `FARTHEST`.

    Along columns first, then the least over each row (as Felzenszwalb and Huttenlocher, Distance
    Transforms of Sampled Functions, 2012).
    """
    rows = torch.arange(mask.shape[2], device=mask.device, dtype=mask.dtype)[:, None]
    never = torch.full_like(rows, -2.0 * FARTHEST)
    above = rows - torch.where(mask > 0.0, rows, never).cummax(dim=2).values
    turned = torch.where(mask.flip(2) > 0.0, rows, never)
    below = (rows - turned.cummax(dim=2).values).flip(2)
    columns = torch.minimum(above, below).clamp(max=FARTHEST).square()
    padded = functional.pad(columns, (FARTHEST, FARTHEST), value=FARTHEST**2)
    least, width = columns, mask.shape[3]
    for away in range(1, FARTHEST):
        left = padded.narrow(3, FARTHEST - away, width)
        right = padded.narrow(3, FARTHEST + away, width)
        least = torch.minimum(least, torch.minimum(left, right) + away**2)
    return least.sqrt().clamp(max=FARTHEST)


def own_strips(disparity: Tensor, reach: Tensor, *, random: torch.Generator) -> Holes:
    """Strips of the photo's own things; what lies right beside these isn't judged."""
    strip = strips(disparity, reach, random=random)
    wide = uniform(disparity, 0, 3, random=random)
    hidden = torch.where(wide > 1.0, _cross(strip), strip)
    hidden = torch.where(wide > 2.0, _maximum(hidden, 3), hidden)
    nearest = _maximum(disparity, 2 * MIXED + 1)
    return Holes(hidden, strip * (nearest <= disparity + NEARER))


def rings(disparity: Tensor, reach: Tensor, *, random: torch.Generator) -> Holes:
    """A near thing and a rim around it; the rim is judged."""
    away = distance(things(disparity, random=random))
    width = 2.0 + uniform(disparity, 0, 1, random=random) * (0.6 * reach - 2.0).clamp(min=2.0)
    hidden = ((away <= 2.0 + width) & (away < FARTHEST)).float()
    return Holes(hidden, hidden * (away > 2.0))


def _cross(values: Tensor) -> Tensor:
    """Largest value of each pixel and its four neighbours."""
    across = functional.max_pool2d(values, (1, 3), 1, (0, 1))
    return torch.maximum(across, functional.max_pool2d(values, (3, 1), 1, (1, 0)))


def _maximum(values: Tensor, side: int) -> Tensor:
    across = functional.max_pool2d(values, (1, side), 1, (0, side // 2))
    return functional.max_pool2d(across, (side, 1), 1, (side // 2, 0))


def _without_lines(mask: Tensor) -> Tensor:
    """``mask`` opened by 2 × 2 pixels."""
    eroded = -functional.max_pool2d(functional.pad(-mask, (0, 1, 0, 1)), 2, 1)
    return functional.max_pool2d(functional.pad(eroded, (1, 0, 1, 0)), 2, 1)

"""A small U-net that corrects a smooth fill.

The smooth fills (from everything around, and from the farther side only) are made inside the
network without parameters, by averages pulled up and pushed down a pyramid (Gortler et al., The
Lumigraph, 1996). The U-net blends and corrects them, so it need not learn to carry colours across
a hole. It works at half resolution.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

#: Channels at 1/2, 1/4, 1/8 and 1/16 of the resolution.
WIDTHS = (24, 40, 64, 96)
#: Residual blocks at 1/16, and at each other level on the way down.
DEEP_BLOCKS, BLOCKS = 3, 1
#: Sides of pictures are multiples of this.
MULTIPLE = 16
#: How strongly the far fill prefers what is far, per unit of disparity.
FAR_PREFERENCE = 6.0
#: Weight of the coarser level where a level knows something itself.
COARSE = 0.03
#: Expected error of colour at which certainty is 1/e.
ERROR_SCALE = 0.1


class Output(NamedTuple):
    """What the network says."""

    color: Tensor  # (n, 3, h, w), in [0, 1] up to overshoot; the picture outside the hole
    disparity: Tensor  # (n, 1, h, w), likewise
    error: Tensor  # (n, 1, h, w), expected absolute error of colour


def smooth_fill(values: Tensor, weight: Tensor) -> Tensor:
    """Weighted averages, as local as the weights allow.

    Args:
        values: (n, c, h, w), sides multiples of `MULTIPLE`.
        weight: (n, 1, h, w), trust in each pixel, 0 for none.
    """
    totals, weights = [values * weight], [weight]
    for _ in range(4):
        totals.append(functional.avg_pool2d(totals[-1], 2))
        weights.append(functional.avg_pool2d(weights[-1], 2))
    for _ in range(3):  # at 1/16 averages widen instead: sides need not go on to halve
        totals.append(functional.avg_pool2d(totals[-1], 5, stride=1, padding=2))
        weights.append(functional.avg_pool2d(weights[-1], 5, stride=1, padding=2))
    trust = weights[-1].mean(dim=(2, 3), keepdim=True) + 1e-7
    mean = totals[-1].mean(dim=(2, 3), keepdim=True) / trust
    for level in range(7, -1, -1):
        if level < 4:
            mean, trust = (_double(mean), _double(trust))
        share = COARSE * trust
        total = weights[level] + share
        mean = (totals[level] + share * mean) / total
        trust = total
    return mean


def _double(values: Tensor) -> Tensor:
    return functional.interpolate(values, scale_factor=2.0, mode="bilinear", align_corners=False)


class _Block(nn.Module):
    """Two convolutions beside a shortcut."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.second.bias)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.second(functional.relu(self.first(functional.relu(x))))


class CompletionNet(nn.Module):
    """Colour, disparity and expected error of what a hole hides."""

    def __init__(self) -> None:
        super().__init__()
        half = WIDTHS[0]
        self.enter = nn.Conv2d(9, half, 4, stride=2, padding=1)
        self.down = nn.ModuleList(
            nn.Conv2d(a, b, 3, stride=2, padding=1) for a, b in pairwise(WIDTHS)
        )
        counts = [0] + [BLOCKS] * (len(WIDTHS) - 2) + [DEEP_BLOCKS]
        self.inner = nn.ModuleList(
            nn.Sequential(*(_Block(width) for _ in range(count)))
            for width, count in zip(WIDTHS, counts, strict=True)
        )
        self.up = nn.ModuleList(nn.Conv2d(b, a, 1) for a, b in pairwise(WIDTHS))
        self.join = nn.ModuleList(nn.Conv2d(2 * a, a, 3, padding=1) for a in WIDTHS[:-1])
        self.outer = nn.ModuleList(_Block(a) for a in WIDTHS[:-1])
        self.leave = nn.Conv2d(half, 6 * 4, 3, padding=1)
        nn.init.zeros_(self.leave.weight)
        nn.init.zeros_(self.leave.bias)

    def forward(self, image: Tensor, hole: Tensor, disparity: Tensor) -> Output:
        """Fill.

        Args:
            image: (n, 3, h, w) sRGB in [0, 1], 0 in the hole.
            hole: (n, 1, h, w), 1 to fill and 0 elsewhere.
            disparity: (n, 1, h, w) in [0, 1], 0 in the hole.
        """
        known = 1.0 - hole
        values = torch.cat([image, disparity], dim=1)
        evenly = smooth_fill(values, known)
        evenly = known * values + hole * evenly
        from_far = smooth_fill(values, known * torch.exp(-FAR_PREFERENCE * disparity))
        raw = self._trunk(torch.cat([evenly, hole, from_far], dim=1))
        blend = torch.sigmoid(raw[:, 4:5])
        filled = evenly + blend * (from_far - evenly) + raw[:, :4]
        filled = known * values + hole * filled
        error = ERROR_SCALE * functional.softplus(raw[:, 5:6] - 0.5) * hole
        return Output(filled[:, :3], filled[:, 3:], error)

    def _trunk(self, x: Tensor) -> Tensor:
        x = self.enter(x)
        kept = []
        for level, down in enumerate(self.down):
            x = self.inner[level](x)
            kept.append(x)
            x = down(functional.relu(x))
        x = self.inner[-1](x)
        for level in range(len(self.down) - 1, -1, -1):
            x = _double(self.up[level](x))
            x = self.join[level](functional.relu(torch.cat([x, kept[level]], dim=1)))
            x = self.outer[level](x)
        return functional.pixel_shuffle(self.leave(functional.relu(x)), 2)

"""A small U-net that weighs guesses and corrects them.

Guesses of what a hole hides are made inside the network without parameters: the nearest known
colour in each of eight directions, and two smooth fills (from everything around, and from the
farther side), which are averages pulled up and pushed down a pyramid (Gortler et al., The
Lumigraph, 1996). The U-net says for each pixel how much to believe each guess, and what to add. So
it need not learn to carry colours across a hole. All of it works at half resolution.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

#: Channels at 1/2, 1/4, 1/8, 1/16 and 1/32 of the resolution.
WIDTHS = (24, 40, 64, 112, 128)
#: Residual blocks at each level on the way down.
BLOCKS = (0, 1, 2, 1, 2)
#: Level at which places all over the picture are compared, and in how many ways.
COMPARED, WAYS = 3, 4
#: How strongly a place prefers those that look most like it.
LIKENESS = 8.0
#: Sides of pictures are multiples of this.
MULTIPLE = 32
#: Directions in which the nearest known colour is looked for: x, y.
DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1))
#: Farthest look in a direction, cells of two pixels: the sum of these.
JUMPS = (1, 2, 4, 8, 16, 32)
#: Less than the number of any place.
NOWHERE = -1e6
#: Guesses: one per direction and two smooth ones.
GUESSES = len(DIRECTIONS) + 2
#: How strongly guesses from what is far are preferred, per unit of disparity.
FAR_PREFERENCE = 6.0
#: Belief in smooth guesses before the network says anything: that in a colour so many cells away.
SMOOTH_DISTANCE = 3.0
#: Weight of the coarser level where a level knows something itself.
COARSE = 0.03
#: Side of the window whose mean is taken off what the network sees, cells; and the gain.
LOCAL, GAIN = 17, 4.0
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
        values: (n, c, h, w), sides multiples of 8.
        weight: (n, 1, h, w), trust in each pixel, 0 for none.
    """
    totals, weights = [values * weight], [weight]
    for _ in range(3):
        totals.append(functional.avg_pool2d(totals[-1], 2))
        weights.append(functional.avg_pool2d(weights[-1], 2))
    for _ in range(3):  # from there averages widen instead: sides need not go on to halve
        totals.append(functional.avg_pool2d(totals[-1], 5, stride=1, padding=2))
        weights.append(functional.avg_pool2d(weights[-1], 5, stride=1, padding=2))
    trust = weights[-1].mean(dim=(2, 3), keepdim=True) + 1e-7
    mean = totals[-1].mean(dim=(2, 3), keepdim=True) / trust
    for level in range(6, -1, -1):
        if level < 3:
            mean, trust = (_double(mean), _double(trust))
        share = COARSE * trust
        total = weights[level] + share
        mean = (totals[level] + share * mean) / total
        trust = total
    return mean


def nearest_along(values: Tensor, known: Tensor, direction: tuple[int, int]) -> Tensor:
    """The nearest known value against ``direction``, whether there is one, and how far it is.

    Args:
        values: (n, c, h, w).
        known: (n, 1, h, w), 1 or 0.
        direction: x, y: where values go.

    Returns:
        (n, c + 2, h, w): values (0 where there are none), 1 or 0, distance in pixels.
    """
    x, y = direction
    count, channels, height, width = values.shape
    columns = torch.arange(width, device=values.device).view(1, 1, 1, -1)
    rows = torch.arange(height, device=values.device).view(1, 1, -1, 1)
    place = (x * columns if x else y * rows).to(values.dtype)
    last = torch.where(known > 0.0, place, NOWHERE)  # numbers of places grow with the direction
    for jump in JUMPS:
        last = torch.maximum(last, _shifted(last, x * jump, y * jump))
    has = (last > 0.5 * NOWHERE).to(values.dtype)
    steps = ((place - last) * has).to(torch.int64)
    source = (rows - y * steps) * width + (columns - x * steps)
    source = source.flatten(2).expand(count, channels, height * width)
    found = torch.gather(values.flatten(2), 2, source).view_as(values)
    length = (x**2 + y**2) ** 0.5
    return torch.cat([found * has, has, length * steps], dim=1)


def _shifted(places: Tensor, x: int, y: int) -> Tensor:
    """``places`` moved by whole pixels, `NOWHERE` coming in."""
    around = (max(x, 0), max(-x, 0), max(y, 0), max(-y, 0))
    padded = functional.pad(places, around, value=NOWHERE)
    if x < 0:
        padded = padded[..., -x:]
    elif x > 0:
        padded = padded[..., :-x]
    if y < 0:
        padded = padded[..., -y:, :]
    elif y > 0:
        padded = padded[..., :-y, :]
    return padded


def _double(values: Tensor) -> Tensor:
    return functional.interpolate(values, scale_factor=2.0, mode="bilinear", align_corners=False)


class Guesses(NamedTuple):
    """What may be in a hole, at half resolution."""

    values: list[Tensor]  # each (n, 4, h, w): colour and disparity
    belief: Tensor  # (n, GUESSES, h, w), logits before the network says anything
    seen: Tensor  # (n, c, h, w), for the network to look at


def make_guesses(values: Tensor, known: Tensor) -> Guesses:
    """All guesses.

    Args:
        values: (n, 4, h, w) colour and disparity, 0 in the hole.
        known: (n, 1, h, w), 1 or 0.
    """
    share = functional.avg_pool2d(known, 2)
    cells = functional.avg_pool2d(values, 2) / (share + 1e-6)
    there = (share > 0.4).to(values.dtype)
    evenly = smooth_fill(cells, there)
    from_far = smooth_fill(cells, there * torch.exp(-FAR_PREFERENCE * cells[:, 3:]))
    evenly = there * cells + (1.0 - there) * evenly
    around = functional.avg_pool2d(there, 3, 1, 1) + 1e-6
    soft = functional.avg_pool2d(cells * there, 3, 1, 1) / around
    found, beliefs, nearness = [], [], []
    for direction in DIRECTIONS:
        looked = nearest_along(soft, there, direction)
        has, distance = looked[:, 4:5], looked[:, 5:6]
        value = looked[:, :4] + (1.0 - has) * evenly
        nearer = functional.relu(value[:, 3:] - from_far[:, 3:])
        found.append(value)
        beliefs.append(-2.0 * torch.log(1.0 + distance) - 20.0 * (1.0 - has) - 4.0 * nearer)
        nearness.append(has / (1.0 + 0.25 * distance))
    smooth = torch.full_like(there, -2.0 * math.log(1.0 + SMOOTH_DISTANCE))
    broad = functional.avg_pool2d(evenly, LOCAL, 1, LOCAL // 2, count_include_pad=False)
    everything = [evenly, from_far, *found]
    seen = [GAIN * (value - broad) for value in everything]
    return Guesses(
        values=everything,
        belief=torch.cat([smooth, smooth, *beliefs], dim=1),
        seen=torch.cat([*seen, *nearness, there, cells[:, 3:]], dim=1),
    )


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


class _Comparison(nn.Module):
    """What other places that look alike say, beside a shortcut (attention by cosines)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.ask = nn.Conv2d(width, 3 * width, 1)
        self.answer = nn.Conv2d(width, width, 1)
        nn.init.zeros_(self.answer.weight)
        nn.init.zeros_(self.answer.bias)

    def forward(self, x: Tensor) -> Tensor:
        count, width, height, length = x.shape
        asked = self.ask(functional.relu(x)).view(count, 3, WAYS, width // WAYS, height * length)
        wanted = functional.normalize(asked[:, 0], dim=2)
        offered = functional.normalize(asked[:, 1], dim=2)
        alike = torch.softmax(LIKENESS * wanted.transpose(2, 3) @ offered, dim=3)
        said = asked[:, 2] @ alike.transpose(2, 3)
        return x + self.answer(said.reshape(count, width, height, length))


class CompletionNet(nn.Module):
    """Colour, disparity and expected error of what a hole hides."""

    def __init__(self) -> None:
        super().__init__()
        half = WIDTHS[0]
        self.enter = nn.Conv2d(4 * GUESSES + len(DIRECTIONS) + 2, half, 3, padding=1)
        self.down = nn.ModuleList(
            nn.Conv2d(a, b, 3, stride=2, padding=1) for a, b in pairwise(WIDTHS)
        )
        self.inner = nn.ModuleList(
            nn.Sequential(*(_Block(width) for _ in range(count)))
            for width, count in zip(WIDTHS, BLOCKS, strict=True)
        )
        self.compare = _Comparison(WIDTHS[COMPARED])
        self.up = nn.ModuleList(nn.Conv2d(b, a, 1) for a, b in pairwise(WIDTHS))
        self.join = nn.ModuleList(nn.Conv2d(2 * a, a, 3, padding=1) for a in WIDTHS[:-1])
        self.outer = nn.ModuleList(_Block(a) for a in WIDTHS[:-1])
        self.leave = nn.Conv2d(half, GUESSES + 5 * 4, 3, padding=1)
        with torch.no_grad():
            self.leave.weight.mul_(0.1)
            self.leave.bias.zero_()

    def forward(self, image: Tensor, hole: Tensor, disparity: Tensor) -> Output:
        """Fill.

        Args:
            image: (n, 3, h, w) sRGB in [0, 1], 0 in the hole.
            hole: (n, 1, h, w), 1 to fill and 0 elsewhere.
            disparity: (n, 1, h, w) in [0, 1], 0 in the hole.
        """
        known = 1.0 - hole
        values = torch.cat([image, disparity], dim=1) * known
        with torch.autocast(values.device.type, enabled=False):
            guesses = make_guesses(values, known)
        raw = self._trunk(guesses.seen).float()
        shares = torch.softmax(guesses.belief + 4.0 * raw[:, :GUESSES], dim=1)
        mixed = shares[:, :1] * guesses.values[0]
        for number in range(1, GUESSES):
            mixed = mixed + shares[:, number : number + 1] * guesses.values[number]
        fine = functional.pixel_shuffle(raw[:, GUESSES:], 2)
        filled = values + hole * (_double(mixed) + 0.25 * fine[:, :4])
        error = ERROR_SCALE * functional.softplus(4.0 * fine[:, 4:5] - 0.5) * hole
        return Output(filled[:, :3], filled[:, 3:], error)

    def _trunk(self, x: Tensor) -> Tensor:
        x = self.enter(x)
        kept = []
        for level, down in enumerate(self.down):
            x = self.inner[level](x)
            if level == COMPARED:
                x = self.compare(x)
            kept.append(x)
            x = down(functional.relu(x))
        x = self.inner[-1](x)
        for level in range(len(self.down) - 1, -1, -1):
            x = _double(self.up[level](x))
            x = self.join[level](functional.relu(torch.cat([x, kept[level]], dim=1)))
            x = self.outer[level](x)
        return self.leave(functional.relu(x))

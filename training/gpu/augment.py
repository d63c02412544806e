"""Crops, turns, colours and pasted figures for a whole batch at once, on the device."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from training.common.augment import KNOWN_SHIFT, UNKNOWN
from training.gpu.bank import Bank

#: Least and largest share of a picture's area that a crop shows.
AREA: Final = (0.4, 1.0)
_ASPECT: Final = 0.15  # logarithm of how much a crop is stretched at most
_TURN: Final = math.radians(4.0)
_SUBJECT: Final = 1
_REGIONS: Final = 5
_HIDDEN: Final = 1e4  # sorts unknown values last
_WAVES: Final = 7  # of a blob's outline


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Food:
    """A batch on the device."""

    image: Tensor  # (n, 3, h, w) in [0, 1]
    disparity: Tensor  # (n, h/2, w/2), `UNKNOWN` where it isn't known
    regions: Tensor  # (n, h/2, w/2) int16 bits

    @property
    def labels(self) -> Tensor:
        """(n, 5, h/4, w/4) 0 or 1."""
        return self._bits(0)

    @property
    def known(self) -> Tensor:
        """(n, 5, h/4, w/4) 0 or 1: whether the label says anything."""
        return self._bits(KNOWN_SHIFT)

    def _bits(self, shift: int) -> Tensor:
        bits = torch.arange(_REGIONS, device=self.regions.device).view(1, -1, 1, 1) + shift
        return ((self.regions[:, None, ::2, ::2].int() >> bits) & 1).float()


class Augment:
    """Makes batches of a bank's pictures; all chance is the generator's."""

    def __init__(self, generator: torch.Generator) -> None:
        self.generator = generator
        self.device = generator.device

    def uniform(self, count: int, low: float = 0.0, high: float = 1.0) -> Tensor:
        """(count,) between the bounds."""
        chance = torch.rand(count, generator=self.generator, device=self.device)
        return low + (high - low) * chance

    def normal(self, *shape: int) -> Tensor:
        """Normally distributed around 0 with deviation 1."""
        return torch.randn(*shape, generator=self.generator, device=self.device)

    def crop(self, bank: Bank, places: Tensor, size: tuple[int, int]) -> Food:
        """Random parts of pictures, stretched and turned a little, half of them mirrored.

        Args:
            bank: where the pictures lie.
            places: (n,) which of them.
            size: height and width of the result.
        """
        window = self._windows(bank.sizes[places], size)
        pictures = bank.pictures[places].float() / 255.0
        image = _sampled(pictures, window, bank.sizes[places], size, mode="bilinear")[0]
        half = (size[0] // 2, size[1] // 2)
        planes = torch.stack([bank.disparity[places].float(), bank.regions[places].float()], dim=1)
        labels, inside = _sampled(planes, window, bank.label_sizes[places], half, mode="nearest")
        return Food(
            image=image,
            disparity=relative(torch.where(inside, labels[:, 0], UNKNOWN)),
            regions=torch.where(inside, labels[:, 1], 0.0).round().to(torch.int16),
        )

    def _windows(self, sizes: Tensor, size: tuple[int, int]) -> Tensor:
        """(n, 2, 3): from the result in [-1, 1] to the picture in [-1, 1], x before y."""
        n = len(sizes)
        height, width = sizes[:, 0], sizes[:, 1]
        aspect = size[1] / size[0] * torch.exp(self.uniform(n, -_ASPECT, _ASPECT))
        share = self.uniform(n, *AREA)
        tall = torch.minimum((share * height * width / aspect).sqrt(), height)
        tall = torch.minimum(tall, width / aspect)
        h, w = tall / height, tall * aspect / width
        y, x = self.uniform(n, -1.0, 1.0) * (1.0 - h), self.uniform(n, -1.0, 1.0) * (1.0 - w)
        mirror = torch.where(self.uniform(n) < 0.5, -1.0, 1.0)
        turn = self.normal(n).clamp(-2.0, 2.0) * _TURN / 2.0
        cos, sin = turn.cos(), turn.sin()
        # Turned in pixels, in which the picture isn't stretched.
        across = torch.stack([cos * w, -sin * h * height / width, x], dim=1)
        down = torch.stack([sin * w * width / height, cos * h, y], dim=1)
        window = torch.stack([across, down], dim=1)
        window[:, :, 0] *= mirror[:, None]
        return window

    def paste(self, food: Food, figures: Tensor, boxes: Tensor, kind: int | None) -> Food:
        """Figures set before what is there, a step nearer than the nearest behind them.

        Args:
            food: a batch.
            figures: (n, 4, s, s) sRGB in [0, 1] with alpha, not premultiplied.
            boxes: (n, 2) height and width that a figure takes of its square.
            kind: the index of the region that the figures are; None for none that is known.
        """
        size = (food.image.shape[2], food.image.shape[3])
        laid = _laid(figures, self._spots(boxes, size), boxes, size)
        alpha = laid[:, 3:]
        image = laid[:, :3] * alpha + food.image * (1.0 - alpha)
        cover = functional.avg_pool2d(alpha, 2)[:, 0] > 0.5
        behind = _quantile(food.disparity, cover & (food.disparity > UNKNOWN), (0.95,))[:, 0]
        near = behind + self.uniform(len(behind), 0.06, 0.5)
        rows = torch.linspace(-0.5, 0.5, cover.shape[1], device=self.device)[None, :, None]
        tilt = self.uniform(len(behind), -0.05, 0.12)[:, None, None] * rows
        level = near[:, None, None] + tilt.clamp(min=0.0)
        bits = 0 if kind is None else 1 << kind | 0x1F << KNOWN_SHIFT
        there = cover & (behind < _HIDDEN)[:, None, None]
        there &= cover.flatten(1).any(dim=1)[:, None, None]
        disparity = torch.where(there, level, food.disparity)
        return Food(
            image=torch.where((behind < _HIDDEN)[:, None, None, None], image, food.image),
            disparity=relative(disparity),
            regions=torch.where(there, bits, food.regions.int()).to(torch.int16),
        )

    def _spots(self, boxes: Tensor, size: tuple[int, int]) -> Tensor:
        """(n, 3): left, top and enlargement of figures, in pixels of the picture."""
        n = len(boxes)
        height, width = size
        scale = self.uniform(n, 0.25, 0.85)
        scale = scale * torch.minimum(height / boxes[:, 0], width / boxes[:, 1])
        h, w = boxes[:, 0] * scale, boxes[:, 1] * scale
        # Feet are more often low in the picture than high; borders may cut a figure.
        foot = self.uniform(n, 0.45, 1.1) * height
        top = torch.minimum(torch.maximum(foot, 0.6 * h), torch.full_like(h, 1.1 * height)) - h
        left = -0.2 * w + self.uniform(n) * (width - 0.6 * w)
        return torch.stack([left, top, scale], dim=1)

    def blobs(self, pictures: Tensor) -> Tensor:
        """Pictures (n, 3, s, s) in the form of blobs whose radius wavers, (n, 4, s, s)."""
        n, _, side, _ = pictures.shape
        axis = torch.linspace(-1.0, 1.0, side, device=self.device)
        y, x = torch.meshgrid(axis, axis, indexing="ij")
        stretch = torch.exp(0.6 * self.normal(n))[:, None, None]
        turn = self.uniform(n, 0.0, math.pi)[:, None, None]
        u = (turn.cos() * x + turn.sin() * y) * stretch.clamp(min=1.0)
        v = (turn.cos() * y - turn.sin() * x) / stretch.clamp(max=1.0)
        angle, away = torch.atan2(v, u), torch.hypot(u, v)
        radius = torch.full_like(away, 0.62)
        for wave in range(1, _WAVES):
            size = 0.62 * 0.22 / wave * self.normal(n)[:, None, None]
            shift = self.uniform(n, 0.0, 2 * math.pi)[:, None, None]
            radius = radius + size * torch.sin(wave * angle + shift)
        alpha = ((radius - away) * side / 4).clamp(0.0, 1.0)
        return torch.cat([pictures, alpha[:, None]], dim=1)

    def recoloured(self, image: Tensor) -> Tensor:
        """Another exposure, white balance, contrast, saturation; at times blur or noise."""
        n = len(image)

        def each(values: Tensor) -> Tensor:
            return values.view(n, -1, 1, 1)

        gain = torch.exp(0.14 * self.normal(n, 1) + 0.07 * self.normal(n, 3))
        x = image * each(gain)
        grey = x.mean(dim=1, keepdim=True)
        saturation = torch.exp(0.3 * self.normal(n))
        saturation = torch.where(self.uniform(n) < 0.08, 0.0, saturation)
        x = grey + each(saturation) * (x - grey)
        middle = x.mean(dim=(1, 2, 3), keepdim=True)
        x = middle + each(torch.exp(0.2 * self.normal(n))) * (x - middle)
        gamma = torch.exp(0.3 * self.normal(n) * (self.uniform(n) < 0.4))
        x = x.clamp(1e-4, 1.0) ** each(gamma)
        x = self._blurred(x)
        noise = self.uniform(n, 0.004, 0.035) * (self.uniform(n) < 0.3)
        return (x + each(noise) * self.normal(*x.shape)).clamp(0.0, 1.0)

    def _blurred(self, x: Tensor) -> Tensor:
        """A quarter of the pictures, by a Gaussian of deviation 0.4 to 1.8."""
        count = max(len(x) // 4, 1)
        some = x[:count]  # batches are in no order
        reach = torch.arange(-4, 5, device=self.device).float()
        sigma = self.uniform(count, 0.4, 1.8)[:, None]
        kernel = torch.exp(-0.5 * (reach / sigma) ** 2)
        kernel = (kernel / kernel.sum(dim=1, keepdim=True)).repeat_interleave(3, dim=0)
        flat = some.reshape(1, 3 * count, *some.shape[2:])
        flat = functional.pad(flat, (4, 4, 4, 4), mode="replicate")
        flat = functional.conv2d(flat, kernel[:, None, :, None], groups=3 * count)
        flat = functional.conv2d(flat, kernel[:, None, None, :], groups=3 * count)
        return torch.cat([flat.reshape(some.shape), x[count:]])


def relative(disparity: Tensor) -> Tensor:
    """As `training.common.augment.relative`, for (n, h, w)."""
    known = disparity > UNKNOWN
    bounds = _quantile(disparity, known, (0.02, 0.98))
    low, high = bounds[:, 0, None, None], bounds[:, 1, None, None]
    scaled = ((disparity - low) / (high - low).clamp(min=1e-6)).clamp(-0.2, 1.2)
    return torch.where(known, scaled, UNKNOWN)


def _quantile(values: Tensor, there: Tensor, shares: tuple[float, ...]) -> Tensor:
    """(n, len(shares)) of what is there, at every second row; `_HIDDEN` where nothing is."""
    values, there = values[:, ::2].flatten(1), there[:, ::2].flatten(1)
    order = torch.where(there, values, _HIDDEN).sort(dim=1).values
    last = (there.sum(dim=1) - 1).clamp(min=0)
    picks = torch.stack([(share * last).round().long() for share in shares], dim=1)
    return order.gather(1, picks)


def _sampled(
    planes: Tensor, window: Tensor, sizes: Tensor, size: tuple[int, int], *, mode: str
) -> tuple[Tensor, Tensor]:
    """Planes (n, c, s, s), of which (height, width) are used, seen through windows.

    Returns:
        (n, c, *size), and (n, *size) whether it lies within the picture; outside, borders go on.
    """
    grid = functional.affine_grid(window, [len(planes), 1, *size], align_corners=False)
    inside = (grid.abs() <= 1.0).all(dim=3)
    used = sizes.flip(1)[:, None, None, :]
    pixel = ((grid + 1.0) * used - 1.0) / 2.0
    pixel = torch.minimum(pixel.clamp(min=0.0), used - 1.0)
    grid = (2.0 * pixel + 1.0) / planes.shape[-1] - 1.0
    found = functional.grid_sample(planes, grid, mode=mode, align_corners=False)
    return found, inside


def _laid(figures: Tensor, spots: Tensor, boxes: Tensor, size: tuple[int, int]) -> Tensor:
    """Figures (n, 4, s, s) at their spots in an empty picture, (n, 4, *size)."""
    y = torch.arange(size[0], device=figures.device) + 0.5
    x = torch.arange(size[1], device=figures.device) + 0.5
    v = (y[None, :, None] - spots[:, 1, None, None]) / spots[:, 2, None, None]
    u = (x[None, None, :] - spots[:, 0, None, None]) / spots[:, 2, None, None]
    u, v = torch.broadcast_tensors(u, v)
    side = figures.shape[-1]
    grid = torch.stack([2.0 * u / side - 1.0, 2.0 * v / side - 1.0], dim=3)
    found = functional.grid_sample(figures, grid, mode="bilinear", align_corners=False)
    within = (u >= 0) & (v >= 0) & (u < boxes[:, 1, None, None]) & (v < boxes[:, 0, None, None])
    return torch.cat([found[:, :3], found[:, 3:] * within[:, None]], dim=1)

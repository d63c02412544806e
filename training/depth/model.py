"""The geometry network: one small trunk, three heads (disparity, regions, certainty)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.depth.lite import WIDTHS, LiteTrunk, residuals, sometimes

#: The region channels, in the order of the output.
REGIONS = ("sky", "subject", "ground", "vegetation", "water")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Widths of what follows the trunk."""

    neck: int = 192  # at 1/32 of the picture's size
    decoder: tuple[int, int, int] = (48, 96, 160)  # at 1/4, 1/8, 1/16
    attention: int = 2  # rounds in which all places at 1/32 look at each other


_HEADS: Final = 4


class _Norm(nn.Sequential):
    """A convolution, batch normalisation and, unless told otherwise, an activation."""

    def __init__(
        self, inside: int, outside: int, size: int = 1, *, stride: int = 1, groups: int = 1,
        active: bool = True,
    ) -> None:  # fmt: skip
        layers: list[nn.Module] = [
            nn.Conv2d(
                inside, outside, size, stride=stride, padding=size // 2, groups=groups, bias=False
            ),
            nn.BatchNorm2d(outside),
        ]
        super().__init__(*layers, *([nn.ReLU(inplace=True)] if active else []))


class _Attention(nn.Module):
    """Every place looks at all others (Vaswani et al. 2017), then thinks for itself.

    What it adds starts at nothing, so that a network may be given one later.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.place = nn.Conv2d(width, width, 3, padding=1, groups=width)
        self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
        self.ask = nn.Linear(width, 3 * width)
        self.answer = nn.Linear(width, width)
        self.think = nn.Sequential(
            nn.Linear(width, 2 * width), nn.ReLU(), nn.Linear(2 * width, width)
        )
        self.drop = 0.0
        for last in (self.answer, self.think[2]):
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.place(x)
        tokens = x.flatten(2).transpose(1, 2)
        tokens = tokens + sometimes(self._looked(tokens), self.drop, self.training)
        tokens = tokens + sometimes(self.think(self.between(tokens)), self.drop, self.training)
        return tokens.transpose(1, 2).reshape(x.shape)

    def _looked(self, tokens: Tensor) -> Tensor:
        count, width = tokens.shape[1:]
        asked = self.ask(self.before(tokens)).reshape(-1, count, 3, _HEADS, width // _HEADS)
        query, key, value = asked.permute(2, 0, 3, 1, 4).unbind(0)
        weight = (query @ key.transpose(-1, -2) * (width // _HEADS) ** -0.5).softmax(dim=-1)
        return self.answer((weight @ value).transpose(1, 2).reshape(-1, count, width))


class _Up(nn.Module):
    """Twice the size, with what the trunk knew at that size added."""

    def __init__(self, inside: int, skip: int, outside: int) -> None:
        super().__init__()
        self.lateral = _Norm(skip, outside, active=False)
        self.reduce = _Norm(inside, outside, active=False)
        self.mix = nn.Sequential(
            nn.ReLU(inplace=True),
            _Norm(outside, outside, 5, groups=outside),
            _Norm(outside, outside),
        )

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        x = functional.interpolate(self.reduce(x), scale_factor=2.0, mode="nearest")
        return self.mix(x + self.lateral(skip))


class GeometryNet(nn.Module):
    """Relative disparity, region logits and the logit of the disparity's certainty.

    The rows' height in the picture is an input of the neck: it carries the prior that the ground
    rises towards the horizon. Nothing but the trunk's first layers is computed at more than a
    quarter of the picture's size: there the time would go.
    """

    def __init__(self, shape: Shape | None = None) -> None:
        super().__init__()
        self.shape = shape = shape or Shape()
        d = shape.decoder
        self.trunk = LiteTrunk()
        self.neck = _Norm(WIDTHS[3] + 1, shape.neck)
        self.attention = nn.ModuleList(_Attention(shape.neck) for _ in range(shape.attention))
        self.context = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(shape.neck, shape.neck, 1), nn.ReLU()
        )
        self.up16 = _Up(shape.neck, WIDTHS[2], d[2])
        self.up8 = _Up(d[2], WIDTHS[1], d[1])
        self.up4 = _Up(d[1], WIDTHS[0], d[0])
        self.head_disparity = nn.Conv2d(d[0], 4, 3, padding=1)
        self.head_regions = nn.Conv2d(d[0], len(REGIONS), 3, padding=1)
        self.head_certainty = nn.Conv2d(d[0], 1, 1)
        nn.init.constant_(self.head_disparity.bias, 0.4)

    def drop_blocks(self, share: float) -> None:
        """While training, leave out residual blocks, the last one for this share of samples.

        Earlier ones are left out less often. It keeps a network from learning few photos by heart.
        """
        blocks = [*residuals(self.trunk), *self.attention]
        for index, block in enumerate(blocks):
            block.drop = share * (index + 1) / len(blocks)

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Heads at the size they were made for, as labels are no finer.

        Args:
            image: (n, 3, h, w) sRGB in [0, 1]; h and w multiples of 32.

        Returns:
            Disparity (n, 1, h/2, w/2), region logits (n, 5, h/4, w/4), logit of the certainty
            (n, 1, h/4, w/4).
        """
        return self.decode(self.trunk(image))

    def decode(self, features: Sequence[Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        """What `forward` gives, from the trunk's features at 1/4, 1/8, 1/16 and 1/32."""
        deep = self.neck(torch.cat([features[3], _rows(features[3])], dim=1))
        for attention in self.attention:
            deep = attention(deep)
        deep = deep + self.context(deep)
        x16 = self.up16(deep, features[2])
        x8 = self.up8(x16, features[1])
        x4 = self.up4(x8, features[0])
        with torch.autocast(x4.device.type, enabled=False):  # 8 bits are too few for disparity
            x4 = x4.float()
            disparity = functional.pixel_shuffle(self.head_disparity(x4), 2)
            return disparity, self.head_regions(x4), self.head_certainty(x4)


def _rows(like: Tensor) -> Tensor:
    """(n, 1, h, w): -1 in the top row to 1 in the bottom row; made of operations that export."""
    ones = torch.ones_like(like[:, :1])
    rows = torch.cumsum(ones, dim=2)
    return 2.0 * (rows - 0.5) / rows[:, :, -1:, :1] - 1.0


def enlarged(x: Tensor, factor: int) -> Tensor:
    """Bilinear, by a whole factor."""
    return functional.interpolate(
        x, scale_factor=float(factor), mode="bilinear", align_corners=False
    )

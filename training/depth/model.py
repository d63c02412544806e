"""The geometry network: one small trunk, three heads (disparity, regions, certainty)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

#: Mean and deviation of sRGB in [0, 1] that the graph takes out of its input itself.
MEAN, DEVIATION = (0.45, 0.43, 0.40), (0.27, 0.27, 0.28)
#: The region channels, in the order of the output.
REGIONS = ("sky", "subject", "ground", "vegetation", "water")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Widths and depths of the trunk at 1/4, 1/8, 1/16 and 1/32 of the picture's size."""

    widths: tuple[int, int, int, int] = (24, 48, 112, 208)
    blocks: tuple[int, int, int, int] = (2, 3, 6, 3)
    expansion: int = 3
    decoder: tuple[int, int, int] = (32, 64, 96)  # at 1/4, 1/8, 1/16
    attention: int = 0  # rounds in which all places at 1/32 look at each other


#: Networks by the name that training and a checkpoint give them.
SHAPES: Final = {
    "small": Shape(),
    "large": Shape(
        widths=(32, 64, 144, 256), blocks=(2, 3, 7, 3), decoder=(40, 80, 128), attention=2
    ),
}
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


class _Inverted(nn.Module):
    """An inverted residual (Sandler et al. 2018); its channels are gated by their global mean."""

    def __init__(
        self, inside: int, outside: int, *, expansion: int, stride: int = 1, gated: bool = False
    ) -> None:
        super().__init__()
        wide = inside * expansion
        self.widen = _Norm(inside, wide)
        self.spread = _Norm(
            wide, wide, 5 if stride == 1 and gated else 3, stride=stride, groups=wide
        )
        self.gate = (
            nn.Sequential(
                nn.AdaptiveAvgPool2d(1), nn.Conv2d(wide, wide // 8, 1), nn.ReLU(),
                nn.Conv2d(wide // 8, wide, 1), nn.Hardsigmoid(),
            )
            if gated
            else None
        )  # fmt: skip
        self.narrow = _Norm(wide, outside, active=False)
        self.residual = stride == 1 and inside == outside
        self.drop = 0.0

    def forward(self, x: Tensor) -> Tensor:
        inner = self.spread(self.widen(x))
        if self.gate is not None:
            inner = inner * self.gate(inner)
        inner = self.narrow(inner)
        return x + _sometimes(inner, self.drop, self.training) if self.residual else inner


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
        tokens = tokens + _sometimes(self._looked(tokens), self.drop, self.training)
        tokens = tokens + _sometimes(self.think(self.between(tokens)), self.drop, self.training)
        return tokens.transpose(1, 2).reshape(x.shape)

    def _looked(self, tokens: Tensor) -> Tensor:
        count, width = tokens.shape[1:]
        asked = self.ask(self.before(tokens)).reshape(-1, count, 3, _HEADS, width // _HEADS)
        query, key, value = asked.permute(2, 0, 3, 1, 4).unbind(0)
        weight = (query @ key.transpose(-1, -2) * (width // _HEADS) ** -0.5).softmax(dim=-1)
        return self.answer((weight @ value).transpose(1, 2).reshape(-1, count, width))


def _sometimes(x: Tensor, drop: float, training: bool) -> Tensor:
    """Nothing for the share ``drop`` of the samples while training (Huang et al. 2016)."""
    if not training or drop == 0.0:
        return x
    kept = torch.rand((len(x),) + (1,) * (x.ndim - 1), device=x.device) >= drop
    return x * (kept / (1.0 - drop)).to(x.dtype)


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

    The rows' height in the picture is an input channel: it carries the prior that the ground
    rises towards the horizon, which a small network would otherwise spend its layers on. Nothing is
    computed at more than a quarter of the picture's size: there the time of training would go.
    """

    def __init__(self, shape: Shape | None = None) -> None:
        super().__init__()
        shape = shape or Shape()
        self.shape = shape
        w, d = shape.widths, shape.decoder
        self.register_buffer("mean", torch.tensor(MEAN).view(1, 3, 1, 1), persistent=False)
        self.register_buffer(
            "deviation", torch.tensor(DEVIATION).view(1, 3, 1, 1), persistent=False
        )
        self.stem = _Norm(3 * 16 + 1, w[0], 3)
        self.stages = nn.ModuleList()
        inside = w[0]
        for level, (width, count) in enumerate(zip(w, shape.blocks, strict=True)):
            first = 1 if level == 0 else 2
            blocks = [
                _Inverted(
                    inside if index == 0 else width, width, expansion=shape.expansion,
                    stride=first if index == 0 else 1, gated=level >= 2,
                )
                for index in range(count)
            ]  # fmt: skip
            self.stages.append(nn.Sequential(*blocks))
            inside = width
        self.attention = nn.ModuleList(_Attention(w[3]) for _ in range(shape.attention))
        self.context = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(w[3], w[3], 1), nn.ReLU())
        self.up16 = _Up(w[3], w[2], d[2])
        self.up8 = _Up(d[2], w[1], d[1])
        self.up4 = _Up(d[1], w[0], d[0])
        self.head_disparity = nn.Conv2d(d[0], 4, 3, padding=1)
        self.head_regions = nn.Conv2d(d[0], len(REGIONS), 3, padding=1)
        self.head_certainty = nn.Conv2d(d[0], 1, 1)
        nn.init.constant_(self.head_disparity.bias, 0.4)

    def drop_blocks(self, share: float) -> None:
        """While training, leave out residual blocks, the last one for this share of samples.

        Earlier ones are left out less often. It keeps a network from learning few photos by heart.
        """
        blocks = [m for m in self.modules() if isinstance(m, _Inverted | _Attention)]
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
        x = (image - self.mean) / self.deviation
        blocks = functional.pixel_unshuffle(x, 4)
        features = [self.stem(torch.cat([blocks, _rows(blocks)], dim=1))]
        for stage in self.stages:
            features.append(stage(features[-1]))
        deep = features[4]
        for attention in self.attention:
            deep = attention(deep)
        deep = deep + self.context(deep)
        x16 = self.up16(deep, features[3])
        x8 = self.up8(x16, features[2])
        x4 = self.up4(x8, features[1])
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

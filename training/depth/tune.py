"""Training what follows the trunk on, from features of the trunk as it is.

Most of a step's time goes to the trunk. Where that is left alone, the features of a crop are
computed once and serve several steps, so that a CPU gets far in minutes. The network learns from
labels and from the mean of its own and other networks' maps, which is nearer to the truth than each
of them (Hinton et al. 2015); its regions are held where they were.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from training.depth.batches import Batch
from training.depth.losses import certainty_loss, disparity_loss
from training.depth.model import GeometryNet
from training.depth.run import Run

#: Sizes (height, width) of crops.
SIZES: Final = ((256, 352), (352, 256), (288, 288), (224, 320), (224, 352))
_COUNT: Final = 8  # crops of a step
_REUSE: Final = 4  # steps between two looks at new crops
_KEPT: Final = 400  # crops of one size
_FOLLOW: Final = 0.7  # weight of the mean of maps, labels having 1
_REGIONS: Final = 8.0  # `Run` gives regions a quarter
_KEEP, _DECAY, _DROP = 0.995, 0.05, 0.15

Draw = Callable[[int, tuple[int, int]], Batch]
Others = Callable[[NDArray[np.float32]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Crop:
    """What a crop's picture was seen as, and its labels."""

    features: tuple[Tensor, ...]  # of the trunk, at 1/4 to 1/32
    disparity: Tensor  # (h/2, w/2) label
    trust: float
    seen: Tensor  # (h/2, w/2) mean of the networks' maps
    follow: bool  # whether it is worth learning from
    regions: Tensor  # (5, h/4, w/4) probabilities of the network as it was


class Larder:
    """Crops of each size, some of them new now and then."""

    def __init__(self, draw: Draw, kept: GeometryNet, others: Others | None, *, seed: int) -> None:
        """Args:
        draw: gives batches of a number of pictures of one size.
        kept: the network as it was.
        others: maps (n, h/2, w/2) by other networks of pictures (n, 3, h, w).
        seed: of which crops are taken.
        """
        self._draw, self._kept, self._others = draw, kept, others
        self._random = np.random.default_rng(seed)
        self._crops: dict[tuple[int, int], list[Crop]] = defaultdict(list)

    @torch.no_grad()
    def fill(self) -> None:
        """Take in new crops of one size."""
        size = SIZES[int(self._random.integers(len(SIZES)))]
        batch = self._draw(_COUNT, size)
        features = self._kept.trunk(torch.from_numpy(batch.image))
        maps, logits, _ = self._kept.decode(features)
        seen = maps[:, 0]
        if self._others is not None:
            seen = 0.5 * (seen + torch.from_numpy(self._others(batch.image)))
        crops = self._crops[size]
        crops += [
            Crop(
                features=tuple(level[index].half() for level in features),
                disparity=torch.from_numpy(batch.disparity[index]),
                trust=float(batch.trust[index]),
                seen=seen[index],
                follow=bool(batch.follow[index]),
                regions=torch.sigmoid(logits[index]),
            )
            for index in range(_COUNT)
        ]
        del crops[:-_KEPT]

    def take(self) -> list[Crop]:
        """As many crops of one size as a step learns from; `fill` comes first."""
        sizes = list(self._crops)
        crops = self._crops[sizes[int(self._random.integers(len(sizes)))]]
        return [crops[index] for index in self._random.choice(len(crops), _COUNT, replace=False)]


class Tuning(Run):
    """A run that leaves the trunk, and all means and deviations, as they are."""

    def __init__(self, weights: dict[str, Tensor], *, seed: int, peak: float) -> None:
        """Begin with ``weights``."""
        super().__init__(seed=seed, device="cpu", peak=peak, keep=_KEEP, decay=_DECAY)
        self.start_from(weights)
        self.kept = copy.deepcopy(self.average).eval()
        self.net.trunk.requires_grad_(requires_grad=False)
        self.net.drop_blocks(_DROP)

    def learn(self, larder: Larder) -> dict[str, Tensor]:
        """One step; the losses by name."""
        if self.step % _REUSE == 0:
            larder.fill()
        crops = larder.take()
        return self.descend(lambda: self._losses_of(crops))

    def _wake(self) -> None:
        super()._wake()
        self.net.trunk.eval()
        for module in self.net.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()

    def _losses_of(self, crops: Sequence[Crop]) -> dict[str, Tensor]:
        levels = zip(*(crop.features for crop in crops), strict=True)
        maps, logits, sure = self.net.decode([torch.stack(level).float() for level in levels])
        values, target = maps[:, 0], torch.stack([crop.disparity for crop in crops])
        trust = torch.tensor([crop.trust for crop in crops])
        disparity = disparity_loss(values, target, trust, self.generator)
        follow = torch.tensor([crop.follow for crop in crops])
        if follow.any():
            seen = torch.stack([crop.seen for crop in crops])[follow]
            near = disparity_loss(values[follow], seen, torch.ones(len(seen)), self.generator)
            disparity = disparity + _FOLLOW * follow.float().mean() * near
        before = torch.stack([crop.regions for crop in crops])
        return {
            "disparity": disparity,
            "regions": _REGIONS * functional.binary_cross_entropy_with_logits(logits, before),
            "certainty": certainty_loss(sure[:, 0], values, target),
        }


def seen_by(paths: Sequence[Path]) -> Others | None:
    """Mean map of exported networks, each shown the mirror image; None of none."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    sessions = [
        onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        for path in paths
    ]

    def mean(images: NDArray[np.float32]) -> NDArray[np.float32]:
        mirrored = np.ascontiguousarray(images[..., ::-1])
        maps = [
            np.concatenate([s.run(["disparity"], {"image": one[None]})[0] for one in mirrored])
            for s in sessions
        ]
        large = np.mean(maps, axis=0)[:, 0, :, ::-1]
        n, h, w = large.shape
        halved = large.reshape(n, h // 2, 2, w // 2, 2).mean(axis=(2, 4))
        return np.ascontiguousarray(halved, dtype=np.float32)

    return mean if sessions else None

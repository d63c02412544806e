"""What training of the geometry network holds on to from step to step."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.common import workers
from training.depth.lite import pretrained
from training.depth.losses import certainty_loss, disparity_loss, region_loss
from training.depth.model import GeometryNet

_FLOOR: Final = 2e-5
#: Of the rate of learning: the trunk knows what things look like already.
TRUNK_SHARE: Final = 0.35
_WARM_STEPS: Final = 300

Array = NDArray[Any] | Tensor


class Fed(Protocol):
    """A batch, in NumPy or on the device."""

    @property
    def image(self) -> Array:
        """(n, 3, h, w) in [0, 1]."""

    @property
    def disparity(self) -> Array:
        """(n, h/2, w/2) relative, `UNKNOWN` where it isn't known."""

    @property
    def trust(self) -> Array:
        """(n,) share of the pixels that counts."""

    @property
    def labels(self) -> Array:
        """(n, 5, h/4, w/4) 0 or 1."""

    @property
    def known(self) -> Array:
        """(n, 5, h/4, w/4) 0 or 1."""


class Run:
    """Everything that a checkpoint holds."""

    def __init__(
        self, *, seed: int, device: str, peak: float, keep: float = 0.995,
        decay: float = 0.02, trunk: float = TRUNK_SHARE,
    ) -> None:  # fmt: skip
        """Args:
        seed: of the weights and of the pairs that losses compare.
        device: where it runs; on a GPU in bfloat16.
        peak: highest rate of learning.
        keep: how much of the averaged weights a step keeps, at last.
        decay: of the weights of convolutions.
        trunk: share of the rate at which the trunk learns.
        """
        torch.manual_seed(seed)
        self.device, self.peak, self.keep = device, peak, keep
        self.net = GeometryNet().to(device, memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.net).requires_grad_(requires_grad=False)
        self.optimiser = torch.optim.AdamW(
            _groups(self.net, decay, trunk), lr=peak, betas=(0.9, 0.98), fused=device == "cuda"
        )
        self.generator = torch.Generator(device).manual_seed(seed + workers.rank())
        self.step, self.progress, self.seconds = 0, 0.0, 0.0

    def advance(self, batch: Fed) -> dict[str, Tensor]:
        """One step of the optimiser; the losses by name."""
        return self.descend(lambda: self._losses(batch))

    def descend(self, found: Callable[[], dict[str, Tensor]]) -> dict[str, Tensor]:
        """One step of the optimiser, down losses that are found while the network learns."""
        self._set_rate()
        self._wake()
        losses = found()
        total = losses["disparity"] + 0.25 * losses["regions"] + 0.05 * losses["certainty"]
        self.optimiser.zero_grad(set_to_none=True)
        total.backward()
        self.progress = workers.agree(self.net.parameters(), self.progress)
        nn.utils.clip_grad_norm_(self.net.parameters(), 2.0)
        self.optimiser.step()
        self.step += 1
        self._blend()
        return {name: value.detach() for name, value in losses.items()}

    def _wake(self) -> None:
        """Let the network learn."""
        self.net.train()

    def _losses(self, batch: Fed) -> dict[str, Tensor]:
        image = self._tensor(batch.image).contiguous(memory_format=torch.channels_last)
        target = self._tensor(batch.disparity)
        on_gpu = self.device == "cuda"
        with torch.autocast(self.device, torch.bfloat16, enabled=on_gpu):
            outputs = self.net(image)
        values, logits, sure = (output.float() for output in outputs)
        values = values[:, 0]
        return {
            "disparity": disparity_loss(
                values, target, self._tensor(batch.trust), self.generator
            ),
            "regions": region_loss(logits, self._tensor(batch.labels), self._tensor(batch.known)),
            "certainty": certainty_loss(sure[:, 0], values, target),
        }  # fmt: skip

    def _tensor(self, array: Array) -> Tensor:
        return torch.as_tensor(array).to(self.device)

    def _set_rate(self) -> None:
        cosine = 0.5 * (1.0 + math.cos(math.pi * min(self.progress, 1.0)))
        rate = _FLOOR + (self.peak - _FLOOR) * cosine
        rate *= min(1.0, (self.step + 1) / _WARM_STEPS)
        for group in self.optimiser.param_groups:
            group["lr"] = rate * group["share"]

    def _blend(self) -> None:
        keep = min(self.keep, (1 + self.step) / (10 + self.step))
        kept, new = self.average.state_dict(), self.net.state_dict()
        floating = [name for name, value in kept.items() if value.dtype.is_floating_point]
        with torch.no_grad():
            torch._foreach_lerp_(
                [kept[name] for name in floating], [new[name] for name in floating], 1.0 - keep
            )
            for name in kept.keys() - set(floating):
                kept[name].copy_(new[name])

    def state(self) -> dict[str, Any]:
        """To be saved."""
        return {
            "net": self.net.state_dict(), "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(), "step": self.step,
            "progress": self.progress, "seconds": self.seconds,
        }  # fmt: skip

    def restore(self, state: dict[str, Any]) -> None:
        """Go on where `state` was taken.

        Raises:
            ValueError: it was taken of another network.
        """
        if state["net"].keys() != self.net.state_dict().keys():
            raise ValueError("the checkpoint is another network's; begin a run of another --name")
        self.net.load_state_dict(state["net"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.progress = state["step"], state["progress"]
        self.seconds = state["seconds"]

    def start_from(self, weights: dict[str, Tensor]) -> None:
        """Begin anew with another run's weights."""
        self.net.load_state_dict(weights)
        self.average.load_state_dict(weights)

    def start_trunk(self, weights: dict[str, Tensor]) -> None:
        """Begin anew with another's trunk."""
        self.net.trunk.load_state_dict(weights)
        self.average.trunk.load_state_dict(weights)

    def sound(self) -> bool:
        """Whether all averaged weights are numbers."""
        return all(bool(torch.isfinite(value).all()) for value in self.average.parameters())


def _groups(net: GeometryNet, decay: float, share: float) -> list[dict[str, Any]]:
    """Weights of convolutions decay; biases and normalisation don't. The trunk learns slower."""
    trunk = set(net.trunk.parameters())
    return [
        {
            "params": [p for p in net.parameters() if (p in trunk) == old and (p.ndim > 1) == wide],
            "weight_decay": decay if wide else 0.0,
            "share": share if old else 1.0,
        }
        for old in (True, False)
        for wide in (True, False)
    ]


def save(state: dict[str, Any], path: Path) -> None:
    """Write a checkpoint whole or not at all."""
    part = path.with_suffix(".part")
    torch.save(state, part)
    part.replace(path)


def start(run: Run, path: Path, *, resume: bool, shipped: Path | None) -> None:
    """Give a run the weights that it begins with.

    Args:
        run: a new one.
        path: of its own checkpoint.
        resume: go on with that checkpoint, if there is one.
        shipped: else, an exported file; without one, the published weights of the trunk.
    """
    if resume and path.exists():
        run.restore(torch.load(path, map_location=run.device, weights_only=True))
    elif shipped:
        from training.export import weights_of

        run.start_from(weights_of(shipped))
    else:
        run.start_trunk(pretrained())


def means(before: dict[str, float], losses: dict[str, Tensor], *, keep: float) -> dict[str, float]:
    """Running means of losses."""
    return {
        name: keep * before.get(name, float(value)) + (1.0 - keep) * float(value)
        for name, value in losses.items()
    }


def chance(seed: int, run: Run) -> np.random.Generator:
    """For what isn't drawn on the device; another one after a run went on."""
    return np.random.default_rng(seed + run.step)

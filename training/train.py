"""Train the geometry network for a number of minutes.

``python -m training.train --minutes 25 --name first`` draws from the packs of
``training.prepare`` and writes ``$KINORA_TRAINING_DIR/geometry/<name>.pt`` every few minutes;
``--resume`` goes on with a run that was stopped, ``--start other.pt`` takes over a finished run's
weights, ``--from-onnx`` those that ship. The schedule is cut to the minutes: warm-up, then a
cosine. ``torchrun --nproc-per-node 2 -m training.train ...`` lets two processes share the work.
"""

from __future__ import annotations

import argparse
import copy
import math
import sys
import time
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from training.common import workers
from training.common.paths import WEIGHTS
from training.depth.batches import Batch, Batches
from training.depth.losses import certainty_loss, disparity_loss, region_loss
from training.depth.model import GeometryNet
from training.prepare import folder

#: Until which share of a run which sizes (height, width) and batches are drawn, the first size as
#: often as all others: small pictures teach the layout at half the price.
PHASES: Final = (
    (0.6, (((128, 192), 8), ((192, 128), 8), ((160, 160), 8))),
    (0.92, (((160, 224), 8), ((224, 160), 8), ((192, 192), 8))),
    (1.0, (((192, 256), 6), ((256, 192), 6), ((224, 224), 6))),
)
_PEAK, _FLOOR, _DECAY = 2.5e-3, 2e-5, 0.02
_WARM_STEPS: Final = 150
_AVERAGE: Final = 0.995  # of the weights that are kept
_SAVE_SECONDS: Final = 180.0


class Run:
    """Everything that a checkpoint holds."""

    def __init__(self, *, seed: int, device: str, peak: float) -> None:
        torch.manual_seed(seed)
        self.device = device
        self.peak = peak
        self.net = GeometryNet().to(device, memory_format=torch.channels_last)
        self.average = copy.deepcopy(self.net).requires_grad_(requires_grad=False)
        self.optimiser = torch.optim.AdamW(_groups(self.net), lr=peak, betas=(0.9, 0.98))
        self.generator = torch.Generator().manual_seed(seed + workers.rank())
        self.step, self.progress, self.seconds = 0, 0.0, 0.0

    def advance(self, batch: Batch) -> dict[str, float]:
        """One step of the optimiser; the losses by name."""
        self._set_rate()
        self.net.train()
        losses = self._losses(batch)
        total = losses["disparity"] + 0.25 * losses["regions"] + 0.05 * losses["certainty"]
        self.optimiser.zero_grad(set_to_none=True)
        total.backward()
        self.progress = workers.agree(self.net.parameters(), self.progress)
        nn.utils.clip_grad_norm_(self.net.parameters(), 2.0)
        self.optimiser.step()
        self.step += 1
        self._blend()
        return {name: float(value.detach()) for name, value in losses.items()}

    def _losses(self, batch: Batch) -> dict[str, Tensor]:
        image = self._tensor(batch.image).contiguous(memory_format=torch.channels_last)
        target = self._tensor(batch.disparity)
        values, logits, sure = self.net(image)
        values = values[:, 0]
        return {
            "disparity": disparity_loss(
                values, target, self._tensor(batch.trust), self.generator
            ),
            "regions": region_loss(logits, self._tensor(batch.labels), self._tensor(batch.known)),
            "certainty": certainty_loss(sure[:, 0], values, target),
        }  # fmt: skip

    def _tensor(self, array: np.ndarray[Any, Any]) -> Tensor:
        return torch.from_numpy(array).to(self.device)

    def _set_rate(self) -> None:
        cosine = 0.5 * (1.0 + math.cos(math.pi * min(self.progress, 1.0)))
        rate = _FLOOR + (self.peak - _FLOOR) * cosine
        rate *= min(1.0, (self.step + 1) / _WARM_STEPS)
        for group in self.optimiser.param_groups:
            group["lr"] = rate

    def _blend(self) -> None:
        keep = min(_AVERAGE, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            for kept, new in zip(
                self.average.state_dict().values(), self.net.state_dict().values(), strict=True
            ):
                if kept.dtype.is_floating_point:
                    kept.lerp_(new, 1.0 - keep)
                else:
                    kept.copy_(new)

    def state(self) -> dict[str, Any]:
        """To be saved."""
        return {
            "net": self.net.state_dict(), "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(), "step": self.step,
            "progress": self.progress, "seconds": self.seconds,
        }  # fmt: skip

    def restore(self, state: dict[str, Any]) -> None:
        """Go on where `state` was taken."""
        self.net.load_state_dict(state["net"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.progress = state["step"], state["progress"]
        self.seconds = state["seconds"]

    def start_from(self, weights: dict[str, Tensor]) -> None:
        """Begin anew with another run's weights."""
        self.net.load_state_dict(weights)
        self.average.load_state_dict(weights)


def _groups(net: nn.Module) -> list[dict[str, Any]]:
    """Weights of convolutions decay; biases and normalisation don't."""
    decay = [p for p in net.parameters() if p.ndim > 1]
    keep = [p for p in net.parameters() if p.ndim <= 1]
    return [{"params": decay, "weight_decay": _DECAY}, {"params": keep, "weight_decay": 0.0}]


def train(
    run: Run, batches: Batches, *, minutes: float, path: Path, seed: int, skip: float = 0.0
) -> None:
    """Steps until the minutes are over; time of earlier parts of a resumed run counts.

    Args:
        run: what is trained.
        batches: where its food comes from.
        minutes: the budget.
        path: of the checkpoint.
        seed: of the order of sizes.
        skip: share of a run whose sizes are left out, for one that starts from weights.
    """
    random = np.random.default_rng(seed + run.step)
    budget = 60.0 * minutes
    start, before = time.monotonic(), run.seconds
    saved = start
    means: dict[str, float] = {}
    over = False  # all workers' mean progress says so, so that none waits for another for ever
    while not over:
        size, count = _size(max(run.progress, skip), random)
        losses = run.advance(batches.draw(count, size))
        for name, value in losses.items():
            means[name] = 0.98 * means.get(name, value) + 0.02 * value
        now = time.monotonic()
        over = run.progress >= 1.0
        run.seconds = before + now - start
        run.progress = run.seconds / budget
        if workers.rank():
            continue
        if run.step % 50 == 0:
            text = " ".join(f"{name} {value:.4f}" for name, value in means.items())
            print(f"step {run.step} {100 * run.progress:.1f} % {text}", flush=True)
        if now - saved > _SAVE_SECONDS or over:
            saved = now
            save(run, path)


def _size(progress: float, random: np.random.Generator) -> tuple[tuple[int, int], int]:
    sizes = next(sizes for limit, sizes in PHASES if progress <= limit or limit == 1.0)
    return sizes[max(int(random.integers(-1, len(sizes))), 0)]


def save(run: Run, path: Path) -> None:
    """Write a checkpoint whole or not at all."""
    part = path.with_suffix(".part")
    torch.save(run.state(), part)
    part.replace(path)


def main(arguments: list[str] | None = None) -> int:
    """Train."""
    parser = argparse.ArgumentParser(description="Train the geometry network.")
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--name", default="geometry", help="of the checkpoint")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--peak", type=float, default=_PEAK, help="highest learning rate")
    parser.add_argument("--skip", type=float, default=0.0, help="share of a run's small sizes")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument(
        "--start", type=Path, help="checkpoint whose averaged weights to begin with"
    )
    parser.add_argument("--from-onnx", action="store_true", help="begin with the shipped weights")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    cv2.setNumThreads(1)
    path = folder() / f"{options.name}.pt"
    device = "cuda" if torch.cuda.is_available() else "cpu"
    run = Run(seed=options.seed, device=device, peak=options.peak)
    if options.resume and path.exists():
        run.restore(torch.load(path, map_location=device, weights_only=True))
    elif options.start:
        state = torch.load(options.start, map_location=device, weights_only=True)
        run.start_from(state["average"])
    elif options.from_onnx:
        from training.export import weights_of

        run.start_from(weights_of(WEIGHTS / "geometry.onnx"))
    workers.join()
    batches = Batches(folder(), seed=options.seed + run.step + 1_000_000 * workers.rank())
    train(run, batches, minutes=options.minutes, path=path, seed=options.seed, skip=options.skip)
    return 0


if __name__ == "__main__":
    sys.exit(main())

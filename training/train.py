"""Train the geometry network for a number of minutes.

``python -m training.train --minutes 25 --name first`` draws from the packs of
``training.prepare`` and writes ``$KINORA_TRAINING_DIR/geometry/<name>.pt`` every few minutes;
``--resume`` goes on with a run that was stopped, ``--start other.pt`` takes over a finished run's
weights, ``--from-onnx`` those that ship. The schedule is cut to the minutes: warm-up, then a
cosine. ``torchrun --nproc-per-node 2 -m training.train ...`` lets two processes share the work.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import torch

from training.common import workers
from training.common.paths import WEIGHTS
from training.depth.batches import Batches
from training.depth.run import Run, chance, means, save, start
from training.prepare import folder

#: Until which share of a run which sizes (height, width) and batches are drawn, the first size as
#: often as all others: small pictures teach the layout at half the price.
PHASES: Final = (
    (0.6, (((128, 192), 8), ((192, 128), 8), ((160, 160), 8))),
    (0.92, (((160, 224), 8), ((224, 160), 8), ((192, 192), 8))),
    (1.0, (((192, 256), 6), ((256, 192), 6), ((224, 224), 6))),
)
_PEAK: Final = 1.5e-3
_SAVE_SECONDS: Final = 180.0


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
    random = chance(seed, run)
    budget = 60.0 * minutes
    begin, before = time.monotonic(), run.seconds
    saved = begin
    recent: dict[str, float] = {}
    over = False  # all workers' mean progress says so, so that none waits for another for ever
    while not over:
        size, count = _size(max(run.progress, skip), random)
        losses = run.advance(batches.draw(count, size))
        recent = means(recent, losses, keep=0.98)
        now = time.monotonic()
        over = run.progress >= 1.0
        run.seconds = before + now - begin
        run.progress = run.seconds / budget
        if workers.rank():
            continue
        if run.step % 50 == 0:
            text = " ".join(f"{name} {value:.4f}" for name, value in recent.items())
            print(f"step {run.step} {100 * run.progress:.1f} % {text}", flush=True)
        if now - saved > _SAVE_SECONDS or over:
            saved = now
            save(run.state(), path)


def _size(progress: float, random: np.random.Generator) -> tuple[tuple[int, int], int]:
    sizes = next(sizes for limit, sizes in PHASES if progress <= limit or limit == 1.0)
    return sizes[max(int(random.integers(-1, len(sizes))), 0)]


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
    parser.add_argument("--from-onnx", action="store_true", help="begin with the shipped weights")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    cv2.setNumThreads(1)
    path = folder() / f"{options.name}.pt"
    device = "cuda" if torch.cuda.is_available() else "cpu"
    run = Run(seed=options.seed, device=device, peak=options.peak)
    shipped = WEIGHTS / "geometry.onnx" if options.from_onnx else None
    start(run, path, resume=options.resume, shipped=shipped)
    workers.join()
    batches = Batches(folder(), seed=options.seed + run.step + 1_000_000 * workers.rank())
    train(run, batches, minutes=options.minutes, path=path, seed=options.seed, skip=options.skip)
    return 0


if __name__ == "__main__":
    sys.exit(main())

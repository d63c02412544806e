"""Train the shipped geometry network on, its trunk left as it is, for some minutes on a CPU.

``python -m training.tune --minutes 22 --other two.onnx --name tuned`` begins with the shipped
weights and draws from the packs of ``training.prepare``. Photos that don't show rooms are learned
from the teacher and from the mean of the network's own map and the other networks'; rooms from
their labels alone. It writes ``$KINORA_TRAINING_DIR/geometry/<name>.pt``.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Final

import cv2
import torch

from training.common.paths import WEIGHTS
from training.depth.batches import Batches, Diet
from training.depth.run import means, save
from training.depth.tune import Larder, Tuning, seen_by
from training.export import weights_of
from training.prepare import folder

_DIET: Final = Diet(shares={"photos": 0.68, "frames": 0.16, "scenes": 0.16}, least=0.5, rooms=2)
_PEAK: Final = 4e-4
_SAVE_SECONDS: Final = 240.0
_LOG_STEPS: Final = 50
_FIRST: Final = 10  # batches of crops before the first step


def tune(run: Tuning, larder: Larder, *, minutes: float, path: Path) -> None:
    """Steps until the minutes are over; the rate of learning falls with them."""
    for _ in range(_FIRST):
        larder.fill()
    begin = saved = time.monotonic()
    recent: dict[str, float] = {}
    while run.progress < 1.0:
        recent = means(recent, run.learn(larder), keep=0.98)
        now = time.monotonic()
        run.seconds = now - begin
        run.progress = run.seconds / (60.0 * minutes)
        if run.step % _LOG_STEPS == 0:
            text = " ".join(f"{name} {value:.4f}" for name, value in recent.items())
            print(f"step {run.step} {100 * run.progress:.1f} % {text}", flush=True)
        if now - saved > _SAVE_SECONDS or run.progress >= 1.0:
            saved = now
            save(run.state(), path)


def main(arguments: list[str] | None = None) -> int:
    """Train."""
    parser = argparse.ArgumentParser(description="Train the geometry network's decoder on.")
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--name", default="tuned", help="of the checkpoint")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--peak", type=float, default=_PEAK, help="highest learning rate")
    parser.add_argument("--weights", type=Path, default=WEIGHTS / "geometry.onnx")
    parser.add_argument(
        "--other", type=Path, action="append", default=[], help="another network to learn from"
    )
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    cv2.setNumThreads(1)
    run = Tuning(weights_of(options.weights), seed=options.seed, peak=options.peak)
    batches = Batches(folder(), seed=options.seed, diet=_DIET)
    larder = Larder(batches.draw, run.kept, seen_by(options.other), seed=options.seed)
    tune(run, larder, minutes=options.minutes, path=folder() / f"{options.name}.pt")
    return 0


if __name__ == "__main__":
    sys.exit(main())

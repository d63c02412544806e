"""Train the shipped geometry network on, its trunk left as it is, for some minutes on a CPU.

``python -m training.tune --minutes 22 --other two.onnx --name tuned`` begins with the shipped
weights and draws from the packs of ``training.prepare``; ``--resume`` goes on with a run that was
stopped. Photos that don't show rooms are learned from the teacher and from the mean of the
network's own map and the other networks'; rooms from their labels alone. It writes
``$KINORA_TRAINING_DIR/geometry/<name>.pt``.
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
    """Steps until the minutes are over; the rate of learning falls with them.

    Args:
        run: what is trained; time of earlier parts of a resumed one counts.
        larder: where its crops come from.
        minutes: the budget, above 0.
        path: of the checkpoint.

    Raises:
        ArithmeticError: weights are no numbers any more; the checkpoint before stays.
    """
    for _ in range(_FIRST):
        larder.fill()
    begin, before = time.monotonic(), run.seconds
    saved, run.progress = begin, before / (60.0 * minutes)
    recent: dict[str, float] = {}
    while run.progress < 1.0:
        recent = means(recent, run.learn(larder), keep=0.98)
        now = time.monotonic()
        run.seconds = before + now - begin
        run.progress = run.seconds / (60.0 * minutes)
        if run.step % _LOG_STEPS == 0:
            text = " ".join(f"{name} {value:.4f}" for name, value in recent.items())
            print(f"step {run.step} {100 * run.progress:.1f} % {text}", flush=True)
        if now - saved > _SAVE_SECONDS or run.progress >= 1.0:
            saved = now
            if not run.sound():
                raise ArithmeticError(f"weights are no numbers any more; {path} isn't written")
            save(run.state(), path)


def _positive(text: str) -> float:
    value = float(text)
    if not 0.0 < value < float("inf"):
        raise ValueError(text)
    return value


def main(arguments: list[str] | None = None) -> int:
    """Train."""
    parser = argparse.ArgumentParser(description="Train the geometry network's decoder on.")
    parser.add_argument("--minutes", type=_positive, required=True)
    parser.add_argument("--name", default="tuned", help="of the checkpoint")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--peak", type=float, default=_PEAK, help="highest learning rate")
    parser.add_argument("--weights", type=Path, default=WEIGHTS / "geometry.onnx")
    parser.add_argument(
        "--other", type=Path, action="append", default=[], help="another network to learn from"
    )
    parser.add_argument("--resume", action="store_true", help="go on with the checkpoint")
    options = parser.parse_args(arguments)
    path = folder() / f"{options.name}.pt"
    if path.exists() and not options.resume:
        parser.error(f"{path} is there already: --resume goes on with it, or take another --name")
    torch.set_num_threads(options.threads)
    cv2.setNumThreads(1)
    run = Tuning(weights_of(options.weights), seed=options.seed, peak=options.peak)
    if path.exists():
        run.restore(torch.load(path, map_location="cpu", weights_only=True))
    seed = options.seed + run.step  # other crops after a run went on
    batches = Batches(folder(), seed=seed, diet=_DIET)
    larder = Larder(batches.draw, run.kept, seen_by(options.other), seed=seed)
    tune(run, larder, minutes=options.minutes, path=path)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Train the completion network.

``python -m training.completion.train --steps 20000`` goes on from ``last.pt`` in the run's folder
where there is one. With ``--minutes`` the schedule fits into that time, but a run can't be repeated
to the bit. ``--start`` begins from the shipped (or any exported) ONNX file instead of from nothing.
A CUDA GPU is used where there is one, with 16-bit arithmetic but for the guesses and the loss.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from training.common.paths import training_dir
from training.completion.data import load_packed, packed_path
from training.completion.model import CompletionNet, Output
from training.completion.sample import Batch, Sampler
from training.completion.weights import load_onnx

#: Errors of colour below about this count by their square, above it by their size.
SMALL_ERROR = 0.12
#: Weights of the parts of the loss.
COARSE, EDGES, DISPARITY, CERTAINTY = 0.5, 0.3, 0.3, 0.2
#: Losses of a picture below this count as they are, above it by their logarithm, as PSNR does.
EASY = 0.01
#: Steps of linear warm-up.
WARM_UP = 200
#: Batches of 16 held-out crops that checkpoints are judged by.
CHECKS = 12
#: Decay of the averaged weights.
AVERAGE = 0.999


def run(net: CompletionNet, data: Batch) -> Output:
    """The network's answer, seeing nothing of what the hole hides."""
    known = 1.0 - data.hole
    image = (data.image * known).contiguous(memory_format=torch.channels_last)
    device = image.device.type
    with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
        found: Output = net(image, data.hole, data.disparity * known)
    return found


def _robust(error: Tensor) -> Tensor:
    """Charbonnier's function of the error."""
    return torch.sqrt(error * error + SMALL_ERROR**2) - SMALL_ERROR


def _mean(values: Tensor, weight: Tensor) -> Tensor:
    """Weighted mean of each picture, (n,); ``weight`` is (n, 1, h, w)."""
    total = weight.sum(dim=(1, 2, 3)) * values.shape[1]
    return (values * weight).sum(dim=(1, 2, 3)) / (total + 1.0)


def loss(output: Output, data: Batch) -> tuple[Tensor, Tensor]:
    """What to minimise, and the squared error of colour where it is judged: means over pictures."""
    weight = data.weight
    error = output.color - data.image
    parts = _mean(_robust(error), weight)
    share = functional.avg_pool2d(weight, 4)
    coarse = functional.avg_pool2d(error * weight, 4) / (share + 0.05)
    parts = parts + COARSE * _mean(_robust(coarse), share)
    for axis in (2, 3):
        step = torch.diff(error, dim=axis)
        size = step.shape[axis]
        both = torch.minimum(weight.narrow(axis, 0, size), weight.narrow(axis, 1, size))
        parts = parts + 0.5 * EDGES * _mean(step.abs(), both)
    parts = parts + DISPARITY * _mean((output.disparity - data.disparity).abs(), weight)
    seen = error.detach().abs().mean(dim=1, keepdim=True)
    around = functional.avg_pool2d(seen * weight, 5, 1, 2) / (
        functional.avg_pool2d(weight, 5, 1, 2) + 1e-4
    )
    parts = parts + CERTAINTY * _mean((output.error - around).abs(), weight)
    squared = _mean(error.detach().clamp(-1, 1).square(), weight)
    return torch.log(1.0 + parts / EASY).mean(), squared.mean()


def judge(net: CompletionNet, data: Batch) -> tuple[Tensor, Tensor]:
    """`loss` of the network's answer."""
    return loss(run(net, data), data)


def learning_rate(step: int, *, done: float, peak: float) -> float:
    """Linear warm-up, then half a cosine down to 2 % as ``done`` goes to 1."""
    cosine = 0.02 + 0.98 * 0.5 * (1.0 + math.cos(math.pi * min(1.0, done)))
    return peak * min(1.0, (step + 1) / WARM_UP) * cosine


def _write(kept: dict[str, object], path: Path) -> None:
    """Save under another name first, so that no file is ever half-written."""
    part = path.with_suffix(".part")
    torch.save(kept, part)
    part.replace(path)


class Trainer:
    """The state of a run."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.folder = training_dir() / "completion" / options.run
        self.folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(options.seed)
        self.net = CompletionNet()
        if options.start:
            load_onnx(self.net, Path(options.start))
        self.net = self.net.to(self.device, memory_format=torch.channels_last)
        self.mean = CompletionNet().to(self.device, memory_format=torch.channels_last)
        self.mean.load_state_dict(self.net.state_dict())
        self.adam = torch.optim.AdamW(self.net.parameters(), lr=1e-3, weight_decay=1e-4)
        self.step, self.seconds = 0, 0.0
        self._resume()
        self.judge = torch.compile(judge) if options.compile else judge

    def _resume(self) -> None:
        path = self.folder / "last.pt"
        if not path.exists():
            return
        kept = torch.load(path, map_location=self.device, weights_only=True)
        self.net.load_state_dict(kept["net"])
        self.mean.load_state_dict(kept["mean"])
        self.adam.load_state_dict(kept["adam"])
        self.step, self.seconds = int(kept["step"]), float(kept["seconds"])

    def save(self) -> None:
        """Keep everything that going on needs, and what `training.completion.export` takes."""
        kept = {
            "net": self.net.state_dict(),
            "mean": self.mean.state_dict(),
            "adam": self.adam.state_dict(),
            "step": self.step,
            "seconds": self.seconds,
        }
        _write(kept, self.folder / "last.pt")
        _write({"mean": kept["mean"], "step": self.step}, self.folder / "average.pt")

    @property
    def done(self) -> float:
        """How much of the steps or minutes is behind us, in [0, 1]."""
        by_time = self.seconds / (60.0 * self.options.minutes)
        return min(1.0, max(self.step / self.options.steps, by_time))

    def learn(self, data: Batch) -> Tensor:
        """One step; returns the mean squared error of colour."""
        options = self.options
        for group in self.adam.param_groups:
            group["lr"] = learning_rate(self.step, done=self.done, peak=options.rate)
        value, squared = self.judge(self.net, data)
        self.adam.zero_grad(set_to_none=True)
        value.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.adam.step()
        decay = min(AVERAGE, (self.step + 1) / (self.step + 10))
        with torch.no_grad():
            for mean, now in zip(self.mean.parameters(), self.net.parameters(), strict=True):
                mean.lerp_(now, 1.0 - decay)
        self.step += 1
        return squared

    @torch.no_grad()
    def check(self, batches: list[Batch]) -> dict[str, float]:
        """PSNR of averaged weights on held-out crops, beside that of the smooth fill."""
        scores: dict[str, list[Tensor]] = {"net": [], "smooth": []}
        smooth = CompletionNet().to(self.device)
        for data in batches:
            for name, net in (("net", self.mean), ("smooth", smooth)):
                error = (run(net, data).color.clamp(0, 1) - data.image).square() * data.weight
                mse = error.sum(dim=(1, 2, 3)) / (3 * data.weight.sum(dim=(1, 2, 3)) + 1e-6)
                scores[name].append((-10.0 * torch.log10(mse + 1e-6))[mse > 0.0])
        return {name: float(torch.cat(values).mean()) for name, values in scores.items()}


def train(options: argparse.Namespace) -> None:
    """Train until the steps or minutes are up."""
    trainer = Trainer(options)
    device = trainer.device
    held_out = Sampler(load_packed(packed_path("test")), seed=1, device=device)
    checks = [held_out.batch(16, options.crop) for _ in range(CHECKS)]
    seed = options.seed + 1000 * trainer.step
    sampler = Sampler(load_packed(packed_path("train")), seed=seed, device=device)
    log, errors = trainer.folder / "log.jsonl", []
    begun = time.perf_counter() - trainer.seconds
    while trainer.done < 1.0:
        errors.append(trainer.learn(sampler.batch(options.batch, options.crop)))
        trainer.seconds = time.perf_counter() - begun
        if trainer.step % options.every == 0 or trainer.done == 1.0:
            trainer.save()
            entry = {
                "step": trainer.step,
                "seconds": round(trainer.seconds),
                "train": round(-10 * math.log10(float(torch.stack(errors).mean()) + 1e-9), 3),
                **{name: round(v, 3) for name, v in trainer.check(checks).items()},
            }
            errors = []
            print(json.dumps(entry), flush=True)
            with log.open("a") as file:
                file.write(json.dumps(entry) + "\n")


def main() -> int:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--run", default="base", help="folder of checkpoints and log")
    parser.add_argument("--steps", type=int, default=20000, help="steps in all, at most")
    parser.add_argument("--minutes", type=float, default=1e9, help="minutes in all, at most")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--crop", type=int, default=128, help="side of crops, multiple of 32")
    parser.add_argument("--rate", type=float, default=1e-3, help="highest learning rate")
    parser.add_argument("--every", type=int, default=250, help="steps between checkpoints")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--compile", action="store_true", help="compile the network, for a GPU")
    parser.add_argument("--start", help="an exported .onnx to begin from")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.set_float32_matmul_precision("high")
    torch.backends.cudnn.benchmark = True
    train(options)
    return 0


if __name__ == "__main__":
    sys.exit(main())

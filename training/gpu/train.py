"""Train the geometry network on one GPU, with everything but the rendering of scenes on it.

``python -m training.gpu.train --minutes 20 --name mine`` expects the packs of
``training.prepare`` (or ``training.carry unpack``) and a running ``training.gpu.scenes``. Batches
are cropped, coloured and pasted on the device. Every minute or two it writes a checkpoint, and with
``--results`` the averaged weights alone, and prints the errors on held-out pictures.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import torch
from torch import Tensor

from training.common.pack import Pack
from training.common.paths import WEIGHTS
from training.depth.batches import TEACHER_TRUST
from training.depth.run import TRUNK_SHARE, Run, chance, means, save, start
from training.gpu.augment import Augment, Food
from training.gpu.bank import Bank, Entry
from training.gpu.check import HeldOut
from training.gpu.scenes import Arrivals
from training.prepare import folder, read_names

#: Share of each source in a batch.
SHARES: Final = {"photos": 0.52, "frames": 0.1, "scenes": 0.38}
#: Shares of photos and frames over which a figure or a blob is pasted.
FIGURES, BLOBS = 0.12, 0.08
#: Sizes (height, width) until so much of a run and after it.
SIZES: Final = (
    ((192, 256), (256, 192), (224, 224)),
    ((224, 320), (256, 352), (352, 256), (288, 288), (256, 320)),
)
_EARLY: Final = 0.35
_PLACES: Final = 24_000  # scenes that are kept
_LEAST_SCENES: Final = 64
_PEAK, _KEEP, _DECAY, _DROP = 1.5e-3, 0.9985, 0.05, 0.12
_LOG_STEPS: Final = 100
_NEWS_STEPS: Final = 20  # between two looks for new scenes
_SUBJECT: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Batch:
    """What a step is fed with."""

    food: Food
    trust: Tensor  # (n,)

    @property
    def image(self) -> Tensor:
        """(n, 3, h, w) in [0, 1]."""
        return self.food.image

    @property
    def disparity(self) -> Tensor:
        """(n, h/2, w/2) relative, `UNKNOWN` where it isn't known."""
        return self.food.disparity

    @property
    def labels(self) -> Tensor:
        """(n, 5, h/4, w/4) 0 or 1."""
        return self.food.labels

    @property
    def known(self) -> Tensor:
        """(n, 5, h/4, w/4) 0 or 1."""
        return self.food.known


class Kitchen:
    """Pictures on the device, and batches of them."""

    def __init__(self, *, device: str, seed: int) -> None:
        target = folder()
        self._augment = Augment(torch.Generator(device).manual_seed(seed))
        self._banks = {
            name: _filled(_entries(target, name), device=device) for name in ("photos", "frames")
        }
        self._banks["scenes"] = Bank(_PLACES, device=device)
        figures = Pack(target / "figures")
        self._figures = Bank(len(figures), device=device, channels=4, labelled=False)
        self._figures.put(Entry(rgb=figures[index]) for index in range(len(figures)))
        self._arrivals = Arrivals()

    @property
    def scenes(self) -> int:
        """How many rendered scenes there are."""
        return self._banks["scenes"].count

    def look(self, packs: int = 4) -> None:
        """Take in so many packs of scenes that were rendered since."""
        self._banks["scenes"].put(self._arrivals.take(packs))

    def batch(self, count: int, size: tuple[int, int]) -> Batch:
        """``count`` pictures of one size (height, width)."""
        numbers = {name: round(share * count) for name, share in SHARES.items()}
        numbers["scenes"] = count - numbers["photos"] - numbers["frames"]
        parts = [self._crops(name, number, size) for name, number in numbers.items()]
        real = numbers["photos"] + numbers["frames"]
        pasted = self._pasted(_joined(parts[:2]), size)
        order = torch.randperm(count, generator=self._augment.generator, device=pasted.image.device)
        food = _joined([pasted, parts[2]])
        trust = torch.ones(count, device=food.image.device)
        trust[: numbers["photos"]] = TEACHER_TRUST
        trust[real:] = 1.0
        food = Food(
            image=self._augment.recoloured(food.image[order]),
            disparity=food.disparity[order],
            regions=food.regions[order],
        )
        return Batch(food=food, trust=trust[order])

    def _crops(self, name: str, number: int, size: tuple[int, int]) -> Food:
        bank = self._banks[name]
        places = bank.draw(number, self._augment.generator)
        return self._augment.crop(bank, places, size)

    def _pasted(self, food: Food, size: tuple[int, int]) -> Food:
        """The first ones, which are as random as any, get something pasted over."""
        augment = self._augment
        people, blobs = (max(round(share * len(food.image)), 1) for share in (FIGURES, BLOBS))
        places = self._figures.draw(people, augment.generator)
        figures = self._figures.pictures[places].float() / 255.0
        mirror = augment.uniform(people) < 0.5
        boxes = self._figures.sizes[places]
        figures = torch.where(mirror[:, None, None, None], _mirrored(figures, boxes), figures)
        one = augment.paste(_part(food, 0, people), figures, boxes, _SUBJECT)
        side = figures.shape[-1]
        textures = self._crops("photos", blobs, (side, side)).image
        squares = torch.full((blobs, 2), float(side), device=boxes.device)
        other = augment.paste(
            _part(food, people, people + blobs), augment.blobs(textures), squares, None
        )
        return _joined([one, other, _part(food, people + blobs, len(food.image))])


def _mirrored(figures: Tensor, boxes: Tensor) -> Tensor:
    """Left and right exchanged within the boxes at the upper left."""
    n, side = len(figures), figures.shape[-1]
    columns = boxes[:, 1:].long() - 1 - torch.arange(side, device=figures.device)[None]
    index = columns.clamp(min=0)[:, None, None, :].expand(n, figures.shape[1], side, side)
    return figures.gather(3, index)


def _joined(parts: list[Food]) -> Food:
    return Food(
        image=torch.cat([part.image for part in parts]),
        disparity=torch.cat([part.disparity for part in parts]),
        regions=torch.cat([part.regions for part in parts]),
    )


def _part(food: Food, begin: int, end: int) -> Food:
    return Food(
        image=food.image[begin:end],
        disparity=food.disparity[begin:end],
        regions=food.regions[begin:end],
    )


def _entries(target: Path, name: str) -> Iterator[Entry]:
    """Training pictures of a pack with what is known about them."""
    pictures, disparity = Pack(target / name), Pack(target / f"{name}-disparity")
    has_regions = (target / f"{name}-regions.json").exists()
    regions = Pack(target / f"{name}-regions") if has_regions else None
    for index, (_, _, part) in enumerate(read_names(target / f"{name}.names.json")):
        if part == "train":
            yield Entry(
                rgb=pictures[index],
                disparity=disparity[index],
                regions=None if regions is None else regions[index],
            )


def _filled(entries: Iterator[Entry], *, device: str) -> Bank:
    found = list(entries)
    bank = Bank(len(found), device=device)
    bank.put(found)
    return bank


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How long, how much at once, and where to."""

    minutes: float
    count: int  # pictures of a batch
    path: Path  # of the checkpoint
    results: Path | None  # of the averaged weights alone
    save_seconds: float
    long_side: int  # at which held-out pictures are judged


def train(run: Run, kitchen: Kitchen, held_out: HeldOut, plan: Plan, *, seed: int) -> None:
    """Steps until the minutes are over; time of earlier parts of a resumed run counts."""
    random = chance(seed, run)
    begin, before = time.monotonic(), run.seconds
    saved = begin
    recent: dict[str, float] = {}
    while run.progress < 1.0:
        if run.step % _NEWS_STEPS == 0:
            kitchen.look()
        sizes = SIZES[run.progress >= _EARLY]
        size = sizes[int(random.integers(len(sizes)))]
        losses = run.advance(kitchen.batch(plan.count, size))
        if run.step % _LOG_STEPS == 0:
            recent = means(recent, losses, keep=0.7)
            text = " ".join(f"{name} {value:.4f}" for name, value in recent.items())
            print(
                f"step {run.step} {100 * run.progress:.1f} % scenes {kitchen.scenes} {text}",
                flush=True,
            )
        now = time.monotonic()
        run.seconds = before + now - begin
        run.progress = run.seconds / (60.0 * plan.minutes)
        if now - saved > plan.save_seconds or run.progress >= 1.0:
            saved = now
            _keep(run, held_out, plan)


def _keep(run: Run, held_out: HeldOut, plan: Plan) -> None:
    """Save, and say how good it is; go back to the last checkpoint if it fell apart."""
    if not run.sound():
        print(f"step {run.step}: weights aren't numbers, back to the last checkpoint", flush=True)
        progress, seconds = run.progress, run.seconds
        start(run, plan.path, resume=True, shipped=None)
        run.progress, run.seconds = progress, seconds
        return
    save(run.state(), plan.path)
    if plan.results:
        kept = {"average": run.average.state_dict(), "step": run.step}
        save(kept, plan.results / f"geometry-{plan.path.name}")
    errors = held_out.errors(run.average)
    text = " ".join(f"{name} {value:.2f}" for name, value in errors.items())
    print(f"held out, step {run.step}: {text}", flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Train."""
    parser = argparse.ArgumentParser(description="Train the geometry network on a GPU.")
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--name", default="geometry", help="of the checkpoint")
    parser.add_argument("--batch", type=int, default=96)
    parser.add_argument("--long-side", type=int, default=320, help="of held-out pictures")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peak", type=float, default=_PEAK, help="highest learning rate")
    parser.add_argument("--drop", type=float, default=_DROP, help="of the last residual block")
    parser.add_argument(
        "--trunk", type=float, default=TRUNK_SHARE, help="share of the rate at which it learns"
    )
    parser.add_argument("--save-seconds", type=float, default=90.0)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--from-onnx", action="store_true", help="begin with the shipped weights")
    parser.add_argument("--results", type=Path, help="folder for the averaged weights")
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    torch.set_float32_matmul_precision("high")
    device = "cuda" if torch.cuda.is_available() else "cpu"
    run = Run(
        seed=options.seed, device=device, peak=options.peak, keep=_KEEP, decay=_DECAY,
        trunk=options.trunk,
    )  # fmt: skip
    run.net.drop_blocks(options.drop)
    path = folder() / f"{options.name}.pt"
    shipped = WEIGHTS / "geometry.onnx" if options.from_onnx else None
    start(run, path, resume=options.resume, shipped=shipped)
    plan = Plan(
        minutes=options.minutes, count=options.batch, path=path, results=options.results,
        save_seconds=options.save_seconds, long_side=options.long_side,
    )  # fmt: skip
    begin = time.monotonic()
    kitchen = Kitchen(device=device, seed=options.seed + run.step)
    held_out = HeldOut(device=device, long_side=options.long_side)
    while kitchen.scenes < _LEAST_SCENES:
        time.sleep(1.0)
        kitchen.look()
    print(f"{device}: ready after {time.monotonic() - begin:.0f} s", flush=True)
    train(run, kitchen, held_out, plan, seed=options.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())

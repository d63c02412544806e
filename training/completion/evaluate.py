"""How well holes are filled: the completion network against the classical fill.

``python -m training.completion.evaluate`` fills holes in held-out photos through the code that
makes scenes, at the photos' own size, and compares with what the photos show there. Needs the
photos, not PyTorch. Kinds of holes: see `training.completion.masks`.

- hole PSNR: of the pixels that are judged, mean over photos;
- texture energy kept: mean squared Laplacian of luma of what was filled in, over that of the
  photo; of all photos together, and the median photo.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.scene.complete import complete
from kinora.scene.completion.learned import LearnedCompletion
from kinora.scene.fill import push_pull
from kinora.weights.session import open_session
from kinora.weights.weights import Weights, digest_of
from training.common.paths import WEIGHTS
from training.completion.data import data_dir, load_photo, photo_names
from training.completion.masks import KINDS, Hole, Kind, make_hole

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]

#: Widest hole that is judged, as a share of the long side: more no clip shows.
REACH = 0.08
#: Side of what contact sheets show, pixels of the photo.
WINDOW = 120
#: Sides that the network takes are multiples of this.
MULTIPLE = 32
#: Least share of a photo that is judged.
LEAST = 0.003
#: Tries to find a hole in a photo.
TRIES = 8


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """A photo with a hole."""

    name: str
    kind: Kind
    truth: U8  # (h, w, 3)
    disparity: F32  # (h, w) in [0, 1], in the hole continued from the farther side
    true_disparity: F32  # (h, w) in [0, 1]
    hole: Hole

    @property
    def broken(self) -> U8:
        """The photo, black where it is hidden."""
        picture = self.truth.copy()
        picture[self.hole.hidden] = 0
        return picture


Method = Callable[[Case], U8]


@dataclass(slots=True)
class Tally:
    """Scores of one method on one kind of hole."""

    psnr: list[float] = field(default_factory=list)
    energy: list[float] = field(default_factory=list)
    wanted: list[float] = field(default_factory=list)
    pixels: list[int] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, case: Case, filled: U8) -> None:
        """Judge one picture."""
        judged = case.hole.judged
        error = filled[judged].astype(np.float64) - case.truth[judged]
        mse = max(float((error**2).mean()), 0.1)
        self.psnr.append(10.0 * float(np.log10(255.0**2 / mse)))
        self.energy.append(energy(filled, judged))
        self.wanted.append(energy(case.truth, judged))
        self.pixels.append(int(judged.sum()))

    def summary(self) -> dict[str, float]:
        """Means and medians."""
        got, wanted = np.array(self.energy), np.array(self.wanted)
        pixels = np.array(self.pixels)
        return {
            "psnr": round(float(np.mean(self.psnr)), 2),
            "texture": round(float((got * pixels).sum() / (wanted * pixels).sum()), 3),
            "texture_median": round(float(np.median(got / np.maximum(wanted, 1e-3))), 3),
            "seconds": round(self.seconds / max(1, len(self.psnr)), 3),
            "photos": len(self.psnr),
        }


def energy(picture: U8, mask: NDArray[np.bool_]) -> float:
    """Mean squared Laplacian of luma."""
    luma = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    return float((cv2.Laplacian(luma, cv2.CV_32F)[mask] ** 2).mean())


def make_case(photo: U8, other: U8, *, name: str, kind: Kind, seed: int) -> Case | None:
    """A hole of ``kind`` in ``photo``, the same every time; None where none is found.

    Args:
        photo: (h, w, 4) RGB and disparity.
        other: (h, w, 4) at any size, for its disparity.
        name: of the photo.
        kind: of the hole.
        seed: of the hole.
    """
    random = np.random.default_rng(seed)
    own = photo[..., 3].astype(np.float32) / np.float32(255.0)
    foreign = cv2.resize(other[..., 3], own.shape[::-1]).astype(np.float32) / np.float32(255.0)
    reach = REACH * max(own.shape)
    for _ in range(TRIES):
        hole = make_hole(kind, own, foreign, random=random, reach=reach)
        if hole is not None and hole.judged.mean() >= LEAST:
            break
    else:
        return None
    known = (~hole.hidden).astype(np.float32)
    far = push_pull(own, known * np.exp(-6.0 * own).astype(np.float32))
    return Case(
        name=name,
        kind=kind,
        truth=np.ascontiguousarray(photo[..., :3]),
        disparity=np.where(hole.hidden, far, own).astype(np.float32),
        true_disparity=own,
        hole=hole,
    )


def make_cases(folder: Path, kinds: Sequence[Kind], *, count: int) -> list[Case]:
    """Cases from ``count`` held-out photos, spread over the sources."""
    names = photo_names(folder, "test")
    names = [names[i] for i in np.linspace(0, len(names) - 1, min(count, len(names))).astype(int)]
    photos = [load_photo(folder, name) for name in names]
    cases = []
    for kind in kinds:
        for index, photo in enumerate(photos):
            other = photos[(index + len(photos) // 3) % len(photos)]
            case = make_case(photo, other, name=names[index], kind=kind, seed=index)
            if case is not None:
                cases.append(case)
    return cases


# --- methods ------------------------------------------------------------------------------------


def fill_smooth(case: Case) -> U8:
    """A smooth fill."""
    known = (~case.hole.hidden).astype(np.float32)
    filled = push_pull(case.broken.astype(np.float32), known)
    return np.clip(np.rint(filled), 0, 255).astype(np.uint8)


def fill_telea(case: Case) -> U8:
    """Telea's fast marching, radius 3."""
    hidden = case.hole.hidden.astype(np.uint8)
    return cv2.inpaint(case.broken, hidden, 3, cv2.INPAINT_TELEA).astype(np.uint8)


def fill_classical(case: Case) -> U8:
    """Patches alone."""
    hidden = case.hole.hidden
    return complete(case.broken, hidden, source=~hidden, guide=case.disparity)


def fill_network(case: Case, completer: LearnedCompletion) -> U8:
    """The network alone."""
    hidden = case.hole.hidden
    picture = case.broken.astype(np.float32) / np.float32(255.0)
    found = completer.expect(picture, hidden, case.disparity).picture
    return np.clip(np.rint(found * 255.0), 0, 255).astype(np.uint8)


def fill_learned(case: Case, completer: LearnedCompletion) -> U8:
    """The network's structure with texture of patches, as scenes are made."""
    hidden = case.hole.hidden
    return complete(case.broken, hidden, source=~hidden, guide=case.disparity, completer=completer)


def methods(weights: Path) -> dict[str, Method]:
    """All that can run here."""
    found: dict[str, Method] = {
        "smooth": fill_smooth,
        "Telea": fill_telea,
        "classical": fill_classical,
    }
    if weights.exists():
        completer = LearnedCompletion(_named(weights))
        found["network alone"] = lambda case: fill_network(case, completer)
        found["learned"] = lambda case: fill_learned(case, completer)
    return found


# --- report -------------------------------------------------------------------------------------


def evaluate(
    cases: Sequence[Case], fills: dict[str, Method], *, sheet: Path | None
) -> dict[str, dict[str, dict[str, float]]]:
    """Scores by kind and method; pictures too, where asked for."""
    tallies: dict[str, dict[str, Tally]] = {}
    rows: dict[str, list[U8]] = {}
    for case in cases:
        group = tallies.setdefault(case.kind, {name: Tally() for name in fills})
        shown = [case.truth, _marked(case)]
        for name, fill in fills.items():
            started = time.perf_counter()
            filled = fill(case)
            group[name].seconds += time.perf_counter() - started
            group[name].add(case, filled)
            shown.append(filled)
        if sheet is not None:
            rows.setdefault(case.kind, []).append(_row(case, shown))
    if sheet is not None:
        sheet.mkdir(parents=True, exist_ok=True)
        for kind, pictures in rows.items():
            for page in range(0, len(pictures), 8):
                part = np.vstack(pictures[page : page + 8])
                path = sheet / f"{kind.replace(' ', '-')}-{page // 8}.png"
                cv2.imwrite(str(path), cv2.cvtColor(part, cv2.COLOR_RGB2BGR))
    return {
        kind: {name: tally.summary() for name, tally in group.items()}
        for kind, group in tallies.items()
    }


def disparity_errors(cases: Sequence[Case], weights: Path) -> dict[str, dict[str, float]]:
    """Mean absolute error of disparity in the judged pixels, by kind: smooth and network."""
    session = open_session(_named(weights))
    found: dict[str, dict[str, list[float]]] = {}
    for case in cases:
        judged, truth = case.hole.judged, case.true_disparity
        known = (~case.hole.hidden).astype(np.float32)
        around = [(0, -side % MULTIPLE) for side in known.shape]
        image = case.truth.transpose(2, 0, 1) * (known / np.float32(255.0))
        feeds = {
            "image": np.pad(image, [(0, 0), *around])[None],
            "hole": np.pad(1.0 - known, around, constant_values=1.0)[None, None],
            "disparity": np.pad(truth * known, around)[None, None],
        }
        feeds = {name: value.astype(np.float32) for name, value in feeds.items()}
        (filled,) = session.run(feeds, ("filled_disparity",))
        group = found.setdefault(case.kind, {"smooth": [], "network": []})
        for name, values in (("smooth", case.disparity), ("network", filled[0, 0])):
            error = np.abs(values[: truth.shape[0], : truth.shape[1]] - truth)[judged]
            group[name].append(float(error.mean()))
    return {
        kind: {name: round(float(np.mean(errors)), 4) for name, errors in group.items()}
        for kind, group in found.items()
    }


def _named(weights: Path) -> Weights:
    return Weights(id="completion", path=weights, sha256=digest_of(weights))


def _marked(case: Case) -> U8:
    picture = case.truth.copy()
    picture[case.hole.hidden] //= 4
    picture[case.hole.judged] = (255, 0, 255)
    return picture


def _row(case: Case, pictures: Sequence[U8]) -> U8:
    """The surroundings of the judged pixels in each picture, side by side, twice as large."""
    places = np.argwhere(case.hole.judged)
    away = np.abs(places - np.median(places, axis=0)).sum(axis=1)
    spans = []
    for middle, length in zip(places[int(away.argmin())], case.truth.shape, strict=False):
        start = min(max(int(middle) - WINDOW // 2, 0), max(0, length - WINDOW))
        spans.append(slice(start, start + WINDOW))
    size = (2 * WINDOW, 2 * WINDOW)
    parts = [picture[spans[0], spans[1]] for picture in pictures]
    return np.hstack([cv2.resize(p, size, interpolation=cv2.INTER_NEAREST) for p in parts]).astype(
        np.uint8
    )


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--photos", type=int, default=96, help="held-out photos to use")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument(
        "--weights", type=Path, default=WEIGHTS / "completion.onnx", help="the network's ONNX file"
    )
    parser.add_argument("--sheet", type=Path, help="folder for contact sheets")
    parser.add_argument("--json", type=Path, help="file for the scores")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    cases = make_cases(data_dir(), options.kinds, count=options.photos)
    scores = evaluate(cases, methods(options.weights), sheet=options.sheet)
    for kind, group in scores.items():
        print(f"\n{kind} ({next(iter(group.values()))['photos']} photos)")
        for name, score in group.items():
            print(
                f"  {name:<14} PSNR {score['psnr']:6.2f} dB   texture {score['texture']:.2f}"
                f" (median {score['texture_median']:.2f})   {score['seconds']:.3f} s"
            )
    report: dict[str, object] = {"fills": scores}
    if options.weights.exists():
        report["disparity_errors"] = disparity_errors(cases, options.weights)
        print(f"\nmean error of disparity: {report['disparity_errors']}")
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

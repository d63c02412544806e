"""How good an exported network is on what training never saw.

``python -m training.evaluate [--weights geometry.onnx] [--json out.json]`` prints, beside the
classical estimate and what scenes make of the network (``scene``): the ordinal error on the
held-out tenth (real depth for frames, agreement with the teacher for photos) per source and over
all photos and all rooms, edges, novel views of the stereo pairs by the renderer of
``benchmarks.stereo``, and the agreement with region labels.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from benchmarks.stereo import Pair, load_pairs, score, warped
from numpy.typing import NDArray

from kinora.scene.depth.classical import ClassicalDepth
from kinora.scene.depth.learned import LearnedDepth
from kinora.scene.networks.geometry import GeometryNetwork
from kinora.scene.refine import sharpen
from kinora.scene.regions import find_regions
from kinora.scene.regions.learned import LearnedRegions
from kinora.types.scene import Photo
from kinora.weights.weights import Weights, digest_of
from training.common.augment import KNOWN_SHIFT, UNKNOWN
from training.common.network import Network
from training.common.pack import Pack
from training.common.paths import WEIGHTS, shared_dir
from training.common.scores import agreement, edge_score, whdr
from training.depth.card import scored_of, shipped_facts
from training.prepare import folder, read_names

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]
Estimate = Callable[[U8], F32]

_ROWS: Final = ("ramp", "classical", "learned", "scene")
# Classes that scenes take from the network.
_TRUSTED: Final = frozenset({"sky", "vegetation"})
REGIONS: Final = ("sky", "subject", "ground", "vegetation", "water")
_SCENE_SPAN: Final = 1.5
# Ending of the name of a source whose photos show rooms.
_ROOMS: Final = "-rooms"


def learned(network: Network) -> Estimate:
    """The network's disparity at the picture's size, its steps on the picture's edges."""

    def estimate(rgb: U8) -> F32:
        values = network.see(rgb).disparity
        scale = min(1.0, 640 / max(rgb.shape[:2]))
        size = (round(rgb.shape[1] * scale), round(rgb.shape[0] * scale))
        guide = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        large = cv2.resize(values, size, interpolation=cv2.INTER_LINEAR)
        crisp = sharpen(large * np.float32(_SCENE_SPAN), guide) / np.float32(_SCENE_SPAN)
        return np.asarray(cv2.resize(crisp, rgb.shape[1::-1]), dtype=np.float32)

    return estimate


def classical(rgb: U8) -> F32:
    """The estimate without a network."""
    photo = Photo(rgb=rgb, sha256="")
    return ClassicalDepth().estimate(photo, find_regions(photo)).values


def in_scenes(weights: Path, *, long_side: int) -> Estimate:
    """What a scene makes of the network: smoothed, its steps from regions."""
    about = Weights(
        id=weights.stem,
        path=weights,
        sha256=digest_of(weights),
        regions=_TRUSTED,
        certain=True,
        long_side=long_side,
    )
    network = GeometryNetwork(about)
    depth, regions = LearnedDepth(network), LearnedRegions(network)

    def estimate(rgb: U8) -> F32:
        photo = Photo(rgb=rgb, sha256="")
        return depth.estimate(photo, regions(photo)).values

    return estimate


def ramp(rgb: U8) -> F32:
    """Nearer towards the bottom."""
    rows = (np.arange(rgb.shape[0], dtype=np.float32) + 0.5) / rgb.shape[0]
    return np.repeat(rows[:, None], rgb.shape[1], axis=1)


def ordinal_errors(kind: str, estimate: Estimate, *, every: int = 1) -> dict[str, list[float]]:
    """WHDR in percent of each held-out picture of ``photos`` or ``frames``, by source."""
    target = folder()
    pictures = Pack(target / kind)
    truth = Pack(target / ("photos-raw" if kind == "photos" else "frames-disparity"))
    found: dict[str, list[float]] = defaultdict(list)
    held_out = [
        (index, name, source)
        for index, (name, source, part) in enumerate(read_names(target / f"{kind}.names.json"))
        if part == "test"
    ]
    for index, name, source in held_out[::every]:
        values = truth[index].astype(np.float32)
        known = values > UNKNOWN if kind == "frames" else np.ones(values.shape, bool)
        guess = cv2.resize(
            estimate(pictures[index]), values.shape[::-1], interpolation=cv2.INTER_AREA
        )
        group = name.split("_")[0] + (_ROOMS if "bathroom" in source else "")
        found[group].append(100.0 * whdr(np.asarray(guess, np.float32), values, known))
    return dict(sorted(found.items()))


def whdr_of(estimate: Estimate, *, every: int) -> dict[str, dict[str, float]]:
    """WHDR in percent: mean per source, and over all pictures of a kind of truth.

    *Teacher photos* are all whose truth a published network estimated, *measured rooms* those with
    a depth camera's; *rooms* are these and the photos of rooms among the others. Only every n-th
    photo is taken.
    """
    frames = ordinal_errors("frames", estimate)
    photos = ordinal_errors("photos", estimate, every=every)
    rooms = {name: errors for name, errors in photos.items() if name.endswith(_ROOMS)}
    pools = {
        "teacher photos": photos,
        "teacher photos but rooms": {k: v for k, v in photos.items() if k not in rooms},
        "measured rooms": frames,
        "rooms": frames | rooms,
    }
    return {
        "whdr_percent": {
            name: float(np.mean(errors)) for name, errors in (frames | photos).items()
        },
        "whdr_pooled_percent": {
            "every": every,
            **{
                name: float(np.mean([error for errors in pool.values() for error in errors]))
                for name, pool in pools.items()
            },
        },
    }


def edges(estimate: Estimate, *, every: int = 1) -> float:
    """Mean edge score in percent over held-out photos."""
    pictures = Pack(folder() / "photos")
    names = read_names(folder() / "photos.names.json")
    test = [index for index, entry in enumerate(names) if entry[2] == "test"][::every]
    scores = [edge_score(estimate(pictures[index]), pictures[index]) for index in test]
    return 100.0 * float(np.mean([value for value in scores if value is not None]))


def novel_views(estimate: Estimate) -> dict[str, tuple[float, float]]:
    """PSNR and SSIM per stereo pair."""

    def of(pair: Pair) -> F32:
        return estimate(pair.left.rgb)

    pairs = load_pairs(shared_dir() / "data" / "stereo")
    return {pair.name: score(pair, warped(pair, estimate=of)) for pair in pairs}


def region_agreement(network: Network, *, every: int = 1) -> dict[str, dict[str, float]]:
    """Intersection over union, precision and recall with the held-out photos' labels."""
    target = folder()
    pictures, planes = Pack(target / "photos"), Pack(target / "photos-regions")
    counts = np.zeros((len(REGIONS), 3), np.float64)
    names = read_names(target / "photos.names.json")
    for index in [index for index, entry in enumerate(names) if entry[2] == "test"][::every]:
        plane = planes[index]
        seen = network.see(pictures[index]).regions
        for number in range(len(REGIONS)):
            probability = cv2.resize(seen[number], plane.shape[::-1])
            is_it = (plane >> number) & 1 > 0
            known = (plane >> (number + KNOWN_SHIFT)) & 1 > 0
            counts[number] += agreement(np.asarray(probability), is_it, known)
    return {
        name: {
            "iou": float(hit / max(hit + false + missed, 1)),
            "precision": float(hit / max(hit + false, 1)),
            "recall": float(hit / max(hit + missed, 1)),
        }
        for name, (hit, false, missed) in zip(REGIONS, counts, strict=True)
    }


def evaluate(
    weights: Path, names: Sequence[str], *, long_side: int, every: int
) -> dict[str, object]:
    """Scores of some rows: ``ramp``, ``classical``, ``learned`` (with its regions), ``scene``."""
    report: dict[str, object] = {"every": every}
    rows: dict[str, Estimate] = {
        "ramp": ramp,
        "classical": classical,
        "scene": in_scenes(weights, long_side=long_side),
    }
    if "learned" in names:
        network = Network(weights, long_side=long_side)
        rows["learned"] = learned(network)
        report["regions"] = region_agreement(network, every=every)
        print(f"regions: {json.dumps(_rounded(report['regions']))}", flush=True)
    for name in names:
        found: dict[str, object] = {**whdr_of(rows[name], every=every)}
        if name != "ramp":
            found["edges_percent"] = edges(rows[name], every=every)
        print(f"{name}: {json.dumps(_rounded(found))}", flush=True)
        pairs = novel_views(rows[name])
        found["stereo"] = pairs
        found["stereo_mean_psnr_ssim"] = [float(v) for v in np.mean(list(pairs.values()), axis=0)]
        print(f"{name}: stereo {_rounded(found['stereo_mean_psnr_ssim'])}", flush=True)
        report[name] = found
    return report


def _rounded(value: object) -> object:
    if isinstance(value, dict):
        return {key: _rounded(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(entry) for entry in value]
    return round(value, 3) if isinstance(value, float) else value


def main(arguments: list[str] | None = None) -> int:
    """Print the scores."""
    parser = argparse.ArgumentParser(description="Evaluate the geometry network.")
    parser.add_argument("--weights", type=Path, default=WEIGHTS / "geometry.onnx")
    parser.add_argument("--long-side", type=int, default=shipped_facts()["input"]["long_side"])
    parser.add_argument("--every", type=int, default=1, help="only every n-th held-out photo")
    parser.add_argument("--rows", nargs="+", choices=_ROWS, default=list(_ROWS))
    parser.add_argument(
        "--json", type=Path, help="rows that it has and that weren't asked for stay"
    )
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    report = evaluate(
        options.weights, options.rows, long_side=options.long_side, every=options.every
    )
    if options.json:
        of = scored_of(options.weights, options.long_side)
        known = json.loads(options.json.read_text()) if options.json.exists() else {}
        if known.get("of") != of:  # of another network: only what no network made stays
            known = {name: row for name, row in known.items() if name in ("ramp", "classical")}
        found = {"of": of, **known, **dict(_rounded(report))}
        options.json.write_text(json.dumps(found, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())

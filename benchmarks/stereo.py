"""How much of a real second view an estimated disparity explains.

For each stereo pair the estimate gets the scale (≥ 0) and shift that fit the true disparity best,
the left picture is warped to the right view, and the result is compared with the real right
picture, without the band that the left picture can't show. Where no measured disparity exists,
semi-global matching with a left-right check stands in for it (marked with a ~).

Run from the repository's root: ``python -m benchmarks.stereo [--bounds | --rendered] [MODEL …]``,
each MODEL as for ``kinora animate --depth-model``; by default the network in the wheel, where there
is one. With ``--bounds`` also what the truth gives if only so much of it is known: the plane and
the quadratic surface that fit it best, its means over a grid of cells, and the truth blurred. With
``--rendered`` whole scenes are shown by the renderer that makes clips instead of a plain warp:
layers are cut, what they hide is completed (with a network's help in a network's row), and the
scene's own disparity is what gets scale and shift; pictures lose an odd row or column. The pairs
lie in ``../shared/data/stereo`` (KINORA_SHARED overrides ``../shared``); for evaluation only.
"""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.second_view import render_second_view
from kinora.scene.decode import decode_photo
from kinora.scene.depth.classical import ClassicalDepth
from kinora.scene.depth.given import GivenDepth
from kinora.scene.depth.learned import LearnedDepth
from kinora.scene.networks.geometry import GeometryNetwork
from kinora.scene.regions import find_regions
from kinora.scene.regions.learned import LearnedRegions
from kinora.settings import Settings, load_settings
from kinora.types.scene import F32, U8, Photo
from kinora.weights.choose import depth_weights
from kinora.weights.shipped import shipped
from kinora.wiring import build_sight

_MAX_DISPARITY: Final = 160  # of the matcher, pixels
_TEXTURE_WINDOW, _MIN_DEVIATION = 11, 5.0  # pixels, grey levels
_EDGE: Final = 8  # pixels left out along all borders
_DISPARITY_UNIT: Final = 64.0  # of the 16-bit files: 64 = one pixel


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pair:
    """Two views and the disparity of the left one in pixels, 0 where unknown."""

    name: str
    left: Photo
    right: Photo
    disparity: F32
    measured: bool


def main() -> int:
    """Print the table."""
    cv2.setNumThreads(1)
    folder = _shared() / "data" / "stereo"
    if not folder.is_dir():
        print(f"no stereo pairs at {folder}; set KINORA_SHARED", file=sys.stderr)
        return 2
    pairs = load_pairs(folder)
    given = [word for word in sys.argv[1:] if not word.startswith("--")]
    models = given or (["learned"] if shipped("geometry") is not None else [])
    if "--rendered" in sys.argv:
        pairs, views = [_even(pair) for pair in pairs], _rendered_rows(models)
    else:
        estimates = {**ROWS, **{Path(model).stem: _networks(model) for model in models}}
        if "--bounds" in sys.argv:
            estimates |= BOUNDS
        views = {name: partial(warped, estimate=each) for name, each in estimates.items()}
    scores = {name: [score(pair, view(pair)) for pair in pairs] for name, view in views.items()}
    _print_table(pairs, scores)
    return 0


def _shared() -> Path:
    root = Path(__file__).resolve().parents[1]
    return Path(os.environ.get("KINORA_SHARED", root.parent / "shared"))


# --- estimates ----------------------------------------------------------------------------------


def _constant(pair: Pair) -> F32:
    return np.zeros_like(pair.disparity)


def _ramp(pair: Pair) -> F32:
    height, width = pair.disparity.shape
    rows = (np.arange(height, dtype=np.float32) + 0.5) / height
    return np.repeat(rows[:, None], width, axis=1)


def _classical(pair: Pair) -> F32:
    return ClassicalDepth().estimate(pair.left, find_regions(pair.left)).values


def _networks(model: str) -> Callable[[Pair], F32]:
    """What a network makes of the left picture, its regions found with its help."""
    weights = depth_weights(_with(model))
    if weights is None:
        return _classical
    network = GeometryNetwork(weights)
    depth, regions = LearnedDepth(network), LearnedRegions(network)
    return lambda pair: depth.estimate(pair.left, regions(pair.left)).values


def _true(pair: Pair) -> F32:
    """The truth, its gaps filled from the left and right neighbour that is farther away; rows of
    which nothing is known are like the nearest of which something is."""
    known = pair.disparity > 0
    columns = np.arange(pair.disparity.shape[1])
    left = np.maximum.accumulate(np.where(known, columns, 0), axis=1)
    right = np.minimum.accumulate(np.where(known, columns, columns[-1])[:, ::-1], axis=1)[:, ::-1]
    rows = np.arange(pair.disparity.shape[0])[:, None]
    one, other = pair.disparity[rows, left], pair.disparity[rows, right]
    both = np.where((one > 0) & (other > 0), np.minimum(one, other), np.maximum(one, other))
    filled = np.where(known, pair.disparity, both).astype(np.float32)
    seen = np.flatnonzero(known.any(axis=1))
    nearest = seen[np.abs(seen[None] - rows).argmin(axis=1)]
    return np.asarray(filled[nearest], dtype=np.float32)


ROWS: Final[dict[str, Callable[[Pair], F32]]] = {
    "constant shift": _constant,
    "plain ramp": _ramp,
    "classical": _classical,
    "true depth": _true,
}


# --- what parts of the truth would give ---------------------------------------------------------


def _surface(pair: Pair, *, degree: int) -> F32:
    """The polynomial of the place that fits the known disparity best in the square sense."""
    down, across = (np.linspace(-0.5, 0.5, count) for count in pair.disparity.shape)
    powers = [(i, j) for i in range(degree + 1) for j in range(degree + 1 - i)]
    terms = np.stack([np.outer(down**j, across**i) for i, j in powers], axis=-1)
    known = pair.disparity > 0
    weights = np.linalg.lstsq(terms[known], pair.disparity[known], rcond=None)[0]
    return np.asarray(terms @ weights, dtype=np.float32)


def _cells(pair: Pair, *, count: int) -> F32:
    """The truth's means over count × count cells, smooth between them."""
    height, width = pair.disparity.shape
    means = cv2.resize(_true(pair), (count, count), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(means, (width, height), interpolation=cv2.INTER_CUBIC))


def _blurred(pair: Pair) -> F32:
    """The truth, as coarse as the network's map."""
    return np.asarray(cv2.GaussianBlur(_true(pair), (0, 0), 0.05 * pair.disparity.shape[1]))


BOUNDS: Final[dict[str, Callable[[Pair], F32]]] = {
    "best plane": partial(_surface, degree=1),
    "best quadratic": partial(_surface, degree=2),
    "4 x 4 cells": partial(_cells, count=4),
    "8 x 8 cells": partial(_cells, count=8),
    "16 x 16 cells": partial(_cells, count=16),
    "blurred 5 %": _blurred,
}


# --- data ---------------------------------------------------------------------------------------


def load_pairs(folder: Path) -> list[Pair]:
    """All pairs that the folder's index lists, in its order."""
    with (folder / "INDEX.csv").open(newline="") as file:
        rows = list(csv.reader(file))[1:]
    return [_load_pair(folder, name=row[0], truth=row[5]) for row in rows]


def _load_pair(folder: Path, *, name: str, truth: str) -> Pair:
    left = decode_photo(folder / f"{name}_left.jpg")
    right = decode_photo(folder / f"{name}_right.jpg")
    if truth:
        raw = cv2.imread(str(folder / truth), cv2.IMREAD_UNCHANGED)
        disparity = np.asarray(raw, dtype=np.float32) / _DISPARITY_UNIT
    else:
        disparity = match(left.rgb, right.rgb)
    return Pair(name=name, left=left, right=right, disparity=disparity, measured=bool(truth))


def match(left: U8, right: U8) -> F32:
    """Disparity of the left view by semi-global matching.

    0 where left and right disagree or where there is nothing to match.
    """
    forward = _sgbm(left, right)
    backward = _sgbm(right[:, ::-1], left[:, ::-1])[:, ::-1]
    rows, columns = np.indices(forward.shape)
    there = np.clip(columns - np.rint(forward).astype(int), 0, forward.shape[1] - 1)
    agreed = (forward > 0) & (np.abs(backward[rows, there] - forward) <= 1.0) & _textured(left)
    return np.where(agreed, forward, 0.0).astype(np.float32)


def _textured(picture: U8) -> NDArray[np.bool_]:
    """Where there is something to match: an empty table matches the blocks of its JPEG file."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32)
    window = (_TEXTURE_WINDOW, _TEXTURE_WINDOW)
    variance = cv2.blur(grey * grey, window) - cv2.blur(grey, window) ** 2
    return np.asarray(variance > _MIN_DEVIATION**2)


def _sgbm(left: U8, right: U8) -> F32:
    block = 5
    matcher = cv2.StereoSGBM.create(
        minDisparity=0,
        numDisparities=_MAX_DISPARITY,
        blockSize=block,
        P1=8 * 3 * block**2,
        P2=32 * 3 * block**2,
        uniquenessRatio=10,
        speckleWindowSize=100,
        speckleRange=2,
        mode=cv2.STEREO_SGBM_MODE_HH,
    )
    # The matcher can't see beyond the left border; widen both so that it covers every column.
    pad = ((0, 0), (_MAX_DISPARITY, 0), (0, 0))
    wide = [np.ascontiguousarray(np.pad(view, pad, mode="edge")) for view in (left, right)]
    found = np.asarray(matcher.compute(wide[0], wide[1]), dtype=np.float32) / 16.0
    return np.asarray(np.maximum(found[:, _MAX_DISPARITY:], 0.0), dtype=np.float32)


# --- through the renderer that makes clips ------------------------------------------------------


def _rendered_rows(models: list[str]) -> dict[str, Callable[[Pair], U8]]:
    plain = load_settings().model_copy(
        update={"depth_model": "classical", "completion_model": "classical"}
    )
    return {
        "plain ramp": partial(_of_scene, settings=plain, depth=_ramp),
        "classical": partial(_of_scene, settings=plain),
        "true depth": partial(_of_scene, settings=load_settings(), depth=_true),
        **{Path(model).stem: partial(_of_scene, settings=_with(model)) for model in models},
    }


def _with(model: str) -> Settings:
    return load_settings().model_copy(update={"depth_model": model})


def _of_scene(pair: Pair, *, settings: Settings, depth: Callable[[Pair], F32] | None = None) -> U8:
    """The right view of the scene that the left one makes.

    ``depth`` is given to the scene as a caller would; without, the scene estimates it.
    """
    sight = build_sight(settings, remembers=False)
    estimator = sight.depth if depth is None else GivenDepth(depth(pair))
    scene = sight.scenes(pair.left, size=pair.left.size, fit="crop", depth=estimator)
    scale, shift = fit_scale_and_shift(scene.disparity, pair.disparity)
    return render_second_view(scene, scale=scale, shift=shift)


def _even(pair: Pair) -> Pair:
    """The pair without its last row or column where their number is odd, as clips must be."""
    height, width = (length - length % 2 for length in pair.disparity.shape)
    inside = np.s_[:height, :width]
    return replace(
        pair,
        left=replace(pair.left, rgb=np.ascontiguousarray(pair.left.rgb[inside])),
        right=replace(pair.right, rgb=np.ascontiguousarray(pair.right.rgb[inside])),
        disparity=pair.disparity[inside],
    )


# --- scores -------------------------------------------------------------------------------------


def score(pair: Pair, rendered: U8) -> tuple[float, float]:
    """PSNR (dB) and SSIM of a rendered right view."""
    band = int(np.ceil(np.percentile(pair.disparity[pair.disparity > 0], 99)))
    inside = np.s_[_EDGE:-_EDGE, _EDGE : -(_EDGE + band)]
    one, other = rendered[inside], pair.right.rgb[inside]
    return psnr(one, other), ssim(one, other)


def fit_scale_and_shift(values: F32, truth: F32) -> tuple[float, float]:
    """The scale and shift that bring ``values`` nearest to ``truth`` in least squares where that is
    known (> 0).

    The scale is not let below 0: a map that has near and far mixed up falls back to its mean.
    """
    known = truth > 0
    x, y = values[known].astype(np.float64), truth[known].astype(np.float64)
    variance = x.var()
    scale = max(float(((x - x.mean()) * (y - y.mean())).mean() / variance), 0.0) if variance else 0
    return scale, float(y.mean() - scale * x.mean())


def warped(pair: Pair, *, estimate: Callable[[Pair], F32]) -> U8:
    """The right view by a plain warp of the left one, (H, W, 3)."""
    values = estimate(pair)
    scale, shift = fit_scale_and_shift(values, pair.disparity)
    return render_right(pair.left.rgb, np.asarray(scale * values + shift, dtype=np.float32))


def render_right(left: U8, disparity: F32) -> U8:
    """The right view: disparity is splatted (nearest wins), gaps filled from the farther side."""
    height, width = disparity.shape
    target = np.full((height, width), -np.inf, np.float32)
    rows, columns = np.indices((height, width))
    for offset in (0, 1):
        there = np.floor(columns - disparity).astype(int) + offset
        inside = (there >= 0) & (there < width)
        np.maximum.at(target, (rows[inside], there[inside]), disparity[inside])
    known = np.isfinite(target)
    left_of = np.maximum.accumulate(np.where(known, columns, 0), axis=1)
    right_of = np.minimum.accumulate(np.where(known, columns, width - 1)[:, ::-1], axis=1)[:, ::-1]
    one, other = target[rows, left_of], target[rows, right_of]
    lower, upper = np.minimum(one, other), np.maximum(one, other)
    filled = np.where(known, target, np.where(np.isfinite(lower), lower, upper))
    map_x = (columns + np.nan_to_num(filled, neginf=0.0)).astype(np.float32)
    return np.asarray(
        cv2.remap(
            left, map_x, rows.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        ),
        dtype=np.uint8,
    )


def psnr(one: U8, other: U8) -> float:
    """Peak signal-to-noise ratio of 8-bit pictures, dB."""
    error = float(np.mean((one.astype(np.float64) - other) ** 2))
    return float(10 * np.log10(255.0**2 / max(error, 1e-12)))


def ssim(one: U8, other: U8) -> float:
    """Structural similarity (Wang et al. 2004) of the luma, Gaussian window 11, σ 1.5."""
    x, y = (cv2.cvtColor(v, cv2.COLOR_RGB2GRAY).astype(np.float64) for v in (one, other))
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    mean_x, mean_y = _window(x), _window(y)
    variance_x = _window(x * x) - mean_x**2
    variance_y = _window(y * y) - mean_y**2
    covariance = _window(x * y) - mean_x * mean_y
    top = (2 * mean_x * mean_y + c1) * (2 * covariance + c2)
    bottom = (mean_x**2 + mean_y**2 + c1) * (variance_x + variance_y + c2)
    return float((top / bottom)[5:-5, 5:-5].mean())


def _window(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(cv2.GaussianBlur(values, (11, 11), 1.5), dtype=np.float64)


# --- table --------------------------------------------------------------------------------------


def _print_table(pairs: list[Pair], scores: dict[str, list[tuple[float, float]]]) -> None:
    print(f"{'PSNR dB / SSIM':<16}" + "".join(f"{name:>18}" for name in scores))
    for index, pair in enumerate(pairs):
        mark = " " if pair.measured else "~"
        cells = [f"{column[index][0]:.2f} / {column[index][1]:.3f}" for column in scores.values()]
        print(f"{pair.name + mark:<16}" + "".join(f"{cell:>18}" for cell in cells))
    measured = np.array([pair.measured for pair in pairs])
    groups = {"mean, measured": measured, "mean, matched": ~measured, "mean, all": measured | True}
    for label, group in groups.items():
        means = [np.array(column)[group].mean(axis=0) for column in scores.values()]
        print(f"{label:<16}" + "".join(f"{f'{m[0]:.2f} / {m[1]:.3f}':>18}" for m in means))


if __name__ == "__main__":
    sys.exit(main())

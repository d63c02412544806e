"""Measures what moves: ``python -m benchmarks.living [--sways] [--cost] [PHOTO=WORDS …]``.

Without arguments, everything: the photos below, sways, what is kept, faces, a long sentence, cost.

For each photo: pixels outside that change, the flow seen on decoded frames against the planned
one, with marks and without, sharpness over the clip, the seam of a loop, rendered and decoded, and
pulsing. ``--sways``: flow seen in cloth, hair and plants against their planned offsets, 720p.
``--cost``: 720p with camera, clouds, water, sway and rain, one after another and together:
CPU per frame of the rendering alone, and the whole clip with its marks and encoding.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

import kinora
from benchmarks import happenings, sways
from benchmarks.takes import PHOTOS, SECONDS, Take, dense_flow, textured
from kinora.engines.parallax.engine import ParallaxEngine
from kinora.engines.parallax.renderer import ParallaxFrames, empty_planes
from kinora.living.flows import Cycle, Drift
from kinora.scene.depth.classical import ClassicalDepth
from kinora.testing.fakes import Recorder
from kinora.types.geometry import Size
from kinora.types.living import Living, Surface
from kinora.types.rendition import Rendition
from kinora.types.request import ClipRequest
from kinora.types.scene import Scene

F64 = NDArray[np.float64]
Box = tuple[float, float, float, float]

_SIZE = Size(640, 360)
_PHOTOS = (
    "lighthouse_sea.png=the clouds drift, waves roll in",
    "island_clouds.png=the clouds drift to the left, sea waves roll in",
    "boat_at_sea.png=sea waves roll in",
    "sunflowers_sky.jpg=the clouds drift, the flowers sway",
    "mountain_valley.jpg=the clouds drift to the left, the trees sway",
    "hikers_stream.jpg=the river flows, the leaves sway",
    "mountain_stream.png=the stream flows, the leaves sway",
)
_COST = (
    "static camera",
    "static camera, the clouds drift",
    "static camera, sea waves roll in",
    "static camera, the trees sway",
    "static camera, rain falls",
    "slow push in, the clouds drift, sea waves roll in, the trees sway, rain falls",
)
_HD = Size(1280, 720)


def moving(take: Take, living: Living) -> NDArray[np.bool_]:
    """Where anything may move: under masks, and near cells that are bent."""
    size = (take.scene.canvas.width, take.scene.canvas.height)
    whole = np.zeros(size[::-1], np.float32)
    for surface in living.surfaces:
        whole = np.maximum(whole, surface.mask)
    for warp in living.warps:
        bent = sum(np.abs(warp.displacement.at(t)).max(axis=0) for t in (0.7, 1.3, 2.1))
        cells = cv2.dilate((bent > 0).astype(np.float32), np.ones((3, 3)))
        whole = np.maximum(whole, cv2.resize(cells, size, interpolation=cv2.INTER_LINEAR))
    near = cv2.dilate((take.on_frame(whole) > 0).astype(np.uint8), np.ones((25, 25), np.uint8))
    return np.asarray(near > 0)


def planned(take: Take, surface: Surface) -> NDArray[np.float32]:
    """(2, H, W) planned velocity, output pixels per frame."""
    flow = surface.flow
    if isinstance(flow, Drift):
        field = flow.velocity
    elif isinstance(flow, Cycle):
        middle = len(flow.offsets) // 2
        step = flow.period / (len(flow.offsets) - 1)
        field = (flow.offsets[middle - 1] - flow.offsets[middle + 1]) / (2 * step)
    return take.field(field) / np.float32(30)


def flow_shares(
    clip: Sequence[NDArray[np.uint8]], region: NDArray[np.bool_], wanted: NDArray[np.float32]
) -> tuple[float, float]:
    """Speed seen on decoded frames (dense flow, DIS) over the planned one, and degrees between."""
    gap, seen, asked = 8, np.zeros(2), np.zeros(2)
    for first in range(2, len(clip) - gap, 5):
        where = textured(clip[first], region)
        seen += np.median(dense_flow(clip[first], clip[first + gap])[:, where], axis=1) / gap
        asked += np.median(wanted[:, where], axis=1)
    angle = np.degrees(np.arctan2(seen[1], seen[0]) - np.arctan2(asked[1], asked[0]))
    return float(np.hypot(*seen) / np.hypot(*asked)), float(abs((angle + 180) % 360 - 180))


def report(photo: Path, words: str) -> None:
    """Print one photo's measures."""
    it = Take.of(photo, words, _SIZE)
    living = it.living()
    frames, still = it.frames(living), it.frames(Living(grid=living.grid))
    area, rest = moving(it, living), it.luma(still, 0)
    shown = [it.luma(frames, index) for index in range(0, SECONDS * 30, 5)]
    outside = max(float(np.abs(frame - rest)[~area].max(initial=0.0)) for frame in shown)
    print(f"\n{photo.stem}: {words}")
    for outcome in living.outcomes:
        print(f"  {outcome.done or outcome.reason}")
    print(f"  greatest change outside what moves ({(~area).mean():.0%} of it): {outside:g} levels")
    energy = [cv2.Laplacian(frame, cv2.CV_64F) ** 2 for frame in (rest, *shown)]
    clip, bare = list(it.marked()), it.unmarked(frames)
    for surface in living.surfaces:
        inside = cv2.erode(it.on_frame(surface.mask), np.ones((25, 25))) > 0.99
        if inside.mean() < 0.005:
            continue
        ratio = np.array([e[inside].mean() for e in energy[1:]]) / energy[0][inside].mean()
        trend = np.polyfit(np.linspace(0, 1, len(ratio)), ratio, 1)[0]
        speed, angle = flow_shares(clip, inside, planned(it, surface))
        unmarked, _ = flow_shares(bare, inside, planned(it, surface))
        peak, levels = pulsing(it, frames, inside)
        print(
            f"  {surface.name}: sharpness {ratio.min():.2f} to {ratio.max():.2f}, trend "
            f"{trend:+.2f} over the clip; flow {speed:.2f} of the planned speed, {angle:.0f}° "
            f"off ({unmarked:.2f} without the marks, which stand still); greatest peak of mean "
            f"brightness {peak:.1f} times its neighbours "
            f"({levels:.2f} levels)"
        )
    if living.moves:
        looped = it.frames(it.living(loop=True))
        rendered = [it.luma(looped, index) for index in range(SECONDS * 30)]
        print(f"  loop: last to first frame {seam(rendered):.2f} times neighbouring frames", end="")
        coded = [frame.astype(np.float64) for frame in it.marked(loop=True)]
        print(f"; {seam(coded):.2f} in the file, its marks and encoding included")


def seam(frames: list[F64]) -> float:
    """Mean difference of the last and the first frame over that of the two pairs on either side."""
    steps = [float(np.abs(frames[k + 1] - frames[k]).mean()) for k in (-3, -2, 0, 1)]
    return float(np.abs(frames[-1] - frames[0]).mean()) / float(np.mean(steps))


def pulsing(take: Take, frames: ParallaxFrames, inside: NDArray[np.bool_]) -> tuple[float, float]:
    """Greatest peak of the spectrum of mean brightness over its neighbours, and its amplitude."""
    shown = (take.luma(frames, index) for index in range(0, SECONDS * 30, 2))
    signal = np.array([frame[inside].mean() for frame in shown])
    times = np.arange(len(signal))
    signal = signal - np.polyval(np.polyfit(times, signal, 2), times)
    window = np.hanning(len(signal))
    power = 2 * np.abs(np.fft.rfft(signal * window))[2:] / window.sum()
    peaks = [(0.0, 0.0)]
    for k in range(1, len(power) - 1):
        value = power[k]
        if value > power[k - 1] and value > power[k + 1]:  # else it is a slope, no peak
            beside = np.mean([*power[max(0, k - 3) : k], *power[k + 1 : k + 4]])
            peaks.append((float(value / max(beside, 1e-3)), float(value)))
    return max(peaks)


def cost(photo: Path) -> None:
    """Print CPU time per rendered frame, and frames per second of a whole clip."""
    scene = kinora.Scene.from_image(photo, size=str(_HD))
    masks: dict[str, Box] = {
        "foliage": (0.0, 0.75, 0.3, 1.0)
    }  # the photo has no trees worth the name
    for words in _COST:
        frames = rendition(scene, words, masks).frames
        planes, spent = empty_planes(_HD), []
        for index in range(20, 110, 3):
            began = time.thread_time()
            frames.render(index, planes)
            spent.append(1000.0 * (time.thread_time() - began))
        print(f"{np.median(spent[2:]):6.1f} ms CPU per frame  {words}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        for length in (1, 6):  # the first takes what a process does once
            began, cpu = time.perf_counter(), time.process_time()
            kinora.animate(
                scene,
                _COST[-1],
                seconds=length,
                output=Path(folder) / f"{length}.mp4",
                size=str(_HD),
                masks=masks,
                sound=False,
            )
            took, cpu = time.perf_counter() - began, time.process_time() - cpu
            print(
                f"the last, whole clip of {length} s: {took:.1f} s, {30 * length / took:.0f} frames"
                f" per second; {1000 * cpu / (30 * length):.0f} ms CPU per frame"
            )


def rendition(scene: Scene, words: str, masks: dict[str, Box]) -> Rendition:
    """Frames of a clip of 4 s."""
    plan, _ = kinora.plan(words, seconds=4)
    request = ClipRequest(image=scene, size=_HD, fps=Fraction(30), masks=masks)
    return ParallaxEngine(ClassicalDepth()).render(request, plan, Recorder())


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", nargs="*", metavar="PHOTO=WORDS")
    parser.add_argument("--sways", action="store_true")
    parser.add_argument("--cost", action="store_true")
    arguments = parser.parse_args()
    cv2.setNumThreads(1)
    everything = not (arguments.photos or arguments.cost or arguments.sways)
    for each in arguments.photos or (_PHOTOS if everything else ()):
        name, words = each.split("=", 1)
        report(PHOTOS / name, words)
    if arguments.sways or everything:
        for each in sways.PHOTOS:
            name, words = each.split("=", 1)
            sways.report(PHOTOS / name, words)
    if everything:
        people(PHOTOS)
    if arguments.cost or everything:
        cost(PHOTOS / "island_clouds.png")


def people(folder: Path) -> None:
    """Print what is kept, what faces do, and what becomes of a long sentence."""
    portraits = [folder / name for name in happenings.PORTRAITS]
    happenings.kept(portraits[0])
    for photo in portraits:
        happenings.faces(photo)
        happenings.breath(photo)
    for photo in portraits[:2]:
        happenings.sentence(photo)


if __name__ == "__main__":
    main()

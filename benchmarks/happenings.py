"""Measures weather, light, portraits: ``python -m benchmarks.happenings [--cost|--kept|…]``.

``--cost`` CPU milliseconds per 720p frame with each thing in the air, and frames per second of
whole clips with all of them, encoding included. ``--kept`` how much a kept face changes while all
around it does. ``--faces`` when blinks close and open, and by which angle heads turn, as seen in
rendered frames. Without an option, everything.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

import kinora
from kinora.engines.parallax.engine import ParallaxEngine
from kinora.engines.parallax.renderer import empty_planes
from kinora.living.grid import Grid
from kinora.living.portrait.course import CLOSED, CLOSING, OPENING
from kinora.living.portrait.find import Head, find_head
from kinora.living.portrait.plan import plan_portrait
from kinora.living.portrait.warps import turn_of
from kinora.prompt import read_prompt
from kinora.scene.depth.classical import ClassicalDepth
from kinora.testing.fakes import Recorder
from kinora.types.geometry import Size
from kinora.types.rendition import Rendition
from kinora.types.request import ClipRequest
from kinora.types.scene import Scene

U8 = NDArray[np.uint8]

_SHARED = Path(os.environ.get("KINORA_SHARED", Path(__file__).parents[2] / "shared"))
_STREET = "city_street.jpg"
PORTRAITS = ("portrait_astronaut.png", "portrait_red_hat.png", "girl_face_paint.png")
_AIR = (
    "static camera",
    "static camera, rain",
    "static camera, snow",
    "static camera, fog",
    "static camera, night",
    "static camera, day turns to night",
    "slow push in, rain, snow, fog, dust motes, embers, falling petals",
)
_TURN = 9.0  # degrees
#: Where a chest is below a face, in heights of the face from its middle.
_CHEST = 1.25
_SENTENCES = (
    "Animate this portrait into a subtle cinematic 6-second clip: slow camera push forward (approx "
    "6 degrees), soft parallax on background, tiny head turn, warm early-evening lighting. No "
    "added characters.",
    "Anime ce portrait en un clip cinématographique subtil de 6 secondes : lent travelling avant "
    "(environ 6 degrés), légère parallaxe sur l'arrière-plan, minuscule rotation de la tête, "
    "lumière chaude de début de soirée. Aucun personnage ajouté.",
)


def _rendition(scene: Scene, words: str, size: Size, seconds: float) -> Rendition:
    plan = read_prompt(words, seconds=Fraction(seconds)).plan
    request = ClipRequest(image=scene, size=size, fps=Fraction(30))
    return ParallaxEngine(ClassicalDepth()).render(request, plan, Recorder())


def _luma(rendition: Rendition, index: int) -> U8:
    planes = empty_planes(rendition.size)
    rendition.frames.render(index, planes)
    return planes.y[: rendition.size.height, : rendition.size.width]


def cost(photo: Path) -> None:
    """Print CPU time per frame, and whole clips' frames per second."""
    size = Size(1280, 720)
    scene = kinora.Scene.from_image(photo, size=str(size))
    for words in _AIR:
        rendition = _rendition(scene, words, size, 4)
        places = range(30, 90, 6)
        for index in (30, 31):
            _luma(rendition, index)
        start = time.process_time()
        for index in places:
            _luma(rendition, index)
        spent = 1000.0 * (time.process_time() - start) / len(places)
        print(f"{spent:6.1f} ms CPU per 720p frame  {words}")
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        kinora.animate(scene, _AIR[-1], seconds=4, size="1280x720", output=f"{folder}/clip.mp4")
        print(f"{120 / (time.perf_counter() - start):6.1f} fps, whole clip with all of them")


def kept(photo: Path) -> None:
    """Print the greatest change of a kept face while weather and light change all around."""
    size = Size(480, 480)
    scene = kinora.Scene.from_image(photo, size=str(size))
    before = _luma(_rendition(scene, "static camera", size, 2), 0)
    words = "static camera, sunset, rain, fog, vignette. Keep her face unchanged."
    rendition = _rendition(scene, words, size, 2)
    face = next(region.mask for region in scene.regions if region.kind == "face")
    inside = cv2.resize(face, (size.width, size.height)) > 0.99
    worst = max(
        int(np.abs(_luma(rendition, index).astype(int) - before)[inside].max())
        for index in range(0, 60, 10)
    )
    around = np.abs(_luma(rendition, 30).astype(int) - before)[~inside].mean()
    print(f"{photo.name}: kept face changes by at most {worst} levels, the rest by {around:.1f}")


def faces(photo: Path) -> None:
    """Print when a blink closes and opens, and the angle of a turned head, in rendered frames."""
    size = Size(480, 480) if "astronaut" in photo.name else Size(640, 640)
    scene = kinora.Scene.from_image(photo, size=str(size))
    head = find_head(scene)
    if head is None or not head.eyes:
        print(f"{photo.name}: no face with eyes found")
        return
    rendition = _rendition(scene, "static camera, she blinks at 1 s", size, 2)
    rest = _luma(rendition, 0)
    moving = [i for i in range(60) if not np.array_equal(_luma(rendition, i), rest)]
    planned = 30 * (1.0 - CLOSING), 30 * (1.0 + CLOSED + OPENING)
    words = f"static camera, she turns her head {_TURN:g} degrees to the right"
    turned = _luma(_rendition(scene, words, size, 2), 59)
    seen = _angle(head, scene, rest, turned)
    print(
        f"{photo.name}: lids move from frame {moving[0]} to {moving[-1]}, planned {planned[0]:.1f} "
        f"to {planned[1]:.1f}; head planned {_TURN:.1f}°, seen {seen:.1f}°"
    )


def breath(photo: Path) -> None:
    """Print how far a chest rises in half a breath, in rendered frames, and as planned."""
    size = Size(480, 480)
    scene = kinora.Scene.from_image(photo, size=str(size))
    head = find_head(scene)
    words = "static camera, she breathes deeply"
    if head is None:
        print(f"{photo.name}: no face found")
        return
    plan = read_prompt(words, seconds=Fraction(4)).plan
    rendition = _rendition(scene, words, size, 4)
    half = round(0.3 * head.height)
    left, top = scene.frame_origin
    x, y = head.x, min(head.y + _CHEST * head.height, top + scene.size.height - half - 1.0)
    scale = size.width / scene.size.width
    rows, columns = (
        slice(round(scale * (at - half)), round(scale * (at + half))) for at in (y - top, x - left)
    )
    before, after = (_luma(rendition, index)[rows, columns].astype(np.float32) for index in (0, 60))
    window = cv2.createHanningWindow(before.shape[::-1], cv2.CV_32F)
    (_, moved), _ = cv2.phaseCorrelate(before, after, window)
    warp = plan_portrait(plan, scene, kept=None).warps[0].displacement
    grid = Grid.of(scene)
    across, down = (np.full((1, 1), at, np.float32) for at in (x, y))
    wanted = float(grid.sample(warp.at(2.0)[1], across, down)[0, 0]) * scale
    if wanted < 0.2:
        print(f"{photo.name}: no chest in view")
        return
    print(f"{photo.name}: chest planned to rise by {wanted:.2f} pixels in 2 s, seen {-moved:.2f}")


def sentence(photo: Path) -> None:
    """Print what becomes of each clause of a long sentence about a portrait."""
    for words in _SENTENCES:
        with tempfile.TemporaryDirectory() as folder:
            clip = kinora.animate(photo, words, size="640x640", output=f"{folder}/clip.mp4")
        print(f"{photo.name}: “{words[:44]}…”")
        for item in clip.report.items():
            print(f"  {item.status}: {item.request} → {item.done or ''} {item.reason or ''}")


def _angle(head: Head, scene: Scene, before: U8, after: U8) -> float:
    """The turn that moves both eyes as far as they are seen to go, degrees: their mean."""
    scale = before.shape[1] / scene.size.width
    left, top = scene.frame_origin
    half = max(round(0.22 * head.apart * scale), 6)
    reach = max(round(0.35 * head.apart * scale), 10)
    grid = Grid.of(scene)
    depth = turn_of(head, grid, yaw=0.1, pitch=0.0, lean=0.0, course=_Full()).depth
    angles = []
    for eye in head.eyes:
        column, row = round((eye.x - left) * scale), round((eye.y - top) * scale)
        patch = before[row - half : row + half, column - half : column + half]
        y, x = row - half - reach, column - half - reach
        wide = 2 * (half + reach)
        found = cv2.matchTemplate(after[y : y + wide, x : x + wide], patch, cv2.TM_CCOEFF_NORMED)
        best = np.unravel_index(int(np.argmax(found)), found.shape)
        moved = _peak(found[best[0]], int(best[1])) - reach
        across, down = (np.full((1, 1), at, np.float32) for at in (eye.x, eye.y))
        nearness = float(grid.sample(depth, across, down)[0, 0]) * scale
        angles.append(float(np.degrees(np.arcsin(np.clip(moved / nearness, -1.0, 1.0)))))
    return float(np.mean(angles))


class _Full:
    def at(self, seconds: float) -> float:
        """All of it, always."""
        return 1.0


def _peak(row: NDArray[np.float32], at: int) -> float:
    """The top of a parabola through a maximum and its neighbours."""
    if not 0 < at < len(row) - 1:
        return float(at)
    one, two, three = (float(value) for value in row[at - 1 : at + 2])
    return at + 0.5 * (one - three) / (one - 2.0 * two + three)


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("cost", "kept", "faces", "sentence"):
        parser.add_argument(f"--{name}", action="store_true")
    asked = vars(parser.parse_args())
    cv2.setNumThreads(1)
    photos = _SHARED / "photos"
    if asked["cost"] or not any(asked.values()):
        cost(photos / _STREET)
    if asked["kept"] or not any(asked.values()):
        kept(photos / PORTRAITS[0])
    if asked["faces"] or not any(asked.values()):
        for name in PORTRAITS:
            faces(photos / name)
            breath(photos / name)
    if asked["sentence"] or not any(asked.values()):
        for name in PORTRAITS[:2]:
            sentence(photos / name)


if __name__ == "__main__":
    main()

"""Measures the camera again, from the pictures of finished MP4 files.

Clips are made through the public API, decoded with PyAV, and corners of their first frame are
tracked through them by pyramidal Lucas–Kanade with a forward–backward check. From the tracks come

* for pan, tilt and roll: the rotation between frames (RANSAC homography for the inliers, then the
  least-squares rotation of their rays, Kabsch 1976, with the known intrinsics);
* for zoom: the scale of a RANSAC similarity;
* for translations: shift and scale of a near and of a far plane of known depth.

Nothing of the measurement uses the planned poses. They are what it is compared with.

    python benchmarks/camera.py [--quick] [--only OP] [--json out.json]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray

import kinora
from kinora.motion import plan_motion
from kinora.types.motion import Motion
from kinora.types.plan import Amount, Beat, CameraMove, ShotPlan

F64 = NDArray[np.float64]
U8 = NDArray[np.uint8]

SIZE = (1280, 720)
MOVE_SECONDS, HOLD_SECONDS = 2.0, 0.5
STRIDE = 2  # frames between those that are tracked
SHARED = Path(os.environ.get("KINORA_SHARED", Path(__file__).parents[1] / ".." / "shared"))
SHARED_PHOTOS = ("city_street", "mural_house", "forest_path", "sunflowers_sky", "parrots")

#: op, direction, amount, unit
ROTATIONS = (
    ("pan", "left", 4.0, "degrees"),
    ("pan", "right", 4.0, "degrees"),
    ("tilt", "up", 2.5, "degrees"),
    ("tilt", "down", 2.5, "degrees"),
    ("roll", "cw", 5.0, "degrees"),
    ("roll", "ccw", 5.0, "degrees"),
    ("zoom", "in", 1.25, "factor"),
    ("zoom", "out", 1.15, "factor"),
)
TRANSLATIONS = (
    ("truck", "left", 4.0, "percent_frame"),
    ("truck", "right", 4.0, "percent_frame"),
    ("pedestal", "up", 4.0, "percent_frame"),
    ("pedestal", "down", 4.0, "percent_frame"),
    ("crane", "up", 4.0, "percent_frame"),
    ("orbit", "left", 3.0, "degrees"),
    ("orbit", "right", 3.0, "degrees"),
    ("dolly", "in", 12.0, "percent_distance"),
    ("dolly", "out", 8.0, "percent_distance"),
    ("dolly_zoom", "in", 12.0, "percent_distance"),
)
#: Errors of smaller amounts (the subject of an orbit stays) are given as shares of these.
FLOOR = {"growth": 0.02, "pixels": 5.0}
TARGETS = {"rotation amount, %": 3.0, "path RMS, °": 0.1, "translation amount, %": 10.0}


@dataclass(frozen=True)
class Row:
    """One measured clip."""

    picture: str
    move: str
    quantity: str
    planned: float
    measured: float
    error_percent: float
    sign_right: bool
    rms_degrees: float | None  # over the tracked frames; rotations and zoom
    still_pixels: float  # greatest median shift between frames of the closing hold
    tracks: int

    @property
    def passed(self) -> bool:
        """Whether it meets the targets."""
        limit = TARGETS[
            "translation amount, %" if self.rms_degrees is None else "rotation amount, %"
        ]
        path = self.rms_degrees is None or self.rms_degrees <= TARGETS["path RMS, °"]
        return self.sign_right and self.error_percent <= limit and path and self.still_pixels < 0.05


# --- clips ---------------------------------------------------------------------------------------


def shot(op: str, direction: str, value: float, unit: str) -> ShotPlan:
    """Hold, move, hold."""
    amount = Amount(value=value, unit=unit, source="explicit")  # type: ignore[arg-type]
    move = CameraMove(id="m", op=op, direction=direction, amount=amount)  # type: ignore[arg-type]
    start, end = HOLD_SECONDS, HOLD_SECONDS + MOVE_SECONDS
    beats = (
        Beat(id="b0", t0=0.0, t1=start),
        Beat(id="b1", t0=start, t1=end, camera=(move,)),
        Beat(id="b2", t0=end, t1=end + HOLD_SECONDS),
    )
    return ShotPlan(duration=end + HOLD_SECONDS, beats=beats)


def film(scene: kinora.Scene, plan: ShotPlan, folder: Path) -> tuple[list[U8], Motion]:
    """Grey frames of the finished file, and the motion that they should show."""
    clip = kinora.animate(scene, plan=plan, size=SIZE, output=folder / "clip.mp4")
    with av.open(str(clip.path)) as container:
        frames = [f.to_ndarray(format="gray") for f in container.decode(video=0)]
    motion = plan_motion(
        clip.plan, scene, size=clip.size, fps=clip.fps, frame_count=clip.media.frame_count
    )
    if motion.outcomes:
        raise SystemExit(f"reduced, so useless here: {motion.outcomes[0]}")
    if len(frames) != motion.frame_count:
        raise SystemExit(f"{len(frames)} frames decoded, {motion.frame_count} planned")
    return frames, motion


def textured(*, seed: int, size: tuple[int, int] = SIZE, cell: int = 5) -> U8:
    """Coloured noise in four octaves: corners everywhere."""
    rng = np.random.default_rng(seed)
    total = np.zeros((size[1], size[0], 3), np.float32)
    for octave in range(4):
        step = cell * 2**octave
        grid = rng.normal(size=(size[1] // step + 2, size[0] // step + 2, 3)).astype(np.float32)
        total += 2.0 ** (octave / 2) * cv2.resize(grid, size, interpolation=cv2.INTER_CUBIC)
    total = (total - total.min()) / (total.max() - total.min())
    return (30 + 195 * total).astype(np.uint8)


def photos(*, quick: bool) -> Iterator[tuple[str, Any]]:
    """Textured pictures: from scikit-image, scikit-learn, made here, and shared where present."""
    from skimage import data
    from sklearn.datasets import load_sample_image

    yield "made by code", textured(seed=1)
    yield "coffee", data.coffee()
    if quick:
        return
    yield "astronaut", data.astronaut()
    yield "chelsea", data.chelsea()
    yield "china", load_sample_image("china.jpg")
    yield "flower", load_sample_image("flower.jpg")
    for name in SHARED_PHOTOS:
        yield from ((p.stem, p) for p in (SHARED / "photos").glob(f"{name}.*"))


@dataclass(frozen=True)
class TwoPlanes:
    """A near rectangle before a far wall, as a picture and its depth map."""

    picture: U8
    depth: U8
    near: NDArray[np.bool_]

    @classmethod
    def make(cls) -> TwoPlanes:
        """The rectangle fills the middle, so that it is the focus subject."""
        picture, front = textured(seed=2), textured(seed=3)
        near = np.zeros(picture.shape[:2], bool)
        near[200:520, 430:850] = True
        picture[near] = front[near] // 2 + 110
        depth = np.where(near, 255, 70).astype(np.uint8)
        return cls(picture, depth, near)


# --- tracking ------------------------------------------------------------------------------------

_WINDOW = {"winSize": (31, 31), "maxLevel": 4}
_STOP = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 40, 0.003)


def corners(frame: U8, mask: NDArray[np.bool_] | None = None) -> F64:
    """(N, 2) well-textured points, in array coordinates."""
    allowed = None if mask is None else mask.astype(np.uint8) * 255
    found = cv2.goodFeaturesToTrack(frame, 600, 0.01, 12, mask=allowed)
    return found[:, 0].astype(np.float64)


def track(frames: list[U8], points: F64) -> dict[int, F64]:
    """(N, 2) places in every other frame and the last; NaN where the check fails.

    Each frame is matched with the first one, starting from the places in the frame before, so
    that errors don't add up.
    """
    start = points.astype(np.float32)
    guess, out = start.copy(), {0: points}
    for index in [*range(STRIDE, len(frames) - 1, STRIDE), len(frames) - 1]:
        frame = frames[index]
        options = dict(_WINDOW, criteria=_STOP, flags=cv2.OPTFLOW_USE_INITIAL_FLOW)
        there, ok, _ = cv2.calcOpticalFlowPyrLK(frames[0], frame, start, guess.copy(), **options)
        back, ok_back, _ = cv2.calcOpticalFlowPyrLK(
            frame, frames[0], there, start.copy(), **options
        )
        good = (ok[:, 0] == 1) & (ok_back[:, 0] == 1)
        good &= np.linalg.norm(back - start, axis=1) < 0.3
        guess = np.where(good[:, None], there, guess)
        out[index] = np.where(good[:, None], there, np.nan).astype(np.float64)
    return out


def stillness(frames: list[U8]) -> float:
    """Greatest median shift in pixels between neighbouring frames of the closing hold."""
    tail = frames[-round(HOLD_SECONDS * 30) + 1 :]
    points = corners(tail[0]).astype(np.float32)
    shifts = []
    for before, after in pairwise(tail):
        moved, ok, _ = cv2.calcOpticalFlowPyrLK(before, after, points, None, **_WINDOW)
        shift = np.linalg.norm((moved - points)[ok[:, 0] == 1], axis=1)
        shifts.append(float(np.median(shift)))
    return max(shifts)


# --- measuring -----------------------------------------------------------------------------------


def rotation_between(first: F64, second: F64, matrix: F64) -> F64:
    """(3, 3) camera-to-world rotation of ``second`` seen from ``first``."""
    _, inliers = cv2.findHomography(first, second, cv2.RANSAC, 1.0)
    kept = inliers[:, 0] == 1
    inverse = np.linalg.inv(matrix)
    rays = [np.c_[p[kept] + 0.5, np.ones(kept.sum())] @ inverse.T for p in (first, second)]
    a, b = (ray / np.linalg.norm(ray, axis=1, keepdims=True) for ray in rays)
    u, _, vt = np.linalg.svd(a.T @ b)
    return np.asarray(u @ np.diag([1.0, 1.0, np.linalg.det(u @ vt)]) @ vt)


def angles(rotation: F64) -> dict[str, float]:
    """Yaw right, pitch up, roll clockwise, in degrees."""
    return {
        "pan": float(np.degrees(np.arctan2(rotation[0, 2], rotation[2, 2]))),
        "tilt": float(np.degrees(np.arcsin(-rotation[1, 2]))),
        "roll": float(np.degrees(np.arctan2(rotation[1, 0], rotation[1, 1]))),
    }


def apart(first: F64, second: F64) -> float:
    """Angle between two rotations in degrees."""
    cosine = (np.trace(first.T @ second) - 1) / 2
    return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def scale_between(first: F64, second: F64) -> float:
    """Scale of the similarity that carries ``first`` onto ``second``."""
    matrix, _ = cv2.estimateAffinePartial2D(first, second, ransacReprojThreshold=1.0)
    return float(np.hypot(matrix[0, 0], matrix[1, 0]))


def measure_rotation(name: str, frames: list[U8], motion: Motion, plan: ShotPlan) -> Row:
    """Pan, tilt, roll and zoom: amount at the end, and the path over the tracked frames."""
    move = plan.beats[1].camera[0]
    places = track(frames, corners(frames[0]))
    off, last, alive = [], 0.0, 0
    for index, place in places.items():
        good = np.isfinite(place[:, 0])
        first, second, alive = places[0][good], place[good], int(good.sum())
        if move.op == "zoom":
            last = scale_between(first, second)
            planned = motion.intrinsics[index, 0, 0] / motion.intrinsics[0, 0, 0]
            half_view = motion.size.width / 2 / motion.intrinsics[0, 0, 0]
            off.append(np.degrees(abs(last / planned - 1) * half_view))
        else:
            rotation = rotation_between(first, second, motion.intrinsics[0])
            off.append(apart(rotation, motion.world_to_camera[index, :3, :3].T))
            last = angles(rotation)[move.op]
    assert move.amount is not None
    if move.op == "zoom":
        wanted = move.amount.value if move.direction == "in" else 1 / move.amount.value
        error = abs(last - wanted) / abs(wanted - 1)
        right = (last > 1) == (wanted > 1)
    else:
        wanted = move.amount.value * (-1 if move.direction in ("left", "down", "ccw") else 1)
        error, right = abs(last - wanted) / abs(wanted), last * wanted > 0
    rms = float(np.sqrt(np.mean(np.square(off))))
    return Row(
        picture=name,
        move=f"{move.op} {move.direction}",
        quantity="factor" if move.op == "zoom" else "degrees",
        planned=wanted,
        measured=last,
        error_percent=100 * error,
        sign_right=bool(right),
        rms_degrees=rms,
        still_pixels=stillness(frames),
        tracks=alive,
    )


def expected(op: str, value: float, disparity: float, *, focal: float, side: int) -> float:
    """What a plane at ``disparity`` does under a move, by the definitions of docs/conventions.md.

    A shift in pixels in the sense of "left" and "up" moves, or the growth of its scale.
    """
    if op == "orbit":  # a circle around disparity 1: the middle of the plane
        angle, depth = np.radians(value), 1 / disparity - 1
        return float(-focal * np.sin(angle) * depth / (1 + np.cos(angle) * depth))
    if op in ("truck", "pedestal", "crane"):
        return value / 100 * side * disparity
    forward = value / 100
    growth = 1 / (1 - forward * disparity)
    return float(growth * (1 - forward if op == "dolly_zoom" else 1) - 1)


def measure_translation(
    frames: list[U8], motion: Motion, plan: ShotPlan, scene: kinora.Scene, near: NDArray[np.bool_]
) -> list[Row]:
    """A near and a far row per move."""
    move = plan.beats[1].camera[0]
    assert move.amount is not None
    kernel = np.ones((61, 61), np.uint8)
    inside = cv2.erode(near.astype(np.uint8), kernel) > 0
    outside = cv2.dilate(near.astype(np.uint8), kernel) == 0
    outside[:40], outside[-40:], outside[:, :40], outside[:, -40:] = False, False, False, False
    depth = cv2.resize(scene.disparity, SIZE, interpolation=cv2.INTER_AREA)
    vertical = move.op in ("pedestal", "crane")
    sign = -1 if move.direction in ("right", "down", "out") else 1
    rows = []
    for plane, mask in (("near", inside), ("far", outside)):
        places = track(frames, corners(frames[0], mask))
        good = np.isfinite(places[len(frames) - 1][:, 0])
        first, last = places[0][good], places[len(frames) - 1][good]
        disparity = float(np.median(depth[mask]))
        wanted = expected(
            move.op,
            sign * move.amount.value,
            disparity,
            focal=float(motion.intrinsics[0, 0, 0]),
            side=SIZE[1] if vertical else SIZE[0],
        )
        if move.op in ("dolly", "dolly_zoom"):
            measured, quantity = scale_between(first, last) - 1, "growth"
        elif move.op == "orbit":
            # The plane turns too: its middle row and column say where its middle went.
            measured, quantity = middle_shift(first, last), "pixels"
        else:
            measured, quantity = float(np.median((last - first)[:, int(vertical)])), "pixels"
        scale = max(abs(wanted), FLOOR[quantity])
        still = abs(wanted) < FLOOR[quantity] / 2
        rows.append(
            Row(
                picture=f"two planes, {plane} (D = {disparity:.2f})",
                move=f"{move.op} {move.direction}",
                quantity=quantity,
                planned=wanted,
                measured=measured,
                error_percent=100 * abs(measured - wanted) / scale,
                sign_right=still or measured * wanted > 0,
                rms_degrees=None,
                still_pixels=stillness(frames),
                tracks=int(good.sum()),
            )
        )
    return rows


def middle_shift(first: F64, last: F64) -> float:
    """Horizontal shift in pixels of the picture's middle, from a homography of the tracks."""
    matrix, _ = cv2.findHomography(first, last, cv2.RANSAC, 1.0)
    middle = np.array([SIZE[0] / 2 - 0.5, SIZE[1] / 2 - 0.5, 1.0])
    moved = matrix @ middle
    return float(moved[0] / moved[2] - middle[0])


# --- table ---------------------------------------------------------------------------------------


def run(*, quick: bool, only: str | None) -> Iterator[Row]:
    """Measure everything."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for picture, photo in photos(quick=quick):
            scene = kinora.Scene.from_image(photo, size=SIZE)
            for case in ROTATIONS:
                if only in (None, case[0]):
                    plan = shot(*case)
                    yield measure_rotation(picture, *film(scene, plan, folder), plan)
        planes = TwoPlanes.make()
        scene = kinora.Scene.from_image(planes.picture, size=SIZE, depth=planes.depth)
        for case in TRANSLATIONS:
            if only in (None, case[0]):
                plan = shot(*case)
                frames, motion = film(scene, plan, folder)
                yield from measure_translation(frames, motion, plan, scene, planes.near)


def main() -> int:
    """Print the table; 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="two pictures only")
    parser.add_argument("--only", help="one operation only")
    parser.add_argument("--json", type=Path, help="write the rows here")
    options = parser.parse_args()
    # Marks stand still while the picture moves, and what is tracked is drawn to them: the visible
    # one in its corners, the invisible one, of one level, in a soft picture that hardly moves.
    os.environ["KINORA_VISIBLE_MARK"] = os.environ["KINORA_INVISIBLE_MARK"] = "off"
    print("| picture | move | planned | measured | error % | RMS ° | hold px | tracks | |")
    print("|---|---|---|---|---|---|---|---|---|")
    rows = []
    for row in run(quick=options.quick, only=options.only):
        rows.append(row)
        rms = "" if row.rms_degrees is None else f"{row.rms_degrees:.3f}"
        print(
            f"| {row.picture} | {row.move} | {row.planned:.3f} {row.quantity} | "
            f"{row.measured:.3f} | {row.error_percent:.2f} | {rms} | {row.still_pixels:.3f} | "
            f"{row.tracks} | {'ok' if row.passed else 'MISSED'} |",
            flush=True,
        )
    paths = [row.rms_degrees for row in rows if row.rms_degrees is not None]
    print(f"\n{sum(row.passed for row in rows)} of {len(rows)} rows within the targets: {TARGETS}")
    if paths:
        print(f"greatest path RMS {max(paths):.3f}°")
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1))
    return 0 if all(row.passed for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())

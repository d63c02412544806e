"""How straight a photo's straight lines stay under a moving camera.

    python -m benchmarks.straight [PHOTO ...] [--json]

Each photo is understood for a clip 640 pixels wide (426 if it is upright) with the networks that
come with Kinora. Along every long line of the frame (found as the clip shows it, not as the
analysis saw it) disparity is compared with the straight course that fits it best, on the nearer
side of the line: an orbit of 12 degrees shifts each place by its disparity, so what departs from
that course bends the line. *bend* is the mean over all lines, by their length, of the largest
departure across the line, *bent* the share of their length that departs by more than 2 pixels.
*lean* is the mean difference of shift between foot and top of lines within 6 degrees of the
vertical. By default the example photo and all photos of ``../shared/photos`` (KINORA_SHARED
overrides ``../shared``) are measured, where that exists.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.analysis import default_photos
from benchmarks.common import report
from kinora.scene.decode import decode_photo
from kinora.settings import load_settings
from kinora.types.geometry import Size
from kinora.types.scene import F32, U8, Scene
from kinora.wiring import build_sight

F64 = NDArray[np.float64]

#: The move that is asked about, and the departure that counts as bent, pixels.
DEGREES, BENT = 12.0, 2.0
# Shortest line, as a share of the frame's shorter side, how near to the vertical one is upright,
# degrees, where its sides are looked at, pixels, and how many places of it.
_LENGTH, _UPRIGHT, _BESIDE, _PLACES = 0.12, 6.0, 3.0, 33
_SIZE: Final = Size(640, 426)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", nargs="*", type=Path)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    settings = load_settings().model_copy(update={"depth_model": "learned"})
    sight = build_sight(settings, remembers=False)
    rows = []
    for path in args.photos or default_photos():
        photo = decode_photo(path)
        wide = photo.size.width >= photo.size.height
        size = _SIZE if wide else Size(_SIZE.height, _SIZE.width)
        scene = sight.scenes(photo, size=size, fit="crop", depth=sight.depth)
        rows.append({"photo": path.stem, **measure(scene)})
    report("Straight lines in an orbit", [*rows, _mean(rows)], as_json=args.json)


def measure(scene: Scene) -> dict[str, object]:
    """Lines, bend and lean in pixels, and the share that is bent in percent."""
    lines = long_lines(scene.image)
    if not len(lines):
        return {"lines": 0, "bend, px": "", "bent, %": "", "lean, px": ""}
    shift = scene.disparity * np.float32(scene.intrinsics.focal * np.sin(np.radians(DEGREES)))
    away, course = departures(shift, lines)
    along = lines[:, 1] - lines[:, 0]
    length = np.linalg.norm(along, axis=1)
    bend = np.abs(away).max(axis=1) * np.abs(along[:, 1]) / length
    upright = np.abs(along[:, 0]) < np.tan(np.radians(_UPRIGHT)) * np.abs(along[:, 1])
    return {
        "lines": len(lines),
        "bend, px": float(np.average(bend, weights=length)),
        "bent, %": float(100.0 * np.average(bend > BENT, weights=length)),
        "lean, px": float(np.abs(course[upright]).mean()) if upright.any() else "",
    }


def long_lines(picture: U8) -> F64:
    """Ends (n, 2, 2) of the lines in a picture (h, w, 3), x and y in pixels."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_STD).detect(grey)[0]
    lines = np.zeros((0, 2, 2)) if found is None else np.asarray(found, np.float64)
    lines = lines.reshape(-1, 2, 2)
    length = np.linalg.norm(lines[:, 1] - lines[:, 0], axis=1)
    return np.asarray(lines[length >= _LENGTH * min(grey.shape)])


def departures(field: F32, lines: F64) -> tuple[F64, F64]:
    """How far a field (h, w) departs from a straight course along lines, (n, places), and that
    course's difference between the ends, (n,), on the side of each line where it is larger.
    """
    along = lines[:, 1] - lines[:, 0]
    share = np.linspace(0.0, 1.0, _PLACES)
    places = lines[:, :1] + share[None, :, None] * along[:, None]
    aside = np.stack([-along[:, 1], along[:, 0]], axis=1)
    aside *= _BESIDE / np.linalg.norm(along, axis=1, keepdims=True)
    one, other = (_sampled(field, places + way * aside[:, None]) for way in (-1.0, 1.0))
    values = np.where((one.mean(axis=1) > other.mean(axis=1))[:, None], one, other)
    centred = share - share.mean()
    slope = values @ centred / (centred @ centred)
    course = values.mean(axis=1)[:, None] + slope[:, None] * centred[None]
    return values - course, slope


def _sampled(field: F32, places: F64) -> F64:
    x, y = (np.ascontiguousarray(places[..., axis], np.float32) for axis in (0, 1))
    taken = cv2.remap(field, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(taken, dtype=np.float64)


def _mean(rows: list[dict[str, object]]) -> dict[str, object]:
    """The mean of the photos, of each column as far as they have it."""
    mean: dict[str, object] = {"photo": "mean"}
    for name in ("lines", "bend, px", "bent, %", "lean, px"):
        mean[name] = float(np.mean([float(str(row[name])) for row in rows if row[name] != ""]))
    return mean


if __name__ == "__main__":
    main()

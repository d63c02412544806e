"""Measures how well water is found: ``python -m benchmarks.water [PHOTO …]``.

For photos with water drawn by hand (`benchmarks.water_outlines`): the overlap (intersection over
union) of what level streaks alone tell, of what is found where the words name a stream, and where
they name water. The weights of `kinora.living.evidence.wetness` were fitted to these photos. Then
the share of photos without water in which some is found all the same.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

import kinora
from benchmarks.water_outlines import WATER
from kinora.living.evidence.look import Look
from kinora.living.evidence.stream import find_still, find_stream
from kinora.living.evidence.water import find_water
from kinora.types.geometry import Size

Bool = NDArray[np.bool_]

_SHARED = Path(os.environ.get("KINORA_SHARED", Path(__file__).parents[2] / "shared"))
_SIDE = 640
#: What tells where water is, by what it goes by.
_WAYS = {
    "level streaks": find_water,
    "a stream is named": find_stream,
    "water is named": find_still,
}
#: Photos of ``shared/photos`` that show no water.
_DRY = (
    "basketball_net.jpg",
    "cat_closeup.png",
    "city_street.jpg",
    "coffee_cup.png",
    "dog_alley.jpg",
    "fantasy_village.jpg",
    "forest_path.jpg",
    "girl_face_paint.png",
    "grand_staircase.jpg",
    "lighthouse_fence.png",
    "living_room.jpg",
    "mural_house.png",
    "painting_landscape.jpg",
    "parrots.png",
    "portrait_astronaut.png",
    "portrait_red_hat.png",
    "propeller_plane.png",
    "rocket_night.jpg",
    "shutters_flower.png",
    "sunflowers_sky.jpg",
    "sunroom_interior.jpg",
    "traffic_dusk.jpg",
    "white_corridor.jpg",
    "woman_garden.png",
)


def photo(name: str) -> Path:
    """Where a photo lies."""
    own = _SHARED / "photos" / name
    return own if own.exists() else _SHARED / "data" / "photos" / name


def look_at(path: Path) -> Look:
    """A photo as evidence is looked for in it."""
    width, height = Image.open(path).size
    scale = _SIDE / max(width, height)
    size = Size(2 * round(width * scale / 2), 2 * round(height * scale / 2))
    return Look.of(kinora.Scene.from_image(path, size=size, depth_model="learned"))


def drawn(name: str, shape: tuple[int, int]) -> Bool:
    """The water drawn by hand, (h, w)."""
    mask = np.zeros(shape, np.uint8)
    for value, outlines in zip((1, 0), WATER[name], strict=True):
        for outline in outlines:
            points = np.array(outline) / 100.0 * np.array([shape[1], shape[0]])
            cv2.fillPoly(mask, [np.rint(points).astype(np.int32)], value)
    return np.asarray(mask > 0)


def overlap(found: Bool | None, truth: Bool) -> float:
    """Intersection over union; 0 where nothing was found."""
    if found is None:
        return 0.0
    return float((found & truth).sum()) / max(float((found | truth).sum()), 1.0)


def _row(name: str, values: Iterable[float]) -> str:
    """A line of the table."""
    cells = (f"{value:{len(words)}.2f}" for words, value in zip(_WAYS, values, strict=True))
    return f"{name:24} " + "  ".join(cells)


def main() -> None:
    """Print the table."""
    names = sys.argv[1:] or list(WATER)
    rows = []
    print(f"{'photo':24} " + "  ".join(_WAYS))
    for name in names:
        look = look_at(photo(name))
        truth = drawn(name, look.shape)
        rows.append([overlap(look.once(find), truth) for find in _WAYS.values()])
        print(_row(name, rows[-1]))
    table = np.array(rows)
    print(_row("mean", table.mean(axis=0)))
    print(_row("found, share", (table > 0.0).mean(axis=0)))
    if sys.argv[1:]:
        return
    for words, find in _WAYS.items():
        false = [name for name in _DRY if look_at(photo(name)).once(find) is not None]
        print(f"{words}: found in {len(false)} of {len(_DRY)} without water: {', '.join(false)}")


if __name__ == "__main__":
    main()

"""What stands upright doesn't lean."""

from __future__ import annotations

import numpy as np

from kinora.scene.decode import decode_photo
from kinora.scene.depth.uprights import hold_uprights
from kinora.scene.regions.masks import SmallPhoto, shrink
from kinora.testing.photos import plain
from kinora.types.geometry import Size
from kinora.types.scene import F32

SIZE = Size(320, 240)
TOP, FOOT = 60, 180
POLE = slice(158, 163)


def picture(*, pole: bool) -> SmallPhoto:
    rgb = np.asarray(plain((170, 175, 180), SIZE)).copy()
    if pole:
        rgb[TOP:FOOT, POLE] = 40
    return shrink(decode_photo(rgb))


def ramp() -> F32:
    rows = np.linspace(0.1, 1.0, SIZE.height, dtype=np.float32)[:, None]
    return np.repeat(rows, SIZE.width, axis=1)


def rise(values: F32, column: int) -> float:
    return float(values[FOOT, column] - values[TOP, column])


def test_a_pole_rises_far_less_than_the_ramp_behind_it() -> None:
    held = hold_uprights(ramp(), picture(pole=True))
    assert rise(held, 160) < 0.5 * rise(ramp(), 160)


def test_its_surroundings_change_smoothly_and_less_with_distance() -> None:
    change = np.abs(hold_uprights(ramp(), picture(pole=True)) - ramp())
    assert change[:, 5].max() < 0.1 * change[:, 160].max()
    assert np.abs(np.diff(change, axis=1)).max() < 0.02


def test_without_uprights_nothing_changes() -> None:
    assert np.array_equal(hold_uprights(ramp(), picture(pole=False)), ramp())


def test_lines_that_may_lie_on_the_ground_are_left_alone() -> None:
    everywhere = np.ones((SIZE.height, SIZE.width), np.float32)
    assert np.array_equal(hold_uprights(ramp(), picture(pole=True), free=everywhere), ramp())

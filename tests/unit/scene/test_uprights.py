"""What stands upright doesn't lean, what is straight doesn't bend."""

from __future__ import annotations

import cv2
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
    held = hold_uprights(ramp(), picture(pole=True), free=everywhere)
    assert np.allclose(held, ramp(), atol=1e-4)


def test_lines_in_the_sky_say_nothing() -> None:
    everywhere = np.ones((SIZE.height, SIZE.width), np.float32)
    assert np.array_equal(hold_uprights(ramp(), picture(pole=True), sky=everywhere), ramp())


def test_what_stands_nearer_is_nearer_to_its_top() -> None:
    """The foot says how far away an upright is."""
    rgb = np.asarray(plain((170, 175, 180), SIZE)).copy()
    rgb[TOP:110, 60:65] = 40
    rgb[TOP:FOOT, 260:265] = 40
    held = hold_uprights(ramp(), shrink(decode_photo(rgb)))
    assert held[TOP, 262] - held[TOP, 62] > 0.1


def sag(values: F32, ends: tuple[tuple[int, int], tuple[int, int]]) -> float:
    """How far the middle of a line is from the mean of its ends."""
    (x0, y0), (x1, y1) = ends
    middle = values[(y0 + y1) // 2, (x0 + x1) // 2]
    return abs(float(middle - 0.5 * (values[y0, x0] + values[y1, x1])))


def test_along_a_slanting_line_disparity_is_linear() -> None:
    ends = ((40, 60), (280, 150))
    rgb = np.asarray(plain((170, 175, 180), SIZE)).copy()
    cv2.line(rgb, *ends, (40, 40, 40), 3)
    down, across = np.mgrid[: SIZE.height, : SIZE.width].astype(np.float32)
    curved = (0.3 + 0.4 * (across / SIZE.width) ** 2 + 0.2 * down / SIZE.height).astype(np.float32)
    assert sag(hold_uprights(curved, shrink(decode_photo(rgb))), ends) < 0.2 * sag(curved, ends)


def test_where_values_step_one_thing_ends_and_another_begins() -> None:
    """A pole that is near below and a tower behind it in line with it stay where they are."""
    values = np.full((SIZE.height, SIZE.width), 0.2, np.float32)
    values[120:] = 0.8
    held = hold_uprights(values, picture(pole=True))
    assert np.abs(held - values).max() < 0.02


def test_beyond_its_ends_a_line_counts_less() -> None:
    """There other things may begin, whose own distances go on."""
    held, below = hold_uprights(ramp(), picture(pole=True)), FOOT + 40
    assert rise(held, 160) < 0.08 * rise(ramp(), 160)
    assert held[below, 160] - held[FOOT, 160] > 0.08 * (ramp()[below, 160] - ramp()[FOOT, 160])

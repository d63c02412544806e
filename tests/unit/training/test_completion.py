from __future__ import annotations

import numpy as np
import pytest
from training.completion.evaluate import Tally, make_case
from training.completion.masks import make_hole, near_thing, occluded

HEIGHT, WIDTH = 80, 120
BOX = np.s_[20:60, 40:70]


@pytest.fixture
def disparity() -> np.ndarray:
    """A box at 1 before a wall at 0.2."""
    values = np.full((HEIGHT, WIDTH), 0.2, dtype=np.float32)
    values[BOX] = 1.0
    return values


@pytest.mark.parametrize(
    ("shift", "axis", "strip"),
    [
        (10.0, 1, np.s_[20:60, 70:78]),
        (-10.0, 1, np.s_[20:60, 32:40]),
        (10.0, 0, np.s_[60:68, 40:70]),
        (-10.0, 0, np.s_[12:20, 40:70]),
    ],
)
def test_a_near_thing_hides_a_strip_as_wide_as_it_moves_more(
    disparity: np.ndarray, shift: float, axis: int, strip: tuple[slice, slice]
) -> None:
    expected = np.zeros(disparity.shape, dtype=bool)
    expected[strip] = True
    assert np.array_equal(occluded(disparity, shift, axis=axis), expected)


def test_a_slope_hides_nothing() -> None:
    ramp = np.tile(np.linspace(0, 1, WIDTH, dtype=np.float32), (HEIGHT, 1))
    assert not occluded(ramp, 20.0, axis=1).any()
    assert not occluded(ramp, -20.0, axis=1).any()


def test_the_thing_that_stands_off_is_found(disparity: np.ndarray) -> None:
    thing = near_thing(disparity, np.random.default_rng(0))
    assert thing is not None
    assert thing[BOX].mean() > 0.98
    assert thing.sum() < 1.02 * thing[BOX].sum()


def test_nothing_stands_off_a_plain_wall() -> None:
    wall = np.full((HEIGHT, WIDTH), 0.5, dtype=np.float32)
    assert near_thing(wall, np.random.default_rng(0)) is None


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("kind", ["strip", "ring"])
def test_only_the_farther_side_is_judged(disparity: np.ndarray, kind: str, seed: int) -> None:
    hole = make_hole(kind, disparity, disparity, random=np.random.default_rng(seed), reach=20.0)
    assert hole is not None
    assert hole.judged.any()
    assert not (hole.judged & ~hole.hidden).any()
    assert disparity[hole.judged].max() < 0.5


@pytest.mark.parametrize("kind", ["foreign strip", "foreign thing"])
def test_holes_of_another_photo_are_judged_near_their_edge(
    disparity: np.ndarray, kind: str
) -> None:
    flat = np.full(disparity.shape, 0.5, dtype=np.float32)
    hole = make_hole(kind, flat, disparity, random=np.random.default_rng(1), reach=6.0)
    assert hole is not None
    assert hole.judged.any()
    assert not (hole.judged & ~hole.hidden).any()
    if kind == "foreign thing":
        assert not hole.judged[38:42, 53:57].any()


def test_a_perfect_fill_keeps_all_texture_and_a_plain_one_none(disparity: np.ndarray) -> None:
    random = np.random.default_rng(4)
    colours = random.integers(0, 255, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    photo = np.dstack([colours, (disparity * 255).astype(np.uint8)])
    case = make_case(photo, photo, name="noise_0001", kind="strip", seed=3)
    assert case is not None
    assert not case.broken[case.hole.hidden].any()
    scores = []
    for filled in (case.truth, np.where(case.hole.hidden[..., None], np.uint8(128), case.truth)):
        tally = Tally()
        tally.add(case, filled)
        scores.append(tally.summary())
    assert scores[0]["texture"] == pytest.approx(1.0)
    assert scores[0]["psnr"] > 55
    assert scores[1]["texture"] < 0.5
    assert scores[1]["psnr"] < 15

"""The compiled loops of completion against slow references."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from kinora.scene._kernels import describe, improve, transfer, vote
from kinora.scene.patches import PAD, Level, make_level

F32 = NDArray[np.float32]
Ints = NDArray[np.int32]
#: Several to fill at one border, one by itself, and known pixels all around.
HEIGHT, WIDTH = 26, 31


@pytest.fixture
def level() -> Level:
    rng = np.random.default_rng(3)
    hole = np.zeros((HEIGHT, WIDTH), np.bool_)
    hole[:9, 4:15] = hole[18, 22] = True
    made = make_level(
        rng.random((HEIGHT, WIDTH, 3), np.float32),
        rng.random((HEIGHT, WIDTH), np.float32),
        hole=hole,
        source=~cv2.dilate(hole.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.bool_),
    )
    assert made is not None
    return made


def home_of(level: Level) -> Ints:
    return np.stack([level.rows, level.columns])


def sources_of(level: Level, rng: np.random.Generator) -> Ints:
    """Any place that is allowed, for each pixel to fill."""
    allowed = np.argwhere(level.centres).astype(np.int32)
    return np.ascontiguousarray(allowed[rng.integers(0, len(allowed), level.rows.size)].T)


def test_looks_hold_luma_colour_surroundings_and_guide() -> None:
    rng = np.random.default_rng(1)
    luma = rng.random((HEIGHT + 6, WIDTH + 6), np.float32)
    picture, around = (rng.random((HEIGHT, WIDTH, 3), np.float32) for _ in range(2))
    guide = rng.random((HEIGHT, WIDTH), np.float32)
    looks = np.empty((HEIGHT * WIDTH, 16), np.float32)
    describe(luma, picture, around, guide, looks)
    for y, x in np.ndindex(HEIGHT, WIDTH):
        samples = luma[y : y + 7 : 3, x : x + 7 : 3].reshape(-1)
        expected = np.concatenate([samples, picture[y, x], around[y, x], guide[y, x, None]])
        np.testing.assert_array_equal(looks[y * WIDTH + x], expected)


@pytest.mark.parametrize("crowded", [False, True])
def test_sources_are_improved_as_all_pixels_at_once_would(level: Level, crowded: bool) -> None:
    rng = np.random.default_rng(4)
    looks = rng.random((HEIGHT * WIDTH, 16), np.float32)
    crowding = rng.random((HEIGHT, WIDTH) if crowded else (0, 0), np.float32)
    jitter = rng.integers(-12, 13, (3, 2, level.rows.size)).astype(np.int32)
    sources, home = sources_of(level, rng), home_of(level)
    found, costs = sources.copy(), np.empty(level.rows.size, np.float32)
    improve(found, costs, home, level.slots, level.centres, looks, crowding, jitter, 0.001)

    def cost(i: int, y: int, x: int) -> np.float32:
        row, column = home[:, i]
        apart = looks[y * WIDTH + x].astype(np.float64) - looks[row * WIDTH + column]
        price = float(crowding[y, x]) if crowded else 0.0
        return np.float32(apart @ apart + 0.001 * ((y - row) ** 2 + (x - column) ** 2) + price)

    ways = [(0, 4), (4, 0), (0, -4), (-4, 0), (0, 1), (1, 0), (0, -1), (-1, 0)]
    expected = sources.copy()
    least = np.array([cost(i, *expected[:, i]) for i in range(level.rows.size)])
    for turn in range(len(ways) + len(jitter)):
        before = expected.copy()
        for i in range(level.rows.size):
            if turn < len(ways):
                down, across = ways[turn]
                slot = level.slots[home[0, i] + PAD + down, home[1, i] + PAD + across]
                if slot < 0:
                    continue
                y, x = before[0, slot] - down, before[1, slot] - across
            else:
                y, x = before[:, i] + jitter[turn - len(ways), :, i]
            inside = 0 <= y < HEIGHT and 0 <= x < WIDTH
            if inside and level.centres[y, x] and cost(i, y, x) < least[i]:
                expected[:, i], least[i] = (y, x), cost(i, y, x)
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_allclose(costs, least, rtol=1e-5)
    assert (found != sources).any()


@pytest.mark.parametrize("spread", [1, 2])
def test_votes_are_the_weighted_mean_of_proposals(level: Level, spread: int) -> None:
    rng = np.random.default_rng(5)
    sources, home = sources_of(level, rng), home_of(level)
    trust = rng.random(level.rows.size, np.float32)
    values = np.empty((level.rows.size, 3), np.float32)
    vote(level.picture, sources, trust, home, level.slots, spread, values)
    for i in range(level.rows.size):
        total, weight = np.zeros(3), 0.0
        for down in (-spread, 0, spread):
            for across in (-spread, 0, spread):
                slot = level.slots[home[0, i] + PAD + down, home[1, i] + PAD + across]
                if slot < 0:
                    continue
                y, x = sources[0, slot] - down, sources[1, slot] - across
                if 0 <= y < HEIGHT and 0 <= x < WIDTH:
                    total += trust[slot] * level.picture[y, x]
                    weight += trust[slot]
        np.testing.assert_allclose(values[i], total / weight, rtol=1e-5)


def test_detail_is_taken_from_sources_outside_of_the_hole() -> None:
    rng = np.random.default_rng(6)
    picture, base = (rng.integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8) for _ in range(2))
    hole = rng.random((HEIGHT, WIDTH)) < 0.4
    shift_y, shift_x = (rng.integers(-20, 21, (8, 9)).astype(np.int32) for _ in range(2))
    result = picture.copy()
    columns = np.arange(WIDTH) * 9 // WIDTH
    for first, last in ((0, 10), (10, HEIGHT)):
        transfer(result, picture, base, hole, shift_y, shift_x, columns, first, last)
    for y, x in np.ndindex(HEIGHT, WIDTH):
        row, column = y * 8 // HEIGHT, x * 9 // WIDTH
        u = min(max(y + shift_y[row, column], 0), HEIGHT - 1)
        v = min(max(x + shift_x[row, column], 0), WIDTH - 1)
        detail = picture[u, v].astype(int) - base[u, v] if not hole[u, v] else 0
        filled = np.clip(base[y, x] + detail, 0, 255)
        np.testing.assert_array_equal(result[y, x], filled if hole[y, x] else picture[y, x])

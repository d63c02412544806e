from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kinora.scene.layers import MAX_LAYERS, find_layers, layer_disparity, limit_slope
from kinora.types.scene import F32, U8

HEIGHT, WIDTH = 240, 360


def grey() -> U8:
    return np.full((HEIGHT, WIDTH, 3), 128, dtype=np.uint8)


def ground() -> F32:
    """A ground plane from the horizon at a third of the height, and a far wall above it."""
    rows = np.arange(HEIGHT, dtype=np.float32)[:, None]
    ramp = np.maximum(0.3, 0.3 + (rows - HEIGHT / 3) / HEIGHT * 2.0)
    return np.repeat(ramp, WIDTH, axis=1).astype(np.float32)


def test_a_plane_stays_one_layer_however_far_it_reaches() -> None:
    assert ground().max() - ground().min() > 1.0
    assert not find_layers(ground(), grey()).any()


def test_a_flat_picture_is_one_layer() -> None:
    assert not find_layers(np.ones((HEIGHT, WIDTH), np.float32), grey()).any()


def test_an_object_on_the_ground_is_a_layer_and_the_ground_is_another() -> None:
    disparity = ground()
    foot, left, right = 200, 150, 200
    standing = np.zeros(disparity.shape, dtype=bool)
    standing[70:foot, left:right] = True
    disparity[standing] = disparity[foot, 0]
    labels = find_layers(disparity, grey())
    assert labels.max() == 1
    stepped = standing & (disparity - ground() > 0.15)
    assert labels[stepped].mean() > 0.97
    assert labels[~standing].mean() < 0.01


def test_the_cut_runs_along_the_step() -> None:
    disparity = np.full((HEIGHT, WIDTH), 0.4, dtype=np.float32)
    disparity[:, 217:] = 1.0
    labels = find_layers(disparity, grey())
    assert np.all(labels[:, :216] == 0)
    assert np.all(labels[:, 218:] == 1)


def test_a_thin_mast_belongs_to_what_it_stands_on() -> None:
    disparity = np.full((HEIGHT, WIDTH), 0.0, dtype=np.float32)
    disparity[150:] = 0.8
    disparity[40:150, 100:102] = 0.8
    disparity[40:42, 100:140] = 0.8  # its arm
    disparity[60:62, 250:252] = 0.8  # a bird
    labels = find_layers(disparity, grey())
    assert labels[40:150, 100:102].mean() > 0.97
    assert labels[40:42, 100:140].mean() > 0.97
    assert not labels[55:67, 245:257].any()
    assert labels[:149].mean() < 0.02


def test_what_is_seen_through_a_gap_goes_with_what_it_is_like() -> None:
    disparity = np.full((HEIGHT, WIDTH), 0.0, dtype=np.float32)
    disparity[80:] = 0.9
    disparity[100:125, 60:100] = 0.75  # hardly behind
    disparity[100:125, 200:240] = 0.05  # far behind
    labels = find_layers(disparity, grey())
    assert labels[105:120, 66:94].mean() > 0.97
    assert not labels[105:120, 206:234].any()


def test_things_before_things_are_stacked() -> None:
    disparity = np.full((HEIGHT, WIDTH), 0.1, dtype=np.float32)
    disparity[40:200, 60:300] = 0.5
    disparity[80:160, 120:240] = 1.1
    labels = find_layers(disparity, grey())
    assert labels[10, 10] == 0
    assert labels[60, 100] == 1
    assert labels[120, 180] == 2


def test_two_separate_objects_share_a_layer() -> None:
    disparity = np.full((HEIGHT, WIDTH), 0.2, dtype=np.float32)
    disparity[60:180, 40:120] = 0.7
    disparity[60:180, 220:320] = 1.4
    labels = find_layers(disparity, grey())
    assert labels.max() == 1
    assert labels[120, 80] == labels[120, 270] == 1


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**31))
def test_there_are_never_too_many_layers_and_higher_is_nearer_at_every_step(seed: int) -> None:
    random = np.random.default_rng(seed)
    disparity = np.full((HEIGHT, WIDTH), 0.1, dtype=np.float32)
    for _ in range(9):
        x, y = random.integers(0, WIDTH - 60), random.integers(0, HEIGHT - 60)
        w, h = random.integers(40, 160, size=2)
        disparity[y : y + h, x : x + w] = random.uniform(0.1, 1.9)
    labels = find_layers(disparity, grey()).astype(int)
    assert labels.max() < MAX_LAYERS
    rise, number = np.diff(disparity, axis=1), np.diff(labels, axis=1)
    cuts = (np.abs(rise) > 0.2) & (number != 0)
    assert (np.sign(rise[cuts]) == np.sign(number[cuts])).mean() > 0.9 if cuts.any() else True


def test_layer_disparity_is_that_of_its_own_pixels_and_goes_on_behind_others() -> None:
    disparity = ground()
    visible = np.ones(disparity.shape, dtype=bool)
    visible[60:200, 120:220] = False
    disparity[~visible] = 1.8
    own = layer_disparity(disparity, visible, size=(WIDTH // 8, HEIGHT // 8), frame_width=36.0)
    coarse = ground()[4::8, 4::8]
    assert np.abs(own - coarse).max() < 0.2
    assert np.abs(own - coarse)[:, :12].max() < 0.06


def test_a_remnant_of_another_layer_does_not_bend_a_layer() -> None:
    disparity = np.full((HEIGHT, WIDTH), 0.3, dtype=np.float32)
    disparity[100:112, 200:212] = 1.2
    everywhere = np.ones(disparity.shape, dtype=bool)
    own = layer_disparity(disparity, everywhere, size=(WIDTH // 8, HEIGHT // 8), frame_width=45.0)
    assert own.max() < 0.3 + 0.1 * 0.9


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31), st.floats(0.02, 0.5))
def test_limited_slopes_never_exceed_the_limit_and_never_sink(seed: int, slope: float) -> None:
    values = np.random.default_rng(seed).uniform(0, 2, (20, 30)).astype(np.float32)
    limited = limit_slope(values, slope)
    assert np.all(limited >= values)
    assert np.abs(np.diff(limited, axis=0)).max() <= slope + 1e-5
    assert np.abs(np.diff(limited, axis=1)).max() <= slope + 1e-5
    assert limited.max() == values.max()

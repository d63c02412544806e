"""What lies right beyond the photo's borders."""

from __future__ import annotations

import numpy as np
import pytest

from kinora.scene.canvas import Canvas, place, plan_canvas
from kinora.scene.rim import continue_rim, plain_depth
from kinora.types.geometry import Size
from kinora.types.scene import U8

WALL, ORNAMENT = 200, 20
FIRST = 20  # column at which the ornament begins


def wall_with_ornament() -> U8:
    picture = np.full((360, 640, 3), WALL, np.uint8)
    picture[60:300, FIRST:60] = ORNAMENT
    return picture


def canvas_of(picture: U8) -> Canvas:
    height, width = picture.shape[:2]
    size = Size(width, height)
    return plan_canvas(size, size, crop=(0.0, 0.0, float(width), float(height)))


def continued(picture: U8, canvas: Canvas) -> U8:
    return continue_rim(place(picture, canvas), canvas)


@pytest.mark.parametrize("turns", range(4))
def test_what_stands_near_a_border_is_not_repeated_beyond_it(turns: int) -> None:
    picture = np.rot90(wall_with_ornament(), turns)
    canvas = canvas_of(picture)
    result = continued(picture, canvas)
    x0, y0, x1, y1 = canvas.target
    result[y0:y1, x0:x1] = WALL
    assert result.min() > WALL - 10


def test_the_photo_itself_stays_as_it_is() -> None:
    picture = wall_with_ornament()
    canvas = canvas_of(picture)
    x0, y0, x1, y1 = canvas.target
    assert np.array_equal(continued(picture, canvas)[y0:y1, x0:x1], picture)


def test_texture_is_mirrored_at_the_border() -> None:
    picture = np.random.default_rng(1).integers(0, 256, (360, 640, 3)).astype(np.uint8)
    canvas = canvas_of(picture)
    x0, y0, _, y1 = canvas.target
    beside = continued(picture, canvas)[y0:y1, x0 - 1]
    assert np.abs(beside.astype(int) - picture[:, 0]).max() <= 2


def test_a_band_ends_where_something_else_begins() -> None:
    inside = wall_with_ornament().transpose(1, 0, 2)[:35]
    depth = plain_depth(inside, width=6, stretch=19)
    assert set(depth[100:260]) == {FIRST - 1 - 2}  # clear of its soft edge
    assert not depth[:40].any()


def test_a_soft_change_ends_no_band() -> None:
    inside = np.repeat(np.linspace(200, 100, 35)[:, None, None], 360, axis=1).repeat(3, axis=2)
    assert not plain_depth(inside.astype(np.uint8), width=6, stretch=19).any()

"""What lies right beyond the photo's borders."""

from __future__ import annotations

import numpy as np
import pytest

from kinora.scene.canvas import Canvas, place, plan_canvas
from kinora.scene.rim import Bools, continue_rim, find_bands
from kinora.types.geometry import Size
from kinora.types.motion import F64
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


def test_a_plain_band_ends_where_something_else_begins() -> None:
    inside = wall_with_ornament().transpose(1, 0, 2)[:35]
    bands = find_bands(inside, width=6, stretch=19)
    assert set(bands.plain[100:260]) == {FIRST - 1 - 2}  # clear of its soft edge
    assert not bands.plain[:40].any()


def test_a_narrow_band_with_specks_in_it_is_not_repeated() -> None:
    inside = wall_with_ornament().transpose(1, 0, 2)[:35].copy()
    inside[10:14, 60:300][:, np.arange(240) % 8 < 4] -= 20  # farther in than it has to be plain
    assert not find_bands(inside, width=6, stretch=19).plain[100:260].any()


def test_a_soft_change_ends_no_band() -> None:
    inside = np.repeat(np.linspace(200, 140, 35)[:, None, None], 360, axis=1).repeat(3, axis=2)
    bands = find_bands(inside.astype(np.uint8), width=6, stretch=19)
    assert not bands.plain.any()
    assert not bands.cut.any()


def test_a_thing_that_the_border_cuts_is_told_from_texture() -> None:
    noise = np.random.default_rng(2).integers(-40, 41, (60, 360, 3))
    inside = np.full((60, 360, 3), 60) + noise
    inside[20:, 100:260] += 120
    bands = find_bands(np.clip(inside, 0, 255).astype(np.uint8), width=6, stretch=19)
    assert bands.cut[110:250].all()
    assert not bands.cut[:80].any()


def test_what_changes_all_along_a_border_is_not_drawn_out_into_streaks() -> None:
    rng = np.random.default_rng(2)
    leaves, grain = rng.permutation(np.tile([20, 150], 60)), rng.normal(0.0, 18.0, (40, 360))

    def cut(line: F64) -> Bools:
        inside = np.full((160, 360), 250.0)
        inside[:40] = line + grain
        picture = np.clip(inside, 0, 255).astype(np.uint8)[..., None].repeat(3, axis=2)
        return find_bands(picture, width=6, stretch=19).cut

    assert not cut(np.repeat(leaves, 3).astype(np.float64)).any()
    assert cut(np.linspace(60.0, 90.0, 360)).mean() > 0.7


def slanted_bars(slope: float, *, shape: tuple[int, int] = (360, 640), left: int = 0) -> U8:
    """Bars that fall by ``slope`` rows per column, from column ``left`` on."""
    rows = np.arange(shape[0])[:, None] + 0.5
    columns = np.arange(shape[1])[None] + left + 0.5
    wave = 120.0 + 100.0 * np.sin((rows - slope * columns) * 2 * np.pi / 24.0)
    return np.repeat(np.rint(wave)[..., None], 3, axis=2).astype(np.uint8)


@pytest.mark.parametrize("slope", [-0.6, -0.2, 0.0, 0.35, 0.8])
def test_lines_that_cross_a_border_go_on_straight(slope: float) -> None:
    picture = slanted_bars(slope)
    canvas = canvas_of(picture)
    x0, y0, _, y1 = canvas.target
    beyond = continued(picture, canvas)[y0:y1, :x0].astype(float)
    truth = slanted_bars(slope, shape=(360, x0), left=-x0).astype(float)
    clear = slice(round(abs(slope) * x0) + 20, -round(abs(slope) * x0) - 20)
    assert np.abs(beyond - truth)[clear].mean() < 20.0  # a mirror image misses by about 70


def screen_at_the_border() -> U8:
    """A dark screen with a bright picture on it, cut by the right border."""
    picture = np.full((360, 640, 3), 150, np.uint8)
    picture[80:240, 600:] = 40
    picture[100:220, 604:628] = (60, 220, 90)
    noise = np.random.default_rng(3).integers(-9, 10, picture.shape)
    return np.asarray(np.clip(picture + noise, 0, 255), dtype=np.uint8)


def test_a_thing_that_the_border_cuts_is_not_doubled() -> None:
    picture = screen_at_the_border()
    canvas = canvas_of(picture)
    _, y0, x1, _ = canvas.target
    beyond = continued(picture, canvas)[y0 + 110 : y0 + 210, x1:]
    assert beyond[..., 1].mean() < 60.0

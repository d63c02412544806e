from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinora.scene.canvas import (
    GRID,
    MARGIN,
    frame_intrinsics,
    frame_of,
    pad_backdrop,
    photo_mask,
    place,
    plan_canvas,
)
from kinora.types.geometry import Size

sides = st.integers(1, 3000)
targets = st.integers(32, 900).map(lambda n: 2 * n)


def covering_crop(photo: Size, size: Size) -> tuple[float, float, float, float]:
    """The largest centred frame of the clip's aspect inside the photo."""
    width = min(float(photo.width), photo.height * size.aspect)
    height = width / size.aspect
    x, y = (photo.width - width) / 2, (photo.height - height) / 2
    return x, y, x + width, y + height


@given(sides, sides, targets, targets)
def test_canvas_has_its_margins_and_the_frame_shows_the_photo_only(
    width: int, height: int, out_width: int, out_height: int
) -> None:
    photo, size = Size(width, height), Size(out_width, out_height)
    canvas = plan_canvas(photo, size, crop=covering_crop(photo, size))
    x0, y0, x1, y1 = canvas.frame_rect
    assert canvas.frame.width % 2 == 0
    assert canvas.frame.height % 2 == 0
    assert canvas.size.width % GRID == canvas.size.height % GRID == 0
    assert min(x0, canvas.size.width - x1) >= MARGIN * canvas.frame.width
    assert min(y0, canvas.size.height - y1) >= MARGIN * canvas.frame.height
    assert frame_of(photo_mask(canvas, canvas.size), canvas).mean() > 0.995


@given(st.integers(200, 2400), st.integers(32, 400).map(lambda n: 2 * n))
def test_frame_has_between_half_and_one_and_a_half_pixels_per_output_pixel(
    side: int, out: int
) -> None:
    canvas = plan_canvas(Size(side, side), Size(out, out), crop=(0.0, 0.0, side, side))
    expected = min(max(side / out, 0.5), 1.5) * out
    assert abs(canvas.frame.width - expected) <= 2


@given(st.integers(300, 2400), st.integers(300, 2400))
def test_the_frame_has_the_aspect_of_the_clip(width: int, height: int) -> None:
    photo, size = Size(width, height), Size(1280, 720)
    frame = plan_canvas(photo, size, crop=covering_crop(photo, size)).frame
    assert frame.height == pytest.approx(frame.width * 720 / 1280, abs=0.25)


def test_a_photo_of_fitting_resolution_is_taken_over_pixel_by_pixel() -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (301, 501, 3), dtype=np.uint8)
    canvas = plan_canvas(Size(501, 301), Size(400, 200), crop=(33.4, 20.7, 433.4, 220.7))
    placed = place(rgb, canvas)
    assert np.array_equal(frame_of(placed, canvas), rgb[21:221, 33:433])
    x, y = canvas.target[0], canvas.target[1]
    assert np.array_equal(
        placed[y + 5, x:-8], rgb[canvas.source[1] + 5, : placed[:, x:-8].shape[1]]
    )


def test_margins_show_photo_pixels_that_the_crop_cut_off() -> None:
    canvas = plan_canvas(Size(1000, 400), Size(400, 400), crop=(300.0, 0.0, 700.0, 400.0))
    mask = photo_mask(canvas, canvas.size)
    assert mask[canvas.origin[1] + 10].all()
    assert not mask[0].any()


def test_focal_length_comes_from_the_file_where_it_is_believable() -> None:
    canvas = plan_canvas(Size(1200, 800), Size(600, 400), crop=(0.0, 0.0, 1200.0, 800.0))
    long_side = canvas.frame.width
    named = frame_intrinsics(canvas, Size(1200, 800), focal_35mm=50.0)
    assert named.focal == pytest.approx(50.0 / 36.0 * long_side, rel=0.01)
    for unknown in (None, 1.0, 5000.0):
        default = frame_intrinsics(canvas, Size(1200, 800), focal_35mm=unknown)
        assert default.focal == pytest.approx(1.1 * long_side)
    assert (named.cx, named.cy) == (canvas.frame.width / 2, canvas.frame.height / 2)


def test_backdrop_of_a_padded_photo_is_dim_and_plain() -> None:
    rgb = np.random.default_rng(2).integers(100, 256, (300, 200, 3), dtype=np.uint8)
    canvas = plan_canvas(Size(200, 300), Size(640, 360), crop=(-166.0, 0.0, 366.0, 300.0))
    backdrop = pad_backdrop(rgb, canvas)
    assert backdrop.shape == (canvas.size.height, canvas.size.width, 3)
    assert backdrop.mean() < 0.75 * rgb.mean()
    assert np.abs(np.diff(backdrop.astype(int), axis=1)).max() <= 3

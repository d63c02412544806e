from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinora.errors import SizeError
from kinora.scene.fit import place_frame
from kinora.scene.frame_size import MAX_FRAME_PIXELS, check_size, default_size
from kinora.types.geometry import Size
from kinora.types.request import API_SIZES, MAX_SIDE, MIN_SIDE
from kinora.types.scene import Region, RegionKind

sides = st.integers(16, 5000)
even = st.integers(MIN_SIDE // 2, 1024).map(lambda half: 2 * half)


def region(kind: RegionKind, box: tuple[int, int, int, int], photo: Size) -> Region:
    mask = np.zeros((photo.height, photo.width), np.float32)
    mask[box[1] : box[3], box[0] : box[2]] = 1.0
    return Region(kind=kind, mask=mask, box=box, score=0.9, source="test")


@pytest.mark.parametrize("size", API_SIZES, ids=str)
def test_the_sizes_of_the_api_are_allowed(size: Size) -> None:
    check_size(size)


@pytest.mark.parametrize(
    "size", [Size(1281, 720), Size(62, 64), Size(4098, 720), Size(4096, 4096), Size(0, -2)], ids=str
)
def test_other_sizes_are_refused_with_the_allowed_ones(size: Size) -> None:
    with pytest.raises(SizeError, match=f"even, from {MIN_SIDE} to {MAX_SIDE}") as caught:
        check_size(size)
    assert caught.value.param == "size"


@given(st.builds(Size, sides, sides))
def test_the_default_size_follows_the_photo(photo: Size) -> None:
    long, short = max(photo.width, photo.height), min(photo.width, photo.height)
    if long > 20 * short:
        return
    size = default_size(photo)
    check_size(size)
    assert max(size.width, size.height) <= 1280
    assert min(size.width, size.height) <= 720
    place_frame(photo, size, "strict", ())  # of the same aspect within a pixel


def test_small_photos_are_not_enlarged() -> None:
    assert default_size(Size(451, 300)) == Size(452, 300)
    assert default_size(Size(1920, 1080)) == Size(1280, 720)
    assert default_size(Size(3000, 4000)) == Size(720, 960)
    assert default_size(Size(20, 20)) == Size(64, 64)


@given(st.builds(Size, sides, sides), st.builds(Size, even, even))
def test_a_crop_has_the_frames_aspect_and_lies_within_the_photo(photo: Size, size: Size) -> None:
    x0, y0, x1, y1 = place_frame(photo, size, "crop", ()).crop
    assert (x1 - x0) / (y1 - y0) == pytest.approx(size.aspect)
    assert -1e-6 <= x0 < x1 <= photo.width + 1e-6
    assert -1e-6 <= y0 < y1 <= photo.height + 1e-6
    assert x1 - x0 == pytest.approx(photo.width) or y1 - y0 == pytest.approx(photo.height)


@given(st.builds(Size, sides, sides), st.builds(Size, even, even))
def test_padding_shows_the_whole_photo_in_the_middle(photo: Size, size: Size) -> None:
    x0, y0, x1, y1 = place_frame(photo, size, "pad", ()).crop
    assert (x1 - x0) / (y1 - y0) == pytest.approx(size.aspect)
    assert x0 <= 1e-6
    assert y0 <= 1e-6
    assert x0 + x1 == pytest.approx(photo.width)
    assert y0 + y1 == pytest.approx(photo.height)


def test_without_regions_the_crop_is_in_the_middle() -> None:
    assert place_frame(Size(1000, 500), Size(500, 500), "crop", ()).crop == (250, 0, 750, 500)


def test_the_crop_follows_the_subject() -> None:
    photo = Size(1000, 500)
    subject = region("subject", (800, 200, 950, 450), photo)
    x0, _, x1, _ = place_frame(photo, Size(500, 500), "crop", [subject]).crop
    assert x0 <= 800
    assert x1 >= 950


def test_a_face_beats_a_subject_and_keeps_its_hair() -> None:
    photo = Size(400, 1000)
    face = region("face", (150, 90, 250, 190), photo)
    subject = region("subject", (50, 600, 350, 1000), photo)
    _, y0, _, y1 = place_frame(photo, Size(400, 300), "crop", [face, subject]).crop
    assert y0 <= 90 - 60
    assert y1 >= 190 + 40


def test_sky_and_ground_have_no_say() -> None:
    photo = Size(1000, 500)
    sky = region("sky", (0, 0, 300, 500), photo)
    assert place_frame(photo, Size(500, 500), "crop", [sky]).crop == (250, 0, 750, 500)


def test_strict_refuses_another_aspect_and_names_the_ways_out() -> None:
    with pytest.raises(SizeError, match=r"400x300.*1280x720.*'crop' or 'pad'") as caught:
        place_frame(Size(400, 300), Size(1280, 720), "strict", ())
    assert caught.value.param == "fit"
    assert place_frame(Size(400, 300), Size(640, 480), "strict", ()).scale == pytest.approx(1.6)


def test_the_largest_frame_is_allowed() -> None:
    assert Size(4096, 2304).width * 2304 == MAX_FRAME_PIXELS
    check_size(Size(4096, 2304))
    check_size(Size(2304, 4096))

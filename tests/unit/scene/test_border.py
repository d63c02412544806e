from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
import pytest

from kinora.scene.border import estimate_within, find_content, take_off
from kinora.types.scene import DisparityMap, Photo, Region


def picture(height: int = 300, width: int = 400) -> np.ndarray:
    noise = np.random.default_rng(1).standard_normal((height, width)).astype(np.float32)
    cloud = 120 + 160 * cv2.GaussianBlur(noise, (0, 0), sigmaX=3.0)
    return np.repeat(np.clip(cloud, 0, 255).astype(np.uint8)[..., None], 3, axis=2)


def framed(level: int, sides: tuple[int, int, int, int]) -> np.ndarray:
    """A picture in a plain border of the given widths: left, top, right, bottom."""
    left, top, right, bottom = sides
    rgb = picture()
    rgb[:top] = rgb[rgb.shape[0] - bottom :] = level
    rgb[:, :left] = rgb[:, rgb.shape[1] - right :] = level
    return rgb


@pytest.mark.parametrize("level", [0, 100, 255])
@pytest.mark.parametrize("sides", [(3, 3, 3, 3), (1, 0, 0, 2), (0, 4, 0, 0)])
def test_plain_thin_borders_are_found(level: int, sides: tuple[int, int, int, int]) -> None:
    x0, y0, x1, y1 = find_content(framed(level, sides))
    found = (x0, y0, 400 - x1, 300 - y1)
    for width, taken in zip(sides, found, strict=True):
        assert taken == (width + 1 if width else 0)  # one more for the mixed line


def test_the_bright_line_of_a_scanners_sharpening_goes_with_the_border() -> None:
    rgb = framed(60, (3, 0, 0, 0))
    rgb[:, 3:5] = 255
    assert find_content(rgb) == (6, 0, 400, 300)


def test_a_border_beside_rough_texture_is_found() -> None:
    noise = np.random.default_rng(5).integers(20, 220, (300, 400, 1))
    rgb = np.repeat(noise, 3, axis=2).astype(np.uint8)
    rgb[:, :3] = 110
    assert find_content(rgb) == (4, 0, 400, 300)


def test_pictures_without_a_border_are_kept_whole() -> None:
    ramp = np.linspace(60, 200, 300, dtype=np.float32)[:, None, None]
    for rgb in (picture(), np.broadcast_to(ramp, (300, 400, 3)).astype(np.uint8)):
        assert find_content(rgb) == (0, 0, 400, 300)
        photo = Photo(rgb=rgb, sha256="0" * 64)
        assert take_off(photo, find_content(rgb)) is photo


def test_what_is_taken_off_is_noted() -> None:
    photo = Photo(rgb=framed(0, (3, 0, 3, 2)), sha256="0" * 64, notes=("first frame of 2",))
    content = find_content(photo.rgb)
    trimmed = take_off(photo, content)
    assert np.array_equal(trimmed.rgb, photo.rgb[:297, 4:396])
    assert trimmed.notes[0] == "first frame of 2"
    assert "4 pixels left, 0 top, 4 right, 3 bottom" in trimmed.notes[1]


def test_a_map_of_the_whole_photo_is_cut_to_the_content() -> None:
    photo = Photo(rgb=picture(), sha256="0" * 64)
    values = np.arange(300 * 400, dtype=np.float32).reshape(300, 400) / 120_000
    seen: list[Region] = []

    class Known:
        covers: Literal["whole photo"] = "whole photo"

        def estimate(self, photo: Photo, regions: list[Region]) -> DisparityMap:
            seen.extend(regions)
            return DisparityMap(values=values, source="known")

    mask = np.zeros((290, 396), dtype=np.float32)
    mask[0:50, 100:200] = 1.0
    region = Region(kind="sky", mask=mask, box=(100, 0, 200, 50), score=0.9, source="test")
    content = (1, 4, 397, 294)
    trimmed = take_off(photo, content)
    within = estimate_within(Known(), trimmed, [region], whole=photo, content=content)
    assert np.array_equal(within.values, values[4:294, 1:397])
    assert seen[0].box == (101, 4, 201, 54)
    assert seen[0].mask.shape == (300, 400)
    assert seen[0].mask[:54, 101:201].min() == 1.0


def test_who_looks_for_himself_is_asked_for_the_content_only() -> None:
    photo, content = Photo(rgb=picture(), sha256="0" * 64), (1, 4, 397, 294)
    trimmed = take_off(photo, content)
    asked: list[Photo] = []

    class Looking:
        def estimate(self, photo: Photo, regions: list[Region]) -> DisparityMap:
            asked.append(photo)
            return DisparityMap(values=np.zeros((290, 396), np.float32), source="looked")

    found = estimate_within(Looking(), trimmed, [], whole=photo, content=content)
    assert asked == [trimmed]
    assert found.values.shape == (290, 396)

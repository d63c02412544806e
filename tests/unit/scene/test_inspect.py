from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from kinora.scene.build import build_scene
from kinora.scene.inspect import inspect_sheet
from kinora.types.geometry import Size
from kinora.types.scene import DisparityMap, Photo, Region


class Halves:
    """A near half below a far half."""

    def estimate(self, photo: Photo, regions: Sequence[Region]) -> DisparityMap:
        values = np.full(photo.rgb.shape[:2], 0.2, dtype=np.float32)
        values[photo.size.height // 2 :] = 0.9
        return DisparityMap(values=values, source="halves")


def photo(width: int, height: int) -> Photo:
    random = np.random.default_rng(4)
    rgb = random.integers(60, 200, (height, width, 3), dtype=np.uint8)
    rgb[height // 2 :] //= 2
    return Photo(rgb=rgb, sha256="0" * 64)


@pytest.mark.parametrize("size", [Size(320, 180), Size(180, 320), Size(64, 64)])
def test_sheet_is_a_picture_with_a_panel_per_view_and_layer(size: Size) -> None:
    scene = build_scene(photo(size.width, size.height), size=size, depth=Halves())
    sheet = inspect_sheet(scene)
    assert sheet.dtype == np.uint8
    assert sheet.ndim == 3
    assert sheet.shape[2] == 3
    more = inspect_sheet(build_scene(photo(size.width, size.height), size=size, depth=Flat()))
    assert len(scene.layers) > 1
    assert sheet.shape[0] >= more.shape[0]
    assert not np.array_equal(sheet, more)


class Flat:
    """Everything at one distance."""

    def estimate(self, photo: Photo, regions: Sequence[Region]) -> DisparityMap:
        values = np.full(photo.rgb.shape[:2], 0.5, dtype=np.float32)
        return DisparityMap(values=values, source="flat")


def test_sheet_shows_the_frame_itself() -> None:
    scene = build_scene(photo(1120, 640), size=Size(1120, 640), depth=Halves())
    sheet = inspect_sheet(scene).astype(int)
    top = sheet[90 : 90 + 100, 30:560].mean()
    assert abs(top - scene.image[:100].mean()) < 12

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kinora.errors import DepthMapError
from kinora.scene.decode import decode_photo
from kinora.scene.depth.given import GivenDepth
from kinora.testing.photos import landscape
from kinora.types.geometry import Size

PHOTO = decode_photo(landscape(Size(320, 240)))
RAMP = np.repeat(np.linspace(0.0, 1.0, 240)[:, None], 320, axis=1)


def saved(path: Path, values: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> Path:
    Image.fromarray(values).save(path)
    return path


@pytest.mark.parametrize(
    "values",
    [
        (RAMP * 255).astype(np.uint8),
        (RAMP * 65535).astype(np.uint16),
        (RAMP * 900 + 17).astype(np.uint16),
    ],
    ids=["8 bits", "16 bits", "a part of 16 bits"],
)
def test_pngs_of_eight_and_sixteen_bits_fill_the_range(
    tmp_path: Path, values: np.ndarray[tuple[int, ...], np.dtype[np.generic]]
) -> None:
    found = GivenDepth(saved(tmp_path / "depth.png", values)).estimate(PHOTO, ())
    assert np.abs(found.values - RAMP).max() < 0.01
    assert found.values.dtype == np.float32
    assert found.source == "given:depth.png"


@pytest.mark.parametrize("scale", [1.0, 0.001, 4000.0])
def test_arrays_of_any_unit_fill_the_range(scale: float) -> None:
    found = GivenDepth(RAMP * scale).estimate(PHOTO, ())
    assert np.abs(found.values - RAMP).max() < 0.01


def test_near_may_be_black() -> None:
    white, black = GivenDepth(RAMP), GivenDepth(1.0 - RAMP, near="black")
    assert np.allclose(
        white.estimate(PHOTO, ()).values, black.estimate(PHOTO, ()).values, atol=1e-5
    )


@pytest.mark.parametrize("size", [Size(160, 120), Size(107, 80), Size(640, 480)], ids=str)
def test_another_resolution_of_the_same_aspect_is_resized(size: Size) -> None:
    rows = np.linspace(0.0, 1.0, size.height)[:, None]
    found = GivenDepth(np.repeat(rows, size.width, axis=1)).estimate(PHOTO, ())
    assert found.values.shape == (240, 320)
    assert np.abs(found.values - RAMP).max() < 0.02


@pytest.mark.parametrize("size", [Size(240, 320), Size(320, 180), Size(100, 80)], ids=str)
def test_another_aspect_is_refused(size: Size) -> None:
    given = GivenDepth(np.random.default_rng(0).random((size.height, size.width)))
    with pytest.raises(DepthMapError, match=f"{size}.*320x240.*aspect") as caught:
        given.estimate(PHOTO, ())
    assert caught.value.param == "depth"


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (np.zeros((20, 20, 3)), r"shape \(H, W\)"),
        (np.zeros(20), r"shape \(H, W\)"),
        (np.zeros((20, 20), complex), "real numbers"),
        (np.full((20, 20), 0.5), "same value everywhere"),
        (np.where(np.eye(20) > 0, np.nan, 0.5), "not finite"),
    ],
)
def test_what_is_no_depth_map_is_refused(
    values: np.ndarray[tuple[int, ...], np.dtype[np.generic]], says: str
) -> None:
    with pytest.raises(DepthMapError, match=says):
        GivenDepth(values)


def test_files_that_are_no_depth_map_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DepthMapError, match="there is no depth map"):
        GivenDepth(tmp_path / "none.png")
    with pytest.raises(DepthMapError, match="is a folder"):
        GivenDepth(tmp_path)
    text = tmp_path / "depth.png"
    text.write_text("near")
    with pytest.raises(DepthMapError, match="is not a PNG"):
        GivenDepth(text)
    noise = np.random.default_rng(0).integers(0, 255, (64, 64), np.uint8)
    whole = saved(tmp_path / "whole.png", noise).read_bytes()
    text.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DepthMapError, match="damaged"):
        GivenDepth(text)

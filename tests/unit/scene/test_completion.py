from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from kinora.scene.build import build_scene
from kinora.scene.complete import SURE, UNSURE, complete
from kinora.scene.completion.protocol import Expectation
from kinora.scene.fill import grow
from kinora.types.geometry import Size
from kinora.types.scene import DisparityMap, Photo

HEIGHT, WIDTH = 240, 320


@dataclass
class Foreseeing:
    """A completer that always expects the same colour."""

    colour: tuple[float, float, float]
    certainty: float
    identity: str = "fake"

    def expect(self, picture: np.ndarray, hole: np.ndarray, guide: np.ndarray) -> Expectation:
        assert picture.shape[:2] == hole.shape == guide.shape
        filled = np.where(hole[..., None], np.float32(self.colour), picture)
        sure = np.where(hole, np.float32(self.certainty), np.float32(0.0))
        return Expectation(picture=filled, certainty=sure)


@dataclass
class Fixed:
    """Depth that is known beforehand."""

    values: np.ndarray

    def estimate(self, photo: Photo, regions: object) -> DisparityMap:
        return DisparityMap(values=self.values, source="fixed")


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    noise = np.random.default_rng(3).standard_normal((HEIGHT, WIDTH, 1)).astype(np.float32)
    noise = cv2.GaussianBlur(noise, (0, 0), sigmaX=0.8)[..., None]
    return np.clip(np.array([90, 120, 150]) + 30 * noise, 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def hole() -> np.ndarray:
    mask = np.zeros((HEIGHT, WIDTH), dtype=bool)
    mask[60:180, 140:170] = True
    return mask


def fill(picture: np.ndarray, hole: np.ndarray, completer: Foreseeing | None) -> np.ndarray:
    guide = np.ones(hole.shape, dtype=np.float32)
    return complete(picture, hole, source=~hole, guide=guide, completer=completer)


def test_structure_is_what_the_completer_expects(picture: np.ndarray, hole: np.ndarray) -> None:
    expected = (0.8, 0.5, 0.3)
    filled = fill(picture, hole, Foreseeing(expected, certainty=1.0))
    inside = grow(hole, -3)
    assert np.abs(filled[inside].mean(axis=0) / 255.0 - expected).max() < 0.02
    assert np.array_equal(filled[~hole], picture[~hole])


def test_texture_still_comes_from_patches(picture: np.ndarray, hole: np.ndarray) -> None:
    filled = fill(picture, hole, Foreseeing((0.35, 0.47, 0.59), certainty=1.0))
    inside = grow(hole, -3)
    energies = []
    for shown in (filled, picture):
        luma = cv2.cvtColor(shown, cv2.COLOR_RGB2GRAY).astype(np.float32)
        energies.append((cv2.Laplacian(luma, cv2.CV_32F)[inside] ** 2).mean())
    assert 0.5 < energies[0] / energies[1] < 1.3


def test_where_the_completer_is_unsure_patches_decide(
    picture: np.ndarray, hole: np.ndarray
) -> None:
    unsure = fill(picture, hole, Foreseeing((1.0, 0.0, 0.0), certainty=0.0))
    assert np.array_equal(unsure, fill(picture, hole, None))


def test_what_is_half_certain_lies_between(picture: np.ndarray, hole: np.ndarray) -> None:
    inside = grow(hole, -3)
    red = [
        fill(picture, hole, Foreseeing((1.0, 0.0, 0.0), certainty=sure))[inside][:, 0].mean()
        for sure in (UNSURE, 0.5 * (UNSURE + SURE), SURE)
    ]
    assert red[0] + 20 < red[1] < red[2] - 20


def test_a_scene_is_completed_by_the_completer_it_is_given() -> None:
    noise = np.random.default_rng(5).integers(100, 130, (240, 320, 1))
    rgb = np.repeat(noise, 3, axis=2).astype(np.uint8)
    rgb[60:180, 110:210] = (40, 40, 230)
    near = np.zeros((240, 320), dtype=np.float32)
    near[60:180, 110:210] = 1.0
    scene = build_scene(
        Photo(rgb=rgb, sha256="ab"),
        size=Size(320, 240),
        depth=Fixed(near),
        completer=Foreseeing((1.0, 0.0, 0.0), certainty=1.0),
    )
    assert scene.sources["completion"] == "learned:fake"
    x, y = scene.frame_origin
    behind = scene.layers[0].rgba[y + 60 : y + 180, x + 110 : x + 210]
    edge = behind[2:-2, 3:10].astype(int)
    assert (edge[..., 0] - edge[..., 2]).mean() > 150  # red, as expected, neither grey nor blue

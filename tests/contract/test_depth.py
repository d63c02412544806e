"""What every `DepthEstimator` promises; a new one is in when it passes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.support.networks import save_geometry, weights_of

from kinora.scene.decode import decode_photo
from kinora.scene.depth.classical import ClassicalDepth
from kinora.scene.depth.given import GivenDepth
from kinora.scene.depth.learned import LearnedDepth
from kinora.scene.depth.protocol import DepthEstimator
from kinora.scene.networks.geometry import GeometryNetwork
from kinora.scene.regions import find_regions
from kinora.testing.fakes import PlaneDepth
from kinora.testing.photos import landscape, plain
from kinora.types.geometry import Size

RAMP = np.repeat(np.linspace(0.0, 1.0, 60)[:, None], 80, axis=1)
ESTIMATORS = {
    "classical": ClassicalDepth(),
    "given": GivenDepth(RAMP),
    "plane": PlaneDepth(),
}


@pytest.fixture(params=sorted([*ESTIMATORS, "learned"]))
def estimator(request: pytest.FixtureRequest, tmp_path: Path) -> DepthEstimator:
    if request.param == "learned":
        weights = weights_of(save_geometry(tmp_path / "tiny.onnx"))
        return LearnedDepth(GeometryNetwork(weights))
    return ESTIMATORS[request.param]


@pytest.mark.parametrize(
    "pixels",
    [landscape(Size(160, 120)), landscape(Size(640, 480)), plain((90, 90, 90), Size(160, 120))],
    ids=["small", "larger", "plain"],
)
def test_a_map_of_the_photos_size_in_range(
    estimator: DepthEstimator, pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]
) -> None:
    photo = decode_photo(pixels)
    found = estimator.estimate(photo, find_regions(photo))
    assert found.values.shape == photo.rgb.shape[:2]
    assert found.values.dtype == np.float32
    assert np.isfinite(found.values).all()
    assert found.values.min() >= 0.0
    assert found.values.max() <= 1.0
    assert found.source


def test_the_foreground_is_nearer_than_the_top(estimator: DepthEstimator) -> None:
    photo = decode_photo(landscape(Size(320, 240)))
    values = estimator.estimate(photo, find_regions(photo)).values
    assert values[-20:].mean() > values[:20].mean() + 0.2


def test_the_same_photo_gives_the_same_map(estimator: DepthEstimator) -> None:
    photo = decode_photo(landscape(Size(160, 120)))
    regions = find_regions(photo)
    first, second = (estimator.estimate(photo, regions).values for _ in range(2))
    assert np.array_equal(first, second)
    assert np.array_equal(photo.rgb, landscape(Size(160, 120)))  # the photo is left alone

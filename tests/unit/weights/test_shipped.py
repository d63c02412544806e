from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from tests.support.networks import describe, save_depth_anything, save_geometry

from kinora.errors import InputError, ModelError
from kinora.scene.decode import decode_photo
from kinora.scene.depth.classical import ClassicalDepth
from kinora.scene.depth.learned import LearnedDepth
from kinora.settings import Settings
from kinora.types.geometry import Size
from kinora.weights import shipped as module
from kinora.weights.choose import depth_weights, region_weights
from kinora.weights.shipped import FOLDER, shipped
from kinora.weights.weights import check
from kinora.wiring import build_sight


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    return tmp_path


def test_weights_that_are_not_there_are_none(folder: Path) -> None:
    assert shipped("geometry") is None
    assert depth_weights(Settings(depth_model="auto")) is None
    assert isinstance(build_sight(Settings(depth_model="auto")).depth, ClassicalDepth)
    assert region_weights(Settings(depth_model="auto")) is None


def test_the_network_in_the_wheel_finds_regions_whoever_estimates_depth(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    describe(save_geometry(folder / "geometry.onnx"))
    without_regions = save_depth_anything(tmp_path_factory.mktemp("own") / "own.onnx")
    for model in ("auto", "learned", str(without_regions)):
        assert region_weights(Settings(depth_model=model)) == shipped("geometry")
    assert region_weights(Settings(depth_model="classical")) is None


def test_auto_is_the_network_in_the_wheel(folder: Path) -> None:
    describe(save_geometry(folder / "geometry.onnx"))
    assert depth_weights(Settings(depth_model="auto")) == shipped("geometry")
    assert isinstance(build_sight(Settings(depth_model="auto")).depth, LearnedDepth)
    assert isinstance(build_sight(Settings(depth_model="classical")).depth, ClassicalDepth)


def test_a_network_that_is_trusted_with_no_region_is_not_asked_for_any(folder: Path) -> None:
    describe(save_geometry(folder / "geometry.onnx"), trusted=[])
    assert region_weights(Settings(depth_model="auto")) is None


def test_without_weights_learned_depth_is_a_clear_error(folder: Path) -> None:
    with pytest.raises(InputError, match="no network for depth: use auto, classical"):
        depth_weights(Settings(depth_model="learned"))


def test_weights_are_described_by_the_file_beside_them(folder: Path) -> None:
    path = describe(save_geometry(folder / "geometry.onnx"))
    weights = shipped("geometry")
    assert weights is not None
    assert (weights.id, weights.version, weights.licence) == ("tiny-geometry", "1", "Apache-2.0")
    assert (weights.path, weights.regions, weights.certain) == (path, {"sky"}, True)
    assert weights.label == f"tiny-geometry-1@{weights.sha256[:12]}"
    check(weights)
    sight = build_sight(Settings(depth_model="learned"))
    assert isinstance(sight.depth, LearnedDepth)
    assert weights.sha256 in sight.depth.identity


@pytest.mark.parametrize(
    ("about", "words"),
    [("{", "can't be read"), ("[]", "isn't a JSON object"), ('{"id": "x"}', "lacks 'version'")],
)
def test_weights_without_a_description_are_a_clear_error(
    folder: Path, about: str, words: str
) -> None:
    path = save_geometry(folder / "geometry.onnx")
    path.with_suffix(".json").write_text(about)
    with pytest.raises(ModelError, match=words):
        shipped("geometry")


@pytest.mark.parametrize("network", ["geometry", "completion"])
def test_what_the_wheel_ships_is_whole(network: module.Network) -> None:
    weights = shipped(network)
    if weights is None:
        pytest.skip(f"this checkout has no weights for {network}")
    check(weights)
    about = json.loads((FOLDER / f"{network}.json").read_text())
    assert about["bytes"] == weights.path.stat().st_size <= 10e6
    assert about["licence"]
    assert (FOLDER / f"{network}.md").is_file()  # its model card


@pytest.mark.skipif(shipped("geometry") is None, reason="this checkout has no network")
def test_by_default_plants_sky_and_depth_are_seen() -> None:
    china = pytest.importorskip("sklearn.datasets").load_sample_image("china.jpg")
    coffee = pytest.importorskip("skimage.data").coffee()
    sight = build_sight(Settings(scene_cache_bytes=0))
    size = Size(320, 212)
    park = sight.scenes(
        decode_photo(np.asarray(china)),
        size=size,
        fit="crop",
        depth=sight.depth,
    )
    kinds = {region.kind: region for region in park.regions}
    assert {"vegetation", "sky"} <= set(kinds)
    assert all("learned:" in kinds[kind].source for kind in ("vegetation", "sky"))
    assert park.sources["disparity"].startswith("learned:")
    trees, sky = kinds["vegetation"].mask > 0.5, kinds["sky"].mask > 0.5
    assert np.median(park.disparity[trees]) > np.median(park.disparity[sky]) + 0.2
    cup = sight.scenes(decode_photo(np.asarray(coffee)), size=size, fit="crop", depth=sight.depth)
    assert not {"vegetation", "sky"} & {region.kind for region in cup.regions}

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.networks import save_depth_anything, weights_of

import kinora
from kinora.errors import InputError, ModelError
from kinora.scene.depth.learned import LearnedDepth
from kinora.settings import Settings
from kinora.testing.photos import landscape
from kinora.types.geometry import Size
from kinora.weights.catalogue import CATALOGUE
from kinora.weights.choose import weights_named
from kinora.weights.pull import take
from kinora.wiring import build_sight

NAME = "depth-anything-v2-small"


def test_a_name_stands_for_what_was_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save_depth_anything(tmp_path / "depth.onnx")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setitem(CATALOGUE, NAME, replace(CATALOGUE[NAME], sha256=digest))
    folder = tmp_path / "models"
    with pytest.raises(InputError, match="isn't on this machine") as caught:
        weights_named(NAME, "depth", folder=folder)
    assert caught.value.hint == f"Fetch it with 'kinora models pull {NAME}' (99 MB)."
    taken = take(CATALOGUE[NAME], folder, path)
    assert weights_named(NAME, "depth", folder=folder) == taken
    sight = build_sight(Settings(depth_model=NAME, models_dir=folder))
    assert isinstance(sight.depth, LearnedDepth)
    assert digest in sight.depth.identity


def test_a_path_stands_for_its_file(tmp_path: Path) -> None:
    path = save_depth_anything(tmp_path / "own.onnx")
    for named in (path, tmp_path):
        found = weights_named(str(named), "depth", folder=tmp_path)
        assert (found.path, found.sha256) == (path, weights_of(path).sha256)
        assert (found.regions, found.certain) == (frozenset(), False)


def test_a_folder_of_several_files_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"holds 0 \.onnx files; exactly 1 is needed"):
        weights_named(str(tmp_path), "depth", folder=tmp_path)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("somewhere", "neither a model's name .depth-anything-v2-small. nor an"),
        ("lama", "is for completion, not depth"),
    ],
)
def test_other_words_are_a_clear_error(tmp_path: Path, model: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        weights_named(model, "depth", folder=tmp_path)
    assert caught.value.param == "depth_model"


def test_a_clip_and_its_remix_use_the_network_that_was_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KINORA_CACHE_DIR", str(tmp_path / "cache"))
    path = save_depth_anything(tmp_path / "own.onnx")
    photo, size = landscape(Size(64, 64)), Size(64, 64)
    how = {"prompt": "truck left", "seconds": 1, "size": size, "fps": 2, "depth_model": path}
    clip = kinora.animate(photo, **how)  # type: ignore[arg-type]
    scene = kinora.Scene.from_image(photo, size=size, depth_model=path)
    assert scene.sources["disparity"].startswith("learned:own@")
    path.write_bytes(b"damaged")  # so that whoever looks at it again fails
    with pytest.raises(ModelError):
        kinora.animate(landscape(Size(96, 64)), **how)  # type: ignore[arg-type]
    with pytest.raises(ModelError):
        clip.remix("slower")


def test_a_depth_map_and_a_depth_model_exclude_each_other() -> None:
    photo = landscape(Size(64, 64))
    with pytest.raises(InputError, match="Give a depth map or a depth model, not both"):
        kinora.Scene.from_image(photo, depth=photo[..., 0], depth_model="classical")

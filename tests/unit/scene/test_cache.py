"""Scenes that are kept: the same to the bit, found again only for the same question, bounded."""

from dataclasses import fields, is_dataclass

import numpy as np
import pytest

from kinora.errors import SizeError
from kinora.scene import cache as cache_module
from kinora.scene.cache import SceneCache
from kinora.scene.decode import decode_photo
from kinora.scene.depth.classical import ClassicalDepth
from kinora.scene.depth.given import GivenDepth
from kinora.testing.fakes import PlaneDepth
from kinora.testing.photos import landscape
from kinora.types.geometry import Intrinsics, Size
from kinora.types.scene import Layer, Region, Scene

SIZE = Size(160, 120)


class Counting:
    """Makes up scenes, and counts them."""

    def __init__(self):
        self.calls = 0

    def __call__(self, photo, *, size, fit, depth):
        self.calls += 1
        if fit == "strict":
            raise SizeError("another shape")
        rng = np.random.default_rng(size.width * size.height)
        shape = (size.height, size.width)
        rgba = rng.integers(0, 256, (*shape, 4), dtype=np.uint8)
        field = rng.random(shape, dtype=np.float32)
        return Scene(
            image=rgba[..., :3],
            disparity=field,
            intrinsics=Intrinsics(focal=100 / 3, cx=0.1, cy=1e-300),
            canvas=Size(300, 200),
            frame_origin=(7, 9),
            layers=(
                Layer(rgba=rgba, disparity=field[::2, ::3]),
                Layer(rgba=rgba[10:20], disparity=field[:2], origin=(3, 4), name="front"),
            ),
            regions=(Region(kind="sky", mask=field, box=(1, 2, 3, 4), score=0.7, source="test"),),
            hole_limit=1 / 3,
            focus_point=(0.1 + 0.2, 5.0),
            sources={"disparity": "test"},
            photo_sha256=photo.sha256,
            notes=("first frame of 12", "élan"),
        )


@pytest.fixture
def photo():
    return decode_photo(landscape(Size(200, 150)))


@pytest.fixture
def built():
    return Counting()


@pytest.fixture
def scenes(tmp_path, built):
    return SceneCache(tmp_path / "scenes", limit=64 << 20, build=built)


def ask(scenes, photo, *, size=SIZE, fit="crop", depth=None):
    return scenes(photo, size=size, fit=fit, depth=depth or ClassicalDepth())


def entries(tmp_path):
    return sorted((tmp_path / "scenes").iterdir())


def same(one, other):
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if is_dataclass(one):
        return all(same(getattr(one, f.name), getattr(other, f.name)) for f in fields(one))
    return type(one) is type(other) and one == other


def test_what_is_read_is_what_was_built(scenes, photo, built):
    one, other = ask(scenes, photo), ask(scenes, photo)
    assert built.calls == 1
    assert one is not other
    assert same(one, other)


def test_a_real_scene_survives_as_well(photo, tmp_path):
    scenes = SceneCache(tmp_path / "scenes", limit=64 << 20)
    assert same(ask(scenes, photo), ask(scenes, photo))
    assert len(entries(tmp_path)) == 1


def test_it_is_found_again_in_another_process(scenes, photo, built, tmp_path):
    ask(scenes, photo)
    ask(SceneCache(tmp_path / "scenes", limit=64 << 20, build=built), photo)
    assert built.calls == 1


def test_another_question_has_another_answer(scenes, photo, built):
    ramp = np.tile(np.linspace(0, 1, 200, dtype=np.float32), (150, 1))
    questions = [
        {},
        {"size": Size(120, 120)},
        {"size": Size(120, 120), "fit": "pad"},
        {"depth": GivenDepth(ramp)},
        {"depth": GivenDepth(ramp, near="black")},
    ]
    for question in (*questions, *questions):
        ask(scenes, photo, **question)
    assert built.calls == len(questions)
    ask(scenes, decode_photo(landscape(Size(202, 150))))
    assert built.calls == len(questions) + 1


def test_other_code_builds_anew(scenes, photo, built, monkeypatch):
    ask(scenes, photo)
    monkeypatch.setattr(cache_module, "code_fingerprint", lambda: "other")
    ask(scenes, photo)
    assert built.calls == 2


def test_depth_of_an_unnamed_kind_is_not_kept(scenes, photo, built):
    ask(scenes, photo, depth=PlaneDepth())
    ask(scenes, photo, depth=PlaneDepth())
    assert built.calls == 2


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "text", "folder"])
def test_damaged_entries_are_replaced(scenes, photo, built, tmp_path, damage):
    first = ask(scenes, photo)
    (entry,) = entries(tmp_path)
    data = entry.read_bytes()
    if damage == "folder":
        entry.unlink()
        entry.mkdir()
    else:
        middle = len(data) // 2
        flipped = data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :]
        new = {"cut": data[:middle], "flipped": flipped, "empty": b"", "text": b"scene"}[damage]
        entry.write_bytes(new)
    assert same(first, ask(scenes, photo))
    assert built.calls == 2
    if damage != "folder":
        ask(scenes, photo)
        assert built.calls == 2


def test_the_entries_used_longest_ago_make_room(photo, built, tmp_path):
    folder = tmp_path / "scenes"
    ask(SceneCache(folder, limit=1 << 30, build=built), photo)
    size = entries(tmp_path)[0].stat().st_size
    scenes = SceneCache(folder, limit=int(2.5 * size), build=built)
    ask(scenes, photo, size=Size(160, 122))
    ask(scenes, photo)  # used again, so the other one is older now
    ask(scenes, photo, size=Size(160, 118))
    assert len(entries(tmp_path)) == 2
    built.calls = 0
    ask(scenes, photo)
    assert built.calls == 0
    ask(scenes, photo, size=Size(160, 122))
    assert built.calls == 1


def test_what_is_larger_than_all_room_is_not_kept(photo, built, tmp_path):
    scenes = SceneCache(tmp_path / "scenes", limit=1000, build=built)
    ask(scenes, photo)
    assert entries(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_no_error(photo, built, tmp_path):
    (tmp_path / "scenes").write_text("a file")
    scenes = SceneCache(tmp_path / "scenes", limit=64 << 20, build=built)
    assert same(ask(scenes, photo), ask(scenes, photo))
    assert built.calls == 2


def test_errors_of_the_analysis_pass_through(scenes, photo, tmp_path):
    with pytest.raises(SizeError):
        ask(scenes, photo, size=Size(120, 120), fit="strict")
    assert not (tmp_path / "scenes").exists()

"""What is kept of clips of the command line, and that it makes the same request again."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from kinora.clip import reopen
from kinora.errors import InputError
from kinora.prompt import read_prompt
from kinora.recipes import Recipe, recall, recipe_of, remember, sha256_of
from kinora.types.geometry import Size
from kinora.types.media import MediaFile
from kinora.types.request import ClipRequest
from kinora.types.sound import SoundOptions

READING = read_prompt("pan left. Audio: rain", seconds=1)


@pytest.fixture
def media(tmp_path: Path) -> MediaFile:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"a clip")
    (tmp_path / "photo.png").write_bytes(b"a photo")
    return MediaFile(
        path=path,
        mime="video/mp4",
        sha256="ab" * 32,
        size=Size(320, 240),
        fps=Fraction(30000, 1001),
        frame_count=30,
        bytes=6,
    )


def request(folder: Path) -> ClipRequest:
    return ClipRequest(
        image=folder / "photo.png",
        plan=READING.plan,
        size=Size(320, 240),
        fps=Fraction(30000, 1001),
        quality="draft",
        fit="pad",
        strict=True,
        depth=folder / "depth.png",
        depth_near="black",
        masks={"water": (0.1, 0.2, 0.3, 0.4), "flag": folder / "flag.png"},
        watermark="mine",
        sound=SoundOptions(loudness=-23, room_tone=False, voice_over=folder / "voice.wav"),
    )


def made(folder: Path, media: MediaFile, asked: ClipRequest | None = None) -> Recipe | None:
    return recipe_of(
        asked or request(folder),
        media,
        READING.plan,
        READING.report,
        characters={"Mia": "mia.png"},
        depth_model=None,
    )


def test_a_recipe_makes_the_same_request_again(tmp_path: Path, media: MediaFile) -> None:
    recipe = made(tmp_path, media)
    assert recipe is not None
    assert Path(recipe.characters["Mia"]).is_absolute()
    again, asked = recipe.request(models=None), request(tmp_path)
    for name in ("image", "plan", "size", "fps", "quality", "fit", "strict", "depth_near"):
        assert getattr(again, name) == getattr(asked, name), name
    assert again.watermark == "mine"
    assert {name: str(mask) for name, mask in again.masks.items()} == {
        name: str(mask) for name, mask in asked.masks.items()
    }
    assert again.sound == asked.sound


def test_recipes_are_found_by_the_clip_private_and_few(tmp_path: Path, media: MediaFile) -> None:
    recipe = made(tmp_path, media)
    assert recipe is not None
    data = tmp_path / "data"
    assert recall(data, media.path) is None
    own = sha256_of(media.path, param="clip")
    assert remember(data, own, recipe, most=2)
    assert recall(data, media.path) == recipe
    (kept,) = (data / "recipes").iterdir()
    assert kept.stat().st_mode & 0o077 == 0
    for number in range(3):
        assert remember(data, f"{number:064d}", recipe, most=2)
    assert len(list((data / "recipes").iterdir())) == 2
    assert recall(data, media.path) is None
    assert not remember(data, own, recipe, most=0)
    assert not remember(media.path, own, recipe, most=2)  # a file, no folder


def test_damaged_recipes_count_as_none(tmp_path: Path, media: MediaFile) -> None:
    recipe = made(tmp_path, media)
    assert recipe is not None
    remember(tmp_path, "x", recipe, most=2)
    own = sha256_of(media.path, param="clip")
    (tmp_path / "recipes" / f"{own}.json").write_text('{"version": 2}')
    assert recall(tmp_path, media.path) is None
    with pytest.raises(InputError, match="can't be read"):
        recall(tmp_path, tmp_path / "absent.mp4")


def test_what_was_made_of_more_than_files_has_none(tmp_path: Path, media: MediaFile) -> None:
    array = np.zeros((8, 8), np.uint8)
    for asked in (
        replace(request(tmp_path), image=array),
        replace(request(tmp_path), depth=array),
        replace(request(tmp_path), masks={"water": array}),
    ):
        assert made(tmp_path, media, asked) is None


def test_a_photo_that_changed_is_refused(tmp_path: Path, media: MediaFile) -> None:
    recipe = made(tmp_path, media, replace(request(tmp_path), depth=None))
    assert recipe is not None
    (tmp_path / "photo.png").write_bytes(b"another")
    with pytest.raises(InputError, match="isn't the photo any more"):
        reopen(media.path, recipe)

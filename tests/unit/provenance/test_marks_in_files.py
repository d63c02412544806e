from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from kinora.encode import default_encoders
from kinora.errors import InputError
from kinora.pipeline import MadeClip, Parts, make_clip
from kinora.provenance import registry
from kinora.provenance.check_mark import check_mark
from kinora.settings import Settings
from kinora.testing.fakes import GreyEngine, Recorder
from kinora.types.geometry import Size
from kinora.types.request import ClipRequest
from kinora.wiring import build_provenance

REQUEST = ClipRequest(image=b"", prompt="pan left 1 s", size=Size(640, 360), fps=Fraction(4))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", visible_mark=False)


def make(settings: Settings, path: Path, request: ClipRequest = REQUEST) -> MadeClip:
    parts = Parts(
        engine=GreyEngine(), encoder=default_encoders(), provenance=build_provenance(settings)
    )
    return make_clip(request, parts, path, Recorder())


def test_a_clip_is_found_in_the_registry_by_its_pictures(
    settings: Settings, tmp_path: Path
) -> None:
    made = make(settings, tmp_path / "clip.mp4")
    found = check_mark(tmp_path / "clip.mp4", mime="video/mp4", settings=settings)
    assert made.sealed is not None
    assert (found.state, found.clip_id) == ("read", made.sealed.clip_id)
    (entry,) = found.known
    assert (entry.sha256, entry.engine, entry.signed) == (made.media.sha256, "grey", True)
    assert (entry.visible_mark, entry.invisible_mark) == (False, True)
    assert any("visible mark" in note.text for note in made.report.assumptions)


def test_the_same_request_has_the_same_number_another_one_another(
    settings: Settings, tmp_path: Path
) -> None:
    ids = [
        make(settings, tmp_path / "clip.mp4", request).sealed
        for request in (REQUEST, REQUEST, replace(REQUEST, prompt="pan right 1 s"))
    ]
    assert ids[0] == ids[1] != ids[2]
    assert ids[0] is not None
    assert len(registry.look_up(settings.data_dir, ids[0].clip_id)) == 2


def test_elsewhere_nothing_is_detected_and_no_key_is_made(
    settings: Settings, tmp_path: Path
) -> None:
    make(settings, tmp_path / "clip.mp4")
    elsewhere = Settings(data_dir=tmp_path / "elsewhere")
    found = check_mark(tmp_path / "clip.mp4", mime="video/mp4", settings=elsewhere)
    assert found.state == "not_detected"
    assert "doesn't mean" in found.detail
    assert not elsewhere.data_dir.exists()


def test_files_that_cannot_be_looked_at_are_said_so(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"RIFF\0\0\0\0WEBPVP8 ")
    with pytest.raises(InputError, match="can't be decoded"):
        check_mark(path, mime="image/webp", settings=settings)
    with pytest.raises(InputError, match="can't be decoded"):
        check_mark(path, mime="video/mp4", settings=settings)
    assert check_mark(path, mime="application/pdf", settings=settings).state == "not_examined"
    Image.new("L", (20, 20)).save(path, "PNG")
    assert check_mark(path, mime="image/png", settings=settings).state == "not_detected"


def test_a_damaged_registry_stops_nothing(settings: Settings, tmp_path: Path) -> None:
    settings.data_dir.mkdir()
    (settings.data_dir / registry.FILE).write_bytes(b"no database" * 100)
    made = make(settings, tmp_path / "clip.mp4")
    assert made.sealed is not None
    assert registry.look_up(settings.data_dir, made.sealed.clip_id) == []

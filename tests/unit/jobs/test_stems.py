"""Stems as one file."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from kinora.errors import OutputError
from kinora.jobs.stems import zip_stems


@pytest.fixture
def stems(tmp_path: Path) -> Path:
    folder = tmp_path / "stems"
    folder.mkdir()
    for name in ("music", "effects"):
        (folder / f"{name}.wav").write_bytes(name.encode() * 500)
    return folder


def test_the_parts_lie_in_the_archive_and_no_longer_beside_it(stems: Path) -> None:
    archive = zip_stems(stems)
    assert archive is not None
    with zipfile.ZipFile(archive) as made:
        assert made.namelist() == ["effects.wav", "music.wav"]
        assert made.read("music.wav") == b"music" * 500
    assert not stems.exists()


def test_no_parts_make_no_archive(tmp_path: Path) -> None:
    assert zip_stems(tmp_path / "stems") is None
    assert list(tmp_path.iterdir()) == []


def test_what_cant_be_written_leaves_nothing_and_says_so(
    stems: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kinora.jobs.stems.shutil.copyfileobj", full)
    with pytest.raises(OutputError, match="No space left"):
        zip_stems(stems)
    assert list(stems.parent.iterdir()) == []

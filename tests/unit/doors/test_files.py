from __future__ import annotations

from pathlib import Path

import pytest

from kinora.errors import OutputError
from kinora.files import check_writable, copy_file, write_file


def test_a_file_is_written_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    write_file(path, b"one")
    write_file(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="absent"):
        write_file(tmp_path / "absent" / "a.bin", b"")


def test_a_failed_copy_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    with pytest.raises(OutputError):
        copy_file(tmp_path / "absent", path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutputError, match="folder"):
        write_file(tmp_path / "folder", b"")


def test_writability_is_checked_without_writing(tmp_path: Path) -> None:
    check_writable(tmp_path / "a.bin")
    assert list(tmp_path.iterdir()) == []
    for path in (tmp_path, tmp_path / "absent" / "a.bin"):
        with pytest.raises(OutputError):
            check_writable(path)

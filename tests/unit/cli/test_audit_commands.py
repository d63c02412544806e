from __future__ import annotations

import json
from pathlib import Path

import pytest

from kinora.cli.audit import check_log, write_log
from kinora.errors import InputError, StateError
from kinora.records import audit
from kinora.records.audit import Entry
from kinora.service.context import open_service
from kinora.settings import Settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with (
        open_service(Settings(data_dir=tmp_path)) as service,
        service.database.begin() as connection,
    ):
        for number in range(3):
            audit.append(connection, Entry(kind="check", at=float(number), record={"n": number}))
    return tmp_path


def test_a_log_is_exported_and_checked(
    folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "log.jsonl"
    write_log(file, about=None, data_dir=folder)
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["record"]["n"] for line in lines] == [0, 1, 2]
    check_log(None, head=lines[1]["hash"], data_dir=folder, as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told == {"entries": 3, "head": lines[2]["hash"]}
    check_log(file, head=None, data_dir=None, as_json=False)
    assert "3 entries, unbroken" in capsys.readouterr().out


def test_a_cut_or_changed_log_is_told(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    write_log(file, about=None, data_dir=folder)
    lines = file.read_text().splitlines()
    file.write_text("\n".join(lines[:2]))
    with pytest.raises(StateError, match="cut off"):
        check_log(file, head=json.loads(lines[2])["hash"], data_dir=None, as_json=False)
    file.write_text("\n".join([lines[0], lines[1].replace('"n": 1', '"n": 7')]))
    with pytest.raises(StateError, match="entry 2: it was changed"):
        check_log(file, head=None, data_dir=None, as_json=False)
    file.write_text("no JSON")
    with pytest.raises(InputError):
        check_log(file, head=None, data_dir=None, as_json=False)

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from kinora.errors import InputError
from kinora.kernels import prepare_caches
from kinora.settings import Settings, load_settings


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KINORA_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("KINORA_THREADS", "3")
    settings = load_settings()
    assert (settings.cache_dir, settings.threads) == (tmp_path, 3)


@pytest.mark.parametrize("value", ["0", "many"])
def test_a_bad_variable_is_named(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("KINORA_THREADS", value)
    with pytest.raises(InputError, match="KINORA_THREADS"):
        load_settings()


@pytest.mark.parametrize("value", ["{", "[]", '{"x": {"engine": 3}}'])
def test_a_bad_table_of_models_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("KINORA_MODELS", value)
    with pytest.raises(InputError, match="KINORA_MODELS"):
        load_settings()


def test_lists_and_tables_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KINORA_CORS_ORIGINS", "https://a.example, http://localhost:3000")
    monkeypatch.setenv("KINORA_MODELS", '{"house-style": {"quality": "pro"}}')
    monkeypatch.setenv("KINORA_ALIVE", "standard, pro")
    settings = load_settings()
    assert settings.alive == ("standard", "pro")
    assert settings.cors_origins == ("https://a.example", "http://localhost:3000")
    assert list(settings.models) == ["house-style"]
    assert settings.models["house-style"].quality == "pro"


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        Settings().threads = 2  # type: ignore[misc]


def test_the_cache_follows_the_platform(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KINORA_CACHE_DIR", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert Settings().cache_dir == tmp_path / "kinora"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert Settings().cache_dir == Path.home() / "Library" / "Caches" / "kinora"


def test_a_cache_folder_of_the_callers_wins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "mine"))
    assert prepare_caches(Settings(cache_dir=tmp_path)) == tmp_path / "mine"


def _numba_cache_of_a_new_process(cache_dir: Path) -> Path:
    program = (
        "from pathlib import Path\n"
        "from kinora.settings import Settings\n"
        "from kinora.kernels import prepare_caches\n"
        f"prepare_caches(Settings(cache_dir=Path({str(cache_dir)!r})))\n"
        "import numba\n"
        "print(numba.config.CACHE_DIR)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PATH": "", "HOME": "/"},
        capture_output=True,
        text=True,
        check=True,
    )
    return Path(done.stdout.strip())


def test_numba_keeps_kernels_in_the_cache_folder(tmp_path: Path) -> None:
    assert _numba_cache_of_a_new_process(tmp_path) == tmp_path / "kernels"


def test_an_unwritable_cache_folder_is_replaced_by_a_temporary_one(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()  # a file where a folder should be: unwritable for root as well
    used = _numba_cache_of_a_new_process(blocked)
    assert used.name.startswith("kinora-kernels-")
    assert not used.exists()  # gone with the process

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.networks import describe, save_depth_anything, save_geometry
from typer.testing import CliRunner

from kinora.cli.main import app
from kinora.weights import shipped as wheel
from kinora.weights.catalogue import CATALOGUE

NAME = "depth-anything-v2-small"


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that stands for the catalogue's, and an empty folder of models."""
    path = save_depth_anything(tmp_path / "model.onnx")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    entry = replace(CATALOGUE[NAME], sha256=digest, bytes=path.stat().st_size)
    monkeypatch.setitem(CATALOGUE, NAME, entry)
    monkeypatch.setenv("KINORA_MODELS_DIR", str(tmp_path / "models"))
    (tmp_path / "wheel").mkdir()
    monkeypatch.setattr(wheel, "FOLDER", tmp_path / "wheel")
    return path


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["models", *arguments])
    return done.exit_code, done.stdout + done.stderr


def test_the_list_says_what_is_here(served: Path, tmp_path: Path) -> None:
    describe(save_geometry(tmp_path / "wheel" / "geometry.onnx"))
    run("pull", NAME, "--from", str(served))
    code, printed = run("list", "--json")
    found = {model["name"]: model for model in json.loads(printed)["models"]}
    assert code == 0
    here = {name: model["here"] for name, model in found.items()}
    assert here == {**dict.fromkeys(CATALOGUE, "no"), "tiny-geometry": "in the wheel", NAME: "yes"}
    assert found["lama"]["bytes"] == 208_044_816
    code, printed = run("list")
    assert code == 0
    assert "Apache-2.0" in printed


def test_a_file_is_put_in_place_and_verified(served: Path, tmp_path: Path) -> None:
    assert run("pull", NAME, "--from", str(served))[0] == 0
    code, printed = run("verify", NAME)
    assert code == 0
    assert printed.split() == [CATALOGUE[NAME].sha256, str(tmp_path / "models" / f"{NAME}.onnx")]
    code, printed = run("verify", "--json")
    assert json.loads(printed)[0]["sha256"] == CATALOGUE[NAME].sha256


def test_a_damaged_file_is_found_out(served: Path, tmp_path: Path) -> None:
    run("pull", NAME, "--from", str(served))
    (tmp_path / "models" / f"{NAME}.onnx").write_bytes(b"damaged")
    code, printed = run("verify")
    assert code == 7
    assert "are damaged" in printed


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("pull", "gpt"), 2, "There is no model named 'gpt'; there are depth-anything-v2-small"),
        (("pull", NAME, "--sha256", "12"), 2, "'12' is no SHA-256"),
        (("pull", NAME, "--sha256", "0" * 64), 2, f"The SHA-256 of {NAME} is"),
        (("pull", NAME, "--from", "/nowhere"), 2, "There are no weights at /nowhere"),
        (("pull", NAME, "--from", "a", "--url", "b"), 2, "not both"),
        (("pull", NAME, "--url", "http://models.example/a"), 2, "isn't an https address"),
        (("verify", "lama"), 2, "The model lama isn't at"),
    ],
)
def test_failures_are_one_sentence_with_an_exit_code(
    served: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    found, printed = run(*arguments)
    assert words in printed
    assert found == code


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_no_job_is_accepted_without_the_network_that_it_needs(
    served: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("KINORA_DEPTH_MODEL", NAME)
    done = CliRunner().invoke(app, [command, "--data-dir", str(tmp_path / "data")])
    assert done.exit_code == 2
    assert f"The model {NAME} isn't on this machine." in done.stderr


def test_without_networks_there_is_nothing_to_verify(served: Path) -> None:
    assert run("verify") == (0, "There are no networks here to verify.\n")

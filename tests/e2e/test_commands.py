"""The commands as a user runs them; what they wrote is opened again."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.support.clips import media_digest
from tests.support.networks import save_depth_anything

import kinora as package
from kinora.kernels import _compiled
from kinora.testing.checks import assert_frames_close, probe
from kinora.testing.photos import landscape
from kinora.types.geometry import Size
from kinora.types.plan import ShotPlan
from kinora.types.report import Report

Kinora = Callable[..., Any]

SMALL = ("--size", "320x240", "--quality", "draft")


def test_a_clip_is_what_was_asked_for(kinora: Kinora, photo: Path, tmp_path: Path) -> None:
    ran = kinora("animate", "photo.png", "pan left 1 s, hold 1 s", *SMALL, "--fps", "29.97")
    assert ran.code == 0, ran.err
    found = probe(tmp_path / "clip.mp4")
    assert (found.codec, found.pixel_format) == ("h264", "yuv420p")
    assert found.size == Size(320, 240)
    assert found.fps == Fraction(30000, 1001)
    assert found.frame_count == 60
    assert found.pts == tuple(Fraction(k * 1001, 30000) for k in range(60))
    assert found.colour == (1, 1, 1, 1)  # BT.709, limited range
    assert found.faststart
    assert "understood" in ran.out or "approximated" in ran.out
    assert "clip.mp4" in ran.out


def test_the_first_frame_is_the_photo(photo: Path) -> None:
    clip = package.animate(photo, "hold 0.5 s, then push in 0.5 s", quality="pro")
    assert_frames_close(next(iter(clip)), landscape(), at_least=32)


def test_json_holds_the_clip_the_plan_and_the_report(
    kinora: Kinora, photo: Path, tmp_path: Path
) -> None:
    ran = kinora("animate", "photo.png", "push in", "--seconds", "1", "--json", *SMALL)
    assert ran.code == 0, ran.err
    assert ran.json["clip"]["frames"] == probe(tmp_path / "clip.mp4").frame_count == 30
    assert ran.json["clip"]["bytes"] == (tmp_path / "clip.mp4").stat().st_size
    assert ShotPlan.model_validate(ran.json["plan"]).duration == 1
    Report.model_validate(ran.json["report"])


def test_the_same_request_makes_the_same_frames(
    kinora: Kinora, photo: Path, tmp_path: Path
) -> None:
    request = ("animate", "photo.png", "handheld 1 s", "--seconds", "1", *SMALL, "--json")
    made = {}
    for name, seed in (("first", "5"), ("second", "5"), ("other", "6")):
        ran = kinora(*request, "-o", f"{name}.mp4", "--seed", seed, KINORA_THREADS="1")
        assert ran.code == 0, ran.err
        made[name] = media_digest(tmp_path / f"{name}.mp4")
    assert made["first"] == made["second"] != made["other"]


def test_a_saved_plan_makes_the_clip_again(kinora: Kinora, photo: Path, tmp_path: Path) -> None:
    saved = kinora(
        "animate", "photo.png", "truck left 1 s", *SMALL, "--save-plan", "plan.json", "--json"
    )
    again = kinora("animate", "photo.png", "--plan", "plan.json", *SMALL, "--json", "-o", "b.mp4")
    assert saved.code == again.code == 0, saved.err + again.err
    assert (
        again.json["plan"] == saved.json["plan"] == json.loads((tmp_path / "plan.json").read_text())
    )
    assert media_digest(tmp_path / "b.mp4") == media_digest(tmp_path / "clip.mp4")


def test_a_plan_is_scaled_to_the_seconds_asked_for(
    kinora: Kinora, photo: Path, tmp_path: Path
) -> None:
    assert kinora("plan", "pan left 2 s", "--save-plan", "plan.json").code == 0
    ran = kinora("animate", "photo.png", "--plan", "plan.json", "--seconds", "1", "--json", *SMALL)
    assert ran.code == 0, ran.err
    assert ran.json["clip"]["frames"] == probe(tmp_path / "clip.mp4").frame_count == 30
    assert "2 s but the clip is 1 s" in ran.json["report"]["conflicts"][0]["text"]


def test_what_kinora_plan_prints_can_be_animated(
    kinora: Kinora, photo: Path, tmp_path: Path
) -> None:
    printed = kinora("plan", "pan left 1 s", "--json")
    (tmp_path / "plan.json").write_text(printed.out)
    ran = kinora("animate", "photo.png", "--plan", "plan.json", "--json", *SMALL)
    assert ran.code == 0, ran.err
    assert ran.json["plan"] == printed.json["plan"]


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("start static 0.5 s, dolly in 2 s, hold 1 s", ("0–0.5 s", "0.5–2.5 s", "2.5–3.5 s")),
        ("démarrage statique 0,5 s, travelling avant 2 s", ("0–0,5 s", "0,5–2,5 s", "compris")),
    ],
    ids=["en", "fr"],
)
def test_a_plan_is_shown_as_a_timeline(kinora: Kinora, prompt: str, words: tuple[str, ...]) -> None:
    ran = kinora("plan", prompt)
    assert ran.code == 0, ran.err
    for word in words:
        assert word in ran.out
    assert "█" in ran.out


def test_an_inspection_writes_a_picture(kinora: Kinora, photo: Path, tmp_path: Path) -> None:
    ran = kinora("inspect", "photo.png", "-o", "sheet.png", "--json")
    assert ran.code == 0, ran.err
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert np.asarray(sheet).std() > 10
    scene = ran.json["scene"]
    assert scene["size"] == "320x240"
    assert scene["layers"]
    assert scene["sources"]["disparity"]
    assert kinora("inspect", "photo.png", "-o", "sheet.png").code == 0


def test_a_depth_map_of_the_users_is_used(kinora: Kinora, photo: Path, tmp_path: Path) -> None:
    ramp = np.linspace(0, 65535, 240).astype(np.uint16)
    Image.fromarray(np.repeat(ramp[:, None], 320, axis=1)).save(tmp_path / "depth.png")
    ran = kinora("inspect", "photo.png", "--depth", "depth.png", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["scene"]["sources"]["disparity"] == "given:depth.png"


def test_the_doctor_finds_nothing(kinora: Kinora, tmp_path: Path) -> None:
    ran = kinora("doctor", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["kinora"] == package.__version__
    assert ran.json["self_test"]["passed"] is True
    assert ran.json["cpu"]["threads"] >= 1
    assert list(tmp_path.iterdir()) == []


def test_the_doctor_names_the_networks_in_use(kinora: Kinora, tmp_path: Path) -> None:
    network = save_depth_anything(tmp_path / "own.onnx")
    ran = kinora("doctor", "--json", KINORA_DEPTH_MODEL=str(network))
    assert ran.code == 0, ran.err
    weights = ran.json["weights"]
    assert weights["depth"].startswith("own@")
    assert weights["depth"].endswith(f"(licence unknown), {network}")
    assert weights["completion"]


@pytest.mark.slow
def test_warming_up_compiles_every_kernel_into_the_cache(kinora: Kinora, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    ran = kinora("doctor", "--warm-up", "--json", NUMBA_CACHE_DIR=str(cache))
    assert ran.code == 0, ran.err
    compiled = {path.name for path in cache.rglob("*.nbc")}
    assert _compiled(cache)
    Image.fromarray(landscape()).save(tmp_path / "photo.png")
    prompt = "handheld orbit right 5 degrees, then rack focus to the background"
    for quality in ("draft", "standard", "pro"):
        made = kinora(
            "animate", "photo.png", prompt, "--seconds", "1", "--quality", quality,
            NUMBA_CACHE_DIR=str(cache),
        )  # fmt: skip
        assert made.code == 0, made.err
    assert {path.name for path in cache.rglob("*.nbc")} == compiled


def test_progress_is_shown_on_a_terminal_and_json_stays_clean(photo: Path) -> None:
    terminal, theirs = os.openpty()
    command = [sys.executable, "-m", "kinora", "animate", "photo.png", "pan left 2 s", *SMALL]
    process = subprocess.Popen(
        [*command, "--json"],
        cwd=photo.parent,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
    )
    os.close(theirs)
    seen = bytearray()
    with contextlib.suppress(OSError):  # how a terminal says that the other side is gone
        while piece := os.read(terminal, 65536):
            seen += piece
    os.close(terminal)
    out, _ = process.communicate()
    assert process.returncode == 0, seen
    assert json.loads(out)["clip"]["frames"] == 60
    shown = seen.decode()
    assert "60/60" in shown
    assert " fps" in shown


def test_the_version(kinora: Kinora) -> None:
    assert kinora("--version").out == f"kinora {package.__version__}\n"

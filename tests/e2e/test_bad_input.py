"""Every mistake of a user's: one sentence, its exit code, nothing written."""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

Kinora = Callable[..., Any]
MOVE = "push in slowly"


def _refused(ran: Any, folder: Path, *, code: int, says: str) -> None:
    """Check exit code, sentence, no traceback, and that no output or half of one lies about."""
    assert ran.code == code, ran.err
    assert re.search(says, ran.err), ran.err
    assert "Traceback" not in ran.err
    assert len(ran.err.strip().splitlines()) <= 3, ran.err
    left = [path.name for path in folder.iterdir() if path.name not in GIVEN]
    assert left == []


GIVEN = {"photo.png", "photo.jpg", "depth.png", "plan.json", "file"}


@pytest.mark.parametrize(
    ("prompt", "says"),
    [("", "empty"), ("   \n", "empty"), ("pan left, " * 4000, "32,?000")],
    ids=["empty", "blank", "endless"],
)
def test_prompts(kinora: Kinora, photo: Path, tmp_path: Path, prompt: str, says: str) -> None:
    _refused(kinora("animate", str(photo), prompt), tmp_path, code=2, says=says)


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--size", "641x480", "even"),
        ("--size", "99998x2", "4096"),
        ("--size", "0x0", "64"),
        ("--size", "big", "1280x720"),
        ("--seconds", "0", "1 to 120"),
        ("--seconds", "-3", "1 to 120"),
        ("--seconds", "121", "1 to 120"),
        ("--seconds", "soon", "number"),
        ("--fps", "0", "1 to 120"),
        ("--fps", "nan", "number"),
        ("--quality", "best", "draft, standard, pro"),
        ("--fit", "stretch", "crop, pad, strict"),
        ("--depth-near", "grey", "white, black"),
        ("--depth", "absent.png", "absent.png"),
        ("--plan", "absent.json", "absent.json"),
    ],
)
def test_options(
    kinora: Kinora, photo: Path, tmp_path: Path, option: str, value: str, says: str
) -> None:
    _refused(kinora("animate", str(photo), MOVE, option, value), tmp_path, code=2, says=says)


@pytest.mark.parametrize(
    ("output", "says"),
    [
        ("absent/clip.mp4", "absent"),
        ("clip.avi", r"\.mp4"),
        ("file/clip.mp4", "file"),
        (".", ""),
    ],
    ids=["missing folder", "other kind", "below a file", "a folder"],
)
def test_outputs(kinora: Kinora, photo: Path, tmp_path: Path, output: str, says: str) -> None:
    (tmp_path / "file").touch()
    ran = kinora("animate", str(photo), MOVE, "-o", output)
    _refused(ran, tmp_path, code=5, says=says)


def _hollow_png(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds no pixels."""
    fields = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", fields) + _chunk(b"IDAT", zlib.compress(b""))


def _chunk(kind: bytes, data: bytes) -> bytes:
    crc = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"Dear diary, this is no picture.", "photo.jpg|picture"),
        (b"", "photo.jpg|empty"),
        (_hollow_png(20_000, 20_000), "20,?000"),
    ],
    ids=["text", "empty", "enormous"],
)
def test_photos(kinora: Kinora, tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(content)
    _refused(kinora("animate", str(path), MOVE), tmp_path, code=2, says=says)


def test_a_truncated_photo(kinora: Kinora, photo: Path, tmp_path: Path) -> None:
    data = photo.read_bytes()
    photo.write_bytes(data[: len(data) // 2])
    _refused(kinora("animate", str(photo), MOVE), tmp_path, code=2, says="truncated|corrupt")


def test_a_missing_photo(kinora: Kinora, tmp_path: Path) -> None:
    _refused(kinora("animate", "absent.jpg", MOVE), tmp_path, code=2, says="absent.jpg")


def test_a_depth_map_of_another_shape(kinora: Kinora, photo: Path, tmp_path: Path) -> None:
    ramp = np.linspace(0, 255, 240 * 100).reshape(240, 100).astype(np.uint8)
    Image.fromarray(ramp).save(tmp_path / "depth.png")
    ran = kinora("animate", str(photo), MOVE, "--depth", "depth.png")
    _refused(ran, tmp_path, code=2, says="100x240")


def test_a_plan_of_another_kind(kinora: Kinora, photo: Path, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text('{"beats": 3}')
    ran = kinora("animate", str(photo), "--plan", "plan.json")
    _refused(ran, tmp_path, code=2, says="plan.json")


def test_impossible_times_are_refused_when_strict(
    kinora: Kinora, photo: Path, tmp_path: Path
) -> None:
    prompt = "dolly in 4 s, then pan left 4 s"
    ran = kinora("animate", str(photo), prompt, "--seconds", "2", "--strict")
    _refused(ran, tmp_path, code=2, says="8")
    ran = kinora("animate", str(photo), prompt, "--seconds", "2", "--json", "--size", "320x240")
    assert ran.code == 0, ran.err
    assert ran.json["clip"]["seconds"] == 2
    assert ran.json["report"]["conflicts"]


def test_what_no_engine_does_is_refused_when_strict(
    kinora: Kinora, photo: Path, tmp_path: Path
) -> None:
    ran = kinora("animate", str(photo), "pan left. The man jumps.", "--strict")
    _refused(ran, tmp_path, code=3, says="man jumps")


def test_failures_speak_json_when_asked(kinora: Kinora, photo: Path) -> None:
    ran = kinora("animate", str(photo), MOVE, "--size", "641x480", "--json")
    error = json.loads(ran.out)["error"]
    assert (error["code"], error["param"], error["exit_code"]) == ("size_error", "size", 2)
    assert error["message"] in ran.err


def test_a_traceback_is_printed_when_asked(kinora: Kinora, photo: Path) -> None:
    ran = kinora("animate", str(photo), MOVE, "--size", "641x480", "--debug")
    assert ran.code == 2
    assert "Traceback" in ran.err
    assert "SizeError" in ran.err


@pytest.mark.parametrize(
    "arguments",
    [("plan", ""), ("inspect", "absent.jpg"), ("inspect", "photo.png", "-o", "absent/s.png")],
)
def test_the_other_commands_fail_alike(
    kinora: Kinora, photo: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    ran = kinora(*arguments)
    _refused(ran, tmp_path, code=5 if "absent/s.png" in arguments else 2, says=r"\w")


@pytest.mark.parametrize("colour", [0, 128, 255])
def test_a_photo_of_one_colour_makes_a_clip_of_it(
    kinora: Kinora, tmp_path: Path, colour: int
) -> None:
    Image.fromarray(np.full((90, 120, 3), colour, np.uint8)).save(tmp_path / "photo.png")
    ran = kinora("animate", "photo.png", "orbit left 1 s", "--seconds", "1", "--fps", "10")
    assert ran.code == 0, ran.err
    assert (tmp_path / "clip.mp4").stat().st_size > 0


def test_a_nonsense_prompt_makes_a_clip_and_says_what_was_ignored(
    kinora: Kinora, photo: Path
) -> None:
    ran = kinora(
        "animate", str(photo), "xyzzy plugh qwrt", "--seconds", "1", "--size", "128x96", "--json"
    )
    assert ran.code == 0, ran.err
    report = ran.json["report"]
    unread = [piece["text"] for piece in (*report["ignored_text"], *report["scene"])]
    assert "plugh" in " ".join(unread)

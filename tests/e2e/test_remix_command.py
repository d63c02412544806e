"""``kinora remix``: clips changed from their files, as a user does it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import av

Kinora = Callable[..., Any]


def packets(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def test_a_clip_is_remixed_from_its_file(kinora: Kinora, photo: Path, tmp_path: Path) -> None:
    here = {"KINORA_DATA_DIR": str(tmp_path / "data")}
    asked = ("static, then pan left. Audio: rain, soft piano.", "--seconds", "1")
    size = ("--size", "160x120", "--quality", "draft", "--save-plan", "plan.json")
    first = kinora("animate", "photo.png", *asked, *size, **here)
    assert first.code == 0, first.err

    words = "same, but louder rain and no music"
    heard = kinora("remix", "clip.mp4", words, "--json", **here)
    assert heard.code == 0, heard.err
    assert [cue["level"] for cue in heard.json["plan"]["audio"]] == ["loud"]
    assert {change["before"] for change in heard.json["report"]["changes"]} == {
        "rain, at its usual level",
        "soft piano",
    }
    assert packets(tmp_path / "remix.mp4") == packets(tmp_path / "clip.mp4")

    photo.rename(tmp_path / "moved.png")
    gone = kinora("remix", "clip.mp4", "no music", **here)
    assert gone.code == 2
    assert "photo.png can't be read" in gone.err

    away = {"KINORA_DATA_DIR": str(tmp_path / "other")}
    unknown = kinora("remix", "remix.mp4", "no music", **away)
    assert unknown.code == 2
    assert "give its photo and its plan" in unknown.err
    told = ("--photo", "moved.png", "--plan", "plan.json", "-o", "again.mp4")
    again = kinora("remix", "clip.mp4", "no rain", *told, **away)
    assert again.code == 0, again.err
    assert packets(tmp_path / "again.mp4") == packets(tmp_path / "clip.mp4")

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import pytest
from tests.support.clips import encoded_clip

from kinora.service.mp4 import VideoTrack, read_video_track
from kinora.types.geometry import Size


@pytest.fixture(scope="module")
def clip() -> bytes:
    return encoded_clip()


def read(tmp_path: Path, data: bytes) -> VideoTrack:
    path = tmp_path / "clip"
    path.write_bytes(data)
    return read_video_track(path)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, (Size(160, 90), Fraction(2), Fraction(10))),
        ({"movflags": "+faststart"}, (Size(160, 90), Fraction(2), Fraction(10))),
        ({"container": "mov", "size": (96, 161)}, (Size(96, 161), Fraction(2), Fraction(10))),
        (
            {"seconds": 1.0, "fps": Fraction(30000, 1001)},
            (Size(160, 90), Fraction(1001, 1000), Fraction(30000, 1001)),
        ),
    ],
)
def test_the_header_tells_size_length_and_rate(
    tmp_path: Path, facts: dict[str, object], expected: tuple[Size, Fraction, Fraction]
) -> None:
    track = read(tmp_path, encoded_clip(**facts))  # type: ignore[arg-type]
    assert (track.size, track.seconds, track.fps) == expected
    assert track.is_upright


def test_a_turned_track_is_noticed(tmp_path: Path, clip: bytes) -> None:
    upright = bytes.fromhex("00010000 00000000 00000000 00000000 00010000")
    turned = bytes.fromhex("00000000 00010000 00000000 ffff0000 00000000")
    at = clip.index(upright, clip.index(b"tkhd"))
    assert not read(tmp_path, clip[:at] + turned + clip[at + len(turned) :]).is_upright


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\0\0\x20ftypisom" + b"\0" * 99,
        b"\0\0\0\x01moov",
        encoded_clip(container="matroska"),
        encoded_clip(movflags="frag_keyframe+empty_moov"),
    ],
)
def test_what_has_no_readable_header_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ValueError, match=r"^its? "):
        read(tmp_path, data)


def test_damage_never_raises_anything_else(tmp_path: Path, clip: bytes) -> None:
    chance = random.Random(1)
    start = clip.index(b"moov") - 4
    survived = 0
    for _ in range(400):
        damaged = bytearray(clip)
        for _ in range(3):
            damaged[chance.randrange(start, len(clip))] = chance.randrange(256)
        try:
            read(tmp_path, bytes(damaged[: chance.randrange(start, len(clip) + 1)]))
            survived += 1
        except ValueError:
            continue
    assert survived < 400

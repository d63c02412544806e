"""Sound beside the pictures: in step, as long, the same each time."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.support.sound import RATE, heard

from kinora.encode import EncoderSettings, encode_clip
from kinora.encode.join import join_clips
from kinora.testing.fakes import Recorder, RisingGrey
from kinora.types.geometry import Size
from kinora.types.rendition import Rendition

_FAST = EncoderSettings(preset="ultrafast", crf=30, workers=2, chunk_seconds=1.0)


def clicks(count: int, fps: Fraction) -> NDArray[np.float32]:
    """A soft noise with a click at every tenth frame."""
    n = round(count * RATE / fps)
    sound = np.random.default_rng(4).standard_normal((n, 2)).astype(np.float32) * 0.003
    for k in range(0, count, 10):
        at = round(k * RATE / fps)
        sound[at : at + 24] += 0.5
    return sound


def made(path: Path, *, count: int = 45, fps: Fraction = Fraction(30)) -> Path:
    rendition = Rendition(frames=RisingGrey(), frame_count=count, size=Size(64, 64), fps=fps)
    encode_clip(rendition, path, _FAST, Recorder(), sound=clicks(count, fps))
    return path


@pytest.mark.parametrize("fps", [Fraction(24), Fraction(30000, 1001), Fraction(50)])
@pytest.mark.parametrize("count", [31, 45])
def test_sound_starts_and_ends_with_the_pictures(tmp_path: Path, fps: Fraction, count: int) -> None:
    path = made(tmp_path / "a.mp4", count=count, fps=fps)
    with av.open(str(path)) as container:
        audio, video = container.streams.audio[0], container.streams.video[0]
        assert audio.start_time == video.start_time == 0
        told = float(audio.duration * audio.time_base)
        assert told == pytest.approx(float(count / fps), abs=0.004)
    assert len(heard(path)) / RATE == pytest.approx(float(count / fps), abs=0.020)


def test_what_happens_is_heard_when_it_is_seen(tmp_path: Path) -> None:
    sound = np.abs(heard(made(tmp_path / "a.mp4"))).max(axis=1)
    for k in range(0, 45, 10):
        at = k * RATE // 30
        near = sound[max(0, at - 600) : at + 600]
        found = max(0, at - 600) + int(np.argmax(near > 0.2))
        assert abs(found - at) < 0.002 * RATE


def test_the_same_sound_makes_the_same_file(tmp_path: Path) -> None:
    one, other = made(tmp_path / "a.mp4"), made(tmp_path / "b.mp4")
    assert one.read_bytes() == other.read_bytes()


def test_players_can_start_before_the_file_is_there(tmp_path: Path) -> None:
    data = made(tmp_path / "a.mp4").read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


def test_without_sound_there_is_no_stream(tmp_path: Path) -> None:
    rendition = Rendition(frames=RisingGrey(), frame_count=20, size=Size(64, 64), fps=Fraction(30))
    encode_clip(rendition, tmp_path / "a.mp4", _FAST, Recorder())
    with av.open(str(tmp_path / "a.mp4")) as container:
        assert not container.streams.audio


def test_a_joined_clip_keeps_its_sound_in_step(tmp_path: Path) -> None:
    parts = [made(tmp_path / f"{k}.mp4", count=40) for k in range(2)]
    join_clips(parts, tmp_path / "all.mp4", settings=_FAST, progress=Recorder())
    sound = np.abs(heard(tmp_path / "all.mp4")).max(axis=1)
    assert len(sound) / RATE == pytest.approx(80 / 30, abs=0.020)
    for k in (0, 10, 40, 50, 70):
        at = k * RATE // 30
        assert abs(int(np.argmax(sound[max(0, at - 300) : at + 600] > 0.2)) - min(at, 300)) < 100

"""The encoder's files, opened again and looked into."""

from __future__ import annotations

import stat
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from threading import current_thread
from threading import enumerate as enumerate_threads
from time import sleep

import av
import numpy as np
import pytest

from kinora.encode import EncoderSettings, check_output, default_encoders, encode_clip
from kinora.encode.video import chunks
from kinora.errors import EngineError, OutputError
from kinora.testing.fakes import RisingGrey
from kinora.types.geometry import Size
from kinora.types.media import MediaFile
from kinora.types.rendition import Rendition, YuvPlanes
from kinora.types.request import Quality

FAST = EncoderSettings(preset="ultrafast", crf=18, workers=2, chunk_seconds=1.0)


def quiet(stage: str, done: int, total: int) -> None:
    """A progress that doesn't care."""


@dataclass
class MovingBars:
    """Vertical bars that move by two pixels a frame; fails or calls back where told to."""

    random_access: bool = True
    on_frame: Callable[[int], None] | None = None
    asked: list[int] = field(default_factory=list)

    def render(self, index: int, planes: YuvPlanes) -> None:
        if self.on_frame is not None:
            self.on_frame(index)
        self.asked.append(index)
        x = np.arange(planes.y.shape[1])
        planes.y[:] = np.where(((x + 2 * index) // 16) % 2, 200, 40)
        planes.u[:] = 100
        planes.v[:] = 160


def rendition(count: int = 45, fps: Fraction = Fraction(30), **options: object) -> Rendition:
    frames = options.pop("frames", None) or MovingBars(**options)  # type: ignore[arg-type]
    return Rendition(frames=frames, frame_count=count, size=Size(160, 96), fps=fps)  # type: ignore[arg-type]


def encoded(path: Path, **options: object) -> MediaFile:
    return encode_clip(rendition(**options), path, FAST, quiet)  # type: ignore[arg-type]


@pytest.mark.parametrize("fps", [Fraction(24), Fraction(30), Fraction(30000, 1001), Fraction(60)])
def test_frames_lie_at_exact_times(tmp_path: Path, fps: Fraction) -> None:
    media = encoded(tmp_path / "clip.mp4", count=70, fps=fps)
    with av.open(str(media.path)) as container:
        stream = container.streams.video[0]
        times = [frame.pts * stream.time_base for frame in container.decode(stream)]
        assert times == [Fraction(k) / fps for k in range(70)]
        assert stream.duration * stream.time_base == media.duration == 70 / fps
        assert stream.average_rate == fps


def test_packets_of_all_chunks_form_one_stream(tmp_path: Path) -> None:
    """Decode times rise without a gap; every chunk begins with a key frame."""
    media = encoded(tmp_path / "clip.mp4", count=100)
    with av.open(str(media.path)) as container:
        packets = [p for p in container.demux(video=0) if p.size]
    dts = [p.dts for p in packets]
    assert all(a < b for a, b in pairwise(dts))
    keys = {p.pts * p.time_base for p in packets if p.is_keyframe}
    starts = {Fraction(c.first, 30) for c in chunks(100, Fraction(30), FAST)}
    assert len(starts) == 4
    assert starts <= keys


def test_every_frame_shows_what_was_rendered(tmp_path: Path) -> None:
    media = encoded(tmp_path / "clip.mp4", count=50)
    with av.open(str(media.path)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            x = np.arange(160)
            expected = np.where(((x + 2 * index) // 16) % 2, 200, 40)
            luma = frame.to_ndarray()[:96].astype(int)
            assert np.abs(luma - expected).mean() < 4


def test_the_file_is_tagged_bt709_and_starts_fast(tmp_path: Path) -> None:
    media = encoded(tmp_path / "clip.mp4")
    with av.open(str(media.path)) as container:
        context = container.streams.video[0].codec_context
        assert context.name == "h264"
        assert context.pix_fmt == "yuv420p"
        assert (context.color_primaries, context.color_trc, context.colorspace) == (1, 1, 1)
        assert context.color_range == 1
    content = media.path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
    assert media.bytes == len(content)
    assert media.mime == "video/mp4"


def test_the_same_frames_make_the_same_file(tmp_path: Path) -> None:
    first, second = (encoded(tmp_path / f"{n}.mp4", count=90) for n in (1, 2))
    assert first.sha256 == second.sha256
    assert first.path.read_bytes() == second.path.read_bytes()


@pytest.mark.parametrize("count", [1, 2, 3, 31])
def test_short_clips(tmp_path: Path, count: int) -> None:
    media = encoded(tmp_path / "clip.mp4", count=count)
    with av.open(str(media.path)) as container:
        assert len(list(container.decode(video=0))) == count


def test_a_clip_of_one_chunk_is_drawn_beside_its_encoder(tmp_path: Path) -> None:
    made, drawn_by = [], []
    for workers in (1, 2):
        drawers: set[str] = set()

        def note(index: int, names: set[str] = drawers) -> None:
            names.add(current_thread().name)

        frames = MovingBars(on_frame=note)
        settings = replace(FAST, workers=workers)
        path = tmp_path / f"{workers}.mp4"
        made.append(encode_clip(rendition(count=24, frames=frames), path, settings, quiet).sha256)
        drawn_by.append(drawers)
    assert made[0] == made[1]
    starts = [{name.rsplit("_", 1)[0] for name in names} for names in drawn_by]
    assert starts == [{"kinora-encode"}, {"kinora-draw"}]


def test_frames_without_random_access_are_asked_for_in_order(tmp_path: Path) -> None:
    frames = MovingBars(random_access=False)
    encoded(tmp_path / "clip.mp4", count=80, frames=frames)
    assert frames.asked == list(range(80))


def test_a_failing_renderer_leaves_nothing_behind(tmp_path: Path) -> None:
    def fail(index: int) -> None:
        if index == 33:
            raise EngineError("no")

    with pytest.raises(EngineError, match="no"):
        encoded(tmp_path / "clip.mp4", on_frame=fail)
    assert list(tmp_path.iterdir()) == []


class Full:
    """An encoder that takes no more than three frames."""

    flags = 0

    @classmethod
    def create(cls, name: str, mode: str) -> Full:
        return cls()

    def encode(self, frame: av.VideoFrame | None) -> list[object]:
        if frame is None or frame.pts == 3:
            raise EngineError("no")
        return []


@pytest.mark.parametrize("fails", ["the encoder", "the renderer", "the caller"])
def test_what_stops_a_clip_of_one_chunk_stops_its_drawing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    begun: list[int] = []

    def draw(index: int) -> None:
        if fails == "the renderer" and index == 4:
            raise EngineError("no")
        begun.append(index)
        sleep(0.02)

    def told(stage: str, done: int, total: int) -> None:
        if fails == "the caller" and done > 0:
            raise KeyboardInterrupt

    frames = MovingBars(on_frame=draw)
    if fails == "the encoder":
        monkeypatch.setattr(av, "CodecContext", Full)
    with pytest.raises((EngineError, KeyboardInterrupt)):
        encode_clip(rendition(count=24, frames=frames), tmp_path / "clip.mp4", FAST, told)
    left = [thread.name for thread in enumerate_threads()]
    assert not [name for name in left if name.startswith(("kinora-draw", "kinora-encode"))]
    assert begun == frames.asked == list(range(len(begun)))
    assert 0 < len(begun) < 24
    assert list(tmp_path.iterdir()) == []


def test_cancelling_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"old")

    def cancel(stage: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        encode_clip(rendition(count=300), path, FAST, cancel)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_progress_ends_at_all_frames(tmp_path: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    encode_clip(rendition(), tmp_path / "clip.mp4", FAST, lambda *told: seen.append(told))
    assert seen[-1] == ("render", 45, 45)
    assert [done for _, done, _ in seen] == sorted(done for _, done, _ in seen)


def test_the_file_gets_ordinary_permissions(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.touch()
    media = encoded(tmp_path / "clip.mp4")
    assert stat.S_IMODE(media.path.stat().st_mode) == stat.S_IMODE(other.stat().st_mode)


def test_a_path_of_non_ascii_letters(tmp_path: Path) -> None:
    media = encoded(tmp_path / "été — 夏.mp4", frames=RisingGrey())
    assert media.path.exists()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("clip.mov", "must end in .mp4"),
        ("missing/clip.mp4", "folder doesn't exist"),
        ("file.txt/clip.mp4", "isn't a folder"),
        ("folder.mp4", "it is a folder"),
        ("n" * 300 + ".mp4", "name is too long"),
    ],
)
def test_outputs_that_cannot_be_written(tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / "file.txt").touch()
    (tmp_path / "folder.mp4").mkdir()
    with pytest.raises(OutputError, match=says):
        check_output(tmp_path / name)


def test_the_folder_that_one_stands_in_is_named_in_the_refusal() -> None:
    with pytest.raises(OutputError, match=r"'\.' must end in \.mp4"):
        check_output(Path())


def test_checking_leaves_nothing_behind(tmp_path: Path) -> None:
    check_output(tmp_path / "clip.mp4")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("count", [1, 7, 120, 150, 151, 3600])
@pytest.mark.parametrize("workers", [1, 2, 3])
def test_chunks_cover_the_clip_once(count: int, workers: int) -> None:
    settings = EncoderSettings(preset="veryfast", crf=20, workers=workers, chunk_seconds=5.0)
    plan = chunks(count, Fraction(30), settings)
    assert plan[0].first == 0
    assert plan[-1].last == count
    assert all(a.last == b.first for a, b in pairwise(plan))
    lengths = [chunk.last - chunk.first for chunk in plan]
    assert 1 <= min(lengths) <= max(lengths) <= 150
    assert max(lengths) - min(lengths) <= 1


def test_tiers_differ_in_effort() -> None:
    tiers = default_encoders(workers=2)
    assert tiers["draft"].crf > tiers["standard"].crf > tiers["pro"].crf


def test_tuning_reaches_the_encoder(tmp_path: Path) -> None:
    """x264 ignores keys that it doesn't know; the note it leaves in the stream tells them apart."""
    settings = default_encoders(workers=2)["standard"]
    encode_clip(rendition(), tmp_path / "clip.mp4", settings, quiet)
    note = (tmp_path / "clip.mp4").read_bytes()
    motion = ("me=dia", "analyse=0x3:0x10", "weightp=0")  # 0x10: p8x8 alone
    for key in (*motion, "bframes=5", "b_adapt=0"):
        assert f" {key} ".encode() in note, key


@pytest.mark.parametrize("workers", [1, 2, 4])
@pytest.mark.parametrize("quality", ["draft", "standard", "pro"])
def test_clips_of_few_frames(tmp_path: Path, quality: Quality, workers: int) -> None:
    """Chunks of two or three frames would overlap in their decoding times."""
    settings = default_encoders(workers=workers)[quality]
    for count in (*range(1, 13), 33):
        rendition = Rendition(
            frames=RisingGrey(), frame_count=count, size=Size(64, 48), fps=Fraction(count)
        )
        made = encode_clip(rendition, tmp_path / "clip.mp4", settings, quiet)
        with av.open(str(made.path)) as container:
            assert sum(1 for _ in container.decode(video=0)) == count


class Turning:
    """Grain under soft waves of light that go round once: its end meets its beginning."""

    random_access = True

    def __init__(self, count: int, *, height: float) -> None:
        self._count, self._height = count, height
        self._grain = 120.0 + np.random.default_rng(4).normal(0.0, 9.0, (96, 160))
        self._phase = np.add.outer(np.arange(96) / 40.0, np.arange(160) / 25.0)

    def render(self, index: int, planes: YuvPlanes) -> None:
        light = self._height * np.sin(self._phase - 2.0 * np.pi * index / self._count)
        planes.y[:96, :160] = np.round(self._grain + light)
        planes.u[:], planes.v[:] = 128, 128


def _seam(path: Path) -> float:
    """Mean difference of the last frame and the first over that of the pairs on either side."""
    with av.open(str(path)) as container:
        luma = [
            frame.to_ndarray(format="gray").astype(float) for frame in container.decode(video=0)
        ]
    steps = [float(np.abs(luma[k + 1] - luma[k]).mean()) for k in (-3, -2, 0, 1)]
    return float(np.abs(luma[-1] - luma[0]).mean()) / max(float(np.mean(steps)), 1e-6)


@pytest.mark.parametrize("height", [14.0, 0.6], ids=["waves", "hardly any"])
@pytest.mark.parametrize("quality", ["draft", "standard", "pro"])
def test_a_loop_closes_unnoticed_after_decoding(
    tmp_path: Path, quality: Quality, height: float
) -> None:
    seams = {}
    for loops in (True, False):
        source = replace(rendition(count=60, frames=Turning(60, height=height)), loops=loops)
        path = tmp_path / f"{loops}.mp4"
        encode_clip(source, path, default_encoders()[quality], quiet)
        seams[loops] = _seam(path)
    assert seams[True] < 1.1
    assert seams[False] > 1.3  # so the test would see it

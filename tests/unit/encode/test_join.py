"""Clips joined: cuts and cross-fades, sizes and rates fitted, sound along with the picture."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from kinora.encode import default_encoders, encode_clip
from kinora.encode.join import join_clips
from kinora.encode.reader import read_facts
from kinora.errors import InputError
from kinora.testing.fakes import Recorder
from kinora.types.geometry import Size
from kinora.types.rendition import Rendition

SIZE = Size(64, 48)
SETTINGS = default_encoders(workers=1)["pro"]


class Flat:
    """Frames of one luma."""

    random_access = True

    def __init__(self, luma):
        self.luma = luma

    def render(self, index, planes):
        planes.y[...], planes.u[...], planes.v[...] = self.luma, 128, 128


def clip(path, luma, *, frames=20, size=SIZE, fps=Fraction(20), tone=None):
    rendition = Rendition(frames=Flat(luma), frame_count=frames, size=size, fps=fps)
    encode_clip(rendition, path, SETTINGS, Recorder())
    return path if tone is None else with_tone(path, tone, seconds=frames / fps)


def with_tone(path, hertz, *, seconds, rate=44_100):
    """The clip with a sine of amplitude 0.5."""
    out = path.with_stem(path.stem + "-tone")
    samples = 0.5 * np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate)
    with av.open(str(path)) as source, av.open(str(out), "w") as target:
        video = target.add_stream_from_template(source.streams.video[0])
        voice = target.add_stream("aac", rate=rate)
        voice.codec_context.layout = "mono"
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = video
                target.mux(packet)
        for at in range(0, len(samples), 1024):
            piece = samples[None, at : at + 1024].astype(np.float32)
            frame = av.AudioFrame.from_ndarray(piece, format="fltp", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = rate, at, Fraction(1, rate)
            for packet in voice.encode(frame):
                target.mux(packet)
        for packet in voice.encode(None):
            target.mux(packet)
    return out


def join(clips, tmp_path, **how):
    return join_clips(clips, tmp_path / "joined.mp4", settings=SETTINGS, progress=Recorder(), **how)


def lumas(path, at=None):
    y, x = at or (24, 32)
    with av.open(str(path)) as container:
        return [int(frame.to_ndarray()[y, x]) for frame in container.decode(video=0)]


def samples(path):
    with av.open(str(path)) as container:
        parts = [frame.to_ndarray() for frame in container.decode(audio=0)]
        rate = container.streams.audio[0].rate
    return np.concatenate(parts, axis=1), rate


def pitch(sound, rate):
    power = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return np.fft.rfftfreq(len(sound), 1 / rate)[power.argmax()]


def test_cuts(tmp_path):
    parts = [clip(tmp_path / f"{luma}.mp4", luma, frames=n) for luma, n in ((60, 20), (180, 31))]
    made = join(parts, tmp_path)
    assert (made.frame_count, made.size, made.fps) == (51, SIZE, 20)
    shown = lumas(made.path)
    assert len(shown) == 51
    assert np.abs(np.array(shown) - np.repeat([60, 180], [20, 31])).max() <= 2


def test_a_cross_fade_overlaps_the_clips_and_goes_evenly(tmp_path):
    parts = [clip(tmp_path / f"{luma}.mp4", luma) for luma in (60, 180, 60)]
    made = join(parts, tmp_path, crossfade=0.25)
    assert made.frame_count == 50
    shown = np.array(lumas(made.path))
    wanted = np.concatenate([[60] * 15, [80, 100, 120, 140, 160], [180] * 10,
                             [160, 140, 120, 100, 80], [60] * 15])  # fmt: skip
    assert np.abs(shown - wanted).max() <= 3


def test_a_fade_takes_at_most_half_of_a_clip(tmp_path):
    parts = [clip(tmp_path / f"{n}.mp4", 100, frames=n) for n in (8, 20)]
    assert join(parts, tmp_path, crossfade=5.0).frame_count == 24


def test_other_sizes_and_rates_are_fitted_to_the_first(tmp_path):
    first = clip(tmp_path / "first.mp4", 60)
    other = clip(tmp_path / "other.mp4", 180, size=Size(48, 96), fps=Fraction(30), frames=45)
    made = join([first, other], tmp_path)
    assert (made.frame_count, made.size, made.fps) == (50, SIZE, 20)
    assert np.abs(np.array(lumas(made.path))[20:] - 180).max() <= 2
    assert np.abs(np.array(lumas(made.path, at=(24, 4)))[20:] - 16).max() <= 2  # black beside it


def test_a_faster_clip_keeps_its_length(tmp_path):
    class Steps:
        random_access = True

        def render(self, index, planes):
            planes.y[...], planes.u[...], planes.v[...] = 20 + index, 128, 128

    rendition = Rendition(frames=Steps(), frame_count=120, size=SIZE, fps=Fraction(60))
    encode_clip(rendition, tmp_path / "fast.mp4", SETTINGS, Recorder())
    made = join([clip(tmp_path / "first.mp4", 60), tmp_path / "fast.mp4"], tmp_path)
    shown = np.array(lumas(made.path))[20:]
    assert np.abs(shown - (20 + 3 * np.arange(40))).max() <= 2


@pytest.mark.parametrize("crossfade", [0.0, 0.5])
def test_sound_goes_along(tmp_path, crossfade):
    parts = [
        clip(tmp_path / "low.mp4", 60, frames=40, tone=440),
        clip(tmp_path / "silent.mp4", 100, frames=40),
        clip(tmp_path / "high.mp4", 180, frames=40, tone=1320),
    ]
    made = join(parts, tmp_path, crossfade=crossfade)
    sound, rate = samples(made.path)
    assert rate == 48_000
    assert sound.shape[1] / rate == pytest.approx(float(made.duration), abs=0.05)
    step = float((made.duration - 2) / 2)
    low, none, high = (sound[0, int(at * rate) : int((at + 0.5) * rate)]
                       for at in (0.5, step + 0.75, 2 * step + 0.75))  # fmt: skip
    assert pitch(low, rate) == pytest.approx(440, abs=5)
    assert np.abs(none).max() < 0.01
    assert pitch(high, rate) == pytest.approx(1320, abs=5)
    assert 0.3 < np.abs(low).max() < 0.6


def test_without_sound_there_is_no_audio_stream(tmp_path):
    made = join([clip(tmp_path / f"{n}.mp4", n) for n in (60, 90)], tmp_path)
    assert not read_facts(made.path).has_sound


@pytest.mark.parametrize("content", [b"", b"no video", b"\0" * 5000])
def test_what_is_no_video_is_refused(tmp_path, content):
    (tmp_path / "bad.mp4").write_bytes(content)
    good = clip(tmp_path / "good.mp4", 60)
    with pytest.raises(InputError, match=r"A clip (can.t be read|has no video)"):
        join([good, tmp_path / "bad.mp4"], tmp_path)
    assert not (tmp_path / "joined.mp4").exists()


def test_one_clip_is_no_join(tmp_path):
    with pytest.raises(InputError, match="at least 2"):
        join([clip(tmp_path / "one.mp4", 60)], tmp_path)


def test_cancelling_leaves_nothing(tmp_path):
    parts = [clip(tmp_path / f"{n}.mp4", n) for n in (60, 90)]

    def stop(stage: str, done: int, total: int) -> None:
        raise KeyboardInterrupt

    before = set(Path(tmp_path).iterdir())
    with pytest.raises(KeyboardInterrupt):
        join_clips(parts, tmp_path / "joined.mp4", settings=SETTINGS, progress=stop)
    assert set(Path(tmp_path).iterdir()) == before

"""What a plan asks to be heard, made: placed, mixed, measured by another meter."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.support.sound import RATE, metered, turning

from kinora.errors import InputError, OutputError
from kinora.prompt import read_prompt
from kinora.sound.loudness import integrated
from kinora.sound.make import make_soundtrack
from kinora.sound.mix import SPEECH_OVER_BED, mixed, speaking
from kinora.sound.own import filled, read_sound
from kinora.sound.space import panned, passing
from kinora.sound.tracks import Track
from kinora.sound.written import check_beside, webvtt, written_beside
from kinora.types.motion import Motion
from kinora.types.plan import AudioCue, Beat, DialogueLine, ShotPlan
from kinora.types.sound import SoundOptions, Soundtrack, Subtitle

FPS = Fraction(25)


def planned(prompt: str, seconds: float = 2.0) -> ShotPlan:
    return read_prompt(prompt, seconds=seconds).plan


def made(plan: ShotPlan, motion: Motion | None = None, **options: object) -> Soundtrack:
    return make_soundtrack(
        plan,
        frame_count=round(plan.duration * FPS),
        fps=FPS,
        motion=motion,
        options=SoundOptions(**{"stems": Path("stems"), **options}),  # type: ignore[arg-type]
        lang="en",
    )


def envelope(samples: NDArray[np.float32], count: int) -> NDArray[np.float64]:
    """RMS of each of ``count`` equal pieces."""
    whole = samples[: len(samples) // count * count].astype(np.float64)
    return np.sqrt((whole.reshape(count, -1) ** 2).mean(axis=1))


@pytest.mark.parametrize("loudness", [-14, -16, -23])
def test_a_clip_is_as_loud_as_asked_and_as_long_as_its_picture(loudness: int) -> None:
    sound = made(planned("static. Audio: rain, wind."), loudness=loudness)
    assert sound.samples is not None
    assert sound.samples.shape == (2 * RATE, 2)
    meter = metered(sound.samples)
    assert meter.loudness == pytest.approx(loudness, abs=0.4)
    assert meter.true_peak <= -1.4


def test_the_same_plan_sounds_the_same_and_another_seed_differs() -> None:
    plan = planned("static. Audio: rain.")
    one, other = made(plan).samples, made(plan).samples
    assert one is not None
    assert np.array_equal(one, other)
    assert not np.array_equal(one, made(plan.model_copy(update={"seed": 5})).samples)


@pytest.mark.parametrize("prompt", ["static", "Slow push in. Silent clip.", "plan fixe, sans son"])
def test_nothing_sounds_that_nobody_asked_for(prompt: str) -> None:
    assert made(planned(prompt)).samples is None


def test_no_music_leaves_the_rest() -> None:
    asked = (AudioCue(id="a", raw="pad", cue="pad", kind="music"),
             AudioCue(id="b", raw="wind", cue="wind", kind="ambience"),
             AudioCue(id="c", raw="no music", cue="no_music", kind="silence"))  # fmt: skip
    plan = planned("static").model_copy(update={"audio": asked})
    assert set(made(plan).stems) == {"ambience"}


def test_silence_ends_what_was_asked_for_before_it_and_not_what_comes_after() -> None:
    wind = AudioCue(id="a", raw="wind", cue="wind", kind="ambience")
    hush = AudioCue(id="b", raw="silence", cue="silence", kind="silence")
    before = made(planned("static").model_copy(update={"audio": (wind, hush)}))
    assert before.samples is None
    assert [outcome.done for outcome in before.outcomes] == ["left out", None]
    after = made(planned("static").model_copy(update={"audio": (hush, wind)}))
    assert after.samples is not None


def test_the_sound_can_be_switched_off_and_the_report_says_so() -> None:
    sound = made(planned("static. Audio: rain."), enabled=False)
    assert sound.samples is None
    assert [outcome.done for outcome in sound.outcomes] == ["silent clip"]


def test_unknown_sounds_are_named_as_such_and_near_ones_as_near() -> None:
    asked = (AudioCue(id="a", raw="a theremin"), AudioCue(id="b", raw="waterfal"))
    plan = planned("static").model_copy(update={"audio": asked})
    first, second = made(plan).outcomes
    assert (first.item, first.status) == ("a", "not_supported")
    assert (second.item, second.status, second.done) == ("b", "approximated", "sound: waterfall")


def test_a_sound_that_only_comes_near_is_told_as_approximated() -> None:
    (outcome,) = made(planned("static. Audio: a washing machine.")).outcomes
    assert (outcome.status, outcome.done) == ("approximated", "sound: vacuum cleaner")


@pytest.mark.parametrize("at", [0.5, 1.0, 1.33])
def test_an_effect_starts_with_its_frame(at: float) -> None:
    asked = (AudioCue(id="a", raw="knock", cue="knock", kind="effect", at=at),)
    plan = planned("static").model_copy(update={"audio": asked})
    sound = made(plan, room_tone=False).samples
    assert sound is not None
    loud = np.abs(sound).max(axis=1)
    onset = int(np.argmax(loud > 0.1 * loud.max()))
    frame = round(at * float(FPS)) / float(FPS)
    assert abs(onset / RATE - frame) < 0.5 / float(FPS)


def test_a_whoosh_is_as_loud_as_the_camera_is_fast() -> None:
    t = np.arange(75) / 25
    motion = turning(30 * (t / 3 - np.sin(2 * np.pi * t / 3) / (2 * np.pi)), fps=FPS)
    asked = (AudioCue(id="a", raw="whoosh", cue="whoosh", kind="effect"),)
    plan = planned("static", seconds=3).model_copy(update={"audio": asked})
    sound = made(plan, motion, room_tone=False).samples
    assert sound is not None
    heard = envelope(sound, 75)
    speed = 1 - np.cos(2 * np.pi * (t + 0.02) / 3)
    fit = [np.corrcoef(heard[5 + k : 70 + k], speed[5:70])[0, 1] for k in range(-4, 5)]
    assert fit[4] > 0.9
    assert abs(int(np.argmax(fit)) - 4) <= 1


def test_what_stands_in_front_moves_right_when_the_camera_turns_left() -> None:
    motion = turning(np.linspace(0, -40, 50), fps=FPS)
    asked = (AudioCue(id="a", raw="clock", cue="clock", kind="effect"),)
    plan = planned("static").model_copy(update={"audio": asked})
    sound = made(plan, motion, room_tone=False).samples
    assert sound is not None
    begin, end = sound[: RATE // 2], sound[-RATE // 2 :]
    sides = [20 * np.log10(part[:, 1].std() / part[:, 0].std()) for part in (begin, end)]
    assert sides[1] > sides[0] + 3


def test_panning_keeps_the_power_of_a_single_source() -> None:
    wave = np.sin(np.arange(4800) * 0.1).astype(np.float32)
    mono = np.stack([wave, wave], axis=1)
    for place in (-1.0, -0.4, 0.0, 0.7, 1.0):
        assert (panned(mono, place) ** 2).sum() == pytest.approx((mono**2).sum(), rel=1e-4)
    assert np.abs(panned(mono, -1.0)[:, 1]).max() < 1e-6


def test_what_drives_past_falls_in_pitch_and_changes_sides() -> None:
    t = np.arange(4 * RATE) / RATE
    wave = np.sin(2 * np.pi * 440 * t).astype(np.float32)
    heard = passing(
        np.stack([wave, wave], axis=1), speed=20.0, nearest=5.0, at=2.0, leftwards=False
    )

    def pitch(part: NDArray[np.float32]) -> float:
        return int(np.argmax(np.abs(np.fft.rfft(part[:, 0])))) * RATE / len(part)

    before, after = heard[RATE // 2 : RATE], heard[3 * RATE : 7 * RATE // 2]
    assert pitch(before) == pytest.approx(440 / (1 - 20 / 343), abs=4)
    assert pitch(after) == pytest.approx(440 / (1 + 20 / 343), abs=4)
    assert before[:, 0].std() > 3 * before[:, 1].std()
    assert after[:, 1].std() > 3 * after[:, 0].std()


def test_speech_stands_clear_of_the_bed() -> None:
    rng = np.random.default_rng(1)
    said = np.zeros((3 * RATE, 2), np.float32)
    said[RATE : 2 * RATE] = 0.05 * rng.standard_normal((RATE, 1)).astype(np.float32)
    bed = 0.1 * rng.standard_normal((3 * RATE, 2)).astype(np.float32)
    mix = mixed(
        [Track(stem="speech", start=0, samples=said), Track(stem="music", start=0, samples=bed)],
        3 * RATE,
        target=-16.0,
        parts=True,
    )
    talk = np.repeat(speaking(mix.stems["speech"]), RATE // 100)[: 3 * RATE]
    over = integrated(mix.stems["speech"][talk]) - integrated(mix.stems["music"][talk])
    assert over >= SPEECH_OVER_BED - 1.5
    music = mix.stems["music"]
    assert integrated(music[: RATE // 2]) > integrated(music[talk]) + 8
    assert np.allclose(mix.samples, mix.stems["speech"] + music, atol=1e-5)


def test_stems_and_subtitles_are_written(tmp_path: Path) -> None:
    options = SoundOptions(stems=tmp_path / "stems", subtitles=tmp_path / "lines.vtt")
    check_beside(options)
    sound = made(planned("static. Audio: rain, soft piano."))
    with written_beside(sound, options):
        pass
    for name in ("ambience", "music"):
        read = read_sound(tmp_path / "stems" / f"{name}.wav", param="audio")
        assert np.abs(read - sound.stems[name]).max() < 1e-4  # type: ignore[index]
    assert (tmp_path / "lines.vtt").read_text().startswith("WEBVTT")
    with pytest.raises(OutputError, match="doesn't exist"):
        check_beside(SoundOptions(subtitles=tmp_path / "no" / "a.vtt"))


def test_a_clip_that_fails_leaves_nothing_beside_it(tmp_path: Path) -> None:
    options = SoundOptions(stems=tmp_path / "new" / "stems", subtitles=tmp_path / "lines.vtt")
    (tmp_path / "lines.vtt").write_text("of an older clip")
    check_beside(options)
    assert not (tmp_path / "new").exists()
    sound = Soundtrack(stems={"music": np.zeros((RATE, 2), np.float32)})
    with pytest.raises(KeyboardInterrupt), written_beside(sound, options):
        raise KeyboardInterrupt
    assert [path.name for path in tmp_path.rglob("*")] == ["lines.vtt"]
    assert (tmp_path / "lines.vtt").read_text() == "of an older clip"


def test_what_cannot_take_its_place_leaves_no_part(tmp_path: Path) -> None:
    options = SoundOptions(stems=tmp_path / "stems", subtitles=tmp_path / "lines.vtt")
    sound = Soundtrack(stems={"music": np.zeros((RATE, 2), np.float32)})
    with pytest.raises(OutputError, match=r"lines\.vtt"), written_beside(sound, options):
        (tmp_path / "lines.vtt").mkdir()  # in the meantime
    assert not list(tmp_path.rglob("*.part"))
    with pytest.raises(OutputError, match="it is a folder"):
        check_beside(options)


def test_stems_go_into_a_folder(tmp_path: Path) -> None:
    (tmp_path / "stems").write_text("a file")
    with pytest.raises(OutputError, match="stems: it isn't a folder"):
        check_beside(SoundOptions(stems=tmp_path / "stems"))


def test_subtitles_are_webvtt() -> None:
    text = webvtt([Subtitle(t0=0.35, t1=62.5, text="A < B & C", speaker="Ana")])
    assert text == "WEBVTT\n\n00:00:00.350 --> 00:01:02.500\n<v Ana>A &lt; B &amp; C\n"


def test_a_recording_is_used_and_its_lines_are_shown(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    voice = Soundtrack(stems={"speech": 0.1 * rng.standard_normal((RATE, 2)).astype(np.float32)})
    with written_beside(voice, SoundOptions(stems=tmp_path)):
        pass
    line = DialogueLine(id="d", text="Hello there.", lang="en", speaker="Ana")
    beats = (Beat(id="b", t0=0, t1=2),)
    plan = ShotPlan(duration=2, beats=beats, dialogue=(line,))
    sound = made(plan, voice_over=tmp_path / "speech.wav")
    assert set(sound.stems) == {"speech", "ambience"}
    assert [(shown.text, shown.t1) for shown in sound.subtitles] == [("Hello there.", 1.0)]


def test_music_of_ones_own_stands_for_the_prompts_and_fills_the_clip(tmp_path: Path) -> None:
    t = np.arange(RATE) / RATE
    wave = 0.2 * np.sin(2 * np.pi * 330 * t).astype(np.float32)
    own = Soundtrack(stems={"music": np.stack([wave, wave], axis=1)})
    with written_beside(own, SoundOptions(stems=tmp_path)):
        pass
    sound = made(planned("static. Audio: soft piano."), audio=tmp_path / "music.wav")
    music = sound.stems["music"]
    assert integrated(music[RATE : RATE + RATE // 2]) > integrated(music) - 6
    assert np.argmax(np.abs(np.fft.rfft(music[:RATE, 0]))) == 330
    with pytest.raises(InputError, match="can't be read"):
        made(planned("static"), audio=tmp_path / "absent.wav")


def test_a_loop_has_no_seam() -> None:
    noise = np.random.default_rng(3).standard_normal((RATE, 2)).astype(np.float32)
    looped = filled(noise, 3 * RATE)
    assert looped.shape == (3 * RATE, 2)
    assert envelope(looped, 60).min() > 0.7 * envelope(looped, 60).max()

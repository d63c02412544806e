"""Sounds that stay with what they belong to in the picture, and follow its time."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.support.scenes import FRAME, evening_scene
from tests.support.sound import RATE, turning

from kinora.living import heard_places
from kinora.living.heard import BELONGS
from kinora.prompt import read_prompt
from kinora.sound.catalogue import catalogue
from kinora.sound.make import make_soundtrack
from kinora.sound.places import EDGE
from kinora.sound.space import SPEED_OF_SOUND
from kinora.sound.tape import Tape, tape_for
from kinora.types.motion import Motion
from kinora.types.pace import Pace
from kinora.types.plan import AudioCue, ShotPlan
from kinora.types.sound import SoundOptions, SoundPlace, Soundtrack
from kinora.weather import flashes

FPS = Fraction(25)


def planned(*cues: AudioCue, prompt: str = "static", seconds: float = 2.0) -> ShotPlan:
    return read_prompt(prompt, seconds=seconds).plan.model_copy(update={"audio": cues})


def cue(name: str, kind: str = "effect", **more: object) -> AudioCue:
    return AudioCue.model_validate({"id": "a", "raw": name, "cue": name, "kind": kind, **more})


def still(frames: int = 50) -> Motion:
    return seen_by(np.zeros(frames))


def seen_by(degrees: NDArray[np.float64]) -> Motion:
    """The evening scene's camera, turning to the right."""
    matrix = evening_scene().intrinsics.matrix()
    motion = turning(degrees, fps=FPS)
    return replace(motion, size=FRAME, intrinsics=np.tile(matrix, (len(degrees), 1, 1)))


def made(plan: ShotPlan, places: dict[str, SoundPlace] | None = None) -> Soundtrack:
    return make_soundtrack(
        plan,
        frame_count=plan.frame_count(FPS),
        fps=FPS,
        motion=still(plan.frame_count(FPS)),
        options=SoundOptions(room_tone=False, stems=Path("stems")),
        lang="en",
        places=places,
    )


def side(samples: NDArray[np.float32]) -> float:
    """Position in the stereo picture by the equal-power law, from -1 to 1."""
    left, right = (float(samples[:, k].std()) for k in (0, 1))
    return float(np.arctan2(right, left) * 4 / np.pi - 1)


def placed(x: float | NDArray[np.float64], distance: float = 1.0) -> dict[str, SoundPlace]:
    curve = np.broadcast_to(np.asarray(x, np.float64), 50).copy()
    return {"a": SoundPlace(what="fire", x=curve, distance=np.full(50, distance))}


@pytest.mark.parametrize("x", [-0.9, -0.3, 0.0, 0.6])
def test_a_sound_is_heard_from_where_its_object_is(x: float) -> None:
    samples = made(planned(cue("clock")), placed(x)).samples
    assert samples is not None
    assert side(samples) == pytest.approx(EDGE * x, abs=0.08)


def test_a_sound_moves_with_its_object_and_the_report_says_where() -> None:
    sound = made(planned(cue("engine", "ambience")), placed(np.linspace(-0.8, 0.8, 50)))
    assert sound.samples is not None
    begin, end = sound.samples[: RATE // 4], sound.samples[-RATE // 2 :]
    assert side(begin) < -0.35
    assert side(end) > 0.3
    told = [outcome.done for outcome in sound.outcomes if outcome.adds]
    assert told == ["heard from the fire, 80 % to the left at first, 80 % to the right at last"]


def test_words_for_the_place_win() -> None:
    plan = planned(cue("clock", pan="right"))
    assert "a" not in heard_places(plan, evening_scene(), still(), masks={"subject": box(0.1)})


def test_what_is_farther_is_softer_and_nearing_is_heard() -> None:
    def level(places: dict[str, SoundPlace], part: slice = slice(None)) -> float:
        plan = planned(cue("rain", "ambience"), cue("engine", "ambience", id="b"))
        stem = made(plan, {"b": places["a"]}).stems["ambience"]
        alone = made(planned(cue("rain", "ambience"))).stems["ambience"]
        assert stem.shape == alone.shape
        return float(np.std(stem[part]))

    assert level(placed(0.0, 0.7)) != level(placed(0.0, 3.0))
    near = SoundPlace(what="fire", x=np.zeros(50), distance=np.linspace(2.0, 1.0, 50))
    sound = made(planned(cue("engine", "ambience")), {"a": near}).samples
    flat = made(planned(cue("engine", "ambience")), placed(0.0, 2.0)).samples
    assert sound is not None
    assert flat is not None
    part = slice(int(1.2 * RATE), int(1.45 * RATE))
    start = slice(int(0.3 * RATE), int(0.5 * RATE))
    rise = sound[part].std() / sound[start].std() / (flat[part].std() / flat[start].std())
    assert 20 * np.log10(rise) > 2.0


def test_what_comes_fast_is_higher_in_pitch() -> None:
    speed = 20.0  # metres a second, at three metres to the focus subject
    away = SoundPlace(what="x", x=np.zeros(50), distance=1.0 + speed / 3.0 * np.arange(50) / 25)
    towards = SoundPlace(what="x", x=np.zeros(50), distance=away.distance[::-1].copy())

    def pitch(place: SoundPlace) -> float:
        samples = made(planned(cue("beep", at=0.4)), {"a": place}).samples
        assert samples is not None
        part = samples[int(0.4 * RATE) : int(0.6 * RATE), 0] * np.hanning(int(0.2 * RATE) + 0)
        return int(np.argmax(np.abs(np.fft.rfft(part, 8 * len(part))))) / 8

    ratio = pitch(towards) / pitch(away)
    assert ratio == pytest.approx((1 + speed / SPEED_OF_SOUND) / (1 - speed / SPEED_OF_SOUND), 0.02)


def box(x: float) -> NDArray[np.float32]:
    mask = np.zeros((FRAME.height, FRAME.width), np.float32)
    middle = round(x * FRAME.width)
    mask[40:60, max(middle - 10, 0) : middle + 10] = 1.0
    return mask


def test_places_are_those_of_masks_under_the_camera() -> None:
    plan, scene = planned(cue("fire", "ambience")), evening_scene()
    place = heard_places(plan, scene, still(), masks={"fire": box(0.25)})["a"]
    assert place.what == "fire"
    assert place.x == pytest.approx(np.full(50, -0.5), abs=0.01)
    assert place.distance[0] == pytest.approx(np.hypot(2.0, 2 * 40 / 180), abs=0.1)
    # The camera turns right: what is seen goes left.
    motion = seen_by(np.linspace(0, 10, 50))
    turned = heard_places(plan, scene, motion, masks={"fire": box(0.25)})["a"]
    assert turned.x[-1] < turned.x[0] - 0.2
    assert not heard_places(planned(cue("piano", "music")), scene, still(), masks={})


def test_slow_motion_lowers_what_sounds_in_the_scene_and_leaves_music() -> None:
    known = catalogue()
    assert tape_for(known["fire"], Pace(rate=0.4)) == Tape(speed=0.5)
    assert tape_for(known["fire"], Pace(rate=6.0)) == Tape(speed=1.5)
    assert tape_for(known["fire"], Pace(rate=0.8, backwards=True)) == Tape(
        speed=0.8, backwards=True
    )
    for name in ("piano", "whoosh", "room_tone"):
        assert tape_for(known[name], Pace(rate=0.4, backwards=True)).straight


def test_slowed_sounds_are_lower_and_last_as_long_as_the_clip() -> None:
    def centroid(prompt: str) -> float:
        samples = made(planned(cue("stream", "ambience"), prompt=prompt)).samples
        assert samples is not None
        assert len(samples) == 2 * RATE
        power = np.abs(np.fft.rfft(samples[:, 0])) ** 2
        return float((power * np.arange(len(power))).sum() / power.sum() / 2)

    assert centroid("static, slow motion") < 0.65 * centroid("static")
    assert centroid("static, time-lapse") > 1.2 * centroid("static")


def test_in_reverse_a_sound_ends_with_its_moment() -> None:
    plan = planned(cue("door", at=1.2), prompt="static, in reverse")
    sound = made(plan)
    assert sound.samples is not None
    loud = np.abs(sound.stems["effects"]).max(axis=1)
    last = int(np.flatnonzero(loud > 0.2 * loud.max())[-1])
    assert last / RATE == pytest.approx(1.2, abs=0.04)
    forward = made(planned(cue("door", at=1.2))).stems["effects"]
    first = int(np.argmax(np.abs(forward).max(axis=1) > 0.2 * np.abs(forward).max()))
    assert first / RATE == pytest.approx(1.2, abs=0.04)
    told = [outcome.done for outcome in sound.outcomes if outcome.adds]
    assert told == ["played backwards, as the picture"]


def test_thunder_follows_the_lightning_of_slow_motion() -> None:
    plan = read_prompt("static, slow motion, lightning. Audio: thunder", seconds=8, seed=3).plan
    assert plan.pace.rate == pytest.approx(0.4)
    flash = flashes(3, 0.0, 8 * 0.4)[0]
    sound = made(plan).stems["effects"]
    loud = np.abs(sound).max(axis=1)
    onset = int(np.argmax(loud > 0.02 * loud.max())) / RATE
    assert onset == pytest.approx((flash + 1.0) / 0.4, abs=0.1)


def test_what_has_a_place_is_known() -> None:
    ids = [name for names in BELONGS for name in names]
    assert set(ids) <= set(catalogue())
    assert len(ids) == len(set(ids))

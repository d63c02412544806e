"""Each sound of a plan, made, levelled and put in its place."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from importlib import import_module
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from kinora.sound.camera import FULL_SPEED, CameraTrack
from kinora.sound.choose import audible, choose
from kinora.sound.cues.ask import CURVE_RATE, Ask
from kinora.sound.lengths import made
from kinora.sound.loudness import SILENCE, amplitude, decibels, integrated, momentary_max
from kinora.sound.places import level_of, stand_of, standing
from kinora.sound.protocol import SAMPLE_RATE, Cue
from kinora.sound.space import panned, passing, played, reverberated
from kinora.sound.tape import Tape, tape_for
from kinora.types.plan import AudioCue, ShotPlan
from kinora.types.sound import Stem
from kinora.weather import flashes, wind

if TYPE_CHECKING:
    from kinora.sound.protocol import Generator

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

_LEVEL: Final = {"discreet": -6.0, "normal": 0.0, "loud": 6.0}  # dB
_INTENSITY: Final = {"discreet": 0.3, "normal": 0.5, "loud": 0.8}
_DISTANCE: Final = {"near": 0.1, "normal": 0.3, "far": 0.8}
_FARNESS: Final = {"near": 2.0, "normal": 0.0, "far": -4.0}  # dB
_ROOM: Final = {"near": -22.0, "normal": -16.0, "far": -9.0}  # dB of the direct sound
_AFTER_FLASH: Final = {"near": 0.3, "normal": 1.0, "far": 2.5}  # seconds: 340 metres each
_TEMPO: Final = {"slow": 66.0, "normal": None, "fast": 132.0}  # beats a minute
_SIDE: Final = {"left": -0.7, "center": 0.0, "right": 0.7}
_STEM: Final[dict[str, Stem]] = {"ambience": "ambience", "effect": "effects", "music": "music"}

_FADE_IN: Final = 0.25  # seconds, of what goes on
_FADE_OUT: Final = 0.5
_SIDEWAYS: Final = np.pi / 4  # an azimuth that is heard from one side alone
_PASS_SPEED: Final = 14.0  # metres a second
_PASS_NEAREST: Final = 8.0  # metres
_FIRST: Final = 0.15  # share of the clip after which what has no time of its own happens
_FAST_ENOUGH: Final = 1e-3  # frame widths a second


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The length of the clip, in frames and samples."""

    frame_count: int
    fps: Fraction

    @property
    def samples(self) -> int:
        """Of the whole clip, to the nearest."""
        return round(self.frame_count * SAMPLE_RATE / self.fps)

    @property
    def seconds(self) -> float:
        """Of the whole clip."""
        return float(self.frame_count / self.fps)

    def at(self, seconds: float) -> int:
        """The sample at which the frame nearest to ``seconds`` is shown."""
        frame = min(max(round(Fraction(seconds) * self.fps), 0), self.frame_count)
        return round(frame * SAMPLE_RATE / self.fps)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Track:
    """One sound in its place: ``samples`` (n, 2) float32 from sample ``start`` of the clip on."""

    stem: Stem
    start: int
    samples: F32
    item: str | None = None  # id of the plan's item that it is of


def cue_tracks(plan: ShotPlan, clock: Clock, camera: CameraTrack | None) -> Iterator[Track]:
    """The audio cues of ``plan`` that can be made, in order, one at a time."""
    for item in audible(plan):
        choice = choose(item)
        if choice is not None and (track := _track(item, choice.cue, plan, clock, camera)):
            yield track


def room_tone(plan: ShotPlan, clock: Clock) -> Track:
    """Quiet air under the whole clip."""
    item = AudioCue(id="room tone", raw="", cue="room_tone")
    choice = choose(item)
    assert choice is not None  # it is in the catalogue, a test says
    track = _track(item, choice.cue, plan, clock, None)
    assert track is not None
    return track


def generator(cue: Cue) -> Generator:
    """The function that makes ``cue``."""
    module, _, function = cue.make.partition(".")
    found: Generator = getattr(import_module(f"kinora.sound.cues.{module}"), function)
    return found


def _track(
    item: AudioCue, cue: Cue, plan: ShotPlan, clock: Clock, camera: CameraTrack | None
) -> Track | None:
    tape = tape_for(cue, plan.pace)
    start, end = _span(item, cue, plan, clock)
    if tape.backwards and not cue.continuous:  # it ends with its moment
        start, end = 0, start
    if end <= start:
        return None
    ask = _ask(item, cue, plan, camera, tape=tape, span=(start, end))
    samples = played(made(generator(cue), cue, ask), tape)
    samples = samples[-(end - start) :] if tape.backwards else samples[: end - start]
    start = end - len(samples) if tape.backwards else start
    loudness = integrated(samples) if cue.continuous else momentary_max(samples)
    if loudness <= SILENCE:
        return None
    wanted = cue.lufs + _LEVEL[item.level] + _farness(item, camera) + _rush(cue, camera)
    samples *= np.float32(amplitude(wanted - loudness))
    samples = _placed(samples, item, cue, camera, start=start)
    if cue.continuous:
        fade(samples)
    return Track(stem=_STEM[cue.kind], start=start, samples=samples, item=item.id)


def _span(item: AudioCue, cue: Cue, plan: ShotPlan, clock: Clock) -> tuple[int, int]:
    """Samples [start, end) that it may fill."""
    if item.at is not None:
        start = clock.at(item.at)
    elif (flash := _flash(cue, plan)) is not None:
        scene = flash + _AFTER_FLASH[item.distance]
        start = clock.at(plan.pace.clip_seconds(scene, plan.duration * plan.pace.rate))
    else:
        first = 1.0 - _FIRST if tape_for(cue, plan.pace).backwards else _FIRST
        start = 0 if cue.continuous else clock.at(first * clock.seconds)
    end = clock.samples if item.until is None else clock.at(item.until)
    return start, end


def _flash(cue: Cue, plan: ShotPlan) -> float | None:
    """When the first lightning of the picture strikes, for thunder, by the scene's clock."""
    struck = [light.t0 for light in plan.light if light.kind == "lightning"]
    if cue.id != "thunder" or not struck:
        return None
    rate = plan.pace.rate
    told = (None if time is None else time * rate for time in struck)
    times = flashes(plan.seed, 0.0, plan.duration * rate, told=told)
    return float(times[0]) if len(times) else None


def _ask(
    item: AudioCue,
    cue: Cue,
    plan: ShotPlan,
    camera: CameraTrack | None,
    *,
    tape: Tape,
    span: tuple[int, int],
) -> Ask:
    """What the generator is told, its curves over ``span``, samples of the clip."""
    samples = tape.needs(span[1] - span[0])
    own = np.arange(samples * CURVE_RATE // SAMPLE_RATE + 2) / CURVE_RATE / tape.speed
    times = span[1] / SAMPLE_RATE - own if tape.backwards else span[0] / SAMPLE_RATE + own
    scene = plan.pace.rate * (plan.duration - times if plan.pace.backwards else times)
    loop = plan.duration * plan.pace.rate if plan.loops else None
    speed = None
    if camera is not None:
        rush = np.interp(times, camera.seconds, camera.speed)
        most = float(camera.speed.max())
        speed = (rush / most if most > _FAST_ENOUGH else rush * 0.0).astype(np.float32)
    return Ask(
        n=samples,
        seed=plan.seed * 65_537 + zlib.crc32(f"{item.id} {cue.id}".encode()),
        intensity=_INTENSITY[item.level],
        distance=_DISTANCE[item.distance],
        gust=wind(plan.seed, scene, period=loop).astype(np.float32),
        speed=speed,
        mood=item.mood or "calm",
        tempo=_TEMPO[item.tempo or "normal"],
    )


def _rush(cue: Cue, camera: CameraTrack | None) -> float:
    """dB by which a slow move rushes less than the fastest usual one."""
    if cue.id != "whoosh" or camera is None:
        return 0.0
    return decibels(min(1.0, float(camera.speed.max()) / FULL_SPEED)) / 2.0


def _farness(item: AudioCue, camera: CameraTrack | None) -> float:
    """dB that distance takes: as words tell it, else as the picture shows it."""
    place = camera.places.get(item.id) if camera is not None else None
    if place is None or item.distance != "normal":
        return _FARNESS[item.distance]
    return level_of(place)


def _placed(
    samples: F32, item: AudioCue, cue: Cue, camera: CameraTrack | None, *, start: int
) -> F32:
    """Panned or driven past, and answered by the room."""
    place = camera.places.get(item.id) if camera is not None else None
    if camera is not None and place is not None:
        samples = standing(samples, stand_of(place, camera.fps, start=start, samples=len(samples)))
    elif item.pan in ("left_to_right", "right_to_left"):
        middle = len(samples) / SAMPLE_RATE / 2.0
        samples = passing(
            samples,
            speed=_PASS_SPEED,
            nearest=_PASS_NEAREST,
            at=middle,
            leftwards=item.pan == "right_to_left",
        )
    elif item.pan is not None or cue.kind == "effect":
        side = _SIDE[item.pan or "center"]
        samples = panned(samples, _seen_from(side, camera, start=start, samples=len(samples)))
    if cue.kind == "ambience" and item.distance != "far":
        return samples.copy()  # it is all around already
    return samples + reverberated(samples) * np.float32(amplitude(_ROOM[item.distance]))


def _seen_from(side: float, camera: CameraTrack | None, *, start: int, samples: int) -> F64 | float:
    """Where a place of the world lies while the camera turns: (n,) positions, or one."""
    if camera is None or float(np.ptp(camera.yaw)) < _FAST_ENOUGH:
        return side
    coarse = start / SAMPLE_RATE + np.arange(0, samples + CURVE_RATE, CURVE_RATE) / SAMPLE_RATE
    turned = np.interp(coarse, camera.seconds, camera.yaw)
    place = side - np.sin(turned) / np.sin(_SIDEWAYS)
    found: F64 = np.interp(np.arange(samples), np.arange(len(coarse)) * CURVE_RATE, place)
    return found


def fade(samples: F32) -> None:
    """Let (n, 2) sound come and go, along half a cosine."""
    n = len(samples)
    rise = min(int(_FADE_IN * SAMPLE_RATE), n // 2)
    fall = min(int(_FADE_OUT * SAMPLE_RATE), n // 2)
    samples[:rise] *= (0.5 - 0.5 * np.cos(np.pi * np.arange(rise) / max(rise, 1)))[:, None]
    samples[n - fall :] *= (0.5 + 0.5 * np.cos(np.pi * np.arange(fall) / max(fall, 1)))[:, None]

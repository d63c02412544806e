"""Single instruments and voices that play a quiet line or chords."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from kinora.sound.cues.music import bodied, plucked, strummed
from kinora.sound.cues.score import figure, harmony, hertz, melody
from kinora.sound.dsp.control import ramp, wander
from kinora.sound.dsp.filters import convolved
from kinora.sound.dsp.modal import burst, struck
from kinora.sound.dsp.space import finished, haze, place, seat
from kinora.sound.dsp.tones import played, stretched, wavetable
from kinora.sound.protocol import SAMPLE_RATE as RATE

if TYPE_CHECKING:
    from kinora.sound.cues.ask import Ask
    from kinora.sound.protocol import F32

_UKE = (
    (0.0, 0, 0.8, 0.5), (0.02, 1, 0.7, 0.5), (0.04, 2, 0.7, 0.5), (0.06, 4, 0.7, 0.5),
    (0.75, 4, 0.4, 0.25), (0.77, 2, 0.4, 0.25), (1.0, 0, 0.65, 0.5), (1.02, 1, 0.6, 0.5),
    (1.04, 2, 0.6, 0.5), (1.5, 4, 0.5, 0.25), (1.52, 2, 0.5, 0.25), (1.75, 0, 0.45, 0.25),
)  # fmt: skip
_KALIMBA = ((0.0, 0, 0.8, 1.0), (0.5, 2, 0.6, 1.0), (1.0, 4, 0.7, 1.0), (1.5, 5, 0.55, 1.0))
#: First three formants of "ah" and "oo" in hertz.
_AH, _OO = (700.0, 1150.0, 2700.0), (330.0, 800.0, 2300.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wind:
    """A blown instrument.

    Attributes:
        around: MIDI number its line stays near.
        weights: of its harmonics.
        attack: seconds in which a note speaks.
        shake: depth of vibrato in cents, 5.2 times a second, that grows into a note.
        air: level of the breath.
        scoop: cents from below that a note begins at.
    """

    around: int
    weights: Sequence[float]
    attack: float = 0.05
    shake: float = 15.0
    air: float = 0.04
    scoop: float = 0.0


def saxophone(ask: Ask) -> F32:
    """A saxophone: a slow line, breathy, scooped into."""
    weights = (1.0, 0.9, 0.75, 0.55, 0.42, 0.3, 0.24, 0.18, 0.13, 0.1, 0.07, 0.05, 0.04, 0.03)
    wind = Wind(around=62, weights=weights, attack=0.06, shake=22.0, air=0.09, scoop=70.0)
    return _line(ask, "saxophone", wind)


def trumpet(ask: Ask) -> F32:
    """A trumpet or other brass: a bright line."""
    k = np.arange(1, 20)
    wind = Wind(around=67, weights=(k**-0.4 * np.exp(-k / 7.0)).tolist(), attack=0.04, shake=14.0)
    return _line(ask, "trumpet", wind)


def flute(ask: Ask) -> F32:
    """A flute: few harmonics, much air."""
    wind = Wind(around=76, weights=(1.0, 0.45, 0.2, 0.06, 0.03), attack=0.07, shake=25.0, air=0.16)
    return _line(ask, "flute", wind)


def accordion(ask: Ask) -> F32:
    """An accordion: reeds a few cents apart, a line over held chords."""
    k = np.arange(1, 24)
    weights = (k**-0.75 * np.where(k % 2, 1.0, 0.75)).tolist()
    wind = Wind(around=71, weights=weights, attack=0.035, shake=0.0, air=0.01)
    tune = _line(ask, "accordion", wind, reeds=(-9.0, 0.0, 9.0))
    chords = _held(ask, "bellows", weights, lowest=52, attack=0.12, reeds=(-6.0, 6.0))
    return finished(tune + chords * np.float32(0.5 * tune.std() / chords.std()))


def organ(ask: Ask) -> F32:
    """A church organ: ranks at the octaves, in a large nave."""
    weights = np.zeros(16)
    for rank, loud in ((1, 1.0), (2, 0.7), (3, 0.3), (4, 0.45), (6, 0.15), (8, 0.25), (12, 0.08)):
        weights[rank - 1] += loud
    dry = _held(ask, "organ", weights.tolist(), lowest=43, attack=0.09, reeds=(-2.0, 2.0))
    nave = convolved(dry, haze(ask.rng("nave"), 3.2, top=2800.0, early=0.03))
    return finished(dry + 0.8 * nave)


def choir(ask: Ask) -> F32:
    """A choir that sings "ah" and "oo": many throats to each tone of slow chords."""
    chords = harmony(ask, lowest=45)
    out = np.zeros((ask.n, 2), np.float32)
    hold = 2 * chords.half_bar
    for first in range(0, len(chords.chords), 2):
        root, third, fifth, _ = chords.chords[first]
        start = first * chords.half_bar
        n = min(int((hold + 0.9) * RATE), ask.n - int(start * RATE))
        if n <= 0:
            break
        vowel = _AH if (first // 2) % 2 == 0 else _OO
        gate = ramp(n, int(min(0.45, 0.25 if not first else 0.45) * RATE), int(0.9 * RATE))
        for pitch in (root, fifth, third + 12, root + 12):
            for voice in range(4):
                rng = ask.rng(f"singer {first} {pitch} {voice}")
                sound = _sung(rng, hertz(pitch), n, vowel) * gate
                side = (1 if voice % 2 else -1) * (0.9 - 0.35 * (voice // 2))
                place(out, start, seat(sound, side)[:n])
    nave = convolved(out, haze(ask.rng("nave"), 2.4, top=3500.0, early=0.025))
    return finished(out + 0.6 * nave)


def _sung(rng: np.random.Generator, f0: float, n: int, vowel: tuple[float, ...]) -> F32:
    """One singer's vowel, with vibrato and a throat of his own."""
    size = float(rng.uniform(0.95, 1.12)) * (1.12 if f0 > 240 else 1.0)
    f = np.arange(1, max(2, int(5000 / f0))) * f0
    weights = np.full(len(f), 0.02)
    for centre, width, gain in zip(vowel, (110, 140, 220), (1.0, 0.6, 0.3), strict=True):
        weights += gain / (1 + ((f - centre * size) / width) ** 2)
    coarse = np.arange(n // 256 + 2) * 256 / RATE
    cents = float(rng.normal(0, 6)) + 16.0 * np.clip(coarse / 0.7, 0, 1) * np.sin(
        2 * np.pi * (float(rng.uniform(5.0, 6.0)) * coarse + rng.random())
    )
    cents = cents + 8.0 * (wander(rng, coarse, 1.5) - 0.5)
    table = wavetable(weights * (f / f0) ** -0.6, rng)
    return played(table, stretched(f0 * 2 ** (cents / 1200), 256, n), start=rng.random())


def ukulele(ask: Ask) -> F32:
    """A ukulele, strummed."""
    chords = harmony(ask, lowest=60)
    make = partial(plucked, ask.rng("pick"), decay=1.1, dull=8.0, soft=4200.0, seconds=1.2)
    out = strummed(ask, figure(ask.rng("uke"), chords, _UKE, humanly=0.004), make, spread=0.4)
    return finished(bodied(out, ((380.0, 6.0, 1.2), (760.0, 6.0, 0.8))))


def kalimba(ask: Ask) -> F32:
    """A kalimba or a marimba: short warm bars."""
    chords = harmony(ask, lowest=60)
    notes = [
        *figure(ask.rng("kalimba"), chords, _KALIMBA),
        *melody(ask.rng("top"), chords, around=79),
    ]
    return finished(strummed(ask, notes, _bar, spread=0.3))


def _bar(pitch: int) -> F32:
    """A tuned bar: partials 1, 4 and 9.2 (Fletcher and Rossing, section 19.3)."""
    f = hertz(pitch)
    return struck([f, 3.98 * f, 9.2 * f], [0.32, 0.07, 0.02], [1, 0.2, 0.06], seconds=1.2)


def singing_bowl(ask: Ask) -> F32:
    """A singing bowl or a gong: slow beats of modes that lie close together."""
    rng = ask.rng("bowl")
    out = np.zeros((ask.n, 2), np.float32)
    for at, start in enumerate(np.arange(0.0, ask.seconds, 5.0)):
        f = 196.0 * (1.0, 1.335)[at % 2]
        modes, decays, gains = [], [], []
        for ratio, decay, gain in (
            (1, 5.0, 1.0),
            (2.71, 3.4, 0.6),
            (5.0, 2.0, 0.3),
            (7.9, 1.1, 0.12),
        ):
            for off in (0.0, 1.1):
                modes.append(f * ratio + off)
                decays.append(decay)
                gains.append(gain)
        ring = struck(modes, decays, gains, seconds=9.0, attack=0.02)
        felt = 0.05 * burst(rng, 0.03, 150.0, 1500.0, attack=0.004)
        ring[: len(felt)] += felt
        place(out, float(start), seat(ring, 0.25 * (-1) ** at))
    return finished(out + 0.3 * convolved(out, haze(rng, 2.0, top=4000.0)))


# -- lines and chords --------------------------------------------------------------------------


def _line(ask: Ask, name: str, wind: Wind, *, reeds: Sequence[float] = (0.0,)) -> F32:
    """A melody, blown; ``reeds`` are cents that sound together."""
    rng = ask.rng(name)
    chords = harmony(ask, lowest=48)
    notes = melody(rng, chords, around=wind.around)
    table = wavetable(np.asarray(wind.weights), rng)
    out = np.zeros((ask.n, 2), np.float32)
    for note in notes:
        if note.start >= ask.seconds:
            continue
        n = min(int((note.seconds + 0.12) * RATE), ask.n - int(note.start * RATE))
        sound = sum(_blown(rng, hertz(note.pitch), n, wind, table, cents) for cents in reeds)
        place(out, note.start, seat(np.asarray(sound, np.float32), -0.1), gain=note.velocity)
    room = convolved(out, haze(ask.rng("room"), 1.3, top=4000.0))
    return finished(out + 0.3 * room)


def _blown(
    rng: np.random.Generator, f0: float, n: int, wind: Wind, table: F32, cents: float
) -> F32:
    """One note of ``n`` samples."""
    coarse = np.arange(n // 128 + 2) * 128 / RATE
    shake = wind.shake * np.clip((coarse - 0.25) / 0.5, 0, 1) * np.sin(2 * np.pi * 5.2 * coarse)
    bend = shake - wind.scoop * np.exp(-coarse / 0.04) + 2.0 * (wander(rng, coarse, 3.0) - 0.5)
    pitch = f0 * 2 ** ((bend + cents) / 1200)
    tone = played(table, stretched(pitch, 128, n))
    level = stretched(0.8 + 0.25 * wander(rng, coarse, 1.5), 128, n)
    sound = tone * level
    if wind.air:
        breath = burst(rng, max(n / RATE, 0.01), 0.8 * f0, 8 * f0, attack=0.02, sharpness=0.6)
        sound[: len(breath)] += wind.air * breath[: len(sound)]
    return sound * ramp(n, int(wind.attack * RATE), int(0.09 * RATE))


def _held(
    ask: Ask,
    name: str,
    weights: Sequence[float],
    *,
    lowest: int,
    attack: float,
    reeds: Sequence[float],
) -> F32:
    """Chords of two half bars, each tone by some reeds or pipes that many cents off."""
    chords = harmony(ask, lowest=lowest)
    out = np.zeros((ask.n, 2), np.float32)
    for first in range(0, len(chords.chords), 2):
        root, third, fifth, _ = chords.chords[first]
        start = first * chords.half_bar
        n = min(int((2 * chords.half_bar + 0.15) * RATE), ask.n - int(start * RATE))
        if n <= 0:
            break
        gate = ramp(n, int(attack * RATE), int(0.15 * RATE))
        for which, pitch in enumerate((root, fifth, third + 12, root + 12)):
            for reed, cents in enumerate(reeds):
                rng = ask.rng(f"{name} {first} {which} {reed}")
                f0 = hertz(pitch) * 2 ** (cents / 1200)
                most = max(1, min(len(weights), int(12000 / f0)))
                table = wavetable(np.asarray(weights[:most]), rng)
                tone = played(table, np.full(n, f0), start=rng.random()) * gate
                place(out, start, seat(tone, (0.8 if reed % 2 else -0.8) * (1 - 0.2 * which))[:n])
    return out

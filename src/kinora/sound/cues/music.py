"""Music beds. Each is a quiet figure over a few chords; `kinora.sound.cues.score` has the notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from kinora.sound.cues.score import Harmony, Note, figure, harmony, hertz, melody
from kinora.sound.dsp.control import ramp, wander
from kinora.sound.dsp.filters import filtered, resonator
from kinora.sound.dsp.modal import burst, mixed, struck
from kinora.sound.dsp.space import finished, pan, place
from kinora.sound.dsp.strings import string
from kinora.sound.dsp.tones import played, stretched, wavetable
from kinora.sound.protocol import SAMPLE_RATE as RATE

if TYPE_CHECKING:
    from kinora.sound.cues.ask import Ask
    from kinora.sound.protocol import F32

    Maker = Callable[[int], F32]

_PICKED = (
    (0.0, 0, 0.95, 2.0), (0.5, 4, 0.6, 1.5), (1.0, 5, 0.7, 1.0), (1.25, 6, 0.5, 0.75),
    (1.5, 4, 0.6, 0.5), (1.75, 5, 0.45, 0.5),
)  # fmt: skip
_SLOWLY = ((0.0, 0, 0.9, 2.0), (0.5, 4, 0.55, 1.5), (1.0, 5, 0.6, 1.0), (1.5, 6, 0.5, 0.5))
_PIANO = ((0.0, -4, 0.6, 2.0), (0.5, 2, 0.4, 1.5), (1.0, 4, 0.45, 1.0), (1.5, 5, 0.4, 0.5))
_ROLLED = tuple((0.25 * i, tone, 0.55 + 0.05 * i, 2.0) for i, tone in enumerate((0, 1, 2, 4, 5, 6)))
_BODY = ((102.0, 9.0, 1.6), (205.0, 9.0, 1.3), (400.0, 7.0, 0.7), (2600.0, 1.2, 0.4))


def guitar(ask: Ask) -> F32:
    """Soft acoustic guitar, picked with the fingers."""
    rng = ask.rng("guitar")
    chords = harmony(ask, lowest=40)
    steps = _SLOWLY if chords.beat > 0.9 else _PICKED
    make = partial(plucked, ask.rng("pick"), decay=3.2, dull=14.0, soft=2600.0, seconds=2.6)
    out = strummed(ask, figure(rng, chords, steps), make, spread=0.25)
    return finished(bodied(out, _BODY))


def harp(ask: Ask) -> F32:
    """A harp: rolled chords."""
    chords = harmony(ask, lowest=48)
    make = partial(plucked, ask.rng("pick"), decay=4.0, dull=9.0, soft=3800.0, seconds=3.5)
    notes = figure(ask.rng("harp"), chords, _ROLLED)
    return finished(bodied(strummed(ask, notes, make, spread=0.5), ((180.0, 4.0, 0.8),)))


def piano(ask: Ask) -> F32:
    """A soft piano: broken chords and a slow line above them."""
    rng = ask.rng("piano")
    chords = harmony(ask, lowest=48)
    notes = [*figure(rng, chords, _PIANO), *melody(rng, chords, around=72)]
    make = partial(hammered, ask.rng("hammer"))
    out = strummed(ask, notes, make, spread=0.35, damped=0.12)
    return finished(bodied(out, ((90.0, 1.5, 0.7), (240.0, 2.0, 0.4))))


def music_box(ask: Ask) -> F32:
    """A music box: tines, high and clear."""
    chords = harmony(ask, lowest=72)
    rng = ask.rng("music box")
    notes = [*melody(rng, chords, around=86), *figure(rng, chords, _SLOWLY)]
    return finished(strummed(ask, notes, _tine, spread=0.3))


def pad(ask: Ask) -> F32:
    """A warm pad: slow chords of detuned voices."""
    return finished(_held(ask, lowest=45, attack=0.9, bright=1.9, voices=4, detune=7.0, shake=0.0))


def strings(ask: Ask) -> F32:
    """A string section: slow bows with a little vibrato."""
    sound = _held(ask, lowest=48, attack=0.45, bright=1.25, voices=4, detune=5.0, shake=14.0)
    return finished(bodied(sound, ((290.0, 3.0, 0.7), (480.0, 3.0, 0.5), (1100.0, 2.0, 0.4))))


def drone(ask: Ask) -> F32:
    """A low drone that swells: tension."""
    sound = _held(ask, lowest=36, attack=1.2, bright=2.0, voices=4, detune=11.0, shake=0.0, tones=1)
    return finished(sound, top=1800.0)


def drums(ask: Ask) -> F32:
    """Soft drums: low drum, frame drum and shaker; wide and heavy where the mood is epic."""
    rng = ask.rng("drums")
    chords = harmony(ask, lowest=40)
    low = struck([68, 112, 176], [0.22, 0.12, 0.06], [1, 0.5, 0.3], seconds=0.9, bend=0.35)
    boom = mixed((0.0, low), (0.0, 0.25 * burst(rng, 0.03, 200, 2500)))
    tap = mixed(
        (0.0, struck([190, 320, 470], [0.07, 0.05, 0.03], [1, 0.6, 0.4], seconds=0.25, bend=0.1)),
        (0.0, 0.5 * burst(rng, 0.06, 900, 5000, sharpness=6)),
    )
    out = np.zeros((ask.n, 2), np.float32)
    for at in range(len(chords.chords)):
        start = at * chords.half_bar
        for when, sound, gain, side in (
            (0.0, boom, 1.0, 0.0), (0.75, boom, 0.45, 0.0), (1.0, tap, 0.7, 0.15),
        ):  # fmt: skip
            place(out, start + when * chords.beat, pan(sound, side), gain=gain * chords.force)
        for quarter in range(4):
            grain = burst(rng, 0.07, 4000, 10000, attack=0.012, sharpness=5)
            gain = 0.16 * (1.0 if quarter % 2 else 0.6) * chords.force
            place(out, start + 0.5 * quarter * chords.beat, pan(grain, -0.35), gain=gain)
    return finished(out)


# -- notes ------------------------------------------------------------------------------------


def strummed(
    ask: Ask, notes: Sequence[Note], make: Maker, *, spread: float, damped: float = 0.0
) -> F32:
    """Notes at their places; each pitch is made once.

    Args:
        ask: for the length.
        notes: what is played.
        make: (n,) the sound of a pitch at full velocity.
        spread: how far low and high notes lie left and right.
        damped: seconds in which a note that is let go dies, 0 where it rings on.
    """
    out = np.zeros((ask.n, 2), np.float32)
    made: dict[int, F32] = {}
    for note in notes:
        if note.start >= ask.seconds:
            continue
        if note.pitch not in made:
            made[note.pitch] = make(note.pitch)
        sound = made[note.pitch]
        if damped:
            kept = min(len(sound), int((note.seconds + 2.5 * damped) * RATE))
            sound = sound[:kept] * ramp(kept, 0, int(2.5 * damped * RATE))
        side = float(np.clip((note.pitch - 60) / 24, -1, 1)) * spread
        place(out, note.start, pan(sound, side), gain=note.velocity)
    return out


def plucked(
    rng: np.random.Generator, pitch: int, *, decay: float, dull: float, soft: float, seconds: float
) -> F32:
    """A nylon string, plucked at 0.18 of its length; higher strings ring shorter."""
    frequency = hertz(pitch)
    period = RATE / frequency
    m = int(period) + 64
    pick = np.zeros(m)
    width = max(4, int(RATE / soft))
    pick[:width] = np.hanning(width)
    pick += 0.12 * rng.standard_normal(m) * np.exp(-np.arange(m) / (0.25 * period))
    later = np.zeros(m)
    shift = int(0.18 * period)
    later[shift:] = pick[: m - shift]
    shorter = (196.0 / frequency) ** 0.35
    sound = string(
        frequency, pick - later, seconds=seconds, decay=decay * shorter, dull=dull * shorter
    )
    n = len(sound)
    return sound * ramp(n, 24, n // 4) / np.float32(np.abs(sound).max())


def hammered(rng: np.random.Generator, pitch: int) -> F32:
    """Two steel strings a cent apart under a felt hammer: at first together, then not."""
    frequency = hertz(pitch)
    width = int(RATE * (0.0021 - 0.0013 * min(1.0, (pitch - 36) / 60)))
    felt = np.hanning(width) ** 1.5
    knock = 0.004 * rng.standard_normal(RATE // 60) * np.exp(-np.arange(RATE // 60) / 120)
    hit = np.zeros(max(width, len(knock)) + int(0.12 * RATE / frequency) + 1)
    hit[:width] += felt
    hit[: len(knock)] += knock
    shift = int(0.12 * RATE / frequency)
    hit[shift : shift + width] -= 0.9 * felt
    stiffness = 2.4e-4 * 2 ** ((pitch - 60) / 12 * 0.9)
    long = 7.0 * 2 ** (-(pitch - 60) / 18)
    parts = [
        string(
            frequency * 2 ** (cents / 1200), hit,
            seconds=3.0, decay=share * long, dull=5.0, stiffness=stiffness,
        )
        for cents, share in ((-0.5, 1.0), (0.5, 0.45))
    ]  # fmt: skip
    sound = parts[0] + parts[1]
    n = len(sound)
    return sound * ramp(n, 16, n // 4) / np.float32(np.abs(sound).max())


def _tine(pitch: int) -> F32:
    """A steel tine, clamped at one end: its partials are those of a bar (1, 6.27, 17.5)."""
    f = hertz(pitch)
    return struck([f, 6.267 * f, 17.55 * f], [0.5, 0.09, 0.02], [1, 0.16, 0.05], seconds=1.6)


# -- held chords ------------------------------------------------------------------------------


def _held(
    ask: Ask,
    *,
    lowest: int,
    attack: float,
    bright: float,
    voices: int,
    detune: float,
    shake: float,
    tones: int = 3,
) -> F32:
    """Slow chords, one following the other under it.

    Args:
        ask: what is asked for.
        lowest: MIDI number from which the roots start.
        attack: seconds in which a chord opens.
        bright: its k-th harmonic has k^-bright, below a roll-off at 2.5 kHz.
        voices: players to each tone, alternately left and right.
        detune: how far apart they are, in cents.
        shake: depth of vibrato, in cents.
        tones: how many tones of the chord.
    """
    chords = harmony(ask, lowest=lowest)
    out = np.zeros((ask.n, 2), np.float32)
    hold = 2 * chords.half_bar
    for first in range(0, len(chords.chords), 2):
        chord = _voicing(chords, first, tones)
        n = min(int((hold + 1.6 * attack) * RATE), ask.n - int(first * chords.half_bar * RATE))
        if n <= 0:
            break
        opening = min(int(attack * RATE), n // 2) if first else int(min(0.25, attack) * RATE)
        gate = ramp(n, opening, int(1.6 * attack * RATE))
        for which, pitch in enumerate(chord):
            for voice in range(voices):
                rng = ask.rng(f"voice {first} {which} {voice}")
                sound = _bowed(rng, pitch, n, bright=bright, detune=detune, shake=shake)
                side = (1 if voice % 2 else -1) * (0.95 - 0.3 * (voice // 2))
                place(out, first * chords.half_bar, pan(sound * gate, side))
    return out


def _voicing(chords: Harmony, first: int, tones: int) -> tuple[int, ...]:
    """Root low, the rest an octave higher, close together."""
    root, third, fifth, _ = chords.chords[first]
    return (root, fifth, third + 12, root + 12)[: 2 if tones == 1 else tones + 1]


def _bowed(
    rng: np.random.Generator, pitch: int, n: int, *, bright: float, detune: float, shake: float
) -> F32:
    """One player's tone."""
    frequency = hertz(pitch) * 2 ** (float(rng.normal(0, detune / 2)) / 1200)
    k = np.arange(1, int(min(12000, RATE / 2.2) / frequency))
    weights = k**-bright / np.sqrt(1 + (k * frequency / 2500.0) ** 4)
    coarse = np.arange(n // 256 + 2) * 256 / RATE
    cents = 3.0 * (wander(rng, coarse, 0.6) - 0.5)
    if shake:
        rate = float(rng.uniform(4.8, 5.8))
        grown = np.clip(coarse / 0.6, 0, 1)
        cents = cents + shake * grown * np.sin(2 * np.pi * (rate * coarse + rng.random()))
    pace = stretched(frequency * 2 ** (cents / 1200), 256, n)
    level = (220.0 / frequency) ** 0.5
    swell = stretched(level * (0.75 + 0.5 * wander(rng, coarse, 0.5)), 256, n)
    return played(wavetable(weights, rng), pace, start=rng.random()) * swell


def bodied(sound: F32, peaks: Sequence[tuple[float, float, float]]) -> F32:
    """``sound`` through a body of (hertz, Q, gain) resonances, each a causal second order."""
    return filtered(sound, np.concatenate([resonator(*peak) for peak in peaks]))

"""Bands: a jazz trio, a club's beat, a lo-fi beat, and loud guitars."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from kinora.sound.cues.machines import vinyl
from kinora.sound.cues.music import hammered, plucked, strummed
from kinora.sound.cues.score import Harmony, Note, harmony, hertz, melody
from kinora.sound.dsp.control import ramp
from kinora.sound.dsp.filters import convolved
from kinora.sound.dsp.modal import burst, mixed, struck
from kinora.sound.dsp.space import filtered, finished, haze, pan, place
from kinora.sound.dsp.tones import played, wavetable
from kinora.sound.protocol import SAMPLE_RATE as RATE

if TYPE_CHECKING:
    from kinora.sound.cues.ask import Ask
    from kinora.sound.protocol import F32

_SWING = 2 / 3  # of a beat: where the second eighth falls


def jazz(ask: Ask) -> F32:
    """A jazz trio: brushes and ride, a walking double bass, a piano that comps."""
    chords = harmony(_paced(ask, 118.0), lowest=40)
    rng = ask.rng("jazz")
    bass = strummed(
        ask,
        _walking(rng, chords),
        partial(plucked, ask.rng("bass"), decay=1.0, dull=4.5, soft=900.0, seconds=1.0),
        spread=0.1,
        damped=0.08,
    )
    piano = strummed(
        ask, _comping(rng, chords), partial(hammered, ask.rng("piano")), spread=0.35, damped=0.1
    )
    kit = np.zeros((ask.n, 2), np.float32)
    ride, brush = _ride(rng), burst(rng, 0.13, 1800.0, 8000.0, attack=0.03, sharpness=2.5)
    for at in range(len(chords.chords)):
        start = at * chords.half_bar
        for beat, loud in ((0.0, 0.8), (1.0, 1.0), (1 + _SWING, 0.55)):
            when = max(0.0, start + beat * chords.beat + float(rng.normal(0, 0.004)))
            place(kit, when, pan(ride, 0.35), gain=0.35 * loud * float(rng.uniform(0.85, 1.1)))
        place(kit, start + chords.beat, pan(brush, -0.25), gain=0.5)
    out = _leveled(bass, 1.0) + _leveled(piano, 0.8) + _leveled(kit, 0.4)
    room = convolved(out, haze(ask.rng("club"), 0.9, top=3500.0))
    return finished(out + 0.25 * room, top=11000.0)


def _walking(rng: np.random.Generator, chords: Harmony) -> list[Note]:
    """A quarter note to each beat: the root, then a tone on the way to the next root."""
    notes = []
    for at, (root, third, fifth, seventh) in enumerate(chords.chords):
        following = chords.chords[min(at + 1, len(chords.chords) - 1)][0]
        low = root - 12 if root > 45 else root
        near = following - 12 if following > 45 else following
        way = near + int(rng.choice((-1, 1, 2)))
        tone = int(rng.choice((third, fifth, seventh))) - root + low
        second = way if rng.random() < 0.55 else tone
        start = at * chords.half_bar
        notes.append(Note(start, low, 0.9, 0.95 * chords.beat))
        notes.append(Note(start + chords.beat, second, 0.75, 0.9 * chords.beat))
    return notes


def _comping(rng: np.random.Generator, chords: Harmony) -> list[Note]:
    """Chords without their roots on Charleston's beats, and a sparse line above."""
    notes = []
    for at, (root, third, _, seventh) in enumerate(chords.chords):
        tones = [third + 12, seventh + 12, root + 26]
        for beat in (0.0, _SWING + 1) if rng.random() < 0.6 else (_SWING,):
            if rng.random() < 0.2:
                continue
            for tone in tones:
                off = abs(float(rng.normal(0, 0.004)))
                start = at * chords.half_bar + beat * chords.beat + off
                notes.append(
                    Note(start, tone, 0.45 * float(rng.uniform(0.8, 1)), 0.4 * chords.beat)
                )
    line = [note for note in melody(rng, chords, around=74) if rng.random() < 0.55]
    return notes + [dataclasses.replace(note, velocity=0.7) for note in line]


def _ride(rng: np.random.Generator) -> F32:
    """A ride cymbal: a stick's ping over a wash of modes that have no pitch."""
    modes = np.exp(rng.uniform(np.log(900), np.log(9000), 24)).tolist()
    ring = struck(modes, rng.uniform(0.12, 0.5, 24).tolist(), [0.12] * 24, seconds=0.9)
    ping = 0.5 * burst(rng, 0.02, 3500.0, 11000.0, attack=0.0003)
    wash = 0.12 * burst(rng, 0.7, 3500.0, 12000.0, attack=0.004, sharpness=4)
    return mixed((0.0, ring), (0.0, ping), (0.0, wash))


def electronic(ask: Ask) -> F32:
    """Techno or house: a kick to each beat, hats between, a bass that pumps."""
    chords = harmony(_paced(ask, 124.0), lowest=36)
    rng = ask.rng("club")
    kick, clap = _kick(rng), burst(rng, 0.14, 900.0, 6000.0, attack=0.002, sharpness=4)
    hat = burst(rng, 0.06, 6500.0, 14000.0, attack=0.001, sharpness=5)
    out = np.zeros((ask.n, 2), np.float32)
    beat = chords.beat
    saw = wavetable(np.arange(1, 20) ** -1.2 / (1 + (np.arange(1, 20) / 7.0) ** 2), rng)
    for at, (root, third, fifth, _) in enumerate(chords.chords):
        for half in (0, 1):
            start = at * chords.half_bar + half * beat
            place(out, start, pan(kick, 0.0), gain=0.6)
            place(out, start + 0.5 * beat, pan(hat, 0.2), gain=0.3)
            if half:
                place(out, start, pan(clap, -0.1), gain=0.35)
            for step in (0.25, 0.5, 0.75):
                note = _gated(saw, hertz(root), 0.22 * beat, rng)
                place(out, start + step * beat, pan(note, 0.0), gain=0.4)
        for tone, side in ((root + 24, -0.5), (third + 24, 0.5), (fifth + 24, -0.3)):
            stab = _gated(saw, hertz(tone), 0.4 * beat, rng)
            place(out, at * chords.half_bar + 0.75 * beat, pan(stab, side), gain=0.13)
    return finished(out + 0.12 * convolved(out, haze(rng, 0.8, top=4000.0)), top=13000.0)


def lofi(ask: Ask) -> F32:
    """A lo-fi beat: a dusty kit behind the beat, an electric piano, a record's crackle."""
    chords = harmony(_paced(ask, 78.0), lowest=43)
    rng = ask.rng("lofi")
    kick, hat = _kick(rng), burst(rng, 0.05, 5000.0, 9000.0, attack=0.001, sharpness=5)
    snare = mixed(
        (0.0, burst(rng, 0.14, 700.0, 4500.0, attack=0.001, sharpness=5)),
        (0.0, struck([185, 290], [0.05, 0.03], [0.7, 0.4], seconds=0.2)),
    )
    out = np.zeros((ask.n, 2), np.float32)
    for at, (root, third, fifth, seventh) in enumerate(chords.chords):
        start = at * chords.half_bar
        place(out, start, pan(kick, 0.0), gain=0.9)
        if at % 2:
            place(out, start + 0.62 * chords.beat, pan(kick, 0.0), gain=0.55)
        place(out, start + 1.02 * chords.beat, pan(snare, 0.0), gain=0.6)
        for eighth in range(4):
            late = (0.5 * eighth + (0.08 if eighth % 2 else 0.0)) * chords.beat
            place(out, start + late, pan(hat, 0.25), gain=0.12 + 0.05 * (eighth % 2))
        for which, tone in enumerate((root, third + 12, fifth, seventh + 12)):
            key = _electric(hertz(tone), 2.1 * chords.half_bar)
            place(out, start + 0.012 * which, pan(key, 0.3 * (which - 1.5)), gain=0.22)
    crackle = vinyl(ask)
    out = np.tanh(1.1 * out).astype(np.float32)
    return finished(out + crackle * np.float32(0.05 * out.std() / crackle.std()), top=5200.0)


def _electric(f: float, seconds: float) -> F32:
    """An electric piano's tine and tone bar, a little unsteady."""
    n = int(min(seconds, 3.0) * RATE)
    t = np.arange(n) / RATE
    bell = 0.9 * np.exp(-t / 0.25) * np.sin(2 * np.pi * 7.0 * f * t) if 7 * f < 8000 else 0.0
    tone = np.sin(
        2 * np.pi * f * t + 0.9 * np.exp(-t / 0.6) * np.sin(2 * np.pi * f * t) + 0.06 * bell
    )
    quaver = 1 - 0.2 * (0.5 + 0.5 * np.sin(2 * np.pi * 4.2 * t))
    return np.asarray(tone * np.exp(-t / 1.1) * quaver * ramp(n, 96, n // 4), np.float32)


def rock(ask: Ask) -> F32:
    """A rock band: driven guitars, bass and drums."""
    chords = harmony(_paced(ask, 128.0), lowest=40)
    rng = ask.rng("rock")
    kick = _kick(rng)
    snare = mixed(
        (0.0, burst(rng, 0.2, 500.0, 8000.0, attack=0.0006, sharpness=5)),
        (0.0, 0.8 * struck([190, 330], [0.07, 0.04], [1, 0.5], seconds=0.25)),
    )
    cymbal = 0.4 * burst(rng, 0.25, 5000.0, 13000.0, attack=0.001, sharpness=4)
    strings = np.zeros((ask.n, 2), np.float32)
    kit = np.zeros((ask.n, 2), np.float32)
    saw = wavetable(np.arange(1, 40) ** -1.0, rng)
    for at, (root, _, fifth, _) in enumerate(chords.chords):
        start = at * chords.half_bar
        for eighth in range(4):
            when = start + 0.5 * eighth * chords.beat
            loud = 1.0 if eighth == 0 else 0.75
            for pitch in (root, fifth, root + 12):
                for side in (-0.8, 0.8):
                    off = 2 ** (float(rng.normal(0, 3)) / 1200)
                    note = _gated(saw, hertz(pitch) * off, 0.47 * chords.beat, rng)
                    place(strings, when, pan(note, side), gain=loud)
            place(kit, when, pan(cymbal, 0.3), gain=0.35)
        place(kit, start, pan(kick, 0.0), gain=1.0)
        place(kit, start + chords.beat, pan(snare, 0.0), gain=0.8)
    driven = np.tanh(2.5 * strings / np.float32(max(float(strings.std()), 1e-9))).astype(np.float32)
    amp = filtered(driven, bottom=85.0, top=4200.0)
    return finished(_leveled(amp, 1.0) + _leveled(kit, 1.0), top=10000.0)


def _kick(rng: np.random.Generator) -> F32:
    """A bass drum: a sine that falls from 160 to 55 Hz, and the beater."""
    n = int(0.3 * RATE)
    t = np.arange(n) / RATE
    turns = 2 * np.pi * np.cumsum(55.0 + 110.0 * np.exp(-t / 0.025)) / RATE
    body = np.sin(turns) * np.exp(-t / 0.11) * ramp(n, 24, n // 4)
    return mixed((0.0, np.asarray(body, np.float32)), (0.0, 0.2 * burst(rng, 0.008, 900.0, 6000.0)))


def _gated(table: F32, f: float, seconds: float, rng: np.random.Generator) -> F32:
    n = max(int(seconds * RATE), 256)
    return played(table, np.full(n, f), start=rng.random()) * ramp(n, RATE // 250, n // 3)


def _paced(ask: Ask, tempo: float) -> Ask:
    """``ask`` at the band's own tempo, where none was told."""
    return ask if ask.tempo is not None else dataclasses.replace(ask, tempo=tempo)


def _leveled(sound: F32, level: float) -> F32:
    return sound * np.float32(level / max(float(sound.std()), 1e-9))

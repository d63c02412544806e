"""What people do with their voices and breath, but for speech."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kinora.sound.cues.calling import Habit, calls
from kinora.sound.cues.people import Talkers, babble, hall
from kinora.sound.dsp.control import paced, ramp, times_of, wander
from kinora.sound.dsp.filters import convolved
from kinora.sound.dsp.modal import burst, mixed
from kinora.sound.dsp.noise import Grid, band, noise, peak, pink
from kinora.sound.dsp.space import filtered, finished, haze, place, seat
from kinora.sound.dsp.throat import Throat, cried, still
from kinora.sound.dsp.tones import line
from kinora.sound.protocol import SAMPLE_RATE as RATE

if TYPE_CHECKING:
    from kinora.sound.cues.ask import Ask
    from kinora.sound.protocol import F32

_OPEN = still(
    (750.0, 160.0, 1.0), (1250.0, 200.0, 0.6), (2600.0, 350.0, 0.35), (3600.0, 500.0, 0.2)
)


def laughter(ask: Ask) -> F32:
    """Somebody, or a few, who laugh."""
    out = np.zeros((ask.n, 2), np.float32)
    for who in range(1 + round(4 * max(0.0, ask.intensity - 0.3))):
        rng = ask.rng(f"laugh {who}")
        high = rng.random() < 0.5
        own = np.append(0.0, paced(rng, ask.seconds, 2.8, jitter=0.6) + 1.4)
        for start in times_of(ask, own):
            sound = _laugh(rng, 330.0 if high else 210.0, 1.15 if high else 1.0)
            late = 0.0 if who == 0 else float(rng.uniform(0, 0.5))
            place(
                out,
                float(start) + late,
                seat(sound, 0.0 if who == 0 else float(rng.uniform(-1, 1))),
            )
    return finished(hall(ask, out, 0.4), top=8000.0 - 5000.0 * ask.distance)


def _laugh(rng: np.random.Generator, f0: float, size: float) -> F32:
    """4-8 bursts of "ha", 5 a second, each voiced for 0.1 s, falling in pitch and level; mean
    pitch 270 and 400 Hz for men and women (Bachorowski 2001)."""
    parts, clock = [], 0.0
    tract = still(*((w[0][0][1] * size, w[1], w[2]) for w in _OPEN))
    count = int(rng.integers(4, 9))
    for at in range(count):
        falls = 1.25 - 0.5 * at / count
        n = int(float(rng.uniform(0.09, 0.13)) * RATE)
        pitch = f0 * falls * line(n, [(0, 0.95), (0.3, 1.12), (1, 0.85)])
        envelope = line(n, [(0, 0), (0.15, 1.0), (0.6, 0.7), (1, 0)])
        throat = Throat(tract=tract, slope=0.9, top=7000, breath=0.25, rough=0.12, jitter=0.015)
        loud = np.float32(1.0 - 0.6 * at / count)
        parts.append((clock, loud * cried(rng, pitch, envelope, throat)))
        puff = 0.16 * loud * burst(rng, 0.09, 500.0, 4500.0, attack=0.02, sharpness=1.5)
        parts.append((clock + 0.09, puff))
        clock += float(rng.uniform(0.18, 0.22))
    return mixed(*parts)


def baby(ask: Ask) -> F32:
    """A baby that cries, or coos where it is to be soft."""
    call = _coos if ask.intensity < 0.4 else _cries
    return calls(ask, "baby", call, Habit(every=2.4, series=(2, 3), gap=(1.15, 1.4), dull=8000.0))


def _cries(rng: np.random.Generator) -> F32:
    """0.8-1.1 s rising and falling at 400-560 Hz, then an inward breath (Wasz-Höckert 1968)."""
    n = int(float(rng.uniform(0.75, 1.0)) * RATE)
    pitch = float(rng.uniform(410, 500)) * line(n, [(0, 0.8), (0.25, 1.12), (0.6, 1.08), (1, 0.75)])
    envelope = line(n, [(0, 0), (0.08, 1.0), (0.7, 0.9), (1, 0)])
    tract = still((1050.0, 350.0, 1.0), (2900.0, 700.0, 0.7), (5200.0, 1200.0, 0.3))
    throat = Throat(tract=tract, slope=0.3, top=9500, breath=0.12, rough=0.18, half=0.15)
    gasp = 0.12 * burst(rng, 0.16, 900.0, 6000.0, attack=0.08, sharpness=0.5)
    return mixed((0.0, cried(rng, pitch, envelope, throat)), (n / RATE + 0.02, gasp))


def _coos(rng: np.random.Generator) -> F32:
    n = int(float(rng.uniform(0.35, 0.7)) * RATE)
    pitch = float(rng.uniform(330, 420)) * line(n, [(0, 0.9), (0.4, 1.2), (1, 0.95)])
    envelope = line(n, [(0, 0), (0.2, 1.0), (0.7, 0.8), (1, 0)])
    tract = still((620.0, 250.0, 1.0), (1500.0, 400.0, 0.35), (4000.0, 900.0, 0.1))
    return cried(rng, pitch, envelope, Throat(tract=tract, slope=0.9, breath=0.1))


def cheer(ask: Ask) -> F32:
    """A crowd that cheers: open vowels of many, whistles, some clapping."""
    out = babble(ask, Talkers(16 + int(16 * ask.intensity), (190, 430), 1.1, 0.25, (0.4, 1.3)))
    level = float(out.std())
    grid = Grid(ask.n, 2048)
    for side in (0, 1):
        rng = ask.rng(f"cheer {side}")
        swell = 0.6 + 0.6 * wander(rng, grid.t, 0.8)
        f = grid.f
        roar = (
            peak(f, 750.0, 1.4) + 0.5 * peak(f, 1300.0, 1.6) + 0.25 * peak(f, 2700.0, 1.6)
        ) * swell
        air = noise(rng, grid, roar)
        out[:, side] += air * np.float32(0.8 * level / air.std())
    rng = ask.rng("hands")
    for start in paced(rng, ask.seconds, 0.03, jitter=1.0):
        clap = burst(rng, 0.02, 700.0, 3500.0, attack=0.0006, sharpness=6) * np.float32(0.5 * level)
        place(
            out,
            float(start),
            seat(clap, float(rng.uniform(-1, 1))),
            gain=float(rng.uniform(0.3, 1)),
        )
    return finished(hall(ask, out, 0.7), top=7000.0 - 4000.0 * ask.distance)


def shouting(ask: Ask) -> F32:
    """Some people who shout across each other."""
    out = babble(
        ask, Talkers(4 + int(4 * ask.intensity), (190, 380), 1.0, 0.7, (0.22, 0.5)), "shout"
    )
    return finished(hall(ask, out, 0.6), top=6500.0 - 4000.0 * ask.distance)


def announcement(ask: Ask) -> F32:
    """A loudspeaker in a large hall: two tones, then a voice nobody understands."""
    rng = ask.rng("announcement")
    voice = babble(ask, Talkers(1, (170, 210), 1.05, 0.35, (0.12, 0.24)), "announcer")
    head = int(1.3 * RATE)
    speech = np.zeros_like(voice)
    speech[head:] = voice[: max(0, ask.n - head)]
    out = 0.7 * speech / np.float32(max(float(np.abs(voice).max()), 1e-9))
    t = np.arange(int(0.7 * RATE)) / RATE
    for start, f in ((0.0, 659.26), (0.5, 523.25)):
        tone = np.sin(2 * np.pi * f * t) * np.exp(-t / 0.35) * ramp(len(t), 96, RATE // 20)
        place(out, start, seat(np.asarray(0.5 * tone, np.float32), 0.0))
    horn = filtered(out, bottom=420.0, top=3200.0)
    wet = convolved(horn, haze(rng, 2.2, top=2600.0, early=0.04))
    return finished(0.5 * horn + 1.1 * wet, top=3600.0)


def breathing(ask: Ask) -> F32:
    """Somebody who breathes: calm, or panting with intensity."""
    rng, grid = ask.rng("breathing"), Grid(ask.n, 1024)
    t, f = grid.t, grid.f
    every = 3.4 - 2.6 * ask.intensity
    part = (t / every + 0.08) % 1.0
    inward = np.clip(np.sin(np.pi * part / 0.4), 0, None) * (part < 0.4)
    outward = np.clip(np.sin(np.pi * (part - 0.45) / 0.5), 0, None) * (part > 0.45) * (part < 0.95)
    sucked = (peak(f, 1300.0, 1.2) + 0.7 * peak(f, 3400.0, 1.6)) * 0.8 * inward**1.3
    blown = (peak(f, 750.0, 1.1) + 0.5 * peak(f, 1800.0, 1.3)) * outward**1.3
    shake = 0.8 + 0.4 * wander(rng, t, 9.0)
    mono = noise(rng, grid, pink(f) * (sucked + blown) * shake)
    out = seat(mono, 0.0)[: ask.n]
    return finished(out + 0.12 * convolved(out, haze(rng, 0.3)), top=7000.0 - 4000.0 * ask.distance)


def snoring(ask: Ask) -> F32:
    """Somebody who snores: flutter while air goes in, a puff while it goes out."""
    return calls(ask, "snoring", _snore, Habit(every=4.4, dull=3500.0, wet=0.25))


def _snore(rng: np.random.Generator) -> F32:
    """1.3 s of soft-palate flutter at 40-70 Hz under formants, then a breath out."""
    n = int(float(rng.uniform(1.1, 1.5)) * RATE)
    pitch = float(rng.uniform(55, 75)) * line(n, [(0, 0.8), (0.5, 1.05), (1, 1.15)])
    envelope = line(n, [(0, 0), (0.06, 0.5), (0.6, 1.0), (0.95, 0.8), (1, 0)])
    throat = Throat(
        tract=still((320.0, 160.0, 1.0), (950.0, 300.0, 0.5), (2300.0, 700.0, 0.3)),
        slope=0.2, top=5000, breath=0.5, rough=0.4, jitter=0.05,
    )  # fmt: skip
    puff = 0.25 * burst(rng, 0.9, 300.0, 2200.0, attack=0.2, sharpness=2.0)
    return mixed((0.0, cried(rng, pitch, envelope, throat)), (n / RATE + 0.35, puff))


def cough(ask: Ask) -> F32:
    """Somebody who coughs, twice or three times."""
    habit = Habit(every=4.0, series=(2, 3), gap=(0.38, 0.55), dull=7000.0)
    return calls(ask, "cough", _cough, habit)


def _cough(rng: np.random.Generator) -> F32:
    """Burst, rush of air, and a voiced end: 0.3 s in three phases."""
    blast = burst(rng, 0.06, 250.0, 6000.0, attack=0.0008, sharpness=3)
    rush = 0.4 * burst(rng, 0.2, 400.0, 3500.0, attack=0.01, sharpness=2.5)
    n = int(0.12 * RATE)
    tail = cried(
        rng, float(rng.uniform(150, 240)) * line(n, [(0, 1.1), (1, 0.7)]),
        line(n, [(0, 0), (0.2, 1), (1, 0)]),
        Throat(tract=_OPEN, slope=0.8, top=4000, breath=0.6, rough=0.5),
    )  # fmt: skip
    return mixed((0.0, blast), (0.02, rush), (0.11, 0.45 * tail))


def whistling(ask: Ask) -> F32:
    """Somebody who whistles a tune to himself."""
    rng = ask.rng("tune")
    scale, at, clock = (0, 2, 4, 5, 7, 9, 11, 12), 4, 0.0
    out = np.zeros((ask.n, 2), np.float32)
    last = 1318.5
    while clock < ask.seconds:
        at = int(np.clip(at + rng.integers(-2, 3), 0, 7))
        f, long = 1046.5 * 2 ** (scale[at] / 12), float(rng.choice((0.26, 0.26, 0.52, 0.78)))
        n = int(0.96 * long * RATE)
        pitch = line(n, [(0, last), (0.12, f), (1, f)])
        pitch = pitch * (1 + 0.006 * np.sin(2 * np.pi * 5.5 * np.arange(n) / RATE))
        envelope = line(n, [(0, 0), (0.12, 1), (0.85, 0.85), (1, 0)])
        throat = Throat(
            tract=still((f, 900.0, 1.0)), slope=2.6, top=6000, breath=0.12, jitter=0.002
        )
        place(out, clock, seat(cried(rng, pitch, envelope, throat), 0.0))
        clock, last = clock + long, f
    room = convolved(out, haze(rng, 0.8, top=4000.0))
    return finished(out + (0.25 + ask.distance) * room, top=7000.0 - 3500.0 * ask.distance)


def whistle(ask: Ask) -> F32:
    """A referee's whistle: a pea that chops the tone 30 times a second."""
    return calls(ask, "whistle", _pea, Habit(every=4.0, dull=9000.0, wet=0.6))


def _pea(rng: np.random.Generator) -> F32:
    n = int(float(rng.choice((0.35, 0.8))) * RATE)
    t = np.arange(n) / RATE
    trill = np.sin(2 * np.pi * 32.0 * t)
    pitch = 2850.0 * (1 + 0.02 * trill) * line(n, [(0, 0.9), (0.06, 1.0), (0.95, 1.0), (1, 0.92)])
    turns = 2 * np.pi * np.cumsum(pitch) / RATE
    tone = np.sin(turns) + 0.6 * np.sin(1.09 * turns) + 0.1 * np.sin(2 * turns)
    air = 0.25 * burst(rng, n / RATE, 2000.0, 7000.0, attack=0.01, sharpness=0.3)[:n]
    sound = (tone * (0.65 + 0.35 * trill) + air) * ramp(n, RATE // 90, RATE // 25)
    return np.asarray(sound, np.float32)


def whispering(ask: Ask) -> F32:
    """Somebody who whispers: syllables without a voice."""
    rng, grid = ask.rng("whisper"), Grid(ask.n, 1024)
    t, f = grid.t, grid.f
    said = np.clip(np.sin(2 * np.pi * (4.3 * t + 0.8 * wander(rng, t, 1.0))), 0, 1) ** 0.7
    said = said * np.clip(4 * (wander(rng, t, 0.7) - 0.25), 0, 1)
    first, second = 400.0 + 600.0 * wander(rng, t, 4.0), 1200.0 + 1300.0 * wander(rng, t, 4.0)
    hiss = band(f, 4000.0, 9000.0) * np.clip(wander(rng, t, 5.0) - 0.6, 0, 1) * 3
    mask = (
        0.6 * peak(f, first, 4.0) + peak(f, second, 5.0) + 0.4 * peak(f, 3200.0, 4.0) + hiss
    ) * said
    out = seat(noise(rng, grid, mask), 0.0)[: ask.n]
    return finished(out + 0.15 * convolved(out, haze(rng, 0.3)), top=9500.0 - 5000.0 * ask.distance)

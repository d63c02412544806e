"""Beasts with a throat: call structures as they are published, pitch in hertz beside each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kinora.sound.cues.calling import Habit, calls
from kinora.sound.dsp.control import wander
from kinora.sound.dsp.modal import mixed
from kinora.sound.dsp.throat import Throat, cried, still
from kinora.sound.dsp.tones import line
from kinora.sound.protocol import SAMPLE_RATE as RATE

if TYPE_CHECKING:
    from kinora.sound.cues.ask import Ask
    from kinora.sound.protocol import F32


def dog(ask: Ask) -> F32:
    """A dog that barks, twice or three times each."""
    habit = Habit(every=2.6, series=(2, 3), gap=(0.32, 0.5), dull=6500.0)
    size = float(ask.rng("dog's size").uniform(0.85, 1.2))
    return calls(ask, "dog", lambda rng: _bark(rng, size), habit)


def _bark(rng: np.random.Generator, size: float) -> F32:
    """150-220 ms, 400-700 Hz in an arch, harsh, with subharmonics (Yin and McCowan 2004); the jaw
    opens and closes, so that the formants rise and fall (Riede and Fitch 1999)."""
    n = int(float(rng.uniform(0.16, 0.22)) * RATE)
    pitch = (
        float(rng.uniform(430, 520)) / size * line(n, [(0, 0.7), (0.2, 1.25), (0.5, 1.1), (1, 0.6)])
    )
    envelope = line(n, [(0, 0), (0.04, 1.0), (0.35, 0.85), (0.6, 0.4), (1, 0)]) ** 1.2
    opens = [(0.0, 0.6), (0.25, 1.15), (0.6, 1.0), (1.0, 0.6)]
    tract = [
        ([(x, centre * part / size) for x, part in opens], width, gain)
        for centre, width, gain in (
            (900.0, 420.0, 1.0),
            (1650.0, 520.0, 0.9),
            (2900.0, 900.0, 0.45),
        )
    ]
    throat = Throat(
        tract=tract, slope=0.35, top=7500, breath=0.5, rough=0.45, half=0.5, jitter=0.03
    )
    return cried(rng, pitch, envelope, throat)


def wolf(ask: Ask) -> F32:
    """A wolf that howls, far away."""
    return calls(ask, "wolf", _howl, Habit(every=5.0, dull=3500.0, wet=1.0))


def _howl(rng: np.random.Generator) -> F32:
    """3-5 s around 350-550 Hz: a quick rise, a long nearly level part with steps, a fall; few
    harmonics (Theberge and Falls 1967)."""
    n = int(float(rng.uniform(3.0, 4.4)) * RATE)
    top = float(rng.uniform(380, 560))
    step = float(rng.uniform(0.9, 1.08))
    pitch = top * line(
        n, [(0, 0.55), (0.09, 0.98), (0.3, 1.0), (0.34, step), (0.7, 0.96 * step), (1, 0.55)]
    )
    pitch = pitch * (1 + 0.012 * (wander(rng, np.arange(n) / RATE, 2.5) - 0.5))
    envelope = line(n, [(0, 0), (0.08, 0.7), (0.4, 1.0), (0.8, 0.7), (1, 0)])
    throat = Throat(
        tract=still((500.0, 420.0, 1.0), (1050.0, 400.0, 0.22), (1800.0, 500.0, 0.08)),
        slope=0.9, top=4500, breath=0.05, jitter=0.003,
    )  # fmt: skip
    return cried(rng, pitch, envelope, throat)


def cat(ask: Ask) -> F32:
    """A cat that miaows."""
    return calls(ask, "cat", _miaow, Habit(every=2.8, dull=8000.0))


def _miaow(rng: np.random.Generator) -> F32:
    """0.6-1 s, 400-700 Hz rising and falling, the mouth going i - a - u (Schötz 2013)."""
    n = int(float(rng.uniform(0.6, 1.0)) * RATE)
    pitch = float(rng.uniform(480, 640)) * line(
        n, [(0, 0.78), (0.2, 1.05), (0.5, 1.15), (0.8, 0.95), (1, 0.72)]
    )
    pitch = pitch * (1 + 0.012 * np.sin(2 * np.pi * 6.5 * np.arange(n) / RATE))
    envelope = line(n, [(0, 0), (0.1, 0.5), (0.35, 1.0), (0.7, 0.7), (1, 0)])
    tract = [
        ([(0, 450.0), (0.35, 1250.0), (0.65, 1100.0), (1, 550.0)], 380.0, 1.0),
        ([(0, 2700.0), (0.35, 2200.0), (0.65, 1900.0), (1, 1100.0)], 500.0, 0.7),
        ([(0, 3900.0), (0.5, 3700.0), (1, 3300.0)], 800.0, 0.35),
    ]
    return cried(rng, pitch, envelope, Throat(tract=tract, slope=0.6, top=9500, breath=0.12))


def cow(ask: Ask) -> F32:
    """A cow that moos."""
    return calls(ask, "cow", _moo, Habit(every=4.5, dull=3500.0, wet=0.6))


def _moo(rng: np.random.Generator) -> F32:
    """1.2-1.9 s: 80 Hz with the mouth closed, then 110-160 Hz as it opens; resonances some 230 Hz
    apart, of a tract of 0.75 m (Padilla de la Torre 2015)."""
    n = int(float(rng.uniform(1.2, 1.9)) * RATE)
    pitch = float(rng.uniform(110, 150)) * line(
        n, [(0, 0.72), (0.25, 0.85), (0.5, 1.1), (0.8, 1.0), (1, 0.7)]
    )
    envelope = line(n, [(0, 0), (0.06, 0.45), (0.3, 0.6), (0.5, 1.0), (0.8, 0.8), (1, 0)])
    opens = [(0.0, 0.75), (0.3, 0.8), (0.5, 1.15), (0.85, 1.0), (1.0, 0.75)]
    tract = [
        ([(x, centre * part) for x, part in opens], 130.0, gain)
        for centre, gain in ((250.0, 1.0), (520.0, 0.9), (800.0, 0.7), (1150.0, 0.5), (2100.0, 0.2))
    ]
    throat = Throat(tract=tract, slope=0.5, top=3600, breath=0.12, rough=0.12, half=0.15)
    return cried(rng, pitch, envelope, throat)


def sheep(ask: Ask) -> F32:
    """Sheep or goats that bleat."""
    habit = Habit(every=2.4, series=(1, 2), gap=(0.9, 1.4), dull=6000.0, wet=0.5)
    return calls(ask, "sheep", _bleat, habit)


def _bleat(rng: np.random.Generator) -> F32:
    """0.6-1 s at 150-300 Hz, trembling 8-11 times a second in level and pitch."""
    n = int(float(rng.uniform(0.6, 1.0)) * RATE)
    t = np.arange(n) / RATE
    shiver = np.sin(2 * np.pi * float(rng.uniform(8, 11)) * t)
    pitch = float(rng.uniform(160, 300)) * line(n, [(0, 0.95), (0.3, 1.05), (1, 0.88)])
    envelope = line(n, [(0, 0), (0.08, 1.0), (0.7, 0.8), (1, 0)]) * (0.68 + 0.32 * shiver)
    throat = Throat(
        tract=still((620.0, 200.0, 0.9), (1500.0, 350.0, 1.0), (2700.0, 600.0, 0.6)),
        slope=0.3, top=6500, breath=0.15, rough=0.15,
    )  # fmt: skip
    return cried(rng, pitch * (1 + 0.05 * shiver), envelope, throat)


def pig(ask: Ask) -> F32:
    """A pig that grunts."""
    habit = Habit(every=1.6, series=(2, 4), gap=(0.3, 0.55), dull=4500.0)
    return calls(ask, "pig", _grunt, habit)


def _grunt(rng: np.random.Generator) -> F32:
    """0.15-0.3 s of pulses at 60-110 Hz through a long snout, very rough."""
    n = int(float(rng.uniform(0.16, 0.3)) * RATE)
    pitch = float(rng.uniform(65, 110)) * line(n, [(0, 1.1), (0.4, 1.0), (1, 0.8)])
    envelope = line(n, [(0, 0), (0.1, 1.0), (0.5, 0.8), (1, 0)])
    throat = Throat(
        tract=still((380.0, 160.0, 1.0), (1050.0, 320.0, 0.6), (2200.0, 600.0, 0.25)),
        slope=0.4, top=4500, breath=0.7, rough=0.5, jitter=0.05,
    )  # fmt: skip
    return cried(rng, pitch, envelope, throat)


def neigh(ask: Ask) -> F32:
    """A horse that neighs."""
    return calls(ask, "neigh", _whinny, Habit(every=5.0, dull=8000.0, wet=0.5))


def _whinny(rng: np.random.Generator) -> F32:
    """1.5-2.2 s with two pitches at once, 250-700 and 1000-1700 Hz (Briefer 2015): a rise, then a
    falling tremble at 11-14 Hz, then nostrils."""
    n = int(float(rng.uniform(1.5, 2.2)) * RATE)
    t = np.arange(n) / RATE
    shiver = np.sin(2 * np.pi * float(rng.uniform(11, 14)) * t) * line(
        n, [(0, 0), (0.25, 1), (1, 1)]
    )
    low = float(rng.uniform(420, 560)) * line(n, [(0, 0.6), (0.15, 1.25), (0.5, 1.0), (1, 0.5)])
    envelope = line(n, [(0, 0), (0.06, 0.8), (0.2, 1.0), (0.7, 0.55), (1, 0)]) * (
        0.7 + 0.3 * shiver
    )
    tract = still((1100.0, 500.0, 0.8), (1900.0, 700.0, 1.0), (3300.0, 1000.0, 0.5))
    own = Throat(tract=tract, slope=0.3, top=8000, breath=0.15, rough=0.2, jitter=0.012)
    other = Throat(tract=tract, slope=1.0, top=8000, breath=0.0, jitter=0.006)
    both = cried(rng, low * (1 + 0.06 * shiver), envelope, own) + 0.6 * cried(
        rng, (2.45 * low + 60.0) * (1 + 0.04 * shiver), envelope, other
    )
    return np.asarray(both, np.float32)


def lion(ask: Ask) -> F32:
    """A lion that roars: long moans, then grunts."""
    return calls(ask, "lion", _roar, Habit(every=6.0, dull=4500.0, wet=0.9))


def _roar(rng: np.random.Generator) -> F32:
    """Two calls of 1.2 s at 170-220 Hz with more noise than tone, then grunts twice a second that
    grow shorter (Ananthakrishnan 2011)."""
    clock, parts = 0.0, []
    for long in (1.3, 1.1, 0.42, 0.38, 0.34):
        n = int(long * RATE)
        arch = [(0, 0.75), (0.3, 1.15), (0.6, 1.0), (1, 0.65)]
        pitch = float(rng.uniform(165, 205)) * line(n, arch)
        envelope = line(n, [(0, 0), (0.12, 0.9), (0.4, 1.0), (1, 0)]) ** 1.2
        tract = [
            ([(x, centre * part) for x, part in arch], 260.0, gain)
            for centre, gain in ((330.0, 1.0), (780.0, 0.7), (1500.0, 0.35), (2500.0, 0.15))
        ]
        throat = Throat(
            tract=tract, slope=0.4, top=4000, breath=0.8, rough=0.6, half=0.7, jitter=0.04
        )
        parts.append((clock, cried(rng, pitch, envelope, throat)))
        clock += long + 0.12
    return mixed(*parts)


def elephant(ask: Ask) -> F32:
    """An elephant that trumpets."""
    return calls(ask, "elephant", _trumpet, Habit(every=5.0, dull=7000.0, wet=0.8))


def _trumpet(rng: np.random.Generator) -> F32:
    """0.8-1.3 s at 380-600 Hz, blown hard through a tube of 2.5 m."""
    n = int(float(rng.uniform(0.8, 1.3)) * RATE)
    pitch = float(rng.uniform(400, 540)) * line(n, [(0, 0.8), (0.1, 1.1), (0.6, 1.2), (1, 0.8)])
    envelope = line(n, [(0, 0), (0.05, 1.0), (0.7, 0.9), (1, 0)])
    throat = Throat(
        tract=still((900.0, 500.0, 0.9), (1800.0, 700.0, 1.0), (3400.0, 1200.0, 0.7)),
        slope=0.15, top=9000, breath=0.3, rough=0.35, half=0.35, jitter=0.02,
    )  # fmt: skip
    return cried(rng, pitch, envelope, throat)


def monkey(ask: Ask) -> F32:
    """Monkeys: hoots that come faster and rise to screams."""
    habit = Habit(every=2.8, series=(4, 7), gap=(0.22, 0.34), dull=6500.0, wet=0.7)
    return calls(ask, "monkey", _hoo, habit)


def _hoo(rng: np.random.Generator) -> F32:
    """0.1-0.2 s, 350-800 Hz, now closed (u), now open (a): as in chimpanzees' pant-hoots."""
    n = int(float(rng.uniform(0.12, 0.2)) * RATE)
    wide = rng.random() < 0.4
    pitch = float(rng.uniform(620, 850) if wide else rng.uniform(360, 480)) * line(
        n, [(0, 0.8), (0.4, 1.1), (1, 0.85)]
    )
    envelope = line(n, [(0, 0), (0.12, 1.0), (0.6, 0.8), (1, 0)])
    low = still((450.0, 220.0, 1.0), (950.0, 350.0, 0.3))
    open_ = still((1100.0, 450.0, 1.0), (1900.0, 600.0, 0.6), (3200.0, 900.0, 0.3))
    throat = Throat(
        tract=open_ if wide else low, slope=0.6, top=7000, breath=0.25, rough=0.3 if wide else 0.08
    )
    return cried(rng, pitch, envelope, throat)


def whale(ask: Ask) -> F32:
    """A whale that sings far under water."""
    habit = Habit(every=3.4, series=(2, 3), gap=(1.8, 2.6), dull=3000.0, wet=1.6)
    return calls(ask, "whale", _unit, habit)


def _unit(rng: np.random.Generator) -> F32:
    """A unit of a humpback's song: 0.8-2.5 s, glides between 120 and 900 Hz (Payne and McVay
    1971)."""
    n = int(float(rng.uniform(0.9, 2.4)) * RATE)
    start, end = np.exp(rng.uniform(np.log(140), np.log(800), 2)).tolist()
    pitch = line(n, [(0, start), (0.3, start * 1.06), (0.75, end), (1, end * 0.92)])
    pitch = pitch * (1 + 0.015 * np.sin(2 * np.pi * 5.0 * np.arange(n) / RATE))
    envelope = line(n, [(0, 0), (0.08, 0.7), (0.5, 1.0), (1, 0)])
    throat = Throat(
        tract=still((380.0, 350.0, 1.0), (900.0, 500.0, 0.5), (1700.0, 700.0, 0.2)),
        slope=0.9, top=4000, breath=0.04, rough=0.1, jitter=0.004,
    )  # fmt: skip
    return cried(rng, pitch, envelope, throat)

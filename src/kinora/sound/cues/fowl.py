"""Birds: songs by the structure of known species, and the calls of larger ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kinora.sound.cues.calling import Habit, calls, outdoors
from kinora.sound.dsp.control import paced, ramp
from kinora.sound.dsp.modal import burst, mixed, struck
from kinora.sound.dsp.noise import Grid, band, pink, stereo
from kinora.sound.dsp.space import place, seat
from kinora.sound.dsp.throat import Throat, cried, still
from kinora.sound.dsp.tones import line, stretched
from kinora.sound.protocol import SAMPLE_RATE as RATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from kinora.sound.cues.ask import Ask
    from kinora.sound.dsp.tones import Points
    from kinora.sound.protocol import F32

    Singer = Callable[[np.random.Generator], tuple[F32, float]]


def birds(ask: Ask) -> F32:
    """Songbirds: each sings the phrases of its kind from its place."""
    out = np.zeros((ask.n, 2), np.float32)
    for who in range(3 + round(4 * ask.intensity)):
        rng = ask.rng(f"bird {who}")
        sing = _SINGERS[(who + int(ask.rng("choir").integers(0, 6))) % len(_SINGERS)]
        side = float(np.sin(rng.uniform(-1.5, 1.5)))
        loud = float(rng.uniform(0.25, 1.0)) ** 1.3
        clock = float(rng.uniform(-1.2, 1.2))
        while clock < ask.seconds:
            phrase, pause = sing(rng)
            if clock > -1.0:
                place(out, clock, seat(phrase, side), gain=loud * float(rng.uniform(0.7, 1.0)))
            clock += len(phrase) / RATE + pause
    grid = Grid(ask.n, 2048)
    air = stereo(ask.rng("open air"), grid, pink(grid.f) * band(grid.f, 90.0, 7000.0, 1.0))
    out += air * np.float32(0.16 * float(out.std()) / float(air.std()))
    return outdoors(ask, out, dull=11000.0)


def _note(rng: np.random.Generator, seconds: float, points: Points, *, harsh: float = 0.0) -> F32:
    """A syllable: a whistle along ``points`` in hertz, its octave weak, a little rough.

    ``harsh`` is how much of it is noise round the whistle.
    """
    n = max(int(seconds * RATE), 256)
    pitch = line(n, points)
    turns = 2 * np.pi * np.cumsum(pitch) / RATE
    rough = 1 + (0.1 + harsh) * stretched(rng.standard_normal(n // 48 + 2), 48, n)
    tone = np.sin(turns) + 0.09 * np.sin(2 * turns) + 0.03 * np.sin(3 * turns)
    breath = burst(rng, n / RATE, 0.8 * pitch.mean(), 1.25 * pitch.mean(), sharpness=1.0)[:n]
    sound = (tone * rough + (0.06 + harsh) * breath) * ramp(n, n // 5, n // 3)
    return np.asarray(sound, np.float32)


def _chiffchaff(rng: np.random.Generator) -> tuple[F32, float]:
    """ "Chiff-chaff": falling strokes of 0.1 s on two heights, 3 a second."""
    high, low = float(rng.uniform(5200, 5900)), float(rng.uniform(4200, 4700))
    parts, clock = [], 0.0
    for _ in range(int(rng.integers(5, 12))):
        top = high if rng.random() < 0.5 else low
        stroke = _note(rng, 0.1, [(0, 1.35 * top), (0.3, top), (1, 0.8 * top)])
        parts.append((clock, stroke))
        clock += float(rng.uniform(0.3, 0.36))
    return mixed(*parts), float(rng.uniform(1.5, 4.0))


def _tit(rng: np.random.Generator) -> tuple[F32, float]:
    """A great tit's "tea-cher": two plain whistles, 6 and 4 kHz, repeated."""
    high, low = float(rng.uniform(5200, 6400)), float(rng.uniform(3600, 4300))
    parts, clock = [], 0.0
    for _ in range(int(rng.integers(3, 7))):
        parts.append((clock, _note(rng, 0.085, [(0, high), (1, 0.97 * high)])))
        parts.append((clock + 0.12, _note(rng, 0.13, [(0, low), (1, 1.02 * low)])))
        clock += 0.31
    return mixed(*parts), float(rng.uniform(1.5, 3.5))


def _blackbird(rng: np.random.Generator) -> tuple[F32, float]:
    """Flute-like whistles of 1.6-2.8 kHz, slow, and a scratchy end above."""
    parts, clock = [], 0.0
    for _ in range(int(rng.integers(3, 6))):
        long = float(rng.uniform(0.14, 0.38))
        a, b, c = rng.uniform(1650, 2750, 3).tolist()
        parts.append((clock, _note(rng, long, [(0, a), (0.35, b), (0.8, b), (1, c)])))
        clock += long + float(rng.uniform(0.02, 0.08))
    for _ in range(int(rng.integers(3, 7))):
        f = float(rng.uniform(3500, 6500))
        quick = _note(rng, 0.05, [(0, f), (1, f * float(rng.uniform(0.7, 1.3)))], harsh=0.3)
        parts.append((clock, 0.4 * quick))
        clock += 0.07
    return mixed(*parts), float(rng.uniform(1.8, 4.0))


def _robin(rng: np.random.Generator) -> tuple[F32, float]:
    """A robin's thin, quick run of changing syllables, 2.5-8 kHz, falling."""
    parts, clock = [], 0.0
    top = float(rng.uniform(5500, 7500))
    for at in range(int(rng.integers(6, 14))):
        f = top * float(rng.uniform(0.55, 1.05)) * (1 - 0.025 * at)
        long = float(rng.uniform(0.04, 0.16))
        bends = [(x, f * float(rng.uniform(0.8, 1.2))) for x in (0.0, 0.4, 0.7, 1.0)]
        note = _note(rng, long, bends)
        if rng.random() < 0.3:
            n = len(note)
            note *= (0.6 + 0.4 * np.sin(2 * np.pi * 38.0 * np.arange(n) / RATE)).astype(np.float32)
        parts.append((clock, note))
        clock += long + float(rng.uniform(0.015, 0.07))
    return mixed(*parts), float(rng.uniform(1.5, 4.0))


def _sparrow(rng: np.random.Generator) -> tuple[F32, float]:
    """Sparrows' chirps: short, broad, 3-6 kHz in an arch."""
    parts, clock = [], 0.0
    for _ in range(int(rng.integers(3, 8))):
        f = float(rng.uniform(3000, 3900))
        chirp = _note(
            rng,
            float(rng.uniform(0.06, 0.12)),
            [(0, f), (0.35, 1.5 * f), (1, 0.85 * f)],
            harsh=0.25,
        )
        parts.append((clock, chirp))
        clock += float(rng.uniform(0.22, 0.5))
    return mixed(*parts), float(rng.uniform(0.6, 2.0))


def _finch(rng: np.random.Generator) -> tuple[F32, float]:
    """A chaffinch: a rattle that quickens and falls from 6 to 3 kHz, with a flourish."""
    parts, clock, every = [], 0.0, 0.12
    f = float(rng.uniform(5200, 6200))
    for _ in range(int(rng.integers(9, 14))):
        parts.append((clock, _note(rng, 0.055, [(0, 1.2 * f), (0.5, f), (1, 0.8 * f)], harsh=0.1)))
        clock, every, f = clock + every, max(0.07, 0.95 * every), 0.955 * f
    end = [(0, 2600.0), (0.3, 5200.0), (0.5, 3100.0), (1, 4300.0)]
    parts.append((clock + 0.03, _note(rng, 0.24, end, harsh=0.15)))
    return mixed(*parts), float(rng.uniform(3.0, 5.0))


_SINGERS: tuple[Singer, ...] = (_blackbird, _robin, _tit, _sparrow, _chiffchaff, _finch)


def seagulls(ask: Ask) -> F32:
    """Gulls: drawn-out cries, falling, in series."""
    out = np.zeros((ask.n, 2), np.float32)
    for who in range(2 + round(3 * ask.intensity)):
        rng = ask.rng(f"gull {who}")
        side = float(np.sin(rng.uniform(-1.5, 1.5)))
        loud = float(rng.uniform(0.25, 1.0))
        clock = float(rng.uniform(-0.5, 1.0))
        while clock < ask.seconds:
            count = int(rng.integers(1, 7))
            f0 = float(rng.uniform(850, 1200))
            for at in range(count):
                cry = _kyow(rng, f0, short=count > 2 and at > 0)
                if 0 <= clock < ask.seconds:
                    place(out, clock, seat(cry, side), gain=loud * float(rng.uniform(0.7, 1)))
                clock += len(cry) / RATE + float(rng.uniform(0.04, 0.14))
            clock += float(rng.uniform(1.2, 3.6))
    return outdoors(ask, out, dull=8000.0)


def _kyow(rng: np.random.Generator, f0: float, *, short: bool) -> F32:
    """A herring gull's "kyow": 0.2-0.8 s, 0.8-1.3 kHz with strong harmonics up to 6 kHz, a yelp
    up at the start, hoarse towards the end (long call: Tinbergen 1953)."""
    n = int(float(rng.uniform(0.2, 0.3) if short else rng.uniform(0.45, 0.8)) * RATE)
    pitch = f0 * line(n, [(0, 0.7), (0.1, 1.18), (0.3, 1.08), (0.7, 0.98), (1, 0.72)])
    envelope = line(n, [(0, 0), (0.06, 1.0), (0.6, 0.8), (1, 0)])
    opens = [(0.0, 0.75), (0.2, 1.1), (0.7, 1.0), (1.0, 0.8)]
    tract = [
        ([(x, centre * part) for x, part in opens], width, gain)
        for centre, width, gain in (
            (1700.0, 700.0, 0.9),
            (3100.0, 900.0, 1.0),
            (4900.0, 1300.0, 0.4),
        )
    ]
    throat = Throat(
        tract=tract, slope=0.2, top=9500, breath=0.22, rough=0.22, half=0.25, jitter=0.014
    )
    return cried(rng, pitch, envelope, throat)


def owl(ask: Ask) -> F32:
    """An owl: hoots in the night."""
    return calls(ask, "owl", hoots, Habit(every=4.6, dull=3000.0, wet=0.8))


def hoots(rng: np.random.Generator) -> F32:
    """An eagle owl's or a great horned owl's rhythm: hoo, h'hoo … hoo, hoo, near 340 Hz, hardly any
    overtones."""
    f0, parts = float(rng.uniform(320, 370)), []
    for start, long in ((0.0, 0.34), (0.55, 0.14), (0.73, 0.3), (1.35, 0.38), (1.95, 0.4)):
        n = int(long * RATE)
        pitch = f0 * line(n, [(0, 0.93), (0.25, 1.02), (1, 0.95)])
        envelope = line(n, [(0, 0), (0.18, 1.0), (0.7, 0.8), (1, 0)])
        throat = Throat(
            tract=still((380.0, 300.0, 1.0)), slope=2.2, top=1900, breath=0.07, jitter=0.003
        )
        parts.append((start, float(rng.uniform(0.8, 1)) * cried(rng, pitch, envelope, throat)))
    return mixed(*((at, np.asarray(sound, np.float32)) for at, sound in parts))


def crow(ask: Ask) -> F32:
    """A crow: rough caws in threes."""
    return calls(ask, "crow", _caw, Habit(every=3.2, series=(2, 4), gap=(0.42, 0.6), dull=6500.0))


def _caw(rng: np.random.Generator) -> F32:
    """0.25-0.4 s, near 300-450 Hz, so rough that hardly a tone is left; most of it 1-2 kHz."""
    n = int(float(rng.uniform(0.26, 0.38)) * RATE)
    pitch = float(rng.uniform(330, 440)) * line(n, [(0, 0.85), (0.2, 1.08), (1, 0.8)])
    envelope = line(n, [(0, 0), (0.06, 0.9), (0.3, 1.0), (0.7, 0.8), (1, 0)])
    throat = Throat(
        tract=still((1250.0, 420.0, 1.0), (1950.0, 550.0, 0.8), (3300.0, 900.0, 0.35)),
        slope=0.05, top=7500, breath=0.6, rough=0.55, half=0.9, jitter=0.05,
    )  # fmt: skip
    return cried(rng, pitch, envelope, throat)


def rooster(ask: Ask) -> F32:
    """A rooster that crows."""
    return calls(ask, "rooster", _crowing, Habit(every=5.5, dull=7500.0))


def _crowing(rng: np.random.Generator) -> F32:
    """Four syllables in 1.8 s, the last the longest, 400-950 Hz, with ten harmonics."""
    f0 = float(rng.uniform(640, 760))
    clock, parts = 0.0, []
    for long, bends, rough in (
        (0.18, [(0, 0.6), (0.4, 0.9), (1, 0.75)], 0.15),
        (0.17, [(0, 0.85), (0.5, 1.0), (1, 0.9)], 0.1),
        (0.3, [(0, 0.9), (0.4, 1.2), (1, 1.05)], 0.12),
        (0.95, [(0, 0.95), (0.1, 1.28), (0.5, 1.2), (0.8, 0.95), (1, 0.55)], 0.28),
    ):
        n = int(long * RATE)
        envelope = line(n, [(0, 0), (0.08, 0.9), (0.5, 1.0), (1, 0)])
        throat = Throat(
            tract=still((1350.0, 600.0, 1.0), (2600.0, 800.0, 0.9), (4300.0, 1300.0, 0.4)),
            slope=0.25, top=9000, breath=0.2, rough=rough, half=rough, jitter=0.012,
        )  # fmt: skip
        parts.append((clock, cried(rng, f0 * line(n, bends), envelope, throat)))
        clock += long + 0.05
    return mixed(*parts)


def chicken(ask: Ask) -> F32:
    """Hens that cluck."""
    habit = Habit(every=1.9, series=(3, 6), gap=(0.2, 0.38), dull=7000.0)
    return calls(ask, "hen", _cluck, habit)


def _cluck(rng: np.random.Generator) -> F32:
    """60-110 ms, 350-650 Hz; now and then the drawn-out end of a cackle."""
    long = 0.35 if rng.random() < 0.12 else float(rng.uniform(0.06, 0.11))
    n = int(long * RATE)
    pitch = float(rng.uniform(380, 600)) * line(n, [(0, 0.8), (0.4, 1.2), (1, 0.8)])
    envelope = line(n, [(0, 0), (0.08, 1.0), (0.5, 0.6), (1, 0)])
    throat = Throat(
        tract=still((900.0, 400.0, 1.0), (1800.0, 600.0, 0.9), (3200.0, 1000.0, 0.4)),
        slope=0.3, top=8000, breath=0.35, rough=0.3,
    )  # fmt: skip
    return cried(rng, pitch, envelope, throat)


def duck(ask: Ask) -> F32:
    """Ducks or geese that quack."""
    habit = Habit(every=2.4, series=(3, 6), gap=(0.24, 0.34), dull=7000.0)
    return calls(ask, "duck", _quack, habit)


def _quack(rng: np.random.Generator) -> F32:
    """0.13-0.22 s: a reed at 220-300 Hz through a bill that takes the lowest away."""
    n = int(float(rng.uniform(0.13, 0.22)) * RATE)
    pitch = float(rng.uniform(230, 300)) * line(n, [(0, 0.95), (0.3, 1.05), (1, 0.85)])
    envelope = line(n, [(0, 0), (0.06, 1.0), (0.6, 0.8), (1, 0)])
    throat = Throat(
        tract=still((1300.0, 350.0, 1.0), (2100.0, 450.0, 0.9), (3400.0, 900.0, 0.5)),
        slope=0.0, top=8000, breath=0.15, rough=0.2, jitter=0.015,
    )  # fmt: skip
    return cried(rng, pitch, envelope, throat)


def pigeon(ask: Ask) -> F32:
    """Pigeons or doves that coo."""
    habit = Habit(every=3.2, series=(2, 3), gap=(1.5, 1.7), dull=3000.0, wet=0.5)
    return calls(ask, "pigeon", _coo, habit)


def _coo(rng: np.random.Generator) -> F32:
    """A collared dove's "coo-COO-cuk" at 450-600 Hz."""
    f0, parts = float(rng.uniform(460, 570)), []
    for start, long, high in ((0.0, 0.28, 1.0), (0.36, 0.5, 1.1), (0.98, 0.16, 0.97)):
        n = int(long * RATE)
        pitch = f0 * high * line(n, [(0, 0.95), (0.3, 1.03), (1, 0.96)])
        envelope = line(n, [(0, 0), (0.2, 1.0), (0.7, 0.85), (1, 0)])
        throat = Throat(
            tract=still((560.0, 350.0, 1.0)), slope=2.0, top=2600, breath=0.08, rough=0.12
        )
        parts.append((start, cried(rng, pitch, envelope, throat)))
    return mixed(*parts)


def cuckoo(ask: Ask) -> F32:
    """A cuckoo: a falling minor or major third near 600 Hz, in threes."""
    habit = Habit(every=4.5, series=(3, 4), gap=(1.1, 1.25), dull=3500.0, wet=0.7)
    return calls(ask, "cuckoo", _cuck_oo, habit)


def _cuck_oo(rng: np.random.Generator) -> F32:
    parts = []
    for start, long, f0 in ((0.0, 0.16, 665.0), (0.32, 0.28, 540.0)):
        n = int(long * RATE)
        envelope = line(n, [(0, 0), (0.15, 1.0), (0.7, 0.8), (1, 0)])
        throat = Throat(tract=still((600.0, 400.0, 1.0)), slope=2.2, top=2600, breath=0.06)
        parts.append((start, cried(rng, f0 * line(n, [(0, 1.02), (1, 0.98)]), envelope, throat)))
    return mixed(*parts)


def woodpecker(ask: Ask) -> F32:
    """A woodpecker that drums on a trunk."""
    return calls(ask, "woodpecker", _drumming, Habit(every=3.4, dull=6000.0, wet=0.9))


def _drumming(rng: np.random.Generator) -> F32:
    """A great spotted woodpecker's roll: 10-16 strokes in 0.6 s, quickening, dying away."""
    f = float(rng.uniform(0.85, 1.25))
    stroke = mixed(
        (
            0.0,
            struck(
                [620 * f, 1150 * f, 1900 * f], [0.014, 0.009, 0.005], [1, 0.6, 0.3], seconds=0.08
            ),
        ),
        (0.0, 0.4 * burst(rng, 0.006, 900.0, 6000.0, attack=0.0003)),
    )
    parts, clock, every = [], 0.0, 0.055
    count = int(rng.integers(10, 16))
    for at in range(count):
        parts.append((clock, stroke * np.float32(1 - 0.6 * at / count)))
        clock, every = clock + every, 0.97 * every
    return mixed(*parts)


def parrot(ask: Ask) -> F32:
    """Parrots that screech."""
    out = np.zeros((ask.n, 2), np.float32)
    for who in range(2 + round(2 * ask.intensity)):
        rng = ask.rng(f"parrot {who}")
        side = float(np.sin(rng.uniform(-1.3, 1.3)))
        for start in paced(rng, ask.seconds + 1.0, float(rng.uniform(0.7, 1.5)), jitter=0.7) - 0.25:
            n = int(float(rng.uniform(0.18, 0.42)) * RATE)
            pitch = float(rng.uniform(900, 1500)) * line(n, [(0, 0.85), (0.3, 1.15), (1, 0.8)])
            envelope = line(n, [(0, 0), (0.08, 1.0), (0.7, 0.8), (1, 0)])
            throat = Throat(
                tract=still((2100.0, 900.0, 1.0), (3700.0, 1200.0, 0.8)),
                slope=0.1, top=10000, breath=0.4, rough=0.5, half=0.6, jitter=0.03,
            )  # fmt: skip
            cry = cried(rng, pitch, envelope, throat)
            place(out, max(0.0, float(start)), seat(cry, side), gain=float(rng.uniform(0.4, 1)))
    return outdoors(ask, out, dull=9000.0)

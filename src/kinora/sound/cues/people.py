"""People: voices that can't be understood, hands, and feet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from kinora.sound.dsp.control import paced, pareto, poisson, ramp, times_of, wander
from kinora.sound.dsp.filters import convolved
from kinora.sound.dsp.modal import burst, mixed, struck
from kinora.sound.dsp.noise import Grid, band, brown, low, pink, stereo
from kinora.sound.dsp.space import filtered, finished, haze, place, scatter, seat
from kinora.sound.dsp.tones import played, stretched, wavetable
from kinora.sound.protocol import SAMPLE_RATE as RATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from kinora.sound.cues.ask import Ask
    from kinora.sound.protocol import F32

    _Step = Callable[[np.random.Generator], F32]

#: First three formants of five vowels in hertz (Peterson and Barney 1952, men).
_VOWELS: Final = (
    (730, 1090, 2440), (530, 1840, 2480), (270, 2290, 3010), (570, 840, 2410), (300, 870, 2240),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Talkers:
    """Who talks."""

    count: int
    pitch: tuple[float, float] = (95.0, 230.0)  # hertz, from low to high voices
    size: float = 1.0  # of the throat: formants are multiplied
    pause: float = 0.8  # seconds between phrases, on average
    syllable: tuple[float, float] = (0.11, 0.26)  # seconds


def crowd(ask: Ask) -> F32:
    """A crowd's murmur."""
    return finished(hall(ask, babble(ask, Talkers(14 + int(16 * ask.intensity))), 0.9), top=3200)


def cafe(ask: Ask) -> F32:
    """A café: a few conversations, cups and spoons, and the room between them."""
    rng = ask.rng("cafe")
    out = babble(ask, Talkers(7 + int(6 * ask.intensity), pause=1.1))
    level = float(out.std())
    for start in poisson(rng, ask.seconds, 1.1):
        clink = china(rng) * np.float32(level * rng.uniform(0.8, 3.2))
        place(out, float(start), seat(clink, float(rng.uniform(-0.9, 0.9))))
    grid = Grid(ask.n, 4096)
    air = stereo(rng, grid, 0.05 * brown(grid.f) * low(grid.f, 400.0))
    return finished(hall(ask, out, 0.7) + air * np.float32(0.25 * level / air.std()), top=7000)


def market(ask: Ask) -> F32:
    """An open market: many talk, some call, feet and crates."""
    rng = ask.rng("market")
    out = babble(ask, Talkers(16 + int(12 * ask.intensity), pause=0.6))
    calls = babble(ask, Talkers(3, (150, 300), pause=2.4, syllable=(0.22, 0.5)), "calls")
    out += 1.1 * calls * np.float32(out.std() / max(float(calls.std()), 1e-9))
    level = float(out.std())
    for start in poisson(rng, ask.seconds, 1.6):
        thud = burst(rng, float(rng.uniform(0.04, 0.12)), 120.0, 2400.0)
        place(out, float(start), seat(thud * level, float(rng.uniform(-1, 1))))
    return finished(hall(ask, out, 0.5), top=5500)


def children(ask: Ask) -> F32:
    """Children at play, some way off: high voices, and calls above them."""
    out = babble(ask, Talkers(8, (250, 400), size=1.25, pause=0.9))
    calls = babble(ask, Talkers(4, (380, 620), 1.25, 1.6, (0.2, 0.5)), "calls")
    out += 1.2 * calls * np.float32(out.std() / max(float(calls.std()), 1e-9))
    return finished(hall(ask, out, 0.6), top=6500.0 - 4000.0 * ask.distance)


def applause(ask: Ask) -> F32:
    """Applause of a hall; few hands at low intensity."""
    rng = ask.rng("applause")
    claps = []
    for _ in range(40):
        centre = float(np.exp(rng.uniform(np.log(700), np.log(2300))))
        length = float(rng.uniform(0.012, 0.03))
        claps.append(burst(rng, length, 0.55 * centre, 2.2 * centre, attack=0.0006, sharpness=6))
    out = np.zeros((ask.n, 2), np.float32)
    hands = 10 + int(90 * ask.intensity)
    for _ in range(hands):
        at = paced(rng, ask.seconds, float(rng.uniform(0.2, 0.33)), jitter=0.25)
        at = at + rng.uniform(-0.3, 0.3)
        at = at[(at > 0) & (at < ask.seconds)]
        loud = float(pareto(rng, 1, 2.2, 5.0)[0])
        scatter(
            out,
            at,
            claps,
            gains=loud * rng.uniform(0.6, 1.0, len(at)),
            which=np.full(len(at), rng.integers(0, len(claps))),
            pans=np.full(len(at), np.sin(rng.uniform(-1.5, 1.5))),
        )
    return finished(hall(ask, out, 0.5), top=9000)


def hall(ask: Ask, dry: F32, wet: float) -> F32:
    """``dry`` with what the room or the houses around answer."""
    return dry + np.float32(wet) * convolved(dry, haze(ask.rng("hall"), 0.9, top=2600.0))


def babble(ask: Ask, talkers: Talkers, name: str = "babble") -> F32:
    """(n, 2) people who talk at the same time: syllables of vowels, between short noises."""
    out = np.zeros((ask.n, 2), np.float32)
    for who in range(talkers.count):
        rng = ask.rng(f"{name} {who}")
        mean = float(np.exp(rng.uniform(*np.log(talkers.pitch))))
        size = talkers.size * (1.0 + 0.16 * float(mean > 165))
        tables = [_vowel(rng, mean, size, formants) for formants in _VOWELS]
        side = float(np.sin(rng.uniform(-1.5, 1.5)))
        loud = 0.35 + 0.65 * rng.random()
        clock = -2.0 * rng.random()
        while clock < ask.seconds:
            for _ in range(int(rng.integers(3, 13))):
                long = float(rng.uniform(*talkers.syllable))
                if 0 <= clock < ask.seconds:
                    sound = _syllable(rng, tables, mean, long)
                    place(out, clock, seat(sound, side), gain=loud * float(rng.uniform(0.5, 1)))
                clock += long * float(rng.uniform(0.85, 1.1))
            clock += float(rng.exponential(talkers.pause)) + 0.1
    return filtered(out, bottom=110.0)


def _vowel(
    rng: np.random.Generator, pitch: float, size: float, formants: tuple[int, int, int]
) -> F32:
    """One period of a vowel at this pitch."""
    f = np.arange(1, int(4200 / pitch)) * pitch
    weights = np.zeros(len(f))
    for centre, width, gain in zip(formants, (90, 130, 180), (1.0, 0.5, 0.22), strict=True):
        weights += gain / (1 + ((f - centre * size) / width) ** 2)
    return wavetable((weights + 0.01) * (f / pitch) ** -0.5, rng)


def _syllable(rng: np.random.Generator, tables: list[F32], mean: float, long: float) -> F32:
    n = int(long * RATE)
    first, second = rng.integers(0, len(tables), 2)
    start = mean * float(rng.uniform(0.85, 1.25))
    glide = stretched(np.linspace(start, start * rng.uniform(0.85, 1.08), n // 256 + 2), 256, n)
    turn = np.linspace(0, 1, n, dtype=np.float32)
    tone = played(tables[first], glide) * (1 - turn) + played(tables[second], glide) * turn
    tone *= ramp(n, int(0.3 * n), int(0.45 * n))
    if rng.random() < 0.4:
        bottom = float(rng.uniform(1500, 4000))
        hiss = 0.15 * burst(rng, n / 3 / RATE, bottom, 2 * bottom, attack=0.01)
        tone[: len(hiss)] += hiss
    return tone


def china(rng: np.random.Generator) -> F32:
    """A cup, spoon or plate that is touched: bright modes that ring for a moment."""
    base = float(np.exp(rng.uniform(np.log(1900), np.log(4200))))
    modes = [base * ratio for ratio in (1.0, 1.58, 2.24, 2.92)]
    decays = [float(rng.uniform(0.03, 0.16)) / (1 + 0.5 * i) for i in range(4)]
    gains = rng.uniform(0.3, 1.0, 4).tolist()
    ring = struck(modes, decays, gains, seconds=0.5)
    hit = 0.5 * burst(rng, 0.004, 2500.0, 10000.0, attack=0.0003)
    sound = mixed((0.0, ring), (0.0, hit))
    return sound / np.float32(np.abs(sound).max())


# -- footsteps ---------------------------------------------------------------------------------


def footsteps_wood(ask: Ask) -> F32:
    """Steps on a wooden floor."""
    return _walk(ask, "wood", _step_on_wood)


def footsteps_stone(ask: Ask) -> F32:
    """Steps on stone or asphalt."""
    return _walk(ask, "stone", _step_on_stone)


def footsteps_gravel(ask: Ask) -> F32:
    """Steps on gravel."""
    return _walk(ask, "gravel", _step_on_gravel)


def footsteps_grass(ask: Ask) -> F32:
    """Steps through grass or dry leaves."""
    return _walk(ask, "grass", _step_on_grass)


def footsteps_snow(ask: Ask) -> F32:
    """Steps on snow, which creaks."""
    return _walk(ask, "snow", _step_on_snow)


def _walk(ask: Ask, name: str, step: _Step) -> F32:
    """Steps at the onsets, else at a walking pace: 0.52 s, quicker with intensity."""
    rng = ask.rng(f"steps {name}")
    every = 0.52 * (1.35 - 0.7 * ask.intensity)
    own = np.arange(int(ask.seconds / every) + 1) * every
    own[1:] += rng.normal(0, 0.012, len(own) - 1)
    out = np.zeros((ask.n, 2), np.float32)
    for at, start in enumerate(times_of(ask, own)):
        side = 0.06 if at % 2 else -0.06
        place(out, float(start), seat(step(rng), side), gain=float(rng.uniform(0.8, 1.0)))
    return finished(out, top=9000.0 - 6000.0 * ask.distance)


def _step_on_wood(rng: np.random.Generator) -> F32:
    spread = float(rng.uniform(0.94, 1.06))
    modes = [f * spread for f in (95, 210, 480, 1150)]
    heel = struck(modes, [0.045, 0.035, 0.02, 0.008], [0.9, 1.0, 0.6, 0.35], seconds=0.25)
    toe = struck(
        [1.12 * f for f in modes], [0.03, 0.025, 0.014, 0.006], [0.6, 1, 0.6, 0.4], seconds=0.2
    )
    knock = 0.35 * burst(rng, 0.012, 400.0, 3500.0, attack=0.0004)
    scuff = 0.06 * burst(rng, 0.09, 1200.0, 6000.0, attack=0.03, sharpness=2)
    creak = 0.05 * burst(rng, 0.16, 600.0, 1500.0, attack=0.06, sharpness=1.5)
    return mixed((0.0, heel), (0.0, knock), (0.085, 0.5 * toe), (0.06, scuff), (0.04, creak))


def _step_on_stone(rng: np.random.Generator) -> F32:
    thud = struck([82, 160, 330], [0.02, 0.014, 0.008], [0.8, 0.7, 0.5], seconds=0.12)
    click = 0.8 * burst(rng, 0.014, 900.0, 5500.0, attack=0.0003, sharpness=7)
    toe = 0.35 * burst(rng, 0.03, 700.0, 4500.0, attack=0.002, sharpness=5)
    grit = 0.07 * burst(rng, 0.12, 2200.0, 9000.0, attack=0.02, sharpness=2)
    return mixed((0.0, thud), (0.0, click), (0.08, toe), (0.05, grit))


def _step_on_gravel(rng: np.random.Generator) -> F32:
    stones = _crunch(rng, 46, 0.16, (900.0, 5200.0), (0.003, 0.014))
    press = 0.4 * burst(rng, 0.07, 90.0, 900.0, attack=0.001, sharpness=4)
    later = 0.55 * _crunch(rng, 30, 0.12, (1100.0, 6000.0), (0.002, 0.01))
    return mixed((0.0, press), (0.0, stones), (0.15, later))


def _step_on_grass(rng: np.random.Generator) -> F32:
    swish = 0.5 * burst(rng, 0.2, 1800.0, 8500.0, attack=0.012, sharpness=2.5)
    stems = 0.5 * _crunch(rng, 26, 0.2, (2200.0, 7500.0), (0.001, 0.006))
    press = 0.5 * burst(rng, 0.06, 80.0, 500.0, attack=0.001, sharpness=4)
    return mixed((0.0, press), (0.0, swish), (0.01, stems))


def _step_on_snow(rng: np.random.Generator) -> F32:
    press = 0.35 * burst(rng, 0.05, 90.0, 600.0, attack=0.001, sharpness=4)
    grains = _crunch(rng, 150, 0.24, (450.0, 2600.0), (0.002, 0.007))
    fine = 0.3 * burst(rng, 0.26, 1500.0, 6500.0, attack=0.03, sharpness=2)
    return mixed((0.0, press), (0.0, 0.7 * grains), (0.0, fine))


def _crunch(
    rng: np.random.Generator,
    count: int,
    seconds: float,
    hertz: tuple[float, float],
    lengths: tuple[float, float],
) -> F32:
    """Small hard things that give way, most of them at once."""
    out = np.zeros(int((seconds + 0.05) * RATE), np.float32)
    starts = seconds * rng.beta(1.3, 2.6, count)
    starts[0] = 0.0
    grains = []
    for _ in range(min(count, 24)):
        centre = float(np.exp(rng.uniform(*np.log(hertz))))
        long = float(rng.uniform(*lengths))
        grains.append(burst(rng, long, 0.7 * centre, 1.5 * centre, attack=0.0003))
    for at, gain in enumerate(0.3 * pareto(rng, count, 2.2, 4.0)):
        grain = grains[at % len(grains)]
        first = int(starts[at] * RATE)
        piece = out[first : first + len(grain)]
        piece += np.float32(gain) * grain[: len(piece)]
    return out


def cloth(ask: Ask) -> F32:
    """Clothes that move: soft rustles."""
    rng, grid = ask.rng("cloth"), Grid(ask.n, 1024)
    f = grid.f
    rustle = np.clip(wander(rng, grid.t, 2.2) - 0.45, 0, 1) ** 1.5 * 3
    move = rustle * (0.5 + wander(rng, grid.t, 18.0))
    bed = stereo(rng, grid, pink(f) * band(f, 500.0, 5200.0, 1.2) * move + 0.002 * pink(f))
    return finished(bed)

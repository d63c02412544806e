"""Metal, wood and tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kinora.sound.cues.happening import once, series
from kinora.sound.dsp.control import poisson, ramp, wander
from kinora.sound.dsp.filters import convolved
from kinora.sound.dsp.modal import burst, mixed, struck
from kinora.sound.dsp.noise import Grid, band, noise, peak, pink, stereo
from kinora.sound.dsp.space import finished, haze, scatter, seat
from kinora.sound.dsp.tones import played, stretched, wavetable
from kinora.sound.protocol import SAMPLE_RATE as RATE

if TYPE_CHECKING:
    from kinora.sound.cues.ask import Ask
    from kinora.sound.protocol import F32

_STEP = 256  # samples between the points of slow curves
#: Modes of a free metal bar against its lowest (Fletcher and Rossing, The Physics of Musical
#: Instruments, section 2.15), and some of a plate between them.
_BAR = (1.0, 1.63, 2.76, 3.4, 5.4, 6.9, 8.93)


def metal(ask: Ask) -> F32:
    """Metal that is struck: clangs and clanks, now and then."""
    return series(ask, "metal", _clang, every=1.2, dull=9000.0)


def _clang(rng: np.random.Generator) -> F32:
    f = float(np.exp(rng.uniform(np.log(320), np.log(900))))
    modes = [f * ratio * float(rng.uniform(0.97, 1.03)) for ratio in _BAR]
    decays = [float(rng.uniform(0.12, 0.5)) / (1 + 0.3 * i) for i in range(len(modes))]
    ring = struck(modes, decays, rng.uniform(0.3, 1.0, len(modes)).tolist(), seconds=1.2)
    return mixed((0.0, ring), (0.0, 0.8 * burst(rng, 0.008, 900.0, 9000.0, attack=0.0003)))


def sword(ask: Ask) -> F32:
    """Blades that meet, and slide along each other."""
    return series(ask, "sword", _blade, every=1.1, dull=13000.0)


def _blade(rng: np.random.Generator) -> F32:
    f = float(rng.uniform(1500, 2400))
    modes = [f * ratio for ratio in (1.0, 1.41, 2.1, 2.76, 3.3, 4.1)]
    decays = [float(rng.uniform(0.25, 0.6)) / (1 + 0.35 * i) for i in range(len(modes))]
    ring = struck(modes, decays, rng.uniform(0.3, 1.0, 6).tolist(), seconds=1.0)
    hit = burst(rng, 0.012, 1800.0, 12000.0, attack=0.0003)
    slide = 0.35 * burst(rng, 0.22, 3500.0, 11000.0, attack=0.05, sharpness=1.5)
    return mixed((0.0, ring), (0.0, hit), (0.03, slide if rng.random() < 0.6 else 0.2 * slide))


def chain(ask: Ask) -> F32:
    """A chain that is moved: links that knock together."""
    return series(ask, "chain", _links, every=1.3, dull=11000.0)


def _links(rng: np.random.Generator) -> F32:
    parts = []
    for at in np.concatenate([[0.0], np.sort(rng.beta(1.4, 2.0, 18) * 0.7)]):
        f = float(rng.uniform(1400, 3600))
        link = struck([f, 1.7 * f, 2.6 * f], [0.03, 0.02, 0.012], [1, 0.7, 0.5], seconds=0.12)
        tap = 0.5 * burst(rng, 0.004, 1500.0, 9000.0, attack=0.0003)
        parts.append((float(at), float(rng.uniform(0.3, 1)) * mixed((0.0, link), (0.0, tap))))
    return mixed(*((at, np.asarray(sound, np.float32)) for at, sound in parts))


def hammer(ask: Ask) -> F32:
    """A hammer at work, on a nail or an anvil: stroke after stroke."""
    return series(ask, "hammer", _stroke, every=0.62, dull=9000.0)


def _stroke(rng: np.random.Generator) -> F32:
    f = float(rng.uniform(0.97, 1.03))
    wood = struck([140 * f, 310 * f, 620 * f], [0.03, 0.02, 0.012], [0.8, 1, 0.5], seconds=0.15)
    nail = struck([2450 * f, 4100 * f, 6300 * f], [0.05, 0.03, 0.02], [0.6, 0.5, 0.3], seconds=0.3)
    hit = 0.8 * burst(rng, 0.01, 700.0, 8000.0, attack=0.0003)
    return mixed((0.0, wood), (0.0, nail), (0.0, hit))


def chop(ask: Ask) -> F32:
    """An axe in wood, or a knife on a board."""
    return series(ask, "chop", _chop, every=1.0 - 0.7 * ask.intensity, dull=7500.0)


def _chop(rng: np.random.Generator) -> F32:
    f = float(rng.uniform(0.93, 1.07))
    board = struck([165 * f, 380 * f, 760 * f], [0.03, 0.02, 0.01], [1, 0.8, 0.4], seconds=0.18)
    split = 0.6 * burst(rng, 0.03, 600.0, 5500.0, attack=0.0005, sharpness=6)
    return mixed((0.0, board), (0.0, split))


def twigs(ask: Ask) -> F32:
    """Twigs and branches that snap."""
    return series(ask, "twigs", _snap, every=1.5, dull=9000.0)


def _snap(rng: np.random.Generator) -> F32:
    f = float(rng.uniform(0.8, 1.3))
    parts = [
        (0.0, burst(rng, 0.012, 900.0, 9000.0, attack=0.0002, sharpness=6)),
        (0.0, struck([520 * f, 1250 * f], [0.012, 0.007], [0.7, 0.5], seconds=0.06)),
    ]
    for at in rng.exponential(0.035, int(rng.integers(2, 7))):
        fibre = burst(rng, 0.005, 1500.0, 8000.0, attack=0.0002)
        parts.append((0.008 + float(at), float(rng.uniform(0.1, 0.5)) * fibre))
    return mixed(*((at, np.asarray(sound, np.float32)) for at, sound in parts))


def saw(ask: Ask) -> F32:
    """A hand saw in wood: to and fro."""
    rng, grid = ask.rng("saw"), Grid(ask.n, 1024)
    t, f = grid.t, grid.f
    stroke = np.sin(2 * np.pi * (1.15 + 0.5 * ask.intensity) * t)
    push, pull = np.clip(stroke, 0, 1) ** 0.7, np.clip(-stroke, 0, 1) ** 0.7
    body = peak(f, 420.0, 2.0) + 0.8 * peak(f, 1300.0, 1.5) + 0.5 * band(f, 2500.0, 8000.0)
    shape = body * (push + 0.55 * pull) * (0.7 + 0.6 * wander(rng, t, 12.0))
    mono = noise(rng, grid, shape)
    coarse = np.arange(ask.n // _STEP + 2) * (_STEP / RATE)
    speed = np.abs(np.sin(2 * np.pi * (1.15 + 0.5 * ask.intensity) * coarse))
    teeth = played(wavetable(np.ones(8), rng), stretched(60.0 + 190.0 * speed, _STEP, ask.n))
    out = seat(np.asarray(mono * (1 + 0.8 * teeth), np.float32), 0.0)[: ask.n]
    return finished(out + 0.3 * convolved(out, haze(rng, 0.5)), top=8000.0 - 5000.0 * ask.distance)


def chainsaw(ask: Ask) -> F32:
    """A chainsaw: idles, then bites."""
    return _two_stroke(ask, "chainsaw", idle=52.0, full=165.0, every=2.6)


def lawnmower(ask: Ask) -> F32:
    """A lawnmower that goes to and fro."""
    return _two_stroke(ask, "mower", idle=46.0, full=54.0, every=4.0)


def _two_stroke(ask: Ask, name: str, *, idle: float, full: float, every: float) -> F32:
    """A small engine that fires ``idle`` … ``full`` times a second, opened every few seconds."""
    rng, grid = ask.rng(name), Grid(ask.n, 1024)
    coarse = np.arange(ask.n // _STEP + 2) * (_STEP / RATE)
    opened = np.clip(1.6 * np.sin(2 * np.pi * coarse / every - 0.4), 0, 1) ** 0.5
    opened = opened * (0.9 + 0.2 * wander(rng, coarse, 5.0))
    firing = idle + (full - idle) * opened
    rate = stretched(firing * (1 + 0.03 * (wander(rng, coarse, 9.0) - 0.5)), _STEP, ask.n)
    f = grid.f
    air = pink(f) * band(f, 300.0, 7000.0, 1.2)
    out = np.empty((ask.n, 2), np.float32)
    for side in (0, 1):
        own = ask.rng(f"{name} {side}")
        k = np.arange(1, 60)
        motor = played(wavetable(k**-0.55 * own.uniform(0.4, 1.0, len(k)), own), rate)
        puffs = np.clip(played(wavetable(np.ones(10), own), rate), 0, 1)
        exhaust = noise(own, grid, 0.5 * air) * (0.15 + 1.3 * puffs)
        out[:, side] = 0.45 * motor * (0.5 + 0.8 * stretched(opened, _STEP, ask.n)) + exhaust
    return finished(out, top=6500.0 - 4500.0 * ask.distance)


def drill(ask: Ask) -> F32:
    """A power drill: a whining motor that is loaded and let go."""
    rng, grid = ask.rng("drill"), Grid(ask.n, 1024)
    coarse = np.arange(ask.n // _STEP + 2) * (_STEP / RATE)
    part = (coarse / 2.4 + 0.05) % 1.0
    on = np.clip(part / 0.05, 0, 1) * np.clip((0.75 - part) / 0.06, 0, 1)
    load = np.clip((part - 0.2) / 0.1, 0, 1) * np.clip((0.65 - part) / 0.05, 0, 1)
    pitch = 60.0 + 300.0 * on * (1 - 0.2 * load) * (1 + 0.02 * (wander(rng, coarse, 6.0) - 0.5))
    level = stretched(on, _STEP, ask.n)
    whine = played(wavetable(np.arange(1, 30) ** -0.6, rng), stretched(pitch, _STEP, ask.n))
    grind = stereo(rng, grid, band(grid.f, 900.0, 7500.0, 1.2))
    bite = stretched(0.15 + load, _STEP, ask.n) * level
    out = 0.5 * seat(whine * level, 0.0)[: ask.n] + 0.35 * grind * bite[:, None]
    return finished(out + 0.2 * convolved(out, haze(rng, 0.5)), top=7500.0 - 5000.0 * ask.distance)


def servo(ask: Ask) -> F32:
    """A small motor that moves a joint: short whirs, up or down."""
    return series(ask, "servo", _whir, every=0.9, dull=9000.0)


def _whir(rng: np.random.Generator) -> F32:
    n = int(float(rng.uniform(0.25, 0.6)) * RATE)
    start, end = rng.uniform(260, 620, 2).tolist()
    speed = np.interp(np.linspace(0, 1, n), [0, 0.12, 0.8, 1], [0.5 * start, start, end, 0.5 * end])
    tone = played(wavetable(np.arange(1, 18) ** -0.9, rng), speed)
    tick = played(wavetable(np.ones(6), rng), 0.25 * speed)
    gears = 0.3 * burst(rng, n / RATE, 1800.0, 7000.0, sharpness=0.2)[:n] * np.clip(tick, 0, 1)
    return np.asarray((tone + gears) * ramp(n, RATE // 60, RATE // 40), np.float32)


def vacuum(ask: Ask) -> F32:
    """A vacuum cleaner or a hair dryer: a turbine and its rush of air."""
    rng, grid = ask.rng("vacuum"), Grid(ask.n, 2048)
    f, t = grid.f, grid.t
    moves = 0.8 + 0.4 * wander(rng, t, 0.6)
    rush = pink(f) * band(f, 250.0, 6500.0, 1.0) * moves + 0.4 * peak(f, 950.0, 2.5)
    out = stereo(rng, grid, rush)
    coarse = np.arange(ask.n // _STEP + 2) * (_STEP / RATE)
    pitch = stretched(410.0 * (1 + 0.02 * (wander(rng, coarse, 0.7) - 0.5)), _STEP, ask.n)
    for side in (0, 1):
        own = ask.rng(f"turbine {side}")
        out[:, side] += (
            0.5 * float(out.std()) * played(wavetable(np.arange(1, 14) ** -1.0, own), pitch)
        )
    return finished(out, top=8000.0 - 5000.0 * ask.distance)


def squeak(ask: Ask) -> F32:
    """A wheel or a swing that squeaks with each turn."""
    return series(ask, "squeak", _squeal, every=1.5, dull=9000.0)


def _squeal(rng: np.random.Generator) -> F32:
    n = int(float(rng.uniform(0.22, 0.4)) * RATE)
    f = float(rng.uniform(1100, 1900))
    bend = np.interp(np.linspace(0, 1, n), [0, 0.3, 1], [0.85, 1.12, 0.95])
    rough = 1 + 0.25 * stretched(rng.standard_normal(n // 128 + 2), 128, n)
    tone = played(wavetable(np.arange(1, 9) ** -0.8, rng), f * bend)
    return np.asarray(tone * rough * ramp(n, n // 6, n // 3), np.float32)


def cart(ask: Ask) -> F32:
    """Wheels that rattle over stones: a cart, a case on rollers, a skateboard."""
    rng, grid = ask.rng("cart"), Grid(ask.n, 2048)
    f, t = grid.f, grid.t
    pace = 0.7 + 0.6 * wander(rng, t, 0.8)
    rumble = pink(f) * band(f, 120.0, 1400.0, 1.2) * pace
    out = stereo(rng, grid, rumble)
    knocks = [
        mixed(
            (
                0.0,
                struck(
                    [240 * k, 560 * k, 1150 * k], [0.02, 0.014, 0.008], [1, 0.8, 0.5], seconds=0.1
                ),
            ),
            (0.0, 0.7 * burst(rng, 0.01, 700.0, 6000.0, attack=0.0004)),
        )
        for k in (0.85, 0.95, 1.0, 1.1, 1.25)
    ]
    at = poisson(rng, ask.seconds, 14.0 + 14.0 * ask.intensity)
    scatter(
        out,
        at,
        knocks,
        gains=float(out.std()) * rng.uniform(1.0, 4.5, len(at)),
        which=rng.integers(0, len(knocks), len(at)),
        pans=rng.normal(0, 0.5, len(at)).clip(-1, 1),
    )
    return finished(out, top=7000.0 - 4500.0 * ask.distance)


def creaking_groan(ask: Ask) -> F32:
    """A hull or a steel frame that groans under its load."""
    return once(ask, "groan", _groan, wet=1.1)


def _groan(rng: np.random.Generator) -> F32:
    n = int(1.8 * RATE)
    f = float(rng.uniform(75, 120))
    bend = np.interp(np.linspace(0, 1, n), [0, 0.3, 0.6, 1], [0.9, 1.2, 1.05, 0.7])
    rough = np.clip(1 + 0.4 * stretched(rng.standard_normal(n // 400 + 2), 400, n), 0, 3)
    tone = played(wavetable(np.arange(1, 26) ** -0.7, rng), f * bend)
    return np.asarray(tone * rough * ramp(n, RATE // 30, n // 2), np.float32)

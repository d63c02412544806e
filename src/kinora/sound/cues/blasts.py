"""What breaks, bursts and falls."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kinora.sound.cues.happening import once, series
from kinora.sound.dsp.control import paced, pareto, poisson, ramp, times_of
from kinora.sound.dsp.filters import convolved
from kinora.sound.dsp.modal import bubble, burst, mixed, struck
from kinora.sound.dsp.noise import Grid, band, pink, stereo
from kinora.sound.dsp.space import finished, haze, place, scatter, seat
from kinora.sound.protocol import SAMPLE_RATE as RATE

if TYPE_CHECKING:
    from kinora.sound.cues.ask import Ask
    from kinora.sound.protocol import F32


def explosion(ask: Ask) -> F32:
    """An explosion: crack, blast, rumble, and what comes down again."""
    return once(ask, "explosion", _explosion, wet=1.4)


def _explosion(rng: np.random.Generator) -> F32:
    crack = 0.8 * burst(rng, 0.05, 300.0, 9000.0, attack=0.0004, sharpness=5)
    blast = struck([58, 84, 121], [0.45, 0.3, 0.2], [1, 0.8, 0.5], seconds=1.6, bend=0.5)
    roar = 1.6 * burst(rng, 2.6, 60.0, 700.0, attack=0.004, sharpness=4.5)
    parts = [(0.0, crack), (0.0, blast), (0.01, roar)]
    for at in 0.35 + rng.exponential(0.5, 30).clip(0, 2.0):
        chip = burst(rng, float(rng.uniform(0.01, 0.04)), 400.0, 5000.0, attack=0.0005)
        parts.append((float(at), np.float32(0.09 * rng.random()) * chip))
    return mixed(*parts)


def gunshot(ask: Ask) -> F32:
    """A shot, and its echo."""
    return once(ask, "gunshot", _shot, wet=1.6)


def _shot(rng: np.random.Generator) -> F32:
    crack = burst(rng, 0.018, 700.0, 12000.0, attack=0.0002, sharpness=5)
    body = 0.8 * burst(rng, 0.14, 120.0, 2400.0, attack=0.0006, sharpness=6)
    thump = struck([82, 140], [0.05, 0.03], [0.7, 0.5], seconds=0.25)
    return mixed((0.0, crack), (0.0, body), (0.0, thump))


def fireworks(ask: Ask) -> F32:
    """Fireworks: shells that burst, one after another, with crackle after some."""
    rng = ask.rng("fireworks")
    every = 1.5 - 0.9 * ask.intensity
    own = np.append(0.0, paced(rng, ask.seconds, every, jitter=0.9) + 0.4)
    out = np.zeros((ask.n, 2), np.float32)
    for start in times_of(ask, own):
        side = float(np.sin(rng.uniform(-1.2, 1.2)))
        place(out, float(start), seat(_shell(rng), side), gain=float(rng.uniform(0.4, 1.0)))
        if rng.random() < 0.3:
            place(out, float(start) + 0.5, seat(_rise(rng), -side), gain=0.12)
    far = convolved(out, haze(rng, 2.4, top=1800.0, early=0.05))
    return finished((1 - 0.5 * ask.distance) * out + far, top=8000.0 - 5500.0 * ask.distance)


def _shell(rng: np.random.Generator) -> F32:
    f = float(rng.uniform(0.8, 1.25))
    boom = 0.45 * struck([62 * f, 96 * f], [0.12, 0.08], [1, 0.6], seconds=0.6, bend=0.4)
    crack = burst(rng, 0.16, 140.0, 4500.0, attack=0.0006, sharpness=5)
    parts = [(0.0, boom), (0.0, crack)]
    if rng.random() < 0.55:
        for at in 0.25 + rng.gamma(2.0, 0.18, 46).clip(0, 1.4):
            spark = burst(rng, 0.006, 1200.0, 9000.0, attack=0.0003)
            parts.append((float(at), np.float32(0.3 * rng.random()) * spark))
    return mixed(*parts)


def _rise(rng: np.random.Generator) -> F32:
    """The whistle of a rocket that climbs: up a little, then away."""
    n = int(0.9 * RATE)
    turns = np.cumsum(np.interp(np.linspace(0, 1, n), [0, 0.2, 1], [1500, 2600, 1900])) / RATE
    air = 0.3 * burst(rng, n / RATE, 1500.0, 6000.0, sharpness=0.3)[:n]
    return np.asarray((np.sin(2 * np.pi * turns) + air) * ramp(n, n // 5, n // 3), np.float32)


def crash(ask: Ask) -> F32:
    """Something large that falls or runs into something: wood, metal, pieces."""
    return once(ask, "crash", _crash, wet=0.8)


def _crash(rng: np.random.Generator) -> F32:
    thud = struck([66, 110, 190], [0.12, 0.09, 0.05], [1, 0.8, 0.5], seconds=0.6)
    first = burst(rng, 0.35, 150.0, 6500.0, attack=0.0008, sharpness=5)
    parts = [(0.0, thud), (0.0, first)]
    for at in rng.exponential(0.22, 34).clip(0.01, 1.2):
        f = float(np.exp(rng.uniform(np.log(250), np.log(2600))))
        piece = struck([f, 1.8 * f, 2.7 * f], [0.04, 0.025, 0.015], [1, 0.6, 0.4], seconds=0.16)
        knock = 0.8 * burst(rng, 0.012, 500.0, 6000.0, attack=0.0004)
        loud = np.float32(0.45 * np.exp(-1.6 * at) * rng.uniform(0.3, 1.0))
        parts.append((float(at), loud * mixed((0.0, piece), (0.0, knock))))
    return mixed(*parts)


def splash(ask: Ask) -> F32:
    """Something that falls into water."""
    return series(ask, "splash", _splash, every=2.2, dull=9000.0)


def _splash(rng: np.random.Generator) -> F32:
    """Impact, the cavity that closes some 0.1 s later, and drops (Worthington)."""
    slap = burst(rng, 0.2, 350.0, 6500.0, attack=0.001, sharpness=5)
    parts = [(0.0, slap)]
    cavity = bubble(float(rng.uniform(160, 320)), rise=0.5, decay=0.05)
    parts.append((0.09, 0.8 * cavity))
    for at in 0.12 + rng.gamma(1.6, 0.14, 26).clip(0, 1.0):
        f = float(np.exp(rng.uniform(np.log(600), np.log(3400))))
        drop = bubble(f, rise=0.25, decay=float(rng.uniform(0.006, 0.016)))
        parts.append((float(at), np.float32(0.3 * rng.random()) * drop))
    return mixed(*((at, np.asarray(sound, np.float32)) for at, sound in parts))


def hail(ask: Ask) -> F32:
    """Hail: hard grains on roofs and ground, over the rush of the rest."""
    rng, grid = ask.rng("hail"), Grid(ask.n, 2048)
    f = grid.f
    out = stereo(rng, grid, 0.25 * pink(f) * band(f, 700.0, 8000.0, 1.2))
    grains = []
    for _ in range(24):
        mode = float(np.exp(rng.uniform(np.log(500), np.log(2400))))
        ring = struck([mode, 1.7 * mode], [0.012, 0.007], [0.6, 0.4], seconds=0.05)
        grains.append(mixed((0.0, ring), (0.0, burst(rng, 0.004, 1500.0, 10000.0, attack=0.0002))))
    at = poisson(rng, ask.seconds, 90.0 + 260.0 * ask.intensity)
    scatter(
        out,
        at,
        grains,
        gains=0.7 * float(out.std()) * pareto(rng, len(at), 2.4, 8.0),
        which=rng.integers(0, len(grains), len(at)),
        pans=np.sin(rng.uniform(-1.5, 1.5, len(at))),
    )
    return finished(out, top=10000.0 - 5000.0 * ask.distance)


def ball(ask: Ask) -> F32:
    """A ball that bounces."""
    return series(ask, "ball", _bounce, every=0.75, dull=6000.0)


def _bounce(rng: np.random.Generator) -> F32:
    f = float(rng.uniform(0.94, 1.06))
    skin = struck([96 * f, 215 * f, 830 * f], [0.025, 0.04, 0.03], [0.6, 0.8, 0.4], seconds=0.3)
    return mixed((0.0, skin), (0.0, 0.4 * burst(rng, 0.012, 250.0, 3500.0, attack=0.0006)))

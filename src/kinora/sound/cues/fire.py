"""Fire: a soft roar, hiss, and crackles of which few are loud."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kinora.sound.dsp.control import gusts, pareto, poisson, wander
from kinora.sound.dsp.modal import burst, mixed, struck
from kinora.sound.dsp.noise import Grid, band, brown, low, noise
from kinora.sound.dsp.space import (
    finished,
    scatter,
)

if TYPE_CHECKING:
    from kinora.sound.cues.ask import Ask
    from kinora.sound.protocol import F32


def fire(ask: Ask) -> F32:
    """A wood fire: larger with intensity; gusts fan it."""
    rng, grid = ask.rng("fire"), Grid(ask.n, 2048)
    t, f = grid.t, grid.f
    out = np.empty((ask.n, 2), np.float32)
    for side in (0, 1):
        flame = 0.45 + 0.55 * wander(ask.rng(f"flame {side}"), t, 3.5)
        fanned = 0.7 + 0.6 * gusts(ask, t)
        roar = 0.085 * brown(f) * low(f, 300.0) * flame * fanned
        mids = 0.09 * band(f, 300.0, 1800.0, 1.2) * flame**2
        hiss = 0.2 * band(f, 2200.0, 9000.0, 1.2) * flame**2 * fanned
        out[:, side] = noise(rng, grid, roar + mids + hiss)
    bed = float(out.std())
    _crackles(ask, out, bed)
    _pops(ask, out, bed)
    return finished(out)


def _crackles(ask: Ask, out: F32, bed: float) -> None:
    rng = ask.rng("crackles")
    grains = []
    for _ in range(40):
        bottom = float(np.exp(rng.uniform(np.log(900), np.log(4500))))
        length = 0.004 + 0.022 * float(rng.random()) ** 2
        grains.append(burst(rng, length, bottom, 2.4 * bottom, attack=0.0004, sharpness=6))
    at = poisson(rng, ask.seconds, 34.0 * (0.5 + ask.intensity))
    # Sparks come in flurries.
    at = at[rng.random(len(at)) < 0.25 + 0.75 * wander(rng, at, 1.4)]
    flurry = [at, at + rng.exponential(0.03, len(at)), at + rng.exponential(0.09, len(at))]
    at = np.concatenate(flurry)
    at = at[(at < ask.seconds)]
    scatter(
        out,
        at,
        grains,
        gains=bed * 2.2 * pareto(rng, len(at), 1.9, 7.0),
        which=rng.integers(0, len(grains), len(at)),
        pans=rng.normal(0, 0.45, len(at)).clip(-1, 1),
    )


def _pops(ask: Ask, out: F32, bed: float) -> None:
    """Wood that bursts: a thump under a crackle."""
    rng = ask.rng("pops")
    grains = []
    for _ in range(10):
        f = float(rng.uniform(150, 420))
        thump = struck([f, 2.3 * f], [0.012, 0.006], [1.0, 0.4], seconds=0.06)
        grains.append(mixed((0.0, thump), (0.0, 0.7 * burst(rng, 0.02, 900.0, 5000.0))))
    at = poisson(rng, ask.seconds, 1.1 * (0.4 + ask.intensity))
    scatter(
        out,
        at,
        grains,
        gains=bed * 4.5 * pareto(rng, len(at), 2.5, 2.5),
        which=rng.integers(0, len(grains), len(at)),
        pans=rng.normal(0, 0.4, len(at)).clip(-1, 1),
    )

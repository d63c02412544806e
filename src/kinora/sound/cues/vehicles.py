"""Motorbikes, tractors, steam, tyres and brakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kinora.sound.cues.happening import once
from kinora.sound.dsp.control import ramp, wander
from kinora.sound.dsp.filters import convolved
from kinora.sound.dsp.modal import burst
from kinora.sound.dsp.noise import Grid, band, brown, noise, peak, pink, stereo
from kinora.sound.dsp.space import finished, haze, place, scatter, seat
from kinora.sound.dsp.tones import played, stretched, wavetable
from kinora.sound.protocol import SAMPLE_RATE as RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kinora.sound.cues.ask import Ask
    from kinora.sound.protocol import F32

_STEP = 256  # samples between the points of slow curves


def motorbike(ask: Ask) -> F32:
    """A motorbike that is revved, then runs up through its gears."""
    coarse = np.arange(ask.n // _STEP + 2) * (_STEP / RATE)
    rng = ask.rng("motorbike")
    rev = np.clip(np.sin(2 * np.pi * coarse / 1.5), 0, 1) ** 2 * (coarse < 1.5)
    gear = ((coarse - 1.5) % 2.2) / 2.2
    runs = np.where(coarse >= 1.5, 0.35 + 0.65 * gear**0.8, 0.75 * rev)
    firing = 26.0 + (60.0 + 60.0 * ask.intensity) * runs
    out = _pistons(ask, "motorbike", firing, bark=0.5 + 0.8 * runs)
    grid = Grid(ask.n, 2048)
    chain = peak(grid.f, 2600.0, 2.0) * 0.12 * (0.4 + wander(rng, grid.t, 4.0))
    rattle = stereo(rng, grid, chain)
    out += rattle * np.float32(0.12 * out.std() / rattle.std())
    return finished(out, top=6000.0 - 4200.0 * ask.distance)


def tractor(ask: Ask) -> F32:
    """A tractor or a fishing boat: a slow diesel that knocks."""
    coarse = np.arange(ask.n // _STEP + 2) * (_STEP / RATE)
    rng = ask.rng("tractor")
    firing = (11.0 + 9.0 * ask.intensity) * (1 + 0.05 * (wander(rng, coarse, 1.2) - 0.5))
    out = _pistons(ask, "tractor", firing, bark=np.full(len(coarse), 0.9))
    return finished(out, top=3200.0 - 2200.0 * ask.distance)


def _pistons(ask: Ask, name: str, firing: NDArray[np.float64], *, bark: NDArray[np.float64]) -> F32:
    """Single explosions that can be told apart, through an exhaust.

    Args:
        ask: for the length and the seed.
        name: of the engine.
        firing: explosions a second, every `_STEP` samples.
        bark: level likewise.
    """
    rng = ask.rng(f"{name} pistons")
    phase = np.cumsum(firing) * (_STEP / RATE)
    count = int(phase[-1])
    at = np.interp(np.arange(1, count + 1), phase, np.arange(len(phase)) * (_STEP / RATE))
    at = at + rng.normal(0, 0.0012, count)
    shots = []
    for _ in range(12):
        f = float(rng.uniform(0.9, 1.1))
        body = burst(rng, 0.05, 75.0 * f, 420.0 * f, attack=0.001, sharpness=4)
        edge = 0.3 * burst(rng, 0.02, 400.0, 3800.0, attack=0.0006, sharpness=5)
        body[: len(edge)] += edge
        shots.append(body)
    level = np.interp(at, np.arange(len(bark)) * (_STEP / RATE), bark)
    out = np.zeros((ask.n, 2), np.float32)
    scatter(
        out,
        at,
        shots,
        gains=level * rng.uniform(0.75, 1.1, count),
        which=rng.integers(0, len(shots), count),
        pans=np.sin(rng.uniform(-1.5, 1.5, count)),
    )
    pipe = played(wavetable(np.arange(1, 30) ** -0.8, rng), stretched(firing, _STEP, ask.n))
    hum = seat(pipe * stretched(bark, _STEP, ask.n), 0.8)[: ask.n]
    other = played(wavetable(np.arange(1, 30) ** -0.8, rng), stretched(firing, _STEP, ask.n))
    hum += seat(other * stretched(bark, _STEP, ask.n), -0.8)[: ask.n]
    out += hum * np.float32(0.5 * out.std() / hum.std())
    return out + 0.2 * convolved(out, haze(rng, 0.5, top=3000.0))


def steam_train(ask: Ask) -> F32:
    """A steam engine: four puffs to a turn of its wheels, and its whistle."""
    rng, grid = ask.rng("steam train"), Grid(ask.n, 1024)
    f, t = grid.f, grid.t
    beat = (1.6 + 3.0 * ask.intensity) * t
    puff = np.exp(-5.0 * (beat * 2 % 1.0)) * (1 + 0.25 * (np.floor(beat * 2) % 4 == 0))
    out = np.empty((ask.n, 2), np.float32)
    for side in (0, 1):
        own = ask.rng(f"steam train {side}")
        chuff = pink(f) * band(f, 150.0, 5000.0, 1.0) * (0.06 + puff)
        rolls = 0.12 * brown(f) * band(f, 60.0, 300.0, 1.5) * (0.7 + 0.5 * wander(own, t, 2.0))
        out[:, side] = noise(own, grid, chuff + rolls)
    call = _steam_whistle(rng)
    level = 4.0 * float(out.std())
    for start in np.arange(0.4, ask.seconds, 6.5):
        place(out, float(start), seat(call * np.float32(level), 0.2))
    return finished(
        out + 0.3 * convolved(out, haze(rng, 1.4, top=2600.0)), top=6500 - 4500 * ask.distance
    )


def _steam_whistle(rng: np.random.Generator) -> F32:
    """Three pipes in a chord, that rise as the steam comes and fall as it goes."""
    n = int(1.5 * RATE)
    bend = np.interp(np.linspace(0, 1, n), [0, 0.08, 0.9, 1], [0.9, 1.0, 1.0, 0.93])
    chord = sum(
        played(wavetable(np.arange(1, 7) ** -1.4, rng), f * bend) for f in (349.2, 440.0, 523.3)
    )
    air = 0.5 * burst(rng, n / RATE, 800.0, 6000.0, attack=0.05, sharpness=0.3)[:n]
    return np.asarray((chord + air) * ramp(n, RATE // 12, RATE // 5) / 3, np.float32)


def screech(ask: Ask) -> F32:
    """Tyres or brakes that screech."""
    return once(ask, "screech", _screech, wet=0.6)


def _screech(rng: np.random.Generator) -> F32:
    """Stick and slip at 700-1000 Hz with harmonics, unsteady, over the scrape."""
    n = int(float(rng.uniform(1.0, 1.5)) * RATE)
    coarse = np.arange(n // _STEP + 2) * (_STEP / RATE)
    f = float(rng.uniform(720, 950))
    pitch = f * (1.06 - 0.14 * coarse / coarse[-1]) * (1 + 0.03 * (wander(rng, coarse, 14.0) - 0.5))
    tone = played(wavetable(np.arange(1, 9) ** -0.6, rng), stretched(pitch, _STEP, n))
    other = played(wavetable(np.arange(1, 6) ** -0.8, rng), stretched(1.52 * pitch, _STEP, n))
    rough = np.clip(1 + 0.5 * stretched(rng.standard_normal(n // 160 + 2), 160, n), 0, 3)
    scrape = 0.5 * burst(rng, n / RATE, 900.0, 6000.0, attack=0.02, sharpness=0.8)[:n]
    return np.asarray(
        ((tone + 0.5 * other) * rough + scrape) * ramp(n, RATE // 50, n // 2), np.float32
    )

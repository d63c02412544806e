"""Insects, frogs, hooves, wings and purring, and the places that are made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kinora.sound.cues.calling import outdoors
from kinora.sound.cues.fowl import birds, hoots
from kinora.sound.dsp.control import gusts, paced, poisson, times_of, wander
from kinora.sound.dsp.filters import convolved
from kinora.sound.dsp.modal import burst, mixed, struck
from kinora.sound.dsp.noise import Grid, band, noise, pink, stereo
from kinora.sound.dsp.space import finished, haze, place, scatter, seat
from kinora.sound.dsp.tones import played, stretched, wavetable
from kinora.sound.protocol import SAMPLE_RATE as RATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from kinora.sound.cues.ask import Ask
    from kinora.sound.protocol import F32

    Call = Callable[[np.random.Generator], F32]


def crickets(ask: Ask) -> F32:
    """Crickets on a summer night."""
    out = np.zeros((ask.n, 2), np.float32)
    for who in range(4 + round(6 * ask.intensity)):
        rng = ask.rng(f"cricket {who}")
        pitch, beat = float(rng.uniform(3900, 5200)), float(rng.uniform(0.014, 0.021))
        pulses = int(rng.integers(3, 6))
        pulse = struck([pitch, 2 * pitch], [0.005, 0.003], [1, 0.08], seconds=0.02, attack=0.004)
        chirp = mixed(*((at * beat, pulse * (0.6 + 0.1 * at)) for at in range(pulses)))
        every = float(rng.uniform(0.32, 0.62))
        at = paced(rng, ask.seconds, every, jitter=0.06)
        at = at[wander(rng, at, 0.15) > 0.25]
        near = float(rng.uniform(0.15, 1.0)) ** 1.5
        side = float(np.sin(rng.uniform(-1.5, 1.5)))
        gains = near * rng.uniform(0.8, 1.0, len(at))
        zeros = np.zeros(len(at), np.int64)
        scatter(out, at, [chirp], gains=gains, which=zeros, pans=np.full(len(at), side))
    return outdoors(ask, out, dull=14000.0)


def cicadas(ask: Ask) -> F32:
    """Cicadas in the heat: a rasp that swells."""
    grid = Grid(ask.n, 1024)
    t, f = grid.t, grid.f
    out = np.zeros((ask.n, 2), np.float32)
    time = np.arange(ask.n) / RATE
    for who in range(4 + round(4 * ask.intensity)):
        rng = ask.rng(f"cicada {who}")
        centre = float(rng.uniform(4200, 7600))
        swell = 0.3 + 0.7 * wander(rng, t, 0.3)
        mono = noise(rng, grid, band(f, 0.8 * centre, 1.25 * centre, 2.0) * swell)
        rate = float(rng.uniform(85, 150))
        rasp = np.clip(np.sin(2 * np.pi * (rate * time + rng.random())), 0, 1) ** 2
        side = float(np.sin(rng.uniform(-1.5, 1.5)))
        out += seat((mono * (0.15 + rasp)).astype(np.float32), side)[: ask.n] * rng.uniform(0.3, 1)
    return outdoors(ask, out, dull=14000.0)


def frogs(ask: Ask) -> F32:
    """Frogs at a pond."""
    out = np.zeros((ask.n, 2), np.float32)
    for who in range(4 + round(6 * ask.intensity)):
        rng = ask.rng(f"frog {who}")
        croak = _croak(rng)
        side = float(np.sin(rng.uniform(-1.5, 1.5)))
        loud = float(rng.uniform(0.2, 1.0))
        for start in paced(rng, ask.seconds, float(rng.uniform(0.9, 2.0)), jitter=0.5):
            if rng.random() < 0.7:
                place(out, float(start), seat(croak, side), gain=loud * float(rng.uniform(0.7, 1)))
    return outdoors(ask, out, dull=6000.0)


def _croak(rng: np.random.Generator) -> F32:
    """Pulses of a vocal sac, faster or slower by kind."""
    f = float(np.exp(rng.uniform(np.log(420), np.log(1500))))
    rate = float(rng.uniform(28, 75))
    pulses = int(rng.uniform(0.12, 0.4) * rate)
    pulse = struck([f, 1.9 * f, 3.1 * f], [0.009, 0.006, 0.003], [1, 0.5, 0.2], seconds=0.05)
    arc = np.sin(np.pi * (np.arange(pulses) + 0.7) / (pulses + 0.7))
    return mixed(*((at / rate, pulse * np.float32(arc[at])) for at in range(pulses)))


def bees(ask: Ask) -> F32:
    """Bees and flies that pass: buzzing that glides."""
    out = np.zeros((ask.n, 2), np.float32)
    coarse = np.arange(ask.n // 256 + 2) * 256 / RATE
    for who in range(3 + round(4 * ask.intensity)):
        rng = ask.rng(f"bee {who}")
        pitch = float(rng.uniform(170, 260)) * (1 + 0.12 * (wander(rng, coarse, 1.1) - 0.5))
        k = np.arange(1, 28)
        weights = k**-0.8 * (0.4 + rng.random(len(k)))
        near = np.clip(wander(rng, coarse, 0.5) - 0.3, 0, 1) ** 1.4
        buzz = played(wavetable(weights, rng), stretched(pitch, 256, ask.n))
        out += seat(buzz * stretched(near, 256, ask.n), float(np.sin(rng.uniform(-1.5, 1.5))))[
            : ask.n
        ]
    return outdoors(ask, out, dull=6500.0)


def purr(ask: Ask) -> F32:
    """A cat that purrs: 25 pulses a second, in and out with the breath."""
    rng = ask.rng("purr")
    breath, rate, clock = [], 25.0, 0.0
    while clock < ask.seconds:
        inward = (clock % 1.5) < 0.72
        breath.append((clock, 0.75 if inward else 1.0, int(inward)))
        clock += 1 / (rate * (1.07 if inward else 0.97) * float(rng.uniform(0.97, 1.03)))
    grains = [
        mixed(
            (
                0.0,
                struck(
                    [115 * f, 230 * f, 420 * f], [0.012, 0.008, 0.005], [1, 0.7, 0.4], seconds=0.06
                ),
            ),
            (0.0, 0.35 * burst(rng, 0.03, 200.0, 1600.0, attack=0.004)),
        )
        for f in (1.12, 1.0)
    ]
    at = np.array([b[0] for b in breath])
    phase = (at % 1.5) / 1.5
    gains = np.array([b[1] for b in breath]) * (0.35 + 0.65 * np.abs(np.sin(2 * np.pi * phase)))
    out = np.zeros((ask.n, 2), np.float32)
    scatter(
        out,
        at,
        grains,
        gains=gains * rng.uniform(0.8, 1.0, len(at)),
        which=np.array([1 - b[2] for b in breath]),
        pans=np.zeros(len(at)),
    )
    return finished(out)


def horse(ask: Ask) -> F32:
    """A horse that walks or trots: hooves on hard ground."""
    rng = ask.rng("horse")
    every = 1.05 - 0.6 * ask.intensity
    steps = np.arange(int(ask.seconds / every) + 1)[:, None] * every
    own = (steps + np.array([0.0, 0.24, 0.5, 0.74]) * every).ravel()
    own = own[own < ask.seconds]
    own[1:] += rng.normal(0, 0.008, len(own) - 1)
    out = np.zeros((ask.n, 2), np.float32)
    for at, start in enumerate(times_of(ask, own)):
        f = (1.0, 1.08, 0.94, 1.04)[at % 4] * float(rng.uniform(0.97, 1.03))
        clop = struck(
            [310 * f, 690 * f, 1240 * f, 2150 * f], [0.02, 0.016, 0.012, 0.006],
            [0.7, 1.0, 0.7, 0.35], seconds=0.15,
        )  # fmt: skip
        hit = mixed((0.0, clop), (0.0, 0.5 * burst(rng, 0.02, 600.0, 5000.0, attack=0.0003)))
        place(out, float(start), seat(hit, 0.15 * (-1) ** at), gain=float(rng.uniform(0.7, 1)))
    return finished(out, top=7500.0 - 5000.0 * ask.distance)


def flapping(ask: Ask) -> F32:
    """Wings of a bird or a flock that takes off."""
    rng = ask.rng("wings")
    grains = [
        burst(rng, float(rng.uniform(0.04, 0.07)), 250.0, 3200.0, attack=0.018, sharpness=2.5)
        for _ in range(12)
    ]
    out = np.zeros((ask.n, 2), np.float32)
    for start in times_of(ask, np.zeros(1)):
        for who in range(2 + round(8 * ask.intensity)):
            beats = np.cumsum(rng.normal(0.085, 0.006, 26)) - 0.085 + 0.25 * who * rng.random()
            fade = np.exp(-np.arange(26) / 9.0) * rng.uniform(0.4, 1.0)
            beats[0] = beats[0] if who else 0.0
            left, right = np.sin(rng.uniform(-1.5, 1.5, 2)).tolist()
            scatter(
                out, start + beats, grains, gains=fade, which=rng.integers(0, 12, 26),
                pans=np.linspace(left, right, 26),
            )  # fmt: skip
    return finished(out, top=8000.0 - 4000.0 * ask.distance, closes=True)


def forest(ask: Ask) -> F32:
    """A forest by day: leaves, a few birds, something that knocks on wood far away."""
    grid = Grid(ask.n, 2048)
    f = grid.f
    air = np.empty((ask.n, 2), np.float32)
    for side in (0, 1):
        gust = 0.25 + 0.75 * gusts(ask, grid.t, delay=0.11 * side)
        shape = pink(f) * band(f, 500.0, 5200.0, 1.0) * gust
        air[:, side] = noise(ask.rng(f"forest {side}"), grid, shape)
    song = birds(ask)
    out = air * np.float32(0.035 / air.std()) + song * np.float32(0.05 / song.std())
    rng = ask.rng("knocks")
    for start in poisson(rng, ask.seconds, 0.06):
        knock = struck([640, 1180], [0.012, 0.008], [1, 0.6], seconds=0.06)
        drum = mixed(*((at / 17.0, knock * np.float32(0.07)) for at in range(12)))
        place(out, float(start), seat(drum, float(rng.uniform(-0.9, 0.9))))
    return finished(out)


def night(ask: Ask) -> F32:
    """A summer night in the country: crickets, an owl far away, hardly any air."""
    rng, grid = ask.rng("night"), Grid(ask.n, 2048)
    air = stereo(rng, grid, pink(grid.f) * band(grid.f, 120.0, 1800.0))
    choir = crickets(ask)
    out = air * np.float32(0.02 / air.std()) + choir * np.float32(0.05 / choir.std())
    for start in poisson(rng, ask.seconds, 0.15):
        call = seat(hoots(rng), 0.7)
        far = convolved(np.pad(call, ((0, RATE), (0, 0))), haze(rng, 1.6, top=1500.0))
        place(out, float(start), far, gain=0.5)
    return finished(out)

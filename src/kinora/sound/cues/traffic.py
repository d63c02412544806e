"""Cars, trains and what flies: beds of rumble, and what passes by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from kinora.sound.dsp.control import paced, poisson, ramp, times_of, wander
from kinora.sound.dsp.filters import convolved
from kinora.sound.dsp.modal import burst, mixed, struck
from kinora.sound.dsp.noise import Grid, band, brown, low, noise, peak, pink, stereo
from kinora.sound.dsp.space import finished, haze, pan, place, scatter, seat
from kinora.sound.dsp.tones import played, stretched, wavetable
from kinora.sound.protocol import SAMPLE_RATE as RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kinora.sound.cues.ask import Ask
    from kinora.sound.protocol import F32

_SOUND_SPEED: Final = 343.0  # metres a second
_STEP: Final = 256  # samples between the points of slow curves


def traffic_far(ask: Ask) -> F32:
    """A town far away: a low murmur in which single cars can hardly be told."""
    rng = ask.rng("traffic_far")
    out = _roar(ask, "far", top=650.0, body=1.0)
    level = float(out.std())
    for start in paced(rng, ask.seconds + 4.0, 2.2, jitter=0.9):
        speed, away = float(rng.uniform(12, 20)), float(rng.uniform(60, 110))
        out += level * 1.3 * _pass(rng, ask.n, float(start) - 2.0, speed=speed, away=away)
    return finished(out, top=1500.0)


def traffic_near(ask: Ask) -> F32:
    """A street: cars that pass, over the murmur of the others."""
    rng = ask.rng("traffic_near")
    out = _roar(ask, "near", top=1100.0, body=0.8)
    level = float(out.std())
    for start in paced(rng, ask.seconds + 2.0, 3.4 - 1.6 * ask.intensity, jitter=0.8):
        speed = float(rng.uniform(9, 16)) * float(rng.choice((-1, 1)))
        away = 5.0 + 22.0 * ask.distance
        out += level * 9.0 * _pass(rng, ask.n, float(start) - 1.0, speed=speed, away=away)
    return finished(out)


def car_pass(ask: Ask) -> F32:
    """One car that passes from left to right, nearest 1.6 s after it is first heard."""
    rng = ask.rng("car_pass")
    out = np.zeros((ask.n, 2), np.float32)
    for start in times_of(ask, np.zeros(1)):
        away = 5.0 + 25.0 * ask.distance
        out += _pass(rng, ask.n, float(start) + 1.6, speed=14.0, away=away, opens=float(start))
    return finished(out, closes=True)


def _roar(ask: Ask, name: str, *, top: float, body: float) -> F32:
    grid = Grid(ask.n, 4096)
    t, f = grid.t, grid.f
    out = np.empty((ask.n, 2), np.float32)
    for side in (0, 1):
        rng = ask.rng(f"{name} {side}")
        swell = 0.6 + 0.8 * wander(rng, t, 0.35)
        hum = 0.1 * body * brown(f) * low(f, 230.0) * swell
        tyres = 0.25 * pink(f) * band(f, 150.0, top, 1.5) * (0.6 + 0.8 * wander(rng, t, 0.8))
        out[:, side] = noise(rng, grid, hum + tyres)
    return out


def _pass(
    rng: np.random.Generator, n: int, nearest: float, *, speed: float, away: float,
    opens: float | None = None,
) -> F32:  # fmt: skip
    """(n, 2) a car on a straight road, at most about 1 loud.

    Args:
        rng: source of randomness.
        n: samples.
        nearest: seconds at which it is nearest.
        speed: metres a second to the right.
        away: metres from the road.
        opens: seconds at which it is first heard; None: whenever.
    """
    grid = Grid(n, 2048)
    x = speed * (grid.t - nearest)
    r = np.sqrt(x * x + away * away)
    gain = away / r
    if opens is not None:
        gain = gain * np.clip((grid.t - opens) / 0.4, 0, 1)
    edge = 4500.0 / (1 + r / 35.0)
    tyres = 0.7 * pink(grid.f) * band(grid.f, 250.0, edge, 1.3) * gain**1.2
    rumble = 0.05 * brown(grid.f) * low(grid.f, 200.0) * gain
    rolling = stereo(rng, grid, tyres + rumble)
    coarse = np.arange(n // _STEP + 2) * (_STEP / RATE)
    at = speed * (coarse - nearest)
    far = np.sqrt(at * at + away * away)
    doppler = _SOUND_SPEED / (_SOUND_SPEED + speed * at / far)
    motor = _motor(rng, 85.0 * rng.uniform(0.8, 1.2) * doppler, n)
    loud = away / far
    if opens is not None:
        loud = loud * np.clip((coarse - opens) / 0.4, 0, 1)
    where = stretched(0.85 * at / far, _STEP, n)
    sides = pan(np.ones(n, np.float32), where)
    return rolling * sides + pan(motor * stretched(0.35 * loud, _STEP, n), where)


def _motor(rng: np.random.Generator, firing: NDArray[np.float64], n: int) -> F32:
    """Combustion: harmonics of the firing frequency, unsteady, told every `_STEP` samples."""
    k = np.arange(1, 40)
    weights = k**-1.1 * rng.uniform(0.3, 1.0, len(k))
    table = wavetable(weights, rng)
    unsteady = 1 + 0.015 * (wander(rng, np.arange(len(firing)) * (_STEP / RATE), 9.0) - 0.5)
    return played(table, stretched(firing * unsteady, _STEP, n))


def engine(ask: Ask) -> F32:
    """An engine that idles, or turns faster with intensity."""
    rng = ask.rng("engine")
    coarse = np.arange(ask.n // _STEP + 2) * (_STEP / RATE)
    firing = (26.0 + 46.0 * max(0.0, ask.intensity - 0.5) * 2) * (
        1 + 0.04 * (wander(rng, coarse, 2.0) - 0.5)
    )
    motor = np.stack([_motor(rng, firing, ask.n) for _ in range(2)], axis=1)
    pulses = np.clip(played(wavetable(np.ones(12), rng), stretched(firing, _STEP, ask.n)), 0, 1)
    grid = Grid(ask.n, 2048)
    shape = pink(grid.f) * band(grid.f, 120.0, 2600.0, 1.3)
    exhaust = stereo(rng, grid, 0.8 * shape) * (0.1 + 1.2 * pulses)[:, None]
    rattle = stereo(rng, grid, 0.05 * peak(grid.f, 2200.0, 3.0)) * (0.3 + pulses)[:, None]
    return finished(0.8 * motor + exhaust + rattle, top=4500 - 3000 * ask.distance)


def horn(ask: Ask) -> F32:
    """A car's horn: two tones, pressed once."""
    rng = ask.rng("horn")
    n = int(0.55 * RATE)
    k = np.arange(1, 24)
    tone = np.zeros(n, np.float32)
    for pitch in (415.0, 523.0):
        weights = k**-0.7 * (1 + 2 * np.exp(-(((k * pitch - 2200) / 900) ** 2)))
        tone += played(wavetable(weights, rng), np.full(n, pitch))
    tone *= ramp(n, RATE // 120, RATE // 16)
    out = np.zeros((ask.n, 2), np.float32)
    for start in times_of(ask, np.zeros(1)):
        place(out, float(start), pan(tone, 0.0))
    wet = convolved(out, haze(rng, 0.9, top=3500.0))
    mixed_up = out * (1 - 0.6 * ask.distance) + (0.25 + 0.6 * ask.distance) * wet
    return finished(mixed_up, top=7000.0 - 5000.0 * ask.distance, closes=True)


def ship_horn(ask: Ask) -> F32:
    """A ship's horn, far over the water."""
    rng = ask.rng("ship_horn")
    n = int(2.4 * RATE)
    tone = played(wavetable(np.arange(1, 30) ** -0.9, rng), np.full(n, 98.0))
    tone = tone + 0.6 * played(wavetable(np.arange(1, 30) ** -0.9, rng), np.full(n, 98.9))
    tone *= ramp(n, RATE // 12, RATE // 3)
    out = np.zeros((ask.n, 2), np.float32)
    for start in times_of(ask, np.zeros(1)):
        place(out, float(start), pan(tone.astype(np.float32), 0.0))
    return finished(
        0.6 * out + 0.8 * convolved(out, haze(rng, 2.6, top=1500)), top=1600, closes=True
    )


def siren(ask: Ask) -> F32:
    """A siren that wails, some streets away."""
    rng = ask.rng("siren")
    coarse = np.arange(ask.n // _STEP + 2) * (_STEP / RATE)
    wail = 0.5 - 0.5 * np.cos(2 * np.pi * (coarse / 3.6 + 0.1))
    pitch = 620.0 * (1300.0 / 620.0) ** wail * (1.01 - 0.02 * coarse / max(ask.seconds, 1.0))
    tone = played(wavetable(np.arange(1, 12) ** -1.2, rng), stretched(pitch, _STEP, ask.n))
    swell = stretched(0.6 + 0.5 * wander(rng, coarse, 0.4), _STEP, ask.n)
    across = stretched(np.linspace(-0.5, 0.5, len(coarse)), _STEP, ask.n)
    dry = pan(tone * swell, across)
    near = 1.0 - 0.8 * ask.distance
    wet = convolved(dry, haze(rng, 1.8, top=2400.0))
    return finished(near * dry + 0.9 * wet, top=5200.0 - 3600.0 * ask.distance)


def train(ask: Ask) -> F32:
    """A train that rolls by: rumble, steel on steel, and wheels over the joints of the rails."""
    rng, grid = ask.rng("train"), Grid(ask.n, 2048)
    t, f = grid.t, grid.f
    out = np.empty((ask.n, 2), np.float32)
    for side in (0, 1):
        move = 0.7 + 0.6 * wander(ask.rng(f"train {side}"), t, 1.6)
        rumble = 0.2 * brown(f) * band(f, 60.0, 260.0, 1.5) * move
        steel = 0.12 * band(f, 500.0, 3800.0, 1.2) * pink(f) * move
        squeal = 0.02 * peak(f, 2900.0, 25.0) * wander(rng, t, 0.5) ** 3
        out[:, side] = noise(rng, grid, rumble + steel + squeal)
    level = float(out.std())
    hits = [_joint(rng) for _ in range(8)]
    every = 1.05 - 0.45 * ask.intensity
    axles = np.array([0.0, 0.13, 0.42, 0.55])
    at = (paced(rng, ask.seconds, every, jitter=0.02)[:, None] + axles * every).ravel()
    at = at[at < ask.seconds]
    scatter(
        out,
        at,
        hits,
        gains=level * rng.uniform(4.0, 7.5, len(at)),
        which=rng.integers(0, len(hits), len(at)),
        pans=np.sin(rng.uniform(-1.5, 1.5, len(at))),
    )
    return finished(out, top=5500.0 - 3500.0 * ask.distance)


def _joint(rng: np.random.Generator) -> F32:
    f = float(rng.uniform(0.9, 1.1))
    thud = struck([95 * f, 180 * f, 410 * f], [0.05, 0.035, 0.02], [1, 0.7, 0.4], seconds=0.25)
    return mixed((0.0, thud), (0.0, 0.5 * burst(rng, 0.05, 500.0, 3500.0)))


def plane(ask: Ask) -> F32:
    """An airliner high above: a low roar, swept by the echo from the ground."""
    grid = Grid(ask.n, 4096)
    t, f = grid.t, grid.f
    out = np.empty((ask.n, 2), np.float32)
    for side in (0, 1):
        rng = ask.rng(f"plane {side}")
        across = np.clip(t / max(ask.seconds, 1.0), 0, 1)
        swell = (0.6 + 0.4 * np.sin(np.pi * across)) * (0.75 + 0.5 * wander(rng, t, 0.5))
        echo = 0.0021 + 0.0016 * across + 0.0004 * side
        comb = 1 + 0.45 * np.cos(2 * np.pi * f * echo)
        roar = 0.12 * brown(f) * band(f, 70.0, 520.0, 1.2) + 0.05 * pink(f) * low(f, 1500.0)
        out[:, side] = noise(rng, grid, roar * comb * swell)
    return finished(out, top=3000.0 - 1800.0 * ask.distance)


def helicopter(ask: Ask) -> F32:
    """A helicopter: blades that beat the air, over a turbine's hiss."""
    rng, grid = ask.rng("helicopter"), Grid(ask.n, 1024)
    every = 1 / 13.5
    beats = np.arange(int(ask.seconds / every) + 1) * every
    slaps = []
    for _ in range(8):
        slap = burst(rng, 0.06, 60.0, 900.0, attack=0.006, sharpness=4)
        slaps.append(mixed((0.0, slap), (0.0, 0.3 * burst(rng, 0.03, 500.0, 2500.0))))
    out = np.zeros((ask.n, 2), np.float32)
    scatter(
        out,
        beats,
        slaps,
        gains=rng.uniform(0.75, 1.0, len(beats)) * (0.7 + 0.6 * wander(rng, beats, 0.6)),
        which=rng.integers(0, len(slaps), len(beats)),
        pans=np.sin(beats * 0.4 + 1.0) * 0.9,
    )
    f = grid.f
    wash = stereo(
        rng, grid, pink(f) * band(f, 150.0, 2400.0) * (0.7 + 0.6 * wander(rng, grid.t, 1))
    )
    out = out + wash * np.float32(0.5 * out.std() / wash.std())
    return finished(out + 0.5 * convolved(out, haze(rng, 1.0, top=1800.0)), top=4000)


def bicycle(ask: Ask) -> F32:
    """A bicycle that rolls: the tick of the freewheel over soft tyres."""
    rng, grid = ask.rng("bicycle"), Grid(ask.n, 2048)
    f = grid.f
    bed = stereo(rng, grid, 0.03 * pink(f) * band(f, 300.0, 3000.0))
    ticks = [burst(rng, 0.006, 2500.0, 9000.0, attack=0.0003, sharpness=6) for _ in range(10)]
    at = paced(rng, ask.seconds, 0.085 - 0.04 * ask.intensity, jitter=0.06)
    scatter(
        bed,
        at,
        ticks,
        gains=0.5 * rng.uniform(0.5, 1.0, len(at)),
        which=rng.integers(0, len(ticks), len(at)),
        pans=rng.uniform(-0.3, 0.3, len(at)),
    )
    rattles = poisson(rng, ask.seconds, 0.7)
    for start in rattles:
        place(bed, float(start), seat(0.4 * burst(rng, 0.08, 700.0, 3500.0), 0.2))
    return finished(bed)

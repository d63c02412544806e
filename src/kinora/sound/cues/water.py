"""Sea, running and dripping water: noise for what is broken up, bubbles for what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kinora.sound.dsp.control import paced, pareto, poisson, wander
from kinora.sound.dsp.filters import convolved
from kinora.sound.dsp.modal import bubble, burst, mixed
from kinora.sound.dsp.noise import Grid, band, brown, high, low, noise, pink, stereo
from kinora.sound.dsp.space import (
    finished,
    haze,
    place,
    scatter,
    seat,
)
from kinora.sound.protocol import SAMPLE_RATE as RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kinora.sound.cues.ask import Ask
    from kinora.sound.protocol import F32


_PERIOD = 7.0  # seconds between breakers


def sea(ask: Ask) -> F32:
    """Breakers on a beach: each rises, breaks from side to side, draws back hissing."""
    grid = Grid(ask.n, 2048)
    t, f = grid.t, grid.f
    out = np.empty((ask.n, 2), np.float32)
    for side in (0, 1):
        rng = ask.rng(f"sea {side}")
        swell, break_, wash = _breakers(ask, t, delay=0.35 * side)
        low_end = 0.1 * brown(f) * low(f, 190.0) * (0.25 + swell)
        surf = pink(f) * band(f, 220.0, 500 + 2600 * break_, 1.3) * break_**1.3
        foam = 0.4 * high(f, 1800.0, 1.2) * low(f, 9500.0) * wash
        calm = 0.1 * pink(f) * band(f, 300.0, 2400.0)
        flutter = 0.75 + 0.5 * wander(rng, t, 6.0)
        out[:, side] = noise(rng, grid, low_end + (surf + foam) * flutter + calm)
    _fizz(ask, out)
    return finished(out)


def _breakers(
    ask: Ask, t: NDArray[np.float64], *, delay: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """How far the waves have risen, broken and washed up at the seconds ``t``."""
    rng = ask.rng("breakers")
    swell, broken, wash = np.zeros_like(t), np.zeros_like(t), np.zeros_like(t)
    period = _PERIOD * (1.15 - 0.4 * ask.intensity)
    for train in range(3):
        at = -period * rng.random()
        while at < ask.seconds + 2:
            size = (0.45 + 0.55 * rng.random()) * (1 - 0.25 * train)
            since = t - delay - at
            rise = np.clip(since / (0.4 * period), 0, 1) ** 2
            fall = np.exp(-np.maximum(since - 0.4 * period, 0) / (0.16 * period))
            swell += size * rise * fall
            hit = np.clip((since - 0.32 * period) / (0.1 * period), 0, 1)
            broken += size * hit * np.exp(-np.maximum(since - 0.42 * period, 0) / (0.13 * period))
            drawn = np.clip((since - 0.4 * period) / (0.2 * period), 0, 1)
            wash += 0.6 * size * drawn * np.exp(-np.maximum(since - 0.6 * period, 0) / 1.4)
            at += period * rng.uniform(0.85, 1.3) * (1.6 if train else 1.0)
    return np.minimum(swell, 1.3), np.minimum(broken, 1.2), np.minimum(wash, 1.0)


def _fizz(ask: Ask, out: F32) -> None:
    """Bubbles that burst in the foam."""
    rng = ask.rng("fizz")
    grains = [bubble(2500 + 4500 * rng.random(), rise=0.1, decay=0.0012) for _ in range(16)]
    at = poisson(rng, ask.seconds, 260.0)
    wash = _breakers(ask, at, delay=0.0)[2]
    at = at[rng.random(len(at)) < wash]
    gains = 0.16 * pareto(rng, len(at), 2.2, 5.0)
    _sprinkle(rng, out, at, grains, gains)


def lake(ask: Ask) -> F32:
    """Small waves that lap at a shore or a hull."""
    rng, grid = ask.rng("lake"), Grid(ask.n, 2048)
    out = np.zeros((ask.n, 2), np.float32)
    for at in paced(rng, ask.seconds, 1.5 - 0.5 * ask.intensity, jitter=0.8):
        place(out, float(at), _lap(rng), gain=float(rng.uniform(0.4, 1.0)))
    f = grid.f
    move = 0.4 + 0.6 * wander(rng, grid.t, 0.8)
    bed = stereo(rng, grid, 0.05 * pink(f) * band(f, 250.0, 2600.0) * move)
    return finished(out + bed)


def _lap(rng: np.random.Generator) -> F32:
    """One small wave, some half a second: a soft slap and a handful of bubbles after it.

    It meets the shore over some width: both halves of the slap are noises of their own, and each
    bubble has its place.
    """
    out = np.zeros((RATE, 2), np.float32)
    where, seconds = float(np.sin(rng.uniform(-1.5, 1.5))), 0.3 + 0.25 * float(rng.random())
    for aside in (-0.6, 0.6):
        slap = 0.2 * burst(rng, seconds, 180.0, 1500.0, attack=0.09, sharpness=3)
        place(out, 0.0, _seated(slap, where + aside))
    for _ in range(int(rng.integers(6, 16))):
        f = float(np.exp(rng.uniform(np.log(350), np.log(1500))))
        late = 0.08 + 0.5 * float(rng.random()) ** 1.5
        drop = bubble(f, rise=0.08, decay=9.0 / f) * float(rng.uniform(0.05, 0.3))
        place(out, late, _seated(drop, where + float(rng.normal(0.0, 0.5))))
    return out


def _seated(mono: F32, position: float) -> F32:
    return seat(mono, min(1.0, max(-1.0, position)))


def stream(ask: Ask) -> F32:
    """A stream over stones."""
    return finished(_running(ask, "stream", rate=260.0, bottom=380.0, top=2600.0, roar=0.6))


def waterfall(ask: Ask) -> F32:
    """A waterfall: steady, broad, with a deep body when near."""
    rng, grid = ask.rng("waterfall"), Grid(ask.n, 1024)
    t, f = grid.t, grid.f
    far = ask.distance
    out = np.empty((ask.n, 2), np.float32)
    for side in (0, 1):
        churn = 0.8 + 0.4 * wander(ask.rng(f"churn {side}"), t, 5.0)
        surge = 0.85 + 0.3 * wander(ask.rng(f"surge {side}"), t, 0.5)
        body = 0.12 * brown(f) * band(f, 70.0, 420.0, 1.5) * surge
        spray = np.sqrt(pink(f)) * band(f, 260.0, 8500.0 - 6000.0 * far, 1.2) * churn
        out[:, side] = noise(rng, grid, body + 0.8 * spray)
    splashes = _running(ask, "splashes", rate=420.0, bottom=500.0, top=4200.0, roar=0.0)
    return finished(out + splashes * np.float32(0.5 * (1 - 0.7 * far) * out.std() / splashes.std()))


def fountain(ask: Ask) -> F32:
    """A fountain: jets that fall into a basin."""
    sound = _running(ask, "fountain", rate=520.0, bottom=700.0, top=5200.0, roar=0.85)
    rng = ask.rng("basin")
    grains = [burst(rng, 0.012 + 0.02 * rng.random(), 900.0, 7000.0) for _ in range(12)]
    at = poisson(rng, ask.seconds, 60.0)
    _sprinkle(rng, sound, at, grains, sound.std() * 1.2 * pareto(rng, len(at), 2.6, 4.0))
    return finished(sound)


def drips(ask: Ask) -> F32:
    """Single drops into water, in a room or cave that answers."""
    rng = ask.rng("drips")
    at = (
        np.asarray(ask.onsets)
        if ask.onsets is not None
        else paced(rng, ask.seconds, 1.3 - 0.8 * ask.intensity, jitter=0.9)
    )
    out = np.zeros((ask.n, 2), np.float32)
    for start in at:
        pitch = float(rng.uniform(700, 1500))
        tick = 0.25 * burst(rng, 0.004, 2000.0, 9000.0, attack=0.0003)
        drop = bubble(pitch, rise=0.16, decay=0.02 + 0.02 * rng.random())
        mono = mixed((0.0, tick), (0.012, drop)) * float(rng.uniform(0.5, 1.0))
        place(out, float(start), seat(mono, float(rng.uniform(-0.8, 0.8))))
    wet = convolved(out, haze(rng, 1.2, top=4500.0))
    return finished(out + 0.35 * wet)


def underwater(ask: Ask) -> F32:
    """Under water: a dull pressure, and bubbles that rise past the ears."""
    rng, grid = ask.rng("underwater"), Grid(ask.n, 4096)
    t, f = grid.t, grid.f
    out = np.empty((ask.n, 2), np.float32)
    for side in (0, 1):
        move = 0.6 + 0.8 * wander(ask.rng(f"pressure {side}"), t, 0.6)
        out[:, side] = noise(rng, grid, 0.3 * brown(f) * band(f, 60.0, 380.0) * move)
    level = float(out.std())
    for start in paced(rng, ask.seconds, 2.6 - 1.6 * ask.intensity, jitter=0.8):
        count = int(rng.integers(5, 18))
        at = start + np.sort(rng.exponential(0.25, count))
        grains = [bubble(float(rng.uniform(220, 900)), rise=0.2, decay=0.02) for _ in range(count)]
        gains = level * rng.uniform(0.3, 1.6, count)
        _sprinkle(rng, out, at[at < ask.seconds], grains, gains[at < ask.seconds])
    return finished(out, top=1600.0)


def _running(ask: Ask, name: str, *, rate: float, bottom: float, top: float, roar: float) -> F32:
    """Bubbles over a bed of turbulence.

    Args:
        ask: what is asked for.
        name: of the cue.
        rate: bubbles a second.
        bottom: hertz of the largest bubbles.
        top: hertz of the smallest.
        roar: level of the turbulence against the bubbles.
    """
    rng, grid = ask.rng(name), Grid(ask.n, 1024)
    grains = []
    for _ in range(48):
        pitch = float(np.exp(rng.uniform(np.log(bottom), np.log(top))))
        ring = rng.uniform(6, 13) / pitch
        grains.append(bubble(pitch, rise=float(rng.uniform(0.02, 0.12)), decay=float(ring)))
    at = poisson(rng, ask.seconds, rate * (0.4 + 1.2 * ask.intensity))
    gurgle = wander(rng, at, 2.2)
    at = at[rng.random(len(at)) < 0.35 + 0.65 * gurgle]
    out = np.zeros((ask.n, 2), np.float32)
    _sprinkle(rng, out, at, grains, pareto(rng, len(at), 2.0, 7.0))
    if roar:
        f, t = grid.f, grid.t
        move = 0.7 + 0.6 * wander(rng, t, 3.0)
        bed = stereo(rng, grid, np.sqrt(pink(f)) * band(f, 400.0, 6500.0, 1.2) * move)
        out += bed * np.float32(roar * out.std() / bed.std())
    return out


def _sprinkle(
    rng: np.random.Generator,
    out: F32,
    at: NDArray[np.float64],
    grains: list[F32],
    gains: NDArray[np.float64],
) -> None:
    """Grains at random places of the stereo picture."""
    scatter(
        out,
        at,
        grains,
        gains=gains,
        which=rng.integers(0, len(grains), len(at)),
        pans=np.sin(rng.uniform(-1.5, 1.5, len(at))),
    )

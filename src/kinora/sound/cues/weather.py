"""Wind, rain and thunder. Wind and rain feel the wind that the picture feels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from kinora.sound.dsp.control import gusts, pareto, poisson, times_of, wander
from kinora.sound.dsp.modal import burst, mixed, struck
from kinora.sound.dsp.noise import Grid, band, brown, low, noise, peak, pink, stereo
from kinora.sound.dsp.space import (
    finished,
    pan,
    place,
    scatter,
)
from kinora.sound.protocol import SAMPLE_RATE as RATE

if TYPE_CHECKING:
    from kinora.sound.cues.ask import Ask
    from kinora.sound.protocol import F32


_SOUND_SPEED: Final = 343.0  # metres a second in air at 20 °C
_GRAINS: Final = 24


def wind(ask: Ask) -> F32:
    """Open wind: a rumble, a moan that rises with the gusts, and a whistle in the strongest."""
    grid = Grid(ask.n, 4096)
    sides = [_wind_side(ask, grid, side) for side in (0, 1)]
    return finished(np.stack(sides, axis=1))


def _wind_side(ask: Ask, grid: Grid, side: int) -> F32:
    """One ear's wind, which comes a moment later to the right."""
    rng = ask.rng(f"wind {side}")
    gust = 0.15 + 0.85 * gusts(ask, grid.t, delay=0.09 * side)
    strength = 0.45 + 0.75 * ask.intensity
    f = grid.f
    centre = 180 + 620 * strength * gust
    body = 0.24 * brown(f) * low(f, 340.0) * gust**1.5
    moan = 0.9 * pink(f) * peak(f, centre, 1.7) * low(f, 2200.0, 1.5) * gust**2
    tone = 420 + 880 * gust * strength + 40 * wander(rng, grid.t, 0.8)
    whistle = 0.5 * peak(f, tone, 13.0) ** 2 * np.clip(gust - 0.55, 0, 1) * ask.intensity
    leaves = 0.05 * band(f, 2500.0, 8000.0) * gust**3
    return noise(rng, grid, body + moan + whistle + leaves)


def wind_in_leaves(ask: Ask) -> F32:
    """Foliage in the wind: rustle whose brightness and density follow the gusts."""
    rng, grid = ask.rng("wind_in_leaves"), Grid(ask.n, 1024)
    f = grid.f
    gust = [gusts(ask, grid.t, delay=0.13 * side) for side in (0, 1)]
    out = np.empty((ask.n, 2), np.float32)
    for side in (0, 1):
        g = 0.12 + 0.88 * gust[side]
        flutter = 0.6 + 0.8 * wander(ask.rng(f"flutter {side}"), grid.t, 9.0)
        rustle = band(f, 900 + 900 * g, 5200 + 4200 * g, 1.2) * pink(f) * g**1.6 * flutter
        air = 0.05 * brown(f) * low(f, 420.0) * g
        out[:, side] = noise(rng, grid, rustle + air)
    _flicks(ask, out, density=170.0)
    return finished(out)


def _flicks(ask: Ask, out: F32, *, density: float) -> None:
    """Single leaves that touch, more of them in gusts."""
    rng = ask.rng("flicks")
    grains = [
        burst(rng, 0.004 + 0.012 * rng.random(), 2200.0, 9000.0, sharpness=5) for _ in range(16)
    ]
    at = poisson(rng, ask.seconds, density * (0.4 + ask.intensity))
    gust = gusts(ask, at)
    kept = at[rng.random(len(at)) < gust]
    scatter(
        out,
        kept,
        grains,
        gains=0.35 * pareto(rng, len(kept), 2.2, 6.0),
        which=rng.integers(0, len(grains), len(kept)),
        pans=rng.uniform(-1, 1, len(kept)),
    )


@dataclass(frozen=True, slots=True)
class _Ground:
    """What rain falls on."""

    modes: tuple[float, ...]  # hertz
    decays: tuple[float, ...]  # seconds
    rate: float  # drops a second at intensity 0.5
    bed: float  # level of the drops too many to be told apart, against the drops
    bottom: float  # hertz, of the bed
    top: float
    hit: float  # level of the drop's own splash
    spread: float  # by how much each drop's modes differ, of their frequency
    ring: float  # how much of the bed goes through the modes


_GROUNDS: Final = {
    "open": _Ground(
        (1900, 3400, 5200), (0.004, 0.003, 0.002),
        rate=900, bed=0.75, bottom=700, top=9500, hit=0.9, spread=0.45, ring=0.1,
    ),
    "leaves": _Ground(
        (900, 1900, 3400), (0.006, 0.004, 0.003),
        rate=1100, bed=0.5, bottom=600, top=11000, hit=1.3, spread=0.35, ring=0.15,
    ),
    "tin": _Ground(
        (520, 880, 1430, 2210, 3170, 4480, 6050),
        (0.060, 0.050, 0.042, 0.034, 0.026, 0.019, 0.014),
        rate=330, bed=0.22, bottom=500, top=6500, hit=0.6, spread=0.08, ring=0.9,
    ),
    "water": _Ground(
        (1400, 2600), (0.012, 0.007),
        rate=420, bed=0.35, bottom=500, top=7500, hit=0.35, spread=0.4, ring=0.15,
    ),
    "window": _Ground(
        (380, 1150, 2300, 3900), (0.020, 0.013, 0.009, 0.006),
        rate=130, bed=0.22, bottom=300, top=5200, hit=0.4, spread=0.2, ring=0.5,
    ),
}  # fmt: skip


def rain(ask: Ask) -> F32:
    """Rain on open ground."""
    return finished(_rain(ask, "open"))


def rain_on_leaves(ask: Ask) -> F32:
    """Rain on leaves."""
    return finished(_rain(ask, "leaves"))


def rain_on_tin(ask: Ask) -> F32:
    """Rain on a tin roof, which rings."""
    return finished(_rain(ask, "tin"))


def rain_on_water(ask: Ask) -> F32:
    """Rain on a puddle or a pond: splashes and the bubbles that they leave."""
    return finished(_rain(ask, "water"))


def rain_on_window(ask: Ask) -> F32:
    """Rain against a window, heard from inside."""
    return finished(_rain(ask, "window"), top=5200.0)


def _rain(ask: Ask, name: str) -> F32:
    ground = _GROUNDS[name]
    rng = ask.rng(f"rain {name}")
    drops = _drops(ask, ground, rng)
    grid = Grid(ask.n, 1024)
    f = grid.f
    gust = 0.75 + 0.5 * gusts(ask, grid.t)
    ringing = sum(peak(f, mode, 9.0) for mode in ground.modes)
    shape = band(f, ground.bottom, ground.top, 1.5) * np.sqrt(pink(f))
    mask = shape * ((1 - ground.ring) + ground.ring * ringing) * gust
    bed = stereo(rng, grid, mask)
    level = float(np.sqrt((drops**2).mean())) or 1.0
    bed *= np.float32(ground.bed * level / max(float(np.sqrt((bed**2).mean())), 1e-9))
    return drops + bed


def _drops(ask: Ask, ground: _Ground, rng: np.random.Generator) -> F32:
    """Single drops: a hit that sets the ground ringing, each a little different."""
    grains = [_drop(ground, rng) for _ in range(_GRAINS)]
    rate = ground.rate * (0.25 + 1.5 * ask.intensity)
    at = poisson(rng, ask.seconds, rate)
    gust = gusts(ask, at)
    at = at[rng.random(len(at)) < 0.6 + 0.4 * gust]
    out = np.zeros((ask.n, 2), np.float32)
    scatter(
        out,
        at,
        grains,
        gains=pareto(rng, len(at), 2.3, 16.0),
        which=rng.integers(0, _GRAINS, len(at)),
        pans=np.sin(rng.uniform(-1.5, 1.5, len(at))),
    )
    return out


def _drop(ground: _Ground, rng: np.random.Generator) -> F32:
    modes = [f * (1 + ground.spread * (2 * rng.random() - 1)) for f in ground.modes]
    decays = [d * (0.7 + 0.6 * rng.random()) for d in ground.decays]
    gains = [rng.random() / (1 + 0.35 * i) for i in range(len(modes))]
    rings = struck(modes, decays, gains, seconds=6 * max(decays), attack=0.0002)
    splash = ground.hit * burst(rng, 0.0015 + 0.002 * rng.random(), 1500, ground.top, attack=0.0002)
    grain = mixed((0.0, rings), (0.0, splash))
    return grain / max(float(np.abs(grain).max()), 1e-9)


def thunder(ask: Ask) -> F32:
    """Thunder: where near, a crack; then rumbles that come from farther and farther along the bolt.

    ``onsets`` are the moments at which the sound arrives; `thunder_delay` tells how long after the
    lightning that is.
    """
    rng = ask.rng("thunder")
    out = np.zeros((ask.n, 2), np.float32)
    for start in times_of(ask, np.zeros(1)):
        place(out, float(start), _clap(rng, ask.distance))
    return finished(out, closes=True)


def thunder_delay(distance: float) -> float:
    """Seconds from the lightning to its thunder; ``distance`` 0 … 1 stands for 100 m … 6 km."""
    return float(100.0 + 5900.0 * distance) / _SOUND_SPEED


def _clap(rng: np.random.Generator, distance: float) -> F32:
    seconds = 4.5 + 4.0 * distance
    grid = Grid(int(seconds * RATE), 2048)
    t, f = grid.t, grid.f
    envelope = np.zeros_like(t)
    for at in np.sort(rng.random(9 + int(6 * distance)) ** 1.4) * seconds * 0.6:
        length = (0.5 + 1.4 * rng.random()) * (0.6 + distance)
        since = np.maximum(t - at, 0.0)
        weight = (0.4 + 0.6 * rng.random()) * np.exp(-0.35 * at)
        envelope += weight * (since / 0.05).clip(0, 1) * np.exp(-3 * since / length)
    edge = (900.0 - 700.0 * distance) * np.exp(-0.45 * t) + 90.0
    roll = brown(f) * low(f, edge, 2.5) * envelope * (0.75 + 0.5 * wander(rng, t, 7.0))
    fade = np.clip((seconds - t) / 1.2, 0, 1)
    out = stereo(rng, grid, 0.25 * roll * fade)
    if distance < 0.45:
        crack = burst(rng, 0.5, 180.0, 5500.0, attack=0.002, sharpness=7)
        tears = [(0.02 + 0.16 * rng.random(), 0.6 * burst(rng, 0.12, 500, 7000)) for _ in range(7)]
        near = mixed((0.0, crack), *tears)
        place(out, 0.0, pan(near, 0.1), gain=(1 - distance / 0.45) * float(np.abs(out).max()))
    return out


def wind_at_window(ask: Ask) -> F32:
    """Wind outside, heard through a closed window."""
    grid = Grid(ask.n, 4096)
    f = grid.f
    sides = []
    for side in (0, 1):
        gust = gusts(ask, grid.t, delay=0.05 * side)
        moan = pink(f) * peak(f, 230 + 260 * gust, 3.5) * gust**2
        rumble = 0.05 * brown(f) * low(f, 200.0)
        sides.append(noise(ask.rng(f"window {side}"), grid, moan + rumble))
    return finished(np.stack(sides, axis=1))

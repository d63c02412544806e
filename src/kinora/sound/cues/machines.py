"""Machines that run: hum, fans, motors, and what is recorded on a disc."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from kinora.sound.dsp.control import paced, pareto, poisson, ramp, times_of, wander
from kinora.sound.dsp.filters import convolved
from kinora.sound.dsp.modal import burst, mixed, struck
from kinora.sound.dsp.noise import Grid, band, brown, low, noise, peak, pink, stereo
from kinora.sound.dsp.space import finished, haze, pan, place, scatter, seat
from kinora.sound.dsp.tones import played, stretched, wavetable
from kinora.sound.protocol import SAMPLE_RATE as RATE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kinora.sound.cues.ask import Ask
    from kinora.sound.protocol import F32

_MAINS: Final = 100.0  # hertz: twice the 50 Hz of the mains


def hum(ask: Ask) -> F32:
    """Electrical hum of a transformer: twice the mains, and its harmonics."""
    weights = {1: 1.0, 2: 0.45, 3: 0.3, 4: 0.12, 5: 0.1, 6: 0.06, 8: 0.03}
    return finished(_humming(ask, "hum", weights, hiss=0.02, crackle=0.0))


def neon(ask: Ask) -> F32:
    """A neon sign: a buzz full of harmonics that flickers."""
    weights = {k: 1.0 / k**0.55 for k in range(1, 60)}
    return finished(_humming(ask, "neon", weights, hiss=0.05, crackle=2.5))


def _humming(ask: Ask, name: str, weights: dict[int, float], *, hiss: float, crackle: float) -> F32:
    """Harmonics of the mains with phases of their own in each ear, hiss, and a few crackles."""
    rng, grid = ask.rng(name), Grid(ask.n, 2048)
    coarse = np.arange(ask.n // 256 + 2) * 256 / RATE
    full = np.zeros(max(weights))
    for k, weight in weights.items():
        full[k - 1] = weight
    pitch = stretched(_MAINS * (1 + 0.0006 * (wander(rng, coarse, 0.2) - 0.5)), 256, ask.n)
    tables = _quadrature(full, rng)
    out = np.empty((ask.n, 2), np.float32)
    for side in (0, 1):
        steady = stretched(0.85 + 0.3 * wander(rng, coarse, 1.2), 256, ask.n)
        out[:, side] = 0.5 * played(tables[side], pitch) * steady
    f = grid.f
    out += stereo(rng, grid, hiss * pink(f) * band(f, 900.0, 9000.0))
    if crackle:
        grains = [burst(rng, 0.004, 1500.0, 9000.0, attack=0.0003) for _ in range(8)]
        at = poisson(rng, ask.seconds, crackle)
        scatter(
            out,
            at,
            grains,
            gains=0.12 * pareto(rng, len(at), 2.0, 5.0),
            which=rng.integers(0, len(grains), len(at)),
            pans=np.sin(rng.uniform(-1.5, 1.5, len(at))),
        )
    return out


def _quadrature(weights: NDArray[np.float64], rng: np.random.Generator) -> tuple[F32, F32]:
    """Two wavetables whose harmonics are a quarter of a turn apart: they don't correlate."""
    phases = rng.uniform(0, 2 * np.pi, len(weights))
    pair = []
    for turn in (0.0, np.pi / 2):
        spectrum = np.zeros(1025, np.complex128)
        spectrum[1 : len(weights) + 1] = weights * np.exp(1j * (phases + turn))
        wave = np.fft.irfft(spectrum, 2048)
        pair.append((wave / np.abs(wave).max()).astype(np.float32))
    return pair[0], pair[1]


def fan(ask: Ask) -> F32:
    """A fan: air cut by blades, and its motor."""
    return finished(_blowing(ask, "fan", blades=34.0, tones=(118.0, 236.0), depth=0.25))


def fridge(ask: Ask) -> F32:
    """A refrigerator: compressor and a rattle in its back."""
    grid = Grid(ask.n, 4096)
    f = grid.f
    tone = _humming(ask, "fridge", {1: 1.0, 2: 0.7, 3: 0.35, 4: 0.2, 6: 0.1}, hiss=0.0, crackle=0.0)
    air = stereo(ask.rng("coil"), grid, 0.06 * brown(f) * low(f, 500.0) + 0.01 * pink(f))
    return finished(tone + air * np.float32(0.5 * tone.std() / air.std()), top=2500.0)


def _blowing(ask: Ask, name: str, *, blades: float, tones: Sequence[float], depth: float) -> F32:
    """Air through blades ``blades`` times a second, over the ``tones`` of a motor."""
    rng, grid = ask.rng(name), Grid(ask.n, 2048)
    f = grid.f
    t = np.arange(ask.n) / RATE
    shape = pink(f) * band(f, 90.0, 4200.0, 1.0) + 0.06 * brown(f) * low(f, 350.0)
    air = stereo(rng, grid, shape)
    chop = 1 + depth * np.sin(2 * np.pi * blades * t)[:, None]
    motor = np.zeros((ask.n, 2))
    for tone in tones:
        for side in (0, 1):
            motor[:, side] += np.sin(2 * np.pi * (tone * t + rng.random()))
    level = float(air.std())
    return (air * chop + 0.18 * level * motor).astype(np.float32)


def vinyl(ask: Ask) -> F32:
    """A record's groove between the notes: crackle, pops, and the turning of the table."""
    rng, grid = ask.rng("vinyl"), Grid(ask.n, 2048)
    f = grid.f
    out = stereo(rng, grid, 0.02 * pink(f) + 0.008 * brown(f) * low(f, 250.0))
    grains = [burst(rng, float(rng.uniform(0.0008, 0.003)), 900.0, 9000.0, attack=0.0002)
              for _ in range(20)]  # fmt: skip
    own = poisson(rng, ask.seconds, 26.0)
    turns = np.arange(0.37, ask.seconds, 60 / 33.333)  # a scratch that comes round
    at = np.concatenate([own, turns])
    scatter(
        out,
        at,
        grains,
        gains=0.06 * pareto(rng, len(at), 1.9, 12.0),
        which=rng.integers(0, len(grains), len(at)),
        pans=np.sin(rng.uniform(-1.5, 1.5, len(at))),
    )
    return finished(out)


def coffee_machine(ask: Ask) -> F32:
    """An espresso machine: its pump, then steam into milk."""
    rng, grid = ask.rng("coffee"), Grid(ask.n, 1024)
    t, f = grid.t, grid.f
    pump = np.clip((2.6 - t) / 0.2, 0, 1) * np.clip(t / 0.05, 0, 1)
    steam = np.clip((t - 2.9) / 0.3, 0, 1) * (0.6 + 0.8 * wander(rng, t, 4.0))
    out = np.empty((ask.n, 2), np.float32)
    for side in (0, 1):
        own = ask.rng(f"coffee {side}")
        hissing = pink(f) * peak(f, 1500 + 2200 * wander(own, t, 1.2), 1.2) * steam
        out[:, side] = noise(own, grid, 0.9 * hissing + 0.12 * pink(f) * low(f, 3000.0) * pump)
    coarse = np.arange(ask.n // 256 + 2) * 256 / RATE
    works = stretched(np.clip((2.6 - coarse) / 0.2, 0, 1), 256, ask.n)
    for side in (0, 1):
        buzz = played(wavetable(np.arange(1, 40) ** -0.6, rng), np.full(ask.n, 50.0))
        out[:, side] += 0.3 * buzz * works
    return finished(out, top=9000.0 - 6000.0 * ask.distance)


def typewriter(ask: Ask) -> F32:
    """A typewriter: letters, and the bell at the end of a line."""
    rng = ask.rng("typewriter")
    own, moment = [], 0.0
    while moment < ask.seconds:
        own.append(moment)
        moment += float(np.clip(rng.normal(0.19 - 0.06 * ask.intensity, 0.04), 0.08, 0.4))
    out = np.zeros((ask.n, 2), np.float32)
    for at, start in enumerate(times_of(ask, np.asarray(own))):
        place(out, float(start), seat(_letter(rng), float(rng.uniform(-0.2, 0.2))))
        if at % 22 == 21:
            ring = struck([2350, 6400], [0.5, 0.12], [0.35, 0.1], seconds=1.2)
            place(out, float(start) + 0.12, seat(ring, 0.3))
    return finished(out, top=10000.0 - 6000.0 * ask.distance)


def _letter(rng: np.random.Generator) -> F32:
    f = float(rng.uniform(0.93, 1.07))
    frame = struck([185 * f, 420 * f, 980 * f, 2300 * f], [0.03, 0.02, 0.012, 0.008],
                   [0.8, 0.8, 0.6, 0.5], seconds=0.15)  # fmt: skip
    hit = 0.9 * burst(rng, 0.01, 1300.0, 8500.0, attack=0.0002)
    back = 0.25 * burst(rng, 0.008, 1800.0, 7000.0, attack=0.0004)
    return mixed((0.0, frame), (0.0, hit), (0.06, back))


def rocket(ask: Ask) -> F32:
    """A rocket's engines: a roar with crackle, growing."""
    grid = Grid(ask.n, 2048)
    t, f = grid.t, grid.f
    out = np.empty((ask.n, 2), np.float32)
    for side in (0, 1):
        rng = ask.rng(f"rocket {side}")
        grows = 0.4 + 0.6 * np.clip(t / 2.5, 0, 1)
        shake = 0.7 + 0.6 * wander(rng, t, 14.0)
        roar = 0.2 * brown(f) * band(f, 60.0, 700.0, 1.0) + 0.2 * pink(f) * low(f, 3200.0, 1.0)
        out[:, side] = noise(rng, grid, roar * grows * shake)
    # Shocks make single loud peaks: what is called crackle.
    return finished(np.tanh(1.5 * out / out.std()).astype(np.float32) + out / out.std(), top=6000)


def riser(ask: Ask) -> F32:
    """A tone and air that rise to the end, as before a cut."""
    rng, grid = ask.rng("riser"), Grid(ask.n, 1024)
    part = np.clip(grid.t / max(ask.seconds, 0.1), 0, 1)
    f = grid.f
    air = stereo(rng, grid, pink(f) * peak(f, 300 * 20**part, 1.4) * part**2)
    coarse = np.arange(ask.n // 256 + 2) * 256 / RATE
    along = np.clip(coarse / max(ask.seconds, 0.1), 0, 1)
    table = wavetable(np.arange(1, 12) ** -1.5, rng)
    tone = played(table, stretched(110.0 * 4**along, 256, ask.n))
    swell = stretched(0.4 * along**2, 256, ask.n)
    out = air + pan(tone * swell * np.float32(air.std() * 3), 0.0)
    return finished(out * ramp(ask.n, 48, RATE // 50)[:, None])


def radio(ask: Ask) -> F32:
    """A radio between stations: hiss, whistles, and bursts."""
    rng, grid = ask.rng("radio"), Grid(ask.n, 1024)
    t, f = grid.t, grid.f
    whistle = peak(f, 700 * 3.0 ** wander(rng, t, 0.5), 40.0) * wander(rng, t, 0.7) ** 2 * 3
    mask = (0.35 + 0.65 * wander(rng, t, 3.0)) + whistle
    out = stereo(rng, grid, band(f, 350.0, 3400.0, 3.0) * mask)
    for start in paced(rng, ask.seconds, 1.3, jitter=0.9):
        scratch = burst(rng, float(rng.uniform(0.03, 0.2)), 400.0, 3200.0, sharpness=2)
        place(out, float(start), seat(scratch * float(2.0 * out.std()), 0.0))
    return finished(out, top=3600.0)


def projector(ask: Ask) -> F32:
    """A film projector: its claw, 24 times a second, over a motor."""
    rng = ask.rng("projector")
    out = _blowing(ask, "lamp", blades=24.0, tones=(144.0, 288.0, 432.0), depth=0.15)
    level = float(out.std())
    claws = [burst(rng, 0.009, 900.0, 6500.0, attack=0.0004) for _ in range(8)]
    at = np.arange(int(ask.seconds * 24)) / 24 + rng.normal(0, 0.0006, int(ask.seconds * 24))
    scatter(
        out,
        at,
        claws,
        gains=level * rng.uniform(5.0, 8.0, len(at)),
        which=rng.integers(0, len(claws), len(at)),
        pans=rng.normal(0, 0.35, len(at)).clip(-1, 1),
    )
    return finished(out + 0.2 * convolved(out, haze(rng, 0.4)), top=8000.0 - 5000.0 * ask.distance)

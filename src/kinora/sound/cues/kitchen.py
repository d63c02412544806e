"""Heat, bubbles and small clicks: what a kitchen and a drawer hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kinora.sound.cues.happening import once, series
from kinora.sound.dsp.control import pareto, poisson, ramp, wander
from kinora.sound.dsp.modal import bubble, burst, mixed, struck
from kinora.sound.dsp.noise import Grid, band, high, low, peak, pink, stereo
from kinora.sound.dsp.space import finished, scatter, seat
from kinora.sound.dsp.tones import played, stretched, wavetable
from kinora.sound.protocol import SAMPLE_RATE as RATE

if TYPE_CHECKING:
    from kinora.sound.cues.ask import Ask
    from kinora.sound.protocol import F32


def kettle(ask: Ask) -> F32:
    """A kettle that whistles over boiling water."""
    rng, grid = ask.rng("kettle"), Grid(ask.n, 2048)
    f, t = grid.f, grid.t
    steam = 0.35 * pink(f) * band(f, 1500.0, 9000.0, 1.2) * (0.7 + 0.5 * wander(rng, t, 5.0))
    simmer = 0.5 * pink(f) * band(f, 120.0, 900.0) * (0.6 + 0.7 * wander(rng, t, 8.0))
    out = stereo(rng, grid, steam + simmer)
    coarse = np.arange(ask.n // 256 + 2) * 256 / RATE
    rise = 0.84 + 0.16 * np.clip(coarse / 1.6, 0, 1) + 0.006 * (wander(rng, coarse, 7.0) - 0.5)
    swell = np.clip(0.25 + coarse / 1.2, 0, 1) * (0.85 + 0.3 * wander(rng, coarse, 6.0))
    for tone, loud in ((2150.0, 1.0), (2390.0, 0.6)):  # two holes, which beat
        pipe = played(
            wavetable(np.array([1.0, 0.12, 0.05]), rng), stretched(tone * rise, 256, ask.n)
        )
        level = stretched(loud * swell, 256, ask.n) * float(out.std())
        out += seat(4.0 * pipe * level, 0.2 if tone > 2200 else -0.2)[: ask.n]
    return finished(out, top=10000.0 - 6000.0 * ask.distance)


def sizzle(ask: Ask) -> F32:
    """Something that fries: hiss of steam, and spatter."""
    rng, grid = ask.rng("sizzle"), Grid(ask.n, 1024)
    f, t = grid.f, grid.t
    hiss = pink(f) * band(f, 1800.0, 12000.0, 1.2) * (0.6 + 0.6 * wander(rng, t, 11.0))
    out = stereo(rng, grid, hiss)
    pops = [
        burst(rng, float(rng.uniform(0.002, 0.009)), b, 2.6 * b, attack=0.0003)
        for b in np.exp(rng.uniform(np.log(1200), np.log(5500), 24))
    ]
    at = poisson(rng, ask.seconds, 60.0 + 120.0 * ask.intensity)
    scatter(
        out,
        at,
        pops,
        gains=0.9 * float(out.std()) * pareto(rng, len(at), 1.8, 12.0),
        which=rng.integers(0, len(pops), len(at)),
        pans=rng.normal(0, 0.4, len(at)).clip(-1, 1),
    )
    return finished(out, top=12000.0 - 7000.0 * ask.distance)


def boiling(ask: Ask) -> F32:
    """Water that boils, or mud that bubbles: large bubbles over a rumble."""
    return _bubbling(ask, "boiling", rate=55.0, hertz=(220.0, 1300.0), decay=(0.012, 0.03))


def fizz(ask: Ask) -> F32:
    """Champagne or soda: very many very small bubbles that burst."""
    rng, grid = ask.rng("fizz"), Grid(ask.n, 1024)
    f, t = grid.f, grid.t
    fall = 0.45 + 0.55 * np.exp(-t / 2.5)
    out = stereo(rng, grid, band(f, 4500.0, 14000.0, 1.2) * fall)
    ticks = [burst(rng, 0.0015, 3500.0, 14000.0, attack=0.0002) for _ in range(16)]
    at = poisson(rng, ask.seconds, 340.0)
    scatter(
        out,
        at,
        ticks,
        gains=0.8 * float(out.std()) * pareto(rng, len(at), 2.0, 8.0),
        which=rng.integers(0, len(ticks), len(at)),
        pans=rng.normal(0, 0.4, len(at)).clip(-1, 1),
    )
    return finished(out, top=15000.0 - 9000.0 * ask.distance)


def bubbles(ask: Ask) -> F32:
    """Bubbles that rise under water, in bunches."""
    return _bubbling(ask, "bubbles", rate=26.0, hertz=(260.0, 1800.0), decay=(0.018, 0.05))


def _bubbling(
    ask: Ask, name: str, *, rate: float, hertz: tuple[float, float], decay: tuple[float, float]
) -> F32:
    """Bubbles of these sizes (Minnaert 1933), that come in bunches."""
    rng, grid = ask.rng(name), Grid(ask.n, 2048)
    f, t = grid.f, grid.t
    bed = pink(f) * band(f, 90.0, 700.0) * (0.5 + 0.8 * wander(rng, t, 6.0))
    out = stereo(rng, grid, bed)
    grains = [
        bubble(
            float(np.exp(rng.uniform(*np.log(hertz)))), rise=0.3, decay=float(rng.uniform(*decay))
        )
        for _ in range(30)
    ]
    at = poisson(rng, ask.seconds, rate * (0.6 + 0.8 * ask.intensity))
    at = at[rng.random(len(at)) < 0.15 + 0.85 * wander(rng, at, 2.0)]
    scatter(
        out,
        at,
        grains,
        gains=2.2 * float(out.std()) * pareto(rng, len(at), 2.2, 5.0),
        which=rng.integers(0, len(grains), len(at)),
        pans=np.sin(rng.uniform(-1.5, 1.5, len(at))),
    )
    return finished(out, top=5000.0 - 3000.0 * ask.distance)


def cork(ask: Ask) -> F32:
    """A cork that pops."""
    return once(ask, "cork", _pop, wet=0.35)


def _pop(rng: np.random.Generator) -> F32:
    """The neck rings at 300-500 Hz, bent down as it opens; a puff follows."""
    f = float(rng.uniform(330, 480))
    neck = struck([f, 2.9 * f], [0.022, 0.008], [1, 0.3], seconds=0.15, bend=0.6)
    puff = 0.25 * burst(rng, 0.2, 1500.0, 9000.0, attack=0.004, sharpness=4)
    return mixed((0.0, neck), (0.0, 0.5 * burst(rng, 0.006, 500.0, 6000.0)), (0.01, puff))


def match(ask: Ask) -> F32:
    """A match that is struck, flares and burns; a lighter is near it."""
    return once(ask, "match", _match, wet=0.15)


def _match(rng: np.random.Generator) -> F32:
    scratch = 0.7 * burst(rng, 0.18, 1800.0, 9000.0, attack=0.004, sharpness=1.0)
    flare = burst(rng, 0.9, 350.0, 6500.0, attack=0.03, sharpness=4)
    parts = [(0.0, scratch), (0.14, flare)]
    for at in 0.3 + rng.exponential(0.3, 12).clip(0, 1.0):
        parts.append((float(at), 0.25 * burst(rng, 0.005, 1500.0, 8000.0, attack=0.0003)))
    return mixed(*parts)


def click(ask: Ask) -> F32:
    """A switch, a latch or a lock: two small parts that meet."""
    return once(ask, "click", _click, wet=0.3)


def _click(rng: np.random.Generator) -> F32:
    f = float(rng.uniform(0.9, 1.15))
    tick = struck(
        [1500 * f, 2700 * f, 4600 * f], [0.008, 0.006, 0.004], [1, 0.7, 0.5], seconds=0.06
    )
    body = struck([260 * f, 520 * f], [0.014, 0.01], [0.5, 0.4], seconds=0.08)
    snap = 0.7 * burst(rng, 0.004, 1200.0, 9000.0, attack=0.0002)
    one = mixed((0.0, tick), (0.0, body), (0.0, snap))
    return mixed((0.0, 0.6 * one), (0.07, one))


def zipper(ask: Ask) -> F32:
    """A zip that is drawn: teeth that come faster and faster."""
    return once(ask, "zipper", _zip, wet=0.1)


def _zip(rng: np.random.Generator) -> F32:
    tooth = burst(rng, 0.004, 1800.0, 9000.0, attack=0.0002)
    n, out, clock = int(0.6 * RATE), np.zeros(int(0.62 * RATE), np.float32), 0.0
    while clock < n / RATE - 0.01:
        first = int(clock * RATE)
        piece = out[first : first + len(tooth)]
        piece += float(rng.uniform(0.5, 1.0)) * tooth[: len(piece)]
        clock += 1.0 / (90.0 + 330.0 * clock / 0.6)
    return out * ramp(len(out), 4, RATE // 50)


def snap(ask: Ask) -> F32:
    """Fingers that snap."""
    return series(ask, "snap", _fingers, every=0.6, dull=9000.0)


def _fingers(rng: np.random.Generator) -> F32:
    """A clap of flesh: most at 1.5-3 kHz, over in 15 ms."""
    f = float(rng.uniform(1700, 2500))
    palm = struck([f, 1.45 * f], [0.005, 0.004], [1, 0.5], seconds=0.05)
    return mixed((0.0, palm), (0.0, 0.7 * burst(rng, 0.012, 900.0, 6000.0, attack=0.0003)))


def steam(ask: Ask) -> F32:
    """Steam or air under pressure that is let off."""
    rng, grid = ask.rng("steam"), Grid(ask.n, 1024)
    f, t = grid.f, grid.t
    bursts = np.clip(5 * (wander(rng, t, 0.7) - 0.25), 0.12, 1)
    shape = (0.8 * peak(f, 3200.0, 0.8) + 0.4 * band(f, 900.0, 11000.0, 1.0)) * bursts
    flutter = 0.85 + 0.3 * wander(rng, t, 23.0)
    return finished(stereo(rng, grid, shape * flutter), top=12000.0 - 7000.0 * ask.distance)


def rumble(ask: Ask) -> F32:
    """A deep rumble: of the earth, of an avalanche, of something large behind a wall."""
    rng, grid = ask.rng("rumble"), Grid(ask.n, 4096)
    f, t = grid.f, grid.t
    moves = 0.55 + 0.9 * wander(rng, t, 1.7)
    shape = (band(f, 58.0, 140.0, 3.0) + 0.12 * pink(f) * low(f, 420.0) * high(f, 80.0)) * moves
    return finished(stereo(rng, grid, shape), top=900.0)

"""Small things that are struck, opened, turned over or set down."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kinora.sound.cues.happening import once, series
from kinora.sound.cues.people import china
from kinora.sound.dsp.control import gusts, paced, poisson, ramp, times_of
from kinora.sound.dsp.filters import convolved
from kinora.sound.dsp.modal import bubble, burst, mixed, struck
from kinora.sound.dsp.space import finished, haze, place, seat
from kinora.sound.protocol import SAMPLE_RATE as RATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from kinora.sound.cues.ask import Ask
    from kinora.sound.protocol import F32

    Made = Callable[[np.random.Generator], F32]


def clock(ask: Ask) -> F32:
    """A clock: tick and tock, a second apart in pairs."""
    rng = ask.rng("clock")
    case = [0.012, 0.009]
    sounds = []
    for modes in ((2100, 3650, 5300), (1650, 3000, 4700)):
        tick = struck(modes, [0.008, 0.006, 0.004], [1.0, 0.7, 0.5], seconds=0.06, attack=0.0002)
        wood = struck([320, 610], case, [0.25, 0.2], seconds=0.08)
        snap = 0.5 * burst(rng, 0.003, 2500.0, 9000.0, attack=0.0002)
        one = mixed((0.0, tick), (0.0, wood), (0.0, snap))
        sounds.append(mixed((0.0, one), (0.012, 0.3 * one)))
    own = np.arange(int(ask.seconds / 0.5) + 1) * 0.5
    out = np.zeros((ask.n, 2), np.float32)
    for at, start in enumerate(times_of(ask, own)):
        tick = sounds[at % 2] * np.float32(rng.uniform(0.94, 1.0))
        place(out, float(start), seat(tick, 0.1))
    return finished(out, top=10000.0 - 6000.0 * ask.distance)


def heartbeat(ask: Ask) -> F32:
    """A heart from within: lub and dub, faster with intensity."""
    every = 60.0 / (52.0 + 56.0 * ask.intensity)
    lub = struck([58, 92, 140], [0.055, 0.035, 0.02], [1.0, 0.7, 0.3], seconds=0.3, attack=0.006)
    dub = struck([74, 118, 170], [0.04, 0.026, 0.015], [0.8, 0.6, 0.3], seconds=0.2, attack=0.005)
    own = np.arange(int(ask.seconds / every) + 1) * every
    out = np.zeros((ask.n, 2), np.float32)
    rng = ask.rng("heart")
    for start in times_of(ask, own):
        beat = mixed((0.0, lub), (min(0.3, 0.36 * every), 0.7 * dub))
        place(out, float(start), seat(beat, 0.0), gain=float(rng.uniform(0.92, 1.0)))
    return finished(out, top=600.0)


def bell(ask: Ask) -> F32:
    """A small bell, struck once."""
    ratios, decays = (1.0, 2.0, 2.76, 4.1, 5.4, 6.8), (1.6, 1.1, 0.8, 0.45, 0.3, 0.2)
    return _rung(ask, "bell", (1150, 1500), ratios, decays, gains=(1, 0.6, 0.7, 0.4, 0.3, 0.2))


def church_bell(ask: Ask) -> F32:
    """A church bell: hum, prime, minor third, fifth and nominal, slowly beating."""
    ratios = (0.5, 1.0, 1.19, 1.5, 2.0, 2.003, 2.52, 2.66, 3.01, 4.17)
    decays = (6.0, 4.5, 3.6, 2.6, 2.4, 2.4, 1.2, 1.0, 0.9, 0.5)
    gains = (0.5, 0.6, 0.8, 0.3, 0.7, 0.35, 0.3, 0.3, 0.25, 0.2)
    return _rung(ask, "church", (260, 330), ratios, decays, gains=gains, wet=0.8)


def _rung(
    ask: Ask,
    name: str,
    prime: tuple[float, float],
    ratios: tuple[float, ...],
    decays: tuple[float, ...],
    *,
    gains: tuple[float, ...],
    wet: float = 0.3,
) -> F32:
    """A bell at the onsets, of a random prime; ``wet`` is what answers it."""
    rng = ask.rng(name)
    f = float(rng.uniform(*prime))
    long = min(2.2 * max(decays), ask.seconds)
    tone = struck([f * r for r in ratios], decays, gains, seconds=long, attack=0.0008)
    clapper = 0.5 * burst(rng, 0.012, 1500.0, 8000.0, attack=0.0003)
    sound = mixed((0.0, tone), (0.0, clapper * np.float32(np.abs(tone).max())))
    out = np.zeros((ask.n, 2), np.float32)
    for start in times_of(ask, np.zeros(1)):
        place(out, float(start), seat(sound, 0.0), gain=float(rng.uniform(0.9, 1.0)))
    far = convolved(out, haze(rng, 1.8, top=3000.0))
    dull = 11000.0 - 8000.0 * ask.distance
    return finished(out + (wet + 0.5 * ask.distance) * far, top=dull, closes=True)


def wind_chimes(ask: Ask) -> F32:
    """Wind chimes: tubes that strike each other in the gusts."""
    rng = ask.rng("chimes")
    scale = np.array([0, 2, 4, 7, 9, 12])
    tubes = []
    for step in scale:
        f = 1046.5 * 2 ** (step / 12)
        tubes.append(struck([f, 2.76 * f, 5.4 * f], [1.3, 0.45, 0.12], [1, 0.45, 0.2], seconds=3.0))
    at = poisson(rng, ask.seconds, 5.0)
    at = at[rng.random(len(at)) < gusts(ask, at) ** 1.5 + 0.06]
    out = np.zeros((ask.n, 2), np.float32)
    for start in times_of(ask, at if len(at) else np.array([0.3])):
        which = int(rng.integers(0, len(tubes)))
        side = -0.6 + 0.24 * which
        place(out, float(start), seat(tubes[which], side), gain=float(rng.uniform(0.25, 1.0)))
    return finished(out + 0.25 * convolved(out, haze(rng, 1.2)))


def door(ask: Ask) -> F32:
    """A door that closes: hinge, slam, latch."""
    return once(ask, "door", _door, wet=0.5)


def _door(rng: np.random.Generator) -> F32:
    slam = struck(
        [72, 118, 190, 340, 620], [0.09, 0.08, 0.05, 0.03, 0.015], [0.7, 1.0, 0.8, 0.5, 0.3],
        seconds=0.5,
    )  # fmt: skip
    air = 0.6 * burst(rng, 0.12, 90.0, 1800.0, attack=0.0008, sharpness=6)
    latch = 0.45 * burst(rng, 0.012, 1400.0, 6500.0, attack=0.0003)
    click = struck([1750, 2900, 4300], [0.01, 0.008, 0.005], [0.3, 0.25, 0.2], seconds=0.06)
    rattle = 0.15 * burst(rng, 0.15, 300.0, 2500.0, attack=0.02, sharpness=3)
    return mixed((0.0, slam), (0.0, air), (0.0, latch), (0.045, click), (0.03, rattle))


def creak(ask: Ask) -> F32:
    """A hinge or a board that creaks."""
    return once(ask, "creak", _creak, wet=0.4)


def _creak(rng: np.random.Generator) -> F32:
    """Stick and slip: pulses that come faster and slower through a body of wood."""
    parts, clock_ = [], 0.0
    f = float(rng.uniform(0.9, 1.15))
    pulse = struck(
        [520 * f, 910 * f, 1480 * f, 2350 * f], [0.012, 0.009, 0.006, 0.004],
        [1, 0.8, 0.6, 0.4], seconds=0.06, attack=0.0004,
    )  # fmt: skip
    long = float(rng.uniform(0.7, 1.1))
    while clock_ < long:
        arc = np.sin(np.pi * (clock_ + 0.04) / (long + 0.04))
        parts.append((clock_, pulse * np.float32(arc * rng.uniform(0.6, 1.0))))
        clock_ += 1.0 / ((55.0 + 120.0 * arc) * float(rng.uniform(0.85, 1.15)))
    return mixed(*parts)


def knock(ask: Ask) -> F32:
    """Three knocks on wood."""
    return once(ask, "knock", _knocks, wet=0.4)


def _knocks(rng: np.random.Generator) -> F32:
    parts = []
    for at in range(3):
        f = float(rng.uniform(0.97, 1.03))
        wood = struck(
            [165 * f, 310 * f, 560 * f, 980 * f], [0.03, 0.024, 0.014, 0.008],
            [0.8, 1.0, 0.6, 0.3], seconds=0.2,
        )  # fmt: skip
        tap = 0.5 * burst(rng, 0.008, 700.0, 4500.0, attack=0.0003)
        hit = mixed((0.0, wood), (0.0, tap)) * np.float32(rng.uniform(0.8, 1.0))
        parts.append((0.21 * at + (0.012 * float(rng.normal()) if at else 0.0), hit))
    return mixed(*parts)


def paper(ask: Ask) -> F32:
    """Paper: a page that is turned, or leafed through."""
    return series(ask, "paper", _page, every=1.6, dull=11000.0)


def _page(rng: np.random.Generator) -> F32:
    """A sweep of crackles, brightest in its middle, and the sheet that settles."""
    out = np.zeros(round(0.75 * RATE), np.float32)
    air = burst(rng, 0.45, 900.0, 7000.0, attack=0.16, sharpness=1.2)
    out[: len(air)] += 0.22 * air
    grains = [
        burst(rng, float(rng.uniform(0.001, 0.008)), 1300.0, 9500.0, attack=0.0002)
        for _ in range(20)
    ]
    for start in 0.5 * rng.beta(2.0, 2.0, 90):
        grain = grains[int(rng.integers(0, 20))]
        first = int(start * RATE)
        out[first : first + len(grain)] += np.float32(0.1 + 0.5 * rng.random() ** 3) * grain
    flop = 0.35 * burst(rng, 0.07, 300.0, 3000.0, attack=0.004)
    first = round(0.48 * RATE)
    out[first : first + len(flop)] += flop
    out[:48] *= ramp(48, 48, 0)
    return out


def cup(ask: Ask) -> F32:
    """A cup that is set down, and a spoon that stirs."""
    rng = ask.rng("cup")
    out = np.zeros((ask.n, 2), np.float32)
    own = [0.0, *paced(rng, ask.seconds, 0.42, jitter=0.35) + 0.5]
    for at, start in enumerate(times_of(ask, np.asarray(own))):
        sound = _set_down(rng) if at == 0 else china(rng) * np.float32(rng.uniform(0.15, 0.55))
        place(out, float(start), seat(sound, float(rng.uniform(-0.15, 0.15))))
    return finished(out, top=12000.0 - 7000.0 * ask.distance)


def _set_down(rng: np.random.Generator) -> F32:
    table = struck([140, 290, 520], [0.025, 0.018, 0.01], [0.5, 0.5, 0.3], seconds=0.15)
    later = 0.035 + 0.02 * float(rng.random())
    return mixed((0.0, table), (0.0, 0.8 * china(rng)), (later, 0.35 * china(rng)))


def dishes(ask: Ask) -> F32:
    """Plates and cutlery in a kitchen."""
    rng = ask.rng("dishes")
    out = np.zeros((ask.n, 2), np.float32)
    own = np.sort(np.concatenate([[0.0], poisson(rng, ask.seconds, 2.0 + 4.0 * ask.intensity)]))
    for start in times_of(ask, own):
        side = float(rng.uniform(-0.5, 0.5))
        for _ in range(int(rng.integers(1, 4))):
            later = float(start) + float(rng.exponential(0.05))
            place(out, later, seat(china(rng), side), gain=float(rng.uniform(0.2, 1.0)))
    return finished(out + 0.3 * convolved(out, haze(rng, 0.6)), top=12000 - 7000 * ask.distance)


def glass(ask: Ask) -> F32:
    """Two glasses that touch."""
    return once(ask, "glass", _clink, wet=0.25)


def _clink(rng: np.random.Generator) -> F32:
    parts = []
    for base in (float(rng.uniform(1700, 2100)), float(rng.uniform(2150, 2600))):
        modes = [base * r for r in (1.0, 2.32, 4.25)]
        parts.append((0.0, struck(modes, [0.5, 0.28, 0.12], [1, 0.6, 0.35], seconds=1.3)))
    parts.append((0.0, 0.8 * burst(rng, 0.004, 3000.0, 11000.0, attack=0.0002)))
    return mixed(*parts)


def breaking_glass(ask: Ask) -> F32:
    """A pane that breaks: the crack, then shards that fall."""
    return once(ask, "breaking", _shatter, wet=0.4)


def _shatter(rng: np.random.Generator) -> F32:
    parts = [(0.0, 1.6 * burst(rng, 0.09, 900.0, 11000.0, attack=0.0003, sharpness=5))]
    for start in np.concatenate([rng.exponential(0.05, 30), 0.25 + rng.exponential(0.22, 40)]):
        base = float(np.exp(rng.uniform(np.log(2200), np.log(7500))))
        modes = [base, 1.62 * base, 2.4 * base]
        shard = struck(modes, [0.04, 0.02, 0.01], [1, 0.6, 0.4], seconds=0.12, attack=0.0002)
        parts.append((float(start), shard * np.float32(rng.uniform(0.05, 0.5))))
    return mixed(*parts)


def keyboard(ask: Ask) -> F32:
    """A computer's keyboard, typed on."""
    rng = ask.rng("keyboard")
    keys = [_key(rng) for _ in range(12)]
    own, moment = [], 0.0
    while moment < ask.seconds:
        own.append(moment)
        pause = float(rng.exponential(0.5)) if rng.random() < 0.12 else 0.0
        moment += float(np.clip(rng.normal(0.15 - 0.05 * ask.intensity, 0.03), 0.06, 0.3)) + pause
    out = np.zeros((ask.n, 2), np.float32)
    for start in times_of(ask, np.asarray(own)):
        which = int(rng.integers(0, len(keys)))
        side = -0.3 + 0.6 * which / len(keys)
        place(out, float(start), seat(keys[which], side), gain=float(rng.uniform(0.6, 1.0)))
    return finished(out, top=9000.0 - 5000.0 * ask.distance)


def _key(rng: np.random.Generator) -> F32:
    """Down and, a little later, up again."""
    f = float(rng.uniform(0.9, 1.1))
    board = struck(
        [240 * f, 640 * f, 1900 * f], [0.01, 0.007, 0.004], [0.3, 0.35, 0.4], seconds=0.06
    )
    down = mixed((0.0, board), (0.0, 0.9 * burst(rng, 0.007, 1500.0, 7500.0, attack=0.0003)))
    up = 0.3 * burst(rng, 0.005, 1800.0, 8000.0, attack=0.0004)
    return mixed((0.0, down), (float(rng.uniform(0.06, 0.09)), up))


def shutter(ask: Ask) -> F32:
    """A camera's shutter."""
    return once(ask, "shutter", _shutter, wet=0.15)


def _shutter(rng: np.random.Generator) -> F32:
    first = mixed(
        (0.0, struck([410, 900, 1900], [0.012, 0.008, 0.005], [0.7, 0.6, 0.5], seconds=0.06)),
        (0.0, burst(rng, 0.012, 1200.0, 9000.0, attack=0.0003)),
    )
    second = 0.7 * burst(rng, 0.014, 1600.0, 8000.0, attack=0.0004)
    spring = struck([2600, 3900], [0.02, 0.012], [0.12, 0.08], seconds=0.1)
    return mixed((0.0, first), (0.075, second), (0.08, spring))


def bicycle_bell(ask: Ask) -> F32:
    """A bicycle's bell: a quick double ring."""
    return once(ask, "bicycle bell", _ring_ring, wet=0.25)


def _ring_ring(rng: np.random.Generator) -> F32:
    f = float(rng.uniform(1900, 2300))
    strike = struck([f, 1.51 * f, 2.62 * f], [0.35, 0.22, 0.1], [1, 0.7, 0.4], seconds=0.9)
    hits = ((0.0, 1.0), (0.07, 0.8), (0.3, 0.9), (0.37, 0.8))
    return mixed(*((at, strike * np.float32(gain)) for at, gain in hits))


def phone(ask: Ask) -> F32:
    """A telephone with bells that rings once."""
    return once(ask, "phone", _phone, wet=0.3)


def _phone(rng: np.random.Generator) -> F32:
    parts = []
    for at in range(28):
        f = 1180.0 if at % 2 else 1420.0
        gong = struck([f, 2.7 * f, 4.3 * f], [0.12, 0.05, 0.02], [1, 0.5, 0.2], seconds=0.35)
        parts.append((at / 24.0, gong * np.float32(rng.uniform(0.85, 1.0))))
    return mixed(*parts)


def coins(ask: Ask) -> F32:
    """Coins or keys that jingle."""
    return series(ask, "coins", _jingle, every=1.4, dull=13000.0)


def _jingle(rng: np.random.Generator) -> F32:
    parts = []
    for start in np.concatenate([[0.0], np.sort(rng.random(9)) * 0.45]):
        f = float(rng.uniform(3200, 7200))
        coin = struck([f, 1.6 * f, 2.3 * f], [0.05, 0.03, 0.015], [1, 0.6, 0.4], seconds=0.2)
        parts.append((float(start), coin * np.float32(rng.uniform(0.2, 1.0))))
    return mixed(*parts)


def pouring(ask: Ask) -> F32:
    """A drink that is poured: bubbles whose pitch rises as the glass fills."""
    return once(ask, "pouring", _pour, wet=0.2)


def _pour(rng: np.random.Generator) -> F32:
    parts = [(0.0, 0.05 * burst(rng, 2.4, 900.0, 6000.0, attack=0.05, sharpness=0.6))]
    for start in np.sort(rng.random(170)) * 2.2:
        f = float(420.0 * 2.4 ** (start / 2.2) * np.exp(rng.normal(0, 0.22)))
        one = bubble(f, rise=0.08, decay=8.0 / f)
        parts.append((float(start), one * np.float32(rng.uniform(0.05, 0.4))))
    return mixed(*parts)


def impact(ask: Ask) -> F32:
    """A deep hit, as trailers have it."""
    return once(ask, "impact", _impact, wet=0.9)


def _impact(rng: np.random.Generator) -> F32:
    deep = struck([62, 94, 141], [0.5, 0.3, 0.16], [1.0, 0.7, 0.4], seconds=1.6, bend=0.5)
    hit = 0.6 * burst(rng, 0.2, 90.0, 2600.0, attack=0.0008, sharpness=6)
    return mixed((0.0, deep), (0.0, hit))


def beep(ask: Ask) -> F32:
    """An electronic beep."""
    return once(ask, "beep", _beep, wet=0.1)


def _beep(rng: np.random.Generator) -> F32:
    n = round(0.14 * RATE)
    f = float(rng.choice((880.0, 1000.0, 1200.0)))
    t = np.arange(n) / RATE
    tone = np.sin(2 * np.pi * f * t) + 0.2 * np.sin(6 * np.pi * f * t)
    return (tone * ramp(n, RATE // 500, RATE // 125)).astype(np.float32)

"""Animals: calls of one throat, and choirs of many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kinora.sound.dsp.control import gusts, paced, poisson, ramp, times_of, wander
from kinora.sound.dsp.filters import convolved
from kinora.sound.dsp.modal import burst, mixed, struck
from kinora.sound.dsp.noise import Grid, band, noise, pink, stereo
from kinora.sound.dsp.space import finished, haze, place, scatter, seat
from kinora.sound.dsp.tones import line, played, stretched, voiced, wavetable
from kinora.sound.protocol import SAMPLE_RATE as RATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from kinora.sound.cues.ask import Ask
    from kinora.sound.protocol import F32

    Call = Callable[[np.random.Generator], F32]


def birds(ask: Ask) -> F32:
    """Songbirds: each has its own range, phrases and place."""
    out = np.zeros((ask.n, 2), np.float32)
    for who in range(3 + round(4 * ask.intensity)):
        rng = ask.rng(f"bird {who}")
        centre = float(np.exp(rng.uniform(np.log(2700), np.log(6200))))
        syllables = [_chirp(rng, centre) for _ in range(int(rng.integers(2, 5)))]
        side = float(np.sin(rng.uniform(-1.5, 1.5)))
        loud = float(rng.uniform(0.25, 1.0))
        clock = float(rng.uniform(-1.0, 1.6))
        while clock < ask.seconds:
            every = float(rng.uniform(0.09, 0.2))
            for at in range(int(rng.integers(2, 9))):
                which = syllables[at % len(syllables)]
                start = clock + at * every
                if 0 <= start < ask.seconds:
                    place(out, start, seat(which, side), gain=loud * float(rng.uniform(0.6, 1.0)))
            clock += float(rng.uniform(0.9, 3.0))
    grid = Grid(ask.n, 2048)
    air = stereo(ask.rng("open air"), grid, pink(grid.f) * band(grid.f, 90.0, 7000.0, 1.0))
    out += air * np.float32(0.16 * float(out.std()) / float(air.std()))
    return _outdoors(ask, out, dull=11000.0)


def _chirp(rng: np.random.Generator, centre: float) -> F32:
    """One syllable: a whistle that sweeps or trills, a little rough."""
    n = int(float(rng.uniform(0.035, 0.16)) * RATE)
    bends = [(at, float(rng.uniform(0.8, 1.25))) for at in (0.0, 0.3, 0.7, 1.0)]
    pitch = centre * line(n, bends)
    if rng.random() < 0.4:
        trill = 2 * np.pi * float(rng.uniform(22, 45)) * np.arange(n) / RATE
        pitch = pitch * (1 + 0.05 * np.sin(trill))
    rough = 1 + 0.12 * stretched(rng.standard_normal(n // 48 + 2), 48, n)
    envelope = ramp(n, n // 4, n // 2) * rough
    tone = voiced(pitch, envelope, [(centre, 4 * centre, 1.0)], slope=2.6, top=15000, most=3)
    breath = burst(rng, n / RATE, 0.8 * centre, 1.3 * centre, attack=0.01, sharpness=1.0)
    return tone + 0.07 * breath[:n] * ramp(n, n // 4, n // 2)


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
    return _outdoors(ask, out, dull=14000.0)


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
    return _outdoors(ask, out, dull=14000.0)


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
    return _outdoors(ask, out, dull=6000.0)


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
    return _outdoors(ask, out, dull=6500.0)


def dog(ask: Ask) -> F32:
    """A dog that barks, twice or three times each."""
    return _calls(ask, "dog", _bark, every=2.6, series=(2, 3), gap=(0.3, 0.48), dull=5500.0)


def _bark(rng: np.random.Generator) -> F32:
    n = int(float(rng.uniform(0.15, 0.21)) * RATE)
    f0 = float(rng.uniform(280, 340))
    pitch = f0 * line(n, [(0, 0.75), (0.18, 1.35), (0.45, 1.15), (1, 0.6)])
    pitch = pitch * (1 + 0.05 * stretched(rng.standard_normal(n // 96 + 2), 96, n))
    envelope = line(n, [(0, 0), (0.05, 1.0), (0.4, 0.75), (1, 0)]) ** 1.3
    formants = [(720.0, 380.0, 1.0), (1450.0, 420.0, 0.8), (2700.0, 800.0, 0.3)]
    tone = voiced(pitch, envelope, formants, slope=0.5, top=6000)
    rough = burst(rng, n / RATE, 500.0, 2800.0, attack=0.004, sharpness=2.5)[:n]
    return tone / np.float32(np.abs(tone).max()) + 0.35 * rough * envelope.astype(np.float32)


def wolf(ask: Ask) -> F32:
    """A wolf that howls, far away."""
    return _calls(ask, "wolf", _howl, every=5.0, series=(1, 1), gap=(1, 1), dull=3000.0, wet=1.0)


def _howl(rng: np.random.Generator) -> F32:
    n = int(float(rng.uniform(2.2, 3.2)) * RATE)
    top = float(rng.uniform(420, 560))
    pitch = top * line(n, [(0, 0.55), (0.12, 0.95), (0.4, 1.0), (0.75, 0.93), (1, 0.6)])
    pitch = pitch * (1 + 0.006 * np.sin(2 * np.pi * 5.2 * np.arange(n) / RATE))
    envelope = line(n, [(0, 0), (0.12, 0.8), (0.4, 1.0), (0.8, 0.7), (1, 0)])
    formants = [(500.0, 400.0, 1.0), (1100.0, 500.0, 0.3)]
    return voiced(pitch, envelope, formants, slope=1.2, top=4500)


def cat(ask: Ask) -> F32:
    """A cat that miaows."""
    return _calls(ask, "cat", _miaow, every=2.8, series=(1, 1), gap=(1, 1), dull=7000.0)


def _miaow(rng: np.random.Generator) -> F32:
    n = int(float(rng.uniform(0.55, 0.85)) * RATE)
    f0 = float(rng.uniform(480, 620))
    pitch = f0 * line(n, [(0, 0.75), (0.2, 1.1), (0.5, 1.2), (1, 0.72)])
    pitch = pitch * (1 + 0.01 * np.sin(2 * np.pi * 7.0 * np.arange(n) / RATE))
    envelope = line(n, [(0, 0), (0.12, 0.8), (0.45, 1.0), (0.8, 0.45), (1, 0)])
    parts = []
    opens = line(n, [(0, 0.0), (0.3, 1.0), (0.6, 0.8), (1, 0.1)])  # mouth: i - a - u
    for formants, weight in (
        ([(480.0, 220.0, 1.0), (2300.0, 500.0, 0.4)], 1 - opens),
        ([(1050.0, 380.0, 1.0), (1750.0, 420.0, 0.7), (3300.0, 900.0, 0.3)], opens),
    ):
        parts.append(voiced(pitch, envelope * weight, formants, slope=0.6, top=9000))
    return parts[0] + parts[1]


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


def seagulls(ask: Ask) -> F32:
    """Gulls: drawn-out cries, falling, in series."""
    out = np.zeros((ask.n, 2), np.float32)
    for who in range(2 + round(3 * ask.intensity)):
        rng = ask.rng(f"gull {who}")
        side = float(np.sin(rng.uniform(-1.5, 1.5)))
        loud = float(rng.uniform(0.25, 1.0))
        clock = float(rng.uniform(-0.5, 2.2))
        while clock < ask.seconds:
            count = int(rng.integers(1, 6))
            for _ in range(count):
                cry = _cry(rng, short=count > 2)
                if 0 <= clock < ask.seconds:
                    place(out, clock, seat(cry, side), gain=loud * float(rng.uniform(0.7, 1)))
                clock += len(cry) / RATE + float(rng.uniform(0.04, 0.14))
            clock += float(rng.uniform(1.2, 3.6))
    return _outdoors(ask, out, dull=7000.0)


def _cry(rng: np.random.Generator, *, short: bool) -> F32:
    n = int(float(rng.uniform(0.18, 0.28) if short else rng.uniform(0.45, 0.8)) * RATE)
    f0 = float(rng.uniform(900, 1200))
    pitch = f0 * line(n, [(0, 0.8), (0.12, 1.15), (0.5, 1.05), (1, 0.72)])
    pitch = pitch * (1 + 0.03 * stretched(rng.standard_normal(n // 128 + 2), 128, n))
    envelope = line(n, [(0, 0), (0.08, 1.0), (0.6, 0.8), (1, 0)])
    formants = [(1500.0, 700.0, 1.0), (2900.0, 900.0, 0.8), (4600.0, 1200.0, 0.3)]
    return voiced(pitch, envelope, formants, slope=0.3, top=9000)


def owl(ask: Ask) -> F32:
    """An owl: hoots in the night."""
    return _calls(ask, "owl", _hoot, every=4.2, series=(2, 3), gap=(0.5, 0.9), dull=3000.0, wet=0.8)


def _hoot(rng: np.random.Generator) -> F32:
    n = int(float(rng.uniform(0.3, 0.55)) * RATE)
    f0 = float(rng.uniform(340, 380))
    pitch = f0 * line(n, [(0, 0.93), (0.25, 1.02), (1, 0.96)])
    quaver = 1 - 0.25 * (0.5 + 0.5 * np.sin(2 * np.pi * 13.0 * np.arange(n) / RATE))
    envelope = line(n, [(0, 0), (0.2, 1.0), (0.7, 0.8), (1, 0)]) * quaver
    tone = voiced(pitch, envelope, [(380.0, 300.0, 1.0)], slope=2.2, most=5)
    breath = burst(rng, n / RATE, 300.0, 1200.0, attack=0.06, sharpness=1.0)[:n]
    return tone + 0.05 * breath * envelope.astype(np.float32)


def crow(ask: Ask) -> F32:
    """A crow: rough caws in threes."""
    return _calls(ask, "crow", _caw, every=3.2, series=(2, 4), gap=(0.42, 0.6), dull=6000.0)


def _caw(rng: np.random.Generator) -> F32:
    n = int(float(rng.uniform(0.26, 0.36)) * RATE)
    f0 = float(rng.uniform(420, 500))
    pitch = f0 * line(n, [(0, 0.85), (0.2, 1.05), (1, 0.8)])
    pitch = pitch * (1 + 0.1 * stretched(rng.standard_normal(n // 64 + 2), 64, n))
    envelope = line(n, [(0, 0), (0.1, 1.0), (0.6, 0.85), (1, 0)])
    formants = [(1250.0, 380.0, 1.0), (1900.0, 500.0, 0.8), (3300.0, 900.0, 0.3)]
    tone = voiced(pitch, envelope, formants, slope=0.1, top=7000)
    rasp = burst(rng, n / RATE, 900.0, 3200.0, attack=0.01, sharpness=1.0)[:n]
    return tone / np.float32(np.abs(tone).max()) + 0.4 * rasp * envelope.astype(np.float32)


def rooster(ask: Ask) -> F32:
    """A rooster that crows."""
    return _calls(ask, "rooster", _crowing, every=5.5, series=(1, 1), gap=(1, 1), dull=6500.0)


def _crowing(rng: np.random.Generator) -> F32:
    f0 = float(rng.uniform(720, 820))
    formants = [(1300.0, 600.0, 1.0), (2700.0, 900.0, 0.7), (4300.0, 1200.0, 0.25)]
    clock, parts = 0.0, []
    for long, bends in (
        (0.2, [(0, 0.6), (0.4, 0.85), (1, 0.7)]),
        (0.16, [(0, 0.8), (1, 0.85)]),
        (0.26, [(0, 0.85), (0.5, 1.0), (1, 0.9)]),
        (0.95, [(0, 0.8), (0.12, 1.15), (0.5, 1.05), (1, 0.55)]),
    ):
        n = int(long * RATE)
        envelope = line(n, [(0, 0), (0.1, 0.9), (0.5, 1.0), (1, 0)])
        pitch = f0 * line(n, bends)
        parts.append((clock, voiced(pitch, envelope, formants, slope=0.4, top=8000)))
        clock += long + 0.05
    return mixed(*parts)


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


def _calls(
    ask: Ask,
    name: str,
    call: Call,
    *,
    every: float,
    series: tuple[int, int],
    gap: tuple[float, float],
    dull: float,
    wet: float = 0.35,
) -> F32:
    """Calls of one animal: at the onsets, else a series about ``every`` seconds.

    Args:
        ask: what is asked for.
        name: of the cue.
        call: makes one call.
        every: seconds between series.
        series: fewest and most calls of one.
        gap: seconds from call to call.
        dull: hertz above which air and distance take the highs.
        wet: level of the surroundings' answer.
    """
    rng = ask.rng(name)
    own = [0.0, *(paced(rng, ask.seconds, every, jitter=0.5) + 0.6 * every)]
    out = np.zeros((ask.n, 2), np.float32)
    for start in times_of(ask, np.asarray(own)):
        clock = float(start)
        for _ in range(int(rng.integers(series[0], series[1] + 1))):
            sound = call(rng)
            sound = sound / np.float32(np.abs(sound).max())
            place(out, clock, seat(sound, 0.0), gain=float(rng.uniform(0.75, 1.0)))
            clock += float(rng.uniform(*gap))
    near = 1 - 0.7 * ask.distance
    answer = convolved(out, haze(ask.rng(f"{name} air"), 1.1, top=2600.0))
    return finished(near * out + (wet + ask.distance) * answer, top=dull * (1 - 0.5 * ask.distance))


def _outdoors(ask: Ask, dry: F32, *, dull: float) -> F32:
    """Creatures in the open: farther ones are duller and answered by what stands around."""
    answer = convolved(dry, haze(ask.rng("air"), 0.9, top=4500.0))
    top = dull * (1 - 0.55 * ask.distance)
    return finished((1 - 0.5 * ask.distance) * dry + (0.3 + 0.5 * ask.distance) * answer, top=top)


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
        call = seat(_hoot(rng), 0.7)
        far = convolved(np.pad(call, ((0, RATE), (0, 0))), haze(rng, 1.6, top=1500.0))
        place(out, float(start), far, gain=0.5)
    return finished(out)

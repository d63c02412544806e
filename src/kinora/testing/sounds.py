"""Measures and checks of sounds, for tests and benchmarks: proxies, since nobody listens."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from kinora.sound.cues.ask import Ask
from kinora.sound.protocol import SAMPLE_RATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from kinora.sound.protocol import Cue

    Generator = Callable[[Ask], NDArray[np.float32]]

_BANDS = {"low": (20, 250), "mid": (250, 1000), "high": (1000, 4000), "top": (4000, 16000)}
_FLOOR = 45.0  # hertz under which a sound should hold nothing
_MOST_UNDER = 0.01  # of the energy
_MOST_ALIKE = 0.4  # correlation of left and right of an ambience
_LAG = 0.02  # seconds within which a bed's repetition isn't looked for
_REPEATS = 0.5  # correlation of a bed with its later self that would be heard as a loop


def features(sound: NDArray[np.float32]) -> dict[str, float]:
    """What is measured of a stereo sound.

    Returns:
        ``low``, ``mid``, ``high``, ``top``: dB of < 250, 250-1k, 1-4k, 4-16 kHz against all;
        ``centroid`` in hertz; ``flatness`` (geometric over arithmetic mean of the power spectrum,
        100 Hz … 16 kHz); ``modulation`` (standard deviation over mean of the 20 ms level);
        ``crest`` in dB; ``kurtosis`` (3 for noise); ``correlation`` of left and right; ``under``:
        share of the energy below 45 Hz.
    """
    mono = sound.astype(np.float64).mean(axis=1)
    f, power = _spectrum(sound)
    total = float(power.sum()) or 1e-12
    found = {
        name: 10 * np.log10(float(power[(f >= a) & (f < b)].sum()) / total + 1e-12)
        for name, (a, b) in _BANDS.items()
    }
    heard = power[(f > 100) & (f < 16000)] + 1e-20
    block = SAMPLE_RATE // 50
    cut = sound[: len(sound) // block * block].astype(np.float64)
    level = np.sqrt((cut**2).mean(axis=1).reshape(-1, block).mean(axis=1))
    both = sound.astype(np.float64)
    spread = float(both.std()) or 1e-12
    return found | {
        "centroid": float((f * power).sum()) / total,
        "flatness": float(np.exp(np.log(heard).mean()) / heard.mean()),
        "modulation": float(level.std() / max(level.mean(), 1e-12)),
        "crest": 20 * np.log10(float(np.abs(both).max()) / spread + 1e-12),
        "kurtosis": float(((both - both.mean()) ** 4).mean()) / spread**4,
        "correlation": _alike(sound[:, 0], sound[:, 1]),
        "under": float(power[f < _FLOOR].sum()) / total,
        "mono": float(mono.std() / spread),
    }


def faults(cue: Cue, make: Generator, *, asks: Iterable[Ask]) -> list[str]:
    """What is wrong with a cue, in words; an empty list where nothing is.

    Looks for: another shape or type, values that aren't finite or clip, silence, DC, clicks at the
    ends, samples that jump, energy under 45 Hz, ambience that is mono, repetition, the same samples
    for another seed, other samples for the same one. The last ask is made twice.
    """
    found: list[str] = []
    last, made = None, []
    for ask in asks:
        last = ask
        sound = make(ask)
        made.append(sound)
        found += [f"{fault} (seed {ask.seed})" for fault in _faults_of(cue, sound, ask.n)]
    if last is not None and not np.array_equal(made[-1], make(last)):
        found.append("differs when made again")
    if any(np.array_equal(made[-1], other[: len(made[-1])]) for other in made[:-1]):
        found.append("doesn't heed the seed")
    return found


def _faults_of(cue: Cue, sound: NDArray[np.float32], n: int) -> list[str]:
    if sound.dtype != np.float32 or sound.ndim != 2 or sound.shape[1] != 2:
        return ["isn't (n, 2) float32"]
    if not np.isfinite(sound).all():
        return ["isn't finite"]
    f, power = _spectrum(sound)
    under = float(power[f < _FLOOR].sum()) / (float(power.sum()) or 1e-12)
    alike = _alike(sound[:, 0], sound[:, 1]) if cue.kind == "ambience" else 0.0
    top = float(np.abs(sound).max())
    checks = {
        "has another length": sound.shape[0] != n if cue.continuous else sound.shape[0] > n,
        "clips": top > 1.0,
        "is silent": top < 1e-3,
        "has DC": bool((np.abs(sound.mean(axis=0)) > 2e-3 * top).any()),
        "ends in a click": not cue.continuous and float(np.abs(sound[-1]).max()) > 0.01 * top,
        "jumps": _jumps(sound),
        f"{100 * under:.1f} % under 45 Hz": under > _MOST_UNDER,
        f"L/R {alike:.2f}": alike >= _MOST_ALIKE,
        "repeats itself": cue.kind == "ambience" and _repeats(sound),
    }
    return [name for name, wrong in checks.items() if wrong]


def _jumps(sound: NDArray[np.float32]) -> bool:
    """Single samples that no band-limited sound has: a step that stands alone.

    The second difference at a click is far above all around it; impulses of rain or fire are bursts
    of many samples, so that their neighbours are as large.
    """
    for channel in sound.T:
        bend = np.abs(np.diff(channel.astype(np.float64), 2))
        at = np.argpartition(bend, -8)[-8:] if len(bend) > 8 else np.arange(len(bend))
        for i in at:
            near = bend[max(0, i - 24) : i + 25]
            rest = np.sort(near)[:-4]
            if len(rest) and bend[i] > 0.05 and bend[i] > 30 * float(rest.mean()):
                return True
    return False


def _repeats(sound: NDArray[np.float32]) -> bool:
    """Whether the waveform comes again: what an audible loop is."""
    mono = sound[:, 0].astype(np.float64)
    mono -= mono.mean()
    n = len(mono)
    size = 1 << (2 * n - 1).bit_length()
    power = np.abs(np.fft.rfft(mono, size)) ** 2
    white = power / (_smoothed(power, 401) + 1e-12 * power.max())
    alike = np.fft.irfft(white, size)[: n // 2]
    lag = max(int(0.25 * SAMPLE_RATE), int(_LAG * SAMPLE_RATE))
    return float(np.abs(alike[lag:]).max(initial=0.0)) > _REPEATS * float(alike[0])


def _smoothed(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """The mean of ``width`` (odd) neighbours, with zeros beyond the ends."""
    sums = np.cumsum(np.pad(values, (width // 2 + 1, width // 2)))
    return (sums[width:] - sums[:-width]) / width


def _spectrum(sound: NDArray[np.float32]) -> tuple[Any, Any]:
    """Mean power spectrum of both channels (Welch, Hann window)."""
    window = 8192
    taper, power = np.hanning(window), np.zeros(window // 2 + 1)
    for channel in sound.T:
        padded = np.pad(channel, (0, max(0, window - len(channel)))).astype(np.float64)
        frames = np.lib.stride_tricks.sliding_window_view(padded, window)[:: window // 2]
        bins = np.fft.rfft(frames * taper)
        power += (bins.real**2 + bins.imag**2).mean(axis=0) / sound.shape[1]
    return np.fft.rfftfreq(window, 1 / SAMPLE_RATE), power


def _alike(left: NDArray[np.float32], right: NDArray[np.float32]) -> float:
    a, b = left.astype(np.float64), right.astype(np.float64)
    a, b = a - a.mean(), b - b.mean()
    return float((a * b).sum() / max(np.sqrt((a * a).sum() * (b * b).sum()), 1e-12))

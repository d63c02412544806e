"""Where sounds are: left and right, near and far, and putting grains in their places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kinora.sound.dsp.filters import filtered as through
from kinora.sound.dsp.filters import high_pass, low_pass
from kinora.sound.protocol import SAMPLE_RATE as RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kinora.sound.protocol import F32

_FLOOR = 54.0  # hertz at which the high-pass is 3 dB down; under 45 Hz no small loudspeaker plays
_EARS = 0.0008  # seconds from one ear, or microphone of a pair, to the other


def pan(mono: F32, position: float | NDArray[np.floating[Any]]) -> F32:
    """(n, 2) at ``position`` -1 (left) … 1 (right), at equal power."""
    angle = (np.asarray(position, np.float32) + 1) * np.float32(np.pi / 4)
    return np.stack([mono * np.cos(angle), mono * np.sin(angle)], axis=1).astype(np.float32)


def seat(mono: F32, position: float) -> F32:
    """(n + 38, 2) at ``position`` -1 … 1: at equal power, and later in the ear that is farther.

    The delay is that of two microphones 27 cm apart; it keeps left and right from being alike.
    """
    lag = round(_EARS * RATE * position)
    both = pan(mono, position)
    out = np.zeros((len(mono) + int(_EARS * RATE), 2), np.float32)
    out[max(0, lag) : max(0, lag) + len(mono), 0] = both[:, 0]
    out[max(0, -lag) : max(0, -lag) + len(mono), 1] = both[:, 1]
    return out


def scatter(
    out: F32,
    starts: NDArray[np.floating[Any]],
    grains: Sequence[F32],
    *,
    gains: NDArray[np.floating[Any]],
    which: NDArray[np.integer[Any]],
    pans: NDArray[np.floating[Any]],
) -> None:
    """Add grains to ``out`` (n, 2) in place.

    Args:
        out: what to add to.
        starts: seconds at which the grains begin.
        grains: mono sounds to choose from.
        gains: of each grain.
        which: index of each grain's sound.
        pans: position of each, -1 … 1, at equal power and with the ears' delay.
    """
    angle = (np.asarray(pans) + 1) * (np.pi / 4)
    left = (np.asarray(gains) * np.cos(angle)).astype(np.float32)
    right = (np.asarray(gains) * np.sin(angle)).astype(np.float32)
    channels = np.ascontiguousarray(out.T)
    first = np.round(np.asarray(starts) * RATE).astype(np.int64)
    lag = np.round(np.asarray(pans) * (_EARS * RATE)).astype(np.int64)
    ears = (
        (channels[0], first + np.maximum(lag, 0), left),
        (channels[1], first + np.maximum(-lag, 0), right),
    )
    for channel, begins, levels in ears:
        for at, kind, level in zip(begins.tolist(), which.tolist(), levels, strict=True):
            grain = grains[kind]
            if at < 0 or at + len(grain) > len(channel):
                grain = grain[max(0, -at) : max(0, len(channel) - at)]
                at = max(0, at)
            channel[at : at + len(grain)] += grain * level
    out[:] = channels.T


def place(out: F32, start: float, sound: F32, *, gain: float = 1.0) -> None:
    """Add a stereo sound to ``out`` (n, 2) at ``start`` seconds, in place."""
    at = round(start * RATE)
    piece = sound[max(0, -at) : max(0, out.shape[0] - at)]
    begin = max(0, at)
    if len(piece):
        out[begin : begin + len(piece)] += piece * np.float32(gain)


def haze(
    rng: np.random.Generator, seconds: float, *, top: float = 5000.0, early: float = 0.012
) -> F32:
    """(m, 2) impulse response of open air and of what stands in it: decaying noise.

    Args:
        rng: source of randomness.
        seconds: until it has fallen by 60 dB.
        top: hertz above which it is dull.
        early: seconds before the first reflection.
    """
    m = int(seconds * RATE)
    t = np.arange(m) / RATE
    answer = rng.standard_normal((m, 2), dtype=np.float32)
    answer *= (np.exp(-6.9 * t / seconds))[:, None].astype(np.float32)
    size = good_size(m)
    f = np.fft.rfftfreq(size, 1 / RATE)
    spectrum = np.fft.rfft(answer, size, axis=0)
    spectrum *= (1 / np.sqrt(1 + (f / top) ** 4) * (f > _FLOOR))[:, None]
    answer = np.fft.irfft(spectrum, size, axis=0)[:m].astype(np.float32)
    answer /= np.sqrt((answer**2).sum(axis=0))
    return np.concatenate([np.zeros((int(early * RATE), 2), np.float32), answer])


def filtered(sound: F32, *, bottom: float = _FLOOR, top: float | None = None) -> F32:
    """``sound`` above ``bottom`` and below ``top`` hertz, by causal Butterworth filters.

    Fourth order below, second order above, so that a click stays a click and nothing rings ahead.
    """
    sections = high_pass(bottom)
    if top is not None:
        sections = np.concatenate([sections, low_pass(top)])
    return through(sound, sections)


def good_size(n: int) -> int:
    """The smallest length ≥ n with prime factors 2, 3 and 5 only, which FFTs like."""
    best = 1 << (n - 1).bit_length()
    for odd in (3, 5, 9, 15, 25, 27, 45, 75, 81, 125):
        size = odd << max(0, ((n + odd - 1) // odd - 1).bit_length())
        if n <= size < best:
            best = size
    return best


def finished(
    sound: F32, *, top: float | None = None, peak: float = 0.8, closes: bool = False
) -> F32:
    """What every generator ends with.

    Args:
        sound: (n, 2).
        top: hertz above which it is dull.
        peak: its largest sample; nothing too low to be heard counts.
        closes: whether it must have died away at its end, as what happens once has.
    """
    done = leveled(filtered(sound, top=top), peak)
    if closes:
        tail = min(len(done), RATE // 12)
        done[len(done) - tail :] *= np.linspace(1, 0, tail, dtype=np.float32)[:, None]
    return done


def leveled(sound: F32, top: float = 0.7) -> F32:
    """``sound`` scaled so that its largest sample is ``top``; silence stays silence."""
    largest = float(np.abs(sound).max(initial=0.0))
    return sound * np.float32(top / largest) if largest > 0 else sound

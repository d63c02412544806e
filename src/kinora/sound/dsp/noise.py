"""Noise with a spectrum that changes in time, made frame by frame in the frequency domain.

Each frame is noise of random phase under a mask of amplitudes; frames overlap by half under a sine
window, whose squares add to one, so that the power is that of the mask (Griffin and Lim's synthesis
without analysis). No filter has a state, so nothing rings, clicks or depends on block sizes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kinora.sound.protocol import SAMPLE_RATE as RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kinora.sound.protocol import F32

    Values = NDArray[np.floating[Any]]

_FLOOR = 50.0  # hertz under which no loudspeaker of a laptop or phone plays anything


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Times and frequencies of a mask for ``n`` samples."""

    n: int
    window: int = 2048

    @property
    def frames(self) -> int:
        """Number of frames."""
        return self.n // (self.window // 2) + 2

    @property
    def t(self) -> NDArray[np.float64]:
        """(frames, 1) seconds of the middle of each frame."""
        return (np.arange(self.frames)[:, None] * (self.window // 2)) / RATE

    @property
    def f(self) -> F32:
        """(1, bins) hertz; the first bin stands for one half of the spacing instead of zero."""
        f = np.fft.rfftfreq(self.window, 1 / RATE).astype(np.float32)
        f[0] = f[1] / 2
        return f[None, :]


def noise(rng: np.random.Generator, grid: Grid, mask: Values) -> F32:
    """(n,) mono noise of the mask's amplitudes.

    Args:
        rng: source of phases.
        grid: times and frequencies.
        mask: amplitudes that broadcast to (frames, bins); 1 everywhere gives white noise of
            standard deviation 1.
    """
    bins = grid.window // 2 + 1
    shape = (grid.frames, bins)
    spectrum = np.empty(shape, np.complex64)
    spectrum.real = rng.standard_normal(shape, dtype=np.float32)
    spectrum.imag = rng.standard_normal(shape, dtype=np.float32)
    f = grid.f
    rolled = (f / _FLOOR) ** 4 / (1 + (f / _FLOOR) ** 4)
    scale = np.float32(np.sqrt(grid.window / 2))
    spectrum *= np.asarray(mask * rolled, np.float32) * scale
    spectrum[:, 0] = 0
    frames = np.fft.irfft(spectrum, grid.window, axis=1)
    half = grid.window // 2
    sine = np.sin(np.pi * (np.arange(grid.window, dtype=np.float32) + 0.5) / grid.window)
    frames *= sine
    out = np.empty((grid.frames + 1, half), np.float32)
    out[:-1] = frames[:, :half]
    out[-1] = 0
    out[1:] += frames[:, half:]
    return out.reshape(-1)[half : half + grid.n]


def stereo(rng: np.random.Generator, grid: Grid, mask: Values) -> F32:
    """(n, 2) noise whose channels have nothing in common."""
    return np.stack([noise(rng, grid, mask) for _ in range(2)], axis=1)


def pink(f: Values) -> Values:
    """Amplitude falling by 3 dB an octave, 1 at 1 kHz."""
    return np.sqrt(1000.0 / np.maximum(f, 20.0))


def brown(f: Values) -> Values:
    """Amplitude falling by 6 dB an octave, 1 at 1 kHz."""
    return 1000.0 / np.maximum(f, 20.0)


def low(f: Values, edge: Any, order: float = 2.0) -> Values:
    """Low-pass of ``order`` × 6 dB an octave above ``edge`` hertz."""
    return np.asarray(1 / np.sqrt(1 + (f / edge) ** (2 * order)))


def high(f: Values, edge: Any, order: float = 2.0) -> Values:
    """High-pass of ``order`` × 6 dB an octave below ``edge`` hertz."""
    return np.asarray(1 / np.sqrt(1 + (edge / f) ** (2 * order)))


def band(f: Values, bottom: Any, top: Any, order: float = 2.0) -> Values:
    """Band between two edges."""
    return high(f, bottom, order) * low(f, top, order)


def peak(f: Values, centre: Any, q: Any) -> Values:
    """Resonance of amplitude 1 at ``centre``, ``q`` = centre / width at -3 dB."""
    return np.asarray(1 / np.sqrt(1 + (q * (f / centre - centre / f)) ** 2))

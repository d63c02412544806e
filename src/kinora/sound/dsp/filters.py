"""Causal filters of second-order sections, and convolution with a room, block by block."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from kinora.sound.protocol import SAMPLE_RATE

if TYPE_CHECKING:
    from kinora.sound.protocol import F32

F64 = NDArray[np.float64]

#: (k, 5) float64: b0, b1, b2, a1, a2 of each section, a0 = 1.
Sections = F64

_BUTTERWORTH_2: Final = (0.70710678,)
_BUTTERWORTH_4: Final = (0.54119610, 1.30656296)
_BLOCK: Final = 65_536  # samples of a transform; longer ones leave the processor's cache


def filtered(sound: F32, sections: Sections) -> F32:
    """A filtered copy of (n, 2) or (n,) sound, float32."""
    mono = sound.ndim == 1
    out = np.array(np.repeat(sound[:, None], 2, axis=1) if mono else sound, np.float32, order="C")
    filter_in_place(out, sections)
    return np.ascontiguousarray(out[:, 0]) if mono else out


def filter_in_place(sound: F32, sections: Sections) -> None:
    """Filter (n, 2) float32 sound as it lies."""
    from kinora.sound.dsp._kernels import cascade  # a compiler is loaded with it

    cascade(sound, sections)


def amplify(samples: F32, gains: NDArray[Any]) -> None:
    """Multiply (n, 2) ``samples`` in place by factors told at the edges of each millisecond."""
    from kinora.sound.dsp import _kernels

    _kernels.amplify(samples, np.asarray(gains, np.float32), SAMPLE_RATE // 1000)


def high_pass(edge: float) -> Sections:
    """Fourth-order Butterworth, 3 dB down at ``edge`` hertz."""
    return _bilinear([(1.0, 0.0, 0.0, q) for q in _BUTTERWORTH_4], edge)


def low_pass(edge: float) -> Sections:
    """Second-order Butterworth, 3 dB down at ``edge`` hertz."""
    return _bilinear([(0.0, 0.0, 1.0, q) for q in _BUTTERWORTH_2], edge)


def resonator(centre: float, q: float, gain: float) -> Sections:
    """What passes, and ``gain`` times what resonates at ``centre`` hertz: (s² + (1 + g) s/Q + 1)
    over (s² + s/Q + 1)."""
    return _bilinear([(1.0, (1.0 + gain) / q, 1.0, q)], centre)


def _bilinear(analogue: Sequence[tuple[float, float, float, float]], edge: float) -> Sections:
    """Sections (b2 s² + b1 s + b0) / (s² + s/Q + 1), s in units of ``edge``, which stays exact."""
    k = 1.0 / np.tan(np.pi * min(edge, 0.49 * SAMPLE_RATE) / SAMPLE_RATE)
    rows = []
    for b2, b1, b0, q in analogue:
        a0 = k * k + k / q + 1.0
        rows.append(
            (
                (b2 * k * k + b1 * k + b0) / a0,
                2.0 * (b0 - b2 * k * k) / a0,
                (b2 * k * k - b1 * k + b0) / a0,
                2.0 * (1.0 - k * k) / a0,
                (k * k - k / q + 1.0) / a0,
            )
        )
    return np.array(rows, np.float64)


def convolved(sound: F32, answer: NDArray[Any]) -> F32:
    """(n, 2): ``sound`` (n, 2) or (n,) through the impulse response ``answer`` (m, 2).

    By overlapping blocks, so that a long sound takes no more memory than a short one beside it.
    """
    n, m = len(sound), len(answer)
    two = np.asarray(sound[:, None] if sound.ndim == 1 else sound, np.float32)
    size = _size(n, m)
    hop = size - m + 1
    response = np.fft.rfft(np.ascontiguousarray(answer.T, np.float32), size, axis=1)
    out = np.zeros((n, 2), np.float32)
    for start in range(0, n, hop):
        piece = np.ascontiguousarray(two[start : start + hop].T)
        if not piece.any():
            continue
        heard = np.fft.irfft(np.fft.rfft(piece, size, axis=1) * response, size, axis=1)
        room = min(size, n - start)
        out[start : start + room] += heard[:, :room].T
    return out


def _size(n: int, m: int) -> int:
    """A transform of at least twice the answer, no longer than the sound needs."""
    least = max(_BLOCK, 1 << (2 * m - 1).bit_length())
    whole = 1 << (n + m - 1).bit_length()
    return min(least, whole)

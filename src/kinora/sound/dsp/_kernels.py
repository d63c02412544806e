"""Compiled loops over samples; `kinora.sound.dsp.filters` and `kinora.sound.loudness` call them."""

from __future__ import annotations

from typing import Any

import numpy as np

from kinora.jit import njit

_options: dict[str, Any] = {"nogil": True, "cache": True, "error_model": "numpy"}
_TAPS, _BEFORE = 12, 5  # of an interpolator
_TINY = 1e-18  # states below this are silence; smaller numbers slow processors down


@njit(**_options)
def cascade(samples, sections):
    """Filter in place by second-order sections in a row (transposed direct form II).

    Args:
        samples: (n, 2) float32, written.
        sections: (k, 5) float64: b0, b1, b2, a1, a2 of each, a0 = 1.
    """
    for k in range(sections.shape[0]):
        b0, b1, b2, a1, a2 = sections[k]
        p0 = p1 = q0 = q1 = 0.0
        for i in range(samples.shape[0]):
            x, u = np.float64(samples[i, 0]), np.float64(samples[i, 1])
            y = b0 * x + p0
            p0 = b1 * x - a1 * y + p1
            p1 = b2 * x - a2 * y
            v = b0 * u + q0
            q0 = b1 * u - a1 * v + q1
            q1 = b2 * u - a2 * v
            samples[i, 0], samples[i, 1] = y, v
            if i & 1023 == 0:
                if abs(p0) + abs(p1) < _TINY:
                    p0 = p1 = 0.0
                if abs(q0) + abs(q1) < _TINY:
                    q0 = q1 = 0.0


@njit(**_options)
def weighted_power(samples, sections, hop, out):
    """Mean power of each stretch after two second-order sections, summed over the channels.

    Args:
        samples: (n, 2) float32.
        sections: (2, 5) float64, as for `cascade`.
        hop: samples a stretch.
        out: (ceil(n / hop),) float64, written; what lies beyond the end counts as silence.
    """
    b0, b1, b2, a1, a2 = sections[0]
    c0, c1, c2, d1, d2 = sections[1]
    out[:] = 0.0
    for channel in range(2):
        p0 = p1 = q0 = q1 = 0.0
        for k in range(out.shape[0]):
            total = 0.0
            for i in range(k * hop, min((k + 1) * hop, samples.shape[0])):
                x = np.float64(samples[i, channel])
                y = b0 * x + p0
                p0 = b1 * x - a1 * y + p1
                p1 = b2 * x - a2 * y
                z = c0 * y + q0
                q0 = c1 * y - d1 * z + q1
                q1 = c2 * y - d2 * z
                total += z * z
            out[k] += total / hop
            if abs(p0) + abs(p1) + abs(q0) + abs(q1) < _TINY:
                p0 = p1 = q0 = q1 = 0.0


@njit(**_options)
def heights(samples, taps, hop, out):
    """Highest true peak of each stretch, over both channels.

    Args:
        samples: (n, 2) float32.
        taps: (phases, 12) float32: interpolators from 12 samples, the first five before the place.
        hop: samples a stretch.
        out: (ceil(n / hop),) float32, written.
    """
    n = samples.shape[0]
    for k in range(out.shape[0]):
        most = np.float32(0.0)
        for channel in range(2):
            for i in range(k * hop, min((k + 1) * hop, n)):
                most = max(most, abs(samples[i, channel]))
                inside = i >= _BEFORE and i + _TAPS - _BEFORE <= n
                for phase in range(taps.shape[0]):
                    value = np.float32(0.0)
                    if inside:
                        for j in range(_TAPS):
                            value += taps[phase, j] * samples[i - _BEFORE + j, channel]
                    else:
                        for j in range(max(0, _BEFORE - i), min(_TAPS, n + _BEFORE - i)):
                            value += taps[phase, j] * samples[i - _BEFORE + j, channel]
                    most = max(most, abs(value))
        out[k] = most


@njit(**_options)
def amplify(samples, gains, hop):
    """Multiply (n, 2) samples in place by gains told every ``hop`` samples, linear between."""
    step = np.float32(1.0 / hop)
    for i in range(samples.shape[0]):
        k = i // hop
        part = np.float32(i - k * hop) * step
        gain = gains[k] + (gains[k + 1] - gains[k]) * part
        samples[i, 0] *= gain
        samples[i, 1] *= gain

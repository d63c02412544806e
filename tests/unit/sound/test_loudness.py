"""Our meter and limiter, held against FFmpeg's ``ebur128``."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.support.sound import RATE, metered

from kinora.sound.dsp.filters import amplify
from kinora.sound.limiter import CEILING, master
from kinora.sound.loudness import SILENCE, integrated, true_peak


def tone(hertz: float, level: float, seconds: float = 3.0) -> NDArray[np.float32]:
    t = np.arange(int(seconds * RATE)) / RATE
    wave = 10 ** (level / 20) * np.sin(2 * np.pi * hertz * t + 0.7)
    return np.stack([wave, wave], axis=1).astype(np.float32)


def bursts(seed: int, size: float) -> NDArray[np.float32]:
    """Noise that comes and goes, with clicks that stand far out."""
    rng = np.random.default_rng(seed)
    n = 4 * RATE
    noise = rng.standard_normal((n, 2)) * (0.02 + 0.1 * (np.arange(n) % RATE < RATE // 3))[:, None]
    noise[rng.integers(0, n, 12)] *= size
    return noise.astype(np.float32)


@pytest.mark.parametrize("hertz", [60.0, 440.0, 997.0, 3000.0, 10_000.0])
def test_loudness_is_that_of_another_meter(hertz: float) -> None:
    sound = tone(hertz, -20.0)
    assert integrated(sound) == pytest.approx(metered(sound).loudness, abs=0.05)


def test_a_997_hertz_tone_in_both_channels_is_as_loud_as_its_level() -> None:
    assert integrated(tone(997.0, -23.0)) == pytest.approx(-23.0, abs=0.02)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_pauses_are_gated_as_by_another_meter(seed: int) -> None:
    sound = bursts(seed, 1.0)
    sound[RATE : 2 * RATE] *= 0.001
    assert integrated(sound) == pytest.approx(metered(sound).loudness, abs=0.1)


def test_peaks_between_the_samples_are_found() -> None:
    sound = tone(12_000.0, 0.0) * np.minimum(1.0, np.arange(3 * RATE) / 480)[:, None]
    assert np.abs(sound).max() < 0.8
    assert true_peak(sound) == pytest.approx(metered(sound).true_peak, abs=0.35)


def test_nothing_is_silence() -> None:
    assert integrated(np.zeros((RATE, 2), np.float32)) == SILENCE
    assert master(np.zeros((RATE, 2), np.float32), -16.0).loudness == SILENCE


@pytest.mark.parametrize("target", [-14.0, -16.0, -23.0])
@pytest.mark.parametrize("size", [1.0, 12.0])
def test_a_mix_comes_out_at_its_loudness_under_the_ceiling(target: float, size: float) -> None:
    sound = bursts(5, size)
    done = master(sound, target)
    amplify(sound, done.gain)
    meter = metered(sound)
    assert meter.loudness == pytest.approx(target, abs=0.3)
    assert meter.true_peak <= CEILING + 0.1


def test_the_limiter_is_smooth_and_lets_go_again() -> None:
    sound = tone(300.0, -12.0)
    sound[RATE] = 3.0
    edges = master(sound, -12.0).gain
    flat = np.ones_like(sound)
    amplify(flat, edges)
    gain = flat[:, 0]
    assert gain[RATE] < 0.4 * gain[0]
    assert gain[-1] > 0.99 * gain[0]
    steps = np.abs(np.diff(20 * np.log10(gain)))
    assert steps.max() < 0.3  # dB from sample to sample: no click of its own

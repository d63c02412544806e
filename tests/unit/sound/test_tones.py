"""Sines by recurrence against plain ones."""

from __future__ import annotations

import numpy as np
import pytest

from kinora.sound.dsp.tones import STEP, harmonics


@pytest.mark.parametrize("first", [1.0, 0.5, 2.0])
def test_harmonics_are_the_sines_that_they_stand_for(first: float) -> None:
    count = 4 * STEP
    turns = np.cumsum(np.linspace(90.0, 140.0, count) / 48_000)
    loudness = [np.full(4, 1.0 / number) for number in range(1, 201)]
    plain = sum(
        np.sin(2 * np.pi * (first + number) * turns) / (number + 1) for number in range(200)
    )
    assert np.abs(harmonics(turns, loudness, first=first) - plain).max() < 1e-9

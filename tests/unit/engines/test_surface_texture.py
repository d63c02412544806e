from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from kinora.engines.parallax.surface_sharpness import Rest, Sharpness, evening, sharpness_of

REST = Rest(x=0.5, y=0.5, step=1.0)


def grainy(height: int, rows: slice) -> Any:
    """A cut-out with grain, opaque in some rows."""
    luma = np.random.default_rng(0).normal(120.0, 15.0, (height, 320)).astype(np.float32)
    alpha = np.zeros((height, 320), np.float32)
    alpha[rows] = 255.0
    size = SimpleNamespace(width=320, height=height)
    box = SimpleNamespace(width=320, height=height, x=0.0, y=0.0)
    return SimpleNamespace(luma=luma, alpha=alpha, texels=size, box=box, start=(0, 0))


@pytest.mark.parametrize(
    ("height", "rows"),
    [(720, slice(0, 720)), (144, slice(40, 100)), (360, slice(292, 360)), (720, slice(672, 720))],
)
def test_what_is_lost_between_pixels_is_measured_wherever_the_surface_lies(
    height: int, rows: slice
) -> None:
    across, down = sharpness_of(cast("Any", grainy(height, rows)), REST).lost
    assert across == pytest.approx(0.6, abs=0.1)
    assert down == pytest.approx(0.6, abs=0.1)


def test_nothing_is_lost_of_what_is_not_there() -> None:
    assert sharpness_of(cast("Any", grainy(144, slice(0, 0))), REST).lost == (0.0, 0.0)


def test_what_is_squeezed_is_softened_and_what_is_drawn_out_sharpened() -> None:
    y = np.linspace(0.0, 160.0, 21, dtype=np.float32)[:, None] + np.zeros((1, 30), np.float32)
    ages = np.linspace(-1.0, 1.0, 17, dtype=np.float32)[:, None, None]
    # Twice as fast twice as near: what comes from below is squeezed.
    life = np.stack([np.zeros_like(ages * y), -0.2 * ages * y], axis=1)
    texture = Sharpness(lost=(0.0, 0.0), scale=(1.0, 1.0), powers=(1.0, 2.0))
    factors = evening(life, texture, (8.0, 8.0))
    expected = 1.0 / np.array([1.2, 1.1, 1.0, 0.9, 0.8])
    assert factors.mean(axis=(1, 2)) == pytest.approx(expected, abs=1e-3)


def test_how_much_grain_a_squeeze_adds_is_measured() -> None:
    cut = grainy(360, slice(0, 360))
    cut.luma[:] = np.sin(np.arange(360) * 0.6)[:, None] * 40.0 + 120.0  # level streaks
    across, down = sharpness_of(cast("Any", cut), REST).powers
    assert across == pytest.approx(0.0, abs=0.01)
    assert 2.0 < down < 4.0

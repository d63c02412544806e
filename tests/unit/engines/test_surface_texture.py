from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from kinora.engines.parallax.surface_texture import Rest, _softening

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
    across, down, *_ = _softening(cast("Any", grainy(height, rows)), REST)
    assert across == pytest.approx(0.6, abs=0.1)
    assert down == pytest.approx(0.6, abs=0.1)


def test_nothing_is_lost_of_what_is_not_there() -> None:
    assert _softening(cast("Any", grainy(144, slice(0, 0))), REST)[:2] == (0.0, 0.0)

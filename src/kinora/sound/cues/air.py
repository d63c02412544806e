"""Air: the quiet of a room, and what rushes past a camera that moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kinora.sound.dsp.noise import Grid, band, brown, low, peak, pink, stereo
from kinora.sound.dsp.space import finished

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kinora.sound.cues.ask import Ask

_STILL = 1e-4  # of the fastest move: below that nothing rushes


def room_tone(ask: Ask) -> NDArray[np.float32]:
    """Air that hardly moves: noise falling by 6 dB an octave, with a trace of hiss."""
    grid = Grid(ask.n)
    tone = brown(grid.f) * low(grid.f, 400.0, 1.0) + 0.02 * pink(grid.f) * low(grid.f, 6000.0)
    return finished(stereo(ask.rng("room tone"), grid, tone))


def whoosh(ask: Ask) -> NDArray[np.float32]:
    """Air past the camera: as loud as it is fast, and the faster, the brighter.

    A pink band about 180 + 2600 v^1.2 Hz with v in [0, 1], over a rumble that only fast moves have.
    Silence without a camera that moves.
    """
    if ask.speed is None or float(np.max(ask.speed)) < _STILL:
        return np.zeros((ask.n, 2), np.float32)
    grid = Grid(ask.n, window=1024)
    v = ask.curve(ask.speed, grid.t)
    air = peak(grid.f, 180.0 + 2600.0 * v**1.2, 1.1) * pink(grid.f)
    rumble = 0.3 * v * band(grid.f, 45.0, 140.0)
    return finished(stereo(ask.rng("whoosh"), grid, v * (air + rumble)))

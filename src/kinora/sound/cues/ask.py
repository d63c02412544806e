"""What a generator is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from kinora.sound.protocol import SAMPLE_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

CURVE_RATE: Final = 100  # values a second of the curves that the picture shares with the sound


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ask:
    """How a cue should sound; the same ask gives the same samples.

    Attributes:
        n: how many samples, at 48 kHz, at least 1.
        seed: of all that is random.
        intensity: 0 hardly any, 1 as strong as it gets.
        distance: 0 beside the listener, 1 at the horizon. What distance takes from a sound (high
            notes, sharp onsets) is the cue's; level and room are the mix's.
        gust: (m,) the wind's strength in 0..1 at `CURVE_RATE`; None: a steady breeze.
        speed: (m,) the camera's speed in 0..1 at `CURVE_RATE`; None: the camera has no part in it.
        onsets: seconds of the events; None leaves them to the cue.
        mood: of music: calm, sad, happy, tense or epic.
        key: of music: "C", "A minor"; None: as the mood has it.
        tempo: of music: beats a minute; None: as the mood has it.
    """

    n: int
    seed: int = 0
    intensity: float = 0.5
    distance: float = 0.3
    gust: NDArray[np.float32] | None = None
    speed: NDArray[np.float32] | None = None
    onsets: tuple[float, ...] | None = None
    mood: str = "calm"
    key: str | None = None
    tempo: float | None = None

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return self.n / SAMPLE_RATE

    def rng(self, name: str) -> np.random.Generator:
        """Random numbers of its own for each part of each cue."""
        words = [self.seed & 0xFFFFFFFF, *name.encode()]
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(words)))

    def curve(self, values: NDArray[np.float32], times: NDArray[np.float64]) -> NDArray[np.float64]:
        """A shared curve at the given seconds; its ends are held."""
        found: NDArray[np.float64] = np.interp(times, np.arange(len(values)) / CURVE_RATE, values)
        return found

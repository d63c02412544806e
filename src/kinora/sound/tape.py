"""How sounds follow the time of the picture: slowed, sped up or backwards, as on a tape.

What sounds by itself in the scene runs on the scene's clock. Pitch goes with it, but not as far:
beyond an octave down or a fifth up nothing is recognised any more. Speech, music and what belongs
to the camera keep their own time.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from kinora.sound.protocol import Cue
from kinora.types.pace import Pace

_SLOWEST, _FASTEST = 0.5, 1.5
#: What isn't in the scene: it belongs to the camera, the cut or the room of the mix.
_OUTSIDE: Final = frozenset({"room_tone", "whoosh", "riser", "beep", "vinyl", "projector", "radio"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tape:
    """How a sound is played."""

    speed: float = 1.0  # and pitch
    backwards: bool = False

    @property
    def straight(self) -> bool:
        """Whether it is played as it was made."""
        return self.speed == 1.0 and not self.backwards

    def needs(self, samples: int) -> int:
        """Samples that have to be made for so many that are heard."""
        return math.ceil(samples * self.speed) + (0 if self.speed == 1.0 else 4)


def tape_for(cue: Cue, pace: Pace) -> Tape:
    """How ``cue`` is played in a clip whose time runs at ``pace``."""
    if cue.kind == "music" or cue.id in _OUTSIDE:
        return Tape()
    return Tape(speed=min(max(pace.rate, _SLOWEST), _FASTEST), backwards=pace.backwards)

"""Focus, aperture and shutter over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.motion.clock import Frames, Window, hold_frames
from kinora.motion.easing import EASES, minimum_jerk
from kinora.types.plan import CameraMove, Direction
from kinora.types.scene import Scene

F64 = NDArray[np.float64]

SUBJECT: Final = 1.0  # disparity of the focus subject
#: Blur diameter in frame heights per unit of disparity where blur was asked for.
SHALLOW_APERTURE: Final = 0.03
#: Open share of the frame interval during a whip, so that it smears as it does in film.
WHIP_SHUTTER: Final = 0.8

#: A rack needs two depths at least this far apart (disparity) to be seen.
_LEAST_DEPTH: Final = 0.1
_NEAR_PERCENTILE, _FAR_PERCENTILE = 98.0, 5.0
_OPENING: Final = 3  # the aperture opens over the first third of a rack


@dataclass(frozen=True, slots=True)
class FocusRange:
    """Disparities that a rack can go to."""

    far: float
    near: float

    @classmethod
    def of(cls, scene: Scene) -> FocusRange:
        """The background and the nearest of foreground and subject."""
        step = max(1, scene.disparity.size // 65_536)
        sample = scene.disparity.reshape(-1)[::step]
        far, near = np.percentile(sample, [_FAR_PERCENTILE, _NEAR_PERCENTILE])
        foreground = float(near) if near > SUBJECT + _LEAST_DEPTH else SUBJECT
        return cls(far=min(float(far), SUBJECT), near=foreground)

    @property
    def flat(self) -> bool:
        """Whether there is nothing to rack between."""
        return self.near - self.far < _LEAST_DEPTH

    def target(self, direction: Direction | None, *, current: float) -> float:
        """Where a rack goes; without a direction, to the end that is farther off."""
        if direction is None:
            direction = "far" if current - self.far > self.near - current else "near"
        return self.near if direction == "near" else self.far

    def start(self, first: Direction | None) -> float:
        """Focus before the first rack: the subject, unless that is where the rack shall go."""
        return self.far if first == "near" and self.near <= SUBJECT else SUBJECT


@dataclass(frozen=True, slots=True)
class Rack:
    """A change of focus: when, how, and how strong the blur is (1 = usual)."""

    window: Window
    move: CameraMove
    strength: float


def focus_and_aperture(
    racks: Sequence[Rack], reach: FocusRange, *, shallow: bool, frames: Frames, fps: Fraction
) -> tuple[F64, F64]:
    """(T,) disparity in focus and (T,) aperture."""
    first = racks[0].move.direction if racks else None
    current, opened = reach.start(first), SHALLOW_APERTURE if shallow else 0.0
    focus = np.full(len(frames), current)
    aperture = np.full(len(frames), opened)
    for rack in racks:
        window = rack.window
        held = rack.move.ease == "stop_motion"
        shown = window.held(frames, hold=hold_frames(fps)) if held else frames
        target = reach.target(rack.move.direction, current=current)
        focus += (target - current) * EASES[rack.move.ease](window.position(shown))
        wider = max(opened, SHALLOW_APERTURE * rack.strength)
        opening = window.shortened((window.end - window.start) / _OPENING)
        aperture += (wider - opened) * minimum_jerk(opening.position(shown))
        current, opened = target, wider
    return focus, aperture


def shutter(whips: Sequence[Window], frames: Frames) -> F64:
    """(T,) open share of the frame interval."""
    out = np.zeros(len(frames))
    for window in whips:
        out[(frames > float(window.start)) & (frames < window.after)] = WHIP_SHUTTER
    return out

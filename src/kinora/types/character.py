"""The arrows picture of a character → `Sprite`, and scene with sprites → `Placed`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

from kinora.types.plan import CastMember

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

U8: TypeAlias = "NDArray[np.uint8]"

#: Longest name, characters.
LONGEST_NAME: Final = 80
#: What the source of a scene's region begins with that a character brings; its name follows.
CHARACTER: Final = "character:"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sprite:
    """A character as a flat figure."""

    name: str  # by which prompts call it
    rgba: U8  # (h, w, 4) premultiplied, gamma-encoded sRGB, cut to what shows
    whole: bool  # its lower end is in the picture that it was cut from, so it can stand on ground
    person: bool
    light: tuple[float, float, float]  # colour of the light in that picture, mean 1
    # Of the face, if one was found: x0, y0, x1, y1 in shares of the figure's width and height.
    face: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where a character came to stand; canvas pixels."""

    member: CastMember
    layers: tuple[int, ...]  # numbers of the scene's layers that go with it, the figure last
    x: float  # of its foot
    frame_x: float  # the same in the frame, pixels
    foot: float  # y
    height: float
    disparity: float
    whole: bool
    on_ground: bool  # whether the scene said how near and how large

"""Where a character stands: the ground's plane, the foot on it, and the height that follows.

A figure stands where the ground is at its foot. Its size follows from that place: from people in
the scene, or else from the horizon, which lies as high as the eyes of whoever holds the camera,
that is nearly as high as a standing person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from kinora.types.character import Sprite
from kinora.types.plan import CastMember, Distance
from kinora.types.scene import Region, Scene

#: Where feet are looked for, share of the frame's height from the top.
_FOOT: Final[dict[Distance, float]] = {"near": 0.985, "normal": 0.9, "far": 0.76}
#: Height where neither ground nor persons tell it, share of the frame's height.
_USUAL: Final[dict[Distance, float]] = {"near": 0.8, "normal": 0.6, "far": 0.35}
#: Least height, and what stays free above the head where the camera may come nearer, likewise.
_LEAST, _HEADROOM = 0.12, 0.14
#: From which share of the height on things count as ground where no region says so, and how far
#: off a plane ground may be, share of its disparity.
_LOWEST, _UNEVEN = 0.72, 0.12
#: How far aside firm ground is looked for, and how much of it there must be to each side, shares of
#: the frame's width.
_SHIFT, _FOOTING = 0.14, 0.015
#: Height of a standing person over the camera's above the ground: 1.7 m, eyes of who holds it.
PERSON_TO_EYE: Final = 1.08
#: Height of other figures over that of a person.
_THING: Final = 0.55
#: How far below the frame a figure's lower end lies that is cut off, share of its height.
_BELOW: Final = 0.07
#: Height of such a figure, share of the frame's.
_BUST: Final[dict[Distance, float]] = {"near": 0.82, "normal": 0.62, "far": 0.5}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Ground:
    """Disparity of the ground as a plane: slope · (y − horizon), frame pixels."""

    slope: float
    horizon: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spot:
    """A place for a figure, frame pixels."""

    x: float
    foot: float
    height: float
    disparity: float
    on_ground: bool


def find_spot(scene: Scene, member: CastMember, sprite: Sprite) -> Spot:
    """Where ``member`` goes in ``scene``: as the plan says, else where it hides least."""
    height = scene.size.height
    ground = _ground(scene)
    foot = _FOOT[member.distance] * height
    if not sprite.whole:
        tall = (member.height or _BUST[member.distance]) * height
        foot = height + _BELOW * tall
        x = _x(scene, member, sprite, foot=foot, tall=tall)
        nearest = max(_disparity_at(scene, x, height - 3.0), 1.05)
        return Spot(x=x, foot=foot, height=tall, disparity=nearest, on_ground=False)
    tall = _height(scene, ground, foot, member, sprite)
    x = _x(scene, member, sprite, foot=foot, tall=tall)
    if 0.0 < x < scene.size.width:
        x = _on_ground(scene, ground, x, foot)
    disparity = _disparity_at(scene, x, foot)
    on_ground = ground is not None and disparity > 0.05
    if not on_ground:
        disparity = max(disparity, {"near": 1.2, "normal": 1.0, "far": 0.6}[member.distance])
    return Spot(x=x, foot=foot, height=tall, disparity=disparity, on_ground=on_ground)


def _height(
    scene: Scene, ground: _Ground | None, foot: float, member: CastMember, sprite: Sprite
) -> float:
    height = scene.size.height
    if member.height is not None:
        return member.height * height
    tall = _USUAL[member.distance] * height
    people = [each for each in scene.regions if each.kind == "person" and _stands(each, scene)]
    if ground is not None:
        tall = PERSON_TO_EYE * (foot - ground.horizon)
        if people:
            scales = [
                (each.box[3] - each.box[1]) / max(each.box[3] - ground.horizon, 1.0)
                for each in people
            ]
            tall = float(np.median(scales)) * (foot - ground.horizon)
    if not sprite.person:
        tall *= _THING
    return float(np.clip(tall, _LEAST * height, foot - _HEADROOM * height))


def _stands(person: Region, scene: Scene) -> bool:
    """Whether a person is shown from head to foot, upright."""
    x0, y0, x1, y1 = person.box
    return y0 > 2 and y1 < scene.size.height - 2 and (y1 - y0) > 1.6 * (x1 - x0) > 8


def _ground(scene: Scene) -> _Ground | None:
    """A plane through the ground's disparity; None where there is no ground.

    Where no region says what ground is, it is what lies lowest, if that comes nearer row by row.
    """
    height, width = scene.disparity.shape
    masks = [each.mask for each in scene.regions if each.kind == "ground"]
    if masks:
        mask = np.maximum.reduce(masks) > 0.5
    else:
        mask = np.zeros((height, width), np.bool_)
        mask[round(_LOWEST * height) :] = True
    rows = np.flatnonzero(mask.sum(axis=1) > 0.1 * width)[::4]
    if rows.size < 0.02 * height:
        return None
    middle = np.array([np.median(scene.disparity[row][mask[row]]) for row in rows])
    slope, offset = np.polyfit(rows.astype(float), middle, 1)
    off = np.abs(slope * rows + offset - middle)
    horizon = -offset / slope if slope > 1e-6 else np.inf
    if not -0.2 < horizon / height < 0.8 or off.mean() > _UNEVEN * middle.mean():
        return None
    return _Ground(slope=float(slope), horizon=float(horizon))


def _on_ground(scene: Scene, ground: _Ground | None, x: float, foot: float) -> float:
    """The nearest x to which the ground reaches at the foot; ``x`` itself where none is near."""
    height, width = scene.disparity.shape
    if ground is None:
        return x
    row = int(np.clip(foot, 0, height - 1))
    wanted = ground.slope * (foot - ground.horizon)
    is_ground = np.abs(scene.disparity[row] - wanted) < _UNEVEN * wanted
    reach = max(2, round(_FOOTING * width))
    wide = cv2.erode(is_ground.astype(np.uint8)[None], np.ones((1, 2 * reach + 1), np.uint8))[0]
    places = np.flatnonzero(wide)
    if not places.size:
        return x
    best = float(places[np.abs(places - x).argmin()])
    return best if abs(best - x) < _SHIFT * width else x


def _disparity_at(scene: Scene, x: float, y: float) -> float:
    height, width = scene.disparity.shape
    reach = max(2, round(0.012 * width))
    row, column = int(np.clip(y, 0, height - 1)), int(np.clip(x, 0, width - 1))
    around = scene.disparity[
        max(0, row - reach // 2) : row + reach // 2 + 1, max(0, column - reach) : column + reach + 1
    ]
    return float(np.median(around))


def _x(scene: Scene, member: CastMember, sprite: Sprite, *, foot: float, tall: float) -> float:
    """Middle of the figure: as asked for, or where it hides least of what matters."""
    width = scene.size.width
    if member.x is not None:
        return member.x * width
    wide = tall * sprite.rgba.shape[1] / sprite.rgba.shape[0]
    kinds = ("person", "face", "subject")
    busy = [each.mask for each in scene.regions if each.kind in kinds]
    if not busy:
        return 0.3 * width
    mask = np.maximum.reduce(busy)
    rows = slice(max(0, int(foot - tall)), max(1, int(min(foot, scene.size.height))))
    hidden = {}
    for share in (0.28, 0.72, 0.5, 0.15, 0.85):
        left, right = int(share * width - wide / 2), int(share * width + wide / 2)
        hidden[share] = float(mask[rows, max(0, left) : max(1, right)].sum())
    best: float = min(hidden, key=lambda share: (round(hidden[share]), abs(share - 0.28)))
    return best * width

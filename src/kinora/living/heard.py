"""What a plan's sounds belong to in the picture, and where that is in each frame."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kinora.living.elements import ELEMENTS
from kinora.living.evidence.look import Look
from kinora.living.portrait.find import find_head
from kinora.living.where import Search, find_place
from kinora.types.character import Placed
from kinora.types.living import F32, Carried
from kinora.types.motion import Motion
from kinora.types.plan import AudioCue, ShotPlan
from kinora.types.scene import Scene
from kinora.types.sound import SoundPlace

F64 = NDArray[np.float64]

_SUBJECT: Final = Search(masks=("subject",), regions=("subject",))
_ANIMAL: Final = Search(masks=("animal", "subject"), regions=("subject",))
_PERSON: Final = Search(masks=(), regions=("person",))
_PLANTS: Final = Search(masks=("foliage", "vegetation"), regions=("vegetation",))
#: What is searched for a sound, and how reports name it.
_SEARCHES: Final[dict[str, Search]] = {
    "water": ELEMENTS["sea"].search,
    "river": ELEMENTS["river"].search,
    "waterfall": ELEMENTS["waterfall"].search,
    "fire": ELEMENTS["fire"].search,
    "plants": _PLANTS,
    "person": _PERSON,
    "animal": _ANIMAL,
    "subject": _SUBJECT,
}
#: Sounds by their ids → what they belong to, the likeliest first.
BELONGS: Final[dict[tuple[str, ...], tuple[str, ...]]] = {
    ("waterfall",): ("waterfall", "river"),
    ("stream",): ("river", "water"),
    ("sea", "lake", "rain_water", "frogs", "fountain", "splash", "whale"): ("water",),
    ("fire",): ("fire",),
    ("wind_leaves", "rain_leaves"): ("plants",),
    (
        "footsteps_wood", "footsteps_stone", "footsteps_gravel", "footsteps_grass",
        "footsteps_snow", "heartbeat", "cloth", "breathing", "cough", "laughter", "baby",
        "snoring", "whispering", "whistling",
    ): ("person",),
    (
        "dog", "wolf", "cat", "purr", "owl", "crow", "rooster", "horse", "neigh", "cow", "sheep",
        "pig", "lion", "elephant", "monkey", "chicken", "duck", "pigeon", "parrot",
    ): ("animal",),
    (
        "engine", "car_pass", "horn", "train", "steam_train", "plane", "helicopter", "rocket",
        "ship_horn", "bicycle", "bicycle_bell", "motorbike", "tractor", "clock", "phone", "radio",
        "fan", "fridge", "typewriter", "cup", "glass", "dishes", "pouring", "coffee_machine",
        "kettle", "boiling", "sizzle", "steam",
    ): ("subject",),
}  # fmt: skip
#: Least disparity that has a place in space: ten times as far as the focus subject.
_FARTHEST: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Spot:
    """Where something is, on the scene's canvas."""

    what: str
    x: float  # canvas pixels
    y: float
    disparity: float
    wide: float = 0.0  # share of the frame's width
    course: Callable[[float], tuple[float, float, float]] | None = None  # where it has gone


def heard_places(
    plan: ShotPlan,
    scene: Scene,
    motion: Motion,
    *,
    masks: Mapping[str, F32],
    placed: Sequence[Placed] = (),
    carried: Sequence[Carried] = (),
    look: Look | None = None,
) -> dict[str, SoundPlace]:
    """Where what sounds is in each frame, by the ids of the plan's sounds and spoken lines.

    Args:
        plan: its sounds that the words give no place, and lines of somebody in the picture.
        scene: with its regions.
        motion: the camera.
        masks: the caller's, (H, W) over the frame in [0, 1], by name.
        placed: the characters, and
        carried: how they go about, in the plan's order.
        look: of the scene, where it was taken before.
    """
    by_member = {each.member.id: each for each in placed}
    there = [by_member[member.id] for member in plan.cast if member.id in by_member]
    cast = [_figure(one, course, scene) for one, course in zip(there, carried, strict=False)]
    found: dict[str, _Spot | None] = {}
    places = {}
    for item in plan.audio:
        spot = None
        if item.pan is None and item.distance != "far" and item.kind in ("ambience", "effect"):
            spot = _named(item.raw, cast) or _owner(item, scene, masks, found, look)
        if spot is not None:
            places[item.id] = _seen(spot, scene, motion)
    for line in plan.dialogue:
        if line.off_screen:
            continue
        if "face" not in found:
            found["face"] = _face(scene)
        spot = _named(line.speaker or "", cast) or found["face"]
        if spot is not None:
            places[line.id] = _seen(spot, scene, motion)
    return places


def _owner(
    item: AudioCue,
    scene: Scene,
    masks: Mapping[str, F32],
    found: dict[str, _Spot | None],
    look: Look | None,
) -> _Spot | None:
    """What a sound belongs to by its kind, where the picture shows it."""
    for ids, names in BELONGS.items():
        for name in names if item.cue in ids else ():
            if name not in found:
                place = find_place(scene, _SEARCHES[name], masks, look=look)
                found[name] = None if place is None else _spot(name, place.mask, scene)
            if (spot := found[name]) is not None:
                return spot
    return None


def _spot(what: str, mask: F32, scene: Scene) -> _Spot:
    """The middle of what a mask of the frame shows, the nearer the more it counts.

    What is twice as far is heard a quarter as loud: weights go with the disparity's square.
    """
    weight = mask * np.maximum(scene.disparity, 0.02) ** 2
    total = max(float(weight.sum()), 1e-9)
    rows, columns = mask.shape
    x = float((weight.sum(axis=0) * (np.arange(columns) + 0.5)).sum()) / total
    y = float((weight.sum(axis=1) * (np.arange(rows) + 0.5)).sum()) / total
    # As wide as a bar whose parts lie as far from its middle.
    away = (np.arange(columns) + 0.5 - x) ** 2
    wide = np.sqrt(12.0 * float((weight.sum(axis=0) * away).sum()) / total) / columns
    left, top = scene.frame_origin
    depth = float((weight * scene.disparity).sum()) / total
    return _Spot(what=what, x=x + left, y=y + top, disparity=depth, wide=min(float(wide), 1.0))


def _face(scene: Scene) -> _Spot | None:
    head = find_head(scene)
    if head is None:
        return None
    left, top = scene.frame_origin
    column = min(max(int(head.x - left), 0), scene.size.width - 1)
    row = min(max(int(head.y - top), 0), scene.size.height - 1)
    return _Spot(what="face", x=head.x, y=head.y, disparity=float(scene.disparity[row, column]))


def _figure(there: Placed, carried: Carried, scene: Scene) -> _Spot:
    middle = there.foot - 0.6 * there.height
    return _Spot(
        what=there.member.name,
        x=there.x,
        y=middle,
        disparity=there.disparity,
        course=carried.course.at,
    )


def _named(words: str, cast: Sequence[_Spot]) -> _Spot | None:
    """The character that words name."""
    text = _folded(words)
    for spot in cast:
        if re.search(rf"\b{re.escape(_folded(spot.what))}\b", text):
            return spot
    return None


def _folded(text: str) -> str:
    split = unicodedata.normalize("NFKD", text.lower())
    return "".join(char for char in split if not unicodedata.combining(char))


def _seen(spot: _Spot, scene: Scene, motion: Motion) -> SoundPlace:
    """Where a spot is in each frame under the camera."""
    left, top = scene.frame_origin
    moved = np.zeros((motion.frame_count, 2))
    if spot.course is not None:
        times = (motion.scene_seconds(frame) for frame in range(motion.frame_count))
        moved = np.array([spot.course(time)[:2] for time in times])
    pixels = np.stack(
        [spot.x + moved[:, 0] - left, spot.y + moved[:, 1] - top, np.ones(len(moved))], axis=1
    )
    rays = pixels @ np.linalg.inv(scene.intrinsics.matrix()).T
    points = rays / max(spot.disparity, _FARTHEST)
    camera = np.einsum("tij,tj->ti", motion.world_to_camera[:, :3, :3], points)
    camera = camera + motion.world_to_camera[:, :3, 3]
    flat = np.einsum("tij,tj->ti", motion.intrinsics, camera)
    x = flat[:, 0] / np.maximum(flat[:, 2], 1e-3)
    distance: F64 = np.maximum(np.linalg.norm(camera, axis=1), 0.05)
    side = np.asarray(2.0 * x / motion.size.width - 1.0)
    return SoundPlace(what=spot.what, x=side, distance=distance, wide=spot.wide)

"""What stands between a photo's scene and its frames: the stage, and what moves on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np

from kinora.engines.parallax.parts import with_parts
from kinora.living import (
    KeptPlace,
    Look,
    find_kept,
    kept_places,
    plan_animal,
    plan_cast,
    plan_living,
    plan_portrait,
    plan_speaking,
    read_masks,
)
from kinora.scene.cast import cast_scene
from kinora.types.character import Placed
from kinora.types.face import Lids, Mouth
from kinora.types.living import F32, Carried, Living, Part
from kinora.types.plan import ShotPlan
from kinora.types.report import Outcome
from kinora.types.request import ClipRequest
from kinora.types.scene import Scene
from kinora.types.speech import SaidLine


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stage:
    """The scene with everybody on it, and what the caller and the plan say of its places."""

    scene: Scene  # rigid parts that move are layers of their own
    whole: Scene  # the same before they were cut out
    placed: tuple[Placed, ...]  # characters, where they stand
    parts: tuple[Part, ...]  # rigid parts, and how they move
    masks: Mapping[str, F32]  # where the caller says things are, (H, W) over the frame in [0, 1]
    places: tuple[KeptPlace, ...]  # what must stay as it is
    kept: F32 | None  # the same as one mask, (H, W) over the frame in [0, 1]
    untouched: F32 | None  # of that, what no light changes either, and no rain falls before
    look: Look | None  # of ``scene``, where something may be looked for in it
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Action:
    """What moves by itself."""

    living: Living
    lids: tuple[Lids, ...]
    mouths: tuple[Mouth, ...]
    characters: tuple[Carried, ...]  # those of ``living.carried`` that were placed
    outcomes: tuple[Outcome, ...]


def set_stage(scene: Scene, request: ClipRequest, plan: ShotPlan) -> Stage:
    """Place the characters, read the masks, and cut out the rigid parts that ``plan`` moves.

    Raises:
        InputError: a mask or box can't be used.
    """
    sprites = {name: each for name, each in request.characters.items() if each is not None}
    whole, placed = cast_scene(scene, plan.cast, sprites)
    masks = read_masks(request.masks, whole)
    places, missing = kept_places(plan, whole, masks)
    kept = find_kept(places)
    parted, parts, turning = with_parts(whole, plan, masks, kept=kept)
    return Stage(
        scene=parted,
        whole=whole,
        placed=placed,
        parts=parts,
        masks=masks,
        places=places,
        kept=kept,
        untouched=find_kept([place for place in places if not place.still]),
        look=Look.of(parted) if _looked_for(plan, sounds=request.sound.enabled) else None,
        outcomes=(*turning, *missing),
    )


def _looked_for(plan: ShotPlan, *, sounds: bool) -> bool:
    """Whether anything may be looked for that moves, shines or sounds."""
    return (sounds and bool(plan.audio)) or any(beat.elements for beat in plan.beats)


def plan_action(plan: ShotPlan, stage: Stage, *, said: Sequence[SaidLine]) -> Action:
    """How elements, animals, faces and characters move.

    Args:
        plan: what shall happen, in scene time.
        stage: where it happens.
        said: the spoken lines with the times of their words.
    """
    scene, kept = stage.scene, stage.kept
    living = plan_living(
        plan, scene, masks=stage.masks, kept=kept, loop=plan.loops, look=stage.look
    )
    animal = plan_animal(plan, scene, masks=stage.masks, kept=kept, loop=plan.loops)
    portrait = plan_portrait(plan, scene, kept=kept, without=animal.items, loop=plan.loops)
    speaking = plan_speaking(plan, stage.whole, said, kept=kept)
    characters, shown = plan_cast(plan, stage.placed, size=(scene.size.width, scene.size.height))
    return Action(
        living=replace(
            living,
            warps=(*living.warps, *animal.warps, *portrait.warps),
            carried=(*characters, *stage.parts),
        ),
        lids=portrait.lids,
        mouths=speaking.mouths,
        characters=characters,
        outcomes=(
            *living.outcomes,
            *animal.outcomes,
            *portrait.outcomes,
            *speaking.outcomes,
            *shown,
        ),
    )


#: What drifts slowly and is faint, by its name; and of how many pixels one is kept.
_FAINT: Final = "clouds"
_STEP: Final = 8


def drifting(scene: Scene, living: Living) -> F32 | None:
    """(h, w) over the frame, [0, 1]: where clouds drift; None: nowhere."""
    masks = [surface.mask for surface in living.surfaces if surface.name == _FAINT]
    if not masks:
        return None
    (left, top), size = scene.frame_origin, scene.size
    shown = np.maximum.reduce(masks)[top : top + size.height, left : left + size.width]
    small = (-(-size.width // _STEP), -(-size.height // _STEP))
    return np.asarray(cv2.resize(shown, small, interpolation=cv2.INTER_AREA), np.float32)

"""Rigid parts: each becomes a layer of its own, and moves."""

from __future__ import annotations

from collections.abc import Mapping

from kinora.living.boxed import thing_in
from kinora.living.rigid import PARTS, rigid_parts, turned
from kinora.living.scene_time import in_scene_time
from kinora.scene.part import cut_part, darkened
from kinora.types.living import F32, Part
from kinora.types.plan import ShotPlan
from kinora.types.report import Outcome
from kinora.types.scene import Scene


def with_parts(
    scene: Scene, plan: ShotPlan, masks: Mapping[str, F32], *, kept: F32 | None
) -> tuple[Scene, tuple[Part, ...], tuple[Outcome, ...]]:
    """The scene with every part that ``plan`` moves cut out, how they move, and what is told.

    Args:
        scene: of the photo.
        plan: what shall happen.
        masks: where the caller says things are, (H, W) over the frame in [0, 1], by name.
        kept: where nothing may move, likewise.
    """
    things = {
        name: thing_in(mask, scene.image, name=name)
        for name, mask in masks.items()
        if name in PARTS
    }
    parts, outcomes = rigid_parts(in_scene_time(plan), things, kept=kept)
    moving: list[Part] = []
    ground = len(scene.layers)
    for part in parts:
        scene, layer = cut_part(scene, part.mask, name=part.name, ground=ground)
        if part.name == "door":
            scene = darkened(scene, part.mask)
        lang = plan.lang[0] if plan.lang else "en"
        made, told = turned(part, layer, origin=scene.frame_origin, lang=lang)
        moving.append(made)
        outcomes += told
    return scene, tuple(moving), outcomes

"""What the words say must stay: "keep the logo and her face unchanged"."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import cv2
import numpy as np

from kinora.types.living import F32, KEEP
from kinora.types.plan import Constraint, ShotPlan
from kinora.types.scene import RegionKind, Scene

_WORDS: Final[tuple[tuple[str, tuple[RegionKind, ...]], ...]] = (
    (r"\b(?:faces?|visages?|eyes?|yeux)\b", ("face",)),
    (
        r"\b(?:wom[ae]n|m[ae]n|girls?|boys?|child(?:ren)?|persons?|people|her|him|hair|clothes"
        r"|femmes?|hommes?|filles?|gar[cç]ons?|enfants?|personnes?|gens|cheveux)\b",
        ("person", "face", "subject"),
    ),
    (r"\b(?:sky|ciel)\b", ("sky",)),
    (r"\b(?:trees?|plants?|arbres?|plantes?|foliage|feuillage)\b", ("vegetation",)),
    (r"\b(?:water|sea|lake|river|eau|mer|lac|rivi[eè]re)\b", ("water",)),
    (
        r"\b(?:logos?|texts?|textes?|signs?|enseignes?|letters?|lettres?|labels?|products?"
        r"|produits?|subjects?|sujets?|objects?|objets?|animals?|animaux|dogs?|cats?)\b",
        ("subject", "person"),
    ),
)
#: How far around what is kept nothing moves either, share of the frame's long side.
_MARGIN: Final = 0.006


def find_kept(plan: ShotPlan, scene: Scene, masks: Mapping[str, F32]) -> F32 | None:
    """(H, W) over the frame in [0, 1], 1 where nothing may move or change; None: nowhere.

    Args:
        plan: with its constraints.
        scene: with its regions.
        masks: the caller's, by name; ``keep`` is kept whatever the words say.
    """
    parts = [masks[KEEP]] if KEEP in masks else []
    for kind in sorted({kind for item in kept_items(plan) for kind in kinds_named(item.what)}):
        parts += [region.mask for region in scene.regions if region.kind == kind]
    if not parts:
        return None
    side = 2 * round(_MARGIN * max(scene.size.width, scene.size.height)) + 1
    whole = np.maximum.reduce(parts).astype(np.float32)
    return np.asarray(cv2.dilate(whole, np.ones((side, side), np.uint8)), np.float32)


def kept_items(plan: ShotPlan) -> tuple[Constraint, ...]:
    """The constraints that keep something."""
    return tuple(item for item in plan.constraints if item.kind == "keep")


def kinds_named(words: str) -> set[RegionKind]:
    """The kinds of region that words speak of: "her face" → face."""
    text = words.lower()
    return {kind for pattern, kinds in _WORDS for kind in kinds if re.search(pattern, text)}

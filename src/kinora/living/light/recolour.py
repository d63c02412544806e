"""Parts of a picture in another colour: the sky orange, the subject red."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from kinora.living.evidence.figure import find_hair
from kinora.living.evidence.hue import colour_area, hue_named
from kinora.living.evidence.look import Look
from kinora.living.kept import BACKGROUND, kinds_named
from kinora.living.light.relight import flattened
from kinora.living.light.views import on_canvas, view_of
from kinora.living.light.wording import text
from kinora.types.living import mask_kind
from kinora.types.plan import ElementMotion, Lang, ShotPlan
from kinora.types.report import Outcome
from kinora.types.scene import F32, U8, Layer, RegionKind, Scene

#: sRGB code values of each hue, as a part in middle light has it.
HUES: Final[dict[str, tuple[int, int, int]]] = {
    "red": (196, 34, 38),
    "orange": (240, 132, 36),
    "yellow": (238, 206, 60),
    "green": (62, 140, 66),
    "turquoise": (52, 176, 172),
    "blue": (54, 98, 196),
    "navy": (32, 46, 94),
    "purple": (128, 70, 168),
    "pink": (236, 138, 172),
    "gold": (212, 168, 74),
    "brown": (118, 78, 48),
    "auburn": (112, 54, 34),
    "ginger": (168, 100, 62),
    "blond": (208, 182, 132),
    "burgundy": (112, 26, 46),
    "beige": (214, 196, 164),
    "silver": (190, 192, 196),
    "white": (236, 236, 236),
    "grey": (140, 140, 140),
    "black": (34, 34, 36),
}
#: Whose something is, where a word for it follows: "her hat", "the woman's hat"; or after it:
#: "the hat of the woman".
_OWNERS: Final = re.compile(r"\b(?:her|his|their|its|\w+['’]s|\w+s['’])(?=\s+\w)")
_OF: Final = re.compile(r"\b(?:of\s+(?:the|an?)\b|de\s+la\b|du\b|des\b|de\s+l['’]|d['’]une?\b).*")
#: What is never the subject.
_WHOLE: Final = re.compile(
    r"\b(?:every(?:thing|one|body)|all(?!\s+(?:the|her|his|its)\b)|rest|scene|picture|image|photo"
    r"|frame|tout(?!\s+l)|tout\s+le\s+monde|reste|sc[eè]ne|plan|cadre)\b"
)
#: Where something is, or what is beside it: "the flowers | in the water".
_WHERE: Final = re.compile(
    r"\b(?:in|on|under|over|above|below|beneath|behind|beside|near|with|by|at|around|against"
    r"|dans|sur|sous|au|aux|avec|derri[eè]re|devant|pr[eè]s|contre|autour)\b"
)
#: Between a part and what it is a part of: "the sail of the boat", « la voile du bateau ».
_PART_OF: Final = re.compile(r"\b(?:of|de|du|des)\b|\bd['’]")
#: What stands before a background.
_FIGURES: Final[frozenset[RegionKind]] = frozenset(("person", "face", "subject"))
_HAIR: Final = re.compile(r"\b(?:hairs?|cheveux|chevelures?)\b")
_SHARE: Final = 0.9  # of the new colour
_STRIP: Final = 64
_COVERS: Final = 25  # alpha from which a layer hides what is behind it
_LUMA: Final = np.array([0.2126, 0.7152, 0.0722], np.float32)
_RIM: Final = 0.008  # of the canvas's long side
# How far lights and shades of the part may go from its middle, and the light (linear) that counts
# as none: what is black all over has neither.
_LEAST, _MOST, _NO_LIGHT = 0.25, 2.6, 0.004


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """Where a part is, (H, W) over the frame in [0, 1], and what told: words and regions or masks
    of that name, its colour alone, what lies around a face, a mask of the subject, whatever the
    words say, or figures, all but which it is."""

    mask: F32
    told_by: Literal["name", "colour", "hair", "subject", "figures"] = "name"


def recolour(
    plan: ShotPlan, scene: Scene, masks: Mapping[str, F32], *, kept: F32 | None, lang: Lang
) -> tuple[Scene, tuple[Outcome, ...]]:
    """The scene with the parts that ``plan`` says in other colours, and an `Outcome` for each.

    Light and shade stay; what isn't found is told.
    """
    outcomes: list[Outcome] = []
    for item in (item for beat in plan.beats for item in beat.elements if item.what == "recolour"):
        target, colour = item.target or "", item.colour or ""
        found = _mask(item, scene, masks) if colour in HUES else None
        if found is None:
            outcomes.append(
                Outcome(
                    item=item.id,
                    status="not_supported",
                    reason=text("nowhere", lang, target=target),
                    how_to_get_it=text("give", lang),
                )
            )
            continue
        if kept is not None:
            found = replace(found, mask=(found.mask * (1.0 - kept)).astype(np.float32))
        scene = painted(scene, found.mask, HUES[colour])
        outcomes.append(_told(item, found, lang))
    return scene, tuple(outcomes)


def _told(item: ElementMotion, found: _Found, lang: Lang) -> Outcome:
    """What was recoloured; what no name tells may be more than the words mean."""
    colour = text(item.colour or "", lang)
    done = text("recoloured", lang, target=item.target or "", colour=colour)
    if found.told_by == "name":
        return Outcome(item=item.id, status="understood", done=done)
    share = f"{100.0 * float(found.mask.mean()):.0f}"
    reason = text(f"by_{found.told_by}", lang, share=share)
    return Outcome(item=item.id, status="approximated", done=done, reason=reason)


def _mask(item: ElementMotion, scene: Scene, masks: Mapping[str, F32]) -> _Found | None:
    """Where the words point: the caller's mask of that name, the areas of the colour that they name
    it by, or regions of that kind; else the caller's mask of the subject."""
    words = (item.target or "").lower()
    name = _mask_named(words)
    if name is not None and name in masks:
        return _Found(masks[name])
    if _HAIR.search(_itself(words)):
        return _hair(scene, masks)
    hue, kinds = hue_named(words), kinds_named(words)
    if kinds == {"sky"}:
        sky = view_of(scene).sky
        (x, y), (height, width) = scene.frame_origin, scene.image.shape[:2]
        found = sky[y : y + height, x : x + width]
        return _Found(found) if found.any() else None
    if hue is not None:  # "her red hat" is red, and where she is
        area = colour_area(scene.image, hue, _regions(scene, kinds))
        if area is not None:
            return _Found(area, told_by="colour")
    region = _regions(scene, kinds_named(_itself(words)))
    if region is not None:
        return _Found(region)
    if BACKGROUND.search(words):
        figures = masks.get("subject", _regions(scene, _FIGURES))
        return None if figures is None else _Found(np.float32(1.0) - figures, told_by="figures")
    if "subject" in masks and not _WHOLE.search(words):
        return _Found(masks["subject"], told_by="subject")
    return None


def _mask_named(words: str) -> str | None:
    """The name of a mask that words for a part mean: "the red curtain" → "cloth"."""
    for part in _PART_OF.split(_WHERE.split(words)[0]):
        kinds = [kind for word in re.findall(r"\w+", part) if (kind := mask_kind(word))]
        if kinds:
            return kinds[-1]  # "the door curtain" is a curtain
    return None


def _hair(scene: Scene, masks: Mapping[str, F32]) -> _Found | None:
    """The caller's mask of hair, else what is found around faces: never a whole person."""
    if "hair" in masks:
        return _Found(masks["hair"])
    look = Look.of(scene)
    found = find_hair(look)
    return None if found is None else _Found(look.to_frame(found), told_by="hair")


def _itself(words: str) -> str:
    """Words without whose it is: "her hat" is none of her."""
    own = _OWNERS.sub(" ", words)
    owner = _OF.search(own)
    return own[: owner.start()] if owner and "person" in kinds_named(owner.group()) else own


def _regions(scene: Scene, kinds: Set[RegionKind]) -> F32 | None:
    """Where a scene has regions of some kinds, (H, W) in [0, 1]; None: nowhere."""
    parts = [region.mask for region in scene.regions if region.kind in kinds]
    return np.maximum.reduce(parts).astype(np.float32) if parts else None


def painted(scene: Scene, mask: F32, rgb: tuple[int, int, int]) -> Scene:
    """The scene with what lies under a mask of its frame in another colour."""
    whole = on_canvas(mask, scene)
    under = mask > 0.5
    code = scene.image[under].astype(np.float32) / 255.0
    middle = max(float(np.median((code * code) @ _LUMA)), 1e-3) if under.any() else 0.2
    layers: list[Layer] = []
    hidden = np.zeros(whole.shape, np.bool_)  # by what is nearer
    for layer in reversed(scene.layers):
        x, y = layer.origin
        height, width = layer.rgba.shape[:2]
        here = np.s_[y : y + height, x : x + width]
        share = _behind(whole[here], hidden[here])
        layers.append(replace(layer, rgba=_painted(layer.rgba, share, rgb, middle)))
        hidden[here] |= layer.rgba[..., 3] > _COVERS
    layers.reverse()
    return replace(scene, layers=tuple(layers), image=flattened(scene, tuple(layers)))


def _behind(mask: F32, hidden: NDArray[np.bool_]) -> F32:
    """A mask that goes on, behind what hides it, as it is where it is last seen."""
    if not hidden.any() or hidden.all():
        return mask
    side = 2 * max(2, round(_RIM * max(mask.shape))) + 1  # soft outlines belong to neither
    wide = cv2.dilate(hidden.astype(np.uint8), np.ones((side, side), np.uint8))
    if wide.all():
        return mask
    _, labels = cv2.distanceTransformWithLabels(
        wide, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    seen = wide == 0
    values = np.zeros(int(labels.max()) + 1, np.float32)
    values[labels[seen]] = mask[seen]
    return np.asarray(np.where(hidden, values[labels], mask), np.float32)


def _painted(rgba: U8, mask: F32, rgb: tuple[int, int, int], middle: float) -> U8:
    """A layer's colours, each as light as it was against the part's middle."""
    wanted = (np.array(rgb, np.float32) / 255.0) ** 2
    out = rgba.copy()
    for first in range(0, rgba.shape[0], _STRIP):
        rows = slice(first, first + _STRIP)
        share = mask[rows] * np.float32(_SHARE)
        if not share.any():
            continue
        alpha = rgba[rows, :, 3:].astype(np.float32) / 255.0
        code = np.clip(rgba[rows, :, :3] / np.maximum(alpha, 1 / 255) / 255.0, 0.0, 1.0)
        light = ((code * code) @ _LUMA + _NO_LIGHT) / (middle + _NO_LIGHT)
        light = np.clip(light, _LEAST, _MOST)[..., None] ** 0.9
        new = np.sqrt(np.minimum(wanted * light, 1.0))
        mixed = code + (new - code) * share[..., None]
        changed = np.rint(mixed * alpha * 255.0).astype(np.uint8)
        out[rows, :, :3] = np.where(share[..., None] > 0.0, changed, rgba[rows, :, :3])
    return out

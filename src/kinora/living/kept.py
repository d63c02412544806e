"""What the words say must stay: "keep the logo and her face unchanged"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from kinora.living.light.views import on_canvas
from kinora.types.living import F32, KEEP
from kinora.types.plan import Constraint, Lang, ShotPlan
from kinora.types.report import KeptChange, Note, Outcome, Status
from kinora.types.scene import RegionKind, Scene
from kinora.types.wording import with_marks

_WORDS: Final[tuple[tuple[str, tuple[RegionKind, ...]], ...]] = (
    (r"\b(?:faces?|visages?|eyes?|yeux)\b", ("face",)),
    (
        r"\b(?:wom[ae]n|m[ae]n|girls?|boys?|child(?:ren)?|persons?|people|her|him|hair|clothes"
        r"|femmes?|hommes?|filles?|gar[cç]ons?|enfants?|personnes?|gens|cheveux)\b"
        # "her face" speaks of the face alone.
        r"(?!\s+(?:faces?|eyes?)\b)",
        ("person", "face", "subject"),
    ),
    (r"\b(?:sky|ciel)\b", ("sky",)),
    (r"\b(?:trees?|plants?|arbres?|plantes?|foliage|feuillage)\b", ("vegetation",)),
    (r"\b(?:water|sea|lake|river|eau|mer|lac|rivi[eè]re)\b", ("water",)),
    (
        r"\b(?:logos?|texts?|textes?|signs?|enseignes?|letters?|lettres?|labels?|products?"
        r"|produits?|subjects?|sujets?|objects?|objets?|animals?|animaux|dogs?|cats?|chiens?"
        r"|chats?|[ée]tiquettes?|panneaux?|inscriptions?|writing|lettering|brand|marque)\b",
        ("subject", "person"),
    ),
)
#: All but the figures.
BACKGROUND: Final = re.compile(r"\b(?:background|backdrop|arri[eè]re-plan|fond|d[ée]cor)\b")
_FIGURES: Final = ("person", "face", "subject")
#: Of these every clip keeps what it can; they are no part of the picture.
_NO_PART: Final = re.compile(
    r"\b(?:composition|fram(?:e|ing)|styles?|moods?|poses?|identit(?:y|ies)|likeness|colou?rs?"
    r"|light(?:ing)?|camera|every(?:thing|one|body)|all|rest|scene|picture|image|shot|photo|look"
    r"|mo(?:tion|vements?)|moving|geometry|proportions|perspective|quality|pace|speed|feel"
    r"|atmosphere|details?|still|static|real(?:istic|ism)?|natural|simple|subtle|smooth"
    r"|cadr(?:e|age)|ambiance|identit[ée]|ressemblance|couleurs?|lumi[èe]re|cam[ée]ra|tout|reste"
    r"|sc[èe]ne|plan|mouvements?|g[ée]om[ée]trie|qualit[ée]|rythme|vitesse|d[ée]tails?|naturel"
    r"|fixe|immobile|r[ée]aliste|r[ée]alisme|sobre|fluide)\b"
    # Who stays still may well blink.
    r"|^(?:she|he|they|it|elles?|ils?)$"
)
#: That a thing doesn't move, which is less than that it doesn't change.
_STILL: Final = re.compile(
    r"\b(?:st(?:ill|ationary)|motionless|immobiles?|sans bouger|without moving)\b", re.I
)
_UNCHANGED: Final = re.compile(
    r"\b(?:un(?:changed|touched)|identical|inchang\w+|identiques?)\b", re.I
)
_RESTS: Final[dict[Lang, str]] = {
    "en": "nothing in it moves by itself",
    "fr": "rien n'y bouge de soi-même",
}
#: How far around what is kept nothing moves either, share of the frame's long side.
_MARGIN: Final = 0.012
#: Over what width beyond that other light sets in, likewise.
_FEATHER: Final = 0.016

_MISSING: Final[dict[Lang, tuple[str, str]]] = {
    "en": (
        "nothing that these words name was found in this photo: only what the prompt names moves",
        "give a mask that is white there, or a box: --mask keep=mask.png",
    ),
    "fr": (
        "rien de ce que nomment ces mots n'a été trouvé dans cette photo : seul bouge ce que dit "
        "le texte",
        "donnez un masque blanc à cet endroit, ou un cadre : --mask keep=masque.png",
    ),
}
# Of a word for something that regions have no name for.
_TAKEN: Final[dict[Lang, tuple[str, str]]] = {
    "en": (
        "taken for the one thing that stands out in this photo",
        "if it is something else, give a mask that is white there: --mask keep=mask.png",
    ),
    "fr": (
        "pris pour la seule chose qui se détache dans cette photo",
        "si c'est autre chose, donnez un masque blanc à cet endroit : --mask keep=masque.png",
    ),
}
#: What is said of a measured change: all is well, it changes, it is never in view, a mask's name.
_TOLD: Final[dict[Lang, tuple[str, str, str, str]]] = {
    "en": (
        "unchanged: at most {levels} in {frames} frames, camera compensated",
        "changes by up to {levels} ({mean:.2f} on average) in {frames} frames, "
        "camera compensated: something moves in front of it",
        "never in view",
        "the mask “keep”: {words}",
    ),
    "fr": (
        "inchangé : au plus {levels} sur {frames} images, caméra compensée",
        "change jusqu'à {levels} ({mean:.2f} en moyenne) sur {frames} images, "
        "caméra compensée : quelque chose passe devant",
        "jamais dans le champ",
        "le masque « keep » : {words}",
    ),
}
#: Share of a pixel from which it counts as one of the layer that it shows most of.
_SEEN: Final = 0.5
#: Greatest change that still counts as none, levels.
TOLERATED: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KeptPlace:
    """A part of the picture that must stay, and who says so."""

    item: str | None  # id of the constraint; None: a mask of the caller's
    what: str  # as worded
    mask: F32  # (H, W) over the frame in [0, 1]
    still: bool = False  # it only doesn't move: light may change there, and rain fall before it


def kept_places(
    plan: ShotPlan, scene: Scene, masks: Mapping[str, F32]
) -> tuple[tuple[KeptPlace, ...], tuple[Outcome, ...]]:
    """Where things must stay, and an `Outcome` for each that isn't found, or only guessed.

    Args:
        plan: with its constraints.
        scene: with its regions.
        masks: the caller's, by name; ``keep`` is kept whatever the words say.
    """
    lang: Lang = plan.lang[0] if plan.lang else "en"
    places: list[KeptPlace] = []
    told: list[Outcome] = []
    if KEEP in masks:
        places.append(KeptPlace(item=None, what=KEEP, mask=masks[KEEP]))
    for item in kept_items(plan):
        parts = _parts(item.what, scene)
        if parts:
            mask = np.maximum.reduce(parts).astype(np.float32)
            still = _only_still(item, plan)
            places.append(KeptPlace(item=item.id, what=item.what, mask=mask, still=still))
            if still:
                told.append(Outcome(item=item.id, status="understood", done=_RESTS[lang]))
        elif KEEP not in masks and _changes(plan) and not _NO_PART.search(item.what.lower()):
            only = _only_thing(item.what, scene)
            if only is not None:
                still = _only_still(item, plan)
                places.append(KeptPlace(item=item.id, what=item.what, mask=only, still=still))
            reason, how = (_MISSING if only is None else _TAKEN)[lang]
            told.append(
                Outcome(item=item.id, status="approximated", reason=reason, how_to_get_it=how)
            )
    return tuple(places), tuple(told)


def kept_outcomes(
    changes: Sequence[KeptChange], *, lang: Lang
) -> tuple[tuple[Outcome, ...], tuple[Note, ...]]:
    """What measured changes mean for the plan's items, and notes on those that have none."""
    outcomes: list[Outcome] = []
    notes: list[Note] = []
    fine, changed, unseen, mask = _TOLD[lang]
    for change in changes:
        status: Status = "understood"
        words = unseen
        if change.greatest is not None and change.mean is not None:
            status = "understood" if change.greatest <= TOLERATED else "approximated"
            words = (fine if status == "understood" else changed).format(
                levels=_levels(change.greatest, lang),
                mean=change.mean,
                frames=change.frames,
            )
        words = with_marks(words, lang)
        if change.item is None:
            notes.append(Note(text=mask.format(words=words)))
        else:
            outcomes.append(Outcome(item=change.item, status=status, done=words))
    return tuple(outcomes), tuple(notes)


def _levels(count: int, lang: Lang) -> str:
    if lang == "fr":
        return f"{count} {'niveaux' if count > 1 else 'niveau'} de gris"
    return f"{count} grey {'level' if count == 1 else 'levels'}"


def find_kept(places: Sequence[KeptPlace]) -> F32 | None:
    """(H, W) over the frame in [0, 1], 1 where nothing may move or change; None: nowhere."""
    if not places:
        return None
    whole = np.maximum.reduce([place.mask for place in places]).astype(np.float32)
    whole = np.minimum(2.0 * whole, 1.0)  # soft outlines count as kept, wholly from a half on
    side = 2 * round(_MARGIN * max(whole.shape)) + 1
    return np.asarray(cv2.dilate(whole, np.ones((side, side), np.uint8)), np.float32)


def feathered(kept: F32) -> F32:
    """What is kept, fading out around it: 1 where ``kept`` (H, W) is, for light without an edge."""
    reach = max(1, round(_FEATHER * max(kept.shape)))
    wide = cv2.dilate(kept, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    return np.asarray(np.maximum(kept, cv2.GaussianBlur(wide, (0, 0), 0.5 * reach)), np.float32)


def kept_by_layer(kept: F32, scene: Scene) -> tuple[F32, ...]:
    """Per layer of the scene, (H, W) over the canvas: 1 where the photo shows that layer, kept.

    What lies hidden behind a kept part, and comes to light as the camera moves, isn't kept.

    Args:
        kept: (H, W) over the frame in [0, 1].
        scene: whose layers.
    """
    over = on_canvas(kept, scene)
    clear = np.ones_like(over)  # what nothing nearer covers
    found: list[F32] = []
    for layer in reversed(scene.layers):
        left, top = layer.origin
        rows, columns = layer.rgba.shape[:2]
        here = np.s_[top : top + rows, left : left + columns]
        cover = layer.rgba[..., 3].astype(np.float32) / np.float32(255.0)
        shown = np.zeros_like(over)
        shown[here] = (clear[here] * cover > _SEEN) * over[here]
        clear[here] *= np.float32(1.0) - cover
        found.append(shown)
    return tuple(reversed(found))


def kept_items(plan: ShotPlan) -> tuple[Constraint, ...]:
    """The constraints that keep something."""
    return tuple(item for item in plan.constraints if item.kind == "keep")


def kinds_named(words: str) -> set[RegionKind]:
    """The kinds of region that words speak of: "her face" → face."""
    text = words.lower()
    return {kind for pattern, kinds in _WORDS for kind in kinds if re.search(pattern, text)}


def _parts(words: str, scene: Scene) -> list[F32]:
    """The regions that words speak of, over the frame."""
    kinds = kinds_named(words)
    parts = [region.mask for region in scene.regions if region.kind in kinds]
    if BACKGROUND.search(words.lower()):
        figures = [region.mask for region in scene.regions if region.kind in _FIGURES]
        if figures:
            parts.append(np.asarray(1.0 - np.maximum.reduce(figures), np.float32))
    return parts


def _only_still(item: Constraint, plan: ShotPlan) -> bool:
    """Whether words ask no more of a thing than that it doesn't move: "the trees stay still"."""
    if item.evidence is None:
        return False
    asked = plan.prompt[slice(*item.evidence)]
    return bool(_STILL.search(asked)) and not _UNCHANGED.search(asked)


def _only_thing(words: str, scene: Scene) -> F32 | None:
    """The one figure of a photo, if that is no person and the words name no kind of region: who
    says "the boots" or "the bottle" of such a photo means that.
    """
    if kinds_named(words) or BACKGROUND.search(words.lower()):
        return None
    figures = [region for region in scene.regions if region.kind in _FIGURES]
    return figures[0].mask if [each.kind for each in figures] == ["subject"] else None


def _changes(plan: ShotPlan) -> bool:
    """Whether anything but the camera is asked for, which could change what is kept."""
    moving = any(beat.elements or beat.subjects for beat in plan.beats)
    return moving or bool(plan.light or plan.atmosphere or plan.cast)

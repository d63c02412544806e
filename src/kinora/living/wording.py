"""What the report says about elements, in English and French."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from kinora.types.plan import Lang
from kinora.types.wording import with_marks

_NOUNS: Final[dict[Lang, dict[str, str]]] = {
    "en": {
        "clouds": "sky",
        "foliage": "plants",
        "waves": "water",
        "sea": "water",
        "river": "water",
        "waterfall": "water",
    },
    "fr": {
        "boat": "de bateau trouvé",
        "buoy": "de bouée trouvée",
        "cloth": "de tissu trouvé",
        "fire": "de flammes trouvées",
        "flag": "de drapeau trouvé",
        "hair": "de cheveux trouvés",
        "smoke": "de fumée trouvée",
        "waterfall": "d'eau trouvée",
        "clouds": "de ciel trouvé",
        "foliage": "de végétation trouvée",
        "water": "d'eau trouvée",
        "waves": "d'eau trouvée",
        "sea": "d'eau trouvée",
        "river": "d'eau trouvée",
    },
}

_DONE: Final[dict[Lang, dict[str, str]]] = {
    "en": {
        "drift": "clouds drift to the {way}, {percent:.1f} % of the frame's width per second",
        "flow": "water flows, {percent:.1f} % of the frame's width per second in front",
        "waves": "waves come in, drifting {percent:.1f} % of the frame's width per second in front",
        "ripple": "water ripples by up to {percent:.2f} % of the frame's width",
        "sway": "plants sway by up to {percent:.1f} % of the frame's width",
        "fall": "water falls, by up to {percent:.0f} % of the frame's width per second",
        "billow": "{name} billows in waves of up to {percent:.1f} % of the frame's width",
        "burn": "flames lick by up to {percent:.1f} % of the frame's width",
        "rise": "smoke rises, {percent:.1f} % of the frame's width per second",
        "rock": "it rocks by {degrees:.1f} degrees, and rises and falls",
        "blow": "it drives what falls and floats",
        "gusts": "its gusts drive that",
    },
    "fr": {
        "drift": "les nuages dérivent vers la {way}, de {percent:.1f} % de la largeur par seconde",
        "flow": "l'eau coule, de {percent:.1f} % de la largeur par seconde au premier plan",
        "waves": "les vagues avancent, de {percent:.1f} % de la largeur par seconde devant",
        "ripple": "l'eau ondule, de {percent:.2f} % de la largeur au plus",
        "sway": "la végétation ondule, de {percent:.1f} % de la largeur au plus",
        "fall": "l'eau tombe, de {percent:.0f} % de la largeur par seconde au plus",
        "billow": "{name} : des ondes de {percent:.1f} % de la largeur au plus",
        "burn": "les flammes dansent, de {percent:.1f} % de la largeur au plus",
        "rise": "la fumée monte, de {percent:.1f} % de la largeur par seconde",
        "rock": "roule de {degrees:.1f} degrés, monte et descend",
        "blow": "il entraîne ce qui tombe et flotte",
        "gusts": "ses rafales mènent ce mouvement",
    },
}

_BUT: Final[dict[Lang, dict[str, str]]] = {
    "en": {"faint": "this sky shows next to no clouds: little is seen to move"},
    "fr": {"faint": "ce ciel ne montre presque pas de nuages : peu de mouvement se voit"},
}

_WAYS: Final[dict[Lang, dict[str, str]]] = {
    "en": {},
    "fr": {
        "left": "gauche",
        "right": "droite",
        "cloth": "tissu",
        "flag": "drapeau",
        "hair": "cheveux",
    },
}

_MISSING: Final[dict[Lang, str]] = {
    "en": "no {noun} found in this photo",
    "fr": "pas {noun} dans cette photo",
}

_HOW: Final[dict[Lang, str]] = {
    "en": "give a mask that is white where it moves: --mask {mask}=mask.png",
    "fr": "donnez un masque, blanc là où ça bouge : --mask {mask}=masque.png",
}

_CHIMNEY: Final[dict[Lang, str]] = {
    "en": ", or show what it rises from: --mask chimney=0.4,0.2,0.45,0.3",
    "fr": ", ou montrez d'où elle monte : --mask chimney=0.4,0.2,0.45,0.3",
}


def done(key: str, numbers: Mapping[str, float | str], lang: Lang) -> str:
    """What was made of an element."""
    words = {
        name: _WAYS[lang].get(value, value) if isinstance(value, str) else value
        for name, value in numbers.items()
    }
    return with_marks(_DONE[lang][key].format(**words), lang)


def but(key: str, lang: Lang) -> str:
    """What is told against it."""
    return _BUT[lang][key]


def missing(name: str, lang: Lang) -> str:
    """That the photo doesn't show it."""
    return _MISSING[lang].format(noun=_NOUNS[lang].get(name, name))


def how(name: str, lang: Lang) -> str:
    """What the caller can do about it."""
    return _HOW[lang].format(mask=name) + (_CHIMNEY[lang] if name == "smoke" else "")

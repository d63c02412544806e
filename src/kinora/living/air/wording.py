"""What the report says about what lies in the air, in English and French."""

from __future__ import annotations

from typing import Final

from kinora.types.plan import Lang
from kinora.types.wording import with_marks

_NAMES: Final[dict[Lang, dict[str, str]]] = {
    "en": {
        "rain": "rain",
        "snow": "snow",
        "dust": "dust motes",
        "embers": "embers",
        "fireflies": "fireflies",
        "petals": "petals",
        "leaves": "falling leaves",
        "confetti": "confetti",
        "bubbles": "bubbles",
        "fog": "fog that thickens with distance",
        "rays": "rays of light",
        "smoke": "smoke rises",
        "steam": "steam rises",
        "flare": "lens flare",
        "vignette": "vignette",
        "flicker": "flickering light",
        "fade_black": "fade to black",
        "fade_white": "fade to white",
        "fade_in": "fade in from black",
    },
    "fr": {
        "rain": "pluie",
        "snow": "neige",
        "dust": "grains de poussière",
        "embers": "braises",
        "fireflies": "lucioles",
        "petals": "pétales",
        "leaves": "feuilles mortes",
        "confetti": "confettis",
        "bubbles": "bulles",
        "fog": "brume qui s'épaissit au loin",
        "rays": "rayons de lumière",
        "smoke": "la fumée monte",
        "steam": "la vapeur monte",
        "flare": "halo d'objectif",
        "vignette": "vignettage",
        "flicker": "lumière vacillante",
        "fade_black": "fondu au noir",
        "fade_white": "fondu au blanc",
        "fade_in": "ouverture au noir",
    },
}

_LIGHTNING: Final[dict[Lang, str]] = {
    "en": "lightning at {times} s",
    "fr": "éclairs à {times} s",
}


def done(kind: str, share: float, lang: Lang) -> str:
    """What was drawn, and how much of it; a fade is always whole."""
    name = _NAMES[lang][kind]
    return name if kind.startswith("fade_") else f"{name}, {100.0 * share:.0f} %"


def struck(times: tuple[float, ...], lang: Lang) -> str:
    """When lightning strikes."""
    texts = [with_marks(f"{time:.1f}", lang) for time in times]
    return _LIGHTNING[lang].format(times=", ".join(texts))


_WITHOUT: Final[dict[Lang, tuple[str, str]]] = {
    "en": (
        "nothing that steam could rise from was found in this photo",
        "give a mask that is white there: --mask steam=mask.png",
    ),
    "fr": (
        "rien dont la vapeur pourrait monter n'a été trouvé dans cette photo",
        "donnez un masque blanc à cet endroit : --mask steam=masque.png",
    ),
}


def without_source(lang: Lang) -> tuple[str, str]:
    """That steam has nothing to rise from, and what to do about it."""
    return _WITHOUT[lang]

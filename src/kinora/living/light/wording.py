"""What the report says about light, in English and French."""

from __future__ import annotations

from typing import Final

from kinora.types.plan import Lang
from kinora.types.wording import with_marks

NAMES: Final[dict[Lang, dict[str, str]]] = {
    "en": {
        "golden_hour": "golden evening light",
        "sunset": "sunset light",
        "sunrise": "light of dawn",
        "blue_hour": "blue hour",
        "night": "night",
        "day": "brighter daylight",
        "overcast": "overcast sky",
        "backlight": "backlight with bright edges",
        "neon": "coloured light from both sides",
        "candle": "candlelight",
        "soft": "softer light",
        "hard": "harder light",
        "warm": "warmer light",
        "cool": "cooler light",
        "dim": "dimmer light",
        "bright": "brighter light",
        "cinematic": "film-like contrast and colour",
        "black_and_white": "black and white",
        "sepia": "sepia",
        "muted": "muted colours",
        "vivid": "vivid colours",
        "contrast": "higher contrast",
        "vintage": "faded colours",
        "photo": "the photo's light",
    },
    "fr": {
        "golden_hour": "lumière dorée du soir",
        "sunset": "lumière du couchant",
        "sunrise": "lumière de l'aube",
        "blue_hour": "heure bleue",
        "night": "nuit",
        "day": "lumière du jour plus vive",
        "overcast": "ciel couvert",
        "backlight": "contre-jour aux contours clairs",
        "neon": "lumière colorée des deux côtés",
        "candle": "lueur de bougie",
        "soft": "lumière plus douce",
        "hard": "lumière plus dure",
        "warm": "lumière plus chaude",
        "cool": "lumière plus froide",
        "dim": "lumière plus faible",
        "bright": "lumière plus vive",
        "cinematic": "contraste et couleurs de cinéma",
        "black_and_white": "noir et blanc",
        "sepia": "sépia",
        "muted": "couleurs atténuées",
        "vivid": "couleurs vives",
        "contrast": "contraste accru",
        "vintage": "couleurs passées",
        "photo": "lumière de la photo",
    },
}

_TEXTS: Final[dict[Lang, dict[str, str]]] = {
    "en": {
        "lit": "{name} at {percent:.0f} %",
        "fades": "{name}, from {t0:.1f} s to {t1:.1f} s",
        "recoloured": "{target}: {colour}",
        "by_colour": "told by its colour: all areas of it change, {share} % of the picture",
        "by_hair": "told by its colour and place around a face, {share} % of the picture",
        "by_subject": "your mask “subject” was taken",
        "by_figures": "all but what stands out, {share} % of the picture",
        "nowhere": "“{target}” wasn't found in this photo",
        "give": "give a mask that is white there, --mask subject=mask.png, and say “the subject”",
        "graded": "a style is met by its colours and contrast alone",
        "red": "red",
        "orange": "orange",
        "yellow": "yellow",
        "green": "green",
        "turquoise": "turquoise",
        "blue": "blue",
        "navy": "navy",
        "purple": "purple",
        "pink": "pink",
        "gold": "gold",
        "brown": "brown",
        "auburn": "auburn",
        "ginger": "ginger",
        "blond": "blond",
        "burgundy": "burgundy",
        "beige": "beige",
        "silver": "silver",
        "white": "white",
        "grey": "grey",
        "black": "black",
        "shadows": "colours and brightness change; shadows and lamps stay as in the photo",
    },
    "fr": {
        "lit": "{name} à {percent:.0f} %",
        "fades": "{name}, de {t0:.1f} s à {t1:.1f} s",
        "recoloured": "{target} : {colour}",
        "by_colour": "reconnu à sa couleur : tout ce qui l'a change, {share} % de l'image",
        "by_hair": "reconnus à leur couleur et leur place autour d'un visage, {share} % de l'image",
        "by_subject": "votre masque « subject » a été pris",
        "by_figures": "tout sauf ce qui se détache, {share} % de l'image",
        "nowhere": "« {target} » n'a pas été trouvé dans cette photo",
        "give": "donnez un masque blanc à cet endroit, --mask subject=masque.png, et dites "
        "« le sujet »",
        "graded": "un style n'est rendu que par ses couleurs et son contraste",
        "red": "rouge",
        "orange": "orange",
        "yellow": "jaune",
        "green": "vert",
        "turquoise": "turquoise",
        "blue": "bleu",
        "navy": "bleu marine",
        "purple": "violet",
        "pink": "rose",
        "gold": "doré",
        "brown": "brun",
        "auburn": "auburn",
        "ginger": "roux",
        "blond": "blond",
        "burgundy": "bordeaux",
        "beige": "beige",
        "silver": "argenté",
        "white": "blanc",
        "grey": "gris",
        "black": "noir",
        "shadows": "couleurs et clarté changent ; ombres et lampes restent celles de la photo",
    },
}


def name_of(kind: str, lang: Lang) -> str:
    """A light in words."""
    return NAMES[lang][kind]


def text(key: str, lang: Lang, **values: float | str) -> str:
    """One of the sentences with its blanks filled in."""
    return with_marks(_TEXTS[lang][key].format(**values), lang)

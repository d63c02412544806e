"""What is remarked on a photo: kept in English with the scene, told in the reader's language."""

from __future__ import annotations

import re
from typing import Final

from kinora.types.plan import Lang

_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "cut": (
        "cut the photo to the clip's shape: {} pixels left, {} top, {} right, {} bottom",
        "photo rognée au format du clip : {} pixels à gauche, {} en haut, {} à droite, {} en bas",
    ),
    "framed": (
        "set the whole photo in a blurred frame, for its shape is not the clip's",
        "photo entière placée dans un cadre flou, car son format n'est pas celui du clip",
    ),
    "border": (
        "took off the photo's border: {} pixels left, {} top, {} right, {} bottom",
        "bord de la photo retiré : {} pixels à gauche, {} en haut, {} à droite, {} en bas",
    ),
    "eight bits": ("reduced to 8 bits per channel", "réduite à 8 bits par canal"),
    "reduced": ("reduced from {} to {} pixels", "réduite de {} à {} pixels"),
    "first": ("first frame of several", "première image sur plusieurs"),
    "first of": ("first frame of {}", "première image sur {}"),
    "profile": (
        "its colour profile is damaged and was ignored",
        "son profil de couleurs est abîmé et a été ignoré",
    ),
    "converted": (
        "colours converted to sRGB from {}",
        "couleurs converties en sRGB depuis {}",
    ),
    "transparent": (
        "transparent parts were laid over grey",
        "parties transparentes posées sur du gris",
    ),
}


def remark(kind: str, *values: object) -> str:
    """A remark in English, as scenes keep it."""
    return _TEXTS[kind][0].format(*values)


def told(text: str, lang: Lang) -> str:
    """A remark in a language; a text that is none stays as it is."""
    if lang == "en":
        return text
    for english, french in _TEXTS.values():
        if match := re.fullmatch(re.escape(english).replace(r"\{\}", "(.+)"), text):
            return french.format(*match.groups())
    return text

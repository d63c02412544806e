"""What the report says about portraits, in English and French."""

from __future__ import annotations

from typing import Final

from kinora.types.plan import Lang
from kinora.types.wording import with_marks

_TEXTS: Final[dict[Lang, dict[str, str]]] = {
    "en": {
        "blink": "blinks at {times} s",
        "wink left": "the left eye winks at {times} s",
        "wink right": "the right eye winks at {times} s",
        "calm": "does nothing but what is asked for",
        "turn head": "head turns {angle:.1f}° to the picture's {way}",
        "nod": "head nods by {angle:.1f}°",
        "tilt head": "head leans {angle:.1f}° to the picture's {way}",
        "look": "gaze goes {way}",
        "smile": "corners of the mouth rise by {percent:.1f} % of the face's width",
        "breathe": "shoulders rise by {percent:.1f} % of the face's height with each breath",
        "no_face": "no face found in this photo",
        "kept": "this face is to be kept unchanged",
        "no_eyes": "the eyes of this face were not found",
        "bounded": "one photo shows one side of a head: at most {most:.0f}°",
        "speaks": "the mouth moves with it from {t0} to {t1} s",
        "nobody_speaks": "no face found to speak it",
        "no_mouth": "the mouth of this face was not found, or is too small to be seen speaking",
        "other_face": "only the largest face speaks, and that is somebody else's line",
    },
    "fr": {
        "blink": "cligne des yeux à {times} s",
        "wink left": "clin d'œil de l'œil gauche à {times} s",
        "wink right": "clin d'œil de l'œil droit à {times} s",
        "calm": "ne fait rien d'autre que ce qui est demandé",
        "turn head": "la tête tourne de {angle:.1f}° vers la {way} de l'image",
        "nod": "la tête s'incline de {angle:.1f}°",
        "tilt head": "la tête penche de {angle:.1f}° vers la {way} de l'image",
        "look": "le regard va vers {way}",
        "smile": "les coins de la bouche montent de {percent:.1f} % de la largeur du visage",
        "breathe": "les épaules montent de {percent:.1f} % de la hauteur du visage par souffle",
        "no_face": "aucun visage trouvé dans cette photo",
        "kept": "ce visage doit rester inchangé",
        "no_eyes": "les yeux de ce visage n'ont pas été trouvés",
        "bounded": "une photo ne montre qu'un côté d'une tête : {most:.0f}° au plus",
        "speaks": "la bouche bouge avec elle de {t0} à {t1} s",
        "nobody_speaks": "aucun visage trouvé pour la dire",
        "no_mouth": "la bouche de ce visage n'a pas été trouvée, ou est trop petite pour qu'on la"
        " voie parler",
        "other_face": "seul le plus grand visage parle, et cette réplique est d'une autre personne",
    },
}
_WAYS: Final[dict[Lang, dict[str, str]]] = {
    "en": {"left": "left", "right": "right", "up": "up", "down": "down"},
    "fr": {"left": "gauche", "right": "droite", "up": "le haut", "down": "le bas"},
}
_GAZES: Final = {"left": "la gauche", "right": "la droite", "up": "le haut", "down": "le bas"}


def told(key: str, lang: Lang, *, way: str = "", **values: float | str) -> str:
    """One of the sentences with its blanks filled in."""
    side = _WAYS[lang].get(way, way)
    if lang == "fr" and key == "look":
        side = _GAZES.get(way, way)
    return with_marks(_TEXTS[lang][key].format(way=side, **values), lang)

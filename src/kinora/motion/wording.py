"""What the report says about moves, in the plan's language: one table per language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from kinora.motion.amounts import DEFAULTS
from kinora.motion.bounds import Limit
from kinora.motion.moves import Move
from kinora.types.plan import CameraOp, Direction, Lang, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language."""

    moves: dict[CameraOp, str]
    directions: dict[Direction, str]
    units: dict[Unit, str]  # with {} for the number
    decimal: str
    reasons: dict[Limit, str]
    remedies: dict[Limit, str]
    kin: dict[CameraOp, str]  # reason why a nearest kin was done
    kin_remedy: str
    undoes: str
    flat: str
    flat_remedy: str
    nothing: str


_EN: Final = Words(
    moves={
        "pan": "pan",
        "tilt": "tilt",
        "roll": "roll",
        "dolly": "dolly",
        "truck": "truck",
        "pedestal": "pedestal",
        "crane": "crane",
        "orbit": "orbit",
        "zoom": "zoom",
        "dolly_zoom": "dolly zoom",
        "handheld": "handheld",
        "shake": "shake",
        "whip": "whip pan",
        "parallax": "parallax sway",
        "flyover": "rise and dolly",
        "follow": "move",
        "reveal": "move",
    },
    directions={
        "left": "left",
        "right": "right",
        "up": "up",
        "down": "down",
        "in": "in",
        "out": "out",
        "cw": "clockwise",
        "ccw": "counter-clockwise",
    },
    units={
        "degrees": "{}°",
        "percent_frame": "{} % of the frame",
        "percent_distance": "{} % of the distance",
        "factor": "{}×",
    },
    decimal=".",
    reasons={
        Limit.CANVAS: "one photo: nothing is known farther beyond its borders",
        Limit.HIDDEN: "one photo: what lies hidden behind the foreground is unknown",
        Limit.TOO_NEAR: "the camera would run into the foreground",
        Limit.ZOOM: "a larger zoom would only magnify pixels",
        Limit.ORBIT: "one photo: hidden side unknown",
    },
    remedies={
        Limit.CANVAS: "use a wider photo, zoom in first, or ask for less",
        Limit.HIDDEN: "ask for less, or for a pan or zoom, which uncover nothing",
        Limit.TOO_NEAR: "ask for less, or for a zoom",
        Limit.ZOOM: "use a larger photo cropped to the detail",
        Limit.ORBIT: "an engine that invents the hidden side",
    },
    kin={
        "flyover": "one photo can't be flown over; the camera rises while it moves forward",
        "follow": "nothing moves by itself in one photo; the camera moves as if it followed",
        "reveal": "one photo hides nothing to reveal; the camera moves so that the view opens",
    },
    kin_remedy="an engine that invents what the photo doesn't show",
    undoes="it undoes a move that had to be reduced",
    flat="the depths of this photo are too close together for a change of focus to be seen",
    flat_remedy="give a depth map with more depth",
    nothing="nothing",
)

_FR: Final = Words(
    moves={
        "pan": "panoramique",
        "tilt": "panoramique vertical",
        "roll": "roulis",
        "dolly": "travelling",
        "truck": "travelling latéral",
        "pedestal": "déplacement vertical",
        "crane": "mouvement de grue",
        "orbit": "orbite",
        "zoom": "zoom",
        "dolly_zoom": "travelling compensé",
        "handheld": "caméra à l’épaule",
        "shake": "tremblement",
        "whip": "panoramique filé",
        "parallax": "balancement en parallaxe",
        "flyover": "montée et travelling",
        "follow": "déplacement",
        "reveal": "déplacement",
    },
    directions={
        "left": "vers la gauche",
        "right": "vers la droite",
        "up": "vers le haut",
        "down": "vers le bas",
        "in": "avant",
        "out": "arrière",
        "cw": "horaire",
        "ccw": "antihoraire",
    },
    units={
        "degrees": "{}°",
        "percent_frame": "{} % du cadre",
        "percent_distance": "{} % de la distance",
        "factor": "×{}",
    },
    decimal=",",
    reasons={
        Limit.CANVAS: "une seule photo : rien n’est connu plus loin au-delà de ses bords",
        Limit.HIDDEN: "une seule photo : ce que cache le premier plan est inconnu",
        Limit.TOO_NEAR: "la caméra heurterait le premier plan",
        Limit.ZOOM: "un zoom plus fort ne ferait qu’agrandir les pixels",
        Limit.ORBIT: "une seule photo : la face cachée est inconnue",
    },
    remedies={
        Limit.CANVAS: "prendre une photo plus large, zoomer d’abord ou demander moins",
        Limit.HIDDEN: "demander moins, ou un panoramique ou un zoom, qui ne découvrent rien",
        Limit.TOO_NEAR: "demander moins, ou un zoom",
        Limit.ZOOM: "prendre une photo plus grande, recadrée sur le détail",
        Limit.ORBIT: "un moteur qui invente la face cachée",
    },
    kin={
        "flyover": "une photo ne se survole pas ; la caméra monte en avançant",
        "follow": "rien ne bouge de soi-même sur une photo ; la caméra bouge comme si elle suivait",
        "reveal": "une photo n’a rien à révéler ; la caméra se déplace pour ouvrir la vue",
    },
    kin_remedy="un moteur qui invente ce que la photo ne montre pas",
    undoes="il défait un mouvement qui a dû être réduit",
    flat="les profondeurs de cette photo sont trop proches pour qu’un changement de point se voie",
    flat_remedy="donner une carte de profondeur plus contrastée",
    nothing="rien",
)

WORDS: Final[dict[Lang, Words]] = {"en": _EN, "fr": _FR}


def described(move: Move, amount: float, words: Words) -> str:
    """``move`` in words, with ``amount`` of it done: "pan left 8.3°"."""
    unit = DEFAULTS[move.op][1]
    number = f"{round(amount, 2):g}".replace(".", words.decimal)
    direction = words.directions[move.direction] if move.direction is not None else ""
    return " ".join(
        filter(None, (words.moves[move.op], direction, words.units[unit].format(number)))
    )

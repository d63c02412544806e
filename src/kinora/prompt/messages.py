"""Every sentence of the report, in both languages."""

from __future__ import annotations

from typing import Final

from kinora.types.plan import Lang
from kinora.types.wording import with_marks

_EN: Final = {
    "longer": "The prompt's beats last {beats} s but the clip is {clip} s: they were scaled down.",
    "shorter": "The prompt's beats last {beats} s but the clip is {clip} s: they were scaled up.",
    "total": "The prompt asks for {told} s but the clip is {asked} s.",
    "overlap": "A beat should start at {start} s but the one before ends at {clock} s: it waits.",
    "held": "The picture is held still from {start} s to {clip} s.",
    "impossible": "“{text}” is no possible time and was left out; times are positive seconds.",
    "stray": "“{text}” could not be tied to a camera move.",
    "default_move": "No camera move was asked for: a gentle push-in was chosen.",
    "unasked": "no camera move",
    "default_static": "No camera move is left after what was excluded: the camera holds still.",
    "no_direction": "No direction was given for “{text}”: the engine chooses one.",
    "sequence": "“{text}”: still and moving at once can't be; they follow each other.",
    "default_amount": "{what}, by default",
    "adjective_amount": "{what}, from the words",
    "nearest": "nearest camera move to “{text}”",
    "read_as": "read as “{word}”",
    "unit": "an amount in that unit doesn't fit this move; a default was used",
    "length": "a photo has no known scale; a default was used",
    "limit": "more than this move can do; the largest amount was used",
    "nought": "an amount of nothing is no move; a default was used",
    "minus": "the minus sign was left out: words tell the direction",
    "frame_degrees": "percent of the frame read as degrees",
    "view_degrees": "degrees read as the angle by which the view of the subject narrows or widens",
    "movement": "a camera movement of no named kind: push in",
    "over": "{move} over {seconds} s",
    "cut_reason": "one photo shows one place: there is nothing to cut to",
    "cut_how": "make a clip per photo and join them",
    "newcomer_reason": "what isn't in the photo can't come in or vanish",
    "newcomer_how": "use a photo that shows it, or a generative engine",
    "all_along": "that colour is there all along, not by and by",
    "mood_reason": "a mood changes nothing by itself: light, colours and pace do as you name them",
    "late_reason": "the clip ends at {clip} s",
    "late_how": "name a time from 0 s to before {clip} s, or make the clip longer first",
    "text_reason": "titles are not drawn into the clip",
    "text_how": "add them in a video editor",
    "format_reason": "size and frame rate are settings of the clip, not read from the prompt",
    "format_how": "set them when making the clip",
    "duration": "a clip of {seconds} s",
    "avoid": "avoid {what}",
    "keep": "keep {what}",
    "may_change": "{what} may change",
    "held_gap": "hold still",
    "degrees": "{value}°",
    "percent_frame": "{value} % of the frame",
    "percent_distance": "{value} % of the distance",
    "factor": "×{value}",
    "s_understood": "Understood: {list}.",
    "s_approximated": "Approximated: {list}.",
    "s_not_supported": "Not supported: {list}.",
    "s_ignored": "Not understood: {list}.",
    "s_nothing": "Nothing in the prompt asked for a camera move.",
    "s_conflicts": "{list}",
}
_FR: Final = {
    "longer": "Les temps de la demande durent {beats} s mais le clip {clip} s : ils sont réduits.",
    "shorter": "Les temps de la demande durent {beats} s mais le clip {clip} s : ils sont étirés.",
    "total": "La demande parle de {told} s mais le clip dure {asked} s.",
    "overlap": "Un temps devrait commencer à {start} s mais le précédent finit à {clock} s : "
    "il attend.",
    "held": "L'image reste fixe de {start} s à {clip} s.",
    "impossible": "« {text} » n'est pas un temps possible et a été laissé de côté ; "
    "un temps est un nombre positif de secondes.",
    "stray": "« {text} » n'a pu être rattaché à aucun mouvement.",
    "default_move": "Aucun mouvement demandé : un léger travelling avant a été choisi.",
    "unasked": "aucun mouvement demandé",
    "default_static": "Aucun mouvement ne reste après les exclusions : la caméra est fixe.",
    "no_direction": "Aucune direction donnée pour « {text} » : le moteur en choisit une.",
    "sequence": "« {text} » : fixe et mobile à la fois est impossible ; ils se suivent.",
    "default_amount": "{what}, par défaut",
    "adjective_amount": "{what}, d'après les mots",
    "nearest": "mouvement le plus proche de « {text} »",
    "read_as": "lu comme « {word} »",
    "unit": "cette unité ne va pas avec ce mouvement ; valeur par défaut",
    "length": "une photo n'a pas d'échelle connue ; valeur par défaut",
    "limit": "plus que ce mouvement ne permet ; la plus grande valeur a été prise",
    "nought": "une valeur nulle ne fait pas de mouvement ; valeur par défaut",
    "minus": "le signe moins a été laissé de côté : les mots disent la direction",
    "frame_degrees": "pourcentage du cadre lu en degrés",
    "view_degrees": "degrés lus comme l'angle dont la vue du sujet se resserre ou s'élargit",
    "movement": "un mouvement de caméra sans nature précise : travelling avant",
    "over": "{move} en {seconds} s",
    "cut_reason": "une photo montre un seul lieu : il n'y a rien vers quoi couper",
    "cut_how": "faire un clip par photo et les assembler",
    "newcomer_reason": "ce qui n'est pas sur la photo ne peut ni entrer ni disparaître",
    "newcomer_how": "prendre une photo qui le montre, ou un moteur génératif",
    "all_along": "cette couleur est là du début à la fin, elle ne vient pas peu à peu",
    "mood_reason": "une ambiance ne change rien à elle seule : lumière, couleurs et rythme suivent "
    "ce que vous en dites",
    "late_reason": "le clip finit à {clip} s",
    "late_how": "donner un temps de 0 s à moins de {clip} s, ou d'abord allonger le clip",
    "text_reason": "aucun titre n'est incrusté dans le clip",
    "text_how": "l'ajouter au montage",
    "format_reason": "la taille et la cadence sont des réglages du clip, pas lus dans la demande",
    "format_how": "les régler en faisant le clip",
    "duration": "un clip de {seconds} s",
    "avoid": "éviter : {what}",
    "keep": "garder : {what}",
    "may_change": "peut changer : {what}",
    "held_gap": "plan fixe",
    "degrees": "{value}°",
    "percent_frame": "{value} % du cadre",
    "percent_distance": "{value} % de la distance",
    "factor": "×{value}",
    "s_understood": "Compris : {list}.",
    "s_approximated": "Approché : {list}.",
    "s_not_supported": "Non pris en charge : {list}.",
    "s_ignored": "Non compris : {list}.",
    "s_nothing": "La demande ne contient aucun mouvement de caméra.",
    "s_conflicts": "{list}",
}


_NUMBERS = frozenset({"seconds", "beats", "clip", "told", "asked", "start", "clock", "value"})


def say(lang: Lang, key: str, **values: str) -> str:
    """The message ``key`` in ``lang`` with its blanks filled in."""
    text = (_FR if lang == "fr" else _EN)[key]
    values = {k: with_marks(v, lang) if k in _NUMBERS else v for k, v in values.items()}
    return text.format(**values) if values else text

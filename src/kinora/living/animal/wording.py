"""What the report says about animals, in English and French; and their names."""

from __future__ import annotations

import re
from typing import Final

from kinora.types.plan import Lang
from kinora.types.wording import with_marks

_NAMES: Final = re.compile(
    r"\b(?:animals?|pets?|dogs?|pupp(?:y|ies)|hounds?|cats?|kittens?|horses?|foals?|pon(?:y|ies)"
    r"|birds?|cows?|calf|calves|bulls?|sheep|lambs?|goats?|lions?|lioness|tigers?|leopards?"
    r"|elephants?|bears?|wol(?:f|ves)|fox(?:es)?|deer|eagles?|owls?|hawks?|swans?|ducks?|geese"
    r"|goose|camels?|rabbits?|hares?|hamsters?|mouse|mice|squirrels?|monkeys?|apes?|gorillas?"
    r"|pandas?|pigs?|parrots?|macaws?|crows?|ravens?|pigeons?|herons?|cranes?|donkeys?"
    r"|animaux|chiens?|chiennes?|chiots?|chats?|chattes?|chatons?|cheval|chevaux|poulains?"
    r"|poneys?|oiseaux?|vaches?|veaux?|taureaux?|moutons?|agneaux?|ch[eè]vres?|lionnes?|tigres?"
    r"|[ée]l[ée]phants?|ours|ourson|loups?|renards?|cerfs?|biches?|aigles?|hiboux?|faucons?"
    r"|cygnes?|canards?|oies?|chameaux?|lapins?|li[èe]vres?|souris|[ée]cureuils?|singes?"
    r"|gorilles?|cochons?|perroquets?|corbeaux?|pigeons?|[âa]nes?|b[êe]te)\b"
)

_TEXTS: Final[dict[Lang, dict[str, str]]] = {
    "en": {
        "breathe": "the body rises by {percent:.1f} % of its height with each breath, "
        "every {every:.1f} s",
        "ear": "the ear twitches at {times} s, by {angle:.0f}°",
        "tail": "the tail swings by {angle:.0f}° to each side, every {every:.1f} s",
        "head": "the head leans by {angle:.1f}° to the picture's {way}",
        "missing body": "no animal or figure found in this photo",
        "missing": "where it is wasn't found in this photo",
        "kept": "this is to be kept unchanged",
        "how": "give a mask that is white there, or a box: --mask {name}=mask.png",
        "left": "left",
        "right": "right",
    },
    "fr": {
        "breathe": "le corps monte de {percent:.1f} % de sa hauteur par souffle, "
        "toutes les {every:.1f} s",
        "ear": "l'oreille frémit à {times} s, de {angle:.0f}°",
        "tail": "la queue balance de {angle:.0f}° de chaque côté, toutes les {every:.1f} s",
        "head": "la tête penche de {angle:.1f}° vers la {way} de l'image",
        "missing body": "ni animal ni silhouette trouvés dans cette photo",
        "missing": "sa place n'a pas été trouvée dans cette photo",
        "kept": "ceci doit rester inchangé",
        "how": "donnez un masque blanc à cet endroit, ou un cadre : --mask {name}=masque.png",
        "left": "gauche",
        "right": "droite",
    },
}


def is_animal(who: str) -> bool:
    """Whether words name an animal: "the cat", « le chien »."""
    return bool(_NAMES.search(who.lower()))


def told(key: str, lang: Lang, **values: float | str) -> str:
    """One of the sentences with its blanks filled in."""
    return with_marks(_TEXTS[lang][key].format(**values), lang)

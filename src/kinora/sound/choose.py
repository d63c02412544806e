"""Which known sound stands for what was asked for."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Final

from rapidfuzz.fuzz import ratio

from kinora.sound.catalogue import catalogue
from kinora.sound.protocol import Cue
from kinora.types.plan import AudioCue, Lang, ShotPlan

_NEAR: Final = 84.0  # percent of equal letters from which a word counts as another's misspelling
_LIKELY: Final = 0.5  # share of a name's words
_LEAST: Final = 4  # letters
_WORD: Final = re.compile(r"[^\W\d_]+")
#: Words that name no sound by themselves, of both languages.
_EMPTY: Final = (
    "the and with for from into over under through soft distant quiet loud faint sound sounds noise"
    " noises some very far away near les des une avec dans sur sous pour par aux son sons bruit"
    " bruits doux douce discret discrets discrete lointain lointaine loin fort forte"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The sound that is made for an item; ``exact`` where it is the one that was asked for."""

    cue: Cue
    exact: bool


def choose(item: AudioCue) -> Choice | None:
    """The known sound for ``item``: its own, else the nearest by name; None: there is none."""
    known = catalogue()
    if item.cue is not None and item.cue in known:
        return Choice(cue=known[item.cue], exact=not item.nearest)
    nearest = _nearest(item.raw)
    return None if nearest is None else Choice(cue=nearest, exact=False)


def audible(plan: ShotPlan) -> tuple[AudioCue, ...]:
    """The audio cues of ``plan`` that may be heard.

    Silence ends what was asked for before it ("rain … make it silent"), not what comes after
    ("silence, only distant birds"); "no music" takes out all music.
    """
    asked: list[AudioCue] = []
    for item in plan.audio:
        if item.cue == "silence":
            asked = []
        elif item.kind != "silence":
            asked.append(item)
    if any(item.cue == "no_music" for item in plan.audio):
        asked = [item for item in asked if item.kind != "music"]
    return tuple(asked)


def is_silenced(plan: ShotPlan) -> bool:
    """Whether silence was asked for last: then nobody speaks either."""
    return any(item.cue == "silence" for item in plan.audio) and not audible(plan)


def name_of(cue: Cue, lang: Lang) -> str:
    """What reports call it."""
    return cue.names[lang][0]


def _nearest(raw: str) -> Cue | None:
    """The cue that shares most of its name's words with ``raw``, read with spelling mistakes."""
    words = _words(raw)
    best, most = None, 0.0
    for cue, names in _worded():
        score = max(_likeness(words, name) for name in names)
        if score > most and score >= _LIKELY:
            best, most = cue, score
    return best


@cache
def _worded() -> tuple[tuple[Cue, tuple[tuple[str, ...], ...]], ...]:
    """Every cue with the words of its names."""
    return tuple(
        (cue, tuple(_words(name) for names in cue.names.values() for name in names))
        for cue in catalogue().values()
    )


def _likeness(words: tuple[str, ...], name: tuple[str, ...]) -> float:
    """Share of the name's words that occur, and how well; 0 if none does."""
    if not name:
        return 0.0
    hits = [max((_alike(word, own) for word in words), default=0.0) for own in name]
    return sum(hits) / len(name)


def _alike(word: str, own: str) -> float:
    if word == own:
        return 1.0
    if min(len(word), len(own)) < _LEAST:
        return 0.0
    likeness = ratio(word, own)
    return likeness / 100.0 if likeness >= _NEAR else 0.0


def _words(text: str) -> tuple[str, ...]:
    plain = unicodedata.normalize("NFD", text.casefold())
    folded = "".join(letter for letter in plain if not unicodedata.combining(letter))
    empty = _EMPTY.split()
    words = _WORD.findall(folded)
    return tuple(word for word in words if len(word) > 2 and word not in empty)

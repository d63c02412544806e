"""What kind a sound is of by what else its prompt tells: a motorbike's engine, a school's bell."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Final

from kinora.prompt.content.cue import Cue
from kinora.prompt.content.hits import longest
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.rules import rule_stems, rule_tables, rule_words
from kinora.prompt.words.source import Source

_DROPPED: Final = "dropped"  # what is but another word for a sound that is told as well
_NEAR: Final = 20  # tokens around a sound in which its ground or player may stand
#: Where a bell is not a church's, and what it is there.
_SCHOOLS: Final = rule_words("by_context", "schools")
_BIKES: Final = rule_words("by_context", "bikes")
_CHURCHES: Final = rule_stems("by_context", "churches")
_BIKE_BELLS: Final = rule_stems("by_context", "bike_bells")
#: Whose engine is heard, and words for one of no kind.
_VEHICLES: Final = rule_tables("by_context", "vehicles")
_ENGINES: Final = rule_stems("by_context", "engines")
_PASSING: Final = rule_stems("by_context", "passing")
#: What booms of its own, and words for a boom of no kind.
_BOOMING: Final = frozenset({"fireworks", "explosion", "thunder", "gunshot"})
_BOOMS: Final = rule_words("by_context", "booms")
#: What steps are heard on where only the picture tells of their ground.
_SNOW: Final = rule_words("by_context", "snow")
_WOOD: Final = rule_words("by_context", "wood")
_WOODEN: Final = rule_words("by_context", "wooden")
#: Where water is no stream, and words for water of no kind.
_WATERS: Final = rule_tables("by_context", "waters")
_WATER: Final = rule_words("by_context", "water")
_STREAMS: Final = rule_words("by_context", "streams")
#: Who or what plays a tune of no kind.
_PLAYERS: Final = rule_tables("by_context", "players")
_NURSERIES: Final = rule_words("by_context", "nurseries")
_FORGES: Final = rule_words("by_context", "forges")
_CLANGS: Final = rule_words("by_context", "clangs")
#: What crackles besides a fire.
_CRACKLING: Final = rule_tables("by_context", "crackling")
#: How people who write a prompt laugh.
_WRITTEN: Final = rule_words("by_context", "written")


def by_context(source: Source, found: list[Cue]) -> list[Cue]:
    """The cues, their sounds of the kind that the rest of the prompt makes them.

    Args:
        source: the prompt.
        found: its cues; other words for a sound that is told as well are left out.
    """
    texts = [token.text for token in source.tokens]
    boards = any(word == "wooden" and after in _WOODEN for word, after in pairwise(texts))
    said = frozenset(texts) | (_WOOD if boards else frozenset())
    heard = frozenset(cue.concept for cue in found if cue.kind == "audio")
    told: list[Cue] = []
    for cue in found:
        kind = _kind_there(source, cue, said, heard)
        if cue.heard is None or kind == cue.concept:
            told.append(cue)
        elif kind != _DROPPED:
            told.append(replace(cue, concept=kind, heard=replace(cue.heard, concept=kind)))
    return told


def _kind_there(source: Source, cue: Cue, said: frozenset[str], heard: frozenset[str]) -> str:
    """The sound of a cue in a prompt with these words and sounds."""
    if cue.heard is None:
        return cue.concept
    words = [source.tokens[at].text for at in range(cue.first, cue.last)]
    match cue.concept:
        case "church_bell" | "bell":
            return _bell(cue.concept, words, said)
        case "engine":
            return _engine(words, said, heard)
        case "impact":
            return _DROPPED if heard & _BOOMING and set(words) & _BOOMS else cue.concept
        case "footsteps_stone":
            return _steps(source, cue, said)
        case "stream" | "lake":
            return _water(cue.concept, words, said)
        case "pad" | "phone":
            return _tune(source, cue, words, said, heard)
        case "metal":
            struck = said & _FORGES and set(words) & _CLANGS
            return "hammer" if struck else cue.concept
        case "fire":
            return _crackle(words, said)
        case "laughter":
            return _DROPPED if len(heard) > 1 and set(words) <= _WRITTEN else cue.concept
    return cue.concept


def _bell(concept: str, words: list[str], said: frozenset[str]) -> str:
    """A bell of a school, a cow or a bicycle."""
    if concept == "church_bell":
        church = any(word.startswith(_CHURCHES) for word in words)
        return "bell" if said & _SCHOOLS and not church else concept
    rung = any(word.startswith(_BIKE_BELLS) for word in words)
    return "bicycle_bell" if said & _BIKES and rung and not said & _SCHOOLS else concept


def _engine(words: list[str], said: frozenset[str], heard: frozenset[str]) -> str:
    """The engine of the only vehicle with one of its own that the prompt tells of."""
    if not any(word.startswith(_ENGINES) for word in words):
        return "engine"
    if "car_pass" in heard and any(word.startswith(_PASSING) for word in words):
        return _DROPPED
    whose = [kind for kind, names in _VEHICLES.items() if said & names]
    if len(whose) != 1:
        return "engine"
    return _DROPPED if whose[0] in heard else whose[0]


def _steps(source: Source, cue: Cue, said: frozenset[str]) -> str:
    """Steps on the ground that the picture shows, where no words beside them name one."""
    clause: Clause = source.clauses[source.clause_of[cue.first]]
    near = range(max(clause.first, cue.first - _NEAR), min(clause.last, cue.last + _NEAR))
    if any(longest(source, clause, "ground", at) for at in near):
        return cue.concept
    if said & _SNOW:
        return "footsteps_snow"
    return "footsteps_wood" if said & _WOOD else cue.concept


def _water(concept: str, words: list[str], said: frozenset[str]) -> str:
    """Water of a waterfall or a fountain."""
    if not set(words) & _WATER or set(words) & _STREAMS:
        return concept
    whose = [kind for kind, names in _WATERS.items() if said & names]
    return whose[0] if len(whose) == 1 and concept == "stream" else concept


def _crackle(words: list[str], said: frozenset[str]) -> str:
    """What crackles where nothing says that it burns."""
    if not all(word.startswith("crackl") for word in words):
        return "fire"
    whose = [kind for kind, names in _CRACKLING.items() if said & names]
    return whose[0] if len(whose) == 1 else "fire"


def _tune(
    source: Source, cue: Cue, words: list[str], said: frozenset[str], heard: frozenset[str]
) -> str:
    """A tune by who plays it; a mobile over a cot and the ringing of a bell are no telephone."""
    if cue.concept == "phone":
        toy = words[-1:] == ["mobile"] and said & _NURSERIES
        rung = set(words) <= {"ring"} and heard & {"bell", "bicycle_bell", "church_bell"}
        return _DROPPED if toy or rung else cue.concept
    clause: Clause = source.clauses[source.clause_of[cue.first]]
    near = range(max(clause.first, cue.first - _NEAR), min(clause.last, cue.last + _NEAR))
    here = {source.tokens[at].text for at in near}
    return next((kind for kind, names in _PLAYERS.items() if here & names), cue.concept)

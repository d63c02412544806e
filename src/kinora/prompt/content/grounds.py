"""What steps, rain and wind are heard on: "footsteps on old boards", « la pluie sur la tente »."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from kinora.prompt.content.hits import longest
from kinora.prompt.content.sound_items import Heard
from kinora.prompt.content.sound_names import BOTH
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.lexicon import Hit
from kinora.prompt.words.rules import rule_stems, rule_words
from kinora.prompt.words.source import Source

_REACH: Final = 8  # tokens behind a sound in which the ground may stand
_BETWEEN: Final = 4  # tokens from a preposition to the ground: "on the old wooden"
_ON: Final = rule_words("grounds", "lies_on")
#: What the wind does by itself, whatever it blows through.
_HOWLS: Final = rule_stems("grounds", "howls")
_WINDS: Final = rule_stems("grounds", "winds")
#: What each sound is on each ground; on all others it stays as it is.
_BY_GROUND: Final[dict[str, dict[str, str]]] = {
    "footsteps_stone": {
        "wood": "footsteps_wood",
        "gravel": "footsteps_gravel",
        "grass": "footsteps_grass",
        "leaves": "footsteps_grass",
        "snow": "footsteps_snow",
    },
    "rain": {
        "roof": "rain_tin",
        "window": "rain_window",
        "leaves": "rain_leaves",
        "water": "rain_water",
    },
    "wind": {"leaves": "wind_leaves", "grass": "wind_leaves", "window": "wind_window"},
}


def on_its_ground(source: Source, clause: Clause, heard: Heard) -> Heard:
    """A sound as it is heard on what stands with it; others as they are.

    Args:
        source: the prompt.
        clause: where the sound stands.
        heard: what was found there.
    """
    grounds = _BY_GROUND.get(heard.concept)
    if grounds is None:
        return heard
    words = [source.tokens[at].text for at in range(heard.first, heard.last)]
    if heard.concept == "wind" and any(word.startswith(_HOWLS) for word in words):
        return heard
    if heard.concept == "wind" and not any(word.startswith(_WINDS) for word in words):
        return heard
    here = source.clauses[source.clause_of[heard.first]]
    until = min(max(clause.last, here.last), heard.last + _REACH)
    for at in range(heard.first, until):
        if at >= heard.last and source.tokens[at].text in BOTH:
            break
        ground = longest(source, clause, "ground", at, until)
        if ground is not None and _is_on(source, heard, ground):
            concept = grounds.get(ground.concept, heard.concept)
            return replace(heard, concept=concept, last=max(heard.last, ground.last))
    return heard


def _is_on(source: Source, heard: Heard, ground: Hit) -> bool:
    """Whether a preposition says that a sound is heard on a ground."""
    ahead = range(max(heard.first + 1, ground.first - _BETWEEN), ground.first)
    return any(source.tokens[at].text in _ON for at in ahead)

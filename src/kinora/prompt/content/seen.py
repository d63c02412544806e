"""What is seen though its name is one of a sound as well: falling snow, a bride who laughs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kinora.prompt.content.acts import acting, gestures
from kinora.prompt.content.cue import Cue
from kinora.prompt.content.hits import best_hit, longest
from kinora.prompt.content.looks import looks
from kinora.prompt.content.sound_names import holds, sound_in
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.lexicon import LANGS, Hit, in_any
from kinora.prompt.words.rules import rule_stems, rule_words
from kinora.prompt.words.source import Source

_NEAR: Final = 4  # tokens between what is seen and its verb
#: What nobody hears, though lists of sounds know near names: "falling snow" are no steps in it.
_SILENT: Final = frozenset({"snow", "leaves", "petals", "confetti", "dust", "fog", "smoke"})
#: What wind visibly does to something.
_PULLS: Final = rule_stems("seen", "pulls")
_BLINKS: Final = rule_stems("shared", "blinks")
_IN: Final = rule_words("seen", "in")
_MOVES: Final = rule_stems("shared", "moves")
_PACES: Final = frozenset({"slow_motion", "time_lapse", "stop_motion"})
_LAUGHS: Final = "smile"  # what the face does
_RAINS: Final = rule_words("seen", "rains")
#: What is seen to move though a sentence that tells of it may be one about sounds.
_MOVED: Final = frozenset(
    {"water", "river", "waterfall", "sea", "waves", "foliage", "fire", "flag", "cloth", "door"}
)
#: Of those, what nobody names to be heard without what it does: "flag snapping in the wind".
_THINGS: Final = frozenset({"flag", "cloth"})


def shows(source: Source, clause: Clause) -> bool:
    """Whether a clause tells what is only seen: "leaves falling", « néons qui clignotent ».

    Args:
        source: the prompt.
        clause: one of its clauses.
    """
    if holds(source, clause, "sound_lead"):
        return False
    places = range(clause.first, clause.last)
    if any(_may_move(source, clause, at) or _runs(source, clause, at) for at in places):
        return True
    sees = any(_shown_at(source, clause, at) for at in places)
    return sees or _breathes(source, clause)


def _may_move(source: Source, clause: Clause, at: int) -> bool:
    """Whether words at a token let something move: "only the sea may move"."""
    hit = best_hit(source, clause, "change", at)
    return hit is not None and source.tokens[hit.last - 1].text.startswith(_MOVES)


def _runs(source: Source, clause: Clause, at: int) -> bool:
    """Whether words at a token tell how time runs in the picture: "ultra slow motion waves"."""
    hit = best_hit(source, clause, "time", at)
    engine = hit is not None and source.tokens[hit.last - 1].text == "ralenti"  # it idles
    return hit is not None and hit.concept in _PACES and not engine


def _shown_at(source: Source, clause: Clause, at: int) -> bool:
    """Whether weather or light at a token does there what no one hears."""
    weather = best_hit(source, clause, "atmosphere", at)
    if weather is not None and weather.concept in _SILENT:
        return _moves(source, clause, weather)
    light = best_hit(source, clause, "light", at)
    words = [token.text for token in source.tokens[at + 1 : min(at + _NEAR, clause.last)]]
    if weather is not None and weather.concept == "wind":
        return any(word.startswith(_PULLS) for word in words[:1])
    lit = light is not None and light.concept == "neon"
    return lit and any(word.startswith(_BLINKS) for word in words)


def _moves(source: Source, clause: Clause, weather: Hit) -> bool:
    """Whether a verb of movement that isn't heard stands in or near the words for weather."""
    near = range(max(clause.first, weather.first - 1), min(clause.last, weather.last + _NEAR))
    verbs = (best_hit(source, clause, "stir", at) for at in near)
    return any(
        verb is not None and longest(source, clause, "audible", verb.first) is None
        for verb in verbs
    )


def _breathes(source: Source, clause: Clause) -> bool:
    """ "breathing forest": breath of what isn't heard to breathe."""
    breaths = (cue for cue in gestures(source, clause, set()) if cue.concept == "breathe")
    return any(sound_in(source, clause, breath.last, clause.last) == "forest" for breath in breaths)


def lights_of_shot(source: Source, clause: Clause, shot: set[int]) -> Iterator[Cue]:
    """A light that is all that a clause names, in a sentence about the camera: "push in, rain,
    night".

    Args:
        source: the prompt.
        clause: one of its clauses.
        shot: tokens about the camera.
    """
    if any(source.clauses[source.clause_of[at]].sentence == clause.sentence for at in shot):
        whole = (clause.first, clause.last)
        lights = looks(source, clause, set())
        yield from (cue for cue in lights if cue.kind == "light" and whole == (cue.first, cue.last))


def seen_as_well(source: Source, listed: list[Cue], *, shot: set[int]) -> Iterator[Cue]:
    """What sentences that list sounds tell to be seen too: "the bride laughs", « les vagues
    déferlent », « il pleut ».

    Args:
        source: the prompt.
        listed: the sounds of its lists.
        shot: tokens about the camera; a light named beside it is one: "push in, night, rain".
    """
    told = {source.clause_of[cue.first]: cue.concept for cue in listed}
    for number, concept in sorted(told.items()):
        clause = source.clauses[number]
        yield from lights_of_shot(source, clause, shot)
        for cue in acting(source, clause, set()):
            laughs = cue.kind == "subject" and concept == "laughter" and cue.concept == _LAUGHS
            moves = cue.kind == "element" and cue.concept in _MOVED and _is_named(source, cue)
            moves = moves or cue.concept in _THINGS
            if (laughs or moves) and _has_a_verb(source, clause, cue):
                yield cue
        yield from _weather_told(source, clause)


def seen_beside(source: Source, clause: Clause, used: set[int], heard: set[int]) -> Iterator[Cue]:
    """What is seen to move with words that are heard as well: "the door creaks open".

    Args:
        source: the prompt.
        clause: one of its clauses, of no list of sounds.
        used: tokens that are taken.
        heard: those of them that tell of sounds.
    """
    if holds(source, clause, "sound_lead"):
        return
    for cue in acting(source, clause, used - heard):
        told = heard & set(range(cue.first, cue.last))
        named = cue.concept in _THINGS or _is_named(source, cue, near=_NEAR)
        moves = cue.kind == "element" and cue.concept in _MOVED and named
        if moves and told and _has_a_verb(source, clause, cue, moving=True):
            yield cue


def _is_named(source: Source, cue: Cue, *, near: int = 1) -> bool:
    """ "the waves crash" tells what they do; "waves crash" may only name what is heard.

    ``near`` is how many tokens before it an article may stand: "the old barn door".
    """
    first = max(cue.first - near, source.clauses[source.clause_of[cue.first]].first)
    before = (token.text for token in source.tokens[first : cue.first])
    return any(
        in_any(words, word, LANGS) for word in before for words in ("determiner", "definite")
    )


def _has_a_verb(source: Source, clause: Clause, cue: Cue, *, moving: bool = False) -> bool:
    """Whether a cue's verb tells that it is done, and isn't part of a name: "who laughs".

    With ``moving`` a participle counts as well: "flag snapping in the wind".
    """
    if any(in_any("relative", source.tokens[at].text, LANGS) for at in range(cue.first, cue.last)):
        return False
    table = "actions" if cue.kind == "subject" else "stir"
    forms = ("third",) if cue.kind == "subject" else ("third", "base")
    forms = (*forms, "ing") if moving else forms
    verbs = (longest(source, clause, table, at) for at in range(cue.first, cue.last))
    return any(verb is not None and verb.form in forms for verb in verbs)


def _weather_told(source: Source, clause: Clause) -> Iterator[Cue]:
    """« il pleut », "it is raining": rain by a verb."""
    for at in range(clause.first, clause.last):
        ahead = {token.text for token in source.tokens[max(at - 2, clause.first) : at]}
        if source.tokens[at].text in _RAINS and ahead & {"il", "it"}:
            yield Cue("atmosphere", "rain", at, at + 1)


def blown(source: Source, found: list[Cue]) -> Iterator[Cue]:
    """The wind in which something else is heard: "the flag snaps in the wind".

    Args:
        source: the prompt.
        found: its cues.
    """
    seen = {at for cue in found if cue.kind != "audio" for at in range(cue.first, cue.last)}
    for cue in found:
        if cue.concept != "cloth" or source.section_name(cue.first) == "audio":
            continue
        clause = source.clauses[source.clause_of[cue.first]]
        for at in range(cue.first + 1, cue.last):
            hit = best_hit(source, clause, "atmosphere", at) if at not in seen else None
            ahead = {token.text for token in source.tokens[max(cue.first, at - 2) : at]}
            if hit is not None and hit.concept == "wind" and ahead & _IN:
                yield Cue("atmosphere", "wind", at, hit.last)

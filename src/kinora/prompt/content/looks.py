"""How the picture looks: lens, framing, angle, light, weather, style."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from kinora.prompt.content.cue import Cue, Kind
from kinora.prompt.content.hits import best_hit, longest
from kinora.prompt.content.sound_names import BOTH, kind_of
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.lexicon import Hit, in_any
from kinora.prompt.words.rules import rule_stems, rule_words
from kinora.prompt.words.source import Source

#: Tables read everywhere, in order of precedence among patterns of equal length.
_PLAIN: dict[str, Kind] = {
    "depth": "depth",
    "shots": "shot",
    "angles": "angle",
    "light": "light",
    "atmosphere": "atmosphere",
    "style": "style",
    "time": "style",
}

#: Weather that is a thing where a verb tells what it does, and tokens in which that stands.
_GO = frozenset({"smoke"})
_NEAR = 5

#: Words behind an order to bring to life: « n'anime que les cheveux ».
_MERELY: Final = rule_words("looks", "merely")

_FILM_MM = frozenset({8, 16, 35, 65, 70})

_LENS = re.compile(
    r"(?P<n>\d{1,3}(?:[.,]\d)?)\s?-?\s?mm\b(?P<after>\s+(?:[a-z]+\s+)?(?:lens|prime|objectif|focal))?"
)

_LENS_BEFORE = re.compile(r"(?:lens|focal length|objectif|focale|optique)\W{0,3}(?:\w+\W){0,2}$")

_BLINKS: Final = rule_stems("shared", "blinks")
_SWINGS: Final = rule_stems("looks", "swings")
_SIGNS: Final = rule_words("looks", "signs")
#: What shows that "the light turns red" tells of the picture's light, or of one of a street.
_OF_ROOMS: Final = rule_words("looks", "of_rooms")
_OF_STREETS: Final = rule_words("looks", "of_streets")
_PLAIN_LIGHTS: Final = rule_words("looks", "plain_lights")
#: Words before « plus chaud » where it is about the whole picture: « rends-la un peu plus chaude ».
_BIT: Final = frozenset({"-"}) | rule_words("looks", "bit")
_LOOSE: Final = rule_words("looks", "loose")


def lenses(source: Source, used: set[int]) -> Iterator[Cue]:
    """Focal lengths; "35 mm" alone is a film, not a lens."""
    text = source.text
    starts = {t.start: i for i, t in enumerate(source.tokens)}
    for match in _LENS.finditer(text):
        at = starts.get(match.start())
        if at is None or at in used:
            continue
        value = float(match["n"].replace(",", "."))
        before = _LENS_BEFORE.search(text[max(0, match.start() - 30) : match.start()])
        routed = source.section_name(at) == "lens"
        if value in _FILM_MM and not (match["after"] or before or routed):
            continue
        last = at
        while last < len(source.tokens) and source.tokens[last].start < match.end():
            last += 1
        if 4 <= value <= 1200:
            yield Cue("lens", f"{value:g} mm", at, last, value=value)


def looks(source: Source, clause: Clause, used: set[int]) -> Iterator[Cue]:
    """Framing, angle, depth of field, light, weather and style of a clause; longest words win."""
    at = clause.first
    while at < clause.last:
        best: tuple[Hit, Kind] | None = None
        for section, kind in _PLAIN.items():
            hit = best_hit(source, clause, section, at)
            if hit is None or used & set(range(hit.first, hit.last)):
                continue
            if best is None or hit.last > best[0].last:
                best = (hit, kind)
        noun = best_hit(source, clause, "elements", at)
        if noun is not None and noun.last > max(at + 1, best[0].last if best else 0):
            at = noun.last  # "storm clouds" are no rain
            continue
        if best is None or (source.mark_of[at] >= 0):
            at += 1
            continue
        hit, kind = best
        if kind == "atmosphere" and _is_a_deed(source, clause, hit):
            at = hit.last  # "the ripples glitter"
            continue
        if hit.concept in _GO and noun is not None and _goes(source, clause, noun):
            at = hit.last  # "smoke drifts left": it goes that way
            continue
        if hit.concept == "signal" and not _is_of_traffic(source, hit):
            at = hit.last
            continue
        if hit.concept == "mood" and _is_of_music(source, clause, hit):
            at = hit.last  # "a melancholic piano"
            continue
        if _flickers_itself(source, clause, hit):
            at += 1  # a lamp's name may begin within: "flickering screen"
            continue
        if not _weak_adjective(source, hit, clause) and not _brings_to_life(source, hit):
            stir = (
                best_hit(source, clause, "stir", hit.last) if _drifts(hit, kind, clause) else None
            )
            free = stir is not None and not used & set(range(stir.first, stir.last))
            what, _, to = hit.concept.partition(">")  # "day>overcast": the sky clouds over
            last = stir.last if stir and free else hit.last
            first, last = _with_a_name(source, clause, hit, last, used)
            if what != "vibe" or first < hit.first:  # "shaky vibe": no look
                yield Cue(kind, what, first, last, to=to)
        at = hit.last


def _with_a_name(
    source: Source, clause: Clause, hit: Hit, last: int, used: set[int]
) -> tuple[int, int]:
    """Tokens [first, last) of a look with the name that tells which: "in the style of Monet",
    "Blade Runner vibe"; of any other they are as they were."""
    first = hit.first
    if hit.concept == "of":
        while last < clause.last and last not in used and source.tokens[last].text not in BOTH:
            last += 1
    elif hit.concept == "vibe":
        while first > clause.first and first - 1 not in used:
            first -= 1
    return first, last


def _is_of_traffic(source: Source, hit: Hit) -> bool:
    """Whether a light that changes its hue is one of a street: "the light turns green", not "… as
    the sun sets"; several are where the words tell of a street."""
    if source.tokens[hit.first].text != "the":
        return True
    words = {token.text for token in source.tokens}
    if words & _OF_ROOMS:
        return False
    return source.tokens[hit.first + 1].text == "light" or bool(words & _OF_STREETS)


def _flickers_itself(source: Source, clause: Clause, hit: Hit) -> bool:
    """ "the screen flickers": that thing does, not the light over the whole picture."""
    if hit.concept not in ("flicker", "neon"):
        return False
    if hit.concept == "neon":  # "a flickering neon sign", « l'enseigne clignote »
        beside = [hit.first - 1] * (hit.first > clause.first) + [hit.last] * (
            hit.last < clause.last
        )
        return any(source.tokens[at].text.startswith(_BLINKS + _SWINGS) for at in beside) or (
            source.tokens[hit.last - 1].text in _SIGNS and _swings(source, clause, hit.last)
        )
    nouns = (best_hit(source, clause, "elements", at) for at in range(clause.first, hit.last + 1)
             if at < clause.last)  # fmt: skip
    return any(noun is not None and _has_own_light(source, noun, hit) for noun in nouns)


def _is_of_music(source: Source, clause: Clause, hit: Hit) -> bool:
    """Whether a word of mood stands beside the name of music: « piano mélancolique »."""
    if longest(source, clause, "sound_mood", hit.first) is None:
        return False
    names = [longest(source, clause, "sounds", hit.last)] if hit.last < clause.last else []
    within = range(max(hit.first - 2, clause.first), hit.first)
    names += [name for at in within if (name := longest(source, clause, "sounds", at))]
    return any(name is not None and kind_of(name.concept) == "music" for name in names)


def _swings(source: Source, clause: Clause, at: int) -> bool:
    """Whether the verb at a token, « se » before it or not, tells that something swings."""
    texts = [token.text for token in source.tokens[at : min(at + 2, clause.last)]]
    verb = texts[1:] if texts[:1] == ["se"] else texts[:1]
    return bool(verb) and verb[0].startswith(_SWINGS)


def _has_own_light(source: Source, noun: Hit, flicker: Hit) -> bool:
    """A screen, a fire, a neon sign, the traffic lights; "the lights flicker" tells of no thing."""
    if noun.concept == "lights":
        plain = noun.last - noun.first == 1 and source.tokens[noun.first].text in _PLAIN_LIGHTS
        return noun.first <= flicker.last and not plain
    signs = source.tokens[noun.last - 1].text in _SIGNS
    return (signs or noun.concept in ("screen", "fire")) and noun.first <= flicker.last


def _is_a_deed(source: Source, clause: Clause, hit: Hit) -> bool:
    """Whether a word is the verb of a thing right before it."""
    verb = best_hit(source, clause, "stir", hit.first)
    if verb is None or verb.form == "word":
        return False
    things = (best_hit(source, clause, "elements", at) for at in range(clause.first, hit.first))
    return any(thing is not None and thing.last == hit.first for thing in things)


def _goes(source: Source, clause: Clause, noun: Hit) -> bool:
    """Whether a verb near a noun tells that it moves."""
    near = range(noun.last, min(noun.last + _NEAR, clause.last))
    verbs = (best_hit(source, clause, "stir", at) for at in near)
    return any(verb is not None and verb.form != "word" for verb in verbs)


def _drifts(hit: Hit, kind: Kind, clause: Clause) -> bool:
    """ "fog rolling in": a verb may go on with the weather."""
    return kind == "atmosphere" and hit.last < clause.last


def _brings_to_life(source: Source, hit: Hit) -> bool:
    """« Anime ce portrait »: an order, not a style."""
    after = source.tokens[hit.last].text if hit.last < len(source.tokens) else ""
    order = source.tokens[hit.first].text == "anime" and hit.last == hit.first + 1
    named = any(in_any(words, after, ("fr",)) for words in ("determiner", "definite"))
    return order and (named or after in _MERELY)


def _weak_adjective(source: Source, hit: Hit, clause: Clause) -> bool:
    """ "wide", « plus chaud » … count only in a clause of their own, not beside nouns."""
    if source.tokens[hit.first].text == "plus" and hit.concept in ("warm", "cool"):
        others = (i for i in range(clause.first, clause.last) if not hit.first <= i < hit.last)
        return any(source.tokens[i].is_word and source.tokens[i].text not in _BIT for i in others)
    if hit.last - hit.first > 1 or source.tokens[hit.first].text not in _LOOSE:
        return False
    words = [i for i in range(clause.first, clause.last) if source.tokens[i].is_word]
    return len(words) > 2

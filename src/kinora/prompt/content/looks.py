"""How the picture looks: lens, framing, angle, light, weather, style."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from kinora.prompt.content.cue import Cue, Kind
from kinora.prompt.content.hits import best_hit
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.lexicon import Hit, in_any
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

_FILM_MM = frozenset({8, 16, 35, 65, 70})

_LENS = re.compile(
    r"(?P<n>\d{1,3}(?:[.,]\d)?)\s?-?\s?mm\b(?P<after>\s+(?:[a-z]+\s+)?(?:lens|prime|objectif|focal))?"
)

_LENS_BEFORE = re.compile(r"(?:lens|focal length|objectif|focale|optique)\W{0,3}(?:\w+\W){0,2}$")

_BLINKS = ("flicker", "blink", "clignot", "vacill")
_PLAIN_LIGHTS = frozenset({"light", "lights", "lumiere", "lumieres", "bulb", "bulbs"})
#: Lights that follow one another, and words between two that do; a bare « à » needs a « de ».
_TIMES_OF_DAY = frozenset(
    {"golden_hour", "blue_hour", "sunset", "sunrise", "night", "day", "overcast", "warm", "cool"}
)
_BECOMES = frozenset(
    {"to", "into", "becomes", "becoming", "become", "a", "au", "vers", "devient", "devenant"}
    | {"way", "place"}
)
_DAY = frozenset({"day", "jour"})  # a light only where it gives way to another
_BEFORE_DAY = frozenset({"from", "de", "du", "the", "le"})
_AT = frozenset({"a", "au"})
_FROM = frozenset({"de", "du", "d'", "from"})
_ARTICLE = 2  # tokens before a light: "de l'"
_PASSING = _BECOMES | frozenset(
    {"turn", "turns", "turning", "fade", "fades", "fading", "change", "changes", "changing"}
    | {"shift", "shifts", "shifting", "gives", "giving", "melts", "melting", "transitions"}
    | {"the", "a", "an", "slowly", "then", "la", "le", "l'", "laisse", "laissant", "fait", "passe"}
    | {"passant", "puis", "lentement", "se", "change", "en", "cede", "light", "lumiere"}
)
#: Words before « plus chaud » where it is about the whole picture: « rends-la un peu plus chaude ».
_BIT = frozenset(
    {"un", "peu", "beaucoup", "bien", "nettement", "rends", "rendez", "le", "la", "l'", "-"}
)
_LOOSE = frozenset(
    {
        "medium",
        "wide",
        "warm",
        "cool",
        "sharp",
        "detailed",
        "epic",
        "ms",
        "cu",
        "noir",
        "insert",
        "macro",
    }
)


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
        if best is None or (source.mark_of[at] >= 0):
            at += 1
            continue
        hit, kind = best
        if _flickers_itself(source, clause, hit):
            at += 1  # a lamp's name may begin within: "flickering screen"
            continue
        if not _weak_adjective(source, hit, clause) and not _brings_to_life(source, hit):
            stir = (
                best_hit(source, clause, "stir", hit.last) if _drifts(hit, kind, clause) else None
            )
            free = stir is not None and not used & set(range(stir.first, stir.last))
            yield Cue(kind, hit.concept, hit.first, stir.last if stir and free else hit.last)
        at = hit.last


def joined_lights(source: Source, cues: list[Cue]) -> list[Cue]:
    """The cues with one for each light that gives way to another: "golden hour to blue hour".

    Args:
        source: the prompt.
        cues: in the order of their words.
    """
    out: list[Cue] = []
    for cue in cues:
        last = out[-1] if out else None
        day = _day_before(source, cue, 0 if last is None else last.last)
        if day is not None:
            last = day
            out.append(day)
        if last is not None and _gives_way(source, last, cue):
            out[-1] = replace(last, to=cue.concept, last=cue.last)
        else:
            out.append(cue)
    return out


def _day_before(source: Source, cue: Cue, free: int) -> Cue | None:
    """The day that gives way to a light: "day turns to overcast", « du jour à l'heure bleue ».

    Args:
        source: the prompt.
        cue: a cue that may be a light.
        free: the first token after the cue before.
    """
    first = source.clauses[source.clause_of[cue.first]].first
    for at in range(max(first, free), cue.first):
        begins = at in (first, free) or source.tokens[at - 1].text in _BEFORE_DAY
        day = Cue("light", "day", at, at + 1)
        if source.tokens[at].text in _DAY and begins and _gives_way(source, day, cue):
            return day
    return None


def _gives_way(source: Source, one: Cue, other: Cue) -> bool:
    """Whether the words between two lights tell that the one becomes the other."""
    if not (one.kind == other.kind == "light" and {one.concept, other.concept} <= _TIMES_OF_DAY):
        return False
    if one.to or one.concept == other.concept or one.last >= other.first:
        return False
    between = {token.text for token in source.tokens[one.last : other.first]}
    if not between <= _PASSING or not between & _BECOMES:
        return False
    before = {token.text for token in source.tokens[max(one.first - _ARTICLE, 0) : one.first]}
    return not between & _BECOMES <= _AT or bool(before & _FROM)


def _flickers_itself(source: Source, clause: Clause, hit: Hit) -> bool:
    """ "the screen flickers": that thing does, not the light over the whole picture."""
    if hit.concept not in ("flicker", "neon"):
        return False
    if hit.concept == "neon":  # "a flickering neon sign", « l'enseigne clignote »
        beside = [hit.first - 1] * (hit.first > clause.first) + [hit.last] * (
            hit.last < clause.last
        )
        return any(source.tokens[at].text.startswith(_BLINKS) for at in beside)
    nouns = (best_hit(source, clause, "elements", at) for at in range(clause.first, hit.last + 1)
             if at < clause.last)  # fmt: skip
    return any(noun is not None and _has_own_light(source, noun, hit) for noun in nouns)


def _has_own_light(source: Source, noun: Hit, flicker: Hit) -> bool:
    """A screen, a fire, a neon sign, the traffic lights; "the lights flicker" tells of no thing."""
    if noun.concept == "lights":
        plain = noun.last - noun.first == 1 and source.tokens[noun.first].text in _PLAIN_LIGHTS
        return noun.first <= flicker.last and not plain
    return noun.concept in ("screen", "fire") and noun.first <= flicker.last


def _drifts(hit: Hit, kind: Kind, clause: Clause) -> bool:
    """ "fog rolling in": a verb may go on with the weather."""
    return kind == "atmosphere" and hit.last < clause.last


def _brings_to_life(source: Source, hit: Hit) -> bool:
    """« Anime ce portrait »: an order, not a style."""
    after = source.tokens[hit.last].text if hit.last < len(source.tokens) else ""
    order = source.tokens[hit.first].text == "anime" and hit.last == hit.first + 1
    return order and (in_any("determiner", after, ("fr",)) or in_any("definite", after, ("fr",)))


def _weak_adjective(source: Source, hit: Hit, clause: Clause) -> bool:
    """ "wide", « plus chaud » … count only in a clause of their own, not beside nouns."""
    if source.tokens[hit.first].text == "plus" and hit.concept in ("warm", "cool"):
        others = (i for i in range(clause.first, clause.last) if not hit.first <= i < hit.last)
        return any(source.tokens[i].is_word and source.tokens[i].text not in _BIT for i in others)
    if hit.last - hit.first > 1 or source.tokens[hit.first].text not in _LOOSE:
        return False
    words = [i for i in range(clause.first, clause.last) if source.tokens[i].is_word]
    return len(words) > 2

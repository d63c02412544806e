"""Lights that give way to others: "golden hour to blue hour", « le jour devient couvert »."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from kinora.prompt.content.cue import Cue
from kinora.prompt.words.lexicon import LANGS, in_any
from kinora.prompt.words.rules import rule_words
from kinora.prompt.words.source import Source

#: Lights that follow one another.
_TIMES_OF_DAY: Final = frozenset(
    {"golden_hour", "blue_hour", "sunset", "sunrise", "night", "day", "overcast", "warm", "cool"}
)
#: Words between two that do; a bare « à » needs a « de », a bare « en » a verb.
_BECOMES: Final = rule_words("transitions", "becomes")
_PASSES: Final = rule_words("transitions", "passes")
_PASSING: Final = _BECOMES | _PASSES | rule_words("transitions", "passing")
#: A light only where it gives way to another, and only where another gives way to it.
_DAY: Final = rule_words("transitions", "day")
_ENDS: Final = {
    "day": "day", "jour": "day", "morning": "sunrise", "matin": "sunrise",
    "evening": "golden_hour", "soir": "golden_hour",
}  # fmt: skip
_BEFORE_DAY: Final = rule_words("transitions", "before_day")
_ADJECTIVES: Final = rule_words("transitions", "adjectives")
_AT: Final = rule_words("transitions", "at")
_FROM: Final = rule_words("transitions", "from")
_ARTICLE: Final = 2  # tokens before a light: "de l'"
_LATEST: Final = 24  # cues before a light among which the one that it goes on from is looked for
_BEHIND: Final = 6  # tokens after a light in which the one that it gives way to may stand
_NEAR: Final = 3  # tokens between two lights that are told as one: "sunrise until the sunset"
_CLOUDED: Final = "clouds"  # weather that is a light where day gives way to it
#: What begins with one light and ends with another, whatever the words before it say.
_FALLS: Final = {"day_to_night": ("day", "night"), "night_to_day": ("night", "day")}
#: What goes on from a light that was named before it, and where to.
_GOES_ON: Final = {
    "day_to_night": "night", "night_to_day": "day", "sun_rises": "sunrise", "sun_sets": "sunset",
    "brightens": "day",
}  # fmt: skip
_DARK: Final = frozenset({"overcast", "night", "blue_hour"})  # what the sun that comes out ends
#: What a light does as it gives way, and the light that it then ends with.
_HOW: Final = {"dims": "night", "sun_rises": "sunrise", "sun_sets": "sunset", "brightens": "day"}
#: Verbs of what turns into a light by itself, and words before what it ends with.
_TURNS: Final = rule_words("transitions", "turns")
#: What turns so, and what may stand between it and its verb.
_LIT: Final = rule_words("transitions", "lit")
_HARDLY: Final = rule_words("transitions", "hardly")
_MERELY_AT: Final = rule_words("transitions", "merely_at")
_OF: Final = rule_words("transitions", "of")
_UNTIL: Final = rule_words("transitions", "until")
_NIGHT: Final = ("night", "day_to_night")  # a light, and how day turns into it


def joined_lights(source: Source, cues: list[Cue]) -> list[Cue]:
    """The cues with one for each light that gives way to another: "golden hour to blue hour".

    Args:
        source: the prompt.
        cues: in the order of their words.
    """
    out: list[Cue] = []
    for cue in cues:
        last = out[-1] if out else None
        then = _as_overcast(cue)
        day = _day_before(source, then, 0 if last is None else last.last)
        if day is not None:
            last = day
            out.append(day)
        if last is not None and _gives_way(source, last, then):
            out[-1] = replace(last, to=then.concept, last=then.last)
        else:
            out.append(cue)
    limits = [*(cue.first for cue in out[1:]), len(source.tokens)]
    ended = [_ended(source, cue, limit) for cue, limit in zip(out, limits, strict=False)]
    begun = _joined_by_until(source, _begun(ended))
    return _once(source, [_reached(source, cue) for cue in begun])


def _as_overcast(cue: Cue) -> Cue:
    """« couvert » as a light: the weather that day may give way to."""
    clouded = cue.kind == "atmosphere" and cue.concept == _CLOUDED
    return replace(cue, kind="light", concept="overcast") if clouded else cue


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
    return _tells_of_passing(source, one, other.first, bare=other.concept == "overcast")


def _tells_of_passing(source: Source, one: Cue, until: int, *, bare: bool) -> bool:
    """Whether the tokens from a light to ``until`` tell that another takes its place.

    Args:
        source: the prompt.
        one: a light.
        until: the token before which they end.
        bare: whether a verb alone does: "the day turns overcast".
    """
    between = {token.text for token in source.tokens[one.last : until]}
    if not between <= _PASSING:
        return False
    if bare and between & _PASSES:
        return True
    becomes = between & _BECOMES
    if becomes == {"en"}:
        return bool(between & _PASSES)
    before = {token.text for token in source.tokens[max(one.first - _ARTICLE, 0) : one.first]}
    return bool(becomes) and (not becomes <= _AT or bool(before & _FROM))


def _ended(source: Source, cue: Cue, limit: int) -> Cue:
    """A light with the time of day that it gives way to: "from night to warm morning".

    Args:
        source: the prompt.
        cue: a cue that may be a light.
        limit: the token at which the next cue begins.
    """
    if cue.kind != "light" or cue.to or cue.concept not in _TIMES_OF_DAY:
        return cue
    clause = source.clauses[source.clause_of[cue.first]]
    for at in range(cue.last + 1, min(cue.last + _BEHIND, clause.last, limit)):
        end = _ENDS.get(source.tokens[at].text)
        named = at + 1 < clause.last and source.tokens[at + 1].text in _OF
        if end is not None and end != cue.concept and not named:
            until = at - (source.tokens[at - 1].text in _ADJECTIVES)
            passes = _tells_of_passing(source, cue, until, bare=False)
            return replace(cue, to=end, last=at + 1) if passes else cue
    return cue


def _begun(cues: list[Cue]) -> list[Cue]:
    """Where night falls on a time of day that was named before: "at dusk, then night falls"."""
    out: list[Cue] = []
    for cue in cues:
        end = _GOES_ON.get(cue.concept, "") if cue.kind == "light" else ""
        starts = _DARK if cue.concept == "brightens" else _TIMES_OF_DAY - {end}
        latest = range(max(len(out) - _LATEST, 0), len(out)) if end else ()
        before = [i for i in latest if _is_plain(out[i]) and out[i].concept in starts]
        if not end or not before:
            out.append(cue)
            continue
        start = out.pop(before[-1])
        same = start.concept == _FALLS.get(cue.concept, ("", ""))[0]
        out.append(cue if same else replace(cue, concept=start.concept, to=end))
    return out


def _joined_by_until(source: Source, cues: list[Cue]) -> list[Cue]:
    """Where a light lasts until another: "from sunrise until sunset"."""
    out: list[Cue] = []
    for cue in cues:
        ends = _is_plain(cue) and _is_until(source, cue)
        before = (
            [i for i, one in enumerate(out) if _same_sentence(source, one, cue)] if ends else []
        )
        if not before:
            out.append(cue)
            continue
        start = out.pop(before[-1])
        beside = cue.first - start.last <= _NEAR
        first = start.first if beside else cue.first
        out.append(replace(cue, concept=start.concept, to=cue.concept, first=first))
    return out


def _same_sentence(source: Source, one: Cue, other: Cue) -> bool:
    """Whether one light stands in the sentence of another."""
    plain = _is_plain(one) and one.concept != other.concept
    return plain and _sentence(source, one) == _sentence(source, other)


def _is_until(source: Source, cue: Cue) -> bool:
    """Whether a light is the one until which something lasts."""
    clause = source.clauses[source.clause_of[cue.first]]
    near = source.tokens[max(clause.first, cue.first - _BEHIND // 2) : cue.first]
    return clause.connector in _UNTIL or any(token.text in _UNTIL for token in near)


def _reached(source: Source, cue: Cue) -> Cue:
    """What the photo's own light becomes: "it turns to night", « jusqu'à la nuit »."""
    if not _is_plain(cue) or cue.concept == "day":
        return cue
    if not (_is_until(source, cue) or _turns_by_itself(source, cue)):
        return cue
    if cue.concept == _NIGHT[0]:
        return replace(cue, concept=_NIGHT[1])
    return replace(cue, concept="day", to=cue.concept)


def _turns_by_itself(source: Source, cue: Cue) -> bool:
    """Whether the light or the sky turns into a light, not a camera or somebody towards it."""
    clause = source.clauses[source.clause_of[cue.first]]
    first = max(clause.first, cue.first - _BEHIND)
    before = [token.text for token in source.tokens[first : cue.first]]
    turns = [i for i, word in enumerate(before) if word in _TURNS]
    if not turns or source.tokens[cue.first].text in _MERELY_AT:
        return False
    between = set(before[turns[-1] + 1 :])
    if not between <= _PASSING - _MERELY_AT:
        return False
    at = first + turns[-1] - 1
    while at >= clause.first and _tells_how(source.tokens[at].text):
        at -= 1
    return at >= clause.first and source.tokens[at].text in _LIT


def _tells_how(word: str) -> bool:
    return (
        word in _HARDLY | _PASSES or word.endswith(("ly", "ment")) or in_any("adverb", word, LANGS)
    )


def _is_plain(cue: Cue) -> bool:
    return cue.kind == "light" and not cue.to and cue.concept in _TIMES_OF_DAY - {"warm", "cool"}


def _once(source: Source, cues: list[Cue]) -> list[Cue]:
    """Without lights that another names as well: "moonlit night", "sunrise: from night to dawn",
    "the light dims until it is night"."""
    told = {light for cue in cues if cue.kind == "light" for light in _ends_of(cue)}
    ends = {(_sentence(source, cue), light) for cue in cues for light in _ends_of(cue)}
    known: set[tuple[str, str]] = set()
    out: list[Cue] = []
    for cue in cues:
        plain, light = _is_plain(cue), (cue.concept, cue.to)
        reached = (_sentence(source, cue), _HOW.get(cue.concept, ""))
        clouded = cue.kind == "atmosphere" and cue.concept == _CLOUDED and "overcast" in told
        if clouded or (cue.kind == "light" and not cue.to and reached in ends):
            continue
        if (plain and cue.concept in told) or ((plain or cue.to) and light in known):
            continue
        known |= {light} if cue.kind == "light" else set()
        out.append(cue)
    return out


def _sentence(source: Source, cue: Cue) -> int:
    return source.clauses[source.clause_of[cue.first]].sentence


def _ends_of(cue: Cue) -> Iterator[str]:
    if cue.kind == "light" and cue.to:
        yield from (cue.concept, cue.to)
    yield from _FALLS.get(cue.concept, ())

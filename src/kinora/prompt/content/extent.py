"""How much of something is asked for: words of size around a cue, numbers and times behind it."""

from __future__ import annotations

import re
from typing import Final

from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.lexicon import lexicon, load
from kinora.prompt.words.source import Source
from kinora.prompt.words.timing import joined
from kinora.types.plan import Direction

_BEFORE, _AFTER = 3, 3  # tokens around a cue in which words of size belong to it
_DEGREES = re.compile(r"\W{0,3}(?:\w+\W){0,3}?(\d+(?:[.,]\d+)?)\s*(?:°|deg)")
_TIMES: Final = {
    "once": 1, "twice": 2, "thrice": 3, "double": 2, "two": 2, "three": 3, "four": 4, "five": 5,
    "deux": 2, "trois": 3, "quatre": 4, "cinq": 5,
}  # fmt: skip
_OFTEN: Final = frozenset({"once", "twice", "thrice"})


def size_of(source: Source, first: int, last: int, *, inside: bool = True) -> float | None:
    """The factor that a word of size near tokens [first, last) tells ("tiny" 0.3), or None.

    Without ``inside`` it has to stand beside them: "sunset light" isn't a light sunset.
    """
    found = _told(source, first, last, load("amounts")["sizes"], inside=inside)
    return None if found is None else found[0]


def pace_of(source: Source, first: int, last: int) -> float | None:
    """The factor that a word of speed near tokens [first, last) tells ("slowly" 0.7), or None."""
    found = _told(source, first, last, load("amounts")["speeds"])
    return None if found is None else found[0]


def words_of_extent(source: Source, first: int, last: int, *, paced: bool) -> list[tuple[int, int]]:
    """Tokens around [first, last) that say how much of it, how fast (``paced``) and which way."""
    amounts = load("amounts")
    tables = [amounts["sizes"], *([amounts["speeds"]] if paced else [])]
    found = [hit for table in tables if (hit := _told(source, first, last, table))]
    spans = [(start, end) for _, start, end in found]
    clause = source.clauses[source.clause_of[first]]
    for at in range(last, min(last + 2 * _AFTER, clause.last)):
        if source.tokens[at].text in _SIDES:
            start = at
            while start > last and source.tokens[start - 1].text in _TO:
                start -= 1
            spans.append((start, at + 1))
            break
    return [*spans, *_words_of_degrees(source, last, clause.last)]


def _words_of_degrees(source: Source, first: int, last: int) -> list[tuple[int, int]]:
    """Tokens right behind token ``first`` - 1 that tell an angle: "10 degrees", « de 10° »."""
    start = source.tokens[first - 1].end
    match = _DEGREES.match(source.text[start : source.tokens[last - 1].end + 12])
    if match is None:
        return []
    end = start + match.end()
    behind = [at for at in range(first, last) if source.tokens[at].start < end]
    return [(first, behind[-1] + 1)] if behind else []


_TO: Final = frozenset({"to", "the", "toward", "towards", "vers", "la", "le", "sur", "a"})


def _told(
    source: Source, first: int, last: int, factors: dict[str, float], *, inside: bool = True
) -> tuple[float, int, int] | None:
    """The factor that a word of manner near tokens [first, last) tells, and its tokens."""
    clause = source.clauses[source.clause_of[first]]
    start, end = max(first - _BEFORE, clause.first), min(last + _AFTER, clause.last)
    within = range(first, last) if inside else ()
    places = [*range(first - 1, start - 1, -1), *within, *range(last, end)]
    for at in places:
        for lang in clause.langs:
            hit = lexicon(lang).match_at("manner", source.tokens, at, limit=end)
            if hit is not None and hit.concept in factors:
                return float(factors[hit.concept]), hit.first, hit.last
    return None


def degrees_of(source: Source, first: int, last: int) -> float | None:
    """An angle told right behind tokens [first, last): "head turn of 15 degrees"."""
    clause = source.clauses[source.clause_of[first]]
    start = source.tokens[last - 1].end
    match = _DEGREES.match(source.text[start : source.tokens[clause.last - 1].end + 12])
    return float(match[1].replace(",", ".")) if match else None


def times_of(source: Source, first: int, last: int, *, many: bool = False) -> int:
    """How often: "blinks twice", « deux clignements »; once if nothing is said.

    Args:
        source: the prompt.
        first: the first token of what is done.
        last: the token behind it.
        many: whether it opens with who does it, whom a number before it counts: "two friends".
    """
    clause = source.clauses[source.clause_of[first]]
    after = range(last_but_times(source, last), min(last + _AFTER, clause.last))
    for at in (*after, first - 1, first - 2):
        word = source.tokens[at].text if clause.first <= at else ""
        if word in _TIMES and (at in after or not many) and not _counts_others(source, at):
            return _TIMES[word]
    return 1


def _counts_others(source: Source, at: int) -> bool:
    """Whether a number tells how many there are of something else: « tous les deux », "at two"."""
    before = [token.text for token in source.tokens[max(at - 2, 0) : at]]
    return before[-1:] in (["les"], ["the"], ["at"], ["of"])


def last_of_times(source: Source, clause: Clause, last: int) -> int:
    """``last``, or the end of words right after it that tell how often: "twice", « deux fois »."""
    words = [token.text for token in source.tokens[last : min(last + 2, clause.last)]]
    if words[:1] and words[0] in _OFTEN:
        return last + 1
    counted = len(words) == 2 and words[0] in _TIMES and words[1] in ("times", "fois")
    return last + 2 if counted else last


def last_but_times(source: Source, last: int) -> int:
    """Where the words that tell how often begin, if tokens before ``last`` are such, else it."""
    words = [token.text for token in source.tokens[max(last - 2, 0) : last]]
    if words[-1:] and words[-1] in _OFTEN:
        return last - 1
    counted = len(words) == 2 and words[0] in _TIMES and words[1] in ("times", "fois")
    return last - 2 if counted else last


_LISTING: Final = frozenset({"and", "then", "again", "et", "puis", "encore"})


def moments_of(source: Source, first: int, last: int) -> tuple[float, ...]:
    """Points in time told of tokens [first, last), seconds: "at 1 s and 3 s"; often none."""
    clause = source.clauses[source.clause_of[first]]
    marks, own = source.marks, (*range(last, clause.last), *range(clause.first, first))
    told = (source.mark_of[at] for at in own if source.mark_of[at] >= 0)
    at = next((mark for mark in told if marks[mark].kind == "start"), None)
    if at is None:  # "she blinks twice, at 1 s and at 3 s"
        end = source.tokens[last - 1].end
        after = (k for k, mark in enumerate(marks) if mark.first >= end and mark.kind == "start")
        at = next(after, None)
        if at is None or source.text[end : marks[at].first].strip() != ",":
            return ()
        if not _is_only_times(source, at):  # "she blinks, at 2 s the camera pans left"
            return ()
    moments = [marks[at]]
    for number, mark in enumerate(marks[at + 1 :], at + 1):
        if mark.kind != "start" or not joined(source.text, moments[-1], mark):
            break
        if _clause_of(source, number) is not clause and not _is_only_times(source, number):
            break
        moments.append(mark)
    return tuple(float(mark.start) for mark in moments)


def _is_only_times(source: Source, mark: int) -> bool:
    """Whether the clause in which a time stands tells of nothing else."""
    clause = _clause_of(source, mark)
    words = (at for at in range(clause.first, clause.last) if source.mark_of[at] < 0)
    return all(source.tokens[at].text in _LISTING for at in words)


def _clause_of(source: Source, mark: int) -> Clause:
    return source.clauses[source.clause_of[source.mark_of.index(mark)]]


_SIDEWAYS: Final[dict[str, Direction]] = {
    "left": "left",
    "leftward": "left",
    "leftwards": "left",
    "gauche": "left",
    "right": "right",
    "rightward": "right",
    "rightwards": "right",
    "droite": "right",
}
_SIDES: Final[dict[str, Direction]] = _SIDEWAYS | {
    "up": "up",
    "haut": "up",
    "upward": "up",
    "upwards": "up",
    "down": "down",
    "bas": "down",
    "downward": "down",
    "downwards": "down",
}
_QUITE: Final = frozenset({"tout", "toute", "toutes", "tous"})  # « toute droite »: upright


def side_of(source: Source, first: int, last: int) -> Direction | None:
    """The way that something turns: "turns her head to the left"."""
    clause = source.clauses[source.clause_of[first]]
    return _side_among(source, first, min(last + 2 * _AFTER, clause.last), _SIDES)


def sideways_of(source: Source, first: int, last: int) -> Direction | None:
    """The side to which something goes that tokens [first, last) tell of; None: to none."""
    return _side_among(source, first, last, _SIDEWAYS)


def _side_among(
    source: Source, first: int, last: int, sides: dict[str, Direction]
) -> Direction | None:
    for at in range(first, last):
        side = sides.get(source.tokens[at].text)
        if side is not None and not (at and source.tokens[at - 1].text in _QUITE):
            return _where_to(source, at, last, sides) or side
    return None


def _where_to(source: Source, at: int, last: int, sides: dict[str, Direction]) -> Direction | None:
    """The second side of "from right to left", « de droite à gauche »; None: there is only one."""
    place = at + 1
    while place < last and source.tokens[place].text in _TO:
        place += 1
    return sides.get(source.tokens[place].text) if at + 1 < place < last else None

"""Sounds that nothing announces but their own words: "a train passes by", "gulls cry"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kinora.prompt.clauses import Clause
from kinora.prompt.lexicon import Hit
from kinora.prompt.sound_items import Heard, times_of
from kinora.prompt.sound_names import BOTH, OF, TOLD, covered, denied, longest, tells_at
from kinora.prompt.source import Source

_NEAR: Final = 5  # tokens between what sounds and its verb
_STOPS: Final = frozenset({":", ";", "(", ")", "—", "–"})
_FINITE: Final = ("third", "base")
#: Plurals without an "s", whose verbs have none either: "geese honk".
_PLURALS: Final = frozenset(
    {"geese", "sheep", "cattle", "people", "mice", "children", "men", "women", "police", "deer"}
)


def implied(source: Source, clause: Clause, used: set[int]) -> Iterator[Heard]:
    """Sounds that nothing announces but their own words, in what the picture left over.

    A phrase ("a train passes by"), a name that stands for nothing else ("birdsong"), or a thing
    that sounds with a verb that is only heard ("a tram clatters past", "buzzing bees").
    """
    told = list(phrases(source, clause, used, table="resounding"))
    yield from told
    used = used | {at for heard in told for at in range(heard.first, heard.last)}
    at = clause.first
    while at < clause.last:
        free = at not in used and not denied(source, clause, at)
        hit = longest(source, clause, "sounds", at) if free else None
        last = at + 1
        if hit is not None and not used & set(range(hit.first, hit.last)):
            sure = longest(source, clause, "surely", at)
            verb = _heard_verb(source, clause, hit, used)
            verb = verb or _verb_within(source, clause, hit)
            if sure and verb and _both(source, hit.last, verb):  # "applause and cheering"
                verb = None
            if sure is not None or verb is not None:
                first, last = hit.first, max(hit.last, verb or 0, sure.last if sure else 0)
                while first > clause.first and tells_at(source, clause, first - 1):
                    if first - 1 in used:
                        break
                    first -= 1
                start, until = times_of(source, clause.first, clause.last)
                yield Heard(hit.concept, first, last, start, until)
        at = last


def _verb_within(source: Source, clause: Clause, name: Hit) -> int | None:
    """The end of a name that tells what is heard itself: « rivière qui gazouille »."""
    verbs = (
        longest(source, clause, "audible", at, name.last) for at in range(name.first + 1, name.last)
    )
    return name.last if any(verb and verb.form in _FINITE for verb in verbs) else None


def _both(source: Source, first: int, last: int) -> bool:
    """Whether tokens [first, last) join two things."""
    return any(source.tokens[at].text in BOTH for at in range(first, last))


def _heard_verb(source: Source, clause: Clause, name: Hit, used: set[int]) -> int | None:
    """The end of a verb that is only heard, near what does it; None: there is none."""
    for at in range(name.last, min(name.last + _NEAR, clause.last)):
        if at in used or source.tokens[at].text in _STOPS:
            break
        verb = longest(source, clause, "audible", at)
        if verb is not None and _is_done_by(source, name, verb):
            return verb.last
        other = longest(source, clause, "sounds", at)
        before = {source.tokens[i].text for i in range(name.last, at)}
        joined = at - 1 == name.last and bool(before & BOTH)
        if other is not None and not joined and not before & OF:
            break  # "a gong struck once and pigeons cooing"
    ahead = None if name.first == clause.first else name.first - 1
    if ahead is not None and ahead not in used:
        verb = longest(source, clause, "audible", ahead, name.first)
        if verb is not None and verb.form == "ing":
            return name.last
    return None


def _is_done_by(source: Source, name: Hit, verb: Hit) -> bool:
    """Whether a word is the verb of what is named: a bare English verb goes with a plural."""
    if verb.form == "word":
        return verb.last - verb.first > 1  # "can be heard"
    if verb.form != "base" or verb.lang != "en":
        return True
    who = source.tokens[name.last - 1].text
    return who.endswith("s") or who in _PLURALS


def phrases(source: Source, clause: Clause, used: set[int], *, table: str) -> Iterator[Heard]:
    """What is heard by the phrases of a table, each with what is said about it.

    Args:
        source: the prompt.
        clause: one of its clauses.
        used: tokens that mean something else.
        table: "sounding", what is only heard, or "resounding", what is seen as well.
    """
    end = clause.first
    for at in range(clause.first, clause.last):
        hit = longest(source, clause, table, at) if at >= end and at not in used else None
        more = hit and longest(source, clause, "resounding", at)
        if hit is not None and more is not None and more.last > hit.last:
            hit = more  # "rain drums on the window" is heard there
        if hit is not None and not used & set(range(hit.first, hit.last)):
            heard = _sounding(source, clause, hit, used)
            end = heard.last
            yield heard


def _sounding(source: Source, clause: Clause, hit: Hit, used: set[int]) -> Heard:
    """ "a dog barks in the distance": what is heard as such, with what is said about it."""
    first, last = hit.first, hit.last
    while first > clause.first and first - 1 not in used and tells_at(source, clause, first - 1):
        first -= 1
    told = covered(source, clause, TOLD)
    while last < clause.last and last not in used and last in told:
        last += 1
    at, until = times_of(source, clause.first, clause.last)
    return Heard(hit.concept, first, last, at, until)

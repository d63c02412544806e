"""What "and" joins to sounds: things that are heard as well, and what else somebody does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kinora.prompt.content.hits import longest
from kinora.prompt.content.sound_items import Heard, times_around
from kinora.prompt.content.sound_names import BOTH, NEAREST, OF, denied, tells_at
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.lexicon import LANGS, Hit, in_any
from kinora.prompt.words.source import Source

_NEAR: Final = 5  # tokens before "and" in which a name may stand
_PLACE: Final = 5  # tokens that tell where something sounds, and "and"
#: What people do with their voice and hands.
HUMAN: Final = frozenset(
    {"laughter", "shouting", "cheer", "applause", "whispering", "cough", "~cough", "snoring"}
)
#: Adjectives that may stand before what is heard as well: "a dog barks and an old accordion".
_PLAIN: Final = frozenset(
    {"old", "little", "big", "small", "few", "some", "lots", "maybe", "also", "vieux", "vieil"}
    | {"vieille", "petit", "petite", "petits", "gros", "grosse", "quelques", "aussi"}
)
#: Words behind a name that tell of its place only.
_SOMEWHERE: Final = frozenset({"somewhere", "outside", "overhead", "nearby", "far", "quelque"})


def joined(source: Source, clause: Clause, told: list[Heard], used: set[int]) -> Iterator[Heard]:
    """What "and" joins to sounds: "crackling and crickets at night"; what then does something else
    isn't: "a dog barks and the boat drifts".

    Args:
        source: the prompt.
        clause: one of its clauses.
        told: sounds of the clause.
        used: tokens that mean something else, or those sounds.
    """
    for heard in told:
        yield from _joined_before(source, clause, heard, used)
        at = _past_its_place(source, clause, heard.last)
        if at >= clause.last or source.tokens[at].text not in BOTH:
            continue
        at += 1
        while at < clause.last and _is_lead_in(source, clause, at):
            at += 1
        name = longest(source, clause, "sounds", at) if at < clause.last else None
        if name is None or used & set(range(at, name.last)) or denied(source, clause, at):
            continue
        behind = source.tokens[name.last].text if name.last < clause.last else ""
        ends = not behind or behind in _SOMEWHERE or in_any("preposition", behind, LANGS)
        if ends or tells_at(source, clause, name.last):
            start, until = times_around(source, clause, at, name.last)
            yield Heard(name.concept, at, name.last, start, until)


def _past_its_place(source: Source, clause: Clause, at: int) -> int:
    """The "and" behind the place of a sound that ends before token ``at``: "hens clucking in the
    yard and a tractor"; ``at`` where there is none."""
    if at >= clause.last or not in_any("preposition", source.tokens[at].text, LANGS):
        return at
    near = range(at, min(clause.last, at + _PLACE))
    return next((i for i in near if source.tokens[i].text in ("and", "et")), at)


def _joined_before(source: Source, clause: Clause, heard: Heard, used: set[int]) -> Iterator[Heard]:
    """What stands before "and" a sound: "just the brook and birds chirping"."""
    verbs = (longest(source, clause, table, heard.first) for table in ("audible", "does"))
    if any(verb is not None and verb.form == "third" for verb in verbs):
        return  # "he jumps off on a rope and screams"
    at = heard.first - 1
    while at > clause.first and _is_lead_in(source, clause, at):
        at -= 1
    if at <= clause.first or source.tokens[at].text not in ("and", "et") or at - 1 in used:
        return
    starts = range(max(clause.first, at - _NEAR), at)  # « pages qu'on tourne et tic tac »
    names = (longest(source, clause, "sounds", start, at) for start in starts)
    name = next((hit for hit in names if hit is not None and hit.last == at), None)
    if name is None or name.concept.startswith(NEAREST) or used & set(range(name.first, at)):
        return
    if not denied(source, clause, name.first):
        start, until = times_around(source, clause, name.first, at)
        yield Heard(name.concept, name.first, at, start, until)


def _is_lead_in(source: Source, clause: Clause, at: int) -> bool:
    """Whether a token only leads to a name: "the", "loud"."""
    word = source.tokens[at].text
    plain = word in _PLAIN or word in OF
    return plain or in_any("determiner", word, LANGS) or tells_at(source, clause, at)


def second_deeds(source: Source, clause: Clause, told: list[Heard]) -> Iterator[Heard]:
    """What those who are heard do as well: "everybody claps and cheers".

    Args:
        source: the prompt.
        clause: one of its clauses.
        told: its sounds, of which one tells of one of both verbs.
    """
    heard = {sound.concept for sound in told}
    for at in range(clause.first + 1, clause.last - 1) if heard & HUMAN else ():
        if source.tokens[at].text != "and":
            continue
        before, after = _deed_before(source, clause, at), longest(source, clause, "does", at + 1)
        if before is None or after is None or before.form != after.form:
            continue
        pair = {before.concept: before, after.concept: after}
        if pair.keys() <= HUMAN and pair.keys() & heard:
            for concept in pair.keys() - heard:
                verb = pair[concept]
                yield Heard(concept, verb.first, verb.last, *times_around(source, clause, at, at))


def _deed_before(source: Source, clause: Clause, at: int) -> Hit | None:
    """The verb that ends right before token ``at``."""
    verbs = (
        longest(source, clause, "does", i, at) for i in range(max(clause.first, at - _NEAR), at)
    )
    return next((verb for verb in verbs if verb is not None and verb.last == at), None)

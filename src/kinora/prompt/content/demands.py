"""What a prompt asks to keep, to change, to avoid, or to cut."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from kinora.prompt.content.cue import Cue, Kind
from kinora.prompt.content.hits import best_hit, longest
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.lexicon import Hit
from kinora.prompt.words.source import Source

_KINDS: dict[str, Kind] = {"keep": "keep", "change": "may_change", "avoid": "avoid"}


def asked_in_section(source: Source, clause: Clause, section: str, used: set[int]) -> Iterator[Cue]:
    """What a clause of a section called "keep", "change" or "avoid" lists."""
    free = [i for i in range(clause.first, clause.last) if i not in used]
    if free and any(source.tokens[i].is_word for i in free):
        yield Cue(_KINDS[section], "", free[0], free[-1] + 1, who=(free[0], free[-1] + 1))


def constraints(source: Source, clause: Clause, used: set[int]) -> Iterator[Cue]:
    """The first order of a clause to keep, to let change, or to avoid something."""
    for at in range(clause.first, clause.last):
        if at in used:
            continue
        for section, kind in _KINDS.items():
            hit = best_hit(source, clause, section, at)
            if hit is None or used & set(range(hit.first, hit.last)):
                continue
            if kind == "may_change" and _is_heard(source, clause, hit):
                continue  # "let the kettle whistle"
            yield _constraint(source, clause, hit, kind, used)
            return


def _is_heard(source: Source, clause: Clause, hit: Hit) -> bool:
    """Whether what is let do something is to be heard."""
    verbs = (longest(source, clause, "audible", at) for at in range(hit.last, clause.last))
    return any(verb is not None and verb.form == "base" for verb in verbs)


def _constraint(source: Source, clause: Clause, hit: Hit, kind: Kind, used: set[int]) -> Cue:
    last = hit.last
    while last < clause.last and last not in used and source.mark_of[last] < 0:
        last += 1
    first = hit.first
    if last == hit.last:  # "the logo stays the same": what is kept stands before
        while first > clause.first and first - 1 not in used and source.mark_of[first - 1] < 0:
            first -= 1
        return Cue(kind, "", first, last, who=(first, hit.first))
    return Cue(kind, "", first, last, who=(hit.last, last))


def cuts(source: Source, clause: Clause, used: set[int]) -> Iterator[Cue]:
    """What one continuous shot of a photo can't hold: a cut, a newcomer, lettering, a format."""
    for at in range(clause.start, clause.last):
        if at in used:
            continue
        hit = best_hit(source, clause, "cuts", at)
        if hit is not None and hit.concept != "cut":
            kind = cast("Kind", hit.concept)
            first = at
            while first > clause.first and first - 1 not in used and kind == "newcomer":
                first -= 1
            yield Cue(kind, hit.concept, first, hit.last)
            return
        if hit is not None and _is_cut(source, hit):
            last = hit.last
            while last < clause.last and last not in used:
                last += 1
            yield Cue("cut", hit.concept, at, last)
            return


def _is_cut(source: Source, hit: Hit) -> bool:
    """A bare "cut" must stand alone; "cut to …" and "jump cut" say what they are."""
    if hit.last - hit.first > 1:
        return True
    word = source.tokens[hit.first].text
    if word != "cut":
        return True
    before = source.tokens[hit.first - 1].text if hit.first else "."
    return not before[0].isalpha()

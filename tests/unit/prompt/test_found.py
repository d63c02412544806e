"""Cues by the clauses that they touch are those that a search of all of them finds."""

from __future__ import annotations

from kinora.prompt.content.cue import Cue, Kind
from kinora.prompt.content.found import Found, tokens_of
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.source import prepare

_WORDS = "pan left, she blinks, rain falls on the roof, he nods and smiles. The sea moves, wind"


def _found() -> Found:
    found = Found(prepare(_WORDS))
    last = len(prepare(_WORDS).tokens)
    for first in (*range(6, last - 1), *range(6)):
        kind: Kind = "audio" if first % 3 else "subject"
        found.append(Cue(kind, str(first), first, first + 2, who=(first, first + 1)))
    return found


def _touching(cues: list[Cue], clause: Clause) -> list[Cue]:
    return [cue for cue in cues if cue.first < clause.last and clause.first < cue.last]


def test_cues_near_a_clause_are_all_that_touch_it() -> None:
    found, source = _found(), prepare(_WORDS)
    for clause in source.clauses:
        near = found.near(clause.first, clause.last)
        assert _touching(near, clause) == _touching(found, clause) != []
        tokens = tokens_of(found, frozenset({"audio"})) & set(range(clause.first, clause.last))
        here = found.tokens(clause, frozenset({"audio"}))
        assert here & set(range(clause.first, clause.last)) == tokens


def test_cues_of_the_clause_before() -> None:
    found, source = _found(), prepare(_WORDS)
    for before, clause in zip(source.clauses, source.clauses[1:], strict=False):
        assert found.before(clause) == found.near(before.first, before.last)


def test_what_is_added_or_replaced_counts_at_once() -> None:
    found = _found()
    assert found.furthest() == max(found, key=lambda cue: cue.first)
    assert found.beings() == [cue for cue in found if cue.kind == "subject"]
    last = Cue("subject", "nod", len(prepare(_WORDS).tokens) - 1, len(prepare(_WORDS).tokens))
    found.append(last)
    assert found.furthest() == last
    found[-1] = Cue("subject", "blink", last.first, last.last)
    assert found.furthest() == found[-1]

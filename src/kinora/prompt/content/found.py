"""The cues found so far, by the clauses that they touch: long prompts have thousands of each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from kinora.prompt.content.cue import Cue, Kind
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.source import Source

#: Beings that are looked back at for the last that acts: all of a long prompt's would take long.
_LATEST: Final = 64


class Found(list[Cue]):
    """Cues in the order in which they were found. They are added; the last may be replaced by one
    that begins at the same token."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source = source
        self._indexed = 0
        self._by_clause: dict[int, list[int]] = {}
        self._beings: list[int] = []
        self._furthest: int | None = None

    def near(self, first: int, last: int) -> list[Cue]:
        """Cues that touch the clauses of tokens [first, last)."""
        self._index()
        clauses = {self._source.clause_of[at] for at in range(first, last)}
        places = {place for number in clauses for place in self._by_clause.get(number, ())}
        return [self[place] for place in sorted(places)]

    def before(self, clause: Clause) -> list[Cue]:
        """Cues that touch the clause before one."""
        self._index()
        number = self._source.clause_of[clause.first] - 1
        return [self[place] for place in self._by_clause.get(number, ())]

    def beings(self) -> list[Cue]:
        """What somebody does, keeps still with, or is not to do, and who: the latest `_LATEST`."""
        self._index()
        return [self[place] for place in self._beings[-_LATEST:]]

    def furthest(self) -> Cue | None:
        """The cue that begins last in the prompt, the first found of such."""
        self._index()
        return None if self._furthest is None else self[self._furthest]

    def tokens(self, clause: Clause, kinds: frozenset[Kind]) -> set[int]:
        """Tokens of the cues of some kinds that touch a clause."""
        return tokens_of(self.near(clause.first, clause.last), kinds)

    def _index(self) -> None:
        """Take note of what was added since."""
        for place in range(self._indexed, len(self)):
            cue = self[place]
            for number in {self._source.clause_of[at] for at in range(cue.first, cue.last)}:
                self._by_clause.setdefault(number, []).append(place)
            if cue.who is not None and cue.kind in ("subject", "keep", "avoid"):
                self._beings.append(place)
            if self._furthest is None or cue.first > self[self._furthest].first:
                self._furthest = place
        self._indexed = len(self)


def tokens_of(cues: Iterable[Cue], kinds: frozenset[Kind]) -> set[int]:
    """Tokens of the cues of some kinds."""
    return {at for cue in cues if cue.kind in kinds for at in range(cue.first, cue.last)}

"""Names of protected characters, marks and public people, also with one letter wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz.distance import Levenshtein

from kinora.policy.fold import Folded
from kinora.policy.patterns import Hit, Patterns, parse

#: Letters of a single name that may be misspelled; people's are like those of others.
_LONG, _LONG_OF_PEOPLE = 7, 9
_PART = 5  # letters of a part of a name that may be
_NOT = "!"


@dataclass(slots=True)
class Names:
    """The registry of names by kind: ``characters``, ``marks``, ``people``."""

    lists: Mapping[str, Any]
    _patterns: Patterns = field(default_factory=Patterns)
    _single: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # two letters → names
    _after: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # first → (last, kind)
    _before: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # last → (first, kind)

    def __post_init__(self) -> None:
        """Compile the lists."""
        for kind, patterns in self.lists.items():
            given = [part.strip() for part in patterns.get("any", "").split(",") if part.strip()]
            self._patterns.add(kind, given)
            without = patterns.get("not", "").split(",")
            self._patterns.add(kind + _NOT, [part.strip() for part in without if part.strip()])
            for pattern in given:
                self._index(pattern, kind)

    def _index(self, pattern: str, kind: str) -> None:
        parts = [sorted(element.words) for element in parse(pattern)]
        if not all(len(words) == 1 for words in parts):
            return
        words = [words[0] for words in parts]
        least = _LONG_OF_PEOPLE if kind == "people" else _LONG
        if len(words) == 1 and len(words[0]) >= least:
            self._single.setdefault(words[0][:2], []).append((words[0], kind))
        if len(words) == 2:
            self._after.setdefault(words[0], []).append((words[1], kind))
            self._before.setdefault(words[1], []).append((words[0], kind))

    def find(self, folded: Folded) -> dict[str, list[Hit]]:
        """Where names of each kind stand."""
        found = self._patterns.find(folded)
        hits: dict[str, list[Hit]] = {}
        for kind in self.lists:
            alike = found.get(kind + _NOT, [])
            hits[kind] = [h for h in found.get(kind, []) if not _overlaps(h, alike)]
        for kind, hit in self._misspelled(folded.words):
            if not _overlaps(hit, [*hits[kind], *found.get(kind + _NOT, [])]):
                hits[kind].append(hit)
        return {kind: places for kind, places in hits.items() if places}

    def _misspelled(self, words: list[str]) -> Iterator[tuple[str, Hit]]:
        for i, word in enumerate(words):
            if len(word) >= _LONG:
                for name, kind in self._single.get(word[:2], ()):
                    if _is_near(word, name):
                        yield kind, Hit(i, i + 1)
            if i + 1 < len(words):
                for last, kind in self._after.get(word, ()):
                    if len(last) >= _PART and _is_near(words[i + 1], last):
                        yield kind, Hit(i, i + 2)
            if i:
                for first, kind in self._before.get(word, ()):
                    if len(first) >= _PART and _is_near(words[i - 1], first):
                        yield kind, Hit(i - 1, i + 1)


def _is_near(word: str, name: str) -> bool:
    return word != name and Levenshtein.distance(word, name, score_cutoff=1) == 1


def _overlaps(hit: Hit, others: list[Hit]) -> bool:
    return any(other.start < hit.end and hit.start < other.end for other in others)

"""Patterns of words, compiled once, found in folded text.

The language of a pattern is explained at the top of ``rules/en.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations

from kinora.errors import InputError
from kinora.policy.fold import Folded, fold_characters

_GAP = 3  # words that ".." may stand for
_PREFIX = 3  # letters by which open-ended words are looked up
_AGES = tuple(str(age) for age in range(1, 18))
_GLUED_MIN = 3  # letters of either word in "nakedgirl"


@dataclass(frozen=True, slots=True)
class Element:
    """One place of a pattern; ``_`` has neither words nor prefixes, ``..`` is a gap."""

    words: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    is_optional: bool = False
    is_gap: bool = False

    def takes(self, word: str) -> bool:
        """Whether ``word`` may stand here."""
        if word in self.words:
            return True
        if self.prefixes:
            return word.startswith(self.prefixes)
        return not self.words


@dataclass(frozen=True, slots=True)
class Hit:
    """Tokens [start, end) that a group of words was found at."""

    start: int
    end: int


@dataclass(slots=True)
class Patterns:
    """The patterns of all groups, looked up by their first word."""

    _single: dict[str, list[str]] = field(default_factory=dict)  # word → groups
    _prefixes: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    _first: dict[str, list[tuple[str, tuple[Element, ...]]]] = field(default_factory=dict)
    _open: dict[str, list[tuple[str, str, tuple[Element, ...]]]] = field(default_factory=dict)
    _masked: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    glued: frozenset[str] = frozenset()  # groups of words that may be glued …
    glued_to: frozenset[str] = frozenset()  # … to each other, or to those of these groups

    def add(self, group: str, patterns: Iterable[str]) -> None:
        """Make ``patterns`` mean ``group``.

        Raises:
            InputError: one of them isn't a pattern.
        """
        for pattern in patterns:
            for elements in _expanded(parse(pattern)):
                self._add(group, elements, pattern)

    def _add(self, group: str, elements: tuple[Element, ...], pattern: str) -> None:
        first, rest = elements[0], elements[1:]
        if first.is_gap or not (first.words or first.prefixes):
            raise InputError(f"The pattern '{pattern}' must begin with a word.")
        for word in first.words:
            if rest:
                self._first.setdefault(word, []).append((group, rest))
            else:
                self._single.setdefault(word, []).append(group)
                self._masked.setdefault((word[0], len(word)), []).append(word)
        for prefix in first.prefixes:
            if len(prefix) < _PREFIX:
                raise InputError(f"'{prefix}*' is too short: three letters are needed before '*'.")
            if rest:
                self._open.setdefault(prefix[:_PREFIX], []).append((prefix, group, rest))
            else:
                self._prefixes.setdefault(prefix[:_PREFIX], []).append((prefix, group))

    def find(self, folded: Folded) -> dict[str, list[Hit]]:
        """Where each group occurs, in order of place."""
        found: dict[str, set[Hit]] = {}
        for start, steps in enumerate(folded.steps):
            for word, end in steps:
                for group in self._groups(word):
                    found.setdefault(group, set()).add(Hit(start, end))
                for group, rest in self._longer(word):
                    for stop in _ends(rest, end, folded):
                        found.setdefault(group, set()).add(Hit(start, stop))
        return {
            group: sorted(hits, key=lambda hit: (hit.start, hit.end))
            for group, hits in found.items()
        }

    def _groups(self, word: str) -> Iterator[str]:
        """Groups that the one word means by itself."""
        known = self._single.get(word)
        if known is not None:
            yield from known
        opened = self._prefixes.get(word[:_PREFIX])
        if opened is not None:
            for prefix, group in opened:
                if word.startswith(prefix):
                    yield group
                    known = [group]
        if known is None and len(word) >= 2 * _GLUED_MIN:
            yield from self._glued(word)
        if "*" in word:
            yield from self._unmasked(word)

    def _glued(self, word: str) -> Iterator[str]:
        """``nakedgirl``: two known words without a space between them."""
        for cut in range(_GLUED_MIN, len(word) - _GLUED_MIN + 1):
            head = self._single.get(word[:cut])
            if head is not None:
                tail = self._single.get(word[cut:])
                if tail is not None and self._may_be_glued(head, tail):
                    yield from head
                    yield from tail

    def _may_be_glued(self, head: list[str], tail: list[str]) -> bool:
        groups = {*head, *tail}
        others = self.glued | self.glued_to
        return (
            not self.glued.isdisjoint(groups)
            and not others.isdisjoint(head)
            and not others.isdisjoint(tail)
        )

    def _unmasked(self, word: str) -> Iterator[str]:
        """``f*ck``: words of the same length that agree in every letter shown."""
        shown = [(i, c) for i, c in enumerate(word) if c != "*"]
        if len(shown) < 2:
            return
        for known in self._masked.get((word[0], len(word)), ()):
            if all(known[i] == c for i, c in shown):
                yield from self._single[known]

    def _longer(self, word: str) -> Iterator[tuple[str, tuple[Element, ...]]]:
        yield from self._first.get(word, ())
        for prefix, group, rest in self._open.get(word[:_PREFIX], ()):
            if word.startswith(prefix):
                yield group, rest


def parse(pattern: str) -> tuple[Element, ...]:
    """The elements of a pattern.

    Raises:
        InputError: it is empty, or begins or ends with a gap.
    """
    elements = tuple(_element(part) for part in pattern.split())
    if not elements or elements[0].is_gap or elements[-1].is_gap:
        raise InputError(f"'{pattern}' is no pattern of words.")
    return elements


def _element(part: str) -> Element:
    if part == "..":
        return Element(is_gap=True)
    optional = part.endswith("?")
    part = part.removesuffix("?")
    if part == "_":
        return Element(is_optional=optional)
    words: set[str] = set()
    prefixes = []
    for choice in part.split("|"):
        plain = fold_characters(choice)
        if plain.startswith("<18"):
            words |= {age + plain[3:] for age in _AGES}
        elif plain.endswith("*"):
            prefixes.append(plain[:-1])
        else:
            words.add(plain)
    return Element(frozenset(words), tuple(prefixes), optional)


def _expanded(elements: tuple[Element, ...]) -> Iterator[tuple[Element, ...]]:
    """The pattern with each optional element in or out, so that none is optional any more."""
    optional = [i for i, element in enumerate(elements) if element.is_optional]
    for number in range(len(optional) + 1):
        for left_out in combinations(optional, number):
            kept = tuple(element for i, element in enumerate(elements) if i not in left_out)
            if kept:
                yield kept


def _ends(rest: tuple[Element, ...], position: int, folded: Folded) -> Iterator[int]:
    """The tokens after each way in which ``rest`` fits from ``position`` on."""
    if not rest:
        yield position
        return
    head, tail = rest[0], rest[1:]
    if head.is_gap:
        for start in range(position, min(position + _GAP, len(folded.steps)) + 1):
            yield from _ends(tail, start, folded)
    elif position < len(folded.steps):
        for word, end in folded.steps[position]:
            if head.takes(word):
                yield from _ends(tail, end, folded)

"""Clauses: what lies between commas, full stops and words like "then", "while", « puis »."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kinora.prompt.words.language import languages
from kinora.prompt.words.lexicon import Hit, lexicon
from kinora.prompt.words.text import Token
from kinora.types.plan import Lang

Link = Literal["sentence", "comma", "colon", "then", "while", "after", "but", "until"]

_STOPS = frozenset(".!?;|•>{}")
_ABBREVIATED = frozenset({"trav", "lat", "horiz", "vert"})
_COMMAS = frozenset(",(){}[]")
#: Connectors of which only the first word connects: "as it tilts", "with a slow pan".
_SHORT = frozenset({"as", "with", "avec", "avant"})


@dataclass(frozen=True, slots=True)
class Clause:
    """Tokens [first, last); connectors stand at [start, first)."""

    start: int
    first: int
    last: int
    link: Link
    sentence: int
    langs: tuple[Lang, ...]
    connector: str = ""


@dataclass(slots=True)
class _Open:
    start: int
    first: int
    link: Link
    connector: str = ""


def split_clauses(
    tokens: Sequence[Token],
    *,
    langs: tuple[Lang, ...],
    headers: Sequence[bool],
    marks: Sequence[int],
    breaks: Sequence[int],
) -> list[Clause]:
    """Split tokens into clauses; header tokens belong to none.

    Args:
        tokens: all tokens.
        langs: languages of the prompt, used where a sentence doesn't tell its own.
        headers: per token, whether it is part of a section header.
        marks: per token, index of the time island it belongs to, or -1.
        breaks: folded characters that are line breaks.
    """
    found: list[Clause] = []
    for number, (first, last) in enumerate(_sentences(tokens, headers, marks, breaks)):
        words = [tokens[i].text for i in range(first, last)]
        here = languages(words, fallback=langs[0])
        found += _split_sentence(tokens, (first, last), number, here, marks)
    return found


def _sentences(
    tokens: Sequence[Token], headers: Sequence[bool], marks: Sequence[int], breaks: Sequence[int]
) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    first = 0
    for at, token in enumerate(tokens):
        new_line = at > first and _breaks_between(breaks, tokens[at - 1].end, token.start)
        if headers[at] or new_line:
            found.append((first, at))
            first = at + 1 if headers[at] else at
        elif token.text in _STOPS and marks[at] < 0 and not _is_abbreviated(tokens, at):
            found.append((first, at))
            first = at + 1
    found.append((first, len(tokens)))
    return [(a, b) for a, b in found if a < b]


def _is_abbreviated(tokens: Sequence[Token], at: int) -> bool:
    """« Trav. arr. »: the point belongs to the word."""
    return tokens[at].text == "." and at > 0 and tokens[at - 1].text in _ABBREVIATED


def _breaks_between(breaks: Sequence[int], start: int, end: int) -> bool:
    at = bisect_left(breaks, start)
    return at < len(breaks) and breaks[at] < end


def _split_sentence(
    tokens: Sequence[Token],
    bounds: tuple[int, int],
    number: int,
    langs: tuple[Lang, ...],
    marks: Sequence[int],
) -> list[Clause]:
    first, last = bounds
    found: list[Clause] = []
    opened = _Open(first, first, "sentence")
    at = first

    def close(end: int) -> None:
        if opened.first < end:
            found.append(
                Clause(
                    opened.start, opened.first, end, opened.link, number, langs, opened.connector
                )
            )

    while at < last:
        if marks[at] >= 0:
            stamp = tokens[at].text == "[" and opened.first < at
            if stamp:  # "rain on the glass [00:02] slow push in"
                close(at)
                opened = _Open(at, at, "comma")
            at += 1
            continue
        word = tokens[at].text
        if word in _COMMAS or word == ":" or _is_dash(tokens, at):
            close(at)
            opened = _Open(at, at + 1, "colon" if word == ":" else "comma")
            at += 1
            continue
        hit = _connector(tokens, at, last, langs)
        if hit is None:
            at += 1
            continue
        if opened.first < at:
            close(at)
            opened = _Open(at, hit.last, _link(hit), word)
        else:
            opened = _Open(opened.start, hit.last, _stronger(opened.link, _link(hit)), word)
        at = hit.last
    close(last)
    return found


def _is_dash(tokens: Sequence[Token], at: int) -> bool:
    """A dash with a space on both sides, which separates; a hyphen joins."""
    if tokens[at].text not in ("-", "/") or not 0 < at < len(tokens) - 1:
        return tokens[at].text == "-"
    return tokens[at - 1].end < tokens[at].start and tokens[at].end < tokens[at + 1].start


def _connector(tokens: Sequence[Token], at: int, limit: int, langs: tuple[Lang, ...]) -> Hit | None:
    for lang in langs:
        hit = lexicon(lang).match_at("links", tokens, at, limit=limit)
        if hit is None:
            continue
        if hit.concept == "-":  # "leave it where it is"
            return None
        previous = tokens[at - 1].text if at else ""
        if tokens[at].text == "second" and previous == "-":
            return None  # "a one-second beat"
        if previous in lexicon(lang).lists["definite"] | {"a", "an", "un", "une"}:
            return None  # "the then mayor", "a first look"
        if previous in lexicon(lang).lists["dir"] and tokens[at].text in _SHORT:
            return None  # travelling avant
        if tokens[at].text in _SHORT:
            return Hit(hit.concept, hit.lang, at, at + 1)
        return hit
    return None


def _link(hit: Hit) -> Link:
    links: dict[str, Link] = {
        "then": "then",
        "while": "while",
        "after": "after",
        "but": "but",
        "until": "until",
    }
    return links[hit.concept]


def _stronger(old: Link, new: Link) -> Link:
    return new if new != "comma" else old

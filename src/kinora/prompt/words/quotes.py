"""Quotes: found and masked before anything else is read.

A quote is dialogue, on-screen text (after "the word", "logo", « panneau » …), or plain: a name of
a technique ("a "dolly zoom" effect") or a JSON string, which stays readable.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from kinora.prompt.words.lexicon import LANGS, lexicon
from kinora.prompt.words.text import Token, tokenize

Kind = Literal["dialogue", "onscreen", "plain"]

_DOUBLE = re.compile(r'"([^"\n]{1,600}?)"')
_SINGLE = re.compile(r"(?<![a-z0-9])'([^'\n]{2,200}(?:'[a-z][^'\n]{0,200}){0,4})'(?![a-z])")
_SENTENCE_END = re.compile(r"[.!?\n]")
_HEADER_NEXT = re.compile(r"\s*[a-z][a-z'&/ ]{1,40}?\s?:")
_TECHNIQUE = re.compile(r"\s*(?:effect|shot|style|move|movement|look|mode|effet|facon)\b")
#: Words by which nobody in the picture speaks: "in voice-over", « en voix off ».
_OFF = re.compile(
    r"\bvoice[ -]?overs?\b|\boff[ -]?(?:screen|camera)\b|\bout of (?:frame|shot|view)\b"
    r"|\bnarrat(?:or|es?|ed|ing|ion|eur|rice)\b|\b(?:voix|en) off\b|\bhors[ -](?:champ|cadre)\b"
    r"|\b(?:over|on|a la|au|par) (?:the )?(?:radio|phone|telephone|intercom)\b"
    r"|\b(?:loudspeaker|haut-parleur)s?\b"
)
_NOBODY = frozenset(["a", "an", "the", "in", "over", "off", "with", "un", "une", "le", "la", "en"])
_AFTER = re.compile(r"[^.!?\n\"]*")
_LIST = 600  # characters of a JSON list before one of its items
_ARTICLE = re.compile(r"\b(?:a|an|un|une|effet|style|facon|type|like|de type)\s*$")


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote at folded characters [first, last), marks included."""

    kind: Kind
    first: int
    last: int
    speaker: tuple[int, int] | None = None  # folded characters of the speaker's name
    off: bool = False  # nobody in the picture says it


def find_quotes(text: str) -> list[Quote]:
    """All quotes of folded text, in order."""
    found = [_classify(text, match, single=False) for match in _DOUBLE.finditer(text)]
    taken = {at for quote in found for at in range(quote.first, quote.last)}
    for match in _SINGLE.finditer(text):
        if taken.isdisjoint(range(match.start(), match.end())):
            quote = _classify(text, match, single=True)
            if quote.kind != "plain":
                found.append(quote)
    return sorted(found, key=lambda q: q.first)


def mask(text: str, quotes: list[Quote]) -> str:
    """Blank out dialogue and on-screen text, keeping every position.

    A full stop stands for a quoted sentence before what may be a header: `"Come." Audio: rain`.
    """
    pieces = list(text)
    for quote in quotes:
        if quote.kind != "plain":
            pieces[quote.first : quote.last] = " " * (quote.last - quote.first)
            ended = text[quote.last - 2] in ".!?"
            if ended and _HEADER_NEXT.match(text, quote.last):
                pieces[quote.last - 1] = "."
    return "".join(pieces)


def _classify(text: str, match: re.Match[str], *, single: bool) -> Quote:
    first, last = match.span()
    before = text[max(0, first - 90) : first]
    after = text[last : last + 40]
    if after.lstrip().startswith(":") or re.search(r'"\s*:\s*\[?\s*$', before):
        return Quote("plain", first, last)  # JSON key or value
    if _in_json_list(text, first):
        return Quote("plain", first, last)
    words = tokenize(_clause_before(before))
    if _has(words[-4:], "onscreen") and not _has(words[-1:], "say"):
        return Quote("onscreen", first, last)
    said = _has(words[-9:], "say") or _has(tokenize(after)[:5], "say")
    colon = before.rstrip().endswith(":")
    off = _is_off(text, first, last)
    if said or colon or off:
        speaker = _speaker(words, first - len(before), before)
        return Quote("dialogue", first, last, speaker, off)
    if single or len(match.group(1).split()) < 2:
        return Quote("plain", first, last)
    if _TECHNIQUE.match(after) or _ARTICLE.search(before):
        return Quote("plain", first, last)
    return Quote("dialogue", first, last)


def _in_json_list(text: str, at: int) -> bool:
    """Whether a quote at character ``at`` is an item of a list: `"audio": ["wind", "a door"]`."""
    opened = text.rfind("[", max(0, at - _LIST), at)
    if opened < 0 or "]" in text[opened:at]:
        return False
    return text[max(0, opened - 4) : opened].rstrip().endswith(":")


def _is_off(text: str, first: int, last: int) -> bool:
    """Whether the words around a quote say that nobody in the picture speaks.

    Those after it count up to the end of their clause, unless they lead to the next quote.
    """
    before = _clause_before(text[max(0, first - 90) : first].rsplit('"', 1)[-1])
    after = _AFTER.match(text, last)
    behind = after.group() if after and text[after.end() : after.end() + 1] != '"' else ""
    return bool(_OFF.search(before) or _OFF.search(behind[:60]))


def _clause_before(before: str) -> str:
    ends = [m.end() for m in _SENTENCE_END.finditer(before)]
    cut = ends[-1] if ends else 0
    return " " * cut + before[cut:]


def _has(words: list[Token], section: str) -> bool:
    return any(
        lexicon(lang).match(section, words, at) for lang in LANGS for at in range(len(words))
    )


def _speaker(words: list[Token], offset: int, before: str) -> tuple[int, int] | None:
    """The name before the verb of saying or the colon."""
    names: list[Token] = []
    for at, word in enumerate(words):
        if any(lexicon(lang).match("say", words, at) for lang in LANGS) or word.text in ":,(":
            if {name.text for name in names} - _NOBODY:
                break
            names = []
            continue
        names = [*names, word] if word.is_word else []
    names = names[-3:]
    if not {name.text for name in names} - _NOBODY:
        return None
    return (offset + names[0].start, offset + names[-1].end)

"""What goes with a move: speed, size, easing, an explicit amount, a target."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from kinora.prompt.moves.events import Event, Findings
from kinora.prompt.moves.scan import Scan
from kinora.prompt.words.lexicon import Hit, in_any
from kinora.prompt.words.numerals import NUMBER, parse_number
from kinora.prompt.words.source import Source
from kinora.types.plan import Ease, Speed

Measure = Literal["degrees", "percent", "factor", "length"]

_SPEEDS = ("very_slow", "slow", "normal", "fast", "very_fast")
_SIZES = ("tiny", "slight", "moderate", "wide", "strong", "extreme")
_EASES = ("linear", "ease_in", "ease_out", "stop_motion", "inertial")


@dataclass(frozen=True, slots=True)
class Measured:
    """An explicit amount at tokens [first, last)."""

    measure: Measure
    value: float
    first: int
    last: int
    minus: bool = False  # written with a minus sign, which tells no direction


@dataclass(slots=True)
class Modifiers:
    """Collected for one event; tokens [first, last) hold the whole phrase."""

    first: int
    last: int
    speed: Speed | None = None
    size: str | None = None
    ease: Ease | None = None
    measured: Measured | None = None
    target: tuple[int, int] | None = None
    like: Modifiers | None = None  # those of the move that this one takes back
    claimed: list[tuple[int, int]] = field(default_factory=list)  # tokens outside [first, last)


_FULL = r"(?:full|complete|entire|whole)"
_TURN = r"(?:circle|turn|orbit|rotation|revolution|spin|loop)"
_WHOLE = (
    r"(?:the |la |l')?(?:frame|picture|image|screen|width|height|distance|way|cadre|largeur|hauteur"
    r"|ecran|chemin)\b"
)
_RULES: list[tuple[Measure, str, float | None]] = [
    ("factor", r"(?P<from>\d{1,4})\s?mm\s*(?:to|a|-|>)\s*(?P<to>\d{1,4})\s?mm", None),
    ("degrees", rf"(?P<n>{NUMBER})\s?-?\s?(?:°|deg(?:ree)?s?\b|degres?\b)", None),
    ("percent", rf"(?P<n>{NUMBER})\s?(?:%|percent\b|per cent\b|pour cent\b|pourcents?\b)", None),
    ("factor", rf"\b(?:by a factor of|factor of|factor|facteur(?: de)?)\s*(?P<n>{NUMBER})", None),
    ("factor", r"(?<![\w.])(?P<n>\d{1,2}(?:[.,]\d{1,3})?)\s?x(?![\w])", None),
    ("factor", r"\bx\s?(?P<n>\d{1,2}(?:[.,]\d{1,3})?)(?!\d)", None),
    ("factor", rf"(?P<n>{NUMBER})\s(?:times|fois)\b", None),
    ("factor", r"\b(?:twice as (?:large|big|close)|doubling|doubles)\b", 2.0),
    ("percent", r"\b(?:by (?:a )?half|de moitie|half(?: of)? the distance|a mi-distance)\b", 50.0),
    ("percent", rf"\b(?:a|one|un) (?:tenth|dixieme) (?:of|du|de) {_WHOLE}", 10.0),
    ("percent", rf"\b(?:a|one|un) (?:fifth|cinquieme) (?:of|du|de) {_WHOLE}", 20.0),
    ("percent", rf"\b(?:a|one|un) (?:quarter|quart) (?:of|du|de) {_WHOLE}", 25.0),
    ("percent", rf"\b(?:a|one|un) (?:third|tiers) (?:of|du|de) {_WHOLE}", 33.0),
    ("percent", rf"\b(?:half|la moitie) (?:of |du |de )?{_WHOLE}", 50.0),
    ("percent", r"\b(?:by a third|d'un tiers)\b", 33.0),
    ("percent", r"\b(?:by a quarter|d'un quart)\b(?! de tour)", 25.0),
    ("degrees", rf"\b{_FULL} (?:360|{_TURN})\b|\b(?:un )?tour complet\b|\bcercle complet\b", 360.0),
    ("degrees", rf"\b(?:half|semi)[ -]?{_TURN}\b|\bdemi[ -](?:tour|cercle)\b", 180.0),
    ("degrees", rf"\bquarter[ -]{_TURN}\b|\bquart de tour\b", 90.0),
    ("degrees", r"(?<![\w.])360(?=\s+(?:orbit|spin|turn|pan|rotation|shot|around|camera))", 360.0),
    (
        "length",
        rf"(?P<n>{NUMBER})\s?(?:m|meters?|metres?|cm|centimeters?|centimetres?|feet|foot|ft"
        r"|inches|inch|pas|steps)\b",
        None,
    ),
]
_COMPILED = [(measure, re.compile(rule), fixed) for measure, rule, fixed in _RULES]


def find_measures(source: Source) -> list[Measured]:
    """Explicit amounts of the prompt, in order, never inside a time or a quote."""
    found: list[Measured] = []
    taken: set[int] = set()
    for measure, rule, fixed in _COMPILED:
        for match in rule.finditer(source.text):
            tokens = _tokens_of(source, match.start(), match.end())
            if tokens is None or taken.intersection(range(*tokens)):
                continue
            if any(source.mark_of[i] >= 0 for i in range(*tokens)):
                continue
            value = fixed if fixed is not None else _value(match)
            if value is None or (measure == "length" and value == 0):
                continue
            taken.update(range(*tokens))
            found.append(Measured(measure, value, *tokens, _is_minus(source, match.start())))
    return sorted(found, key=lambda m: m.first)


def _is_minus(source: Source, at: int) -> bool:
    """Whether a minus sign stands right before a number: "-5°", not "left - 5°"."""
    return at > 0 and source.text[at - 1] == "-" and (at < 2 or source.text[at - 2].isspace())


def _value(match: re.Match[str]) -> float | None:
    groups = match.groupdict()
    if groups.get("from"):
        low, high = float(groups["from"]), float(groups["to"])
        return max(low, high) / min(low, high) if low and high else None
    number = parse_number(groups["n"])
    return float(number) if number is not None else None


def _tokens_of(source: Source, start: int, end: int) -> tuple[int, int] | None:
    first = bisect_left(source.tokens, start, key=lambda token: token.start)
    last = bisect_left(source.tokens, end, key=lambda token: token.start)
    return (first, last) if first < last else None


def attach(
    source: Source, events: Sequence[Event], findings: Findings, measures: Sequence[Measured]
) -> list[Modifiers]:
    """Modifiers per event, aligned with ``events``."""
    found = [Modifiers(_start(source, e), e.last) for e in events]
    if not events:
        return found
    events_in: dict[int, list[int]] = {}
    for i, event in enumerate(events):
        events_in.setdefault(event.clause, []).append(i)
    measures_in: dict[int, list[Measured]] = {}
    for measured in measures:
        measures_in.setdefault(source.clause_of[measured.first], []).append(measured)
    again = {source.clause_of[first] for first, _ in findings.mentions}
    for index in range(len(source.clauses)):
        here, inside = events_in.get(index, []), measures_in.get(index, [])
        hits = findings.scans[index].manner
        if here:
            _attach_clause(source, index, here, events, found, hits, inside)
        elif (hits or inside) and (
            index in again or _only_manner(source, index, findings.scans[index], inside)
        ):
            owner = _neighbour(source, index, events)
            for hit in hits:
                _apply(found[owner], hit)
                found[owner].claimed.append((hit.first, hit.last))
            for measured in inside:
                found[owner].measured = found[owner].measured or measured
                found[owner].claimed.append((measured.first, measured.last))
    at: dict[int, int] = {}
    for i, event in enumerate(events):
        at.setdefault(event.first, i)
    for i, event in enumerate(events):
        told = found[i].measured is not None or found[i].size is not None
        undone = i if event.undoes is None else at.get(event.undoes, i)
        if undone < i and not told:
            found[i].like = found[undone]
        found[i].target = _target(source, i, events, found[i], findings)
    return found


def _start(source: Source, event: Event) -> int:
    """Where the phrase of an event begins: an excluded one with its "no"."""
    if event.negated:
        first = source.clauses[event.clause].start
        for at in range(event.first - 1, max(first, event.first - 6) - 1, -1):
            if source.tokens[at].text in _NO:
                return at
    return event.first


_NO = frozenset(
    ["no", "not", "never", "without", "avoid", "pas", "sans", "aucun", "aucune", "ne", "don't"]
)


def _attach_clause(
    source: Source,
    index: int,
    here: list[int],
    events: Sequence[Event],
    found: list[Modifiers],
    hits: Sequence[Hit],
    inside: list[Measured],
) -> None:
    told = {i for h in hits for i in range(h.first, h.last)}
    told |= {i for m in inside for i in range(m.first, m.last)}
    for hit in hits:
        owner = _owner(source, hit.first, hit.last, here, events, told)
        if owner is not None and _belongs(source, hit, events[owner], told):
            _apply(found[owner], hit)
            _widen(found[owner], hit.first, hit.last)
    for measured in inside:
        owner = _owner(source, measured.first, measured.last, here, events, told)
        if owner is not None and found[owner].measured is None:
            found[owner].measured = measured
            _widen(found[owner], measured.first, measured.last)


def _owner(
    source: Source, first: int, last: int, here: list[int], events: Sequence[Event], told: set[int]
) -> int | None:
    """The event of the clause that tokens [first, last) go with."""
    holds = [i for i in here if events[i].first <= first and last <= events[i].last]
    if holds:  # "pan 10° left and zoom in"
        return holds[0]
    before = [i for i in here if events[i].last <= first]
    after = [i for i in here if events[i].first >= last]
    if not before:
        return after[0] if after else here[0]
    if not after:
        return before[-1]
    between = range(events[before[-1]].last, first)
    if any(source.tokens[i].text in _JOINERS or source.mark_of[i] >= 0 for i in between):
        return after[0]
    to_next = range(last, events[after[0]].first)
    if len(between) and all(i in told or source.tokens[i].text in _ARTICLES for i in to_next):
        return after[0]
    return before[-1]


_JOINERS = frozenset({"and", "&", "+", "plus", "with", "et", "avec", "then"})
_ARTICLES = frozenset({"a", "an", "the", "un", "une", "very", "tres", "de"})


def _belongs(source: Source, hit: Hit, event: Event, told: set[int]) -> bool:
    """A manner word counts beside the move, or anywhere if it is an adverb."""
    last_word = source.tokens[hit.last - 1].text
    if hit.last <= event.first and _leads_up(source, hit.last, event.first, told):
        return True
    if last_word.endswith(("ly", "ment")) or hit.last - hit.first > 1:
        return True
    between = (
        range(hit.last, event.first) if hit.last <= event.first else range(event.last, hit.first)
    )
    return all(
        i in told
        or source.mark_of[i] >= 0
        or not source.tokens[i].is_word
        or in_any("camera", source.tokens[i].text, ("en", "fr"))
        or in_any("adverb", source.tokens[i].text, ("en", "fr"))
        or in_any("auxiliary", source.tokens[i].text, ("en", "fr"))
        or in_any("determiner", source.tokens[i].text, ("en", "fr"))
        or source.tokens[i].text in ("and", "et", "de", "but", "mais", "in", "movement", "move")
        for i in between
    )


def _leads_up(source: Source, first: int, last: int, told: set[int]) -> bool:
    """Whether only adjectives stand between: "slow motorized slider", "gentle forward dolly"."""
    return last - first <= _ADJECTIVES and all(
        i in told or source.tokens[i].text.endswith(_LIKE_ADJECTIVES) for i in range(first, last)
    )


_ADJECTIVES = 3  # words between a word of manner and the move
_LIKE_ADJECTIVES = (
    "ed",
    "ic",
    "al",
    "ous",
    "ive",
    "less",
    "ful",
    "ward",
    "ique",
    "if",
    "eux",
    "el",
)


def _apply(modifiers: Modifiers, hit: Hit) -> None:
    if hit.concept in _SPEEDS:
        modifiers.speed = modifiers.speed or hit.concept  # type: ignore[assignment]
    elif hit.concept in _SIZES:
        modifiers.size = modifiers.size or hit.concept
    elif hit.concept in _EASES and modifiers.ease in (None, "inertial"):
        modifiers.ease = hit.concept  # type: ignore[assignment]


def _widen(modifiers: Modifiers, first: int, last: int) -> None:
    modifiers.first = min(modifiers.first, first)
    modifiers.last = max(modifiers.last, last)


def _only_manner(source: Source, index: int, hits: Scan, inside: Sequence[Measured]) -> bool:
    clause = source.clauses[index]
    told = {i for h in hits.manner for i in range(h.first, h.last)} | hits.asking
    told |= {i for m in inside for i in range(m.first, m.last)}
    for i in range(clause.first, clause.last):
        word = source.tokens[i].text
        if i in told or source.mark_of[i] >= 0 or not word[0].isalnum():
            continue
        known = any(in_any(n, word, clause.langs) for n in _WITHOUT_PICTURE)
        if not known and word not in _MOVEMENT and word not in _ABOUT:
            return False
    return source.section_name(clause.first) not in ("audio", "light", "dialogue")


_WITHOUT_PICTURE = ("function", "auxiliary", "core", "adverb")
_ABOUT = frozenset(
    [
        "approx",
        "approximately",
        "about",
        "around",
        "roughly",
        "circa",
        "frame",
        "width",
        "height",
        "distance",
        "cadre",
        "largeur",
        "hauteur",
        "ca",
        "environ",
        "approximativement",
    ]
)
_MOVEMENT = frozenset(
    [
        "movement",
        "movements",
        "motion",
        "move",
        "moves",
        "mouvement",
        "mouvements",
        "pace",
        "speed",
        "rythme",
        "vitesse",
    ]
)


def _neighbour(source: Source, index: int, events: Sequence[Event]) -> int:
    """The event that a clause of mere manner goes with: before it in its sentence, else after."""
    sentence = source.clauses[index].sentence
    after = bisect_left(events, index, key=lambda event: event.clause)
    before = after - 1
    if after == len(events):
        return before
    if before < 0:
        return after
    same = source.clauses[events[after].clause].sentence == sentence
    earlier = source.clauses[events[before].clause].sentence == sentence
    return after if same and not earlier else before


def _target(
    source: Source, at: int, events: Sequence[Event], modifiers: Modifiers, findings: Findings
) -> tuple[int, int] | None:
    """Words after the move that say where to: "… on her face", « … vers la porte »."""
    event = events[at]
    clause = source.clauses[event.clause]
    limit = clause.last
    if at + 1 < len(events) and events[at + 1].clause == event.clause:
        limit = events[at + 1].first
    stops = {h.first for h in findings.scans[event.clause].manner}
    first = event.last
    while first < limit and (source.tokens[first].text in _ARTICLES or _told(modifiers, first)):
        first += 1
    last = first
    while last < limit and last - first < _TARGET_WORDS and source.mark_of[last] < 0:
        if last in stops or not source.tokens[last].text[0].isalnum():
            break
        if source.tokens[last].text in _JOINERS:
            break
        last += 1
    while last > first and in_any("function", source.tokens[last - 1].text, ("en", "fr")):
        last -= 1
    return (first, last) if first < last else None


_TARGET_WORDS = 9


def _told(modifiers: Modifiers, at: int) -> bool:
    return modifiers.first <= at < modifiers.last

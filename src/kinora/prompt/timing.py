"""The island grammar for time: durations, ranges, anchors and parts of the clip.

Only islands are read; the words around them are left to the other grammars. "35mm", "24 fps",
"4k", "the 1980s" and "a second pan" are no times.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from kinora.prompt.numerals import NUMBER, parse_number
from kinora.types.request import MAX_SECONDS

#: duration: ``length`` seconds · range: ``start`` to ``end`` · start, end: an anchor in seconds
#: part: ``start`` to ``end`` as fractions of the clip · last: the last ``length`` seconds
#: total: the clip lasts ``length`` · impossible: a time that can't be
Kind = Literal["duration", "range", "start", "end", "part", "last", "total", "impossible"]


@dataclass(frozen=True, slots=True)
class TimeMark:
    """A time island at folded characters [first, last)."""

    kind: Kind
    first: int
    last: int
    start: Fraction = Fraction(0)
    end: Fraction = Fraction(0)
    length: Fraction = Fraction(0)

    @property
    def spans_clip(self) -> bool:
        """Whether it says where on the clock something lies."""
        return self.kind in ("range", "part", "last", "start")


_UNIT = (
    r"(?:s(?!')|secs?|seconds?(?!\s+(?:half|shot|beat|part|third|time|one|phase))"
    r"|secondes?(?!\s+(?:moitie|fois|partie|phase|image|prise|etape|temps))"
    r"|ms|msecs?|milliseconde?s?|mins?|minutes?)"
    r"(?![a-z])"
)


def _time_of(name: str) -> str:
    more = r"(?:\s(?:more|extra|full|whole|further|additional|autres?|bonnes?|petites?|longues?))?"
    return rf"(?P<{name}>{NUMBER})(?:{more}\s?-?\s?(?P<{name}u>{_UNIT}))"


def _clock_of(name: str) -> str:
    digits = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?"
    return rf"(?<![\d.:])(?P<{name}>{digits})(?![\d:])"


_DASH = r"\s*(?:-{1,2}>?|>|to|a|until|till|jusqu'a|\.\.\.?|et|and|through)\s*"
_OPEN, _CLOSE = r"(?:[\[(]\s*)?", r"(?:\s*[\])])?"
_LEAD = (
    r"(?:\b(?:for|over|during|within|lasting|takes?|about|roughly|approximately"
    r"|pendant|durant|en|sur|environ|dure|duree|au cours de|for about|over about|during about)"
    r"\s+(?:the\s+|les\s+|la\s+)?(?:course of\s+)?(?:next\s+|following\s+|about\s+|environ\s+"
    r"|prochaines\s+|full\s+|a\s+full\s+|remaining\s+|some\s+)?)"
)
_HALF_WORDS = (
    r"(?<!and )(?P<half>(?<!and a )half (?:a |of a )?seconde?\b"
    r"|(?<!and )a half[- ]seconde?\b|(?<!and a )half[- ]seconde?\b"
    r"|(?:une |1 )?demi[- ]seconde\b)"
)


def _seconds(number: str, unit: str | None) -> Fraction:
    value = parse_number(number) or Fraction(0)
    if unit is None:
        return value
    if unit.startswith(("ms", "milli")):
        return value / 1000
    return value * 60 if unit.startswith("min") else value


def _clock(text: str) -> Fraction:
    total = Fraction(0)
    for part in text.replace(",", ".").split(":"):
        total = total * 60 + Fraction(part)
    return total


Maker = Callable[[re.Match[str]], TimeMark | None]


def _mark(m: re.Match[str], kind: Kind, **values: Fraction) -> TimeMark:
    return TimeMark(kind, m.start(), m.end(), **values)


def _range(m: re.Match[str], start: Fraction, end: Fraction) -> TimeMark:
    if end <= start:
        return _mark(m, "impossible", start=start, end=end)
    return _mark(m, "range", start=start, end=end)


def _clock_range(m: re.Match[str]) -> TimeMark:
    return _range(m, _clock(m["a"]), _clock(m["b"]))


def _unit_range(m: re.Match[str]) -> TimeMark:
    unit = m["bu"]
    start = _seconds(m["a"], m["au"] or unit)
    end = _seconds(m["b"], unit)
    if m["lead"] and not m["au"]:  # "for 2-3 seconds" is a length
        return _mark(m, "duration", length=(start + end) / 2)
    return _range(m, start, end)


def _bare_range(m: re.Match[str]) -> TimeMark:
    return _range(m, _seconds(m["a"], None), _seconds(m["b"], None))


def _stamp_range(m: re.Match[str]) -> TimeMark:
    return _range(m, _seconds(m["a"], m["au"]), _seconds(m["b"], m["bu"]))


def _stamp(m: re.Match[str]) -> TimeMark:
    return _mark(m, "start", start=_seconds(m["a"], m["au"]))


def _duration(m: re.Match[str]) -> TimeMark:
    number = "1" if m["a"] == "a" else m["a"]
    length = _seconds(number, m["au"]) + (Fraction(1, 2) if m["more"] or m["pre"] else 0)
    if m["sign"] or length <= 0:
        return _mark(m, "impossible", length=-length)
    return _mark(m, "duration", length=length)


def _part_of(m: re.Match[str]) -> TimeMark | None:
    which, size = m["which"], m["size"]
    parts = {"h": 2, "m": 2, "t": 3, "q": 4}[size[0]]
    order = {"first": 0, "prem": 0, "open": 0, "seco": 1, "deux": 1, "thir": 2, "troi": 2}
    index = order.get(which[:4] if which[:5] != "first" else "first", parts - 1)
    if index >= parts:
        return None
    return _mark(m, "part", start=Fraction(index, parts), end=Fraction(index + 1, parts))


_SHARES = {
    "2/3": (2, 3), "3/4": (3, 4), "1/2": (1, 2), "1/3": (1, 3), "1/4": (1, 4),
    "two thirds": (2, 3), "deux tiers": (2, 3), "three quarters": (3, 4), "trois quarts": (3, 4),
    "half": (1, 2), "moitie": (1, 2), "one third": (1, 3), "a third": (1, 3), "un tiers": (1, 3),
    "tiers": (1, 3), "one quarter": (1, 4), "a quarter": (1, 4), "un quart": (1, 4),
    "quart": (1, 4),
}  # fmt: skip


def _share_of(m: re.Match[str]) -> TimeMark | None:
    """ "for two thirds of the clip", told of what opens it."""
    if _THEN.search(m.string, 0, m.start()):
        return None
    return _mark(m, "part", start=Fraction(0), end=Fraction(*_SHARES[m["share"]]))


_THEN = re.compile(r"\b(?:then|next|afterwards|finally|puis|ensuite|enfin)\b")


def _first(m: re.Match[str]) -> TimeMark:
    length = _seconds(m["a"] or "1", m["au"] or "s")
    return _mark(m, "range", start=Fraction(0), end=length)


def _last(m: re.Match[str]) -> TimeMark:
    return _mark(m, "last", length=_seconds(m["a"] or "1", m["au"] or "s"))


def _anchor(kind: Kind) -> Maker:
    def make(m: re.Match[str]) -> TimeMark:
        groups = m.groupdict()
        if groups.get("c"):
            at = _clock(groups["c"])
        else:
            at = _seconds(groups["a"], groups.get("au") or "s")
        return _mark(m, kind, start=at, end=at)

    return make


def _total(m: re.Match[str]) -> TimeMark:
    groups = m.groupdict()
    return _mark(m, "total", length=_seconds(groups["a"], groups.get("au") or "s"))


def _elliptic(m: re.Match[str]) -> TimeMark | None:
    groups = m.groupdict()
    length = _seconds(m["a"] or groups["n"], None)
    return _mark(m, "duration", length=length) if length > 0 else None


def _half_second(m: re.Match[str]) -> TimeMark:
    return _mark(m, "duration", length=Fraction(1, 2))


def _vague(m: re.Match[str]) -> TimeMark:
    return _mark(m, "duration", length=Fraction(2 if "couple" in m.group() else 3))


def _middle(m: re.Match[str]) -> TimeMark:
    return _mark(m, "part", start=Fraction(1, 2), end=Fraction(1))


_T1, _T2 = _time_of("a"), _time_of("b")
_C1, _C2 = _clock_of("a"), _clock_of("b")
_C = _clock_of("c")
_CLIP = r"(?:clip|video|movie|animation|loop|film|sequence|gif|footage|spot|boucle)s?\b"
_MORE = r"(?P<more>\s+and a half|\s+et demie?\b)?"

_RULES: list[tuple[str, Maker]] = [
    (rf"{_OPEN}(?:from |de |between |entre )?{_C1}{_DASH}{_C2}{_CLOSE}", _clock_range),
    (
        r"\b(?:(?:total|clip|video|overall) )?"
        rf"(?:duration|length|runtime|lasts|total|dure|duree(?: totale| du clip)?)\s*"
        rf"(?:of|is|de|:|=|-)?\s*{_T1}",
        _total,
    ),
    (rf"{_T1}\s*-?\s*(?:long\s+)?{_CLIP}", _total),
    (rf"{_CLIP}\s*(?:of|de|lasting|d'une duree de|qui dure|en|:)\s*{_T1}", _total),
    (rf"{_T1}\s+(?:in total|total|au total|en tout|altogether)\b", _total),
    (
        rf"{_OPEN}(?P<lead>\b(?:for|over|during|pendant|durant|about|lasting|environ)\s+)?"
        rf"(?:\b(?:from|de|between|entre)\s+)?(?:\bt\s*=\s*)?"
        rf"(?P<a>{NUMBER})\s?(?P<au>{_UNIT})?{_DASH}{_T2}{_CLOSE}",
        _unit_range,
    ),
    (
        rf"\bt\s*=\s*(?P<a>{NUMBER})\s?(?P<au>{_UNIT})?{_DASH}"
        rf"t\s*=\s*(?P<b>{NUMBER})\s?(?P<bu>{_UNIT})?",
        _stamp_range,
    ),
    (
        rf"\b(?:(?:from|de)\s+(?:la\s+)?)?(?:seconds?|secondes?|secs?|time|t)\s*[:=]?\s*"
        rf"(?P<a>\d+(?:[.,]\d+)?){_DASH}(?:(?:second|la seconde|seconde)\s+)?"
        rf"(?P<b>\d+(?:[.,]\d+)?)\b",
        _bare_range,
    ),
    (rf"\[\s*(?P<a>{NUMBER})\s*-\s*(?P<b>{NUMBER})\s*\]", _bare_range),
    (r"\(\s*(?P<a>\d+[.,]\d+)\s*-\s*(?P<b>\d+[.,]\d+)\s*\)", _bare_range),
    (r"(?:(?m:^)|(?<=; ))(?P<a>\d+[.,]\d+)\s?-\s?(?P<b>\d+[.,]\d+)(?=\s+[a-z])", _bare_range),
    (
        r"(?m:^)[ \t]{0,4}(?:[*+-]\s+)?(?P<a>\d+(?:[.,]\d+)?)\s*-\s*"
        r"(?P<b>\d+(?:[.,]\d+)?)\s*(?=[:-])",
        _bare_range,
    ),
    (
        r"(?:\b(?:for|in|during|over|pendant|durant|dans|a|au cours de)\s+)?"
        r"(?:\b(?:the|la|le|au|a|au cours de la)\s+)?"
        r"\b(?P<which>first|opening|premiere?|remaining|second|seconde|deuxieme|third|troisieme|last|final"
        r"|latter|closing|dernier|derniere)\s+(?P<size>half|moitie|third|tiers|quarter|quart)\b",
        _part_of,
    ),
    (
        r"(?:\b(?:for|in|during|over|pendant|durant|dans)\s+)?(?:\b(?:the|la|les)\s+)?"
        rf"(?P<a>{NUMBER})\s+(?:premieres|first)\s+(?P<au>{_UNIT})",
        _first,
    ),
    (
        r"(?:\b(?:for|in|during|over|pendant|durant|dans)\s+)?(?:\b(?:the|la|les)\s+)?"
        rf"(?P<a>{NUMBER})\s+(?:dernieres|last|final)\s+(?P<au>{_UNIT})",
        _last,
    ),
    (
        r"(?:\b(?:for|in|during|over|pendant|durant|dans|au cours de)\s+)?"
        r"(?:\b(?:the|la|les|au)\s+)?"
        rf"\b(?:first|opening|initial|premieres?)\s+(?:(?P<a>{NUMBER})\s+)?(?P<au>{_UNIT})",
        _first,
    ),
    (
        r"(?:\b(?:for|in|during|over|pendant|durant|dans)\s+)?(?:\b(?:the|la|les)\s+)?"
        rf"\b(?:last|final|closing|dernieres?)\s+(?:(?P<a>{NUMBER})\s+)?(?P<au>{_UNIT})",
        _last,
    ),
    (
        r"(?:\b(?:for|during|over|pendant|durant|sur)\s+)(?:\b(?:the first|les|la|le|the)\s+)?"
        r"(?P<share>2/3|3/4|1/2|1/3|1/4|two thirds|three quarters|half|one third|one quarter"
        r"|a third|a quarter|deux tiers|trois quarts|moitie|un tiers|un quart|tiers|quart)\s+"
        r"(?:of|du|de|d')\s*(?:the |la |le |ce |l')?"
        rf"(?:time|shot|temps|plan|duree|duration|{_CLIP})",
        _share_of,
    ),
    (
        r"\b(?:halfway through|halfway|midway through|midway|at the midpoint|a mi-parcours"
        r"|a la moitie|a mi-chemin)\b",
        _middle,
    ),
    (rf"\b(?:until|till|up to|jusqu'a|jusqu'aux?|ends? at|(?<!ed )by)\s+{_T1}", _anchor("end")),
    (rf"\b(?:until|till|up to|jusqu'a|ends? at|by)\s+{_C}", _anchor("end")),
    (
        rf"(?:\b(?:at|starting at|beginning at|starting from|from|after|a partir de|des|apres|vers"
        rf"|au bout de|au bout d'|{{A}})|@)\s*(?:the\s+|la\s+)?{_T1}(?:\s+mark\b)?(?:\s+in\b)?"
        r"(?!\s+(?:d'|de\b|of\b))",
        _anchor("start"),
    ),
    (
        rf"(?:\b(?:at|starting at|from|after|a partir de|des|apres|{{A}})|@)\s*"
        rf"{_C}(?!\s*(?:am|pm|h))",
        _anchor("start"),
    ),
    (rf"\[\s*{_C}\s*\]", _anchor("start")),
    (
        r"\b(?:at|from|a la|a partir de la|des la)\s+(?:second|seconde)\s+"
        r"(?P<a>\d+(?:[.,]\d+)?)",
        _anchor("start"),
    ),
    (
        r"\b(?:a la|des la|a partir de la|at the)\s+(?P<a>\d+)(?:e|eme|re|ere|th|nd|rd|st)\s+"
        r"(?P<au>seconde?)",
        _anchor("start"),
    ),
    (rf"\bt\s*=\s*(?P<a>{NUMBER})\s?(?P<au>{_UNIT})?", _stamp),
    (rf"{_LEAD}?{_HALF_WORDS}", _half_second),
    (rf"{_LEAD}?(?:a couple of|a few|several|quelques)\s+seconde?s\b", _vague),
    (
        rf"{_LEAD}?(?P<sign>(?<![\w.])-\s?(?=\d))?"
        rf"(?:(?P<a>{NUMBER}|\ba(?=\s+second\b)))(?P<pre>\s+and a half)?"
        r"(?:\s(?:more|extra|full|whole|further|additional|autres?|bonnes?|petites?|longues?))?"
        rf"\s?-?\s?(?P<au>{_UNIT})"
        rf"{_MORE}",
        _duration,
    ),
]  # fmt: skip

#: "… for 3 seconds, then stay for 2": a number that leaves its unit out after one that told it.
_ELLIPSIS = re.compile(
    r"\b(?:for|during|over|pendant|durant)\s{1,3}(?:(?:the|les)\s{1,3})?"
    r"(?:(?:next|last|following|remaining|prochaines?|dernieres?)\s{1,3})?"
    rf"(?P<a>{NUMBER})(?:\s{{1,3}}(?:more|suivantes?|dernieres?|autres))?"
    r"(?=\s{0,3}(?:[.,;:!?)]|\Z|(?:it|we|the|she|then|and|elle|on|la|puis|et)\b))"
)
_ELLIPTIC_RANGE = re.compile(
    rf"\b(?:from|de)\s(?P<a>{NUMBER})\s(?:to|a)\s(?P<b>{NUMBER})(?=\s{{0,3}}(?:[,:]|[a-z]))"
)
#: "the next three: zoom in", « les trois suivantes : zoom avant ».
_FOLLOWING = re.compile(
    rf"\b(?:(?:the|les)\s)(?:(?:next|following|last)\s(?P<a>{NUMBER})"
    rf"|(?P<n>{NUMBER})\s(?:suivantes?|dernieres?|autres))(?=\s{{0,3}}[,:;.-])"
)
#: "hold for two seconds, then stay put two more."
_MORE_OF_IT = re.compile(
    rf"\b(?P<a>{NUMBER})(?P<n>)\s(?:more|de plus|encore)(?=\s{{0,3}}(?:[.,;!]|\Z))"
)
_AGE = re.compile(r"\b(?:the|his|her|their|in|mid|early|late)[ -]+(?:\d{2})?\d0s\b")


def find_times(text: str, *, french: bool) -> list[TimeMark]:
    """Time islands of folded text, in order, not overlapping; earlier rules win.

    Args:
        text: folded text with quotes masked.
        french: whether "a 2 s" may be « à 2 s », an anchor.
    """
    taken = bytearray(len(text))
    for age in _AGE.finditer(text):
        taken[age.start() : age.end()] = b"\1" * (age.end() - age.start())
    found: list[TimeMark] = []
    elliptic = (
        (_ELLIPSIS, _elliptic),
        (_ELLIPTIC_RANGE, _bare_range),
        (_FOLLOWING, _elliptic),
        (_MORE_OF_IT, _elliptic),
    )
    for rule, make in (*_compiled(french), *elliptic):
        told = any(rule is pattern for pattern, _ in elliptic)  # only after a unit was told
        start = min((m.last for m in found), default=len(text)) if told else 0
        for match in rule.finditer(text, start):
            cut = text[match.end() - 1].isdigit() and _CUT.match(text, match.end())
            if cut or any(taken[match.start() : match.end()]):
                continue
            mark = make(match)
            late = mark is not None and mark.kind in ("start", "end") and mark.end > MAX_SECONDS
            if mark is not None and not late and _plausible(match, text):
                found.append(mark)
                taken[mark.first : mark.last] = b"\1" * (mark.last - mark.first)
    return _as_clock(sorted(found, key=lambda mark: mark.first), text)


_CUT = re.compile(r"[.,]?\d")
_ZERO = re.compile(r"0+(?:[.,]0+)?\s?s")
_CLOSED = re.compile(r"[\s\])|:,.-]*(?:(?:the )?end|fin|stop|over|done|clip ends?)?[\s.)!\]]*\Z")


def _as_clock(marks: list[TimeMark], text: str) -> list[TimeMark]:
    """ "(0s) static (1.5s) dolly out (4s) end": after a zero, growing times are on the clock."""
    first = marks[0] if marks else None
    later = marks[1:]
    if later and _closes(later[-1], text):  # "[00:00] static [00:02] push in [00:05] end"
        return [*marks[:-1], replace(later[-1], kind="total", length=later[-1].start)]
    if first is None or not later or not _ZERO.search(text[first.first : first.last]):
        return marks
    grows = all(a.length < b.length for a, b in pairwise(later))
    if first.kind != "impossible" or not grows or any(m.kind != "duration" for m in later):
        return marks
    found = [replace(first, kind="start")]
    for mark in later:
        closes = mark is later[-1] and _CLOSED.match(text, mark.last) is not None
        kind: Kind = "total" if closes else "start"
        found.append(replace(mark, kind=kind, start=mark.length))
    return found


def _closes(mark: TimeMark, text: str) -> bool:
    """Whether a stamp on the clock has nothing, or only "end", after it."""
    stamp = mark.kind == "start" and text[mark.first] == "["
    return stamp and _CLOSED.match(text, mark.last) is not None


def _plausible(match: re.Match[str], text: str) -> bool:
    """Refuse "a second pan" (an ordinal) and a shutter speed of "1/48 s"."""
    words = match.group().strip()
    if words in ("a second", "one second", "une seconde", "a seconde"):
        after = text[match.end() : match.end() + 12].lstrip()
        ordinal = words == "a second" and bool(re.match(r"[a-z]", after))
        return not ordinal or after.startswith(
            ("of", "then", "and", "on", "at", "before", "to", "in", "later", "with", "long", "hold")
        )
    return True


_cache: dict[bool, list[tuple[re.Pattern[str], Maker]]] = {}


def _compiled(french: bool) -> list[tuple[re.Pattern[str], Maker]]:
    if french not in _cache:
        anchor = "a" if french else "at"
        _cache[french] = [(re.compile(_bounded(r, anchor)), make) for r, make in _RULES]
    return _cache[french]


def _bounded(rule: str, anchor: str) -> str:
    """A rule with its anchor word, and with runs of blanks bounded so that it stays linear."""
    return rule.replace("{A}", anchor).replace(r"\s*", r"\s{0,3}").replace(r"\s+", r"\s{1,3}")

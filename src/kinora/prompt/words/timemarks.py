"""A time found in a prompt, and what each notation of time means."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from kinora.prompt.words.numerals import parse_number

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


def as_clock_range(m: re.Match[str]) -> TimeMark:
    """ "0:02-0:04"."""
    return _range(m, _clock(m["a"]), _clock(m["b"]))


def as_unit_range(m: re.Match[str]) -> TimeMark:
    """ "2-4 s": a stretch on the clock; "for 2-3 seconds": a length."""
    unit = m["bu"]
    start = _seconds(m["a"], m["au"] or unit)
    end = _seconds(m["b"], unit)
    if m["lead"] and not m["au"]:  # "for 2-3 seconds" is a length
        return _mark(m, "duration", length=(start + end) / 2)
    return _range(m, start, end)


def as_bare_range(m: re.Match[str]) -> TimeMark:
    """ "seconds 2-4", "[2-4]"."""
    return _range(m, _seconds(m["a"], None), _seconds(m["b"], None))


def as_stamp_range(m: re.Match[str]) -> TimeMark:
    """ "t=2s to t=4s"."""
    return _range(m, _seconds(m["a"], m["au"]), _seconds(m["b"], m["bu"]))


def as_stamp(m: re.Match[str]) -> TimeMark:
    """ "t=2"."""
    return _mark(m, "start", start=_seconds(m["a"], m["au"]))


def as_duration(m: re.Match[str]) -> TimeMark:
    """ "3 s", "half a second more", "-2 s" (impossible)."""
    number = "1" if m["a"] == "a" else m["a"]
    length = _seconds(number, m["au"]) + (Fraction(1, 2) if m["more"] or m["pre"] else 0)
    if m["sign"] or length <= 0:
        return _mark(m, "impossible", length=-length)
    return _mark(m, "duration", length=length)


def as_part_of(m: re.Match[str]) -> TimeMark | None:
    """ "the second half", « le dernier tiers »."""
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


def as_share_of(m: re.Match[str]) -> TimeMark | None:
    """ "for two thirds of the clip", told of what opens it."""
    if _THEN.search(m.string, 0, m.start()):
        return None
    return _mark(m, "part", start=Fraction(0), end=Fraction(*_SHARES[m["share"]]))


_THEN = re.compile(r"\b(?:then|next|afterwards|finally|puis|ensuite|enfin)\b")


def as_first(m: re.Match[str]) -> TimeMark:
    """ "the first 2 seconds"."""
    length = _seconds(m["a"] or "1", m["au"] or "s")
    return _mark(m, "range", start=Fraction(0), end=length)


def as_last(m: re.Match[str]) -> TimeMark:
    """ "the last 2 seconds"."""
    return _mark(m, "last", length=_seconds(m["a"] or "1", m["au"] or "s"))


def as_anchor(kind: Kind) -> Maker:
    """What tells an anchor of ``kind``: "at 2 s", "until 0:03"."""

    def make(m: re.Match[str]) -> TimeMark:
        groups = m.groupdict()
        if groups.get("c"):
            at = _clock(groups["c"])
        else:
            number = "1" if groups["a"] == "a" else groups["a"]  # "after a second"
            at = _seconds(number, groups.get("au") or "s")
        return _mark(m, kind, start=at, end=at)

    return make


def as_total_behind(m: re.Match[str]) -> TimeMark:
    """« clip cinématographique de 6 s »: what tells of the clip's kind is no time."""
    return replace(as_total(m), first=m.start("of"))


def as_total(m: re.Match[str]) -> TimeMark:
    """ "a 6 second clip"."""
    groups = m.groupdict()
    return _mark(m, "total", length=_seconds(groups["a"], groups.get("au") or "s"))


def as_elliptic(m: re.Match[str]) -> TimeMark | None:
    """ "for 3": a number that leaves its unit out."""
    groups = m.groupdict()
    length = _seconds(m["a"] or groups["n"] or "1", None)
    return _mark(m, "duration", length=length) if length > 0 else None


def as_half_second(m: re.Match[str]) -> TimeMark:
    """ "half a second"."""
    return _mark(m, "duration", length=Fraction(1, 2))


def as_hyphened(m: re.Match[str]) -> TimeMark:
    """ "a one-second beat"; "the second beat" is no time."""
    number = m["a"] if parse_number(m["a"]) is not None else "1"  # "another second"
    return _mark(m, "duration", length=_seconds(number, m["au"]))


def as_vague(m: re.Match[str]) -> TimeMark:
    """ "a couple of seconds": 2; "a few seconds": 3."""
    return _mark(m, "duration", length=Fraction(2 if "couple" in m.group() else 3))


def as_middle(m: re.Match[str]) -> TimeMark:
    """ "halfway through": from there on."""
    return _mark(m, "part", start=Fraction(1, 2), end=Fraction(1))

"""The island grammar for time: durations, ranges, anchors and parts of the clip.

Only islands are read; the words around them are left to the other grammars. "35mm", "24 fps",
"4k", "the 1980s" and "a second pan" are no times.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from kinora.prompt.words.timemarks import Kind, Maker, TimeMark
from kinora.prompt.words.timerules import ELLIPTIC, rules
from kinora.types.request import MAX_SECONDS

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
    for rule, make in rules(french=french):
        _find(rule, make, text, found, taken, start=0)
    for rule, make in ELLIPTIC:
        told = min((m.last for m in found), default=len(text))  # only after a unit was told
        _find(rule, make, text, found, taken, start=told)
    return _as_clock(sorted(found, key=lambda mark: mark.first), text)


def _find(
    rule: re.Pattern[str],
    make: Maker,
    text: str,
    found: list[TimeMark],
    taken: bytearray,
    *,
    start: int,
) -> None:
    """Add what one rule finds from ``start`` on where nothing is taken yet."""
    for match in rule.finditer(text, start):
        cut = text[match.end() - 1].isdigit() and _CUT.match(text, match.end())
        if cut or any(taken[match.start() : match.end()]):
            continue
        mark = make(match)
        late = mark is not None and mark.kind in ("start", "end") and mark.end > MAX_SECONDS
        if mark is not None and not late and _plausible(match, text):
            found.append(mark)
            taken[mark.first : mark.last] = b"\1" * (mark.last - mark.first)


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
    totals = [mark for mark in later[-1:] if mark.kind == "total"]
    later = later[: len(later) - len(totals)]
    grows = all(a.length < b.length for a, b in pairwise(later))
    if first.kind != "impossible" or not grows or any(m.kind != "duration" for m in later):
        return marks
    found = [replace(first, kind="start")]
    for mark in later:
        closes = mark is later[-1] and _CLOSED.match(text, mark.last) is not None
        kind: Kind = "total" if closes else "start"
        found.append(replace(mark, kind=kind, start=mark.length))
    return found + totals


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

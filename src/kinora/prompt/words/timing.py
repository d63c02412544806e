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
    return _as_clock(_moments(sorted(found, key=lambda mark: mark.first), text), text)


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


_AT = re.compile(r"(?:\b(?:at|a)|@)\s{1,2}\Z")
_AND = re.compile(r"\s(?:and|et)\s")
_JOINS = re.compile(
    r"\s{0,3}(?:,|,?\s{0,3}\b(?:and|et|then|puis)\b)\s{0,3}(?:(?:again|encore)\s{1,3})?(?:(?:at|a)\s)?"
)
_ENDS = re.compile(r"\s{0,3}(?:[.,;!?)]|(?:and|et)\b|\Z)")


def joined(text: str, one: TimeMark, next_one: TimeMark) -> bool:
    """Whether two times are members of a list: "at 1 s, 2 s and 4 s"."""
    return _JOINS.fullmatch(text, one.last, next_one.first) is not None


def _moments(marks: list[TimeMark], text: str) -> list[TimeMark]:
    """ "at 1 s and 3 s", "at 1 s, 2 s and 4 s": moments, no stretch and no length."""
    found: list[TimeMark] = []
    for mark in marks:
        goes_on = bool(found) and found[-1].kind == "start" and joined(text, found[-1], mark)
        told = goes_on or _AT.search(text, max(mark.first - 4, 0), mark.first) is not None
        both = _AND.search(text, mark.first, mark.last)
        if mark.kind == "range" and told and both is not None and text[mark.first].isdigit():
            found.append(replace(mark, kind="start", last=both.start()))
            found.append(replace(mark, kind="start", first=both.end(), start=mark.end))
        elif mark.kind == "duration" and goes_on and _ENDS.match(text, mark.last):
            found.append(replace(mark, kind="start", start=mark.length))
        else:
            found.append(mark)
    return found


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

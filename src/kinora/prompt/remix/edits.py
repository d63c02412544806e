"""Edits: words about a plan that is there already ("slower", « sans le zoom », "then tilt up").

A clause either says how the plan changes, or it is plain: directions and cues as in any prompt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from kinora.prompt.remix.edit_patterns import (
    ADD,
    AMOUNT,
    ANY_REMOVED,
    APPEND,
    AT_END,
    AT_START,
    COUNT,
    COUNTED,
    EXTRA,
    GLUE,
    HOLD,
    INSTEAD,
    INSTEAD_ALONE,
    INSTEAD_FIRST,
    LEAD_SAME,
    LENGTH,
    LONGER,
    MAKE,
    MORE_REMOVED,
    PREPEND,
    REMOVE,
    REPLACE,
    RETIME,
    REVERSE,
    SAME,
    SEPARATOR,
    SHORT_AMOUNT,
    SHORT_FACTORS,
    SOFTEN,
    SPEED,
)
from kinora.prompt.remix.volumes import MORE_TURNED, VOLUME, factor_of
from kinora.prompt.words.numerals import parse_number
from kinora.prompt.words.quotes import find_quotes, mask
from kinora.prompt.words.text import Folded, fold

EditKind = Literal[
    "same",  # nothing
    "remove",  # take out what ``text`` names
    "slow",  # change of speed by ``factor`` of what ``text`` names, "" for everything
    "scale",  # change of amount, likewise
    "soften",  # less of what ``text`` names, or what is calm or soft itself
    "loud",  # change of loudness, likewise
    "hold",  # a longer rest at one end
    "length",  # of the whole clip: ``seconds``, or ``factor`` times as long
    "count",  # what ``text`` names is done ``factor`` times
    "retime",  # what ``text`` names happens at ``seconds``
    "reverse",  # the other direction, of what ``text`` names
    "replace",  # ``text`` instead of ``other``, "" for what it resembles
    "append",  # ``text`` at the end
    "prepend",  # ``text`` at the start
    "add",  # ``text`` as well
    "direct",  # ``text`` instead of what it resembles, else as well
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One edit; ``first`` and ``last`` bound it in the words as the caller wrote them."""

    kind: EditKind
    first: int
    last: int
    text: str = ""  # the caller's own words
    at: int = 0  # where ``text`` begins
    clause: str = ""  # all of the caller's words
    other: str = ""
    near: str = ""  # what the clause before in the same sentence is about
    factor: float = 1.0
    seconds: float | None = None
    end: bool = True  # at the end, else at the start


@dataclass(frozen=True, slots=True)
class _Piece:
    """A clause: folded characters [first, last), and how it is joined to the one before."""

    first: int
    last: int
    joint: str


class EditReader:
    """Finds the edits of one text."""

    def __init__(self, words: str) -> None:
        self._folded: Folded = fold(words)
        self._text = mask(self._folded.text, find_quotes(self._folded.text))

    def read(self) -> list[Edit]:
        """The edits, in order; together they hold every word."""
        found: list[Edit] = []
        for piece in self._pieces():
            before = found[-1] if found and piece.joint in _JOINTS else None
            edits = [
                replace(edit, near=before.text if before else "")
                for edit in self._operators(piece, before)
            ]
            if not edits:
                self._plain(piece, found)
            found += edits
        return found

    def _pieces(self) -> Iterator[_Piece]:
        first, joint = 0, ""
        for match in [*SEPARATOR.finditer(self._text), None]:
            last = match.start() if match else len(self._text)
            piece = _Piece(*self._trimmed(first, last), joint)
            if piece.first < piece.last:
                yield piece
            if match:
                first, joint = match.end(), match.group().strip()

    def _trimmed(self, first: int, last: int) -> tuple[int, int]:
        text = self._folded.text  # a quote, blank in the other, counts
        while first < last and text[first].isspace():
            first += 1
        while first < last and text[last - 1].isspace():
            last -= 1
        return first, last

    def _plain(self, piece: _Piece, found: list[Edit]) -> None:
        """Directions and cues; neighbouring plain clauses stay together, as they were written."""
        made = self._edit("direct", piece, (piece.first, piece.last))
        before = found[-1] if found else None
        if before is not None and before.kind == "direct" and piece.joint in (",", "and", "et"):
            text, clause = (
                self._folded.original[first : made.last] for first in (before.at, before.first)
            )
            found[-1] = replace(before, last=made.last, text=text, clause=clause)
        else:
            found.append(made)

    def _operators(self, piece: _Piece, before: Edit | None) -> Iterator[Edit]:
        text = self._text[piece.first : piece.last]
        if SAME.fullmatch(text):
            yield self._edit("same", piece)
            return
        if lead := LEAD_SAME.match(text):
            piece = replace(piece, first=piece.first + lead.end())
            text = text[lead.end() :]
        goes_on = before is not None and before.kind == "remove"
        if goes_on and (match := ANY_REMOVED.fullmatch(f"{piece.joint} {text}")):
            yield self._edit("remove", piece, (piece.first, piece.last))
        elif goes_on and (match := MORE_REMOVED.fullmatch(text)):
            yield self._edit("remove", piece, self._group(piece, match, "new"))
        elif before and before.kind == "loud" and (match := MORE_TURNED.fullmatch(text)):
            factor = 1.5 if match["up"] else 1.0 / 1.5
            yield self._edit("loud", piece, self._group(piece, match, "new"), factor=factor)
        elif match := LENGTH.fullmatch(text):
            yield self._edit("length", piece, seconds=_number(match["n"]))
        elif match := LONGER.fullmatch(text):
            yield self._edit("length", piece, factor=_factor(match, strong=1.5))
        elif match := HOLD.fullmatch(text):
            at_start = AT_START.search(text) is not None
            seconds = _number(match["n"]) if match["n"] else None
            yield self._edit("hold", piece, seconds=seconds, end=not at_start)
        else:
            yield from self._changes(piece, text)

    def _changes(self, piece: _Piece, text: str) -> Iterator[Edit]:
        if match := RETIME.fullmatch(text):
            new = self._group(piece, match, "new")
            yield self._edit("retime", piece, new, seconds=_number(match["n"]))
            return
        for pattern in (INSTEAD, INSTEAD_FIRST, REPLACE):
            if match := pattern.fullmatch(text):
                if length := LENGTH.fullmatch(match["new"]):  # "6 seconds instead of 4"
                    yield self._edit("length", piece, seconds=_number(length["n"]))
                    return
                span, old = self._group(piece, match, "new"), self._group(piece, match, "old")
                yield self._edit("replace", piece, span, other=self._raw(*old))
                return
        if match := INSTEAD_ALONE.fullmatch(text):
            yield self._edit("replace", piece, self._group(piece, match, "new", "pre"))
            return
        if match := REMOVE.fullmatch(text):
            yield self._edit("remove", piece, self._group(piece, match, "new"))
            return
        if (match := EXTRA.fullmatch(text)) and text.startswith(("one more", "encore un")):
            yield self._edit("add", piece, self._group(piece, match, "new"))
            return
        relative = list(self._relative(piece, text))
        if relative:
            yield from relative
            return
        if match := COUNT.fullmatch(text) or COUNTED.fullmatch(text):
            times = next(number for name, number in _TIMES if match[name])
            yield self._edit("count", piece, self._group(piece, match, "new"), factor=times)
            return
        for pattern, kind in _SIMPLE:
            if match := pattern.fullmatch(text):
                yield self._edit(kind, piece, self._group(piece, match, "new", "pre"))
                return

    def _relative(self, piece: _Piece, text: str) -> Iterator[Edit]:
        """Faster, farther, louder, the other way: of what the rest of the clause names."""
        if match := VOLUME.search(text):
            turned = match["new"] is not None
            rest = self._group(piece, match, "new") if turned else self._rest(piece, text, match)
            yield self._edit("loud", piece, rest, factor=factor_of(match))
            return
        if match := SHORT_AMOUNT.match(text):
            factor = SHORT_FACTORS.get(match["word"][:4], _LESS)
            rest = self._trimmed(piece.first + match.end(), piece.last)
            yield self._edit("scale", piece, rest, factor=factor)
            return
        if match := SOFTEN.fullmatch(text):
            name = next((name for name, what in match.groupdict().items() if what), None)
            rest = (piece.first, piece.first) if name is None else self._group(piece, match, name)
            whole = not GLUE.sub("", self._text[slice(*rest)]).strip()  # "calm the camera"
            yield self._edit("soften", piece, None if whole else rest, factor=_LESS)
            return
        for pattern, kind in ((SPEED, "slow"), (AMOUNT, "scale"), (REVERSE, "reverse")):
            if match := pattern.search(text):
                rest = self._rest(piece, text, match)
                factor = 1.0
                if kind != "reverse":
                    factor = _factor(match, strong=1.4 if kind == "slow" else 1.5)
                yield self._edit(kind, piece, rest, factor=factor)  # type: ignore[arg-type]
                return

    def _rest(self, piece: _Piece, text: str, match: re.Match[str]) -> tuple[int, int]:
        """The longer side of the clause around ``match``, unless it is mere glue."""
        sides = ((0, match.start()), (match.end(), len(text)))
        named = [side for side in sides if GLUE.sub("", text[slice(*side)]).strip()]
        if not named:
            return piece.first, piece.first
        first, last = max(named, key=lambda side: side[1] - side[0])
        return self._trimmed(piece.first + first, piece.first + last)

    def _group(self, piece: _Piece, match: re.Match[str], *names: str) -> tuple[int, int]:
        name = next(n for n in names if match.groupdict().get(n) is not None)
        return piece.first + match.start(name), piece.first + match.end(name)

    def _raw(self, first: int, last: int) -> str:
        if first >= last:
            return ""
        start, end = self._folded.span(first, last)
        return self._folded.original[start:end]

    def _edit(
        self, kind: EditKind, piece: _Piece, span: tuple[int, int] | None = None, **fields: object
    ) -> Edit:
        first, last = self._folded.span(piece.first, piece.last)
        clause = self._folded.original[first:last]
        made = Edit(kind=kind, first=first, last=last, clause=clause)
        if span is not None and span[0] < span[1]:
            start, _ = self._folded.span(*span)
            made = replace(made, text=self._raw(*span), at=start)
        return replace(made, **fields)  # type: ignore[arg-type]


_TIMES = (("once", 1.0), ("two", 2.0), ("three", 3.0))
_LESS = 0.67  # of what is to be calmer or softer, where nothing tells how much
_JOINTS = frozenset(
    {"and", "et", "or", "ou", ",", "but", "mais", ", but", ", and", ", et", ", mais"}
)
_SIMPLE: tuple[tuple[re.Pattern[str], EditKind], ...] = (
    (APPEND, "append"),
    (PREPEND, "prepend"),
    (AT_END, "append"),
    (ADD, "add"),
    (EXTRA, "add"),
    (MAKE, "direct"),
)


def _number(text: str) -> float | None:
    value = parse_number(text)
    return None if value is None else float(value)


def _factor(match: re.Match[str], *, strong: float) -> float:
    """How many times as much; below 1 for less."""
    found = match.groupdict()
    factor = strong
    if found.get("twice") or found.get("much"):
        factor = 2.0
    elif found.get("thrice"):
        factor = 3.0
    elif found.get("half"):
        factor = 2.0 if found.get("down") and " as " not in f" {match.group()} " else 0.5
    elif found.get("n"):
        factor = _number(found["n"]) or strong
    elif found.get("little"):
        factor = 1.2
    return 1.0 / factor if found.get("down") and factor > 0 else factor

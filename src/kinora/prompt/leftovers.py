"""What no rule claimed: glue between claims, words about the picture, or noise."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from kinora.prompt.words.lexicon import LANGS, lexicon
from kinora.prompt.words.source import Source
from kinora.types.plan import Span
from kinora.types.report import IgnoredText

_ENOUGH = 0.3  # share of known words that makes a clause a description
_MOSTLY = 0.5  # share of known words in the prompt that lends belief to unknown ones
_WORDLIKE = re.compile(r"(?!.*[bcdfghjklmnpqrstvwxz]{5})[a-z']{2,20}")
_VOWEL = re.compile(r"[aeiouy]")
_CAMERAS = frozenset({"camera", "drone"})
_GLUE = ("function", "auxiliary", "camera", "adverb", "conjunction")


@dataclass(frozen=True, slots=True)
class Leftovers:
    """Unclaimed text of the prompt, verbatim; ``glue`` are connectors between claims."""

    glue: tuple[Span, ...]
    scene: tuple[IgnoredText, ...]
    ignored: tuple[IgnoredText, ...]


@dataclass(slots=True)
class _Run:
    start: int
    end: int
    words: list[str]
    clause: int
    header: bool = False


def sort_leftovers(source: Source, claimed: Sequence[Span]) -> Leftovers:
    """Sort every word that no claim covers: glue, the scene, or ignored text."""
    runs = _runs(source, claimed)
    share = _known_share([t.text for t in source.tokens])
    glue: list[Span] = []
    loose: list[tuple[_Run, bool]] = []
    for at, run in enumerate(runs):
        connects = run.header or all(_is_glue(w) for w in run.words)
        if connects and claimed and not _touches(source, runs, at):
            glue.append((run.start, run.end))
        else:
            loose.append((run, _describes(source, run, share, glue=connects)))
    scene, ignored = _texts(source, loose)
    return Leftovers(tuple(glue), scene, ignored)


def _runs(source: Source, claimed: Sequence[Span]) -> list[_Run]:
    covered = _merged(claimed)
    starts = [a for a, _ in covered]
    runs: list[_Run] = []
    previous_token = -2
    for at, token in enumerate(source.tokens):
        start, end = source.folded.span(token.start, token.end)
        i = bisect_right(starts, start) - 1
        if i >= 0 and start < covered[i][1]:
            continue
        if not any(map(str.isalnum, token.text)) and token.text.isascii():
            continue
        clause = source.clause_of[at]
        header = source.is_header[at]
        joins = runs and previous_token >= 0 and runs[-1].clause == clause
        joins = joins and runs[-1].header == header and not _quote_between(source, runs[-1], start)
        gap = source.tokens[previous_token + 1 : at] if joins else ()
        if joins and all(not any(map(str.isalnum, t.text)) for t in gap):
            runs[-1].end = end
            runs[-1].words.append(token.text)
        else:
            runs.append(_Run(start, end, [token.text], clause, header))
        previous_token = at
    for quote in source.quotes:
        if quote.kind == "onscreen":
            start, end = source.folded.span(quote.first, quote.last)
            runs.append(_Run(start, end, ["text", "image"], -1))
    return sorted(runs, key=lambda r: r.start)


def _quote_between(source: Source, run: _Run, start: int) -> bool:
    return any(c.isalnum() for c in source.folded.original[run.end : start])


def _merged(spans: Sequence[Span]) -> list[Span]:
    out: list[Span] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return out


def _is_glue(word: str) -> bool:
    if word[0].isdigit():
        return True
    return any(word in lexicon(lang).lists[name] for lang in LANGS for name in _GLUE) or any(
        word in lexicon(lang).lists["linkwords"] for lang in LANGS
    )


def _touches(source: Source, runs: Sequence[_Run], at: int) -> bool:
    """Whether glue stands beside a description, with nothing but signs between."""
    run = runs[at]
    before = runs[at - 1] if at and not run.header else None  # a header goes with what follows
    for other in (before, runs[at + 1] if at + 1 < len(runs) else None):
        if other is None or all(_is_glue(w) for w in other.words):
            continue
        low, high = min(run.end, other.end), max(run.start, other.start)
        between = source.folded.original[low:high]
        if not any(c.isalnum() for c in between) and (other.clause == run.clause or run.header):
            return True
    return False


def _known_share(words: Sequence[str]) -> float:
    letters = [w for w in words if w[0].isalpha()]
    return sum(map(_known, letters)) / len(letters) if letters else 0.0


def _known(word: str) -> bool:
    stems = [word]
    for ending in ("s", "es", "ed", "ing", "d", "'s", "ly", "er", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stems.append(word[: -len(ending)])
    return any(stem in lexicon(lang).vocabulary for lang in LANGS for stem in stems)


def _describes(source: Source, run: _Run, share: float, *, glue: bool) -> bool:
    """Whether a run describes the picture, rather than being noise or an unread instruction."""
    if run.clause >= 0:
        clause = source.clauses[run.clause]
        if source.section_name(clause.first) == "camera":
            return False
        if any(w in _CAMERAS for w in run.words) and _commands_camera(source, run.clause):
            return False
    known = _known_share(run.words)
    if glue:
        return share >= _MOSTLY and len(run.words) > 0 and any(w[0].isalpha() for w in run.words)
    if known >= _ENOUGH:
        return True
    words = [w for w in run.words if w[0].isalpha()]
    return (
        share >= _MOSTLY
        and bool(words)
        and all(_WORDLIKE.fullmatch(w) and _VOWEL.search(w) for w in words)
    )


def _commands_camera(source: Source, number: int) -> bool:
    """The camera is told to do something that no rule knows."""
    clause = source.clauses[number]
    for at in range(clause.first, clause.last):
        word = source.tokens[at].text
        if any(word in lexicon(lang).lists["determiner"] for lang in clause.langs):
            continue
        return word in _CAMERAS and clause.last - at > 1
    return False


def _texts(
    source: Source, loose: Sequence[tuple[_Run, bool]]
) -> tuple[tuple[IgnoredText, ...], tuple[IgnoredText, ...]]:
    """Runs as verbatim pieces; neighbours of one kind join."""
    lists: tuple[list[Span], list[Span]] = ([], [])
    last: tuple[int, int] | None = None  # list and its last end
    original = source.folded.original
    for run, scene in loose:
        which = 0 if scene else 1
        pieces = lists[which]
        between = original[pieces[-1][1] : run.start] if pieces else ""
        joins = last is not None and last[0] == which and not run.header
        if joins and len(between) < 4 and not any(map(str.isalnum, between)):
            pieces[-1] = (pieces[-1][0], run.end)
        else:
            pieces.append((run.start, run.end))
        last = (which, run.end)
    made = tuple(
        tuple(IgnoredText(span=(a, b), text=original[a:b]) for a, b in pieces) for pieces in lists
    )
    return made[0], made[1]

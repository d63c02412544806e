"""What is read before sounds are: the style of silent films, and what is to be replaced."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kinora.prompt.content.cue import Cue
from kinora.prompt.content.hits import best_hit
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.lexicon import LANGS, in_any
from kinora.prompt.words.rules import rule_words
from kinora.prompt.words.source import Source

_SILENT: Final = rule_words("foremost", "silent")
#: « style : film muet »: a style where the section says so, else a clip without sound.
_FILMS: Final = rule_words("foremost", "films")
_REPLACES: Final = rule_words("foremost", "replaces")
_BY: Final = rule_words("foremost", "by")
_POLITE: Final = rule_words("foremost", "polite")
#: Tables of what a clip can have instead of what it has: "replace the daylight with moonlight".
_IN_REACH: Final = ("light", "atmosphere", "hues", "heads", "style")


def foremost(source: Source, used: set[int]) -> Iterator[Cue]:
    """Styles of silent films, and orders to put one thing in another's place.

    Args:
        source: the prompt.
        used: tokens that are taken.
    """
    for clause in source.clauses:
        if source.section_name(clause.first) in ("audio", "dialogue"):
            continue
        yield from _silent_films(source, clause, used)
        replaced = _replacement(source, clause, used) or _weather_for_other(source, clause, used)
        if replaced is not None:
            yield replaced


def _silent_films(source: Source, clause: Clause, used: set[int]) -> Iterator[Cue]:
    """ "silent film style": it looks so, and may be heard."""
    texts = [token.text for token in source.tokens[clause.first : clause.last]]
    if not _SILENT & set(texts):
        return
    in_style = source.section_name(clause.first) == "style"
    for at in range(clause.first, clause.last):
        hit = best_hit(source, clause, "style", at)
        last = hit.last if hit is not None else min(at + 2, clause.last)
        words = {token.text for token in source.tokens[at:last]}
        named = bool(words & _SILENT) and (hit is not None or (in_style and words & _FILMS))
        if named and not used & set(range(at, last)):
            yield Cue("style", "film", at, last)
            return


def _replacement(source: Source, clause: Clause, used: set[int]) -> Cue | None:
    """ "replace the dog with a cat": what isn't in the photo."""
    within = range(clause.first, clause.last)
    first = next((at for at in within if source.tokens[at].text in _REPLACES), None)
    if first is None:
        return None
    if any(source.tokens[at].text not in _POLITE for at in range(clause.first, first)):
        return None
    behind = _behind(source, clause)
    by = next((at for at in range(first + 2, behind.last - 1) if _is_by(source, at)), None)
    tokens = range(first, behind.last)
    if by is None or used & set(tokens) or any(_can_be(source, behind, at) for at in tokens):
        return None
    return Cue("newcomer", "newcomer", first, behind.last)


def _weather_for_other(source: Source, clause: Clause, used: set[int]) -> Cue | None:
    """ "replace rain with snow": the one is not to be; what is to be instead is read as ever."""
    within = range(clause.first, clause.last)
    first = next((at for at in within if source.tokens[at].text in _REPLACES), None)
    if first is None:
        return None
    behind = _behind(source, clause)
    by = next((at for at in range(first + 2, behind.last - 1) if _is_by(source, at)), None)
    if by is None or used & set(range(first, by + 1)):
        return None
    old = any(_is_of_air(source, clause, at) for at in range(first + 1, by))
    new = any(_is_of_air(source, behind, at) for at in range(by + 1, behind.last))
    return Cue("avoid", "", first, by + 1, who=(first + 1, by)) if old and new else None


def _is_of_air(source: Source, clause: Clause, at: int) -> bool:
    return best_hit(source, clause, "atmosphere", at) is not None


def _behind(source: Source, clause: Clause) -> Clause:
    """The clause that goes on with "with", or the same: "replace the dog | with a cat"."""
    number = source.clause_of[clause.first] + 1
    after = source.clauses[number] if number < len(source.clauses) else clause
    goes_on = after.sentence == clause.sentence and after.connector in _BY
    return after if goes_on else clause


def _is_by(source: Source, at: int) -> bool:
    return source.tokens[at].text in _BY


def _can_be(source: Source, clause: Clause, at: int) -> bool:
    """Whether a token names what a clip can have instead, or what is heard or filmed."""
    if in_any("hueless", source.tokens[at].text, LANGS):
        return True  # "replace the music with birds"
    return any(best_hit(source, clause, table, at) is not None for table in _IN_REACH)

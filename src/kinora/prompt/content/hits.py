"""How lexicons are asked what stands at a token: in the clause's own language first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.language import votes
from kinora.prompt.words.lexicon import LANGS, WINDOW, Hit, lexicon, openings
from kinora.prompt.words.source import Source
from kinora.types.plan import Lang

_FEW_WORDS: Final = 2  # of a clause, which may tell no language: "Audio: vent"
_OWN_ONLY: Final = frozenset({"persons", "actions", "stir", "say"})  # never of the other language
_BORROWED: Final = frozenset({"style", "light"})  # single words cross over: "film noir"


def longest(
    source: Source, clause: Clause, table: str, at: int, last: int | None = None
) -> Hit | None:
    """The longest match of a table at ``at``, of the clause's own language where two are as long.

    Args:
        source: the prompt.
        clause: one of its clauses.
        table: a section of the lexicons.
        at: the token where it starts.
        last: the token before which it ends; by default the clause's end.
    """
    if source.tokens[at].text not in openings(table):
        return None
    limit = min(clause.last if last is None else last, at + WINDOW)
    asked = (table, False, at, limit, clause.first, clause.last)
    if asked not in source.hits:
        source.hits[asked] = _longest(source, clause, table, at, limit)
    return source.hits[asked]


def _longest(source: Source, clause: Clause, table: str, at: int, limit: int) -> Hit | None:
    langs = (*clause.langs, *(lang for lang in LANGS if lang not in clause.langs))
    return max(_hits(source, clause, table, at, langs, limit), key=_end, default=None)


def best_hit(source: Source, clause: Clause, section: str, at: int) -> Hit | None:
    """As `longest` to the clause's end, for what is seen: single foreign words don't count, but
    where they are borrowed."""
    word = source.tokens[at].text
    if not word[0].isalnum() or word not in openings(section):
        return None
    asked = (section, True, at, clause.last, clause.first, clause.last)
    if asked not in source.hits:
        source.hits[asked] = _seen(source, clause, section, at)
    return source.hits[asked]


def _seen(source: Source, clause: Clause, section: str, at: int) -> Hit | None:
    langs = clause.langs if section in _OWN_ONLY else LANGS
    hits = _hits(source, clause, section, at, langs, clause.last)
    plain = [
        hit for hit in hits if hit.lang in clause.langs or hit.last > at + 1 or section in _BORROWED
    ]
    return max(plain, key=_end, default=None)


def _hits(
    source: Source, clause: Clause, table: str, at: int, langs: Sequence[Lang], limit: int
) -> list[Hit]:
    found = (lexicon(lang).match_at(table, source.tokens, at, limit=limit) for lang in langs)
    return [hit for hit in found if hit is not None and not _is_foreign(source, clause, hit)]


def _end(hit: Hit) -> int:
    return hit.last


def _is_foreign(source: Source, clause: Clause, hit: Hit) -> bool:
    """Whether a single word of the other language is one of the clause's own: "the empty house"."""
    if hit.lang in clause.langs or hit.last - hit.first > 1:
        return False
    words = [token.text for token in source.tokens[clause.first : clause.last]]
    if len(words) <= _FEW_WORDS and not votes(words)[LANGS.index(clause.langs[0])]:
        return False
    own = lexicon(clause.langs[0])
    return any(source.tokens[hit.first].text in known for known in (own.vocabulary, own.firm))

"""Verbs that no lexicon knows, done by the camera: "the camera noses between the curtains"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kinora.prompt.moves.agents import is_word_of
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.inflect import Form
from kinora.prompt.words.lexicon import Hit
from kinora.prompt.words.text import Token
from kinora.types.plan import Lang

_WEAK = frozenset({"around", "over", "through", "across", "along"})
_TOWARDS = frozenset({"vers", "jusqu'", "into", "dans", "entre"})
_SELF = frozenset({"itself", "its", "way", "se", "s'", "lui-meme", "elle-meme"})
#: Lists of words that are no verb, or none of movement.
_NO_VERBS = (
    "function", "preposition", "determiner", "conjunction", "posture", "picture", "camera",
    "operator", "sides",
)  # fmt: skip


def unknown_verb(
    tokens: Sequence[Token],
    clause: Clause,
    told: frozenset[int],
    *,
    strong_at: Mapping[int, Hit],
    weak_at: Mapping[int, Hit],
) -> Hit | None:
    """The verb right after a camera word and right before a path, read as a plain movement."""
    for at in range(clause.first, clause.last):
        names = ("camera", "we")
        if any(is_word_of(name, tokens[at].text, clause.langs) for name in names):
            verb = _skip(tokens, at + 1, clause, told)
            after = _skip(tokens, verb + 1, clause, told)
            if after < clause.last and _is_verb(tokens[verb].text, clause.langs):
                weak = weak_at.get(after)
                near = weak is not None and (
                    weak.concept in _WEAK or tokens[after].text in _TOWARDS
                )
                if after in strong_at or near or _past_object(tokens, after, clause, strong_at):
                    lang = clause.langs[0]
                    return Hit("move", lang, verb, verb + 1, _form(tokens[verb].text, lang))
    return _order(tokens, clause, told, strong_at=strong_at, weak_at=weak_at)


def _order(
    tokens: Sequence[Token],
    clause: Clause,
    told: frozenset[int],
    *,
    strong_at: Mapping[int, Hit],
    weak_at: Mapping[int, Hit],
) -> Hit | None:
    """ "nose the camera through the hedge": an unknown verb done to the camera."""
    verb = _skip(tokens, clause.first, clause, told)
    at = verb + 1
    if at + 2 >= clause.last or not _is_verb(tokens[verb].text, clause.langs):
        return None
    names = zip((at, at + 1), ("definite", "core"), strict=True)
    if not all(is_word_of(name, tokens[i].text, clause.langs) for i, name in names):
        return None
    way = _skip(tokens, at + 2, clause, told)
    if way in strong_at or way in weak_at:
        return Hit("move", clause.langs[0], verb, verb + 1, "base")
    return None


def _past_object(
    tokens: Sequence[Token], at: int, clause: Clause, strong_at: Mapping[int, Hit]
) -> bool:
    """ "the camera quits the room backwards": an object of one or two words, then the path."""
    if not is_word_of("determiner", tokens[at].text, clause.langs):
        return False
    paths = [strong_at[i] for i in (at + 2, at + 3) if i in strong_at and i < clause.last]
    return bool(paths) and paths[0].concept in ("in", "out", "left", "right", "up", "down")


def _skip(tokens: Sequence[Token], at: int, clause: Clause, told: frozenset[int]) -> int:
    """The first token from ``at`` on that isn't manner, an auxiliary or a word for itself."""
    while at < clause.last and (
        at in told
        or tokens[at].text in _SELF
        or _is_filler(tokens[at].text, clause.langs)
        or (is_word_of("relative", tokens[at].text, clause.langs))
        or tokens[at].text.endswith("ly")
    ):
        at += 1
    return at


def _is_filler(word: str, langs: tuple[Lang, ...]) -> bool:
    """Auxiliaries and adverbs; « là » is folded to « la », an article."""
    told = any(is_word_of(name, word, langs) for name in ("auxiliary", "adverb"))
    return told and not is_word_of("definite", word, langs)


def _is_verb(word: str, langs: tuple[Lang, ...]) -> bool:
    if len(word) < 3 or not word.isalpha():
        return False
    return not any(is_word_of(name, word, langs) for name in _NO_VERBS)


def _form(word: str, lang: Lang) -> Form:
    """The form as the ending tells it."""
    if lang == "fr":
        if word.endswith("ant"):
            return "ing"
        return "base" if word.endswith(("er", "ir", "re", "ez")) else "third"
    if word.endswith("ing"):
        return "ing"
    if word.endswith("ed"):
        return "past"
    return "third" if word.endswith("s") else "base"

"""Sounds as items of the plan, with all that is said about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, cast

from kinora.prompt.content.sound_names import NEAREST, kind_of
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.lexicon import LANGS, lexicon
from kinora.prompt.words.source import Source
from kinora.types.plan import AudioCue, Distance, Mood, Pan, Span, Tempo

_JOINS: Final = frozenset({"and", "et", "then", "puis"})


@dataclass(frozen=True, slots=True)
class Heard:
    """A sound at tokens [first, last); ``concept`` is "" where none is known."""

    concept: str
    first: int
    last: int
    at: float | None = None
    until: float | None = None


def audio_cue(source: Source, name: str, heard: Heard, words: str, span: Span) -> AudioCue:
    """The plan item of a sound, with all that is said about it."""
    tells = _told(source, heard)
    return AudioCue(
        id=name,
        raw=words,
        cue=heard.concept.removeprefix(NEAREST) or None,
        nearest=heard.concept.startswith(NEAREST),
        kind=kind_of(heard.concept),
        level=cast("Literal['discreet', 'normal', 'loud']", tells.get("sound_level", "normal")),
        distance=cast("Distance", tells.get("sound_distance", "normal")),
        pan=cast("Pan | None", tells.get("sound_side")),
        mood=cast("Mood | None", tells.get("sound_mood")),
        tempo=cast("Tempo | None", tells.get("sound_tempo")),
        at=heard.at,
        until=heard.until,
        evidence=span,
    )


def said_again(sound: AudioCue, source: Source, heard: Heard) -> AudioCue:
    """A sound of the plan with what more words about it tell."""
    more = audio_cue(source, sound.id, heard, sound.raw, sound.evidence or (0, 0))
    told = {
        name: getattr(more, name)
        for name in ("level", "distance", "pan", "mood", "tempo", "until")
        if getattr(more, name) not in ("normal", None)
    }
    if more.cue == "silence":  # « pas de musique : silence complet »
        told["cue"] = more.cue
    return sound.model_copy(update=told)


def _told(source: Source, heard: Heard) -> dict[str, str]:
    """What is said about a sound, by table: the first word of each."""
    found: dict[str, str] = {}
    tables = ["sound_level", "sound_distance", "sound_side"]
    if kind_of(heard.concept) == "music":
        tables += ["sound_mood", "sound_tempo"]
    own = source.clauses[source.clause_of[heard.first]].langs
    for lang in (*own, *(lang for lang in LANGS if lang not in own)):
        for table in tables:
            at = heard.first
            while at < heard.last and table not in found:
                hit = lexicon(lang).match_at(table, source.tokens, at, limit=heard.last)
                if hit is not None:
                    found[table] = hit.concept
                at += 1
    return found


def times_of(source: Source, first: int, last: int) -> tuple[float | None, float | None]:
    """When what tokens [first, last) name starts and ends, in seconds, where that is told."""
    for at in range(first, last):
        mark = source.mark_of[at]
        if mark >= 0 and source.marks[mark].kind in ("start", "range"):
            told = source.marks[mark]
            end = told.end if told.kind == "range" else None
            return float(told.start), None if end is None else float(end)
    return None, None


def times_around(
    source: Source, clause: Clause, first: int, last: int
) -> tuple[float | None, float | None]:
    """As `times_of`, for what prose tells: the time that stands with tokens [first, last) between
    "and" and "and", else the clause's: "a door slams at 1 s and a dog barks at 3 s"."""
    start, end = first, last
    while start > clause.first and source.tokens[start - 1].text not in _JOINS:
        start -= 1
    while end < clause.last and source.tokens[end].text not in _JOINS:
        end += 1
    own = times_of(source, start, end)
    return own if own[0] is not None else times_of(source, clause.first, clause.last)

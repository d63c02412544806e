"""What sounds of a prompt go together: silence with none, an instrument with its tune."""

from __future__ import annotations

from typing import Final

from kinora.prompt.content.by_context import by_context
from kinora.prompt.content.cue import Cue
from kinora.prompt.content.sound_names import TOLD, all_said, covered, kind_of
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.lexicon import LANGS, in_any
from kinora.prompt.words.rules import rule_words
from kinora.prompt.words.source import Source

#: Words that ask for a clip without sound; "silence" alone may be a moment of it.
_NO_SOUND: Final = rule_words("settled", "no_sound")
_BUT: Final = rule_words("settled", "but")
#: Words of music that an instrument plays, which name no music of their own.
_TUNES: Final = rule_words("settled", "tunes")
_NO_NAME: Final = frozenset({"silence", "unknown"})
_ROOMS: Final = rule_words("settled", "rooms")
_OF_TUNES: Final = frozenset({"pad", "~strings"})


def settle(source: Source, found: list[Cue]) -> list[Cue]:
    """The cues without sounds that others of the prompt rule out.

    Args:
        source: the prompt.
        found: its cues.
    """
    found = _without_states(source, _without_speech(source, found))
    found = _without_rooms(source, _one_of_silence_and_sounds(source, found))
    return by_context(source, _without_tunes(source, found))


def _without_speech(source: Source, found: list[Cue]) -> list[Cue]:
    """Without "as she speaks" where a line tells what she says."""
    if not any(quote.kind == "dialogue" for quote in source.quotes):
        return found
    return [cue for cue in found if (cue.kind, cue.concept) != ("subject", "speak")]


def _without_states(source: Source, found: list[Cue]) -> list[Cue]:
    """Without how somebody is, as the photo shows: "the woman sitting there"."""
    return [
        cue
        for cue in found
        if (cue.kind, cue.concept) != ("subject", "sit")
        or not in_any("states", source.tokens[cue.last - 1].text, LANGS)
    ]


def _without_rooms(source: Source, found: list[Cue]) -> list[Cue]:
    """Without a room that only sets the scene of other sounds: "a hallway, a door slams"."""
    sounds = [cue for cue in found if cue.kind == "audio"]
    rooms = [
        cue
        for cue in sounds
        if cue.concept.removeprefix("~") == "room_tone"
        and source.section_name(cue.first) != "audio"
        and not _ROOMS & {source.tokens[at].text for at in range(cue.first, cue.last)}
    ]
    return found if len(rooms) == len(sounds) else [cue for cue in found if cue not in rooms]


def _one_of_silence_and_sounds(source: Source, found: list[Cue]) -> list[Cue]:
    """Where silence stands beside sounds: the silence that a clip is to have rules the sounds out,
    and a moment of it is none: "a shot, then silence"."""
    quiet = [cue for cue in found if cue.concept == "silence" and cue.kind == "audio"]
    heard = [cue for cue in found if cue.kind == "audio" and kind_of(cue.concept) not in _NO_NAME]
    if not quiet or not heard:
        return found
    words = {source.tokens[at].text for cue in quiet for at in range(cue.first, cue.last)}
    said = {source.tokens[at].text for at in range(len(source.tokens))}
    named = any(_only_named(source, cue) for cue in heard)
    if words & _NO_SOUND and not said & _BUT and not named:
        return [cue for cue in found if cue not in heard]
    return [cue for cue in found if cue not in quiet]


def _only_named(source: Source, cue: Cue) -> bool:
    """Whether the clause of a sound only names it: "no sound, just the wind"."""
    clause: Clause = source.clauses[source.clause_of[cue.first]]
    return all_said(source, clause, covered(source, clause, ("sounds", "sound_lead", *TOLD)))


def _without_tunes(source: Source, found: list[Cue]) -> list[Cue]:
    """Without "a sad tune" where an instrument of the same clause plays it."""
    music = [cue for cue in found if cue.kind == "audio" and kind_of(cue.concept) == "music"]
    tunes = [cue for cue in music if _is_tune(source, cue)]
    players = {source.clause_of[cue.first] for cue in music if cue not in tunes}
    return [cue for cue in found if cue not in tunes or source.clause_of[cue.first] not in players]


def _is_tune(source: Source, cue: Cue) -> bool:
    words = [source.tokens[at].text for at in range(cue.first, cue.last)]
    return cue.concept in _OF_TUNES and words[-1] in _TUNES

"""Sentences that list sounds without a header: "gulls crying, waves"; "Train: rain, wheels"."""

from __future__ import annotations

from typing import Final

from kinora.prompt.content.acts import acting
from kinora.prompt.content.hits import longest
from kinora.prompt.content.implied import implied
from kinora.prompt.content.sound_names import (
    BOTH,
    DENIALS,
    OF,
    TOLD,
    all_said,
    covered,
    drawn,
    holds,
    kind_of,
    known,
    name_in,
    names_music,
    names_nothing,
    sound_in,
)
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.lexicon import LANGS, in_any
from kinora.prompt.words.source import Source

MOST_WORDS: Final = 9  # of an item
_AT_PLACES: Final = frozenset(
    {"in", "at", "inside", "dans", "sur", "devant", "near", "pres", "chez"}
)
#: What opens a scene of sounds: « ambiance jungle : singes, perroquets ».
_SOUNDS_OF: Final = frozenset(
    {"ambiance", "ambience", "ambient", "son", "sons", "bruit", "bruits", "sound", "sounds"}
)
_NAMES: Final = ("sounds", *TOLD)
_AROUND: Final = ("sounds", "listed", *TOLD, "sound_lead", "audible", "plays")
_LOOSE_WORDS: Final = 3  # of an item, that no table knows
_VOICES: Final = frozenset(
    {"speech", "talking", "voice", "voices", "vocals", "dialogue", "voix", "parole", "paroles"}
)
#: What is named to be heard, where nothing but names stands.
_UNSEEN: Final = frozenset(
    {"birds", "crickets", "cicadas", "frogs", "owl", "thunder", "wind", "bees", "crowd", "applause"}
    | {"laughter", "church_bell", "bell", "footsteps_stone", "drips", "wind_leaves", "siren"}
)
#: Where other sounds are heard: "forest at night, an owl, crickets".
_SCENES: Final = frozenset(
    {"night", "forest", "room_tone", "market", "cafe", "traffic_far", "traffic_near", "crowd"}
)
_NOT: Final = frozenset({"not", "without", "sans"})
_FEW_DENIED: Final = 4  # tokens of a clause that says so
_SURE_ITEMS: Final = 2  # that are heard for certain, in a list after a scene


def items_of_list(source: Source, clauses: list[Clause], used: set[int]) -> list[Clause]:
    """The clauses of a sentence that list sounds; none where it tells of something else.

    The first may set the scene instead: "Office at night, lights buzzing, a vacuum cleaner".

    Args:
        source: the prompt.
        clauses: of one sentence, outside every section.
        used: tokens that mean something else.
    """
    clauses = _undenied(source, clauses)
    if not clauses or any(drawn(source, clause) for clause in clauses):
        return []
    free = [not used & set(range(clause.first, clause.last)) for clause in clauses]
    colon = any(clause.link == "colon" for clause in clauses[1:2])
    if all(free) and not colon and _only_sounds(source, clauses):
        scene = len(clauses) > _SURE_ITEMS and _sets_the_scene(source, clauses)
        return clauses[1:] if scene else clauses
    band = [clause for clause, is_free in zip(clauses, free, strict=True) if is_free]
    voiceless = any(_denies_voices(source, clause) for clause in clauses)
    band = [
        clause
        for clause in band
        if _is_a_band(source, clause) or (voiceless and _only_names(source, clause))
    ]
    items = clauses[1:]
    if not items or not all(free[1:]):
        return band
    about = colon and source.tokens[clauses[0].first].text in _SOUNDS_OF
    if about and 2 * sum(known(source, item) for item in items) > len(items):
        return [clause for clause in clauses if known(source, clause)]
    if not _lists_sounds(source, items, colon=colon, place=_is_place(source, clauses[0])):
        return band
    return [clause for clause in items if known(source, clause)]


def bare_names(source: Source, clauses: list[Clause]) -> list[Clause]:
    """The clauses of a prompt that only names sounds: "cloches, pigeons, fontaine", "crickets.
    Frogs. That's it."; none where it tells of anything else.

    Args:
        source: the prompt.
        clauses: all of it, none of which is about the camera.
    """
    named: list[Clause] = []
    heard = _undenied(source, clauses)
    sure = len(heard) < len(clauses)
    for clause in heard:
        short = clause.last - clause.first <= MOST_WORDS
        if names_nothing(source, clause.first, clause.last):
            sure = True
        elif not short or drawn(source, clause) or _is_of_camera(source, clause):
            return []
        elif not known(source, clause) and covered(source, clause, ("sound_level",)):
            sure = True  # "the waterfall, really loud"
        elif not known(source, clause) or not _hardly_more(source, clause):
            return []
        else:
            named.append(clause)
    found = [sound_in(source, clause, clause.first, clause.last) for clause in named]
    if len(named) > _SURE_ITEMS and found[0] in _SCENES:
        named, found = named[1:], found[1:]
    unseen = any(concept in _UNSEEN for concept in found)
    return named if sure or (unseen and len(named) > 1) else []


def denies_a_deed(source: Source, clause: Clause) -> bool:
    """Whether a clause says that what was named before isn't heard: "a dog, not barking".

    Args:
        source: the prompt.
        clause: one of its clauses.
    """
    if clause.last - clause.first < 2 or source.tokens[clause.first].text not in _NOT:
        return False
    verb = longest(source, clause, "audible", clause.first + 1)
    return verb is not None and verb.form in ("ing", "base")


def _undenied(source: Source, clauses: list[Clause]) -> list[Clause]:
    """The clauses but those that deny a deed, and the one before each, which names who does it."""
    denying = [at for at, clause in enumerate(clauses) if denies_a_deed(source, clause)]
    gone = {near for at in denying for near in (at - 1, at)}
    return [clause for at, clause in enumerate(clauses) if at not in gone]


def _is_of_camera(source: Source, clause: Clause) -> bool:
    words = (source.tokens[at].text for at in range(clause.first, clause.last))
    return any(in_any("camera", word, LANGS) for word in words)


def _hardly_more(source: Source, clause: Clause) -> bool:
    """Whether a clause says hardly more than the name of a sound."""
    said = all_said(source, clause, covered(source, clause, _AROUND))
    return said and not moves_unheard(source, clause, set())


def _denies_voices(source: Source, clause: Clause) -> bool:
    """Whether a clause only says that nobody is to speak, as who asks for sounds may add."""
    words = {source.tokens[at].text for at in range(clause.first, clause.last)}
    few = clause.last - clause.first <= _FEW_DENIED
    return few and bool(words & _VOICES) and bool(words & {*DENIALS, "pas"})


def _only_names(source: Source, clause: Clause) -> bool:
    """Whether a clause names a sound and hardly anything else: "choir of the parish with organ"."""
    words = {source.tokens[at].text for at in range(clause.first, clause.last)} - {*OF, *BOTH}
    if any(in_any("preposition", word, LANGS) for word in words):  # "guitar on the wall"
        return False
    said = all_said(source, clause, covered(source, clause, _AROUND), but=1)
    return said and known(source, clause) and not _denies_voices(source, clause)


def _is_a_band(source: Source, clause: Clause) -> bool:
    """Whether a clause only names instruments and what sounds with them: "ukulele and waves"."""
    words = [source.tokens[at].text for at in range(clause.first, clause.last)]
    joins = [clause.first + at for at, word in enumerate(words) if word in BOTH]
    if len(joins) != 1 or in_any("determiner", words[0], LANGS):
        return False
    sides = ((clause.first, joins[0]), (joins[0] + 1, clause.last))
    names = [name_in(source, clause, first, last) for first, last in sides if first < last]
    music = any(name is not None and kind_of(name.concept) == "music" for name in names)
    told = covered(source, clause, _NAMES)
    return (
        music and None not in names and len(names) == len(sides) and all_said(source, clause, told)
    )


def moves_unheard(source: Source, clause: Clause, used: set[int]) -> bool:
    """Whether a thing or a being moves, without a verb that is heard: "the river flows".

    Args:
        source: the prompt.
        clause: one of its clauses.
        used: tokens that mean something else.
    """
    return any(
        not any(longest(source, clause, "audible", at) for at in range(cue.first, cue.last))
        for cue in acting(source, clause, used)
    )


def _only_sounds(source: Source, clauses: list[Clause]) -> bool:
    """Whether every clause names a sound, and one is heard for certain."""
    if source.tokens[clauses[0].first].text in _AT_PLACES:  # « dans la forêt, on entend … »
        return False
    if not all(known(source, clause) for clause in clauses):
        return False
    heard = any(holds(source, clause, "heard") for clause in clauses)
    if heard and all(all_said(source, c, covered(source, c, _NAMES)) for c in clauses):
        return True
    short = all(clause.last - clause.first <= MOST_WORDS for clause in clauses)
    return (
        len(clauses) > 1
        and short
        and any(_is_sure(source, clause) for clause in clauses)
        and all(all_said(source, c, covered(source, c, _AROUND), but=2) for c in clauses)
    )


def _sets_the_scene(source: Source, clauses: list[Clause]) -> bool:
    """Whether the first clause is a place, among sounds that are told more surely."""
    sure = [_is_sure(source, clause) for clause in clauses]
    return _is_place(source, clauses[0]) and not sure[0] and sum(sure[1:]) >= _SURE_ITEMS


def _is_place(source: Source, clause: Clause) -> bool:
    return any(longest(source, clause, "listed", at) for at in range(clause.first, clause.last))


def _lists_sounds(source: Source, items: list[Clause], *, colon: bool, place: bool) -> bool:
    """Whether what follows a scene, after a colon or the name of a place, is a list of sounds."""
    if any(item.last - item.first > MOST_WORDS for item in items):
        return False
    sure = sum(_is_sure(source, item) for item in items)
    colon = colon or (place and all(known(source, item) for item in items))
    names = [item for item in items if known(source, item)]
    loose = [
        item
        for item in names
        if not all_said(source, item, covered(source, item, _AROUND), but=_LOOSE_WORDS)
    ]
    return sure >= (1 if colon else _SURE_ITEMS) and 2 * len(names) > len(items) and not loose


def _is_sure(source: Source, clause: Clause) -> bool:
    """Whether a clause tells of what can only be heard."""
    return (
        holds(source, clause, "heard")
        or names_music(source, clause)
        or holds(source, clause, "sound_lead")
        or _plays_somehow(source, clause)
        or _does_what_is_heard(source, clause)
        or next(implied(source, clause, set()), None) is not None
    )


def _does_what_is_heard(source: Source, clause: Clause) -> bool:
    """ "a marmot whistles": somebody or something, known or not, with a verb that is only heard."""
    verbs = (longest(source, clause, "audible", at) for at in range(clause.first + 1, clause.last))
    return any(verb is not None and verb.form in ("third", "ing") for verb in verbs)


def _plays_somehow(source: Source, clause: Clause) -> bool:
    """ "melancholic flute": an instrument with a word on how it plays."""
    best = name_in(source, clause, clause.first, clause.last)
    music = best is not None and kind_of(best.concept) == "music"
    return music and bool(covered(source, clause, ("sound_level", "sound_mood", "sound_tempo")))

"""Sounds that a prompt asks for: items of lists, what "we hear", music, silence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kinora.prompt.content.bare_lists import MOST_WORDS, moves_unheard
from kinora.prompt.content.hits import longest
from kinora.prompt.content.implied import phrases
from kinora.prompt.content.sound_items import Heard, times_of
from kinora.prompt.content.sound_names import (
    BOTH,
    DENIALS,
    LEADERS,
    PLEASE,
    TOLD,
    all_said,
    covered,
    denied,
    holds,
    idle,
    kind_of,
    known,
    name_in,
    names_music,
    names_nothing,
    sound_in,
    what_it_does,
)
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.lexicon import Hit
from kinora.prompt.words.source import Source

_MUSIC: Final = frozenset({"music", "musique", "soundtrack"})
_ONLY: Final = frozenset({"only", "just", "seul", "seule", "seuls", "seules", "seulement", "juste"})
_ITEM: Final = 14  # tokens on either side of "and" in which a sound is looked for
_AFTER_MUSIC: Final = 7  # tokens that tell of music
_SOUND_ITSELF: Final = frozenset({"sound", "sounds", "audio", "noise", "son", "sons", "bruit"})
_NOTHING: Final = frozenset({"none", "nothing", "aucun", "aucune", "rien", "neant"})
_MINE: Final = frozenset({"my", "our", "a", "mon", "ma", "mes", "notre", "nos", "un", "une"})
_STYLES: Final = frozenset({"style", "look", "aesthetic", "era", "feel", "vibe", "effect"})
_BEATS: Final = frozenset({"bpm", "vocals", "chant", "lyrics", "paroles"})  # of no item of a list


def sounds_listed(source: Source, clause: Clause) -> Iterator[Heard]:
    """The items of a clause of the audio section: every one is kept, known or not."""
    first, last = clause.first, clause.last
    while first < last and source.tokens[first].text in LEADERS:
        first += 1
    while last > first and not source.tokens[last - 1].text[0].isalnum():
        last -= 1
    alone = first == clause.first and last - first == 1
    if alone and source.tokens[first].text in _NOTHING:
        yield Heard("silence", first, last)
    elif source.tokens[last - 1].text in _BEATS and not sound_in(source, clause, first, last):
        return  # "70 bpm", "no vocals"
    elif first < last and not _only_denies(source, clause, first, last):
        yield from _parts(source, clause, first, last)


def _only_denies(source: Source, clause: Clause, first: int, last: int) -> bool:
    """Whether an item only says what isn't to be heard: "no voices"."""
    best = name_in(source, clause, first, last)
    if best is None and source.tokens[first].text in DENIALS:  # "no dialogue"
        return not longest(source, clause, "sound_off", first, last)
    off = any(longest(source, clause, "sound_off", at, last) for at in range(first, last))
    return best is not None and not off and denied(source, clause, best.first)


def only_tells(source: Source, clause: Clause) -> bool:
    """Whether a clause only says how the sound before it is: "a piano, slow and sad"."""
    told = covered(source, clause, TOLD)
    return bool(told) and not known(source, clause) and all_said(source, clause, told)


def only_names_sounds(source: Source, clause: Clause, used: set[int]) -> bool:
    """Whether a clause is but the name of a sound: "no music, only wind"."""
    if used & set(range(clause.first, clause.last)) or not known(source, clause):
        return False
    told = covered(source, clause, ("sounds", *TOLD))
    return all_said(source, clause, told) and not moves_unheard(source, clause, used)


def only_heard(source: Source, clause: Clause, used: set[int]) -> Iterator[Heard]:
    """ "only the wind can be heard", « seulement le ressac »: nothing to be kept as it is."""
    if source.tokens[clause.first].text not in _ONLY:
        return
    if holds(source, clause, "sound_lead"):
        yield from mentioned(source, clause, used, after=False)
    elif holds(source, clause, "heard") or _denies_a_sound(source, clause):
        told = covered(source, clause, ("sounds", "audible", "plays", *TOLD))
        if not used & set(range(clause.first, clause.last)) and all_said(
            source, clause, told, but=1
        ):
            yield from sounds_listed(source, clause)


def _denies_a_sound(source: Source, clause: Clause) -> bool:
    """Whether the prompt says no more, or another clause what isn't to be heard: "Only the wind. No
    birds, no music."."""
    return len(source.clauses) == 1 or any(
        longest(source, other, "sound_off", at) is not None
        or (longest(source, other, "heard", at) is not None and denied(source, other, at))
        for other in source.clauses
        if other is not clause
        for at in range(other.first, other.last)
    )


def mentioned(source: Source, clause: Clause, used: set[int], *, after: bool) -> Iterator[Heard]:
    """Sounds that a clause outside the audio section says are heard.

    Args:
        source: the prompt.
        clause: one of its clauses.
        used: tokens that mean something else.
        after: whether the clause before it, of the same sentence, told of sounds.
    """
    sounding = list(phrases(source, clause, used, table="sounding"))
    if sounding:
        yield from sounding
        return
    meant_not = used | idle(source, clause)  # "a music video", "her hearing aid"
    for at in range(clause.first, clause.last):
        if at in meant_not:
            continue
        lead = longest(source, clause, "sound_lead", at)
        if lead is not None and lead.concept == "like":  # "a whisper of light" is none
            lead = lead if name_in(source, clause, lead.last, clause.last) else None
        if lead is not None:
            yield from _led(source, clause, at, lead, used)
            return
        if source.tokens[at].text in _MUSIC:
            yield from _music(source, clause, at, used)
            return
    first = clause.first
    while first in used:
        first += 1
    free = not used & set(range(first, clause.last))
    short = clause.last - first <= MOST_WORDS
    after = after and _announced(source, clause) and not _is_purpose(source, clause)
    if free and short and (after or names_music(source, clause)):
        parts = _parts(source, clause, first, clause.last) if first < clause.last else ()
        yield from (heard for heard in parts if heard.concept)


def _is_purpose(source: Source, clause: Clause) -> bool:
    """Whether a clause only says what the clip is for: "for my pawn shop", « pour mon resto »."""
    words = [
        source.tokens[at].text for at in range(clause.first, min(clause.last, clause.first + 4))
    ]
    return bool({"for", "pour"} & set(words)) and bool(set(words) & _MINE)


def _announced(source: Source, clause: Clause) -> bool:
    """Whether a clause after a sound is one as well: a list that "we hear" opened goes on, or it
    tells of nothing else."""
    told = covered(source, clause, ("sounds", "audible", *TOLD))
    if all_said(source, clause, told, but=1) and not moves_unheard(source, clause, set()):
        return True
    return any(
        holds(source, other, "sound_lead")
        for other in source.clauses
        if other.sentence == clause.sentence and other.first < clause.first
    )


def _parts(source: Source, clause: Clause, first: int, last: int) -> Iterator[Heard]:
    """Tokens [first, last) taken apart at "and" wherever both sides name a sound; what is said not
    to be heard is left out."""
    edges = [first]
    for at in range(first + 1, last - 1):
        if source.tokens[at].text not in BOTH:
            continue
        start, end = max(edges[-1], at - _ITEM), min(last, at + 1 + _ITEM)
        before = sound_in(source, clause, start, at)
        if source.tokens[at].text == "over" and kind_of(before) != "music":
            continue  # "fireworks crackle over the river"
        if not before or not sound_in(source, clause, at + 1, end):
            continue
        whole = name_in(source, clause, start, end)
        if whole is not None and whole.first < at < whole.last:
            continue
        if not _same_does(source, clause, start, at):
            edges.append(at + 1)
    for start, end in zip(edges, [*(edge - 1 for edge in edges[1:]), last], strict=True):
        concept = sound_in(source, clause, start, end) or _deed_in(source, clause, start, end)
        name = name_in(source, clause, start, end)
        if name is not None and name.concept == concept and denied(source, clause, name.first):
            continue
        if not concept and names_nothing(source, start, end):
            continue
        at_time, until = times_of(source, start, end)
        yield Heard(concept, start, end, at_time, until)


def _deed_in(source: Source, clause: Clause, first: int, last: int) -> str:
    """What somebody does in tokens [first, last) that is heard, whoever it is; "": nothing."""
    for at in range(first + 1, last):
        deed = longest(source, clause, "does", at, last)
        if deed is not None and deed.form in ("third", "ing"):
            return deed.concept
    return ""


def _same_does(source: Source, clause: Clause, first: int, at: int) -> bool:
    """Whether a verb after "and", at token ``at``, goes on with what came before: "a horse panics
    and whinnies"."""
    who = name_in(source, clause, first, at)
    return who is not None and what_it_does(source, clause, who, at + 1) is not None


def _led(source: Source, clause: Clause, at: int, lead: Hit, used: set[int]) -> Iterator[Heard]:
    """What is heard "the sound of …" or "… can be heard"."""
    last = lead.last
    while last < clause.last and last not in used:
        last += 1
    first = at
    if not name_in(source, clause, lead.last, last):  # "rain can be heard nearby"
        first = clause.first
        while first in used:
            first += 1
    yield from _parts(source, clause, first, last)


def _music(source: Source, clause: Clause, at: int, used: set[int]) -> Iterator[Heard]:
    """Music by that name, with some words around it, and what sounds with it."""
    first = at
    while first > clause.first and first - 1 not in used and at - first < 4:
        first -= 1
    name = longest(source, clause, "sounds", at)  # "a few notes of music box"
    last = at + 1 if name is None else name.last
    if first == at or source.tokens[at].text == "musique":  # « musique douce », "music swells"
        while last < clause.last and last not in used and last - at < _AFTER_MUSIC:
            last += 1
    start, until = times_of(source, first, last)
    yield Heard(sound_in(source, clause, first, last) or "pad", first, last, start, until)
    more = range(last, clause.last)
    if len(more) > 1 and source.tokens[last].text in BOTH and not used & set(more):
        yield from (
            heard for heard in _parts(source, clause, last + 1, clause.last) if heard.concept
        )
    elif len(more) > 1 and source.tokens[last].text in BOTH:  # "and a fast whoosh"
        name = name_in(source, clause, last + 1, clause.last)
        if name is not None and not used & set(range(name.first, name.last)):
            yield Heard(name.concept, name.first, name.last)


def _but_sounds(source: Source, clause: Clause, off: Hit) -> bool:
    """Whether something sounds in what is called silent: "silent film piano"."""
    words = {source.tokens[at].text for at in range(off.first, off.last)}
    return not words & _SOUND_ITSELF and bool(sound_in(source, clause, off.last, clause.last))


def switched_off(source: Source, clause: Clause, used: set[int]) -> Heard | None:
    """ "no music", "silent clip": a word alone must be all that the clause says."""
    for at in range(clause.first, clause.last):
        hit = None if at in used else longest(source, clause, "sound_off", at)
        if hit is None:
            continue
        words = [
            i
            for i in range(clause.first, clause.last)
            if source.tokens[i].is_word and source.tokens[i].text not in PLEASE
        ]
        if hit.last - hit.first == 1 and len(words) > 1:
            continue
        if hit.concept == "silence" and _but_sounds(source, clause, hit):
            continue
        if hit.last < clause.last and source.tokens[hit.last].text in _STYLES:
            continue  # "silent film style"
        return Heard(hit.concept, hit.first, hit.last)
    return None

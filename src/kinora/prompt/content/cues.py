"""What isn't the camera: light, weather, framing, style, sound, subjects, constraints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from kinora.prompt.content.acts import OF_PARTS, acting, gestures, last_being
from kinora.prompt.content.bare_lists import (
    bare_names,
    denies_a_deed,
    items_of_list,
    moves_unheard,
)
from kinora.prompt.content.cue import Cue, Kind
from kinora.prompt.content.demands import asked_in_section, constraints, cuts, permitted
from kinora.prompt.content.foremost import foremost
from kinora.prompt.content.found import Found, tokens_of
from kinora.prompt.content.grounds import on_its_ground
from kinora.prompt.content.hearing import (
    mentioned,
    only_heard,
    only_names_sounds,
    only_tells,
    sounds_listed,
    switched_off,
)
from kinora.prompt.content.hits import best_hit
from kinora.prompt.content.implied import implied, phrases
from kinora.prompt.content.joined import joined, second_deeds
from kinora.prompt.content.looks import lenses, looks
from kinora.prompt.content.motions import always_moving
from kinora.prompt.content.once import told_once
from kinora.prompt.content.recolouring import recolours
from kinora.prompt.content.seen import (
    blown,
    lights_of_shot,
    seen_as_well,
    seen_beside,
    shows,
)
from kinora.prompt.content.settled import settle
from kinora.prompt.content.sound_items import Heard
from kinora.prompt.content.sound_names import BOTH, kind_of, undone
from kinora.prompt.content.transitions import joined_lights
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.source import Source

_LONGEST: Final = 60  # tokens of a clause that are read at once


def find_cues(source: Source, taken: set[int]) -> list[Cue]:
    """All cues of the source, not touching the tokens already ``taken`` by the camera."""
    found = Found(source)
    used = set(taken)
    _claim(found, used, list(lenses(source, used)))
    _claim(found, used, foremost(source, used))
    listed = _bare_lists(source, used)
    _claim(found, used, listed)
    found += seen_as_well(source, listed, shot=taken)
    for clause in (piece for whole in source.clauses for piece in _pieces(source, whole)):
        section = source.section_name(clause.first)
        if section == "audio":
            _add_listed_sounds(source, clause, found, used)
        elif section in ("keep", "change", "avoid"):
            _claim(found, used, asked_in_section(source, clause, section, used))
        elif section != "dialogue":
            _add_told(source, clause, found, used, taken)
            if section == "style" and not used & set(range(clause.first, clause.last)):
                _claim(found, used, [Cue("style", "", clause.first, clause.last)])
    _hear_alongside(source, found, used)
    found += [*blown(source, found), *permitted(source, found)]
    told = told_once(source, sorted(found, key=lambda cue: cue.first))
    return joined_lights(source, settle(source, told))


def _pieces(source: Source, clause: Clause) -> Iterator[Clause]:
    """A clause in pieces of at most `_LONGEST` tokens, cut before "and" where one stands.

    The work on a piece grows faster than its length; prompts without punctuation stay readable.
    """
    start, first = clause.start, clause.first
    while clause.last - first > _LONGEST:
        joins = (at for at in range(first + _LONGEST, first, -1) if source.tokens[at].text in BOTH)
        last = next(joins, first + _LONGEST)
        yield replace(clause, start=start, first=first, last=last)
        start = first = last
    yield replace(clause, start=start, first=first)


def _add_listed_sounds(source: Source, clause: Clause, found: Found, used: set[int]) -> None:
    """Add what a clause of a section for sounds lists."""
    if _leads_a_quote(source, clause) or _says_more(source, clause, found, used):
        return
    _claim(found, used, [_sound(source, heard) for heard in sounds_listed(source, clause)])


def _add_told(source: Source, clause: Clause, found: Found, used: set[int], shot: set[int]) -> None:
    """Add what a clause of prose tells, in order of precedence; ``shot`` is about the camera."""
    after = _goes_on(source, clause, found)
    seen = shows(source, clause) or any(lights_of_shot(source, clause, shot))
    if off := switched_off(source, clause, used):  # before "no …" means what to avoid
        _claim(found, used, [_sound(source, off)])
    elif (
        after and not seen and only_names_sounds(source, clause, used)
    ):  # and "only …" what to keep
        _claim(found, used, [_sound(source, heard) for heard in sounds_listed(source, clause)])
        return
    if after := not seen and _goes_on(source, clause, found):  # before "only …" means what to keep
        goes_on = mentioned(source, clause, used, after=True)
        _claim(found, used, [_sound(source, heard) for heard in goes_on])
    elif not seen:
        _claim(found, used, [_sound(source, heard) for heard in only_heard(source, clause, used)])
    _claim(found, used, constraints(source, clause, used))
    _claim(found, used, recolours(source, clause, used))
    _claim(found, used, cuts(source, clause, used))
    if not after:
        told = mentioned(source, clause, used, after=False)
        _claim(found, used, [_sound(source, heard) for heard in told])
    _claim(found, used, looks(source, clause, used))
    _claim(found, used, gestures(source, clause, used, only=OF_PARTS))
    _claim(found, used, acting(source, clause, used, last_being(source, clause, found.beings())))
    _claim(found, used, gestures(source, clause, used))
    heard = found.tokens(clause, _AUDIO) - found.tokens(clause, _SEEN)
    found += seen_beside(source, clause, _around(clause, used), heard)
    _hear(source, clause, found, used)
    _claim(found, used, always_moving(source, clause, used, found))


#: What is seen with words that are heard as well: "the waterfall roars", "fireworks explode above".
_SEEN: frozenset[Kind] = frozenset({"element", "subject", "atmosphere", "light", "newcomer"})


_AUDIO: frozenset[Kind] = frozenset({"audio"})


def _around(clause: Clause, used: set[int]) -> set[int]:
    """Those of some tokens that stand in or near a clause."""
    return {at for at in range(clause.first - _LONGEST, clause.last + _LONGEST) if at in used}


def _hear(source: Source, clause: Clause, found: Found, used: set[int]) -> None:
    """Add what the words of a clause imply to be heard, whether or not they also show something."""
    audio = found.tokens(clause, _AUDIO)
    taken = (_around(clause, used) - found.tokens(clause, _SEEN)) | audio
    here = range(clause.first, clause.last)
    near = found.near(clause.first, clause.last)
    told = [cue.heard for cue in near if cue.heard is not None and cue.first in here]
    more = [*implied(source, clause, taken), *joined(source, clause, told, taken)]
    for sound in (*more, *second_deeds(source, clause, [*told, *more])):
        cue = _sound(source, sound)
        found.append(cue)
        used |= set(range(cue.first, cue.last))


def _hear_alongside(source: Source, found: list[Cue], used: set[int]) -> None:
    """Add what is seen first, in sentences that tell of other sounds: "he turns the page, coughs".

    In a sentence that tells of none it stays a picture: "he turns the page".
    """
    heard = {
        cue.first for cue in found if cue.kind == "audio" and kind_of(cue.concept) != "silence"
    }
    told = {source.clauses[source.clause_of[first]].sentence for first in heard}
    taken = (used - tokens_of(found, _SEEN)) | tokens_of(found, _AUDIO)
    for clause in (piece for whole in source.clauses for piece in _pieces(source, whole)):
        if clause.sentence not in told or source.section_name(clause.first) is not None:
            continue
        for sound in list(phrases(source, clause, taken, table="alongside")):
            found.append(_sound(source, sound))
            taken |= set(range(sound.first, sound.last))
            used |= set(range(sound.first, sound.last))


def _bare_lists(source: Source, used: set[int]) -> list[Cue]:
    """Sentences outside every section that only list sounds."""
    sentences: dict[int, list[Clause]] = {}
    for clause in source.clauses:
        if source.section_name(clause.first) is None:
            sentences.setdefault(clause.sentence, []).extend(_pieces(source, clause))
    listed = [
        _sound(source, heard)
        for clauses in sentences.values()
        if not _shows_movement(source, clauses, used)
        for clause in items_of_list(source, clauses, used)
        for heard in sounds_listed(source, clause)
        if kind_of(heard.concept) == "silence"
        or not undone(source, clause, heard.first, heard.last)
    ]
    if listed or used or source.quotes:
        return listed
    every = [clause for clauses in sentences.values() for clause in clauses]
    if any(shows(source, clause) for clause in every):
        return []
    bare = bare_names(source, every)
    return [_sound(source, heard) for clause in bare for heard in sounds_listed(source, clause)]


def _shows_movement(source: Source, clauses: list[Clause], used: set[int]) -> bool:
    """Whether something is seen to move: « l'oreille du chat frémit », "the river flows".

    What sounds as it moves ("the waterfall roars") may stand in a list of sounds, and so may what
    moves after a colon: « Plage : enfants qui jouent, vagues ».
    """
    if any(True for c in clauses for _ in gestures(source, c, used, only=OF_PARTS)):
        return True
    if any(shows(source, clause) for clause in clauses):
        return True
    if any(clause.link == "colon" for clause in clauses[1:2]):
        return False
    return any(moves_unheard(source, clause, used) for clause in clauses)


def _leads_a_quote(source: Source, clause: Clause) -> bool:
    """Whether a clause only tells who says what follows."""
    first, last = source.tokens[clause.first].start, source.tokens[clause.last - 1].end
    speakers = [quote.speaker for quote in source.quotes if quote.kind == "dialogue"]
    return any(who is not None and who[0] < last and first < who[1] for who in speakers)


def _says_more(source: Source, clause: Clause, found: Found, used: set[int]) -> bool:
    """Stretch the sound before a clause that only says how it sounds: "piano, slow"."""
    if not found or found[-1].heard is None or not only_tells(source, clause):
        return False
    last = found[-1]
    if source.section_name(last.first) != "audio" or last.last > clause.first:
        return False
    used |= set(range(last.last, clause.last))
    heard = replace(found[-1].heard, last=clause.last)
    found[-1] = replace(last, last=clause.last, heard=heard)
    return True


def _sound(source: Source, heard: Heard) -> Cue:
    clause = source.clauses[source.clause_of[heard.first]]
    heard = on_its_ground(source, clause, heard)
    return Cue("audio", heard.concept, heard.first, heard.last, heard=heard)


def _goes_on(source: Source, clause: Clause, found: Found) -> bool:
    """Whether the clause before, of the same sentence, ended with a sound."""
    here = source.clause_of[clause.first]
    if any(denies_a_deed(source, near) for near in source.clauses[here : here + 2]):
        return False  # "wind, a dog, not barking"
    heard = [cue for cue in found.before(clause) if _sounds_right_before(source, clause, cue)]
    if heard:  # « l'enseigne grésille, pluie sur la rue »: a picture, not a list
        weather = best_hit(source, clause, "atmosphere", clause.first)
        return weather is None or not all(
            _is_shown(cue, found.near(cue.first, cue.last)) for cue in heard
        )
    last = found.furthest()
    if last is None or last.kind != "audio" or last.first >= clause.first:
        return False
    if last.concept == "silence":
        return False
    before = source.clauses[source.clause_of[last.first]]
    return before.sentence == clause.sentence


def _is_shown(sound: Cue, found: list[Cue]) -> bool:
    """Whether words of a sound show something as well."""
    return any(
        cue.kind in _SEEN and cue.first < sound.last and sound.first < cue.last for cue in found
    )


def _sounds_right_before(source: Source, clause: Clause, cue: Cue) -> bool:
    """Whether a cue is a sound of the clause before, of the same sentence."""
    if cue.kind != "audio" or cue.concept == "silence" or cue.first >= clause.first:
        return False
    before, here = source.clause_of[cue.first], source.clause_of[clause.first]
    return before == here - 1 and source.clauses[before].sentence == clause.sentence


def _claim(found: list[Cue], used: set[int], cues: Iterator[Cue] | list[Cue]) -> None:
    for cue in cues:
        tokens = set(range(cue.first, cue.last))
        if tokens and not tokens & used:
            found.append(cue)
            used |= tokens

"""Sounds that nothing announces but their own words: "a train passes by", "gulls cry"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from kinora.prompt.content.hits import best_hit, longest
from kinora.prompt.content.joined import HUMAN, joined
from kinora.prompt.content.sound_items import Heard, times_around
from kinora.prompt.content.sound_names import (
    BOTH,
    NEAREST,
    OF,
    PLEASE,
    SAME_FOR_ALL,
    TOLD,
    covered,
    denied,
    drawn,
    idle,
    is_figure,
    kind_of,
    name_in,
    tells_at,
    undone,
    what_it_does,
)
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.lexicon import LANGS, Hit, in_any
from kinora.prompt.words.rules import rule_stems, rule_words
from kinora.prompt.words.source import Source

_NEAR: Final = 5  # tokens between what sounds and its verb
_WHO: Final = 5  # tokens in which somebody may stand before what is done
_SUBJECT: Final = 2  # tokens of a clause before its subject: "then the dog"
_WHOEVER: Final = rule_words("implied", "whoever")
#: What stands before a French verb whose subject follows: « au loin hurle un loup ».
_TURNED: Final = frozenset({""}) | rule_words("implied", "turned")
#: Sounds of people, who are heard by what their voices and hands do.
_VOICED: Final = frozenset({"children", "crowd", "baby", "cheer"})
#: What makes somebody do what the verb behind it says: « fais hululer la chouette ».
_MAKES: Final = rule_words("implied", "makes")
#: Words for sound that make a sound of any name before them, and of loudness that do before it.
_OF_SOUND: Final = rule_words("implied", "of_sound")
_LOUD: Final = rule_words("implied", "loud")
_LETS: Final = rule_words("implied", "lets")
#: What stands right before a bare verb that is done: "the bell should ring".
_MODALS: Final = rule_words("implied", "modals")
#: Words of somebody who asks for a sound, and sounds of what no picture is made to show by them.
_ADDS: Final = rule_words("implied", "adds")
_ADDED: Final = frozenset(
    {"birds", "crickets", "cicadas", "frogs", "seagulls", "owl", "bees", "thunder", "applause"}
    | {"laughter", "church_bell", "bell", "clock", "purr", "crowd", "traffic_near", "cafe"}
    | {"heartbeat", "siren", "horn", "ship_horn", "whistle", "snoring", "cheer", "cough", "knock"}
)
_SHOWN_AT: Final = rule_words("implied", "shown_at")
#: What can't be seen, but with what can.
_ONLY_HEARD: Final = rule_words("implied", "only_heard")
_SEEN_WITH: Final = rule_words("implied", "seen_with")
_STOPS: Final = frozenset({":", ";", "(", ")", "—", "–"}) | rule_words("implied", "stops")
#: What stands before a noise that something makes: "it takes off with a roar".
_ONE: Final = rule_words("implied", "one")
_TELLING: Final = 3  # tokens from "a" to the noise: "a long low growl"
_SHOUTS: Final = rule_stems("implied", "shouts")
_PLAYED: Final = frozenset({"guitar"})  # what a verb alone says that people play: "she strums"
_DOES: Final = ("third", "base", "ing")
_TOLD_OF: Final = ("third", "base", "ing", "past")
#: Plurals without an "s", whose verbs have none either: "geese honk".
_PLURALS: Final = rule_words("implied", "plurals")


def implied(source: Source, clause: Clause, used: set[int]) -> Iterator[Heard]:
    """Sounds that nothing announces but their own words, in what the picture left over.

    A phrase ("a train passes by"), a name that stands for nothing else ("birdsong"), a thing that
    sounds with a verb that is only heard ("a tram clatters past", "buzzing bees"), or what somebody
    does ("she coughs").
    """
    if drawn(source, clause):
        return
    told = list(phrases(source, clause, used, table="resounding"))
    yield from told
    used = used | {at for heard in told for at in range(heard.first, heard.last)}
    used = used | idle(source, clause)
    at = clause.first
    while at < clause.last:
        heard = None
        if at not in used and not denied(source, clause, at):
            heard = _named(source, clause, at, used) or _done(source, clause, at)
        if heard is not None and not undone(source, clause, heard.first, heard.last):
            yield heard
            used = used | set(range(heard.first, heard.last))
            told.append(heard)
        at += 1
    yield from joined(source, clause, told, used)


def _named(source: Source, clause: Clause, at: int, used: set[int]) -> Heard | None:
    """A sound by its name at a token, where the name or a verb near it tells that it is heard."""
    name = longest(source, clause, "sounds", at)
    beside = _beside_a_sound(source, clause, at)
    if beside is not None and (name is None or beside.last >= name.last):
        name = beside
    if name is None or used & set(range(name.first, name.last)):
        return None
    if is_figure(source, clause, name.last):
        return None
    sure = beside or longest(source, clause, "surely", at) or _asked_for(source, clause, name)
    verb = _heard_verb(source, clause, name, used) or _verb_within(source, clause, name)
    if sure and verb and _both(source, name.last, verb.last):  # "applause and cheering"
        verb = None
    if sure is None and verb is None:
        return None
    beyond = verb is None or verb.first >= clause.last
    done = None if beyond or verb is None else what_it_does(source, clause, name, verb.first)
    first, last = name.first, max(hit.last for hit in (name, verb, sure) if hit is not None)
    while first > clause.first and first - 1 not in used and tells_at(source, clause, first - 1):
        first -= 1
    start, until = times_around(source, clause, first, last)
    return Heard((done or name).concept, first, last, start, until)


def _beside_a_sound(source: Source, clause: Clause, at: int) -> Hit | None:
    """A name at a token with a word for sound beside it: "pond sounds", "a loud horn",
    « ambiance forêt »; the hit reaches over the word behind it."""
    for table in ("sounds", "listed"):
        name = longest(source, clause, table, at)
        if name is None:
            continue
        if name.last < clause.last:
            behind = longest(source, clause, "noises", name.last, name.last + 1)
            told = source.tokens[name.last].text in _OF_SOUND
            if told or (behind is not None and table == "sounds"):
                return replace(name, last=name.last + 1)
        if at > clause.first and table == "sounds" and source.tokens[at - 1].text in _LOUD:
            return name
    return None


def _asked_for(source: Source, clause: Clause, name: Hit) -> Hit | None:
    """A name with a word that only sounds have beside it: "some soft piano", "accordion please",
    "lots of drums", "add crickets"; else None."""
    behind = source.tokens[name.last].text if name.last < clause.last else ""
    music = kind_of(name.concept) == "music"
    if behind in PLEASE and (music or name.concept in _ADDED):
        return name
    ahead = name.first - 1
    while ahead >= clause.first and in_any("determiner", source.tokens[ahead].text, LANGS):
        ahead -= 1
    words = {source.tokens[i].text for i in range(max(clause.first, ahead - 2), ahead + 1)}
    if source.tokens[name.first].text in _ONLY_HEARD and behind not in _SEEN_WITH:
        return name
    if behind == "en" and source.tokens[name.last + 1 : name.last + 2]:
        return name if source.tokens[name.last + 1].text in ("fond", "sourdine") else None
    if music and _is_a_deed(source, clause, name):
        return None  # "the shutters swing gently"
    if music:
        moods = ("sound_mood", "sound_level", "sound_tempo")
        near = (name.first - 1, *range(name.first + 1, name.last + 1))
        beside = [at for at in near if clause.first <= at < clause.last]
        how = any(longest(source, clause, mood, at, at + 1) for at in beside for mood in moods)
        return name if how or words & _ADDS else None
    shown = behind in _SHOWN_AT
    return name if not shown and name.concept in _ADDED and words & _ADDS else None


def _is_a_deed(source: Source, clause: Clause, name: Hit) -> bool:
    """Whether a name is the verb of a thing right before it."""
    if best_hit(source, clause, "stir", name.first) is None:
        return False
    things = (best_hit(source, clause, "elements", at) for at in range(clause.first, name.first))
    return any(thing is not None and thing.last == name.first for thing in things)


def _done(source: Source, clause: Clause, at: int) -> Heard | None:
    """What somebody does that is only heard: "she coughs", "the guests clap and laugh"."""
    verb = longest(source, clause, "does", at)
    if verb is None or at == clause.first:
        return None
    if verb.concept in SAME_FOR_ALL and verb.form == "third":  # "slips and shatters"
        return Heard(verb.concept, at, verb.last, *times_around(source, clause, at, verb.last))
    if verb.concept not in HUMAN and not _is_played(source, clause, verb):
        return None
    before = range(max(clause.first, at - _WHO), at)
    who = any(
        source.tokens[i].text in _WHOEVER
        or ((hit := longest(source, clause, "persons", i)) is not None and hit.concept == "person")
        for i in before
    )
    many = source.tokens[at - 1].text.endswith("s") and source.tokens[at].text in _SHOUTS
    noun = verb.form == "ing" and not in_any("determiner", source.tokens[at - 1].text, LANGS)
    if not (who or noun or many) or verb.form not in ("third", "ing", "base"):
        return None
    if verb.last < clause.last and source.tokens[verb.last].text in OF:
        return None  # "whispers of light"
    start, until = times_around(source, clause, at, verb.last)
    return Heard(verb.concept, at, verb.last, start, until)


def _is_played(source: Source, clause: Clause, verb: Hit) -> bool:
    """Whether a verb says that somebody plays, and no other word says on what: "she strums"."""
    if verb.concept not in _PLAYED:
        return False
    names = (longest(source, clause, "sounds", at) for at in range(verb.last, clause.last))
    return not any(name is not None and kind_of(name.concept) == "music" for name in names)


def _verb_within(source: Source, clause: Clause, name: Hit) -> Hit | None:
    """The verb in a name that tells what is heard itself: « rivière qui gazouille »."""
    verbs = (
        longest(source, clause, "audible", at, name.last) for at in range(name.first + 1, name.last)
    )
    return next((verb for verb in verbs if verb and verb.form in _DOES), None)


def _both(source: Source, first: int, last: int) -> bool:
    """Whether tokens [first, last) join two things."""
    return any(source.tokens[at].text in BOTH for at in range(first, last))


def _heard_verb(source: Source, clause: Clause, name: Hit, used: set[int]) -> Hit | None:
    """The verb that is only heard, near what does it; None: there is none."""
    tables = ("audible", "plays") if kind_of(name.concept) == "music" else ("audible",)
    for at in range(name.last, min(name.last + _NEAR, clause.last)):
        if at in used or source.tokens[at].text in _STOPS:
            break
        for table in tables:
            verb = longest(source, clause, table, at)
            if verb is not None and _is_voiceless(source, clause, name, verb):
                verb = None
            if verb is not None and _is_done_by(source, name, verb):
                return None if _goes_on_with(source, clause, name, verb) else verb
        other = longest(source, clause, "sounds", at)
        before = {source.tokens[i].text for i in range(name.last, at)}
        joined = at - 1 == name.last and bool(before & BOTH) and not _moves(source, clause, other)
        if other is not None and not joined and not before & OF:
            break  # "a gong struck once and pigeons cooing"
    return _verb_ahead(source, clause, name, used) or _with_a_noise(source, clause, name, used)


def _with_a_noise(source: Source, clause: Clause, name: Hit, used: set[int]) -> Hit | None:
    """ "the plane takes off with a roar": the noise that something makes as it does what is seen,
    which opens the clause behind."""
    between = range(name.last, clause.last)
    if any(at in used or longest(source, clause, "sounds", at) for at in between):
        return None
    number = source.clause_of[name.first] + 1
    after = source.clauses[number] if number < len(source.clauses) else clause
    if after.connector != "with" or after.start != clause.last:
        return None
    if source.tokens[after.first].text not in _ONE:
        return None
    near = range(after.first + 1, min(after.first + 1 + _TELLING, after.last))
    noises = (longest(source, after, "noises", at) for at in near if at not in used)
    return next((noise for noise in noises if noise is not None), None)


def _is_voiceless(source: Source, clause: Clause, name: Hit, verb: Hit) -> bool:
    """Whether people do with a thing what is heard of it: "a girl rings the bell"."""
    voiced = name.concept.removeprefix(NEAREST) in _VOICED
    return voiced and not any(
        longest(source, clause, table, verb.first) for table in ("voices", "does")
    )


def _verb_ahead(source: Source, clause: Clause, name: Hit, used: set[int]) -> Hit | None:
    """ "buzzing bees", « au loin hurle un loup »: the verb before what does it."""
    ahead = name.first - 1
    if ahead >= clause.first and ahead not in used:
        verb = longest(source, clause, "audible", ahead, name.first)
        if verb is not None and verb.form == "ing":
            return verb
    turned = in_any("determiner", source.tokens[ahead].text, ("fr",)) if ahead > 0 else False
    if name.lang != "fr" or not turned or ahead - 1 < clause.first or ahead - 1 in used:
        return None
    verb = longest(source, clause, "audible", ahead - 1, ahead)
    before = source.tokens[ahead - 2].text if ahead - 2 >= clause.first else ""
    if verb is None or before not in (_TURNED if verb.form == "third" else _MAKES):
        return None
    return verb if verb.form in ("third", "base") else None


def _goes_on_with(source: Source, clause: Clause, name: Hit, verb: Hit) -> bool:
    """Whether a verb after "and" is done by who came before: "he holds the rope and screams"."""
    joined = verb.first > name.last and source.tokens[verb.first - 1].text in BOTH
    return joined and verb.form == "third" and name.first - clause.first > _SUBJECT


def _moves(source: Source, clause: Clause, name: Hit | None) -> bool:
    """Whether what is named has a participle of its own: "a bell and pigeons flapping"."""
    if name is None:
        return False
    ends = range(name.last - 1, min(name.last + 1, clause.last))
    verbs = (longest(source, clause, "audible", at) for at in ends)
    return any(verb is not None and verb.form == "ing" for verb in verbs)


def _is_done_by(source: Source, name: Hit, verb: Hit) -> bool:
    """Whether a word is the verb of what is named: a bare English verb goes with a plural."""
    if verb.form == "word":
        return verb.last - verb.first > 1  # "can be heard"
    if verb.form != "base" or verb.lang != "en":
        return True
    who = source.tokens[name.last - 1].text
    if verb.first > name.last and source.tokens[verb.first - 1].text in _MODALS:
        return True
    before = {token.text for token in source.tokens[max(name.first - 2, 0) : name.first]}
    return who.endswith("s") or who in _PLURALS or bool(before & _LETS)


def phrases(source: Source, clause: Clause, used: set[int], *, table: str) -> Iterator[Heard]:
    """What is heard by the phrases of a table, each with what is said about it.

    Args:
        source: the prompt.
        clause: one of its clauses.
        used: tokens that mean something else.
        table: "sounding", what is only heard, or "resounding", what is seen as well.
    """
    end = clause.first
    for at in range(clause.first, clause.last):
        hit = longest(source, clause, table, at) if at >= end and at not in used else None
        more = hit and longest(source, clause, "resounding", at)
        if hit is not None and more is not None and more.last > hit.last:
            hit = more  # "rain drums on the window" is heard there
        if hit is not None and not used & set(range(hit.first, hit.last)):
            heard = _sounding(source, clause, hit, used)
            end = heard.last
            if not undone(source, clause, heard.first, heard.last):
                yield heard


def _sounding(source: Source, clause: Clause, hit: Hit, used: set[int]) -> Heard:
    """ "a dog barks in the distance": what is heard as such, with what is said about it."""
    first, last = hit.first, hit.last
    while first > clause.first and first - 1 not in used and tells_at(source, clause, first - 1):
        first -= 1
    told = covered(source, clause, TOLD)
    while last < clause.last and last not in used and last in told:
        last += 1
    at, until = times_around(source, clause, first, last)
    name = name_in(source, clause, hit.first, hit.last)  # "the washing machine spins": the nearest
    near = name is not None and name.concept == NEAREST + hit.concept
    return Heard(NEAREST + hit.concept if near else hit.concept, first, last, at, until)

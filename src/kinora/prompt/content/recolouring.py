"""Orders that give something another hue: "make the red hat blue", « rends le ciel orange »."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from kinora.prompt.content.cue import Cue
from kinora.prompt.content.hits import best_hit
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.lexicon import LANGS, Hit, in_any
from kinora.prompt.words.rules import rule_words
from kinora.prompt.words.source import Source

_REACH: Final = 9  # tokens between an order and the hue
_INTO: Final = rule_words("recolouring", "into")
_CHANGED_INTO: Final = _INTO - {"in"}  # "people change trains in black"
_OLD: Final = 2  # tokens of "from red"
_OF: Final = rule_words("recolouring", "of")
_COLOUR: Final = rule_words("recolouring", "colour")
#: What a hue makes another light, not another thing, and what names nothing where it is alone.
_NO_THING: Final = rule_words("recolouring", "no_thing")
_PRONOUNS: Final = rule_words("recolouring", "pronouns")
#: Lights that are things: "the traffic light".
_LAMPS: Final = rule_words("recolouring", "lamps")
#: What tells which light it is, so that "light" is no shade: "the morning light blue".
_OF_LIGHT: Final = rule_words("recolouring", "of_light")
_SHADES: Final = rule_words("recolouring", "shades")
#: Words before a hue that then belongs to a name: "the big red car".
_SIZES: Final = rule_words("recolouring", "sizes")
_POLITE: Final = rule_words("recolouring", "polite")
_MUST: Final = rule_words("recolouring", "must")
_BE: Final = rule_words("recolouring", "be")
_SKIES: Final = rule_words("recolouring", "skies")
_TURNS: Final = rule_words("recolouring", "turns")
_INTO_HUES: Final = rule_words("recolouring", "into_hues")
_SLOWLY: Final = rule_words("recolouring", "slowly")
_NO_SKY: Final = frozenset({"grey", "black", "white", "silver", "brown"})  # weather, or night
_LIKE: Final = rule_words("recolouring", "like")
_FRAMES: Final = rule_words("recolouring", "frames")
_DEEDS: Final = ("stir", "actions")  # tables of what things and people do


def recolours(source: Source, clause: Clause, used: set[int]) -> Iterator[Cue]:
    """The orders of a clause to give things a hue, each with what it is about and the hue.

    What "and" joins shares the order: "make the sky orange and the car green".
    """
    at, order = clause.first, None
    said = (
        _demanded(source, clause, used)
        or _sky_turns(source, clause, used)
        or _thing_turns(source, clause, used)
    )
    if said is not None:
        yield said
        at = said.last
    while at < clause.last:
        own = _order_at(source, clause, at, used)
        order = own or (order if order and _joins_a_thing(source, at) else None)
        cue = None if order is None else _recoloured(source, clause, order, at, used)
        if cue is not None:
            yield cue
        elif own is None:
            order = None
        at = at + 1 if cue is None else cue.last


class _Texts:
    """The words of a prompt by token, read where they are asked for."""

    def __init__(self, source: Source) -> None:
        self._tokens = source.tokens

    def __getitem__(self, at: int) -> str:
        return self._tokens[at].text


def _demanded(source: Source, clause: Clause, used: set[int]) -> Cue | None:
    """ "the car should be yellow", « la voiture doit être jaune »: what is to have a hue."""
    texts = _Texts(source)
    for at in range(clause.first + 1, clause.last - 1):
        if texts[at] not in _MUST or used & set(range(clause.first, at)):
            continue
        be = next((i for i in range(at + 1, min(at + 3, clause.last)) if texts[i] in _BE), None)
        if be is None or not _is(source, clause.first, "determiner"):
            return None
        for place in range(be + 1, min(be + _OLD + 1, clause.last)):
            hue = best_hit(source, clause, "hues", place)
            if hue is not None and not _is_all_of(source, clause, hue):
                return None
            if hue is not None and _may_be_painted([texts[i] for i in range(clause.first, at)]):
                what = (clause.first, at)
                return Cue("recolour", hue.concept, clause.first, hue.last, who=what)
            if texts[place] not in _SHADES:
                return None
    return None


def _sky_turns(source: Source, clause: Clause, used: set[int]) -> Cue | None:
    """ "the sky turns orange", « le ciel passe au rose »: what is told of the sky, all along."""
    texts = _Texts(source)
    first = next((at for at in range(clause.first, clause.last) if texts[at] in _SKIES), None)
    if first is None or used & set(range(first, clause.last)):
        return None
    at = first + 1
    while at < clause.last and (texts[at] in _SLOWLY or texts[at].endswith(("ly", "ment"))):
        at += 1
    if at >= clause.last or texts[at] not in _TURNS:
        return None
    hue = _hue_behind(source, clause, at + 1)
    if hue is None or hue.concept in _NO_SKY:
        return None
    named = first - (first > clause.first and _is(source, first - 1, "determiner", "definite"))
    return Cue("recolour", hue.concept, named, hue.last, who=(named, first + 1), to=hue.concept)


def _thing_turns(source: Source, clause: Clause, used: set[int]) -> Cue | None:
    """ "the dress changes to red", « la robe devient rouge »: what a thing is told to be."""
    texts = _Texts(source)
    within = range(clause.first, clause.last)
    verb = next((at for at in within if in_any("turns_hue", texts[at], clause.langs)), None)
    opens = _is(source, clause.first, "determiner", "owner")
    if verb is None or not opens or used & set(range(clause.first, verb + 1)):
        return None
    words = [texts[at] for at in range(clause.first, verb)]
    named = [word for word in words if word not in _SLOWLY and not word.endswith(("ly", "ment"))]
    if len(named) < 2 or (_NO_THING | _SKIES) & set(words) or not _may_be_painted(named):
        return None
    before = range(clause.first, verb)
    if any(best_hit(source, clause, name, at) for at in before for name in ("persons", "light")):
        return None
    hue = _hue_behind(source, clause, verb + 1)
    if hue is None:
        return None
    what = (clause.first, clause.first + len(named))
    return Cue("recolour", hue.concept, clause.first, hue.last, who=what, to=hue.concept)


def _hue_behind(source: Source, clause: Clause, at: int) -> Hit | None:
    """The hue that a verb before token ``at`` turns something into: "slowly to a deep red"."""
    texts = _Texts(source)
    while at < clause.last and (
        texts[at] in _INTO_HUES or texts[at] in _SHADES or texts[at].endswith(("ly", "ment"))
    ):
        at += 1
    hue = best_hit(source, clause, "hues", at) if at < clause.last else None
    return hue if hue is not None and _is_all_of(source, clause, hue) else None


def _is_all_of(source: Source, clause: Clause, hue: Hit) -> bool:
    """Whether a hue is all that something is to be, not "red hot", "black and white"."""
    if hue.last >= clause.last:
        return True
    after = source.tokens[hue.last].text
    if _is(source, hue.last, "conjunction"):
        joined = hue.last + 1 < clause.last and best_hit(source, clause, "hues", hue.last + 1)
        return not joined
    told = after in _COLOUR | _POLITE or not after[0].isalpha()
    return told or _is(source, hue.last, "preposition", "adverb")


def _may_be_painted(words: list[str]) -> bool:
    """Whether words name a thing in the picture, not a picture, a sound or a camera."""
    head = next((words[:at] for at, word in enumerate(words) if at and word in _OF), words)
    names = ("camera", "picture", "hueless")
    of_the_film = any(in_any(name, head[-1], LANGS) for name in names)
    return _is_thing(words) and (head[-1] in _FRAMES or not of_the_film)


def _order_at(source: Source, clause: Clause, at: int, used: set[int]) -> Hit | None:
    """The verb of an order at a token."""
    verb = best_hit(source, clause, "recolour", at) if at not in used else None
    if verb is None or (verb.lang == "en" and verb.form in ("third", "past")):
        return None
    told = verb.concept == "change" and not _begins(source, clause, at, used)
    return None if told else verb  # « un homme passe devant … »: told, not asked for


def _joins_a_thing(source: Source, at: int) -> bool:
    """Whether "and" at a token joins what is named: "and the car"."""
    joins = _is(source, at, "conjunction") and at + 1 < len(source.tokens)
    return joins and _is(source, at + 1, "determiner", "definite")


def _recoloured(source: Source, clause: Clause, order: Hit, at: int, used: set[int]) -> Cue | None:
    """What the tokens from ``at`` on say that an order gives a hue."""
    verb = replace(order, first=at, last=max(order.last, at + 1))
    hue = _new_hue(source, clause, verb, used)
    if hue is None or (verb.last != order.last and _is_told(source, clause, verb.last, hue.first)):
        return None
    what = _what_is_recoloured(source, clause, verb, hue)
    return None if what is None else Cue("recolour", hue.concept, at, hue.last, who=what)


def _is_told(source: Source, clause: Clause, first: int, last: int) -> bool:
    """Whether tokens [first, last) hold a verb of their own: "and the car drives into the red"."""
    return any(_is_verb(source, clause, at) for at in range(first, last))


def _begins(source: Source, clause: Clause, at: int, used: set[int]) -> bool:
    """Whether nobody is named before a verb, so that it is an order."""
    return all(
        before in used
        or source.mark_of[before] >= 0
        or not source.tokens[before].is_word
        or source.tokens[before].text in _POLITE
        or (source.tokens[before].text == "il" and source.tokens[before - 1].text == "s'")
        or _is(source, before, "conjunction", "adverb")
        for before in range(clause.first, at)
    )


def _is(source: Source, at: int, *lists: str) -> bool:
    """Whether a token is in one of some plain word lists, of either language."""
    return any(in_any(words, source.tokens[at].text, LANGS) for words in lists)


def _new_hue(source: Source, clause: Clause, verb: Hit, used: set[int]) -> Hit | None:
    """The hue that something is to have, not one that tells which thing: "the red hat"."""
    for place in range(verb.last + 1, min(verb.last + _REACH, clause.last)):
        if place in used or source.mark_of[place] >= 0:
            return None
        hue = best_hit(source, clause, "hues", place)
        if hue is None or _tells_which(source, clause, hue):
            continue
        if verb.concept == "make" or source.tokens[place - 1].text in _CHANGED_INTO:
            return hue
    return None


def _tells_which(source: Source, clause: Clause, hue: Hit) -> bool:
    """Whether a hue belongs to a name, or is the one that is to go: "from red to blue"."""
    if hue.last >= clause.last:
        return False
    after = source.tokens[hue.last].text
    behind = hue.last + (after in _INTO)
    if behind < clause.last and best_hit(source, clause, "hues", behind) is not None:
        return True
    if _opens_a_name(source, hue) and after not in _COLOUR | _POLITE:
        return True
    if after in _OF and _is_followed(source, clause, hue.last):
        return True  # « le chapeau rouge de la femme en bleu »
    if (
        not after[0].isalpha()
        or _is(source, hue.last, "preposition", "conjunction", "adverb")
        or after in _LIKE
    ):
        return False
    return _goes_on(source, clause, hue.last)


def _is_followed(source: Source, clause: Clause, first: int) -> bool:
    """Whether whose something is stands from a token on, and then the hue that it is to have."""
    for at in range(first + 1, min(first + _REACH, clause.last)):
        if _is(source, at, "conjunction") or _is_verb(source, clause, at):
            return False
        if source.tokens[at - 1].text in _CHANGED_INTO and best_hit(source, clause, "hues", at):
            return True
    return False


def _opens_a_name(source: Source, hue: Hit) -> bool:
    """Whether the word before a hue makes it the first of a name: "the red", "on blue"."""
    before = hue.first - 1
    word = source.tokens[before].text
    if word == "all" or word in _INTO or in_any("adverb", word, LANGS):
        return False
    return word in _SIZES or _is(source, before, "determiner", "preposition")


def _goes_on(source: Source, clause: Clause, first: int) -> bool:
    """Whether another hue or a verb follows what a hue stands before: "her red dress flows"."""
    verbs = True
    for at in range(first, clause.last):
        if in_any("conjunction", source.tokens[at].text, LANGS) or source.tokens[at].text in _LIKE:
            return False
        if best_hit(source, clause, "hues", at) is not None:
            return True
        verbs = verbs and not _is(source, at, "preposition")
        if verbs and _is_verb(source, clause, at):
            return True
    return False


def _is_verb(source: Source, clause: Clause, at: int) -> bool:
    hits = (best_hit(source, clause, table, at) for table in _DEEDS)
    return any(hit is not None and hit.form != "word" for hit in hits)


def _what_is_recoloured(
    source: Source, clause: Clause, verb: Hit, hue: Hit
) -> tuple[int, int] | None:
    """Tokens of the thing between an order and its hue; None: the light, or no thing."""
    texts = [token.text for token in source.tokens[: hue.first]]
    first, last = verb.last, _before_shades(texts, verb.last, hue.first)
    if (
        last - first > _OLD
        and texts[last - _OLD] in ("from", "de")
        and best_hit(source, clause, "hues", last - 1)
    ):
        last -= _OLD
    colour = [at for at in range(first, last - 1) if texts[at] in _COLOUR]
    if colour and texts[colour[0] + 1] in _OF:
        first = colour[0] + 2
    if first >= last or not _is_thing(texts[first:last]):
        return None
    where = _is(source, first, "preposition")
    how = _is(source, first, "adverb") and not _is(source, first, "determiner")
    lost = where or (how and verb.concept == "change")  # "the clouds change slowly to red"
    return None if lost or texts[first].endswith("ly") else (first, last)


def _before_shades(texts: list[str], first: int, last: int) -> int:
    """The token behind what is named, before "to" and what tells of the shade: "light blue"."""
    while last > first + 1 and (texts[last - 1] in _INTO or texts[last - 1] in _SHADES):
        word, before = texts[last - 1], texts[last - 2]
        named = in_any("determiner", before, LANGS) and before not in _SHADES
        if (named and word not in _INTO) or (word == "light" and before in _LAMPS | _OF_LIGHT):
            break
        last -= 1
    return last


def _is_thing(words: list[str]) -> bool:
    """Whether words name a thing, not the light: the last one tells, before "of" as well."""
    if words[0] == "it" or (len(words) == 1 and words[0] in _PRONOUNS):
        return False
    head = next((words[:at] for at, word in enumerate(words) if at and word in _OF), words)
    if words[-1] in _COLOUR:
        return len(words) > 1 and words[-2].endswith("'s")  # "the car's colour"
    if len(words) > 1 and words[-2] in _LAMPS:
        return True
    return words[-1] not in _NO_THING and head[-1] not in _NO_THING

"""What a prompt asks to keep, to change, to avoid, to recolour, or to cut."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from kinora.prompt.content.cue import Cue, Kind
from kinora.prompt.content.hits import best_hit, longest
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.lexicon import LANGS, Hit, in_any
from kinora.prompt.words.source import Source

_KINDS: dict[str, Kind] = {"keep": "keep", "change": "may_change", "avoid": "avoid"}
_REACH = 9  # tokens between an order and the hue
_INTO = frozenset({"to", "into", "in", "en"})
_OLD = 2  # tokens of "from red"
_COLOUR = frozenset({"colour", "color", "couleur"})
#: What a hue makes another light, not another thing.
_NO_THING = frozenset(
    {"light", "lights", "lighting", "lumiere", "eclairage", "mood", "ambiance", "it", "this"}
    | {"tone", "tones", "grade", "grading", "colours", "colors", "couleurs", "time", "heure"}
)


def asked_in_section(source: Source, clause: Clause, section: str, used: set[int]) -> Iterator[Cue]:
    """What a clause of a section called "keep", "change" or "avoid" lists."""
    free = [i for i in range(clause.first, clause.last) if i not in used]
    if free and any(source.tokens[i].is_word for i in free):
        yield Cue(_KINDS[section], "", free[0], free[-1] + 1, who=(free[0], free[-1] + 1))


def constraints(source: Source, clause: Clause, used: set[int]) -> Iterator[Cue]:
    """The first order of a clause to keep, to let change, or to avoid something."""
    for at in range(clause.first, clause.last):
        if at in used:
            continue
        for section, kind in _KINDS.items():
            hit = best_hit(source, clause, section, at)
            if hit is None or used & set(range(hit.first, hit.last)):
                continue
            if kind == "may_change" and _is_heard(source, clause, hit):
                continue  # "let the kettle whistle"
            yield _constraint(source, clause, hit, kind, used)
            return


def _is_heard(source: Source, clause: Clause, hit: Hit) -> bool:
    """Whether what is let do something is to be heard."""
    verbs = (longest(source, clause, "audible", at) for at in range(hit.last, clause.last))
    return any(verb is not None and verb.form == "base" for verb in verbs)


def _constraint(source: Source, clause: Clause, hit: Hit, kind: Kind, used: set[int]) -> Cue:
    last = hit.last
    while last < clause.last and last not in used and source.mark_of[last] < 0:
        last += 1
    first = hit.first
    if last == hit.last:  # "the logo stays the same": what is kept stands before
        while first > clause.first and first - 1 not in used and source.mark_of[first - 1] < 0:
            first -= 1
        return Cue(kind, "", first, last, who=(first, hit.first))
    return Cue(kind, "", first, last, who=(hit.last, last))


def recolours(source: Source, clause: Clause, used: set[int]) -> Iterator[Cue]:
    """ "make the red hat blue", « rends le ciel orange »: an order, what it is about, a hue."""
    for at in range(clause.first, clause.last):
        verb = best_hit(source, clause, "recolour", at) if at not in used else None
        if verb is None or (verb.lang == "en" and verb.form in ("third", "past")):
            continue
        hue = _new_hue(source, clause, verb, used)
        what = None if hue is None else _what_is_recoloured(source, clause, verb.last, hue.first)
        if hue is not None and what is not None:
            yield Cue("recolour", hue.concept, at, hue.last, who=what)
            return


def _new_hue(source: Source, clause: Clause, verb: Hit, used: set[int]) -> Hit | None:
    """The hue that something is to have, not one that tells which thing: "the red hat"."""
    for place in range(verb.last + 1, min(verb.last + _REACH, clause.last)):
        if place in used or source.mark_of[place] >= 0:
            return None
        hue = best_hit(source, clause, "hues", place)
        if hue is None or _tells_which(source, clause, hue):
            continue
        if verb.concept == "make" or source.tokens[place - 1].text in _INTO:
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
    ends = any(in_any(words, after, LANGS) for words in ("preposition", "conjunction", "adverb"))
    return after[0].isalpha() and not ends and not after.endswith(("ly", "ment"))


def _what_is_recoloured(
    source: Source, clause: Clause, first: int, last: int
) -> tuple[int, int] | None:
    """Tokens of the thing between an order and the hue; None: the light, no thing."""
    texts = [token.text for token in source.tokens[:last]]
    while last > first and texts[last - 1] in _INTO:
        last -= 1
    if (
        last - first > _OLD
        and texts[last - _OLD] in ("from", "de")
        and best_hit(source, clause, "hues", last - 1)
    ):
        last -= _OLD
    colour = [at for at in range(first, last - 1) if texts[at] in _COLOUR]
    if colour and texts[colour[0] + 1] in ("of", "de", "du"):
        first = colour[0] + 2
    return None if first >= last or _NO_THING & set(texts[first:last]) else (first, last)


def cuts(source: Source, clause: Clause, used: set[int]) -> Iterator[Cue]:
    """What one continuous shot of a photo can't hold: a cut, a newcomer, lettering, a format."""
    for at in range(clause.start, clause.last):
        if at in used:
            continue
        hit = best_hit(source, clause, "cuts", at)
        if hit is not None and hit.concept != "cut":
            kind = cast("Kind", hit.concept)
            first = at
            while first > clause.first and first - 1 not in used and kind == "newcomer":
                first -= 1
            yield Cue(kind, hit.concept, first, hit.last)
            return
        if hit is not None and _is_cut(source, hit):
            last = hit.last
            while last < clause.last and last not in used:
                last += 1
            yield Cue("cut", hit.concept, at, last)
            return


def _is_cut(source: Source, hit: Hit) -> bool:
    """A bare "cut" must stand alone; "cut to …" and "jump cut" say what they are."""
    if hit.last - hit.first > 1:
        return True
    word = source.tokens[hit.first].text
    if word != "cut":
        return True
    before = source.tokens[hit.first - 1].text if hit.first else "."
    return not before[0].isalpha()

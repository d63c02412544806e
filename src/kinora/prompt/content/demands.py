"""What a prompt asks to keep, to change, to avoid, or to cut."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from kinora.prompt.content.cue import Cue, Kind
from kinora.prompt.content.hits import best_hit, longest
from kinora.prompt.content.sound_names import BOTH
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.lexicon import LANGS, Hit, in_any
from kinora.prompt.words.rules import rule_stems, rule_words
from kinora.prompt.words.source import Source

#: Words that let something happen, order something, tell of moving, leave something as it is.
_LETS: Final = rule_words("demands", "lets")
_MAKES: Final = rule_words("demands", "makes")
_MOVES: Final = rule_stems("shared", "moves")
_LEAVES: Final = rule_stems("demands", "leaves")
_QUITE: Final = rule_words("demands", "quite")
_STAY: Final = rule_words("demands", "stay")
_MUST: Final = rule_words("demands", "must")
_BE: Final = rule_words("demands", "be")
#: What nothing new may be.
_SHOWN: Final = rule_stems("demands", "shown")
_KINDS: dict[str, Kind] = {"keep": "keep", "change": "may_change", "avoid": "avoid"}


def asked_in_section(source: Source, clause: Clause, section: str, used: set[int]) -> Iterator[Cue]:
    """What a clause of a section called "keep", "change" or "avoid" lists."""
    free = [i for i in range(clause.first, clause.last) if i not in used]
    if free and any(source.tokens[i].is_word for i in free):
        yield Cue(_KINDS[section], "", free[0], free[-1] + 1, who=(free[0], free[-1] + 1))


def constraints(source: Source, clause: Clause, used: set[int]) -> Iterator[Cue]:
    """The orders of a clause to keep, to let change, or to avoid something: the first one, and
    what "and" joins to what stays as it is."""
    start = at = clause.first
    while at < clause.last:
        order = None if at in used else _order_at(source, clause, at, used)
        if order is None:
            at += 1
            continue
        cue = _constraint(source, clause, *order, used, start)
        yield cue
        if cue.kind != "keep" or cue.last >= clause.last or source.mark_of[cue.last] >= 0:
            return
        start = at = cue.last + 1
        if source.tokens[cue.last].text not in BOTH:
            return


def _order_at(source: Source, clause: Clause, at: int, used: set[int]) -> tuple[Hit, Kind] | None:
    """An order to keep, to let change or to avoid something at a token."""
    for section, kind in _KINDS.items():
        hit = best_hit(source, clause, section, at)
        if hit is None or used & set(range(hit.first, hit.last)):
            continue
        if kind == "may_change" and (
            _is_heard(source, clause, hit) or _is_ordered(source, clause, hit)
        ):
            continue  # "let the kettle whistle", "let the clouds drift"
        if kind == "keep" and _tells_how_to_stay(source, clause, hit):
            continue
        return hit, kind
    return None


def _tells_how_to_stay(source: Source, clause: Clause, hit: Hit) -> bool:
    """ "she must stay calm": not as she is; "the house must stay" is kept."""
    bare = source.tokens[hit.last - 1].text in _STAY
    named = hit.last - hit.first > 1 and source.tokens[hit.first].text in _MUST
    return bare and named and hit.last < clause.last


def _is_heard(source: Source, clause: Clause, hit: Hit) -> bool:
    """Whether what is let do something is to be heard."""
    verbs = (longest(source, clause, "audible", at) for at in range(hit.last, clause.last))
    return any(verb is not None and verb.form == "base" for verb in verbs)


def _is_ordered(source: Source, clause: Clause, hit: Hit) -> bool:
    """Whether words that let a thing do something order it: "let the clouds drift"."""
    if source.tokens[hit.first].text not in _LETS:
        return False
    for at in range(hit.last - 1, clause.last):
        if best_hit(source, clause, "gestures", at) is not None:
            return True  # "let the tail move"
    for at in range(hit.first, clause.last):
        noun = best_hit(source, clause, "elements", at) or best_hit(source, clause, "persons", at)
        if noun is not None:
            verbs = (best_hit(source, clause, "stir", i) for i in range(hit.first, clause.last))
            acts = (best_hit(source, clause, "actions", i) for i in range(noun.last, clause.last))
            return any(verb is not None and verb.form == "base" for verb in (*verbs, *acts))
    return False


def permitted(source: Source, found: list[Cue]) -> Iterator[Cue]:
    """What is said that it may move, and hence does: "the trees may move".

    Args:
        source: the prompt.
        found: its cues.
    """
    told = {cue.concept for cue in found if cue.kind == "element"}
    for cue in (cue for cue in found if cue.kind == "may_change" and cue.who is not None):
        clause = source.clauses[source.clause_of[cue.first]]
        words = [token.text for token in source.tokens[cue.first : cue.last]]
        ahead = source.tokens[cue.first - 1].text if cue.first else ""
        if not (any(word.startswith(_MOVES) for word in words) or in_any("animates", ahead, LANGS)):
            continue
        for at in range(cue.first, cue.last):
            noun = best_hit(source, clause, "elements", at)
            if noun is not None and noun.concept not in told | {"sky"}:
                yield Cue("element", noun.concept, noun.first, noun.last)


def _constraint(
    source: Source, clause: Clause, hit: Hit, kind: Kind, used: set[int], start: int
) -> Cue:
    """The cue of an order, of a clause whose tokens before ``start`` are told."""
    last = hit.last
    while last < clause.last and last not in used and source.mark_of[last] < 0:
        if kind == "keep" and _orders_more(source, clause, last):
            break
        last += 1
    first = hit.first
    while first > start and first - 1 not in used and source.mark_of[first - 1] < 0:
        first -= 1
    joined = last > hit.last and source.tokens[hit.last].text in BOTH and first < hit.first
    if kind == "keep" and (last == hit.last or joined):
        return _kept_before(source, clause, hit, first, used)
    if last == hit.last or (kind == "avoid" and _is_about_before(source, hit, first)):
        return Cue(kind, "", first, last, who=(first, max(hit.first, first)))
    return Cue(kind, "", hit.first, last, who=(hit.last, last))


def _kept_before(source: Source, clause: Clause, hit: Hit, first: int, used: set[int]) -> Cue:
    """ "the logo stays the same", "leave the sky as it is and …": what is kept stands before."""
    first = _listed_before(source, clause, first, used)
    named = hit.first
    while named > first and source.tokens[named - 1].text in _QUITE | _MUST:
        named -= 1
    left = first + source.tokens[first].text.startswith(_LEAVES)
    return Cue("keep", "", first, hit.last, who=(left, max(named, left)))


def _is_about_before(source: Source, hit: Hit, first: int) -> bool:
    """ "people should not be added": what stands before is what isn't to be."""
    being = source.tokens[hit.last - 1].text in _BE and first < hit.first
    return being and source.tokens[hit.last].text.startswith(_SHOWN)


def _orders_more(source: Source, clause: Clause, at: int) -> bool:
    """Whether "and" at a token goes on with another order: "… and make the sky orange"."""
    if source.tokens[at].text not in BOTH or at + 1 >= clause.last:
        return False
    orders = (best_hit(source, clause, table, at + 1) for table in ("recolour", *_KINDS))
    made = source.tokens[at + 1].text in _MAKES
    return made or any(hit is not None and hit.form != "word" for hit in orders)


def _listed_before(source: Source, clause: Clause, first: int, used: set[int]) -> int:
    """Where a list of what is left as it is begins: "leave the people, the boat and the sky …"."""
    number = source.clause_of[clause.first]
    for before in reversed(source.clauses[:number]):
        opens = source.tokens[before.first].text
        free = not used & set(range(before.first, before.last))
        if before.sentence != clause.sentence or not free or first > clause.first:
            return first
        if opens.startswith(_LEAVES):
            return before.first
        if not in_any("determiner", opens, LANGS):
            return first
    return first


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
                if source.tokens[first - 1].text in BOTH and _tells_more(source, clause, first):
                    break  # "day turns into night and stars appear"
                first -= 1
            yield Cue(kind, hit.concept, first, hit.last)
            return
        if hit is not None and _is_cut(source, hit):
            last = hit.last
            while last < clause.last and last not in used:
                last += 1
            yield Cue("cut", hit.concept, at, last)
            return


def _tells_more(source: Source, clause: Clause, until: int) -> bool:
    """Whether the tokens of a clause before one tell of a light or of what moves."""
    within = range(clause.first, until)
    if any(best_hit(source, clause, "light", at) is not None for at in within):
        return True
    verbs = (best_hit(source, clause, "stir", at) for at in within)
    return any(verb is not None and verb.form in ("third", "ing") for verb in verbs)


def _is_cut(source: Source, hit: Hit) -> bool:
    """A bare "cut" must stand alone; "cut to …" and "jump cut" say what they are."""
    if hit.last - hit.first > 1:
        return True
    word = source.tokens[hit.first].text
    if word != "cut":
        return True
    before = source.tokens[hit.first - 1].text if hit.first else "."
    return not before[0].isalpha()

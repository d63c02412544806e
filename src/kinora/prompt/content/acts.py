"""What things and beings do: "the curtain sways", "she blinks twice and smiles"."""

from __future__ import annotations

from collections.abc import Iterator

from kinora.prompt.content.cue import Cue, Kind
from kinora.prompt.content.extent import last_of_times
from kinora.prompt.content.hits import best_hit
from kinora.prompt.content.sound_names import is_denial, undone
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.lexicon import Hit, in_any
from kinora.prompt.words.source import Source

_REACH = 6  # tokens between a noun and its verb
_MOVING = ("mov", "stir", "boug", "remu")  # verbs whose denial means that all of it stays

#: What moves by itself wherever it is.
_ALWAYS = frozenset(
    {"water", "river", "waterfall", "sea", "waves", "steam", "smoke", "fire", "clouds"}
)

#: What parts of a being do by themselves: « la queue du chat remue ».
OF_PARTS = frozenset({"twitch ear", "wag tail"})

#: What a being may go on to do without being named again.
_OF_FACES = frozenset(
    {"blink", "smile", "breathe", "turn head", "nod", "tilt head", "look", "twitch ear", "wag tail"}
)


def acting(
    source: Source, clause: Clause, used: set[int], being: Cue | None = None
) -> Iterator[Cue]:
    """A thing or a being with its verb, and what the being does next; what is said not to move is
    kept as it is, what a being is said not to do is to be avoided.

    Args:
        source: the prompt.
        clause: where to look.
        used: tokens that are taken.
        being: who acted last in the sentence.
    """
    at = clause.first
    while at < clause.last:
        cue = _act_at(source, clause, at, used) if at not in used else None
        cue = cue or (_acts_on(source, clause, at, used, being) if at not in used else None)
        if cue is not None:
            being = cue if cue.kind == "subject" else None
            yield _denied(source, cue) if undone(source, clause, cue.first, cue.last) else cue
            at = cue.last
        else:
            at += 1


def _denied(source: Source, cue: Cue) -> Cue:
    """ "the clouds don't move": they stay as they are; "she doesn't smile": she may do all else."""
    moves = source.tokens[cue.last - 1].text.startswith(_MOVING)
    kind: Kind = "keep" if cue.kind == "element" or moves else "avoid"
    return Cue(kind, cue.concept, cue.first, cue.last, who=cue.who)


def what_is_denied(source: Source, cue: Cue) -> tuple[int, int]:
    """Tokens [first, last) of what a cue of kind "avoid" says is not to be: "smile"."""
    if cue.who is None or not cue.concept:  # not an act
        return cue.who or (cue.first, cue.last)
    denials = (at + 1 for at in range(cue.first, cue.last) if is_denial(source.tokens[at].text))
    return max(denials, default=cue.who[1]), cue.last


def _act_at(source: Source, clause: Clause, at: int, used: set[int]) -> Cue | None:
    stir = best_hit(source, clause, "stir", at)
    if stir is not None and stir.form == "ing" and stir.last < clause.last:  # "drifting clouds"
        noun = best_hit(source, clause, "elements", stir.last)
        if noun is not None and noun.first not in used:
            return Cue("element", noun.concept, at, noun.last)
    noun = best_hit(source, clause, "elements", at)
    being = best_hit(source, clause, "persons", at)
    pairs: list[tuple[Hit | None, str, Kind]] = [
        (being, "actions", "subject"),
        (noun, "stir", "element"),
    ]
    for who, section, kind in pairs:
        if who is None:
            continue
        for verb_at in range(who.last, min(clause.last, who.last + _REACH)):
            if verb_at in used:
                break
            if in_any("relative", source.tokens[verb_at].text, clause.langs):
                continue
            verb = best_hit(source, clause, section, verb_at)
            if verb is None or (verb.form == "word" and verb.last - verb.first == 1):
                continue
            if verb.form == "base" and clause.langs == ("en",) and who.last == verb_at:
                plural = source.tokens[who.last - 1].text.endswith("s")
                if not plural and kind == "subject":
                    continue
            if used & set(range(verb.first, verb.last)):
                break
            acts = kind == "subject"
            last = last_of_times(source, clause, verb.last) if acts else verb.last
            return Cue(kind, verb.concept if acts else who.concept, at, last,
                       who=(who.first, who.last))  # fmt: skip
    return None


def _acts_on(
    source: Source, clause: Clause, at: int, used: set[int], being: Cue | None
) -> Cue | None:
    """ "… blinks twice and smiles": another verb of the same being."""
    if being is None or being.who is None:
        return None
    before = source.tokens[at - 1].text
    joined = at == clause.first or before in (",", "and", "then", "et", "puis")
    verb = best_hit(source, clause, "actions", at) if joined or before.endswith("ly") else None
    if verb is None or verb.concept not in _OF_FACES or used & set(range(at, verb.last)):
        return None
    if verb.form not in ("third", "ing", "past"):
        return None
    last = last_of_times(source, clause, verb.last)
    return Cue("subject", verb.concept, at, last, who=being.who)


def last_being(source: Source, clause: Clause, found: list[Cue]) -> Cue | None:
    """Who acted last in the sentence of ``clause``, before it."""
    for cue in reversed(found):
        acts = cue.kind == "subject" or (cue.kind in ("keep", "avoid") and cue.concept in _OF_FACES)
        if acts and cue.who is not None and cue.first < clause.first:
            before = source.clauses[source.clause_of[cue.first]]
            return cue if before.sentence == clause.sentence else None
    return _last_speaker(source, clause)


def _last_speaker(source: Source, clause: Clause) -> Cue | None:
    """Who says a quote of the sentence: "she says "hi" then blinks"."""
    start = source.tokens[clause.first].start
    for quote in reversed(source.quotes):
        if quote.speaker is None or quote.last > start:
            continue
        first, last = quote.speaker
        who = [i for i, token in enumerate(source.tokens) if first <= token.start < last]
        if not who or source.clause_of[who[0]] < 0:
            return None
        said = source.clauses[source.clause_of[who[0]]]
        here = said.sentence == clause.sentence and not quote.off
        named = (who[0], who[-1] + 1)
        return Cue("subject", "speak", *named, who=named) if here else None
    return None


def gestures(
    source: Source, clause: Clause, used: set[int], *, only: frozenset[str] | None = None
) -> Iterator[Cue]:
    """What a being does, as a noun: "a tiny head turn"."""
    for at in range(clause.first, clause.last):
        hit = best_hit(source, clause, "gestures", at) if at not in used else None
        if hit is None or (only is not None and hit.concept not in only):
            continue
        if not used & set(range(at, hit.last)):
            yield Cue("subject", hit.concept, at, last_of_times(source, clause, hit.last))


def always_moving(
    source: Source, clause: Clause, used: set[int], found: list[Cue]
) -> Iterator[Cue]:
    """ "Time-lapse of the clouds": what always moves does, where the words say how time runs."""
    told = {cue.concept for cue in found if clause.first <= cue.first < clause.last}
    if not told & {"slow_motion", "time_lapse", "fast_motion", "reverse"}:
        return
    for at in range(clause.first, clause.last):
        noun = best_hit(source, clause, "elements", at) if at not in used else None
        if noun is not None and noun.concept in _ALWAYS and not used & set(range(at, noun.last)):
            yield Cue("element", noun.concept, at, noun.last)

"""What beings do: "she blinks twice and smiles", "make grandpa nod"; what things do beside them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kinora.prompt.content.cue import Cue, Kind
from kinora.prompt.content.extent import last_of_times
from kinora.prompt.content.hits import best_hit
from kinora.prompt.content.motions import (
    animated,
    listed_on,
    made_to_move,
    more_of,
    named,
    suits,
    thing_moves,
    verbs_near,
)
from kinora.prompt.content.sound_names import BOTH, is_denial, undone
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.lexicon import LANGS, Hit, in_any
from kinora.prompt.words.rules import rule_stems, rule_words
from kinora.prompt.words.source import Source

_MOVING: Final = rule_stems("acts", "moving")
_WHOM: Final = rule_words("acts", "whom")

#: Verbs that tell of a head only where no thing is named, and words that name none.
_OF_THINGS: Final = rule_stems("acts", "of_things")
_MANNER: Final = rule_words("shared", "manner")

#: What parts of a being do by themselves: « la queue du chat remue ».
OF_PARTS = frozenset({"twitch ear", "wag tail"})

#: What a being may go on to do without being named again.
_OF_FACES = frozenset(
    {"blink", "wink", "smile", "breathe", "turn head", "nod", "tilt head", "look"}
    | {"twitch ear", "wag tail", "calm"}
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
    for thing in listed_on(source, clause, used):
        yield thing
        at = thing.last
    while at < clause.last:
        cue = _act_at(source, clause, at, used, being) if at not in used else None
        cue = cue or (_acts_on(source, clause, at, used, being) if at not in used else None)
        if cue is not None:
            being = cue if cue.kind == "subject" else None
            yield _denied(source, cue) if undone(source, clause, cue.first, cue.last) else cue
            at = cue.last
            if cue.kind == "element" and cue.who is None:
                yield from more_of(source, clause, at, used)
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


def _act_at(
    source: Source, clause: Clause, at: int, used: set[int], acted: Cue | None
) -> Cue | None:
    stir = best_hit(source, clause, "stir", at)
    if stir is not None and stir.form == "ing" and stir.last < clause.last:  # "drifting clouds"
        noun = best_hit(source, clause, "elements", stir.last)
        if noun is not None and noun.first not in used and suits(source, noun, stir):
            return Cue("element", named(noun), at, noun.last)
    if stir is not None and stir.form == "base" and stir.lang == "fr":
        return made_to_move(source, clause, stir, used)
    if (brought := animated(source, clause, at, used)) is not None:
        return brought
    told = None if acted else _told_to(source, clause, at)
    return _being_acts(source, clause, at, used) or told or thing_moves(source, clause, at, used)


def _being_acts(source: Source, clause: Clause, at: int, used: set[int]) -> Cue | None:
    """Somebody at a token with what they do: "she blinks twice", "make grandpa nod"."""
    being = best_hit(source, clause, "persons", at) or _whom(source, clause, at)
    if being is None:
        return None
    made = _is_made(source, clause, at)
    for verb in verbs_near(source, clause, being, "actions", used):
        if _is_a_noun(source, clause, being, verb) and not made:
            continue
        turns = _turns_a_thing(source, clause, verb)
        if made and (turns or _seems(source, clause, verb)):
            return None
        last = last_of_times(source, clause, verb.last)
        concept = "gesture" if turns else verb.concept
        return Cue("subject", concept, at, last, who=(being.first, being.last))
    return None


def _whom(source: Source, clause: Clause, at: int) -> Hit | None:
    """A pronoun of who is made to do something: "make her blink"."""
    made = source.tokens[at].text in _WHOM and _is_made(source, clause, at)
    if made and at + 1 < clause.last and best_hit(source, clause, "elements", at + 1):
        return None  # "make her hair move"
    return Hit("person", clause.langs[0], at, at + 1) if made else None


def _is_made(source: Source, clause: Clause, at: int) -> bool:
    """Whether an order to let somebody do something stands right before a token."""
    words = [token.text for token in source.tokens[max(at - 3, clause.first) : at]]
    while words and (words[-1] == "-" or in_any("determiner", words[-1], LANGS)):
        words.pop()
    return bool(words) and in_any("makes", words[-1], LANGS)


def _told_to(source: Source, clause: Clause, at: int) -> Cue | None:
    """An order to a face that opens a clause: "turn her head to the left", « tourne la tête »."""
    before = [source.tokens[i].text for i in range(clause.first, at) if source.tokens[i].is_word]
    made = before and in_any("makes", before[0], LANGS)
    if before and not (made and all(in_any("adverb", word, LANGS) for word in before[1:])):
        return None
    verb = best_hit(source, clause, "actions", at)
    if verb is None or verb.last == at + 1 or verb.concept not in _OF_FACES - {"look", "calm"}:
        return None
    ordered = verb.form == "base" or (verb.lang == "fr" and verb.form == "third")
    return Cue("subject", verb.concept, at, verb.last) if ordered else None


def _turns_a_thing(source: Source, clause: Clause, verb: Hit) -> bool:
    """ "she turns the key", « il lève un verre »: no head turns, no gaze lifts."""
    alone = verb.last - verb.first == 1 and verb.last + 1 < clause.last
    if not alone or not source.tokens[verb.first].text.startswith(_OF_THINGS):
        return False
    behind = [token.text for token in source.tokens[verb.last : verb.last + 2]]
    return in_any("determiner", behind[0], (verb.lang,)) and behind[1] not in _MANNER


def _seems(source: Source, clause: Clause, verb: Hit) -> bool:
    """ "make her look younger", "… like a queen": how somebody is to be, not where to look."""
    if verb.concept != "look" or verb.last - verb.first > 1:
        return False
    at = verb.last
    while at < clause.last and in_any("adverb", source.tokens[at].text, LANGS):
        at += 1
    if at >= clause.last or not source.tokens[at].is_word:
        return at > verb.last  # "make her look quite": cut short
    word = source.tokens[at].text
    if word.endswith("ly") or word in BOTH or in_any("sides", word, LANGS):
        return False
    return word == "like" or not in_any("preposition", word, LANGS)


def _is_a_noun(source: Source, clause: Clause, being: Hit, verb: Hit) -> bool:
    """Whether the plain form right behind one being is no verb of it: "the woman smile"."""
    plural = source.tokens[being.last - 1].text.endswith("s")
    beside = verb.form == "base" and clause.langs == ("en",) and being.last == verb.first
    return beside and not plural


def _acts_on(
    source: Source, clause: Clause, at: int, used: set[int], being: Cue | None
) -> Cue | None:
    """ "… blinks twice and smiles": another verb of the same being."""
    if being is None or being.who is None:
        return None
    before = source.tokens[at - 1].text
    joined = at == clause.first or before in (",", "and", "then", "et", "puis")
    verb = best_hit(source, clause, "actions", at) if joined or before.endswith("ly") else None
    if verb is None or used & set(range(at, verb.last)):
        return None
    if verb.concept not in _OF_FACES and (verb.form != "third" or at + 1 >= clause.last):
        return None
    turns = _turns_a_thing(source, clause, verb)
    told = verb.form == "word" and verb.last - verb.first > 1  # « et fait un clin d'œil »
    if (
        verb.form not in ("third", "ing", "past")
        and not told
        and not (
            verb.form == "base" and before in ("and", "et") and _does_plainly(source, clause, being)
        )
    ):
        return None
    last = last_of_times(source, clause, verb.last)
    return Cue("subject", "gesture" if turns else verb.concept, at, last, who=being.who)


def _does_plainly(source: Source, clause: Clause, being: Cue) -> bool:
    """Whether who acted did so by a verb's plain form: "the parrots tilt their heads and …"."""
    verbs = (best_hit(source, clause, "actions", at) for at in range(being.first, being.last))
    return any(verb is not None and verb.form == "base" for verb in verbs)


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

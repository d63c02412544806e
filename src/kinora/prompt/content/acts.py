"""What things and beings do: "the curtain sways", "she blinks twice and smiles"."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kinora.prompt.content.cue import Cue, Kind
from kinora.prompt.content.extent import last_of_times
from kinora.prompt.content.hits import best_hit
from kinora.prompt.content.sound_names import BOTH, is_denial, undone
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.lexicon import LANGS, Hit, in_any
from kinora.prompt.words.rules import rule_stems, rule_words
from kinora.prompt.words.source import Source

_BESIDE = 3  # clauses before and after one that are read with it
_REACH = 6  # tokens between a noun and its verb
_MOVING: Final = rule_stems("acts", "moving")

#: What moves by itself wherever it is.
_ALWAYS = frozenset(
    {"water", "river", "waterfall", "sea", "waves", "steam", "smoke", "fire", "clouds"}
)

#: What the sky has to do for its clouds to be meant: "the sky turns red" tells of none.
_OF_SKY: Final = rule_stems("acts", "of_sky")

#: What the sky does where the camera comes nearer to it: "the sky moves closer".
_NEARER: Final = rule_words("acts", "nearer")

#: What shows that a star is in the sky and no actor, and that a fan is no supporter.
_SHINES: Final = rule_stems("acts", "shines")
_SPINS: Final = rule_stems("acts", "spins")
#: What a sign does, which is no sign of rain.
_SIGNS: Final = rule_stems("acts", "signs")

#: Flowers that are names of people as well.
_NAMES: Final = rule_words("acts", "names")

#: Verbs that are heard, and what they show to move: "the stream babbles", not "the car roars".
_LOUD: Final = rule_stems("acts", "loud")
_SHOWN = frozenset(
    {"water", "river", "waterfall", "sea", "waves", "fire", "flag", "cloth", "foliage", "lights"}
)

#: What the wind moves where words only say that it is in it: "hair in the wind".
_BLOWN = frozenset({"foliage", "flag", "cloth", "hair"})
_IN: Final = rule_words("acts", "in")
_GUSTY = 4  # tokens from there to the wind: "in a strong wind"

#: Water that does so is that of a waterfall, where the sentence names one.
_FALLS: Final = rule_stems("acts", "falls")

_WHOM: Final = rule_words("acts", "whom")

#: Verbs that tell of a head only where no thing is named, and words that name none.
_OF_THINGS: Final = rule_stems("acts", "of_things")
_MANNER: Final = rule_words("acts", "manner")
_ONE: Final = rule_words("acts", "one")
_MERELY: Final = rule_words("acts", "merely")

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
    while at < clause.last:
        cue = _act_at(source, clause, at, used, being) if at not in used else None
        cue = cue or (_acts_on(source, clause, at, used, being) if at not in used else None)
        if cue is not None:
            being = cue if cue.kind == "subject" else None
            yield _denied(source, cue) if undone(source, clause, cue.first, cue.last) else cue
            at = cue.last
            if cue.kind == "element" and cue.who is None:
                yield from _more_of(source, clause, at, used)
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
        if noun is not None and noun.first not in used and _suits(source, noun, stir):
            return Cue("element", _named(noun), at, noun.last)
    if stir is not None and stir.form == "base" and stir.lang == "fr":
        return _made_to_move(source, clause, stir, used)
    if (brought := _animated(source, clause, at, used)) is not None:
        return brought
    told = None if acted else _told_to(source, clause, at)
    return _being_acts(source, clause, at, used) or told or _thing_moves(source, clause, at, used)


def _made_to_move(source: Source, clause: Clause, verb: Hit, used: set[int]) -> Cue | None:
    """« fais défiler les nuages … et bouger un peu les arbres »: what infinitives make move."""
    before = source.tokens[verb.first - 1].text if verb.first > clause.first else ""
    made = not before or any(in_any(name, before, ("fr",)) for name in ("makes", "adverb"))
    if not made and not (before in BOTH and _makes_before(source, clause, verb.first)):
        return None
    at = _behind_manner(source, clause, verb.last)
    article = at + 1 < clause.last and in_any("determiner", source.tokens[at].text, ("fr",))
    noun = best_hit(source, clause, "elements", at + 1) if article else None
    if noun is None or noun.first in used or not _suits(source, noun, verb):
        return None
    return Cue("element", _named(noun), verb.first, noun.last)


def _makes_before(source: Source, clause: Clause, until: int) -> bool:
    """Whether a word that makes things do something stands before a token of a clause."""
    words = (source.tokens[at].text for at in range(clause.first, until))
    return any(in_any("makes", word, LANGS) for word in words)


def _behind_manner(source: Source, clause: Clause, at: int) -> int:
    """The first token from ``at`` on that doesn't tell how: « un peu », "only", « lentement »."""
    while at + 1 < clause.last:
        word, after = source.tokens[at].text, source.tokens[at + 1].text
        if word in _ONE and after in _MANNER:
            at += 2
        elif word in _MERELY or word.endswith(("ly", "ment")):
            at += 1
        else:
            break
    return at


def _animated(source: Source, clause: Clause, at: int, used: set[int]) -> Cue | None:
    """ "animate only the water", « n'anime que les cheveux »: what an order brings to life."""
    if not in_any("animates", source.tokens[at].text, clause.langs):
        return None
    noun_at = _behind_manner(source, clause, at + 1)
    while noun_at < clause.last and in_any("determiner", source.tokens[noun_at].text, LANGS):
        noun_at += 1
    noun = best_hit(source, clause, "elements", noun_at) if noun_at < clause.last else None
    if noun is None or noun.first in used:
        return None
    return Cue("element", _named(noun), at, noun.last)


def _more_of(source: Source, clause: Clause, at: int, used: set[int]) -> Iterator[Cue]:
    """What "and" joins to a thing that is made to move: "animate the flag and the clouds"."""
    while at + 1 < clause.last and source.tokens[at].text in BOTH | {","}:
        named = at + 1 + in_any("determiner", source.tokens[at + 1].text, LANGS)
        noun = best_hit(source, clause, "elements", named) if named < clause.last else None
        moves = noun and noun.last < clause.last and best_hit(source, clause, "stir", noun.last)
        if noun is None or moves or noun.first in used:
            return
        yield Cue("element", _named(noun), named, noun.last)
        at = noun.last


def _being_acts(source: Source, clause: Clause, at: int, used: set[int]) -> Cue | None:
    """Somebody at a token with what they do: "she blinks twice", "make grandpa nod"."""
    being = best_hit(source, clause, "persons", at) or _whom(source, clause, at)
    if being is None:
        return None
    made = _is_made(source, clause, at)
    for verb in _verbs(source, clause, being, "actions", used):
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


def _thing_moves(source: Source, clause: Clause, at: int, used: set[int]) -> Cue | None:
    """A thing at a token with what it does: "the curtain sways"."""
    noun = best_hit(source, clause, "elements", at)
    if noun is None or _tells_which(source, clause, noun):
        return None
    who = (noun.first, noun.last)
    if noun.concept in _BLOWN and _is_in_the_wind(source, clause, noun.last):
        return Cue("element", noun.concept, at, noun.last, who=who)
    for verb in _verbs(source, clause, noun, "stir", used):
        if not _suits(source, noun, verb):
            continue
        if _another(source, clause, noun, verb):  # "her hair and dress blow"
            return Cue("element", noun.concept, at, noun.last, who=who)
        concept = _named(noun)
        falls = source.tokens[verb.first].text.startswith(_FALLS)
        if concept == "water" and falls and _names(source, clause, "waterfall"):
            concept = "waterfall"
        return Cue("element", concept, at, verb.last, who=who)
    return None


def _tells_which(source: Source, clause: Clause, noun: Hit) -> bool:
    """Whether an English noun only tells which thing or who the next one is: "bicycle wheel",
    "blind man"; or is a name: "Lily"."""
    if noun.lang != "en" or noun.last >= clause.last:
        return False
    if _is_a_name(source, clause, noun) or _is_before_somebody(source, clause, noun):
        return True
    other = best_hit(source, clause, "elements", noun.last)
    return other is not None and best_hit(source, clause, "stir", noun.last) is None


def _is_a_name(source: Source, clause: Clause, noun: Hit) -> bool:
    """Whether a flower without an article is somebody's name: "Lily looks left"."""
    if noun.last - noun.first > 1 or source.tokens[noun.first].text not in _NAMES:
        return False
    before = noun.first - 1
    return before < clause.first or not in_any("determiner", source.tokens[before].text, LANGS)


def _is_before_somebody(source: Source, clause: Clause, noun: Hit) -> bool:
    """Whether somebody is named right behind a noun: "blind man", not "the leaves she holds"."""
    being = best_hit(source, clause, "persons", noun.last)
    word = source.tokens[noun.last].text
    return being is not None and not any(
        in_any(name, word, ("en",)) for name in ("he", "she", "body")
    )


def _verbs(source: Source, clause: Clause, who: Hit, table: str, used: set[int]) -> Iterator[Hit]:
    """Verbs of a table near who or what does them."""
    for at in range(who.last, min(clause.last, who.last + _REACH)):
        if at in used:
            return
        if in_any("relative", source.tokens[at].text, clause.langs):
            continue
        verb = best_hit(source, clause, table, at)
        if verb is None or (verb.form == "word" and verb.last - verb.first == 1):
            continue
        if used & set(range(verb.first, verb.last)):
            return
        yield verb


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


def _is_in_the_wind(source: Source, clause: Clause, at: int) -> bool:
    """Whether a thing that ends at a token is blown: "hair in the wind", « cheveux au vent »."""
    if at >= clause.last or source.tokens[at].text not in _IN:
        return False
    near = range(at + 1, min(at + _GUSTY, clause.last))
    winds = (best_hit(source, clause, "atmosphere", i) for i in near)
    return any(wind is not None and wind.concept == "wind" for wind in winds)


def _suits(source: Source, noun: Hit, verb: Hit) -> bool:
    """Whether a verb shows that a thing moves: the clouds of the sky, what only makes a noise."""
    word = source.tokens[verb.first].text
    if word.startswith(_LOUD) and noun.concept not in _SHOWN:
        return False
    if source.tokens[noun.first].text == "star" and not word.startswith(_SHINES):
        return False
    if source.tokens[noun.first].text in ("sign", "signs") and not word.startswith(_SIGNS):
        return False
    if source.tokens[noun.first].text == "fan" and not word.startswith(_SPINS):
        return False
    after = source.tokens[verb.last].text if verb.last < len(source.tokens) else ""
    if noun.concept == "sky" and after in _NEARER:
        return False
    words = (token.text for token in source.tokens[verb.first : verb.last])
    return noun.concept != "sky" or any(word.startswith(_OF_SKY) for word in words)


def _named(noun: Hit) -> str:
    """The element that a noun tells of."""
    return "clouds" if noun.concept == "sky" else noun.concept


def _another(source: Source, clause: Clause, noun: Hit, verb: Hit) -> bool:
    """Whether "and" joins another thing to a noun, so that both do what the verb tells."""
    for at in range(noun.last + 1, verb.first):
        other = best_hit(source, clause, "elements", at)
        if other is not None and other.concept != noun.concept:
            between = {token.text for token in source.tokens[noun.last : at]}
            return bool(between & BOTH)
    return False


def _names(source: Source, clause: Clause, concept: str) -> bool:
    """Whether the clauses around one name an element."""
    return any(
        (hit := best_hit(source, near, "elements", at)) is not None and hit.concept == concept
        for near in _near(source, clause)
        for at in range(near.first, near.last)
    )


def _near(source: Source, clause: Clause) -> list[Clause]:
    """A clause with those beside it in its sentence."""
    here = source.clause_of[clause.first]
    beside = source.clauses[max(here - _BESIDE, 0) : here + _BESIDE + 1]
    return [near for near in beside if near.sentence == clause.sentence]


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


def always_moving(
    source: Source, clause: Clause, used: set[int], found: list[Cue]
) -> Iterator[Cue]:
    """ "Time-lapse of the clouds": what always moves does, where the words say how time runs."""
    nouns = [
        noun
        for at in range(clause.first, clause.last)
        if at not in used and (noun := best_hit(source, clause, "elements", at)) is not None
    ]
    nouns = [noun for noun in nouns if noun.concept in _ALWAYS]
    if not nouns or not _paced(source, clause, found):
        return
    for noun in nouns:
        if not used & set(range(noun.first, noun.last)):
            yield Cue("element", noun.concept, noun.first, noun.last)


def _paced(source: Source, clause: Clause, found: list[Cue]) -> bool:
    """Whether words in or beside a clause say how time runs."""
    near = _near(source, clause)
    told = {cue.concept for cue in found if near[0].first <= cue.first < near[-1].last}
    told |= {
        hit.concept
        for other in near
        for at in range(other.first, other.last)
        if (hit := best_hit(source, other, "time", at)) is not None
    }
    return bool(told & {"slow_motion", "time_lapse", "fast_motion", "reverse"})

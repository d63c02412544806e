"""What things do: "the curtain sways", "drifting clouds", « fais défiler les nuages »."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kinora.prompt.content.cue import Cue
from kinora.prompt.content.hits import best_hit
from kinora.prompt.content.sound_names import BOTH
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.lexicon import LANGS, Hit, in_any
from kinora.prompt.words.rules import rule_stems, rule_words
from kinora.prompt.words.source import Source

_BESIDE = 3  # clauses before and after one that are read with it
_REACH = 6  # tokens between a noun and its verb
#: What moves by itself wherever it is.
_ALWAYS = frozenset(
    {"water", "river", "waterfall", "sea", "waves", "steam", "smoke", "fire", "clouds"}
)
#: What the sky has to do for its clouds to be meant: "the sky turns red" tells of none.
_OF_SKY: Final = rule_stems("motions", "of_sky")
#: What the sky does where the camera comes nearer to it: "the sky moves closer".
_NEARER: Final = rule_words("motions", "nearer")
#: What shows that a star is in the sky and no actor, and that a fan is no supporter.
_SHINES: Final = rule_stems("motions", "shines")
_SPINS: Final = rule_stems("motions", "spins")
#: What a sign does, which is no sign of rain.
_SIGNS: Final = rule_stems("motions", "signs")
#: Flowers that are names of people as well.
_NAMES: Final = rule_words("motions", "names")
#: Verbs that are heard, and what they show to move: "the stream babbles", not "the car roars".
_LOUD: Final = rule_stems("motions", "loud")
_SHOWN = frozenset(
    {"water", "river", "waterfall", "sea", "waves", "fire", "flag", "cloth", "foliage", "lights"}
)
#: What the wind moves where words only say that it is in it: "hair in the wind".
_BLOWN = frozenset({"foliage", "flag", "cloth", "hair"})
_IN: Final = rule_words("motions", "in")
_GUSTY = 4  # tokens from there to the wind: "in a strong wind"
#: Water that does so is that of a waterfall, where the sentence names one.
_FALLS: Final = rule_stems("motions", "falls")
_ONE: Final = rule_words("motions", "one")
_MERELY: Final = rule_words("motions", "merely")
_MANNER: Final = rule_words("shared", "manner")


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
    near = clauses_beside(source, clause)
    told = {cue.concept for cue in found if near[0].first <= cue.first < near[-1].last}
    told |= {
        hit.concept
        for other in near
        for at in range(other.first, other.last)
        if (hit := best_hit(source, other, "time", at)) is not None
    }
    return bool(told & {"slow_motion", "time_lapse", "fast_motion", "reverse"})


def made_to_move(source: Source, clause: Clause, verb: Hit, used: set[int]) -> Cue | None:
    """« fais défiler les nuages … et bouger un peu les arbres »: what infinitives make move."""
    before = source.tokens[verb.first - 1].text if verb.first > clause.first else ""
    made = not before or any(in_any(name, before, ("fr",)) for name in ("makes", "adverb"))
    if not made and not (before in BOTH and _makes_before(source, clause, verb.first)):
        return None
    at = _behind_manner(source, clause, verb.last)
    article = at + 1 < clause.last and in_any("determiner", source.tokens[at].text, ("fr",))
    noun = best_hit(source, clause, "elements", at + 1) if article else None
    if noun is None or noun.first in used or not suits(source, noun, verb):
        return None
    return Cue("element", named(noun), verb.first, noun.last)


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


def animated(source: Source, clause: Clause, at: int, used: set[int]) -> Cue | None:
    """ "animate only the water", « n'anime que les cheveux »: what an order brings to life."""
    if not in_any("animates", source.tokens[at].text, clause.langs):
        return None
    noun_at = _behind_manner(source, clause, at + 1)
    while noun_at < clause.last and in_any("determiner", source.tokens[noun_at].text, LANGS):
        noun_at += 1
    noun = best_hit(source, clause, "elements", noun_at) if noun_at < clause.last else None
    if noun is None or noun.first in used:
        return None
    return Cue("element", named(noun), at, noun.last)


def listed_on(source: Source, clause: Clause, used: set[int]) -> Iterator[Cue]:
    """What a list goes on with that an order brings to life: "animate the water, the clouds and
    the trees"."""
    nouns = _only_nouns(source, clause)
    if not nouns or used & set(range(clause.first, clause.last)):
        return
    for before in reversed(source.clauses[: source.clause_of[clause.first]]):
        if before.sentence != clause.sentence:
            return
        words = (source.tokens[at].text for at in range(before.first, before.last))
        if any(in_any("animates", word, before.langs) for word in words):
            yield from (Cue("element", named(noun), noun.first, noun.last) for noun in nouns)
            return
        if not _only_nouns(source, before):
            return


def _only_nouns(source: Source, clause: Clause) -> list[Hit]:
    """The things that a clause names where it does nothing else: "the clouds and the trees"."""
    nouns: list[Hit] = []
    at = clause.first
    while at < clause.last:
        if nouns and source.tokens[at].text not in BOTH:
            return []
        at += bool(nouns)
        if at < clause.last and in_any("determiner", source.tokens[at].text, LANGS):
            at += 1
        noun = best_hit(source, clause, "elements", at) if at < clause.last else None
        if noun is None:
            return []
        nouns.append(noun)
        at = noun.last
    return nouns


def more_of(source: Source, clause: Clause, at: int, used: set[int]) -> Iterator[Cue]:
    """What "and" joins to a thing that is made to move: "animate the flag and the clouds"."""
    while at + 1 < clause.last and source.tokens[at].text in BOTH | {","}:
        place = at + 1 + in_any("determiner", source.tokens[at + 1].text, LANGS)
        noun = best_hit(source, clause, "elements", place) if place < clause.last else None
        moves = noun and noun.last < clause.last and best_hit(source, clause, "stir", noun.last)
        if noun is None or moves or noun.first in used:
            return
        yield Cue("element", named(noun), place, noun.last)
        at = noun.last


def thing_moves(source: Source, clause: Clause, at: int, used: set[int]) -> Cue | None:
    """A thing at a token with what it does: "the curtain sways"."""
    noun = best_hit(source, clause, "elements", at)
    if noun is None or _tells_which(source, clause, noun):
        return None
    who = (noun.first, noun.last)
    if noun.concept in _BLOWN and _is_in_the_wind(source, clause, noun.last):
        return Cue("element", noun.concept, at, noun.last, who=who)
    for verb in verbs_near(source, clause, noun, "stir", used):
        if not suits(source, noun, verb):
            continue
        if _another(source, clause, noun, verb):  # "her hair and dress blow"
            return Cue("element", noun.concept, at, noun.last, who=who)
        concept = named(noun)
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


def _is_in_the_wind(source: Source, clause: Clause, at: int) -> bool:
    """Whether a thing that ends at a token is blown: "hair in the wind", « cheveux au vent »."""
    if at >= clause.last or source.tokens[at].text not in _IN:
        return False
    near = range(at + 1, min(at + _GUSTY, clause.last))
    winds = (best_hit(source, clause, "atmosphere", i) for i in near)
    return any(wind is not None and wind.concept == "wind" for wind in winds)


def suits(source: Source, noun: Hit, verb: Hit) -> bool:
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


def named(noun: Hit) -> str:
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
        for near in clauses_beside(source, clause)
        for at in range(near.first, near.last)
    )


def verbs_near(
    source: Source, clause: Clause, who: Hit, table: str, used: set[int]
) -> Iterator[Hit]:
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


def clauses_beside(source: Source, clause: Clause) -> list[Clause]:
    """A clause with those beside it in its sentence."""
    here = source.clause_of[clause.first]
    beside = source.clauses[max(here - _BESIDE, 0) : here + _BESIDE + 1]
    return [near for near in beside if near.sentence == clause.sentence]

"""Film jargon ("pan", "truck", "dolly") counts unless it names a thing or another acts."""

from __future__ import annotations

from kinora.prompt.moves.candidates import Candidate
from kinora.prompt.moves.orders import moves_the_camera
from kinora.prompt.moves.scan import head
from kinora.prompt.words.lexicon import lexicon

_FOR_ONE = frozenset(["one", "each", "another", "both", "all", "some"])
PLACES = frozenset(["on", "in", "of", "from", "into", "onto", "near", "under", "behind", "sur"])
_LYING = frozenset(
    ["parked", "sits", "sit", "sitting", "stands", "stand", "standing", "lies", "lying", "rests",
     "leaning", "abandoned", "garee", "gare", "posee", "pose"]
)  # fmt: skip
_OBJECTS = frozenset(["it", "him", "her", "them", "himself", "herself", "themselves"])
_BESIDE = frozenset(
    ["on", "under", "behind", "near", "by", "beside", "against", "sur", "sous", "pres", "contre"]
)
_ADJECTIVES = 2  # unknown words before the name of a move
VERBS = ("third", "ing", "past")


def jargon(c: Candidate) -> bool:
    """Whether a word like "pan" or "dolly" is the camera's; only another subject spoils it."""
    if c.actor == "camera" or moves_the_camera(c) or _continues(c):
        return True
    if c.clause.link == "but" and c.subject == "camera" and c.actor == "article" and c.beside:
        return True  # "not a pan but a truck to the right"
    if c.rule.vehicle and not _vehicle_moves(c):
        return False
    if _handles_a_thing(c):
        return False
    if c.actor == "other":
        if c.rule.name == "roll":
            return False
        joined = c.is_a("conjunction", c.hit.first - 1) and c.hit.form in ("base", "word")
        if joined and c.rule.jargon:
            return True  # "make it blink and zoom in a bit"
        if c.rule.jargon and c.course.path is not None:
            return c.hit.form not in ("third", "past") or c.of_the_picture
        if _is_plural_verb(c):
            return False
        verb = c.word(c.hit.first).startswith("orbit")  # « un chien orbite autour de nous »
        verb = verb and c.hit.lang == "fr"
        noun = c.hit.form in ("base", "word") and not (c.rule.vehicle or verb)
        return noun and ((c.beside and c.course.strong) or _is_a_title(c))
    thing = c.rule.thing and not _is_long(c) and not c.word(c.hit.first).startswith("pano")
    if thing and not c.beside and not _in_camera_context(c):
        return False
    if c.word(c.hit.last) in _LYING and c.course.path is None and c.hit.form in ("base", "word"):
        return False  # "truck and dolly parked under the crane"
    if c.actor == "article" and c.course.path is None and _on_a_thing(c):
        return False
    if c.rule.thing and c.hit.form in ("base", "word") and _lies_somewhere(c):
        return False
    if c.actor == "article":
        return not (_is_a_thing(c) or _is_handled(c))
    verb = c.hit.form in VERBS
    goes_on = c.hit.form == "third" and c.clause.link == "comma"  # "she turns, zooms in"
    if verb and c.subject == "other" and (not c.rule.jargon or goes_on):
        return c.rule.name == "pan" and c.course.path in ("left", "right")
    return not (verb and c.quiet)


def _is_long(c: Candidate) -> bool:
    """ "slider move", "arc shot": words that together mean nothing else."""
    return c.hit.last - c.hit.first > 1 and c.hit.form in ("base", "word")


def _is_a_title(c: Candidate) -> bool:
    """ "Slow motorized slider move": an adjective or two before what is no thing."""
    return _is_long(c) and c.other_words() <= _ADJECTIVES and c.hit.last == c.clause.last


def _continues(c: Candidate) -> bool:
    """ "the shot opens still, then after two seconds trucks right": whoever acted goes on."""
    if c.actor != "bare" or c.subject != "camera" or c.hit.form != "third":
        return False
    before = range(c.clause.first, c.hit.first)
    return c.course.path is not None and all(
        c.source.mark_of[i] >= 0 or c.is_adverb(i) or i in c.hits.told for i in before
    )


def _handles_a_thing(c: Candidate) -> bool:
    """ "pull it back", "push him away": somebody moves something."""
    pulls = c.rule.name in ("push", "pull", "roll", "crane", "track", "dolly")
    return pulls and c.hit.form != "word" and c.word(c.hit.last) in _OBJECTS


def _is_plural_verb(c: Candidate) -> bool:
    """ "apples roll to the right": a bare plural acts."""
    before = c.word(c.hit.first - 1)
    plural = len(before) > 2 and before.endswith("s") and not before.endswith("ss")
    plural = plural and not c.is_a("measure", c.hit.first - 1)
    verb = c.hit.form == "base" or c.rule.name in ("push_noun", "pull_noun")
    return c.hit.lang == "en" and verb and plural and not c.told_how


def _is_a_thing(c: Candidate) -> bool:
    """ "one pulls out", "the dolly carries boxes", « le zoom de son appareil »."""
    before, after = c.word(c.hit.first - 1), c.word(c.hit.last)
    if c.hit.form == "third" and c.hit.lang == "en" and before in _FOR_ONE:
        return True
    if c.hit.lang == "fr" and c.is_a("posture", c.hit.last):
        return True  # « un zoom posé sur la table »
    around = c.word(c.hit.last - 1) == "autour"  # « un demi-cercle autour de ma table »
    if after in ("of", "de", "d'") and c.is_a("owner", c.hit.last + 1) and not around:
        return True
    if c.course.path is None and c.is_a("owner", c.hit.first - 1):
        return True
    if not c.is_a("definite", c.hit.first - 1):
        return False
    if _thing_acts(c):
        return True
    if c.course.path is not None:
        return False
    if c.hit.lang != "en" or not after.endswith("s") or after.endswith("ss"):
        return False
    known = any(c.is_a(name, c.hit.last) for name in ("auxiliary", "preposition", "sides"))
    return not known and all(h.first != c.hit.last for h in (*c.hits.heads, *c.hits.manner))


def _is_handled(c: Candidate) -> bool:
    """ "the crew hoists the boom up": somebody does something to it."""
    verb = c.word(c.hit.first - 2)
    acts = c.hit.lang == "en" and len(verb) > 3 and verb.endswith("s") and not verb.endswith("ss")
    known = any(c.is_a(n, c.hit.first - 2) for n in ("auxiliary", "preposition", "adverb"))
    doers = range(c.clause.first, c.hit.first - 2)
    filmed = any(c.is_a(n, i) for i in doers for n in ("camera", "picture", "we"))
    named = c.is_a("definite", c.hit.first - 1) and len(doers) > 0 and not filmed
    return acts and named and not known


def _thing_acts(c: Candidate) -> bool:
    """ "the dolly on the shelf wears a dress", « le zoom posé sur la table brille »."""
    if c.course.path is not None and c.course.strong:
        return False
    at = c.hit.last
    placed = c.is_a("preposition", at) or c.hits.weak_at.get(at) is not None
    moves = [h for h in c.hits.heads if head(h.concept).test in ("hard", "free")]
    grammar = (*moves, *c.hits.manner, *c.hits.paths)
    told = {i for h in grammar for i in range(h.first, h.last)}
    for i in range(at + 2, c.clause.last):
        if i in told or c.source.mark_of[i] >= 0 or not placed:
            return False
        if c.is_a("determiner", i - 1) or c.is_a("preposition", i - 1):
            continue
        if _is_finite(c, i):
            return True
    return False


def _is_finite(c: Candidate, at: int) -> bool:
    """Whether a verb that a thing may do stands at token ``at``: "wears a dress", « brille »."""
    named = c.is_a("determiner", at + 1)
    if c.hit.lang == "en":
        word = c.word(at)
        named = named or c.word(at + 1) == "at"  # "stares at nothing"
        return named and len(word) > 3 and word.endswith("s") and not word.endswith("ss")
    window = c.source.tokens[at : at + 3]
    found = (lexicon("fr").match(name, window, 0) for name in ("stir", "actions"))
    acts = any(hit is not None and hit.form == "third" for hit in found)
    return acts and (named or at + 1 == c.clause.last)


def _lies_somewhere(c: Candidate) -> bool:
    """ "on track", "full of pans": a place, not a move; but "push in, pan left" ends a path."""
    ends = {h.last for h in c.hits.heads}
    after_path = any(
        w.last == c.hit.first and w.first in ends for w in (*c.hits.weak, *c.hits.paths)
    )
    return c.hit.first not in ends and not after_path and c.word(c.hit.first - 1) in PLACES


def _on_a_thing(c: Candidate) -> bool:
    """ "sits on a dolly", "under a crane": gear in the picture."""
    article = c.is_a("determiner", c.hit.first - 1)
    return article and c.word(c.hit.first - 2) in _BESIDE


def _vehicle_moves(c: Candidate) -> bool:
    """ "truck left" is a move, "a truck left the station" is not."""
    if c.course.path is None:
        return c.hit.form == "ing"
    into = c.is_a("preposition", c.course.last - 1)  # "truck in to the stage"
    if c.hit.form in ("third", "past") or (c.is_a("determiner", c.course.last) and not into):
        return False
    before = c.hit.first - 1
    if before < c.clause.first or c.hit.form == "ing":
        return True
    told = any(h.last == c.hit.first for h in (*c.hits.manner, *c.hits.paths))
    return told or c.source.mark_of[before] >= 0 or not c.source.tokens[before].is_word


def _in_camera_context(c: Candidate) -> bool:
    """Whether something says that "pan", "track" … is no thing here."""
    if c.routed or c.told_how or c.hits.asks or _commands(c):
        return True
    if any(c.is_a("core", i) for i in range(c.hit.first - 3, c.hit.first)):
        return True
    after = [w.concept for w in c.hits.weak if w.first == c.hit.last]
    if set(after) & {"across", "over", "around", "along"}:
        leaving = c.actor == "bare" and c.word(c.clause.first) in ("from", "depuis")
        return leaving or c.hit.first == c.clause.first or c.hit.form != "word"
    return c.alone


def _commands(c: Candidate) -> bool:
    """ "Orbit the vase", "then track the runner": an order with its object."""
    opens = c.hit.first == c.clause.first and c.clause.link in ("sentence", "then", "colon")
    told = c.hit.form == "base" and not c.rule.vehicle and c.subject != "other"
    at = c.hit.last + (c.word(c.hit.last) in ("with", "from", "past"))
    return opens and told and c.is_a("definite", at)

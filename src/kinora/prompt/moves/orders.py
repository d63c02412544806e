"""Orders: what is said to whoever holds the camera ("move back", "could you go up a bit")."""

from __future__ import annotations

from kinora.prompt.moves.candidates import Candidate

_ORDERS = frozenset(
    {
        "straighten",
        "lower_gaze",
        "follow",
        "approach",
        "circle",
        "reveal",
        "sweep",
        "survey",
        "retreat",
        "reverse",
    }
)
_ELEVATORS = frozenset({"rise", "descend", "climb", "dive"})  # "sink below the surface"
_DENIALS = frozenset({"pas", "plus", "jamais", "surtout"})  # « ne bouge surtout pas la caméra »
_LENS_ORDERS = frozenset({"widen", "tighten"})
#: Heads whose verb may also be done to a thing: "move the chair left", "turn the lamp down".
_TRANSITIVE = frozenset({"move", "turn", "rotate", "rise", "descend", "climb", "pivot", "lean"})
_TRANSITIVE_FR = _TRANSITIVE | {"glide", "approach", "retreat", "straighten", "incline"}

#: French verbs whose object is a place or what is seen: « longez les vitrines ».
_PAST_PLACES = (
    "allons",
    "allez",
    "aller",
    "voir",
    "regard",
    "long",
    "frol",
    "effleur",
    "ras",
    "grav",
    "escalad",
)


def moves_the_camera(c: Candidate) -> bool:
    """ "Move the camera back", « faire monter la caméra »: said to whoever holds it."""
    if c.actor == "other" or c.hit.form not in ("base", "third"):
        return False
    if c.hit.form == "third" and not (c.hit.lang == "fr" and _opens_clause(c)):
        return False
    at = _object_at(c)
    eye = c.is_a("core", at + 1) or (c.word(at + 1) == "point" and c.word(at + 3) == "vue")
    return c.is_a("definite", at) and eye and not c.is_a("operator", at + 2)


def _object_at(c: Candidate) -> int:
    """The token after the head and what tells how and where it goes."""
    at = c.hit.last
    while at < c.clause.last:
        path = c.hits.strong_at.get(at)
        weak = c.hits.weak_at.get(at)
        if weak is not None and weak.last > at + 1:
            return c.clause.last  # « glisser le long du bar »
        if path is not None and c.is_a("preposition", path.last - 1):
            return c.clause.last  # "head toward the lighthouse": the noun is where it leads
        if path is not None:
            at = path.last
        elif (
            at in c.hits.told
            or c.word(at) in _DENIALS
            or (c.is_adverb(at) and not c.is_a("determiner", at))
        ):
            at += 1
        else:
            break
    return at


def _moves_a_thing(c: Candidate) -> bool:
    """ "Move the chair left": the verb has an object, and it isn't the camera."""
    french = c.hit.lang == "fr"
    if c.hit.concept not in (_TRANSITIVE_FR if french else _TRANSITIVE):
        return False
    if french and c.word(c.hit.first).startswith(_PAST_PLACES):
        return False
    at = _object_at(c)
    named = c.is_a("determiner", at) or c.is_a("owner", at)
    named = named and c.word(at) not in ("du", "des")  # « approche du feu » has no object
    pictures = ("camera", "picture")
    return named and not any(c.is_a(name, i) for name in pictures for i in (at + 1, at + 2))


def is_order(c: Candidate) -> bool:
    """ "Move forward slowly", "could you go up a bit": said to the one who holds the camera."""
    if _moves_a_thing(c):
        return False
    if _is_asked(c):
        return c.rule.becomes.get("bare", "?") != "?" or c.course.path is not None
    if c.hit.form == "ing" and _opens_clause(c):
        if c.next_subject == "camera":
            return True  # « en reculant, la caméra monte »
        by = "en" in (c.word(c.hit.first - 1), c.lead_in) and c.alone and not c.closes_sentence
        if by and c.next_subject is None and c.last_subject != "other":
            return True  # « tout en montant, tourne à gauche »
    if c.course.path is None and c.last_subject != "camera":
        return _opens_as_order(c)
    if c.clause.link not in ("sentence", "then", "colon", "comma") or not _opens_clause(c):
        return False
    if c.hit.form == "ing" and c.last_subject is None and c.opens_sentence:
        known = c.beside or (c.course.path is None and c.rule.becomes.get("bare", "?") != "?")
        return known and c.closes_sentence  # "slowly coming around the car"
    if c.hit.form == "base" or (c.hit.lang == "fr" and c.hit.form == "third"):
        told = c.last_subject != "other" or c.clause.link in ("sentence", "colon")
        return told or (c.after_an_aside and _is_imperative(c))
    return c.hit.form == "ing" and "camera" in (c.next_subject, c.last_subject)


def _is_asked(c: Candidate) -> bool:
    """ "could you go up a bit", "start by pulling back", « tu peux reculer ? »."""
    if not c.hits.asks or c.hits.asks[0].last > c.hit.first or not _opens_clause(c):
        return False
    if c.hit.form == "ing":
        return c.word(c.hit.first - 1) == "by"
    return c.hit.form == "base" or (c.hit.lang == "fr" and c.hit.form == "third")


def by_an_order(c: Candidate) -> bool:
    """« Passe derrière lui en tournant »: how an order that opens the clause is met."""
    opening = c.hits.heads[0]
    told = c.word(c.hit.first - 1) in ("en", "by") and opening.first == c.clause.first
    return told and opening.form in ("base", "third") and c.subject != "other"


def _opens_clause(c: Candidate) -> bool:
    """Whether only adverbs, times and words of asking stand before the head."""
    return all(
        c.source.mark_of[i] >= 0
        or i in c.hits.asking
        or not c.source.tokens[i].is_word
        or c.is_adverb(i)
        or c.is_a("auxiliary", i)
        for i in range(c.clause.first, c.hit.first)
    )


def _opens_as_order(c: Candidate) -> bool:
    """ "Follow the car": an infinitive or imperative at the very start, of a telling verb."""
    if not _is_imperative(c) or not _opens_clause(c):
        return False
    telling = c.rule.becomes.get("bare", "?") != "?"
    if c.hit.concept == "retreat" and _before_a_noun(c):
        return False
    phrase = c.hit.lang == "en" and c.hit.last - c.hit.first > 1  # "Get lower, almost to …"
    if (
        telling and c.alone and (c.timed or c.closes_sentence or phrase)
    ):  # "Rise.", "shake 1 s, hold 1 s"
        return True
    if c.clause.link not in ("sentence", "colon") and not c.opens_sentence:
        return False
    if c.hit.concept in _LENS_ORDERS and not _names_a_thing(c, c.hit.last):
        return True
    after = c.hit.last
    while after in c.hits.told or (after < c.clause.last and c.is_adverb(after)):
        after += 1
    leads = c.hit.concept in _ELEVATORS and c.is_a("preposition", after)
    leads = leads or (c.hit.concept == "sway" and c.hit.last - c.hit.first > 1)
    return telling and (leads or c.hit.lang == "fr" or c.hit.concept in _ORDERS)


def _before_a_noun(c: Candidate) -> bool:
    """ "Retreat house in the woods": the word is part of a name."""
    at = c.hit.last
    known = c.is_adverb(at) or at in c.hits.told or at in c.hits.strong_at or at in c.hits.asking
    return c.hit.lang == "en" and not known and _names_a_thing(c, at)


def _is_imperative(c: Candidate) -> bool:
    """The form of an order: « recule » looks like "he moves back" but nobody is named."""
    if c.hit.form == "base":
        return True
    return c.hit.lang == "fr" and c.hit.form == "third" and not c.word(c.hit.first).endswith("ent")


def _names_a_thing(c: Candidate, at: int) -> bool:
    """Whether an object that isn't the picture stands at token ``at``: "widen the road"."""
    if at >= c.clause.last or c.is_a("preposition", at):
        return False
    return not any(c.is_a("camera", i) for i in (at, at + 1))

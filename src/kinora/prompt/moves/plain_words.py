"""Plain verbs and nouns of movement ("glide", "a slow rise") count where the camera acts."""

from __future__ import annotations

from kinora.prompt.moves.candidates import Candidate
from kinora.prompt.moves.orders import by_an_order, is_order, moves_the_camera

_PICTURE_MOVES = frozenset({"sway", "shaking"})
_ADJECTIVES = 2  # tokens from an article to the noun it stands with
_SLIDES = frozenset({"move", "glide", "rotate", "turn", "pivot"})  # "the image drifts left"
_LENS = frozenset({"widen", "tighten"})
_FIELDS = frozenset({"champ", "angle", "field"})
_CRANES = frozenset({"crane", "jib", "boom", "grue", "louma"})
_LIFTS = frozenset({"rise", "climb", "descend"})
_SHORT_WAYS = frozenset(
    ["in", "out", "left", "right", "up", "down", "cw", "ccw", "around", "across"]
)
_GOALS = frozenset(["vers", "jusqu'", "toward", "towards", "to", "through", "a travers"])


def plain_verb(c: Candidate) -> bool:
    """Whether a plain verb ("glide", "rise") is the camera's: it must be the one acting."""
    if c.actor == "camera" or _of_the_camera(c) or moves_the_camera(c):
        return True
    if c.hit.form == "ing" and c.beside and c.word(c.course.last) in ("shot", "camera", "view"):
        return True  # "travelling backward shot"
    if _named_move(c):
        return True
    noun = c.hit.form == "past" or (c.hit.form == "third" and c.told_before)
    if noun and c.hit.lang == "fr" and (_opens_as_noun(c) or _is_all(c)):
        return True  # « lente avancée vers la porte »
    if c.hit.form == "ing" and by_an_order(c):
        return True
    if c.clause.link == "but" and c.beside and c.hit.form == "base":
        first = c.clause.first
        if c.is_a("determiner", first) and c.hit.first - first <= _ADJECTIVES:
            return True  # "not a zoom but a real move forward"
    if c.actor == "other":
        slides = c.rule.name in _SLIDES and c.beside and _is_the_picture(c)
        moved = slides or (c.rule.name in _PICTURE_MOVES and c.of_the_picture)
        return moved or by_crane(c) or (c.rule.name in _LENS and _of_the_field(c))
    if c.actor == "article":
        titled = c.word(c.clause.first) in ("a", "an", "un", "une")  # "A look to the right."
        named = titled and c.alone and c.course.strong and c.opens_sentence
        named = named or c.routed or c.rule.name == "fly" or (c.told_how and c.subject != "other")
        return c.beside and named  # "a fly-over of the bay", "a slow drift left"
    if c.subject is not None:
        return c.subject == "camera" or (c.after_an_aside and is_order(c))
    if c.quiet:
        return False
    return c.routed or is_order(c)


def _is_the_picture(c: Candidate) -> bool:
    """ "the image slowly drifts": the picture itself, right before its verb."""
    at = c.hit.first - 1
    while at > c.clause.first and (c.is_adverb(at) or at in c.hits.told):
        at -= 1
    return c.is_a("picture", at) and c.is_a("definite", at - 1)


def by_crane(c: Candidate) -> bool:
    """« La grue s'élève au-dessus de la crête »: the crane that carries the camera."""
    at = c.hit.first - 1
    while at > c.clause.first and (c.is_adverb(at) or c.word(at) in ("s'", "se")):
        at -= 1
    gear = c.word(at) in _CRANES and c.is_a("definite", at - 1)
    return gear and c.rule.name in _LIFTS and not c.is_a("determiner", c.hit.last)


def _of_the_field(c: Candidate) -> bool:
    """ "the angle widens", « le champ s'élargit »."""
    return any(c.word(i) in _FIELDS for i in range(c.hit.first - 3, c.hit.first)) or (
        c.of_the_picture
    )


def _named_move(c: Candidate) -> bool:
    """ "slow lateral slide to the left", "slow creep in": a verb as the name of a move."""
    if c.quiet or not c.told_before or c.hit.form != "base" or c.hit.lang != "en":
        return False
    if c.alone and c.closes_sentence and c.rule.becomes.get("bare", "?") != "?":
        return True  # "slow retreat"
    return (c.beside and c.course.path in _SHORT_WAYS) or (
        c.course.path is None and c.hit.last - c.hit.first > 1
    )


def _of_the_camera(c: Candidate) -> bool:
    """ "a gentle rise of the camera", « recul de la caméra »."""
    words = [c.word(i) for i in range(c.hit.last, c.hit.last + 4)]
    return words[0] in ("of", "de", "d'") and "camera" in words


def noun(c: Candidate) -> bool:
    """Whether a noun of movement ("approach", « recul ») is the camera's."""
    if any(c.is_a("core", i) for i in range(c.clause.first, c.clause.last)):
        return True
    if c.rule.name == "shake_noun":
        return c.alone and not c.quiet
    going = c.beside and c.course.strong
    if _opens_as_noun(c) or _is_all(c) or _is_joined(c):
        return True
    if c.told_how and (going or c.course.path == "along") and c.subject != "other":
        return not c.quiet
    if c.routed or c.subject == "camera":
        return going or c.course.path == "along" or c.rule.becomes.get("bare", "?") != "?"
    return False


def _is_joined(c: Candidate) -> bool:
    """ "rack focus and withdrawal", « bascule de point et recul »: beside another move."""
    at = c.hit.first - 1
    while at > c.clause.first and c.leads(at):
        at -= 1
    ends = {end for h in c.hits.heads for end in (h.last, h.last + 1) if h.first < c.hit.first}
    ends |= {p.last for p in c.hits.paths}
    known = c.rule.becomes.get("bare", "?") != "?" or c.beside
    return c.is_a("joiner", at) and at in ends and known and c.subject != "other" and not c.quiet


def _is_all(c: Candidate) -> bool:
    """« Pendant la première moitié, recul »: nothing but the noun, and when."""
    known = c.rule.becomes.get("bare", "?") != "?"
    return known and c.alone and c.timed and c.actor != "other" and not c.quiet


def _has_goal(c: Candidate, at: int) -> bool:
    """ "descent to the pond", « ascension le long des étages »."""
    weak = c.hits.weak_at.get(at)
    if any(h.first == at and h.concept == "crane_shot" for h in c.hits.heads):
        return True  # « montée à la grue »
    return c.word(at) in (*_GOALS, "depuis", "from") or (
        weak is not None and weak.concept in ("along", "over")
    )


def _leads_on(c: Candidate, at: int) -> bool:
    """« recul lent de l'œil au visage »: from one thing to another, not of one."""
    french = c.hit.lang == "fr"
    return french and any(c.word(i) in ("a", "au", "aux", "jusqu'") for i in range(at + 2, at + 6))


def _opens_as_noun(c: Candidate) -> bool:
    """« Éloignement progressif », « lente avancée vers la porte »: told how, of nothing else."""
    at = c.hit.last
    while at in c.hits.told:
        at += 1
    going = c.beside and c.course.strong
    told = c.told_how or at > c.hit.last or going or _has_goal(c, at)
    opens = all(c.leads(i) for i in range(c.clause.first, c.hit.first))
    along = c.beside and c.course.path in ("along", "over", "around", "through")
    known = c.rule.becomes.get("bare", "?") != "?" or going or along
    owned = c.word(at) in ("of", "de", "du", "des", "d'")
    named = at + 1 + c.is_a("definite", at + 1)  # « de l'image »
    owned = owned and not any(c.is_a(n, named) for n in ("camera", "picture", "number"))
    owned = owned and not c.word(at + 1)[:1].isdigit() and not _leads_on(c, at)
    return told and opens and known and not owned and not c.quiet


def way(c: Candidate) -> bool:
    """ "Wider.", "tighter on the eyes": a fragment that tells how the framing changes."""
    if c.actor == "camera":
        return True
    if c.quiet or c.subject == "other":
        return False
    opens = all(c.leads(i) or c.is_adverb(i) for i in range(c.clause.first, c.hit.first))
    return opens and (c.alone or c.word(c.hit.last) in ("on", "sur"))

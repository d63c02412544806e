"""Does a head count as a camera move? One test per kind of head (see ``heads.yaml``)."""

from __future__ import annotations

from kinora.prompt.candidates import Candidate
from kinora.prompt.lexicon import lexicon
from kinora.prompt.orders import by_an_order, is_order, moves_the_camera
from kinora.prompt.scan import head

_FOR_ONE = frozenset(["one", "each", "another", "both", "all", "some"])
_BROADCAST = frozenset({"tv", "television", "radio", "news", "sitcom", "noise", "hiss", "signal"})
_PLACES = frozenset(["on", "in", "of", "from", "into", "onto", "near", "under", "behind", "sur"])
_OF = frozenset({"of", "de", "du", "des", "d'"})
_OBJECTS = frozenset(["it", "him", "her", "them", "himself", "herself", "themselves"])
_DONE_BY_PEOPLE = frozenset({"rack_focus", "dutch_roll"})
_SUBJECTS = frozenset(
    {"focus", "sharpness", "focal", "plane", "point", "nettete", "mise", "la", "le"}
)
_PICTURE_MOVES = frozenset({"sway", "shaking"})
_LENS = frozenset({"widen", "tighten"})
_FIELDS = frozenset({"champ", "angle", "field"})
_CRANES = frozenset({"crane", "jib", "boom", "grue", "louma"})
_LIFTS = frozenset({"rise", "climb", "descend"})
_SHORT_WAYS = frozenset(
    ["in", "out", "left", "right", "up", "down", "cw", "ccw", "around", "across"]
)
_GOALS = frozenset(["vers", "jusqu'", "toward", "towards", "to", "through", "a travers"])
_BESIDE = frozenset(
    ["on", "under", "behind", "near", "by", "beside", "against", "sur", "sous", "pres", "contre"]
)
_ADJECTIVES = 2  # unknown words before the name of a move
_VERBS = ("third", "ing", "past")
_OWN = frozenset(["the", "her", "his", "their", "its", "la", "le", "les", "sa", "son", "ses"])
_HEADS = frozenset(
    [
        "head",
        "heads",
        "face",
        "eyes",
        "chin",
        "gaze",
        "tete",
        "tetes",
        "visage",
        "yeux",
        "menton",
        "regard",
    ]
)


def accepts(candidate: Candidate) -> bool:
    """Whether the candidate is a camera move."""
    rule = candidate.rule
    if _moves_a_head(candidate):
        return False
    if rule.name == "rack_focus" and candidate.is_a("owner", candidate.hit.first - 1):
        return False  # "her focus shifts" speaks of her attention
    if rule.timed and not (candidate.timed or candidate.routed):
        return False  # "nothing" is stillness only where a time is told
    if rule.name == "tilt" and candidate.hit.form == "past" and candidate.course.nearest:
        return False  # "camera tilted right" is an angle
    if rule.needs and candidate.course.path is None and not _noun_use(candidate):
        return False
    stands = candidate.subject == "other" or _is_in_the_picture(candidate)
    if rule.mount and stands and not candidate.alone:
        return False  # "the cameraman backs up, his tripod on his shoulder"
    if rule.name in _DONE_BY_PEOPLE and _is_done_by_another(candidate):
        return False  # "the old woman shifts focus to the girl"
    if rule.platform and _does_something(candidate):
        return False  # « un drone livre un colis »
    on_it = candidate.word(candidate.hit.first) in _PLACES
    if rule.name == "crane_shot" and candidate.actor == "other" and on_it:
        return False  # "a man on a crane waves"
    return rule.test == "free" or _TESTS[rule.test](candidate)


def _does_something(c: Candidate) -> bool:
    """Whether a flying thing acts: an article before it, and a verb that is no move after it."""
    at = c.hit.last
    if c.hit.lang != "fr" or at - c.hit.first > 1 or not c.is_a("determiner", c.hit.first - 1):
        return False
    grammar = (*c.hits.heads, *c.hits.manner, *c.hits.paths, *c.hits.weak)
    known = any(h.first <= at < h.last for h in grammar) or c.is_adverb(at)
    lists = ("preposition", "relative", "conjunction", "auxiliary", "picture")
    known = known or any(c.is_a(name, at) for name in lists)
    return bool(c.word(at)) and c.word(at)[0].isalpha() and not known


def _is_done_by_another(c: Candidate) -> bool:
    verb = c.hit.form in (*_VERBS, "base") and c.word(c.hit.first) not in _SUBJECTS
    return verb and c.actor == "other" and not _of_the_picture(c)


def _is_in_the_picture(c: Candidate) -> bool:
    """ "a tripod and a lamp on the table": gear, not the way of filming."""
    named = c.word(c.hit.first - 1) in ("a", "an", "un", "une")
    return named and c.hit.last - c.hit.first == 1 and not c.routed


def _noun_use(c: Candidate) -> bool:
    """ "a slow cinematic push": no path, but a noun told how it goes."""
    if "bare" not in c.rule.becomes or c.hit.form not in ("base", "word"):
        return False
    near = any(c.hit.first - 2 <= h.last <= c.hit.first for h in c.hits.manner)
    if c.is_a("determiner", c.hit.last):
        return False
    return near or (c.alone and c.actor == "bare")  # "push", "3 s push"


# -- jargon: only another named subject spoils it ---------------------------------------------


def _hard(c: Candidate) -> bool:
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
        if c.rule.jargon and c.course.path is not None:
            return c.hit.form not in ("third", "past") or _of_the_picture(c)
        if _is_plural_verb(c):
            return False
        verb = c.hit.lang == "fr" and c.rule.name == "orbit"  # « un chien orbite autour de nous »
        noun = c.hit.form in ("base", "word") and not (c.rule.vehicle or verb)
        return noun and ((c.beside and c.course.strong) or _is_a_title(c))
    thing = c.rule.thing and not _is_long(c) and not c.word(c.hit.first).startswith("pano")
    if thing and not c.beside and not _in_camera_context(c):
        return False
    if c.actor == "article" and c.course.path is None and _on_a_thing(c):
        return False
    if c.rule.thing and c.hit.form in ("base", "word") and _lies_somewhere(c):
        return False
    if c.actor == "article":
        return not _is_a_thing(c)
    verb = c.hit.form in _VERBS
    if verb and c.subject == "other" and not c.rule.jargon:
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


def _moves_a_head(c: Candidate) -> bool:
    """« elle tourne la tête », "tilts her face up": a camera has none."""
    turns = c.rule.name in ("pan", "tilt", "roll", "turn", "pedestal")
    its = c.word(c.hit.last) in _OWN and c.word(c.hit.last + 1) in _HEADS
    return turns and c.hit.form != "word" and its


def _is_plural_verb(c: Candidate) -> bool:
    """ "apples roll to the right": a bare plural acts."""
    before = c.word(c.hit.first - 1)
    plural = len(before) > 2 and before.endswith("s") and not before.endswith("ss")
    plural = plural and not c.is_a("measure", c.hit.first - 1)
    return c.hit.lang == "en" and c.hit.form == "base" and plural and not c.told_how


def _is_a_thing(c: Candidate) -> bool:
    """ "one pulls out", "the dolly carries boxes", « le zoom de son appareil »."""
    before, after = c.word(c.hit.first - 1), c.word(c.hit.last)
    if c.hit.form == "third" and c.hit.lang == "en" and before in _FOR_ONE:
        return True
    if c.hit.lang == "fr" and c.is_a("posture", c.hit.last):
        return True  # « un zoom posé sur la table »
    if after in ("of", "de", "d'") and c.is_a("owner", c.hit.last + 1):
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
    return c.hit.first not in ends and not after_path and c.word(c.hit.first - 1) in _PLACES


def _on_a_thing(c: Candidate) -> bool:
    """ "sits on a dolly", "under a crane": gear in the picture."""
    article = c.is_a("determiner", c.hit.first - 1)
    return article and c.word(c.hit.first - 2) in _BESIDE


def _vehicle_moves(c: Candidate) -> bool:
    """ "truck left" is a move, "a truck left the station" is not."""
    if c.course.path is None:
        return c.hit.form == "ing"
    if c.hit.form in ("third", "past") or c.is_a("determiner", c.course.last):
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


# -- plain verbs: the camera must be the one acting -------------------------------------------


def _soft(c: Candidate) -> bool:
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
    if c.actor == "other":
        moved = c.rule.name in _PICTURE_MOVES and _of_the_picture(c)
        return moved or by_crane(c) or (c.rule.name in _LENS and _of_the_field(c))
    if c.actor == "article":
        named = c.routed or c.rule.name == "fly" or (c.told_how and c.subject != "other")
        return c.beside and named  # "a fly-over of the bay", "a slow drift left"
    if c.subject is not None:
        return c.subject == "camera" or (c.after_an_aside and is_order(c))
    if c.quiet:
        return False
    return c.routed or is_order(c)


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
        _of_the_picture(c)
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


# -- stillness ---------------------------------------------------------------------------------


def _state(c: Candidate) -> bool:
    if c.actor == "camera" or _shot_follows(c):
        return True
    if c.actor == "other":
        near = any(c.is_a("camera", i) for i in range(c.hit.first - 3, c.hit.first))
        return near or _of_the_picture(c)
    if c.quiet or _about_broadcast(c):
        return False
    if c.subject == "other" and c.actor != "article":
        return c.alone
    return c.timed or c.alone or c.routed


def _shot_follows(c: Candidate) -> bool:
    """ "static wide shot"."""
    for at in range(c.hit.last, c.hit.last + 5):
        if c.is_a("camera", at):
            return True
        if c.is_a("preposition", at):
            return False
    return False


def _of_the_picture(c: Candidate) -> bool:
    """ "the picture stays put", « que l'image reste fixe »; not "a shot of a dancer waiting"."""
    before = range(c.clause.first, c.hit.first)
    if len(before) > 8:
        return False
    names = [i for i in before if c.is_a("picture", i)]
    return bool(names) and all(c.word(i) not in _OF for i in range(names[-1], c.hit.first))


def _about_broadcast(c: Candidate) -> bool:
    """ "news, static, a sitcom" speaks of a set, not of the camera."""
    near = range(max(0, c.hit.first - 20), min(len(c.source.tokens), c.hit.last + 20))
    return any(c.source.tokens[i].text in _BROADCAST for i in near)


def _hold(c: Candidate) -> bool:
    if c.actor == "camera":
        return True
    if c.actor == "other":
        return _of_the_picture(c)
    if c.quiet:
        return False
    if c.subject == "other":
        return c.timed and c.actor == "article"
    if c.routed or c.subject == "camera" or c.timed:
        return True
    leads = {c.word(c.hit.last), c.word(c.hit.last - 1)}
    return c.alone or bool(leads & {"on", "there", "sur", "for", "at"})


# -- nouns of movement -------------------------------------------------------------------------


def _noun(c: Candidate) -> bool:
    if any(c.is_a("core", i) for i in range(c.clause.first, c.clause.last)):
        return True
    if c.rule.name == "shake_noun":
        return c.alone and not c.quiet
    going = c.beside and c.course.strong
    if _opens_as_noun(c) or _is_all(c):
        return True
    if c.told_how and (going or c.course.path == "along") and c.subject != "other":
        return not c.quiet
    if c.routed or c.subject == "camera":
        return going or c.course.path == "along" or c.rule.becomes.get("bare", "?") != "?"
    return False


def _is_all(c: Candidate) -> bool:
    """« Pendant la première moitié, recul »: nothing but the noun, and when."""
    known = c.rule.becomes.get("bare", "?") != "?"
    return known and c.alone and c.timed and c.actor != "other" and not c.quiet


def _has_goal(c: Candidate, at: int) -> bool:
    """ "descent to the pond", « ascension le long des étages »."""
    weak = c.hits.weak_at.get(at)
    if any(h.first == at and h.concept == "crane_shot" for h in c.hits.heads):
        return True  # « montée à la grue »
    return c.word(at) in _GOALS or (weak is not None and weak.concept in ("along", "over"))


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
    owned = owned and not any(c.is_a(n, at + 1) for n in ("camera", "picture", "number"))
    owned = owned and not c.word(at + 1)[:1].isdigit()
    return told and opens and known and not owned and not c.quiet


# -- ways: "wider", « plus serré » ---------------------------------------------------------------


def _way(c: Candidate) -> bool:
    """ "Wider.", "tighter on the eyes": a fragment that tells how the framing changes."""
    if c.actor == "camera":
        return True
    if c.quiet or c.subject == "other":
        return False
    opens = all(c.leads(i) or c.is_adverb(i) for i in range(c.clause.first, c.hit.first))
    return opens and (c.alone or c.word(c.hit.last) in ("on", "sur"))


def _only(c: Candidate) -> bool:
    """ "…, not the camera": a clause that says nothing else."""
    return c.alone and not c.quiet and c.hit.last == c.clause.last


_TESTS = {
    "only": _only,
    "hard": _hard,
    "soft": _soft,
    "state": _state,
    "hold": _hold,
    "noun": _noun,
    "way": _way,
}

"""Does a head count as a camera move? One test per kind of head (see ``heads.yaml``)."""

from __future__ import annotations

from collections.abc import Callable

from kinora.prompt.moves.candidates import Candidate
from kinora.prompt.moves.jargon import PLACES, VERBS, jargon
from kinora.prompt.moves.plain_words import noun, plain_verb, way
from kinora.prompt.moves.stillness import hold, sequel, still

_DONE_BY_PEOPLE = frozenset({"rack_focus", "dutch_roll"})
_SUBJECTS = frozenset(
    {"focus", "sharpness", "focal", "plane", "point", "nettete", "mise", "la", "le"}
)
_HELD = frozenset(
    ["fan", "radio", "phone", "device", "mirror", "console", "game", "torch", "lantern", "mixer",
     "drill", "vacuum", "microphone", "mic", "flag", "sparkler", "scanner", "computer", "sign",
     "whisk", "blender", "torchlight", "flashlight", "recorder", "gps", "tool"]
)  # fmt: skip
_BROKEN = frozenset({"broken", "folded", "casse", "plie"})
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
    angle = candidate.course.nearest or candidate.course.path is None
    if rule.name == "tilt" and candidate.hit.form == "past" and angle:
        return False  # "camera tilted right" is an angle
    if candidate.hit.form == "past" and candidate.is_a("openers", candidate.hit.first - 1):
        return False  # "start zoomed in on the ring" is how it looks then
    if rule.needs and candidate.course.path is None and not _noun_use(candidate):
        return False
    stands = candidate.subject == "other" or _is_in_the_picture(candidate)
    if rule.mount and stands and not candidate.alone:
        return False  # "the cameraman backs up, his tripod on his shoulder"
    if rule.mount and any(candidate.word(i) in _BROKEN for i in _beside(candidate)):
        return False  # "a broken tripod"
    if rule.name == "handheld" and _is_held_in_a_hand(candidate):
        return False  # "a handheld fan"
    if rule.name in _DONE_BY_PEOPLE and _is_done_by_another(candidate):
        return False  # "the old woman shifts focus to the girl"
    if rule.platform and _does_something(candidate):
        return False  # « un drone livre un colis »
    on_it = candidate.word(candidate.hit.first) in PLACES
    after_a_move = any(h.last <= candidate.hit.first for h in candidate.hits.heads)
    if rule.name == "crane_shot" and candidate.actor == "other" and on_it and not after_a_move:
        return False  # "a man on a crane waves"
    return rule.test == "free" or _TESTS[rule.test](candidate)


def _is_held_in_a_hand(c: Candidate) -> bool:
    at = c.hit.last
    return c.word(c.hit.first - 1) in ("a", "an", "his", "her", "the") and c.word(at) in _HELD


def _beside(c: Candidate) -> tuple[int, int]:
    return c.hit.first - 1, c.hit.last


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
    verb = c.hit.form in (*VERBS, "base") and c.word(c.hit.first) not in _SUBJECTS
    return verb and c.actor == "other" and not c.of_the_picture


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


def _moves_a_head(c: Candidate) -> bool:
    """« elle tourne la tête », "tilts her face up": a camera has none."""
    turns = c.rule.name in ("pan", "tilt", "roll", "turn", "pedestal")
    its = c.word(c.hit.last) in _OWN and c.word(c.hit.last + 1) in _HEADS
    return turns and c.hit.form != "word" and its


def _stands_alone(c: Candidate) -> bool:
    """ "…, not the camera": a clause that says nothing else."""
    return c.alone and not c.quiet and c.hit.last == c.clause.last


_TESTS: dict[str, Callable[[Candidate], bool]] = {
    "only": _stands_alone,
    "hard": jargon,
    "soft": plain_verb,
    "state": still,
    "sequel": sequel,
    "hold": hold,
    "noun": noun,
    "way": way,
}

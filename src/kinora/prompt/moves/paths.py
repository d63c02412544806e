"""From a head word to its path: "pans slowly to the left", "upward tilt", « travelling avant »."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kinora.prompt.moves.scan import Head, Scan, head
from kinora.prompt.words.lexicon import LANGS, Hit, in_any
from kinora.prompt.words.text import Token

_REACH = 9  # words between a head and a path that can't be mistaken
_WEAK_GAP = {"in": 0, "out": 0, "up": 0, "down": 0, "to": 0}  # others: 1
_OWN_HEADS = {"orbit", "truck", "pan", "tilt", "roll", "pedestal", "crane", "zoom", "dolly", "whip"}
_FILLERS = frozenset(["and", "et", "de", "shot", "move", "s'", "vous", "toi", "itself",
                       "us", "me", "nous", "degrees", "degree", "deg", "degres", "degre", "percent",
                       "pour", "cent"])  # fmt: skip
#: Direction → the one that takes it back.
OPPOSITE = {
    "left": "right", "right": "left", "up": "down", "down": "up", "in": "out", "out": "in",
    "cw": "ccw", "ccw": "cw", "near": "far", "far": "near",
}  # fmt: skip
_THERE_AND_BACK = frozenset({"pan", "tilt", "roll", "orbit", "truck"})
_GAZING = frozenset({"turn", "gaze", "pivot", "look"})
_ROUND = frozenset({"left", "right", "side", "front", "back", "rear", "behind", "other", "far"})
_BEHIND = frozenset({"behind", "derriere"})  # "starts behind her and swings round to her face"
_NEXT_TO = frozenset({"to", "behind", "beside", "against"})
_SENSES = frozenset({"cw", "ccw", "left", "right"})
_JOINTS = frozenset({"and", "et", "&", "+"})
_AGAIN = frozenset({"again", "after", "slowly", "then", "encore", "aussi"})
_CORNERS = frozenset({"corner", "bend", "coin", "virage"})
_FROM = frozenset({"from", "de", "du", "des", "d'"})
_TO = frozenset({"to", "toward", "towards", "a", "au", "aux", "vers", "jusqu'"})
_RISERS = frozenset({"move", "walk", "glide", "rise", "climb", "fly"})  # "up over" is a crane
_LITTLE = frozenset({"little", "bit", "touch", "tad", "hair", "notch", "smidge", "fraction"})
_ARTICLES = frozenset({"the", "a", "an", "his", "her", "their", "this", "its", "my", "our"})


@dataclass(frozen=True, slots=True)
class Course:
    """What a head becomes with its path. Tokens [first, last) hold the path (head if none)."""

    op: str
    direction: str | None
    nearest: bool
    path: str | None
    first: int
    last: int
    beside: bool = False
    strong: bool = True


def find_course(
    tokens: Sequence[Token], rule: Head, hit: Hit, hits: Scan, bounds: tuple[int, int]
) -> Course:
    """The course of head ``hit`` within tokens ``bounds`` = (floor, limit)."""
    floor, limit = bounds
    aside = hits.strong_at.get(hit.last)
    if rule.name == "retreat" and aside is not None and aside.concept in ("left", "right"):
        rule = head("move")  # "moves off to the left"
    after = _within(rule, hit, hits) or _after(tokens, rule, hit, hits, limit)
    before = _before(tokens, rule, hit, hits, floor)
    path, beside = after
    weak = path is not None and hits.strong_at.get(path.first) is not path
    named = rule.test == "free" and before is not None and before.last == hit.first
    if before is not None and (path is None or not beside or weak or named):
        path, beside = before, True
    if path is None:
        op, direction, nearest = _parse(rule.becomes.get("bare", "?"))
        return Course(op, direction, nearest, None, hit.first, hit.last)
    path = _destination(tokens, hit, path, hits, limit)
    path = _aside(tokens, rule, path, hits, limit)
    if path.concept in _SENSES and _goes_around(tokens, rule, path, hits, limit):
        rule = head("orbit")  # "turns clockwise around the vase"
    path = _with_preposition(tokens, rule, path, hits, limit)
    around = rule.name in _GAZING and path.concept == "around"
    behind = any(tokens[i].text in _BEHIND for i in range(max(0, hit.first - _REACH), hit.first))
    if around and not behind and _to_a_place(tokens, path.last, limit):
        path = replace(path, concept="to", last=path.last + 1)
    rises = path.concept == "over" and rule.name in _RISERS and hits.weak_at.get(path.first) != path
    op, direction, nearest = ("crane", "up", False) if rises else _parse(rule.becomes[path.concept])
    last = path.last
    if direction is None and op in _OWN_HEADS:
        further = _direction_after(tokens, head(op), path, hits, limit)
        if further is not None:
            further = _destination(tokens, path, further, hits, limit)
            op, direction, _ = _parse(head(op).becomes[further.concept])
            last = further.last
    strong = hits.strong_at.get(path.first) is path
    return Course(op, direction, nearest, path.concept, path.first, last, beside, strong)


def _with_preposition(
    tokens: Sequence[Token], rule: Head, path: Hit, hits: Scan, limit: int
) -> Hit:
    """ "walks up to the gate" nears it, "floats up over the wall" rises above it."""
    after = path.last
    if path.concept != "up" or after >= limit:
        return path
    near = tokens[after].text in _NEXT_TO or (tokens[after].text == "on" and rule.name == "walk")
    if near and "upto" in rule.becomes:
        goal = [tokens[i].text for i in range(after + 1, min(after + 4, limit))]
        high = any(in_any(name, word, LANGS) for name in ("high", "body") for word in goal)
        return path if high else replace(path, concept="upto", last=after + 1)
    after += tokens[after].text == "and"
    over = hits.weak_at.get(after)
    if over is not None and over.concept == "over" and rule.name in _RISERS and over.last <= limit:
        return replace(path, concept="over", last=over.last)
    return path


def _to_a_place(tokens: Sequence[Token], at: int, limit: int) -> bool:
    """ "swing around to the window" turns; "swing around to the other side" goes there."""
    words = [tokens[i].text for i in range(at, min(at + 4, limit))]
    return bool(words) and words[0] in _TO and not _ROUND & set(words)


def _destination(tokens: Sequence[Token], hit: Hit, path: Hit, hits: Scan, limit: int) -> Hit:
    """ "from the sink on the left to the door on the right": where it ends tells the way."""
    other = {"left": "right", "right": "left"}.get(path.concept)
    before = {t.text for t in tokens[hit.last : path.first]}
    if other is None or not before & _FROM:
        return path
    for later in near_paths(hits, path.last):
        between = {t.text for t in tokens[path.last : later.first]}
        if later.concept == other and path.last <= later.first < limit and between & _TO:
            return later
    return path


def _aside(tokens: Sequence[Token], rule: Head, path: Hit, hits: Scan, limit: int) -> Hit:
    """ "drifts away to the left" goes left; "dives toward the sea" goes down."""
    first = tokens[path.first].text
    if rule.name == "dive" and path.concept == "in" and first in ("toward", "towards"):
        return replace(path, concept="to")
    beside = hits.strong_at.get(path.last) or hits.strong_at.get(path.last + 1)
    off = first in ("away", "off") and rule.test == "soft"
    if off and beside and beside.concept in ("left", "right") and beside.last <= limit:
        return beside
    return path


def _goes_around(tokens: Sequence[Token], rule: Head, path: Hit, hits: Scan, limit: int) -> bool:
    if "orbit" not in rule.becomes.get("around", ""):
        return False
    for later in near_paths(hits, path.last):
        if later.concept == "around" and path.last <= later.first and later.last < limit:
            return not _CORNERS & {t.text for t in tokens[later.last : later.last + 2]}
    return False


def second_course(
    tokens: Sequence[Token], rule: Head, course: Course, hits: Scan, limit: int
) -> Course | None:
    """A second direction of the same head: "pan left and up", "zooms in and out"."""
    if course.path is None or course.last >= limit:
        return None
    joint = tokens[course.last].text
    if joint not in _JOINTS:
        return _out_again(tokens, rule, course, hits, limit)
    for hit in near_paths(hits, course.last):
        filler = range(course.last + 1, hit.first)
        back = hit.concept == "out" and tokens[hit.first].text == "back" and not filler
        if back and course.op in _THERE_AND_BACK and course.direction in OPPOSITE:
            way = OPPOSITE[course.direction]  # "pans left and back"
            return Course(course.op, way, False, hit.concept, hit.first, hit.last, True)
        if hit.first <= course.last or hit.last > limit or hit.concept not in rule.becomes:
            continue
        if any(tokens[i].text not in ("then", "back", "to", "slightly") for i in filler):
            continue
        op, direction, nearest = _parse(rule.becomes[hit.concept])
        if direction is None or (op, direction) == (course.op, course.direction):
            continue
        return Course(op, direction, nearest, hit.concept, hit.first, hit.last, True)
    return None


def _out_again(
    tokens: Sequence[Token], rule: Head, course: Course, hits: Scan, limit: int
) -> Course | None:
    """ "inches in on the dial and back out": the way back ends the clause."""
    opposite = OPPOSITE.get(course.direction or "")
    for at in range(course.last, min(course.last + _REACH, limit)):
        way = hits.strong_at.get(at + 1)
        if tokens[at].text not in _JOINTS or way is None or way.concept not in rule.becomes:
            continue
        op, direction, nearest = _parse(rule.becomes[way.concept])
        rest = all(tokens[i].text in _AGAIN for i in range(way.last, limit))
        if rest and op == course.op and direction == opposite:
            return Course(op, direction, nearest, way.concept, way.first, way.last, True)
    return None


def near_paths(hits: Scan, at: int) -> list[Hit]:
    """Paths and prepositions that start within reach of token ``at``, strong ones first."""
    near = range(at - _REACH, at + _REACH + 1)
    strong = [hits.strong_at[i] for i in near if i in hits.strong_at]
    return strong + [hits.weak_at[i] for i in near if i in hits.weak_at]


def _parse(value: str) -> tuple[str, str | None, bool]:
    op, _, direction = value.lstrip("~").partition(" ")
    return op, direction or None, value.startswith("~")


def _after(
    tokens: Sequence[Token], rule: Head, hit: Hit, hits: Scan, limit: int
) -> tuple[Hit | None, bool]:
    gap = 0
    at = hit.last
    while at < limit and gap <= _REACH:
        path = hits.strong_at.get(at)
        if path is not None and _is_only_back(tokens, rule, path):
            path = None
        if path is not None and path.concept in ("near", "far") and "to" in rule.becomes:
            path = replace(path, concept="to", last=path.first + 1)  # "push toward the horizon"
        if path is not None and path.concept in rule.becomes and path.last <= limit:
            return path, gap == 0
        candidate = None if at in hits.told else hits.weak_at.get(at)  # « à peine »
        if candidate is not None and _is_adverb(tokens, at, hits):
            candidate = None  # "flies on over the valley", "slides over to the left"
        if candidate is not None and _weak_ok(tokens, rule, candidate, gap):
            return candidate, gap == 0
        word = tokens[at]
        told = at in hits.told or _is_filler(word.text) or _names_camera(tokens, at)
        gap += word.is_word and not told
        at += 1
    return None, False


def _is_only_back(tokens: Sequence[Token], rule: Head, path: Hit) -> bool:
    """ "pan back to the left": of a turn, "back" alone is no way."""
    alone = tokens[path.first].text == "back" and path.last - path.first == 1
    after = tokens[path.last].text if path.last < len(tokens) else ""
    if alone and rule.test == "soft" and after in ("up", "down", "left", "right"):
        return True  # "ease back down"
    return alone and rule.becomes.get("out", "~").startswith("~")


def _within(rule: Head, hit: Hit, hits: Scan) -> tuple[Hit, bool] | None:
    """« filé gauche »: the path belongs to the pattern of the head."""
    for at in range(hit.first + 1, hit.last):
        path = hits.strong_at.get(at)
        if path is not None and path.concept in rule.becomes:
            return path, True
    return None


def _weak_ok(tokens: Sequence[Token], rule: Head, hit: Hit, gap: int) -> bool:
    if hit.concept not in rule.becomes or gap > _WEAK_GAP.get(hit.concept, 1):
        return False
    if hit.concept == "in" and rule.name == "dolly_zoom":
        return False  # "vertigo effect in the stairwell"
    if tokens[hit.first].text == "entre" and _word(tokens, hit.last) in ("eux", "elles"):
        return False  # « que les plans se décalent entre eux »
    follow, then = ([t.text for t in tokens[hit.last : hit.last + 2]] + ["", ""])[:2]
    inside = tokens[hit.first].text in ("in", "up", "down") and follow in _ARTICLES
    return not (inside and rule.test == "soft" and then not in _LITTLE)


def _before(tokens: Sequence[Token], rule: Head, hit: Hit, hits: Scan, floor: int) -> Hit | None:
    ends = {h.last: h for h in near_paths(hits, hit.first)}
    at = hit.first
    while at > floor and hit.first - at <= 4:
        path = ends.get(at)
        if path is not None and path.first >= floor and path.concept in rule.becomes:
            if hits.strong_at.get(path.first) is not path and _opens_phrase(tokens, path.last):
                return None  # "all in one zoom"
            if tokens[path.first].text == "to" and path.last == hit.first and hit.form == "base":
                return None  # "refuses to move"
            return None if in_any("determiner", tokens[path.last - 1].text, LANGS) else path
        word = tokens[at - 1].text
        passes = at - 1 in hits.told or word in ("-", "camera", "shot") or _is_filler(word)
        if not passes:
            return None
        at -= 1
    return None


def _opens_phrase(tokens: Sequence[Token], at: int) -> bool:
    return any(in_any(name, tokens[at].text, LANGS) for name in ("determiner", "number"))


def _direction_after(
    tokens: Sequence[Token], rule: Head, path: Hit, hits: Scan, limit: int
) -> Hit | None:
    for hit in near_paths(hits, path.last):
        near = path.last <= hit.first <= path.last + _REACH and hit.last <= limit
        if near and _parse(rule.becomes.get(hit.concept, ""))[1] is not None:
            return hit
    return None


def _is_adverb(tokens: Sequence[Token], at: int, hits: Scan) -> bool:
    follows = at + 1 in hits.strong_at or at + 1 in hits.weak_at
    return follows and tokens[at].text in ("on", "over", "across", "off")


def _names_camera(tokens: Sequence[Token], at: int) -> bool:
    """ "turn the camera toward the sea": the camera as object."""
    here = tokens[at : at + 2]
    if in_any("core", here[0].text, LANGS):
        return True
    named = len(here) > 1 and in_any("core", here[1].text, LANGS)
    return named and in_any("definite", here[0].text, LANGS)


def _is_filler(word: str) -> bool:
    if word.endswith("ly") and len(word) > 4:
        return True
    if in_any("number", word, ("en", "fr")) or in_any("measure", word, ("en", "fr")):
        return True
    return in_any("adverb", word, ("en", "fr")) or word in _FILLERS


def _word(tokens: Sequence[Token], at: int) -> str:
    return tokens[at].text if at < len(tokens) else ""

"""Lexicon hits of one clause for the camera grammar: heads, paths, manner, negation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

from kinora.prompt.moves.agents import is_word_of
from kinora.prompt.moves.unknown_verbs import unknown_verb
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.lexicon import Hit, lexicon, load
from kinora.prompt.words.source import Source
from kinora.prompt.words.text import Token
from kinora.types.plan import Lang

_INTO = frozenset(["to", "into", "en"])
_AT = frozenset(["at", "a"])  # "turns at night" turns all the same
_AWAY = frozenset(["to", "from", "toward", "towards", "onto", "until", "of", "away", "on"])


@dataclass(frozen=True, slots=True)
class Head:
    """What a head word is and becomes: a row of ``heads.yaml``."""

    name: str
    test: str
    becomes: dict[str, str]
    thing: bool = False
    needs: bool = False
    jargon: bool = False
    vehicle: bool = False
    platform: bool = False
    mount: bool = False
    timed: bool = False  # counts only where a time is told


@cache
def head(name: str) -> Head:
    """The row of ``heads.yaml`` called ``name``."""
    row = dict(load("heads")[name])
    test = row.pop("test")
    flags = {
        k: bool(row.pop(k, False))
        for k in ("thing", "needs", "jargon", "vehicle", "platform", "mount", "timed")
    }
    return Head(name, test, row, **flags)


@dataclass(frozen=True, slots=True)
class Scan:
    """Hits of a clause, each list in order and without overlaps."""

    heads: tuple[Hit, ...]
    paths: tuple[Hit, ...]
    weak: tuple[Hit, ...]
    manner: tuple[Hit, ...]
    negations: tuple[Hit, ...]
    asks: tuple[Hit, ...]
    strong_at: dict[int, Hit]  # paths by first token
    weak_at: dict[int, Hit]
    told: frozenset[int]  # tokens of manner
    asking: frozenset[int]  # tokens of asks
    lit: frozenset[int]  # tokens of words for the light: "at night"


def scan(source: Source, clause: Clause) -> Scan:
    """All camera-grammar hits of ``clause``."""
    tokens = source.tokens
    free = _free(source, clause)
    manner = [
        h for h in _section(source, free, "manner", clause) if not _is_a_flash(h, tokens, clause)
    ]
    heads, blocked = _heads(source, free, clause, manner=manner)
    inner = {i for h in heads if h.concept != "whip" for i in range(h.first + 1, h.last)}
    paths = _section(source, [i for i in free if i not in inner], "paths", clause)
    blocked |= {i for h in paths if h.concept == "-" for i in range(h.first, h.last)}
    told = _outside(manner, {i for h in heads for i in range(h.first, h.last)})
    strong = _outside(paths, blocked)
    weak = _outside(_section(source, free, "weak", clause), blocked)
    asks = tuple(_section(source, free, "asks", clause))
    strong_at, weak_at = {h.first: h for h in strong}, {h.first: h for h in weak}
    told_at = frozenset(i for h in told for i in range(h.first, h.last))
    verb = unknown_verb(tokens, clause, told_at, strong_at=strong_at, weak_at=weak_at)
    if verb is not None and not blocked & {verb.first} and _is_free(verb, heads):
        heads = sorted([*heads, verb], key=lambda h: h.first)
    return Scan(
        heads=tuple(heads),
        paths=strong,
        weak=weak,
        manner=told,
        negations=tuple(_section(source, free, "negation", clause)),
        asks=asks,
        strong_at=strong_at,
        weak_at=weak_at,
        asking=frozenset(i for h in asks for i in range(h.first, h.last)),
        told=told_at,
        lit=frozenset(i for h in _lights(source, clause) for i in range(h.first, h.last)),
    )


def _free(source: Source, clause: Clause) -> list[int]:
    """Places of words that may speak of the camera: of no mark, gesture, weather or time."""
    free = _untimed(source, clause)
    others = _lights(source, clause)
    others += [
        hit
        for section in ("gestures", "atmosphere")
        for hit in _section(source, free, section, clause)
        if hit.last > hit.first + 1
    ]
    others += _times(source, free, clause)
    denials = _section(source, free, "negation", clause)
    others += [hit for hit in denials if hit.concept == "-"]  # "never stops gliding"
    others += _colour_orders(source, free, clause)
    elsewhere = {i for hit in others for i in range(hit.first, hit.last)}
    return [i for i in free if i not in elsewhere]  # "a head turn", "drifting petals"


def _untimed(source: Source, clause: Clause) -> list[int]:
    """Places of the words of a clause that are of no time mark."""
    return [
        i
        for i in range(clause.first, clause.last)
        if source.mark_of[i] < 0 and source.tokens[i].text[0].isalnum()
    ]


def _lights(source: Source, clause: Clause) -> list[Hit]:
    """Words that together tell of the light: "at night", "natural light"."""
    hits = _section(source, _untimed(source, clause), "light", clause)
    lights = [hit for hit in hits if hit.last > hit.first + 1]
    return [replace(h, first=h.first + (source.tokens[h.first].text in _AT)) for h in lights]


def _heads(
    source: Source, free: list[int], clause: Clause, *, manner: list[Hit]
) -> tuple[list[Hit], set[int]]:
    """Names of moves in their order, and places of names that are none after all."""
    tokens = source.tokens
    heads: list[Hit] = []
    blocked: set[int] = set()
    longer = {h.first: h.last for h in manner}
    within = {i for h in manner for i in range(h.first + 1, h.last)}  # "constant speed"
    found = _section(source, free, "heads", clause)
    eased = [h for h in found if h.concept == "move" and _leads_away(h, longer, tokens)]
    geared = (_as_gear(hit, tokens, clause) for hit in found)
    for hit in (_not_a_whip(_accented(h, source), tokens, clause) for h in geared):
        if hit.concept == "-":
            blocked.update(range(hit.first, hit.last))
        elif hit.concept == "calm" and clause.link != "then":
            continue  # "a calm glide"
        elif hit.first in within:
            continue
        elif longer.get(hit.first, 0) <= hit.last and _allowed(hit, tokens, clause):
            heads.append(hit)
    ends = {h.last for h in heads}  # "move back out": "back" is no verb after a verb
    heads = [h for h in heads if h.first not in ends or tokens[h.first].text != "back"]
    if all(h.concept in ("reveal", "hold") for h in heads):
        # "ease out" is a move where nothing else is
        heads = sorted([*heads, *eased], key=lambda h: h.first)
    return heads, blocked


def _times(source: Source, free: list[int], clause: Clause) -> list[Hit]:
    """Words for how time runs; "dolly in reverse" is a way of the camera."""
    found = [h for h in _section(source, free, "time", clause) if h.concept != "stop_motion"]
    found = [h for h in found if not _names_a_move(source, free, h, clause)]
    ways = [h for h in found if h.concept == "reverse" and source.tokens[h.first].text == "in"]
    if ways and _section(source, [i for i in free if i < ways[0].first], "heads", clause):
        return [hit for hit in found if hit not in ways]
    return found


def _colour_orders(source: Source, free: list[int], clause: Clause) -> list[Hit]:
    """Verbs that give a thing another hue: « passe le ciel en orange » moves no camera."""
    verbs = [h for h in _section(source, free, "recolour", clause) if h.last in free]
    verbs = [h for h in verbs if is_word_of("determiner", source.tokens[h.last].text, (h.lang,))]
    hues = _section(source, free, "hues", clause)
    into = [h.first for h in hues if source.tokens[h.first - 1].text in _INTO]
    return [verb for verb in verbs if any(verb.last < at for at in into)]


def _names_a_move(source: Source, free: list[int], hit: Hit, clause: Clause) -> bool:
    """« slow motion circulaire »: the name of a move begins within the words for time."""
    inner = [i for i in free if i > hit.first]
    return any(
        h.first < hit.last < h.last and h.concept != "-"
        for h in _section(source, inner, "heads", clause)
    )


def _accented(hit: Hit, source: Source) -> Hit:
    """« serré sur la bague » is no order: an accent that folding took away tells it."""
    if hit.lang == "fr" and hit.form == "third":
        word = source.raw(hit.first, hit.first + 1).lower()
        if word.endswith("é"):
            return replace(hit, form="past")
    return hit


def _is_a_flash(hit: Hit, tokens: tuple[Token, ...], clause: Clause) -> bool:
    """« un éclair » and « éclair à 1 s » are lightning, « un zoom éclair » is fast."""
    named = hit.first > 0 and is_word_of("determiner", tokens[hit.first - 1].text, ("fr",))
    return (named or hit.first == clause.first) and tokens[hit.first].text == "eclair"


def _leads_away(hit: Hit, longer: dict[int, int], tokens: tuple[Token, ...]) -> bool:
    """ "ease out to a medium": a move, where "ease out" alone only tells how one ends."""
    last = longer.get(hit.first, 0)
    return hit.last < last < len(tokens) and tokens[last].text in _AWAY


def _not_a_whip(hit: Hit, tokens: tuple[Token, ...], clause: Clause) -> Hit:
    """« la caméra file vers la mer » moves fast, « filé vers la mer » is a whip pan."""
    if hit.concept != "whip" or tokens[hit.first].text != "file" or hit.first == clause.first:
        return hit
    before = tokens[hit.first - 1].text
    if not before[0].isalpha() or before in ("un", "en", "mouvement"):
        return hit
    return replace(hit, concept="move", last=hit.first + 1, form="third")


def _as_gear(hit: Hit, tokens: tuple[Token, ...], clause: Clause) -> Hit:
    """ "Crane: we rise", « Grue : on monte »: the gear, and then what it does."""
    alone = hit.concept == "crane" and (hit.first, hit.last) == (clause.first, clause.last)
    heads = alone and hit.last < len(tokens) and tokens[hit.last].text == ":"
    return replace(hit, concept="crane_shot", form="word") if heads else hit


def _is_free(verb: Hit, heads: Iterable[Hit]) -> bool:
    return all(h.last <= verb.first or verb.last <= h.first for h in heads)


def _outside(hits: Iterable[Hit], taken: set[int] | frozenset[int]) -> tuple[Hit, ...]:
    return tuple(
        h for h in hits if h.concept != "-" and not taken.intersection(range(h.first, h.last))
    )


def _section(source: Source, free: list[int], section: str, clause: Clause) -> list[Hit]:
    tokens, marks = source.tokens, source.mark_of
    found: list[Hit] = []
    after = -1
    run_end = 0
    for at in free:
        if at < after:
            continue
        if at >= run_end:  # a pattern never reaches across a time
            run_end = at + 1
            while run_end < clause.last and marks[run_end] < 0:
                run_end += 1
        hit = _best(tokens, at, run_end, section, clause.langs)
        if hit is not None:
            found.append(hit)
            after = hit.last
    return found


def _best(
    tokens: tuple[Token, ...], at: int, limit: int, section: str, langs: tuple[Lang, ...]
) -> Hit | None:
    best: Hit | None = None
    for lang in _readers(section, langs):
        hit = lexicon(lang).match_at(section, tokens, at, limit=limit)
        if hit is not None and (best is None or hit.last > best.last):
            best = hit
    return best


def _readers(section: str, langs: tuple[Lang, ...]) -> tuple[Lang, ...]:
    """French clauses use English film terms ("tilt up", "tracking shot"); the reverse is rare."""
    if section in ("heads", "manner") and langs == ("fr",):
        return ("fr", "en")
    return langs


def _allowed(hit: Hit, tokens: tuple[Token, ...], clause: Clause) -> bool:
    """An English head in a French clause has to be unmistakable; « à reculons » is no verb."""
    after = tokens[hit.last].text if hit.last < clause.last else ""
    between = is_word_of("determiner", after, ("fr",)) or after in ("eux", "elles", "eux-memes")
    if tokens[hit.first].text == "entre" and between:
        return False  # « entre les sièges »
    if tokens[hit.first].text == "reculons" and hit.first and tokens[hit.first - 1].text == "a":
        return False
    if hit.lang in clause.langs:
        return True
    rule = head(hit.concept)
    if rule.test == "hold":  # "hold 1s"
        near = tokens[max(hit.first - 1, clause.first)], tokens[min(hit.last, clause.last - 1)]
        opens = hit.first == clause.first and tokens[hit.first].text in ("freeze", "hold")
        return opens or any(t.text[0].isdigit() for t in near)  # « puis freeze sur le pote »
    if tokens[hit.first].text in _ANGLICISMS and _side_follows(tokens, hit, clause):
        return True  # « puis slide à droite »
    if rule.test not in ("free", "hard"):
        return False
    if hit.last - hit.first > 1:
        return True
    follow = tokens[hit.last].text if hit.last < clause.last else ""
    if follow == "-" and hit.last + 1 < clause.last:
        follow = tokens[hit.last + 1].text
    return follow in lexicon("en").lists["sides"] | lexicon("fr").lists["sides"]


_ANGLICISMS = frozenset({"slide", "push", "pull", "track", "orbit", "drift", "arc", "dolly"})
_NEAR = 3  # tokens from an English verb to its side


def _side_follows(tokens: tuple[Token, ...], hit: Hit, clause: Clause) -> bool:
    if hit.last >= clause.last:
        return False
    named = hit.first > clause.first and is_word_of(
        "determiner", tokens[hit.first - 1].text, ("fr",)
    )
    near = tokens[hit.last : min(hit.last + _NEAR, clause.last)]
    sides = any(is_word_of("sides", token.text, ("fr",)) for token in near)
    return not named and (sides or near[0].text in ("sur", "vers"))

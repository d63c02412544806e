"""What isn't the camera: light, weather, framing, style, sound, subjects, constraints."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, cast

from kinora.prompt.clauses import Clause
from kinora.prompt.extent import last_of_times
from kinora.prompt.hearing import (
    Heard,
    implied,
    listed,
    mentioned,
    only_names_sounds,
    only_sounds,
    only_tells,
    switched_off,
)
from kinora.prompt.lexicon import Hit, in_any, lexicon
from kinora.prompt.source import Source

Kind = Literal[
    "light", "atmosphere", "shot", "angle", "depth", "lens", "style", "element", "subject",
    "keep", "may_change", "avoid", "cut", "newcomer", "text", "format", "audio", "recolour",
]  # fmt: skip

#: Tables read everywhere, in order of precedence among patterns of equal length.
_PLAIN: dict[str, Kind] = {
    "depth": "depth",
    "shots": "shot",
    "angles": "angle",
    "light": "light",
    "atmosphere": "atmosphere",
    "style": "style",
    "time": "style",
}
_FILM_MM = frozenset({8, 16, 35, 65, 70})
_LENS = re.compile(
    r"(?P<n>\d{1,3}(?:[.,]\d)?)\s?-?\s?mm\b(?P<after>\s+(?:[a-z]+\s+)?(?:lens|prime|objectif|focal))?"
)
_LENS_BEFORE = re.compile(r"(?:lens|focal length|objectif|focale|optique)\W{0,3}(?:\w+\W){0,2}$")
_REACH = 6  # tokens between a noun and its verb


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue at tokens [first, last)."""

    kind: Kind
    concept: str
    first: int
    last: int
    who: tuple[int, int] | None = None  # tokens of the one who acts, or what is kept
    heard: Heard | None = None  # of sounds
    value: float | None = None  # millimetres, for lenses


def find_cues(source: Source, taken: set[int]) -> list[Cue]:
    """All cues of the source, not touching the tokens already ``taken`` by the camera."""
    found: list[Cue] = []
    used = set(taken)
    lenses = list(_lenses(source, used))
    _claim(found, used, lenses)
    _claim(found, used, _bare_lists(source, used))
    for clause in source.clauses:
        section = source.section_name(clause.first)
        if section == "audio":
            if _leads_a_quote(source, clause):
                continue
            if not _says_more(source, clause, found, used):
                _claim(found, used, [_sound(heard) for heard in listed(source, clause)])
            continue
        if section == "dialogue":
            continue
        if section in ("keep", "change", "avoid"):
            _claim(found, used, _listed(source, clause, section, used))
            continue
        after = _goes_on(source, clause, found)
        if off := switched_off(source, clause, used):  # before "no …" means what to avoid
            _claim(found, used, [_sound(off)])
        elif after and only_names_sounds(source, clause, used):  # and "only …" what to keep
            _claim(found, used, [_sound(heard) for heard in listed(source, clause)])
            continue
        if after := _goes_on(source, clause, found):  # before "only …" means what to keep
            goes_on = mentioned(source, clause, used, after=True)
            _claim(found, used, [_sound(heard) for heard in goes_on])
        _claim(found, used, _constraints(source, clause, used))
        _claim(found, used, _recolours(source, clause, used))
        _claim(found, used, _events(source, clause, used))
        if not after:
            told = mentioned(source, clause, used, after=False)
            _claim(found, used, [_sound(heard) for heard in told])
        _claim(found, used, _plain(source, clause, used))
        _claim(found, used, _gestures(source, clause, used, only=_OF_PARTS))
        _claim(found, used, _acting(source, clause, used, _last_being(source, clause, found)))
        _claim(found, used, _gestures(source, clause, used))
        _hear(source, clause, found, used)
        _claim(found, used, _timed(source, clause, used, found))
        if section == "style" and not used & set(range(clause.first, clause.last)):
            _claim(found, used, [Cue("style", "", clause.first, clause.last)])
    return sorted(found, key=lambda cue: cue.first)


#: What is seen with words that are heard as well: "the waterfall roars".
_SEEN: frozenset[Kind] = frozenset({"element", "subject", "atmosphere", "light"})


def _hear(source: Source, clause: Clause, found: list[Cue], used: set[int]) -> None:
    """Add what the words of a clause imply to be heard, whether or not they also show something."""
    seen = {at for cue in found if cue.kind in _SEEN for at in range(cue.first, cue.last)}
    heard = {at for cue in found if cue.kind == "audio" for at in range(cue.first, cue.last)}
    for sound in list(implied(source, clause, (used - seen) | heard)):
        found.append(_sound(sound))
        used |= set(range(sound.first, sound.last))


def _bare_lists(source: Source, used: set[int]) -> list[Cue]:
    """Sentences outside every section that only list sounds."""
    sentences: dict[int, list[Clause]] = {}
    for clause in source.clauses:
        if source.section_name(clause.first) is None:
            sentences.setdefault(clause.sentence, []).append(clause)
    return [
        _sound(heard)
        for clauses in sentences.values()
        if only_sounds(source, clauses, used)
        for clause in clauses
        for heard in listed(source, clause)
    ]


def _leads_a_quote(source: Source, clause: Clause) -> bool:
    """Whether a clause only tells who says what follows."""
    first, last = source.tokens[clause.first].start, source.tokens[clause.last - 1].end
    speakers = [quote.speaker for quote in source.quotes if quote.kind == "dialogue"]
    return any(who is not None and who[0] < last and first < who[1] for who in speakers)


def _says_more(source: Source, clause: Clause, found: list[Cue], used: set[int]) -> bool:
    """Stretch the sound before a clause that only says how it sounds: "piano, slow"."""
    if not found or found[-1].heard is None or not only_tells(source, clause):
        return False
    last = found[-1]
    if source.section_name(last.first) != "audio" or last.last > clause.first:
        return False
    used |= set(range(last.last, clause.last))
    heard = replace(found[-1].heard, last=clause.last)
    found[-1] = replace(last, last=clause.last, heard=heard)
    return True


def _sound(heard: Heard) -> Cue:
    return Cue("audio", heard.concept, heard.first, heard.last, heard=heard)


def _goes_on(source: Source, clause: Clause, found: list[Cue]) -> bool:
    """Whether the clause before, of the same sentence, ended with a sound."""
    last = max((cue for cue in found), key=lambda cue: cue.first, default=None)
    if last is None or last.kind != "audio" or last.first >= clause.first:
        return False
    before = source.clauses[source.clause_of[last.first]]
    return before.sentence == clause.sentence


def _last_being(source: Source, clause: Clause, found: list[Cue]) -> Cue | None:
    """Who acted last in the sentence of ``clause``, before it."""
    for cue in reversed(found):
        if cue.kind == "subject" and cue.who is not None and cue.first < clause.first:
            before = source.clauses[source.clause_of[cue.first]]
            return cue if before.sentence == clause.sentence else None
    return None


def _claim(found: list[Cue], used: set[int], cues: Iterator[Cue] | list[Cue]) -> None:
    for cue in cues:
        tokens = set(range(cue.first, cue.last))
        if tokens and not tokens & used:
            found.append(cue)
            used |= tokens


def _best(source: Source, clause: Clause, section: str, at: int) -> Hit | None:
    best: Hit | None = None
    tokens = source.tokens
    if not tokens[at].text[0].isalnum():
        return None
    langs = clause.langs if section in ("persons", "actions", "stir", "say") else ("en", "fr")
    for lang in langs:
        hit = lexicon(lang).match_at(section, tokens, at, limit=clause.last)
        if hit is None or (best is not None and hit.last <= best.last):
            continue
        foreign = lang not in clause.langs
        if (
            foreign
            and hit.last == at + 1
            and tokens[at].text in lexicon(clause.langs[0]).vocabulary
        ):
            continue
        if foreign and hit.last == at + 1 and section not in ("style", "light"):
            continue
        best = hit
    return best


def _lenses(source: Source, used: set[int]) -> Iterator[Cue]:
    text = source.text
    starts = {t.start: i for i, t in enumerate(source.tokens)}
    for match in _LENS.finditer(text):
        at = starts.get(match.start())
        if at is None or at in used:
            continue
        value = float(match["n"].replace(",", "."))
        before = _LENS_BEFORE.search(text[max(0, match.start() - 30) : match.start()])
        routed = source.section_name(at) == "lens"
        if value in _FILM_MM and not (match["after"] or before or routed):
            continue
        last = at
        while last < len(source.tokens) and source.tokens[last].start < match.end():
            last += 1
        if 4 <= value <= 1200:
            yield Cue("lens", f"{value:g} mm", at, last, value=value)


def _listed(source: Source, clause: Clause, section: str, used: set[int]) -> Iterator[Cue]:
    kinds: dict[str, Kind] = {"keep": "keep", "change": "may_change", "avoid": "avoid"}
    free = [i for i in range(clause.first, clause.last) if i not in used]
    if free and any(source.tokens[i].is_word for i in free):
        yield Cue(kinds[section], "", free[0], free[-1] + 1, who=(free[0], free[-1] + 1))


def _constraints(source: Source, clause: Clause, used: set[int]) -> Iterator[Cue]:
    kinds: dict[str, Kind] = {"keep": "keep", "change": "may_change", "avoid": "avoid"}
    for at in range(clause.first, clause.last):
        if at in used:
            continue
        for section, kind in kinds.items():
            hit = _best(source, clause, section, at)
            if hit is None or used & set(range(hit.first, hit.last)):
                continue
            yield _constraint(source, clause, hit, kind, used)
            return


def _constraint(source: Source, clause: Clause, hit: Hit, kind: Kind, used: set[int]) -> Cue:
    last = hit.last
    while last < clause.last and last not in used and source.mark_of[last] < 0:
        last += 1
    first = hit.first
    if last == hit.last:  # "the logo stays the same": what is kept stands before
        while first > clause.first and first - 1 not in used and source.mark_of[first - 1] < 0:
            first -= 1
        return Cue(kind, "", first, last, who=(first, hit.first))
    return Cue(kind, "", first, last, who=(hit.last, last))


def _recolours(source: Source, clause: Clause, used: set[int]) -> Iterator[Cue]:
    """ "make the sky orange", « rends le ciel orange »: an order, what it is about, a hue."""
    for at in range(clause.first, clause.last):
        verb = _best(source, clause, "recolour", at) if at not in used else None
        if verb is None or (verb.lang == "en" and verb.form in ("third", "past")):
            continue
        for place in range(verb.last + 1, min(verb.last + _REACH, clause.last)):
            if place in used or source.mark_of[place] >= 0:
                break
            hue = _best(source, clause, "hues", place)
            if hue is not None:
                yield Cue("recolour", hue.concept, at, hue.last, who=(verb.last, place))
                return


def _events(source: Source, clause: Clause, used: set[int]) -> Iterator[Cue]:
    for at in range(clause.start, clause.last):
        if at in used:
            continue
        hit = _best(source, clause, "cuts", at)
        if hit is not None and hit.concept != "cut":
            kind = cast("Kind", hit.concept)
            first = at
            while first > clause.first and first - 1 not in used and kind == "newcomer":
                first -= 1
            yield Cue(kind, hit.concept, first, hit.last)
            return
        if hit is not None and _is_cut(source, hit):
            last = hit.last
            while last < clause.last and last not in used:
                last += 1
            yield Cue("cut", hit.concept, at, last)
            return


def _is_cut(source: Source, hit: Hit) -> bool:
    """A bare "cut" must stand alone; "cut to …" and "jump cut" say what they are."""
    if hit.last - hit.first > 1:
        return True
    word = source.tokens[hit.first].text
    if word != "cut":
        return True
    before = source.tokens[hit.first - 1].text if hit.first else "."
    return not before[0].isalpha()


def _plain(source: Source, clause: Clause, used: set[int]) -> Iterator[Cue]:
    at = clause.first
    while at < clause.last:
        best: tuple[Hit, Kind] | None = None
        for section, kind in _PLAIN.items():
            hit = _best(source, clause, section, at)
            if hit is None or used & set(range(hit.first, hit.last)):
                continue
            if best is None or hit.last > best[0].last:
                best = (hit, kind)
        if best is None or (source.mark_of[at] >= 0):
            at += 1
            continue
        hit, kind = best
        if _flickers_itself(source, clause, hit):
            at = hit.last
            continue
        if not _weak_adjective(source, hit, clause) and not _brings_to_life(source, hit):
            stir = _best(source, clause, "stir", hit.last) if _drifts(hit, kind, clause) else None
            free = stir is not None and not used & set(range(stir.first, stir.last))
            yield Cue(kind, hit.concept, hit.first, stir.last if stir and free else hit.last)
        at = hit.last


def _flickers_itself(source: Source, clause: Clause, hit: Hit) -> bool:
    """ "the screen flickers": that thing does, not the light over the whole picture."""
    if hit.concept != "flicker":
        return False
    nouns = (_best(source, clause, "elements", at) for at in range(clause.first, hit.first))
    return any(noun is not None and noun.concept in ("screen", "fire") for noun in nouns)


def _drifts(hit: Hit, kind: Kind, clause: Clause) -> bool:
    """ "fog rolling in": a verb may go on with the weather."""
    return kind == "atmosphere" and hit.last < clause.last


_LOOSE = frozenset(
    {
        "medium",
        "wide",
        "warm",
        "cool",
        "sharp",
        "detailed",
        "epic",
        "ms",
        "cu",
        "noir",
        "insert",
        "macro",
    }
)


def _brings_to_life(source: Source, hit: Hit) -> bool:
    """« Anime ce portrait »: an order, not a style."""
    after = source.tokens[hit.last].text if hit.last < len(source.tokens) else ""
    order = source.tokens[hit.first].text == "anime" and hit.last == hit.first + 1
    return order and (in_any("determiner", after, ("fr",)) or in_any("definite", after, ("fr",)))


def _weak_adjective(source: Source, hit: Hit, clause: Clause) -> bool:
    """ "wide", "warm" … count only in a clause of their own, not before nouns."""
    if hit.last - hit.first > 1 or source.tokens[hit.first].text not in _LOOSE:
        return False
    words = [i for i in range(clause.first, clause.last) if source.tokens[i].is_word]
    return len(words) > 2


def _acting(
    source: Source, clause: Clause, used: set[int], being: Cue | None = None
) -> Iterator[Cue]:
    """A thing or a being with its verb, and what the being does next.

    Args:
        source: the prompt.
        clause: where to look.
        used: tokens that are taken.
        being: who acted last in the sentence.
    """
    at = clause.first
    while at < clause.last:
        cue = _act_at(source, clause, at, used) if at not in used else None
        cue = cue or (_acts_on(source, clause, at, used, being) if at not in used else None)
        if cue is not None:
            yield cue
            being = cue if cue.kind == "subject" else None
            at = cue.last
        else:
            at += 1


def _timed(source: Source, clause: Clause, used: set[int], found: list[Cue]) -> Iterator[Cue]:
    """ "Time-lapse of the clouds": what always moves does, where the words say how time runs."""
    told = {cue.concept for cue in found if clause.first <= cue.first < clause.last}
    if not told & {"slow_motion", "time_lapse", "fast_motion", "reverse"}:
        return
    for at in range(clause.first, clause.last):
        noun = _best(source, clause, "elements", at) if at not in used else None
        if noun is not None and noun.concept in _ALWAYS and not used & set(range(at, noun.last)):
            yield Cue("element", noun.concept, at, noun.last)


#: What moves by itself wherever it is.
_ALWAYS = frozenset(
    {"water", "river", "waterfall", "sea", "waves", "steam", "smoke", "fire", "clouds"}
)


#: What parts of a being do by themselves: « la queue du chat remue ».
_OF_PARTS = frozenset({"twitch ear", "wag tail"})


def _gestures(
    source: Source, clause: Clause, used: set[int], *, only: frozenset[str] | None = None
) -> Iterator[Cue]:
    """What a being does, as a noun: "a tiny head turn"."""
    for at in range(clause.first, clause.last):
        hit = _best(source, clause, "gestures", at) if at not in used else None
        if hit is None or (only is not None and hit.concept not in only):
            continue
        if not used & set(range(at, hit.last)):
            yield Cue("subject", hit.concept, at, last_of_times(source, clause, hit.last))


def _acts_on(
    source: Source, clause: Clause, at: int, used: set[int], being: Cue | None
) -> Cue | None:
    """ "… blinks twice and smiles": another verb of the same being."""
    if being is None or being.who is None:
        return None
    before = source.tokens[at - 1].text
    joined = at == clause.first or before in (",", "and", "then", "et", "puis")
    verb = _best(source, clause, "actions", at) if joined or before.endswith("ly") else None
    if verb is None or verb.concept not in _OF_FACES or used & set(range(at, verb.last)):
        return None
    if verb.form not in ("third", "ing", "past"):
        return None
    last = last_of_times(source, clause, verb.last)
    return Cue("subject", verb.concept, at, last, who=being.who)


#: What a being may go on to do without being named again.
_OF_FACES = frozenset(
    {"blink", "smile", "breathe", "turn head", "nod", "tilt head", "look", "twitch ear", "wag tail"}
)


def _act_at(source: Source, clause: Clause, at: int, used: set[int]) -> Cue | None:
    stir = _best(source, clause, "stir", at)
    if stir is not None and stir.form == "ing" and stir.last < clause.last:  # "drifting clouds"
        noun = _best(source, clause, "elements", stir.last)
        if noun is not None and noun.first not in used:
            return Cue("element", noun.concept, at, noun.last)
    noun = _best(source, clause, "elements", at)
    being = _best(source, clause, "persons", at)
    pairs: list[tuple[Hit | None, str, Kind]] = [
        (being, "actions", "subject"),
        (noun, "stir", "element"),
    ]
    for who, section, kind in pairs:
        if who is None:
            continue
        for verb_at in range(who.last, min(clause.last, who.last + _REACH)):
            if verb_at in used:
                break
            if in_any("relative", source.tokens[verb_at].text, clause.langs):
                continue
            verb = _best(source, clause, section, verb_at)
            if verb is None or (verb.form == "word" and verb.last - verb.first == 1):
                continue
            if verb.form == "base" and clause.langs == ("en",) and who.last == verb_at:
                plural = source.tokens[who.last - 1].text.endswith("s")
                if not plural and kind == "subject":
                    continue
            if used & set(range(verb.first, verb.last)):
                break
            acts = kind == "subject"
            last = last_of_times(source, clause, verb.last) if acts else verb.last
            return Cue(kind, verb.concept if acts else who.concept, at, last,
                       who=(who.first, who.last))  # fmt: skip
    return None

"""Sounds that a prompt asks for: which, how loud, from where, and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal, cast

from kinora.prompt.clauses import Clause
from kinora.prompt.lexicon import LANGS, Hit, in_any, lexicon, load
from kinora.prompt.source import Source
from kinora.types.plan import AudioCue, Distance, Mood, Pan, Span, Tempo

Kind = Literal["ambience", "effect", "music", "silence", "unknown"]

_BOTH: Final = frozenset({"and", "et", "plus", "&", "+", "with", "avec", "over", "mixed"})
_LEADERS: Final = frozenset(
    ["and", "et", "-", "*", "plus", "+", "then", "puis", "only", "just", "seulement", "juste"]
)
_MUSIC: Final = frozenset({"music", "musique", "soundtrack"})
_NOTHING: Final = frozenset({"none", "nothing", "aucun", "aucune", "rien", "neant"})
_TOLD: Final = ("sound_level", "sound_distance", "sound_side", "sound_mood", "sound_tempo")
_MOST_WORDS: Final = 9  # of a clause that goes on with a list of sounds
_FEW_WORDS: Final = 2
_NAMING: Final = ("sounds", "sounding", "resounding")  # names, and who does what
_OF: Final = frozenset({"of", "de", "du", "des", "d'"})
_PLACES: Final = frozenset({"in", "at", "inside", "dans", "sur", "devant", "near", "pres", "chez"})
_NEAREST: Final = "~"  # before a sound that only comes near what is named
_NEAR: Final = 5  # tokens between what sounds and its verb
_DENIALS: Final = frozenset(
    {"no", "without", "sans", "aucun", "aucune", "ni", "nor", "not", "never", "jamais"}
)


@dataclass(frozen=True, slots=True)
class Heard:
    """A sound at tokens [first, last); ``concept`` is "" where none is known."""

    concept: str
    first: int
    last: int
    at: float | None = None
    until: float | None = None


def listed(source: Source, clause: Clause) -> Iterator[Heard]:
    """The items of a clause of the audio section: every one is kept, known or not."""
    first, last = clause.first, clause.last
    while first < last and source.tokens[first].text in _LEADERS:
        first += 1
    while last > first and not source.tokens[last - 1].text[0].isalnum():
        last -= 1
    if last - first == 1 and source.tokens[first].text in _NOTHING:
        yield Heard("silence", first, last)
    elif first < last and not _only_denies(source, clause, first, last):
        yield from _parts(source, clause, first, last)


def _only_denies(source: Source, clause: Clause, first: int, last: int) -> bool:
    """Whether an item only says what isn't to be heard: "no voices"."""
    best = _best(source, clause, first, last)
    if best is None and source.tokens[first].text in _DENIALS:  # "no dialogue"
        return not _longest(source, clause, "sound_off", first, last)
    off = any(_longest(source, clause, "sound_off", at, last) for at in range(first, last))
    return best is not None and not off and _denied(source, clause, best.first)


def only_tells(source: Source, clause: Clause) -> bool:
    """Whether a clause only says how the sound before it is: "a piano, slow and sad"."""
    told = _covered(source, clause, _TOLD)
    return bool(told) and not _known(source, clause) and _all_said(source, clause, told)


def only_names_sounds(source: Source, clause: Clause, used: set[int]) -> bool:
    """Whether a clause is but the name of a sound: "no music, only wind"."""
    if used & set(range(clause.first, clause.last)) or not _known(source, clause):
        return False
    return _all_said(source, clause, _covered(source, clause, ("sounds", *_TOLD)))


def mentioned(source: Source, clause: Clause, used: set[int], *, after: bool) -> Iterator[Heard]:
    """Sounds that a clause outside the audio section says are heard.

    Args:
        source: the prompt.
        clause: one of its clauses.
        used: tokens that mean something else.
        after: whether the clause before it, of the same sentence, told of sounds.
    """
    sounding = list(_all_sounding(source, clause, used))
    if sounding:
        yield from sounding
        return
    for at in range(clause.first, clause.last):
        if at in used:
            continue
        lead = _longest(source, clause, "sound_lead", at)
        if lead is not None and lead.concept == "like":  # "a whisper of light" is none
            lead = lead if _best(source, clause, lead.last, clause.last) else None
        if lead is not None:
            yield from _led(source, clause, at, lead, used)
            return
        if source.tokens[at].text in _MUSIC:
            yield from _music(source, clause, at, used)
            return
    first = clause.first
    while first in used:
        first += 1
    free = not used & set(range(first, clause.last))
    short = clause.last - first <= _MOST_WORDS
    after = after and _announced(source, clause)
    if free and short and (after or _names_music(source, clause)):
        parts = _parts(source, clause, first, clause.last) if first < clause.last else ()
        yield from (heard for heard in parts if heard.concept)


def _announced(source: Source, clause: Clause) -> bool:
    """Whether a clause after a sound is one as well: a list that "we hear" opened goes on, or it
    tells of nothing else."""
    told = ("sounds", "audible", *_TOLD)
    return _all_said(source, clause, _covered(source, clause, told), but=1) or any(
        _hits(source, other, "sound_lead")
        for other in source.clauses
        if other.sentence == clause.sentence and other.first < clause.first
    )


def implied(source: Source, clause: Clause, used: set[int]) -> Iterator[Heard]:
    """Sounds that nothing announces but their own words, in what the picture left over.

    A phrase ("a train passes by"), a name that stands for nothing else ("birdsong"), or a thing
    that sounds with a verb that is only heard ("a tram clatters past", "buzzing bees").
    """
    phrases = list(_all_sounding(source, clause, used, table="resounding"))
    yield from phrases
    used = used | {at for heard in phrases for at in range(heard.first, heard.last)}
    at = clause.first
    while at < clause.last:
        free = at not in used and not _denied(source, clause, at)
        hit = _longest(source, clause, "sounds", at) if free else None
        last = at + 1
        if hit is not None and not used & set(range(hit.first, hit.last)):
            sure = _longest(source, clause, "surely", at)
            verb = _heard_verb(source, clause, hit, used)
            verb = verb or _verb_within(source, clause, hit)
            if sure and verb and _both(source, hit.last, verb):  # "applause and cheering"
                verb = None
            if sure is not None or verb is not None:
                first, last = hit.first, max(hit.last, verb or 0, sure.last if sure else 0)
                while first > clause.first and _tells_at(source, clause, first - 1):
                    if first - 1 in used:
                        break
                    first -= 1
                start, until = _times(source, clause.first, clause.last)
                yield Heard(hit.concept, first, last, start, until)
        at = last


def _verb_within(source: Source, clause: Clause, name: Hit) -> int | None:
    """The end of a name that tells what is heard itself: « rivière qui gazouille »."""
    within = range(name.first + 1, name.last)
    return name.last if any(_does(source, clause, at, name.last) for at in within) else None


def _both(source: Source, first: int, last: int) -> bool:
    """Whether tokens [first, last) join two things."""
    return any(source.tokens[at].text in _BOTH for at in range(first, last))


def _heard_verb(source: Source, clause: Clause, name: Hit, used: set[int]) -> int | None:
    """The end of a verb that is only heard, near what does it; None: there is none."""
    for at in range(name.last, min(name.last + _NEAR, clause.last)):
        if at in used:
            break
        verb = _longest(source, clause, "audible", at)
        if verb is not None and verb.form != "word":
            return verb.last
        other = _longest(source, clause, "sounds", at)
        before = {source.tokens[i].text for i in range(name.last, at)}
        joined = at - 1 == name.last and bool(before & _BOTH)
        if other is not None and not joined and not before & _OF:
            break  # "a gong struck once and pigeons cooing"
    ahead = None if name.first == clause.first else name.first - 1
    if ahead is not None and ahead not in used:
        verb = _longest(source, clause, "audible", ahead, name.first)
        if verb is not None and verb.form == "ing":
            return name.last
    return None


def _denied(source: Source, clause: Clause, at: int) -> bool:
    """ "no thunder", « sans voix »: whether what stands at a token is said not to be heard."""
    words = [source.tokens[i].text for i in range(max(clause.first, at - 3), at)]
    if source.tokens[at].text == "pas" and at + 1 < clause.last:  # « pas de voix » are no steps
        words += ["pas", source.tokens[at + 1].text]
    return bool(set(words) & _DENIALS) or any(
        pair in (("pas", "de"), ("pas", "d'")) for pair in pairwise(words)
    )


def only_sounds(source: Source, clauses: list[Clause], used: set[int]) -> bool:
    """Whether a sentence is a bare list of sounds: "distant traffic, soft guitar, birdsong"."""
    if any(used & set(range(c.first, c.last)) for c in clauses):
        return False
    if source.tokens[clauses[0].first].text in _PLACES:  # « dans la forêt, on entend … »
        return False
    tables = ("sounds", *_TOLD)
    heard = any(_hits(source, clause, "heard") for clause in clauses)
    if heard and all(_all_said(source, c, _covered(source, c, tables)) for c in clauses):
        return all(_known(source, clause) for clause in clauses)
    short = all(clause.last - clause.first <= _MOST_WORDS for clause in clauses)
    sure = heard or any(
        _names_music(source, clause) or _hits(source, clause, "sound_lead") for clause in clauses
    )
    named = (*tables, "sound_lead", "audible")
    return (
        len(clauses) > 1
        and short
        and sure
        and all(_known(source, c) for c in clauses)
        and all(_all_said(source, c, _covered(source, c, named), but=2) for c in clauses)
    )


def audio_cue(source: Source, name: str, heard: Heard, words: str, span: Span) -> AudioCue:
    """The plan item of a sound, with all that is said about it."""
    tells = _told(source, heard)
    return AudioCue(
        id=name,
        raw=words,
        cue=heard.concept.removeprefix(_NEAREST) or None,
        nearest=heard.concept.startswith(_NEAREST),
        kind=kind_of(heard.concept),
        level=cast("Literal['discreet', 'normal', 'loud']", tells.get("sound_level", "normal")),
        distance=cast("Distance", tells.get("sound_distance", "normal")),
        pan=cast("Pan | None", tells.get("sound_side")),
        mood=cast("Mood | None", tells.get("sound_mood")),
        tempo=cast("Tempo | None", tells.get("sound_tempo")),
        at=heard.at,
        until=heard.until,
        evidence=span,
    )


def kind_of(concept: str) -> Kind:
    """Whether it happens, goes on, is music or is none."""
    if not concept:
        return "unknown"
    kinds: dict[str, str] = load("sounds")
    for kind, members in kinds.items():
        if concept.removeprefix(_NEAREST) in members.split():
            return cast("Kind", kind)
    return "ambience"


def _told(source: Source, heard: Heard) -> dict[str, str]:
    """What is said about a sound, by table: the first word of each."""
    found: dict[str, str] = {}
    tables = ["sound_level", "sound_distance", "sound_side"]
    if kind_of(heard.concept) == "music":
        tables += ["sound_mood", "sound_tempo"]
    own = source.clauses[source.clause_of[heard.first]].langs
    for lang in (*own, *(lang for lang in LANGS if lang not in own)):
        for table in tables:
            at = heard.first
            while at < heard.last and table not in found:
                hit = lexicon(lang).match_at(table, source.tokens, at, limit=heard.last)
                if hit is not None:
                    found[table] = hit.concept
                at += 1
    return found


def _parts(source: Source, clause: Clause, first: int, last: int) -> Iterator[Heard]:
    """Tokens [first, last) taken apart at "and" wherever both sides name a sound."""
    edges = [first]
    for at in range(first + 1, last - 1):
        if source.tokens[at].text not in _BOTH:
            continue
        before = _sound(source, clause, edges[-1], at)
        behind = _sound(source, clause, at + 1, last)
        whole = _best(source, clause, edges[-1], last)
        if before and behind and not (whole and whole.first < at < whole.last):
            edges.append(at + 1)
    for start, end in zip(edges, [*(edge - 1 for edge in edges[1:]), last], strict=True):
        at_time, until = _times(source, start, end)
        yield Heard(_sound(source, clause, start, end), start, end, at_time, until)


def _led(source: Source, clause: Clause, at: int, lead: Hit, used: set[int]) -> Iterator[Heard]:
    """What is heard "the sound of …" or "… can be heard"."""
    last = lead.last
    while last < clause.last and last not in used:
        last += 1
    first = at
    if not _best(source, clause, lead.last, last):  # "rain can be heard nearby"
        first = clause.first
        while first in used:
            first += 1
    yield from _parts(source, clause, first, last)


def _all_sounding(
    source: Source, clause: Clause, used: set[int], *, table: str = "sounding"
) -> Iterator[Heard]:
    end = clause.first
    for at in range(clause.first, clause.last):
        hit = _longest(source, clause, table, at) if at >= end and at not in used else None
        if hit is not None and not used & set(range(hit.first, hit.last)):
            heard = _sounding(source, clause, hit, used)
            end = heard.last
            yield heard


def _sounding(source: Source, clause: Clause, hit: Hit, used: set[int]) -> Heard:
    """ "a dog barks in the distance": what is heard as such, with what is said about it."""
    first, last = hit.first, hit.last
    while first > clause.first and first - 1 not in used and _tells_at(source, clause, first - 1):
        first -= 1
    told = _covered(source, clause, _TOLD)
    while last < clause.last and last not in used and last in told:
        last += 1
    at, until = _times(source, clause.first, clause.last)
    return Heard(hit.concept, first, last, at, until)


def _tells_at(source: Source, clause: Clause, at: int) -> bool:
    return any(_longest(source, clause, table, at, at + 1) is not None for table in _TOLD)


def _covered(source: Source, clause: Clause, tables: tuple[str, ...]) -> set[int]:
    """Tokens of a clause that words of these tables take up."""
    found: set[int] = set()
    for at in range(clause.first, clause.last):
        for table in tables:
            hit = _longest(source, clause, table, at)
            if hit is not None:
                found |= set(range(hit.first, hit.last))
    return found


def _all_said(source: Source, clause: Clause, covered: set[int], *, but: int = 0) -> bool:
    """Whether what is left of a clause, ``but`` so many, are words without a meaning."""
    for at in range(clause.first, clause.last):
        word = source.tokens[at].text
        empty = word in _LEADERS or in_any("function", word, LANGS)
        if at not in covered and source.tokens[at].is_word and not empty:
            but -= 1
    return but >= 0


def _music(source: Source, clause: Clause, at: int, used: set[int]) -> Iterator[Heard]:
    """Music by that name, with some words around it, and what sounds with it."""
    first = at
    while first > clause.first and first - 1 not in used and at - first < 4:
        first -= 1
    last = at + 1
    if first == at or source.tokens[at].text == "musique":  # « musique douce », "music swells"
        while last < clause.last and last not in used and last - at < 4:
            last += 1
    start, until = _times(source, first, last)
    yield Heard(_sound(source, clause, first, last) or "pad", first, last, start, until)
    more = range(last, clause.last)
    if len(more) > 1 and source.tokens[last].text in _BOTH and not used & set(more):
        yield from (
            heard for heard in _parts(source, clause, last + 1, clause.last) if heard.concept
        )


def switched_off(source: Source, clause: Clause, used: set[int]) -> Heard | None:
    """ "no music", "silent clip": a word alone must be all that the clause says."""
    for at in range(clause.first, clause.last):
        hit = None if at in used else _longest(source, clause, "sound_off", at)
        if hit is None:
            continue
        words = [i for i in range(clause.first, clause.last) if source.tokens[i].is_word]
        if hit.last - hit.first > 1 or len(words) == 1:
            return Heard(hit.concept, hit.first, hit.last)
    return None


def _names_music(source: Source, clause: Clause) -> bool:
    best = _best(source, clause, clause.first, clause.last)
    return best is not None and kind_of(best.concept) == "music" and best.last - best.first > 1


def _hits(source: Source, clause: Clause, table: str) -> bool:
    return any(
        _longest(source, clause, table, at) is not None for at in range(clause.first, clause.last)
    )


def _known(source: Source, clause: Clause) -> bool:
    return bool(_sound(source, clause, clause.first, clause.last))


def _sound(source: Source, clause: Clause, first: int, last: int) -> str:
    """The sound that tokens [first, last) name, or whose absence they ask for."""
    off = [_longest(source, clause, "sound_off", at, last) for at in range(first, last)]
    best = _best(source, clause, first, last)
    for at in range(first, last):  # "the hum of a fridge" is a fridge's, not a hum
        lead = _longest(source, clause, "sound_lead", at, last)
        if lead is not None and best is not None and best.last <= lead.last < last:
            best = _best(source, clause, lead.last, last) or best
    for hit in off:
        if hit is not None and hit.last - hit.first == 1 and last - first > _FEW_WORDS:
            continue  # "then everything falls silent"
        if hit is not None and (best is None or hit.last - hit.first >= best.last - best.first):
            return hit.concept
    return "" if best is None else best.concept


def _best(source: Source, clause: Clause, first: int, last: int) -> Hit | None:
    """The longest name of a sound; of two nouns in a row, English names it by the second."""
    best: Hit | None = None
    for at in range(first, last):
        named = [_longest(source, clause, table, at, last) for table in _NAMING]
        hit = max((found for found in named if found), key=lambda found: found.last, default=None)
        if hit is None:
            continue
        longer = best is None or hit.last - hit.first > best.last - best.first
        if best is not None and "pad" in (best.concept, hit.concept):  # « musique à la harpe »
            vague = best.concept == "pad" and kind_of(hit.concept) == "music"
            longer = vague or (longer and kind_of(best.concept) != "music")
        follows = best is not None and hit.first == best.last and hit.lang == "en"
        follows = follows and not _does(source, clause, hit.first, last)
        equal = best is not None and hit.last - hit.first == best.last - best.first
        if longer or (follows and equal):
            best = hit
    return best


def _does(source: Source, clause: Clause, at: int, last: int) -> bool:
    """Whether a word tells what is done: "thunder rumbles" is no rumble."""
    verb = _longest(source, clause, "audible", at, last)
    return verb is not None and verb.form in ("third", "base")


def _longest(
    source: Source, clause: Clause, table: str, at: int, last: int | None = None
) -> Hit | None:
    """The longest match of a table, of the clause's own language where two are as long."""
    limit = clause.last if last is None else last
    langs = (*clause.langs, *(lang for lang in LANGS if lang not in clause.langs))
    hits = [lexicon(lang).match_at(table, source.tokens, at, limit=limit) for lang in langs]
    found = [hit for hit in hits if hit is not None]
    return max(found, key=lambda hit: hit.last, default=None)


def _times(source: Source, first: int, last: int) -> tuple[float | None, float | None]:
    """When it starts and ends, where that is told."""
    for at in range(first, last):
        mark = source.mark_of[at]
        if mark >= 0 and source.marks[mark].kind in ("start", "range"):
            told = source.marks[mark]
            end = told.end if told.kind == "range" else None
            return float(told.start), None if end is None else float(end)
    return None, None

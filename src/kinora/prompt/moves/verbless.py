"""Ways without a verb: "closer to the violin", "camera left", « plus haut, puis à droite »."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kinora.prompt.moves.agents import is_word_of
from kinora.prompt.moves.events import Event, second_event
from kinora.prompt.moves.paths import find_course, second_course
from kinora.prompt.moves.scan import Scan, head
from kinora.prompt.moves.subjects import Subject
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.lexicon import Hit
from kinora.prompt.words.source import Source

_WAYS = frozenset({"in", "out", "left", "right", "up", "down", "cw", "ccw", "around", "across"})
_ROUTED_WAYS = frozenset({"in", "out", "around", "over", "through", "along"})  # prepositions
#: Words that can't be mistaken for a place, so that a goal may follow: "closer to the violin".
_PLAIN = frozenset(
    ["closer", "nearer", "toward", "towards", "forward", "forwards", "backward", "backwards",
     "further", "farther", "away", "inward", "upward", "downward", "leftward", "rightward",
     "upwards", "downwards", "pres", "haut", "bas", "avant", "arriere", "loin", "gauche",
     "droite", "reculons"]
)  # fmt: skip
_QUIET = frozenset({"action", "subject", "audio", "dialogue", "light", "style", "keep", "change"})
_SMALL = frozenset(
    ["bit", "little", "touch", "tad", "smidge", "hair", "notch", "please", "pls", "ok", "okay",
     "and", "now", "just", "the", "a", "even", "no", "come", "tres", "plus", "un", "peu", "poil",
     "chouia", "cran", "de", "et", "maintenant", "encore", "toujours", "d'", "merci", "stp",
     "movement", "move", "motion", "mouvement", "direction", "then", "back", "thanks", "bien",
     "juste", "stay", "all", "way"]
)  # fmt: skip


def verbless(source: Source, index: int, scans: Sequence[Scan], *, subject: Subject) -> list[Event]:
    """The moves of a clause that only names a way.

    Args:
        source: the prompt.
        index: the clause.
        scans: what the camera grammar found in each clause.
        subject: who acted last in the same sentence.
    """
    clause, hits = source.clauses[index], scans[index]
    if source.section_name(clause.first) in _QUIET or hits.heads or hits.negations:
        return []
    way = next(_ways(source, clause, hits), None)
    if way is None or not _is_told(source, index, scans, way, subject):
        return []
    at_way = Hit("move", way.lang, way.first, way.first)
    bounds = (clause.first, clause.last)
    course = find_course(source.tokens, head("move"), at_way, hits, bounds)
    if course.path is None or course.op == "?":
        return []
    found = [second_event(at_way, course, clause=index)]
    extra = second_course(source.tokens, head("move"), course, hits, clause.last)
    if extra is not None:
        found.append(second_event(at_way, extra, clause=index))
    return found


def _ways(source: Source, clause: Clause, hits: Scan) -> Iterator[Hit]:
    """The way that opens the clause, after words that tell how and for whom."""
    at = clause.first
    while at < clause.last:
        strong, weak = hits.strong_at.get(at), hits.weak_at.get(at)
        letter = len(source.tokens[at].text) == 1 and strong is not None and strong.last == at + 1
        if letter:  # "b. travelling avant": a label
            return
        if strong is not None and strong.concept in _WAYS:
            yield strong
            return
        if weak is not None:
            yield weak
            return
        if not _is_small(source, at, clause, hits) and not _is_camera(source, at, clause):
            return
        at += 1


def _is_told(source: Source, index: int, scans: Sequence[Scan], way: Hit, subject: Subject) -> bool:
    clause, hits = source.clauses[index], scans[index]
    named = any(_is_camera(source, i, clause) for i in range(clause.first, way.first))
    routed = source.section_name(clause.first) == "camera"
    timed = any(source.mark_of[i] >= 0 for i in range(clause.first, clause.last))
    pure = all(_is_small(source, i, clause, hits) for i in range(way.last, clause.last))
    if way.first in hits.weak_at and hits.strong_at.get(way.first) is not way:
        weak_ok = way.concept in _ROUTED_WAYS and (pure or way.concept not in ("in", "out"))
        towards = source.tokens[way.first].text in ("vers", "jusqu'")
        if not (weak_ok and (named or routed or (timed and pure))):
            return towards and not pure and _closes(source, index, scans) and _opens(clause)
    if routed or named or (timed and pure):
        return pure or _has_goal(source, way, clause)
    follows = subject == "camera" and clause.link == "comma"
    if subject == "other" or not (_opens(clause) or follows):
        return False
    if pure:
        return _closes(source, index, scans)
    text = {source.tokens[i].text for i in range(way.first, way.last)}
    return bool(text & _PLAIN) and _has_goal(source, way, clause) and _closes(source, index, scans)


def _opens(clause: Clause) -> bool:
    return clause.link in ("sentence", "then", "after", "colon")


def _has_goal(source: Source, way: Hit, clause: Clause) -> bool:
    """Whether what follows says where to: "closer | to the violin", "toward | the door"."""
    at = way.last
    while at < clause.last and source.tokens[at].text in _SMALL - {"the", "a", "un", "de", "d'"}:
        at += 1
    if at >= clause.last:
        return True
    ends = source.tokens[way.last - 1].text
    return any(
        is_word_of("preposition", word, clause.langs) for word in (source.tokens[at].text, ends)
    )


def _closes(source: Source, index: int, scans: Sequence[Scan]) -> bool:
    """Whether the sentence ends here, or goes on with words of camera only."""
    clauses = source.clauses
    after = index + 1
    if after >= len(clauses) or clauses[after].sentence != clauses[index].sentence:
        return True
    following = clauses[after]
    if following.link in ("then", "after"):
        return True
    return all(
        _is_small(source, i, following, scans[after])
        or source.tokens[i].text.endswith(("ly", "ment"))
        for i in range(following.first, following.last)
    )


def _is_small(source: Source, at: int, clause: Clause, hits: Scan) -> bool:
    """Whether a token tells how, when or how much, and nothing of the picture."""
    word = source.tokens[at].text
    if at in hits.told or at in hits.asking or source.mark_of[at] >= 0 or not word[0].isalpha():
        return True
    if any(h.first <= at < h.last for h in hits.paths) or word in _SMALL:
        return True
    return any(is_word_of(n, word, clause.langs) for n in ("adverb", "number", "measure"))


def _is_camera(source: Source, at: int, clause: Clause) -> bool:
    return is_word_of("core", source.tokens[at].text, clause.langs)

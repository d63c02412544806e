"""What a prompt forbids: "no zoom", "don't move the camera", an "Avoid:" section."""

from __future__ import annotations

from dataclasses import replace

from kinora.prompt.moves.candidates import Candidate
from kinora.prompt.moves.events import Event
from kinora.prompt.moves.scan import Scan
from kinora.prompt.words.source import Source

_REACH = 4  # words between a negation and the head it denies
_INSTEAD = frozenset(
    ["but", "mais", "just", "only", "simply", "instead", "juste", "seulement", "simplement"]
)
_NONE = frozenset(
    ["none", "no", "zero", "0", "nil", "off", "aucun", "aucune", "non", "pas", "rien"]
)
_REPLACED = frozenset({"instead", "rather", "au", "plutot"})  # what follows is wanted


def is_denied(c: Candidate, *, before: bool) -> bool:
    """ "no zoom", "without any sudden pan", "no zoom, pan or tilt".

    Args:
        c: the head.
        before: whether the clause before denied its own.
    """
    if c.source.section_name(c.hit.first) == "avoid":
        return True
    if c.rule.test == "only":
        return False
    if _is_none(c):
        return True
    if c.rule.test == "state":  # "not static"; but "no zoom, static"
        return any(n.last == c.hit.first and n.last - n.first == 1 for n in c.hits.negations)
    if any(n.last <= c.hit.first and _reaches(c, n.last) for n in c.hits.negations):
        return True
    if not before or c.rule.test == "hold" or c.hit.concept == "fixed" or _turns_to(c):
        return False
    opens = c.word(c.clause.first) in ("or", "nor", "ni", "ou")
    return opens or (c.clause.link == "comma" and not c.hits.manner and c.alone)


def _is_none(c: Candidate) -> bool:
    """ "Zoom: none.", « Pano : aucun. »: a list of moves that says which there are."""
    after = c.source.clause_of[c.hit.first] + 1
    if c.hit.last != c.clause.last or after >= len(c.source.clauses):
        return False
    said = c.source.clauses[after]
    words = [c.source.tokens[i].text for i in range(said.first, said.last)]
    return said.link == "colon" and bool(words) and set(words) <= _NONE


def spreads(source: Source, hits: Scan) -> bool:
    """Whether the denial of a clause may go on in the next one; "instead of a pan" doesn't."""
    return not any(source.tokens[n.first].text in _REPLACED for n in hits.negations)


def names_camera(c: Candidate) -> bool:
    """ "zero movement of the camera", "camera: don't move it"."""
    if c.rule.name == "motion":
        return any(c.is_a("core", i) for i in range(c.hit.first - 1, c.hit.last + 3))
    return c.word(c.hit.last) in ("it", "la") and c.last_subject == "camera"


def stillness(c: Candidate, event: Event) -> Event:
    """ "do not move the camera": stillness, told by the words from the denial on."""
    denials = [n.first for n in c.hits.negations if n.last <= event.first]
    cameras = [i + 1 for i in range(event.last, c.clause.last) if c.is_a("core", i)]
    return replace(
        event,
        op="static",
        direction=None,
        negated=False,
        first=min([event.first, *denials]),
        last=max([event.last, *cameras[:1]]),
    )


def _turns_to(c: Candidate) -> bool:
    """ "don't pan, just creep in", « ne zoome pas, elle descend »: what to do instead."""
    before = range(c.clause.first, c.hit.first)
    acts = any(c.is_a(name, i) for name in ("it", "camera", "we") for i in before)
    acts = acts or c.word(c.hit.last) in _REPLACED  # « avance plutôt »
    return acts or any(c.word(i) in _INSTEAD for i in before)


def _reaches(c: Candidate, start: int) -> bool:
    words = c.source.tokens[start : c.hit.first]
    return not any(t.text in _INSTEAD for t in words) and sum(t.is_word for t in words) <= _REACH

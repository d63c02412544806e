"""A cue: what words tell that isn't the camera, and how lexicons are asked for one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kinora.prompt.content.sound_items import Heard
from kinora.prompt.words.clauses import Clause
from kinora.prompt.words.lexicon import Hit, lexicon
from kinora.prompt.words.source import Source

Kind = Literal[
    "light", "atmosphere", "shot", "angle", "depth", "lens", "style", "element", "subject",
    "keep", "may_change", "avoid", "cut", "newcomer", "text", "format", "audio", "recolour",
]  # fmt: skip


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


def best_hit(source: Source, clause: Clause, section: str, at: int) -> Hit | None:
    """The longest hit of a lexicon's ``section`` at token ``at``; foreign ones must be plain."""
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

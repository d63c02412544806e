"""One and the same motion, told twice in a sentence: "her chest rises as she breathes"."""

from __future__ import annotations

from typing import Final

from kinora.prompt.content.cue import Cue
from kinora.prompt.words.source import Source

_BREATH: Final = "breathe"
_FALLS: Final = "waterfall"


def told_once(source: Source, found: list[Cue]) -> list[Cue]:
    """The cues without a chest that rises beside who breathes, and water beside its waterfall.

    Args:
        source: the prompt.
        found: its cues, in the order of their words.
    """
    breathing = {_sentence(source, cue) for cue in found if _is_breath(cue) and cue.who is not None}
    falling: set[int] = set()
    out: list[Cue] = []
    for cue in found:
        sentence = _sentence(source, cue)
        falls = cue.kind == "element" and cue.concept == _FALLS
        body = _is_breath(cue) and cue.who is None
        if (body and sentence in breathing) or (falls and sentence in falling):
            continue
        falling |= {sentence} if falls else set()
        out.append(cue)
    return out


def _is_breath(cue: Cue) -> bool:
    return cue.kind == "subject" and cue.concept == _BREATH


def _sentence(source: Source, cue: Cue) -> int:
    return source.clauses[source.clause_of[cue.first]].sentence

"""A cue: what words tell that isn't the camera."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kinora.prompt.content.sound_items import Heard

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
    to: str = ""  # the light that a light gives way to

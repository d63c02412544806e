"""Words for how time runs in a clip, and the pace that they name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

TimeStyle = Literal["slow_motion", "time_lapse", "fast_motion", "reverse", "stop_motion", "natural"]

#: Patterns over folded text, the first that fits wins.
_PATTERNS: Final[dict[TimeStyle, str]] = {
    "stop_motion": r"\bstop[ -]?(?:motion|frame)|\bclaymation|\bimage par image|\ben volume",
    "time_lapse": r"\b(?:time|hyper)[ -]?lapse",
    "reverse": r"\brevers|\bbackwards?\b|\brewind|\brewound|\bremont\w* le temps|\ba l'? ?envers"
    r"|\ba rebours|\bmarche arriere|\binverse|\brembobin",
    "slow_motion": r"\bslow[ -]?mo|\bslo[ -]?mo|\bralenti",
    "fast_motion": r"\bfast[ -]?(?:forward|motion)|\bspe(?:ede)?d up|\baccelere"
    r"|\b(?:camera|avance) rapide",
    "natural": r"\breal[ -]?time|\btemps reel|\bnatural (?:speed|motion)|\bvitesse (?:nat|ree)",
}
_STYLES: Final = {style: re.compile(pattern) for style, pattern in _PATTERNS.items()}
_VERY: Final = re.compile(r"\b(?:super|ultra|extreme(?:ly)?|very|tres)\b")

#: Seconds of the scene per second of the clip.
SLOW, VERY_SLOW, FAST, LAPSE = 0.4, 0.2, 2.5, 6.0
SLOWEST, FASTEST = 0.05, 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a clip's time maps to that of what it shows."""

    rate: float = 1.0  # seconds of the scene per second of the clip
    backwards: bool = False  # the clip ends with the photo instead of beginning with it
    held: bool = False  # stop motion: every pose stays for some frames

    def clip_seconds(self, scene_seconds: float, duration: float) -> float:
        """When a clip that lasts ``duration`` seconds of the scene shows a moment of it."""
        shown = duration - scene_seconds if self.backwards else scene_seconds
        return shown / self.rate


def time_style_of(text: str) -> TimeStyle | None:
    """The time style that the words of a style note name, None where they name none."""
    plain = _folded(text)
    return next((style for style, pattern in _STYLES.items() if pattern.search(plain)), None)


def pace_of(notes: Iterable[str], *, scale: float | None = None, backwards: bool = False) -> Pace:
    """The pace that style notes name together.

    Args:
        notes: their words.
        scale: seconds of the scene per second of the clip, whatever the words say.
        backwards: whatever the words say.
    """
    rate, held = 1.0, False
    for text in notes:
        style = time_style_of(text)
        rate = _rate(style, very=bool(_VERY.search(_folded(text)))) or rate
        backwards |= style == "reverse"
        held |= style == "stop_motion"
    return Pace(rate=rate if scale is None else scale, backwards=backwards, held=held)


def _rate(style: TimeStyle | None, *, very: bool) -> float | None:
    if style == "slow_motion":
        return VERY_SLOW if very else SLOW
    return {"fast_motion": FAST, "time_lapse": LAPSE}.get(style or "")


def _folded(text: str) -> str:
    split = unicodedata.normalize("NFKD", text.lower().replace("’", "'"))
    return "".join(char for char in split if not unicodedata.combining(char))

"""Edits of how loud things are: "turn the rain down", « la musique plus forte », "louder"."""

from __future__ import annotations

import re
from typing import Final

from kinora.prompt.reading import read_prompt
from kinora.prompt.remix.edit_patterns import GLUE, LITTLE, MUCH
from kinora.prompt.words.text import fold
from kinora.types.plan import AudioCue, ShotPlan

_LEVELS: Final = ("discreet", "normal", "loud")
_STRONG: Final = 2.0  # a factor from which a level goes two steps

_UP = (
    r"louder|turn(?:ed)?(?: it)? up|crank(?: it)? up|(?:raise|boost|amplify)(?= \w)(?! the camera)"
    r"|plus (?:forte?s?|fort|bruyante?s?|audibles?)"
    r"|(?:re)?monte[rz]?(?= (?:le|la|les)\b| l')(?! la camera)"
)
_DOWN = (
    r"quieter|softer|fainter|more (?:softly|quietly|faintly)|turn(?:ed)?(?: it)? down"
    r"|lower(?= \w)(?! the camera)"
    r"|moins (?:forte?s?|fort|bruyante?s?)|plus (?:bas(?:ses?)?|douce?s?|doux|discrete?s?|discret"
    r"|faibles?|legere?s?|leger|feutree?s?|etouffee?s?)"
    r"|(?:baisse|attenue)[rz]?(?= (?:le|la|les)\b| l')(?! la camera)"
)
#: A change of loudness, and by how much; "turn … up" may hold what is turned.
VOLUME: Final = re.compile(
    rf"\b(?:(?P<much>{MUCH})\s+|(?P<little>{LITTLE})\s+)?(?:(?P<up>{_UP})|(?P<down>{_DOWN}))\b"
    r"|^(?:please )?turn (?P<new>.+?) (?:(?P<up2>up)|(?P<down2>down))\b"
)
#: "… and the music down", after such a change.
MORE_TURNED: Final = re.compile(r"(?P<new>.+?) (?:(?P<up>up)|down)")
_ALL: Final = re.compile(
    r"\b(?:sounds?|volume|audio|noise|it|them|everything|all|son|sons|le tout|bruit|ambiance)\b"
)


def factor_of(match: re.Match[str]) -> float:
    """How many times as loud, where one step is 1.5."""
    factor = _STRONG if match["much"] else 1.5
    return 1.0 / factor if match["down"] or match["down2"] else factor


def with_volume(plan: ShotPlan, text: str, factor: float) -> ShotPlan | None:
    """``plan`` with what ``text`` names louder or quieter; None: it names no sound of the plan.

    Words for sound as such, or none at all, mean everything that is heard.
    """
    chosen = _named(plan, text)
    if not chosen:
        return None
    steps = 2 if factor >= _STRONG or factor <= 1.0 / _STRONG else 1
    by = steps if factor > 1.0 else -steps

    def turned(cue: AudioCue) -> AudioCue:
        if cue.id not in chosen:
            return cue
        place = min(max(_LEVELS.index(cue.level) + by, 0), len(_LEVELS) - 1)
        return cue.model_copy(update={"level": _LEVELS[place]})

    return plan.model_copy(update={"audio": tuple(turned(cue) for cue in plan.audio)})


def _named(plan: ShotPlan, text: str) -> set[str]:
    """Ids of the sounds of ``plan`` that ``text`` names."""
    heard = [cue for cue in plan.audio if cue.kind != "silence"]
    rest = GLUE.sub("", _ALL.sub("", fold(text).text)).strip()
    if not rest:
        return {cue.id for cue in heard}
    wanted = read_prompt(f"Audio: {text}").plan.audio
    names = {cue.cue for cue in wanted if cue.cue is not None}
    music = any("music" in cue.raw.casefold() or "musique" in cue.raw.casefold() for cue in wanted)
    exact = {cue.id for cue in heard if cue.cue in names or (music and cue.kind == "music")}
    families = {_family(name) for name in names}  # "the traffic" is also that far away
    return exact or {cue.id for cue in heard if cue.cue and _family(cue.cue) in families}


def _family(cue: str) -> str:
    return cue.partition("_")[0]

"""Spoken lines × scene → a mouth that says them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from kinora.living.portrait.find import find_head
from kinora.living.portrait.mouth import find_mouth
from kinora.living.portrait.plan import is_kept
from kinora.living.portrait.wording import told
from kinora.types.character import CHARACTER
from kinora.types.face import Mouth
from kinora.types.living import F32
from kinora.types.pace import Pace
from kinora.types.plan import DialogueLine, Lang, ShotPlan
from kinora.types.report import Outcome
from kinora.types.scene import Scene
from kinora.types.speech import OPENING_RATE, SaidLine

#: How far a mouth opens at most, in distances between the eyes (63 mm: 9 mm).
_MOST: Final = 0.145
#: Words that may stand for whoever speaks in the picture.
_ANYBODY: Final = re.compile(
    r"\b(?:s?he|they|elles?|ils?|on|wom[ae]n|m[ae]n|girl|boy|person|face|lady|child|femme|homme"
    r"|fille|gar[cç]on|personne|visage|dame|enfant)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaking:
    """Mouths that speak, and what was made of the spoken lines."""

    mouths: tuple[Mouth, ...] = ()
    outcomes: tuple[Outcome, ...] = ()

    def and_of(self, other: Speaking) -> Speaking:
        """Both together."""
        return Speaking(mouths=self.mouths + other.mouths, outcomes=self.outcomes + other.outcomes)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Speech:
    """A `Talk`: lines, one after another, on the clip's clock whatever the scene's does."""

    lines: tuple[SaidLine, ...]
    pace: Pace
    seconds: float  # length of the clip by the scene's clock

    def at(self, seconds: float) -> float:
        """How far the mouth is open."""
        now = self.pace.clip_seconds(seconds, self.seconds)
        for line in self.lines:
            if line.t0 <= now < line.t1 and len(line.opening):
                place = (now - line.t0) * OPENING_RATE
                return float(np.interp(place, np.arange(len(line.opening)), line.opening))
        return 0.0


def plan_speaking(
    plan: ShotPlan,
    scene: Scene,
    said: Sequence[SaidLine],
    *,
    kept: F32 | None,
) -> Speaking:
    """The mouths of who ``plan`` has speak: characters by name, else the photo's largest face.

    Args:
        plan: in the scene's time; its lines, but for those that nobody in the picture says.
        scene: with its regions, and those of its characters.
        said: when each line is said.
        kept: (H, W) over the frame in [0, 1]; a face that is kept says nothing.
    """
    times = {line.item: line for line in said}
    lines = [line for line in plan.dialogue if not line.off_screen and line.id in times]
    found = Speaking()
    for member in plan.cast:
        own = [line for line in lines if _names(line, member.name)]
        lines = [line for line in lines if line not in own]
        if own:
            figure = _only(scene, member.name)
            found = found.and_of(_speaking(plan, figure, own, times, kept=kept))
    photo = _only(scene, None)
    if any(each.kind == "face" for each in photo.regions):
        return found.and_of(_speaking(plan, photo, lines, times, kept=kept))
    named = [line for line in lines if _name(line) is not None]
    rest = [line for line in lines if line not in named]  # of whoever is there
    found = found.and_of(_speaking(plan, photo, named, times, kept=kept))
    return found.and_of(_speaking(plan, scene, rest, times, kept=kept))


def _speaking(
    plan: ShotPlan,
    scene: Scene,
    lines: Sequence[DialogueLine],
    times: Mapping[str, SaidLine],
    *,
    kept: F32 | None,
) -> Speaking:
    """The largest face of ``scene`` says ``lines``."""
    if not lines:
        return Speaking()
    lang: Lang = plan.lang[0] if plan.lang else "en"
    head = find_head(scene)
    if head is None:  # a line of nobody in particular may well come from outside the picture
        named = [line for line in lines if line.speaker is not None]
        return Speaking(outcomes=tuple(_silent(line, "nobody_speaks", lang) for line in named))
    if is_kept(head, scene, kept):
        return Speaking(outcomes=tuple(_silent(line, "kept", lang) for line in lines))
    shape = find_mouth(scene, head)
    if shape is None:
        return Speaking(outcomes=tuple(_silent(line, "no_mouth", lang) for line in lines))
    own = [line for line in lines if _is_own(line, lines)]
    talk = Speech(
        lines=tuple(times[line.id] for line in own), pace=plan.pace, seconds=plan.duration
    )
    outcomes = [
        _spoken(line, times[line.id], lang) if line in own else _silent(line, "other_face", lang)
        for line in lines
    ]
    mouth = Mouth(shape=shape, talk=talk, most=_MOST * head.apart)
    return Speaking(mouths=(mouth,), outcomes=tuple(outcomes))


def _only(scene: Scene, name: str | None) -> Scene:
    """The scene with the regions of one character alone; None: of no character."""
    regions = [
        region
        for region in scene.regions
        if (region.source == CHARACTER + name if name else CHARACTER not in region.source)
    ]
    return replace(scene, regions=tuple(regions))


def _names(line: DialogueLine, name: str) -> bool:
    """Whether a line's speaker is called so."""
    return bool(re.search(rf"\b{re.escape(name.casefold())}\b", (line.speaker or "").casefold()))


def _is_own(line: DialogueLine, lines: Sequence[DialogueLine]) -> bool:
    """Whether the face says a line: all but those of a second person who has a name."""
    names = [name for other in lines if (name := _name(other)) is not None]
    return _name(line) in (None, *names[:1])


def _name(line: DialogueLine) -> str | None:
    if line.speaker is None or _ANYBODY.search(line.speaker.strip()):
        return None
    return line.speaker.strip().casefold()


def _spoken(line: DialogueLine, said: SaidLine, lang: Lang) -> Outcome:
    words = told("speaks", lang, t0=f"{said.t0:.1f}", t1=f"{said.t1:.1f}")
    return Outcome(item=line.id, status="understood", done=words, adds=True)


def _silent(line: DialogueLine, why: str, lang: Lang) -> Outcome:
    return Outcome(item=line.id, status="approximated", reason=told(why, lang), adds=True)

"""Members of a plan's cast × where they were placed → how they go about, and what is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi, sin
from typing import Final

from kinora.types.character import Placed
from kinora.types.living import Carried
from kinora.types.plan import CastMember, Lang, ShotPlan
from kinora.types.report import Outcome, Status

#: How far the top of a standing figure sways to each side, share of its height, and how long a sway
#: takes, seconds: people who stand sway by a degree or less, slowly.
_SWAY, _SWAY_SECONDS = 0.006, 4.3
#: Walking: heights a second, steps a second, rise with each step in shares of the height.
_PACE, _STEPS, _RISE = 0.75, 1.8, 0.012
#: Share of the way at whose end a walker slows down.
_SLOWS: Final = 0.25

_TEXTS: Final[dict[Lang, dict[str, str]]] = {
    "en": {
        "stands": "stands at {x:.0f} % of the width, {tall:.0f} % of the frame's height, and sways",
        "walks": "goes from {start:.0f} to {x:.0f} % of the width in {seconds:.1f} s, "
        "{tall:.0f} % of the frame's height",
        "flat": "its picture is one flat figure: it moves as a whole, its legs don't",
        "cut": "its picture ends before its feet: it is shown from the frame's lower edge up",
        "no_ground": "no ground was found: how near and how tall it stands was chosen",
        "loop": "in a loop it can't come from elsewhere: it stands",
        "missing": "nothing stands out in its picture, or none was given",
    },
    "fr": {
        "stands": "se tient à {x:.0f} % de la largeur, {tall:.0f} % de la hauteur du cadre, et "
        "balance à peine",
        "walks": "va de {start:.0f} à {x:.0f} % de la largeur en {seconds:.1f} s, "
        "{tall:.0f} % de la hauteur du cadre",
        "flat": "son image est une figure plate : elle avance d'un bloc, sans bouger les jambes",
        "cut": "son image s'arrête avant les pieds : la figure part du bord inférieur du cadre",
        "no_ground": "aucun sol trouvé : sa distance et sa taille ont été choisies",
        "loop": "en boucle, la figure ne peut venir d'ailleurs : elle reste sur place",
        "missing": "rien ne se détache de son image, ou aucune n'a été donnée",
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sway:
    """A `Course`: somebody who stands."""

    amount: float  # to each side, pixels
    period: float  # seconds
    phase: float  # radians

    @property
    def reach(self) -> float:
        """As of `Course`."""
        return self.amount

    def at(self, seconds: float) -> tuple[float, float, float]:
        """As of `Course`."""
        turn = 2.0 * pi * seconds / self.period
        return 0.0, 0.0, self.amount * (sin(turn + self.phase) - sin(self.phase)) / 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """A `Course`: somebody who comes from elsewhere, then stands."""

    way: float  # from where it starts to its place, to the right, pixels
    seconds: float  # that takes
    rise: float  # with each step, pixels
    then: Sway

    @property
    def reach(self) -> float:
        """As of `Course`."""
        return abs(self.way) + self.rise + self.then.reach

    def at(self, seconds: float) -> tuple[float, float, float]:
        """As of `Course`."""
        share = min(seconds / self.seconds, 1.0)
        left = 1.0 - _advanced(share)
        if share >= 1.0:
            return self.then.at(seconds - self.seconds)
        speed = min(1.0, (1.0 - share) / _SLOWS)
        bob = self.rise * abs(sin(pi * _STEPS * seconds)) * speed
        return -self.way * left, -bob, 0.0


def _advanced(share: float) -> float:
    """How much of the way is done: even, and slower at the end (speed falls linearly to zero)."""
    whole = 1.0 - _SLOWS / 2.0
    if share <= 1.0 - _SLOWS:
        return share / whole
    rest = 1.0 - share
    return 1.0 - rest * rest / (2.0 * _SLOWS) / whole


def plan_cast(
    plan: ShotPlan, placed: Sequence[Placed], *, size: tuple[int, int]
) -> tuple[tuple[Carried, ...], tuple[Outcome, ...]]:
    """How the members of a plan's cast move, and what became of each.

    Args:
        plan: with its cast; times are the scene's.
        placed: those who were placed.
        size: width and height of the scene's frame, pixels.
    """
    lang: Lang = plan.lang[0] if plan.lang else "en"
    by_id = {each.member.id: each for each in placed}
    carried, outcomes = [], []
    for number, member in enumerate(plan.cast):
        there = by_id.get(member.id)
        if there is None:
            outcomes.append(_missing(member, lang))
            continue
        course = _course(plan, there, size[0], number)
        carried.append(
            Carried(layers=there.layers, foot=there.foot, height=there.height, course=course)
        )
        outcomes.append(_told(plan, there, course, size, lang))
    return tuple(carried), tuple(outcomes)


def _missing(member: CastMember, lang: Lang) -> Outcome:
    return Outcome(item=member.id, status="not_supported", reason=_TEXTS[lang]["missing"])


def _course(plan: ShotPlan, there: Placed, width: int, number: int) -> Sway | Walk:
    period = _SWAY_SECONDS
    if plan.loops:
        period = plan.duration / max(1, round(plan.duration / _SWAY_SECONDS))
    sway = Sway(amount=_SWAY * there.height, period=period, phase=1.7 * (number + 1))
    if there.member.from_x is None or plan.loops:
        return sway
    x = there.member.x if there.member.x is not None else 0.5
    way = (x - there.member.from_x) * width
    if abs(way) < 1.0:
        return sway
    seconds = min(abs(way) / (_PACE * there.height), 0.95 * plan.duration)
    return Walk(way=way, seconds=max(seconds, 0.2), rise=_RISE * there.height, then=sway)


def _told(
    plan: ShotPlan, there: Placed, course: Sway | Walk, size: tuple[int, int], lang: Lang
) -> Outcome:
    texts, reasons = _TEXTS[lang], []
    x = 100.0 * (there.member.x if there.member.x is not None else there.frame_x / size[0])
    tall = 100.0 * there.height / size[1]
    done = texts["stands"].format(x=x, tall=tall)
    if isinstance(course, Walk):
        start = 100.0 * (there.member.from_x or 0.0)
        seconds = plan.pace.clip_seconds(course.seconds, plan.duration)
        done = texts["walks"].format(start=start, x=x, seconds=seconds, tall=tall)
        reasons.append(texts["flat"])
    elif there.member.from_x is not None:
        reasons.append(texts["loop"])
    if not there.whole:
        reasons.append(texts["cut"])
    elif not there.on_ground and there.member.height is None:
        reasons.append(texts["no_ground"])
    status: Status = "approximated" if reasons else "understood"
    return Outcome(
        item=there.member.id, status=status, done=done, reason="; ".join(reasons) or None
    )

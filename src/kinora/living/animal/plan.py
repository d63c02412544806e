"""Subject actions of a plan × scene → what an animal does, and any body that breathes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import radians
from typing import Final

import numpy as np

from kinora.living.animal.bends import bend_of, breath_of_body
from kinora.living.animal.courses import BREATH, Twitches, Wag
from kinora.living.animal.wording import is_animal, told
from kinora.living.grid import Grid
from kinora.living.held import free_of
from kinora.living.portrait.course import Breath, Hold, blink_times
from kinora.living.timing import Timing
from kinora.types.living import F32, Displacement, Warp
from kinora.types.offered import is_offered
from kinora.types.plan import Beat, Lang, ShotPlan, SubjectAction
from kinora.types.report import Outcome
from kinora.types.scene import Scene

#: Names of the masks that show the whole animal.
_BODY: Final = ("animal", "subject")
#: Usual angles, degrees, and the greatest ones.
_EAR, _TAIL, _HEAD = (11.0, 20.0), (13.0, 25.0), (4.0, 7.0)
#: Rise of the body with a breath, shares of its height, and its greatest.
_RISE: Final = (0.011, 0.025)
_WAG: Final = 0.9  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Animal:
    """What moves, what was made of the plan's items, and which those are."""

    warps: tuple[Warp, ...] = ()
    outcomes: tuple[Outcome, ...] = ()

    @property
    def items(self) -> frozenset[str]:
        """Ids of the actions that were dealt with here."""
        return frozenset(outcome.item for outcome in self.outcomes)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Asked:
    """One action, where it shall happen, and what it may go by."""

    plan: ShotPlan
    beat: Beat
    act: SubjectAction
    mask: F32  # (H, W) over the frame
    body: tuple[float, float] | None  # x, y of its middle, frame pixels
    grid: Grid
    free: F32
    lang: Lang
    loop: bool

    @property
    def start(self) -> float:
        return self.beat.t0 if self.act.at is None else self.act.at

    def degrees(self, usual: tuple[float, float]) -> float:
        """The angle that is asked for, bounded."""
        amount = self.act.amount
        if amount is not None and amount.unit == "degrees":
            return min(amount.value, usual[1])
        return min(usual[0] * self.act.size, usual[1])


def plan_animal(
    plan: ShotPlan,
    scene: Scene,
    *,
    masks: Mapping[str, F32],
    kept: F32 | None,
    loop: bool = False,
) -> Animal:
    """What an animal of ``scene`` does as ``plan`` says.

    Args:
        plan: its subjects' actions; those that belong to a face are left alone.
        scene: with its regions.
        masks: where the caller says things are, (H, W) over the frame in [0, 1], by name.
        kept: where nothing may move, likewise.
        loop: whether the clip's end shall meet its beginning.
    """
    lang: Lang = plan.lang[0] if plan.lang else "en"
    grid = Grid.of(scene)
    body = _body(scene, masks)
    middle = None if body is None else _middle(body)
    warps: list[Warp] = []
    outcomes: list[Outcome] = []
    for beat in plan.beats:
        for act in beat.subjects:
            name = _part(act, scene, masks)
            if name is None:
                continue
            mask = body if name in _BODY else masks.get(name)
            outcome = _not_possible(act, name, mask, kept, lang)
            if outcome is None and mask is not None:
                asked = _Asked(
                    plan=plan,
                    beat=beat,
                    act=act,
                    mask=mask,
                    body=middle,
                    grid=grid,
                    free=free_of(kept, grid),
                    lang=lang,
                    loop=loop,
                )
                displacement, words = _ACTIONS[name](asked)
                warps.append(Warp(name=name, displacement=displacement))
                outcome = Outcome(item=act.id, status="understood", done=words)
            if outcome is not None:
                outcomes.append(outcome)
    return Animal(warps=tuple(warps), outcomes=tuple(outcomes))


def _part(act: SubjectAction, scene: Scene, masks: Mapping[str, F32]) -> str | None:
    """Which part of an animal an action moves; None: it is no matter of animals."""
    if act.kind == "twitch ear":
        return "ear"
    if act.kind == "wag tail":
        return "tail"
    if act.kind in ("tilt head", "turn head", "nod"):
        return "head" if "head" in masks or is_animal(act.who) else None
    if act.kind == "breathe" and not is_offered(act.id):  # that is for sure faces
        faces = any(region.kind == "face" for region in scene.regions)
        return _BODY[0] if is_animal(act.who) or "animal" in masks or not faces else None
    return None


def _not_possible(
    act: SubjectAction, name: str, mask: F32 | None, kept: F32 | None, lang: Lang
) -> Outcome | None:
    """Why nothing can move there, if so."""
    if mask is None or not (mask > 0.5).any():
        return Outcome(
            item=act.id,
            status="not_supported",
            reason=told("missing body" if name in _BODY else "missing", lang),
            how_to_get_it=told("how", lang, name=name),
        )
    if kept is not None and (kept[mask > 0.5] > 0.0).mean() > 0.9:
        return Outcome(item=act.id, status="not_supported", reason=told("kept", lang))
    return None


def _body(scene: Scene, masks: Mapping[str, F32]) -> F32 | None:
    """The whole animal or figure: the caller's mask, else the photo's regions."""
    for name in _BODY:
        if name in masks:
            return masks[name]
    found = [region.mask for region in scene.regions if region.kind in ("subject", "person")]
    return np.maximum.reduce(found).astype(np.float32) if found else None


def _middle(mask: F32) -> tuple[float, float] | None:
    rows, columns = np.nonzero(mask > 0.5)
    return (float(columns.mean()), float(rows.mean())) if rows.size else None


def _ear(asked: _Asked) -> tuple[Displacement, str]:
    beat, act, pace = asked.beat, asked.act, asked.plan.pace
    times = blink_times(beat.t0, beat.t1, times=act.times, at=act.at)
    angle = asked.degrees(_EAR)
    # It flicks outwards: away from the body's middle.
    middle = _middle(asked.mask)
    right = asked.body is None or middle is None or middle[0] > asked.body[0]
    outwards = 1.0 if right else -1.0
    shape = bend_of(
        asked.mask,
        asked.grid,
        body=asked.body,
        angle=radians(outwards * angle),
        curl=1.0,
        free=asked.free,
        course=Twitches(times=times),
    )
    shown = ", ".join(f"{pace.clip_seconds(at, asked.plan.duration):.1f}" for at in times)
    return shape, told("ear", asked.lang, times=shown, angle=angle)


def _tail(asked: _Asked) -> tuple[Displacement, str]:
    period = _WAG if not asked.loop else asked.plan.duration / round(asked.plan.duration / _WAG)
    timing = Timing(
        start=0.0 if asked.loop else asked.start,
        period=asked.plan.duration if asked.loop else None,
    )
    angle = asked.degrees(_TAIL)
    shape = bend_of(
        asked.mask,
        asked.grid,
        body=asked.body,
        angle=radians(angle),
        curl=1.5,
        free=asked.free,
        course=Wag(period=period, timing=timing),
    )
    return shape, told("tail", asked.lang, angle=angle, every=period)


def _head(asked: _Asked) -> tuple[Displacement, str]:
    angle, way = asked.degrees(_HEAD), asked.act.direction
    way = way if way in ("left", "right") else "right"
    start = asked.start
    shape = bend_of(
        asked.mask,
        asked.grid,
        body=None,
        angle=radians(angle if way == "right" else -angle),
        curl=1.0,
        free=asked.free,
        course=Hold(t0=start, t1=max(asked.beat.t1, start + 0.8), returns=asked.loop),
    )
    return shape, told("head", asked.lang, angle=angle, way=told(way, asked.lang))


def _breathe(asked: _Asked) -> tuple[Displacement, str]:
    amount = min(_RISE[0] * asked.act.size, _RISE[1])
    course = Breath(period=asked.plan.duration if asked.loop else None, usual=BREATH)
    shape = breath_of_body(asked.mask, asked.grid, amount=amount, free=asked.free, course=course)
    return shape, told("breathe", asked.lang, percent=100.0 * amount, every=course.cycle)


_ACTIONS: Final[dict[str, Callable[[_Asked], tuple[Displacement, str]]]] = {
    _BODY[0]: _breathe,
    "ear": _ear,
    "head": _head,
    "tail": _tail,
}

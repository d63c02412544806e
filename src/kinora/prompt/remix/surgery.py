"""Plans cut and changed: every function returns a new plan and leaves untouched items as they are.

The results are valid again once all edits are done (`checked`); moves keep their ids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from kinora.types.plan import Beat, CameraMove, PlanItem, ShotPlan

_LEAST_BEAT: Final = 0.2  # seconds that an edit leaves to any beat
_LONGER_HOLD: Final = 1.5  # a hold asked to be longer
_NEW_HOLD: Final = 0.2  # share of the clip that a hold takes where there was none
_DIGITS: Final = 6  # of times in seconds

Change = Callable[[CameraMove], CameraMove | None]


def fresh(plan: ShotPlan, kind: str) -> str:
    """An id of ``kind`` that the plan doesn't have: "camera-3"."""
    return fresh_ids(plan, kind, count=1)[0]


def fresh_ids(plan: ShotPlan, kind: str, *, count: int) -> list[str]:
    """Several of them, numbered on from the highest."""
    taken = [item.id for item in plan.items()] + [beat.id for beat in plan.beats]
    numbers = [name.removeprefix(f"{kind}-") for name in taken if name.startswith(f"{kind}-")]
    last = max((int(number) for number in numbers if number.isdecimal()), default=0)
    return [f"{kind}-{last + 1 + index}" for index in range(count)]


def checked(plan: ShotPlan) -> ShotPlan:
    """``plan``, validated."""
    return ShotPlan.model_validate(plan.model_dump())


def moving(beat: Beat) -> bool:
    """Whether the camera does anything in ``beat``."""
    return any(move.op != "static" for move in beat.camera)


def with_beat(plan: ShotPlan, index: int, beat: Beat) -> ShotPlan:
    """The plan with one beat replaced."""
    beats = [*plan.beats[:index], beat, *plan.beats[index + 1 :]]
    return plan.model_copy(update={"beats": tuple(beats)})


def with_moves(plan: ShotPlan, change: Change) -> ShotPlan:
    """The plan with each move changed, or taken out where ``change`` gives None.

    A beat left without any move holds still.
    """
    for index, beat in enumerate(plan.beats):
        camera = tuple(new for move in beat.camera if (new := change(move)) is not None)
        if camera == beat.camera:
            continue
        if not camera:
            camera = (CameraMove(id=fresh(plan, "camera"), op="static", confidence=0.5),)
        plan = with_beat(plan, index, beat.model_copy(update={"camera": camera}))
    return plan


def with_move(plan: ShotPlan, index: int, move: CameraMove) -> ShotPlan:
    """The plan with one more move in beat ``index``, under a fresh id; it ends a hold."""
    beat = plan.beats[index]
    kept = tuple(m for m in beat.camera if m.op != "static")
    added = move.model_copy(update={"id": fresh(plan, "camera")})
    return with_beat(plan, index, beat.model_copy(update={"camera": (*kept, added)}))


def last_moving(plan: ShotPlan) -> int:
    """The last beat in which the camera moves; the longest one where it never does."""
    found = [i for i, beat in enumerate(plan.beats) if moving(beat)]
    return found[-1] if found else max(range(len(plan.beats)), key=lambda i: plan.beats[i].seconds)


def appended(plan: ShotPlan, beat: Beat, *, seconds: float | None) -> ShotPlan:
    """``beat`` at the end, within the clip's length: the last beat gives it half its time."""
    last = plan.beats[-1]
    length = _share(last, seconds)
    cut = round(last.t1 - length, _DIGITS)
    made = _renamed(plan, beat, t0=cut, t1=last.t1)
    return plan.model_copy(
        update={"beats": (*plan.beats[:-1], last.model_copy(update={"t1": cut}), made)}
    )


def prepended(plan: ShotPlan, beat: Beat, *, seconds: float | None) -> ShotPlan:
    """``beat`` at the start, within the clip's length, likewise."""
    first = plan.beats[0]
    cut = round(first.t0 + _share(first, seconds), _DIGITS)
    made = _renamed(plan, beat, t0=first.t0, t1=cut)
    return plan.model_copy(
        update={"beats": (made, first.model_copy(update={"t0": cut}), *plan.beats[1:])}
    )


def held(plan: ShotPlan, *, seconds: float | None, end: bool) -> ShotPlan:
    """A longer rest at one end, its time taken from the beat beside it."""
    at, beside = (-1, -2) if end else (0, 1)
    rests = not moving(plan.beats[at]) and len(plan.beats) > 1
    if not rests:
        length = seconds or max(0.5, _NEW_HOLD * plan.duration)
        move = CameraMove(id="hold", op="static")
        hold = Beat(id="hold", t0=0.0, t1=1.0, camera=(move,))
        return (appended if end else prepended)(plan, hold, seconds=length)
    rest, giver = plan.beats[at], plan.beats[beside]
    wanted = seconds or rest.seconds * _LONGER_HOLD
    room = giver.seconds + rest.seconds - max(_LEAST_BEAT, 0.5 * giver.seconds)
    length = min(wanted, max(room, rest.seconds))
    beats = list(plan.beats)
    if end:
        cut = round(rest.t1 - length, _DIGITS)
        beats[at] = rest.model_copy(update={"t0": cut})
        beats[beside] = giver.model_copy(update={"t1": cut})
    else:
        cut = round(rest.t0 + length, _DIGITS)
        beats[at] = rest.model_copy(update={"t1": cut})
        beats[beside] = giver.model_copy(update={"t0": cut})
    return plan.model_copy(update={"beats": tuple(beats)})


def without_holds(plan: ShotPlan) -> ShotPlan:
    """The plan without the beats in which the camera rests: a shorter clip; all as it was where
    the camera never moves, or something is to happen while it rests or at a moment."""
    moments = [act.at for beat in plan.beats for act in beat.subjects]
    moments += [cue.at for cue in plan.audio] + [light.t0 for light in plan.light]
    if any(moment is not None for moment in moments):
        return plan
    kept = [beat for beat in plan.beats if moving(beat) or beat.subjects or beat.elements]
    if len(kept) == len(plan.beats) or not any(moving(beat) for beat in kept):
        return plan
    beats, clock = [], 0.0
    for beat in kept:
        end = round(clock + beat.seconds, _DIGITS)
        beats.append(beat.model_copy(update={"t0": clock, "t1": end}))
        clock = end
    return plan.model_copy(update={"beats": tuple(beats), "duration": clock})


def without_items(plan: ShotPlan, unwanted: Iterable[PlanItem]) -> ShotPlan:
    """The plan without these items, camera moves excepted."""
    names = {item.id for item in unwanted}
    lists = ("light", "atmosphere", "constraints", "style", "dialogue", "audio")
    update: dict[str, object] = {
        name: tuple(item for item in getattr(plan, name) if item.id not in names) for name in lists
    }
    update["beats"] = tuple(
        beat.model_copy(
            update={
                "subjects": tuple(s for s in beat.subjects if s.id not in names),
                "elements": tuple(e for e in beat.elements if e.id not in names),
            }
        )
        for beat in plan.beats
    )
    return plan.model_copy(update=update)


def _share(beat: Beat, seconds: float | None) -> float:
    half = 0.5 * beat.seconds
    return half if seconds is None else min(seconds, max(half, beat.seconds - _LEAST_BEAT))


def _renamed(plan: ShotPlan, beat: Beat, *, t0: float, t1: float) -> Beat:
    """The moves of ``beat`` at a place of their own, under fresh ids."""
    names = fresh_ids(plan, "camera", count=len(beat.camera))
    camera = tuple(
        move.model_copy(update={"id": name}) for move, name in zip(beat.camera, names, strict=True)
    )
    return Beat(id=fresh(plan, "beat"), t0=t0, t1=t1, camera=camera)

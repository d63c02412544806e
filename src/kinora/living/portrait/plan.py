"""Subject actions of a plan × scene → what a face does."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from kinora.living.grid import Grid
from kinora.living.portrait.course import Breath, Eyes, Hold, Nods, blink_times
from kinora.living.portrait.find import Head, find_head
from kinora.living.portrait.warps import breath_of, smile_of, turn_of
from kinora.living.portrait.wording import told
from kinora.living.where import over_canvas
from kinora.types.face import EyeShape, Lids
from kinora.types.living import F32, Warp
from kinora.types.offered import is_offered
from kinora.types.pace import Pace
from kinora.types.plan import Beat, Lang, ShotPlan, SubjectAction
from kinora.types.report import Outcome, Status
from kinora.types.scene import Scene

#: Usual and greatest angles, degrees.
_ANGLES: Final = {"turn head": (7.0, 12.0), "nod": (5.0, 8.0), "tilt head": (4.0, 7.0)}
#: Usual shift of the gaze and pull of a smile, in distances between the eyes; rise of shoulders in
#: face heights.
_GAZE, _SMILE, _RISE = 0.042, 0.035, 0.016
_NOD_SECONDS: Final = 0.9
_CALM: Final = "calm"  # what needs no face: nobody does what isn't asked for


@dataclass(slots=True, kw_only=True)
class _Made:
    """What has been made so far."""

    warps: list[Warp] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    blinks: list[float] = field(default_factory=list)
    winks: tuple[list[float], list[float]] = field(default_factory=lambda: ([], []))
    gaze: tuple[float, float] = (0.0, 0.0)
    shift: Hold | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sitter:
    """Whose face it is, and how to speak of it."""

    head: Head
    scene: Scene
    grid: Grid
    lang: Lang
    loop: bool
    seconds: float
    pace: Pace


@dataclass(frozen=True, slots=True, kw_only=True)
class Portrait:
    """What a face does, and what was made of the plan's items."""

    warps: tuple[Warp, ...] = ()
    lids: tuple[Lids, ...] = ()
    outcomes: tuple[Outcome, ...] = ()


def plan_portrait(
    plan: ShotPlan,
    scene: Scene,
    *,
    kept: F32 | None,
    without: Collection[str] = (),
    loop: bool = False,
) -> Portrait:
    """What the largest face of ``scene`` does as ``plan`` says.

    Args:
        plan: its subjects' actions; those of other kinds than faces know are left alone.
        scene: with its regions.
        kept: (H, W) over the frame in [0, 1]; a face that is kept does nothing.
        without: ids of actions that no face does.
        loop: whether the clip's end shall meet its beginning.
    """
    asked = [
        (beat, act)
        for beat in plan.beats
        for act in beat.subjects
        if act.kind in _ACTIONS and act.id not in without
    ]
    lang: Lang = plan.lang[0] if plan.lang else "en"
    calm = tuple(
        _understood(act, told(_CALM, lang))
        for beat in plan.beats
        for act in beat.subjects
        if act.kind == _CALM
    )
    if not asked:
        return Portrait(outcomes=calm)
    head = find_head(scene)
    if head is None or is_kept(head, scene, kept):
        reason = told("no_face" if head is None else "kept", lang)
        return Portrait(
            outcomes=(
                *calm,
                *(Outcome(item=act.id, status="not_supported", reason=reason) for _, act in asked),
            )
        )
    sitter = _Sitter(
        head=head,
        scene=scene,
        grid=Grid.of(scene),
        lang=lang,
        loop=loop,
        seconds=plan.duration,
        pace=plan.pace,
    )
    made = _Made()
    for beat, act in asked:
        _ACTIONS[act.kind or ""](sitter, beat, act, made)
    return Portrait(
        warps=tuple(made.warps), lids=_lids(head, made), outcomes=(*calm, *made.outcomes)
    )


def _lids(head: Head, made: _Made) -> tuple[Lids, ...]:
    """What the eyes do: both the same, or each its own where one winks."""

    def of(eyes: tuple[EyeShape, ...], winks: list[float]) -> tuple[Lids, ...]:
        blinks = (*made.blinks, *winks)
        look = Eyes(blinks=blinks, gaze=made.gaze, shift=made.shift)
        return (Lids(eyes=eyes, look=look),) if blinks or made.shift is not None else ()

    if not any(made.winks):
        return of(head.eyes, [])
    each = zip(head.eyes, made.winks, strict=True)
    return tuple(lids for eye, winks in each for lids in of((eye,), winks))


def is_kept(head: Head, scene: Scene, kept: F32 | None) -> bool:
    """Whether a head is what must not change."""
    if kept is None:
        return False
    (left, top), (height, width) = scene.frame_origin, kept.shape
    row = min(max(round(head.y - top), 0), height - 1)
    column = min(max(round(head.x - left), 0), width - 1)
    return bool(kept[row, column] > 0.5)


def _start(beat: Beat, act: SubjectAction) -> float:
    return beat.t0 if act.at is None else act.at


def _hold(sitter: _Sitter, beat: Beat, act: SubjectAction) -> Hold:
    start = _start(beat, act)
    return Hold(t0=start, t1=max(beat.t1, start + 0.8), returns=sitter.loop)


def _blink(sitter: _Sitter, beat: Beat, act: SubjectAction, made: _Made) -> None:
    if not sitter.head.eyes:
        made.outcomes.append(_without_eyes(sitter, act))
        return
    times = blink_times(beat.t0, beat.t1, times=act.times, at=act.at)
    made.blinks += times
    words = ", ".join(f"{sitter.pace.clip_seconds(time, sitter.seconds):.1f}" for time in times)
    made.outcomes.append(_understood(act, told("blink", sitter.lang, times=words)))


def _wink(sitter: _Sitter, beat: Beat, act: SubjectAction, made: _Made) -> None:
    if not sitter.head.eyes:
        made.outcomes.append(_without_eyes(sitter, act))
        return
    # Somebody's own left eye is the picture's right one.
    own = "left" if act.direction == "left" else "right"
    times = blink_times(beat.t0, beat.t1, times=act.times, at=act.at)
    made.winks[0 if own == "right" else 1].extend(times)
    words = ", ".join(f"{sitter.pace.clip_seconds(time, sitter.seconds):.1f}" for time in times)
    made.outcomes.append(_understood(act, told(f"wink {own}", sitter.lang, times=words)))


def _look(sitter: _Sitter, beat: Beat, act: SubjectAction, made: _Made) -> None:
    if not sitter.head.eyes:
        made.outcomes.append(_without_eyes(sitter, act))
        return
    way = act.direction or "right"
    if way not in _STEPS:
        way = "right"
    reach = _GAZE * sitter.head.apart * min(act.size, 1.6)
    dx, dy = _STEPS[way]
    made.gaze, start = (dx * reach, 0.55 * dy * reach), _start(beat, act)
    # Eyes jump, they don't glide: a saccade takes a few hundredths of a second.
    wait = 0.0 if act.at is not None else 0.25 * beat.seconds
    made.shift = Hold(
        t0=start + wait,
        t1=start + wait + (0.5 * beat.seconds if sitter.loop else 0.12),
        returns=sitter.loop,
    )
    made.outcomes.append(_understood(act, told("look", sitter.lang, way=way)))


_STEPS: Final = {"left": (-1.0, 0.0), "right": (1.0, 0.0), "up": (0.0, -1.0), "down": (0.0, 1.0)}


def _angle(sitter: _Sitter, act: SubjectAction) -> tuple[float, str | None]:
    """The angle that is turned by, degrees, and why it is less than asked for."""
    usual, most = _ANGLES[act.kind or ""]
    wanted = act.amount.value if act.amount is not None else usual * act.size
    if wanted <= most:
        return max(wanted, 1.0), None
    return most, told("bounded", sitter.lang, most=most)


def _turn(sitter: _Sitter, beat: Beat, act: SubjectAction, made: _Made) -> None:
    degrees, reason = _angle(sitter, act)
    way = act.direction if act.direction in ("left", "right") else "right"
    angle = np.radians(degrees) * (1.0 if way == "right" else -1.0)
    leans = act.kind == "tilt head"
    turn = turn_of(
        sitter.head,
        sitter.grid,
        yaw=0.0 if leans else angle,
        pitch=0.0,
        lean=angle if leans else 0.0,
        course=_hold(sitter, beat, act),
    )
    made.warps.append(Warp(name=act.kind or "", displacement=turn))
    words = told(act.kind or "", sitter.lang, angle=degrees, way=way)
    made.outcomes.append(_understood(act, words, reason))


def _nod(sitter: _Sitter, beat: Beat, act: SubjectAction, made: _Made) -> None:
    degrees, reason = _angle(sitter, act)
    times = act.times if act.times > 1 else 2
    wait = 0.0 if act.at is not None else 0.15 * beat.seconds
    start = _start(beat, act) + wait
    length = min(_NOD_SECONDS, max(beat.t1 - start, 0.5) / times)
    turn = turn_of(
        sitter.head,
        sitter.grid,
        yaw=0.0,
        pitch=float(np.radians(degrees)),
        lean=0.0,
        course=Nods(t0=start, times=times, length=length),
    )
    made.warps.append(Warp(name="nod", displacement=turn))
    made.outcomes.append(_understood(act, told("nod", sitter.lang, angle=degrees), reason))


def _smile(sitter: _Sitter, beat: Beat, act: SubjectAction, made: _Made) -> None:
    amount = _SMILE * min(act.size, 1.8)
    shape = smile_of(sitter.head, sitter.grid, amount=amount, course=_hold(sitter, beat, act))
    made.warps.append(Warp(name="smile", displacement=shape))
    percent = 100.0 * amount * sitter.head.apart / sitter.head.width
    made.outcomes.append(_understood(act, told("smile", sitter.lang, percent=percent)))


def _breathe(sitter: _Sitter, beat: Beat, act: SubjectAction, made: _Made) -> None:
    if is_offered(act.id) and not sitter.head.eyes:
        made.outcomes.append(_without_eyes(sitter, act))
        return
    amount = _RISE * min(act.size, 1.8)
    persons = [region.mask for region in sitter.scene.regions if region.kind == "person"]
    whole = np.ones(sitter.scene.image.shape[:2], np.float32)
    mask = np.maximum.reduce(persons).astype(np.float32) if persons else whole
    body: F32 = sitter.grid.coarse(over_canvas(mask, sitter.grid))
    course = Breath(period=sitter.seconds if sitter.loop else None)
    shape = breath_of(sitter.head, sitter.grid, body, amount=amount, course=course)
    made.warps.append(Warp(name="breathe", displacement=shape))
    made.outcomes.append(_understood(act, told("breathe", sitter.lang, percent=100.0 * amount)))


def _understood(act: SubjectAction, words: str, reason: str | None = None) -> Outcome:
    status: Status = "understood" if reason is None else "approximated"
    return Outcome(item=act.id, status=status, done=words, reason=reason)


def _without_eyes(sitter: _Sitter, act: SubjectAction) -> Outcome:
    reason = told("no_eyes", sitter.lang)
    return Outcome(item=act.id, status="not_supported", reason=reason)


_ACTIONS: Final[dict[str, Callable[[_Sitter, Beat, SubjectAction, _Made], None]]] = {
    "blink": _blink,
    "wink": _wink,
    "look": _look,
    "turn head": _turn,
    "tilt head": _turn,
    "nod": _nod,
    "smile": _smile,
    "breathe": _breathe,
}

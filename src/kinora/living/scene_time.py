"""A plan whose times are the scene's, for what moves by itself in slow motion or time-lapse."""

from __future__ import annotations

from kinora.types.plan import ShotPlan


def in_scene_time(plan: ShotPlan) -> ShotPlan:
    """``plan`` with its times times the pace's rate: when things happen by the scene's clock."""
    rate = plan.pace.rate
    if rate == 1.0:
        return plan

    def at(time: float | None) -> float | None:
        return None if time is None else time * rate

    beats = tuple(
        beat.model_copy(
            update={
                "t0": beat.t0 * rate,
                "t1": beat.t1 * rate,
                "subjects": tuple(
                    act.model_copy(update={"at": at(act.at)}) for act in beat.subjects
                ),
            }
        )
        for beat in plan.beats
    )
    light = tuple(cue.model_copy(update={"t0": at(cue.t0), "t1": at(cue.t1)}) for cue in plan.light)
    update = {"beats": beats, "light": light, "duration": plan.duration * rate}
    return plan.model_copy(update=update)

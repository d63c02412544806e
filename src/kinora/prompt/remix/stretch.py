"""A plan stretched to another length."""

from __future__ import annotations

from kinora.types.plan import Beat, ShotPlan


def stretched(plan: ShotPlan, duration: float) -> ShotPlan:
    """``plan`` with all its times scaled so that it lasts ``duration`` seconds."""
    factor = duration / plan.duration

    def at(time: float | None) -> float | None:
        return None if time is None else time * factor

    # Shared edges, and the end itself, so that beats stay contiguous to the last bit.
    edges = [beat.t0 * factor for beat in plan.beats] + [duration]
    beats: list[Beat] = [
        beat.model_copy(
            update={
                "t0": edges[i],
                "t1": edges[i + 1],
                "subjects": tuple(
                    act.model_copy(update={"at": at(act.at)}) for act in beat.subjects
                ),
            }
        )
        for i, beat in enumerate(plan.beats)
    ]
    timed = {
        name: tuple(
            item.model_copy(update={"t0": at(item.t0), "t1": at(item.t1)})
            for item in getattr(plan, name)
        )
        for name in ("light", "dialogue")
    }
    audio = tuple(
        cue.model_copy(update={"at": at(cue.at), "until": at(cue.until)}) for cue in plan.audio
    )
    changed = {"duration": duration, "beats": tuple(beats), **timed, "audio": audio}
    return ShotPlan.model_validate(plan.model_copy(update=changed).model_dump())

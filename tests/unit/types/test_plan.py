from __future__ import annotations

import pytest
from pydantic import ValidationError

from kinora.types.plan import MAX_SEED, Beat, CameraMove, Framing, LightCue, ShotPlan

MOVE = CameraMove(id="m1", op="pan")


@pytest.mark.parametrize(
    ("beats", "duration", "says"),
    [
        ((Beat(id="b1", t0=0.5, t1=2),), 2, "starts at 0.5"),
        ((Beat(id="b1", t0=0, t1=1), Beat(id="b2", t0=1.2, t1=2)), 2, "contiguous"),
        ((Beat(id="b1", t0=0, t1=1),), 2, "end at 1"),
        ((Beat(id="b1", t0=0, t1=2, camera=(MOVE, MOVE)),), 2, "unique"),
        ((), 2, "at least 1"),
    ],
)
def test_beats_cover_the_clip_without_gaps(
    beats: tuple[Beat, ...], duration: float, says: str
) -> None:
    with pytest.raises(ValidationError, match=says):
        ShotPlan(duration=duration, beats=beats)


def test_a_beat_takes_time() -> None:
    with pytest.raises(ValidationError, match="later"):
        Beat(id="b1", t0=1, t1=1)


def test_items_are_listed_once_and_an_empty_framing_is_none() -> None:
    beat = Beat(id="b1", t0=0, t1=2, camera=(MOVE,))
    plan = ShotPlan(duration=2, beats=(beat,), light=(LightCue(id="l1", kind="night"),))
    assert [item.id for item in plan.items()] == ["m1", "l1"]
    framed = plan.model_copy(update={"framing": Framing(lens_mm=35)})
    assert [item.id for item in framed.items()] == ["m1", "framing", "l1"]


def test_unknown_fields_are_refused() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        ShotPlan.model_validate({"duration": 1, "beats": [{"id": "b", "t0": 0, "t1": 1}], "fps": 3})


@pytest.mark.parametrize("seed", [-1, MAX_SEED + 1])
def test_seeds_are_those_that_the_doors_take(seed: int) -> None:
    with pytest.raises(ValidationError, match="seed"):
        ShotPlan(duration=1, seed=seed, beats=(Beat(id="b1", t0=0, t1=1),))

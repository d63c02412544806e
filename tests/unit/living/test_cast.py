"""How characters stand and walk, and what is told of it."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from kinora.living import plan_cast
from kinora.prompt import read_prompt
from kinora.types.character import Placed
from kinora.types.plan import CastMember, ShotPlan


def plan_of(*cast: CastMember, **facts: object) -> ShotPlan:
    plan = read_prompt("pan left", seconds=Fraction(4)).plan
    return plan.model_copy(update={"cast": cast, **facts})


def there(member: CastMember, **facts: object) -> Placed:
    known = {
        "layers": (3, 4), "x": 100.0, "frame_x": 64.0, "foot": 200.0, "height": 100.0,
        "disparity": 1.0, "whole": True, "on_ground": True,
    }  # fmt: skip
    return Placed(member=member, **(known | facts))


def test_who_stands_sways_a_little_and_its_feet_stay() -> None:
    member = CastMember(id="c", name="Mia", x=0.2)
    (each,), (told,) = plan_cast(plan_of(member), [there(member)], size=(320, 240))
    moves = np.array([each.course.at(t) for t in np.linspace(0, 4, 60)])
    assert not moves[:, :2].any()
    assert moves[0, 2] == 0.0
    assert 0.2 < np.abs(moves[:, 2]).max() <= each.course.reach == pytest.approx(0.6)
    assert told.status == "understood"
    assert "20 % of the width" in (told.done or "")


def test_who_walks_comes_from_outside_and_stops_at_its_place() -> None:
    member = CastMember(id="c", name="Mia", x=0.25, from_x=-0.25)
    (each,), (told,) = plan_cast(plan_of(member), [there(member)], size=(320, 240))
    times = np.linspace(0, 4, 200)
    right = np.array([each.course.at(t)[0] for t in times])
    assert right[0] == pytest.approx(-160.0)
    assert np.all(np.diff(right) >= -1e-9)
    assert right[-1] == 0.0
    steps = np.diff(right)
    assert steps.max() < 1.6 * steps[: len(steps) // 3].mean()  # no jump
    assert told.status == "approximated"
    assert "legs" in (told.reason or "")


def test_a_loop_ends_as_it_begins() -> None:
    member = CastMember(id="c", name="Mia", x=0.25, from_x=-0.25)
    plan = plan_of(member, loop=True)
    (each,), (told,) = plan_cast(plan, [there(member)], size=(320, 240))
    assert each.course.at(0.0) == pytest.approx(each.course.at(4.0), abs=1e-9)
    assert "loop" in (told.reason or "")


def test_who_cannot_be_shown_is_told() -> None:
    member = CastMember(id="c", name="Mia")
    carried, (told,) = plan_cast(plan_of(member), [], size=(320, 240))
    assert carried == ()
    assert (told.status, told.item) == ("not_supported", "c")
    cut = there(member, whole=False, on_ground=False)
    _, (told,) = plan_cast(plan_of(member, lang=("fr",)), [cut], size=(320, 240))
    assert "bord inférieur" in (told.reason or "")

"""No part of a certain subject is sky."""

from __future__ import annotations

import numpy as np
import pytest

from kinora.scene.regions.before_sky import before_sky
from kinora.scene.regions.masks import box_of
from kinora.types.scene import Region, RegionKind

SHAPE = (80, 120)
BELLY = (slice(30, 50), slice(50, 70))


def region(kind: RegionKind, *places: tuple[slice, slice], score: float = 0.9) -> Region:
    mask = np.zeros(SHAPE, np.float32)
    for place in places:
        mask[place] = 1.0
    return Region(kind=kind, mask=mask, box=box_of(mask), score=score, source="test")


def sky() -> Region:
    return region("sky", (slice(0, 50), slice(None)))


@pytest.mark.parametrize(
    ("kind", "score", "whole"),
    [
        ("subject", 0.9, True),
        ("subject", 0.8, False),
        ("person", 0.9, False),
        ("thing", 0.9, False),
    ],
)
def test_the_sky_spares_certain_subjects(kind: RegionKind, score: float, whole: bool) -> None:
    figure = region(kind, (slice(30, 70), slice(50, 70)), score=score)
    (found,) = before_sky([sky()], [figure])
    assert bool(found.mask[BELLY].max() < 0.5) is whole
    assert found.mask[:50, :40].min() == 1.0


def test_what_only_meets_the_sky_leaves_it_as_it_is() -> None:
    beside = region("subject", (slice(49, 79), slice(50, 70)))
    beside.mask[49] = 0.6
    above = sky()
    assert before_sky([above], [beside])[0].mask[:48].min() == 1.0
    assert before_sky([above], [region("subject", (slice(50, 79), slice(50, 70)))]) == [above]
    assert before_sky([], [beside]) == []


def test_where_all_of_it_is_a_figure_no_sky_is_left() -> None:
    assert before_sky([sky()], [region("subject", (slice(None), slice(None)))]) == []

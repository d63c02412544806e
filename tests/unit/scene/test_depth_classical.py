from __future__ import annotations

import numpy as np
import pytest

from kinora.scene.decode import decode_photo
from kinora.scene.depth.classical import ClassicalDepth
from kinora.scene.depth.layout import box, ground_ramp, standing
from kinora.scene.regions.horizon import Horizon
from kinora.scene.regions.vanishing import VanishingPoint
from kinora.testing.photos import plain
from kinora.types.geometry import Size
from kinora.types.scene import F32, Region, RegionKind

KNOWN = Horizon(y=0.4, score=0.6, source="sky")
GUESSED = Horizon(y=0.42, score=0.0, source="default")
PHOTO = decode_photo(plain((120, 130, 140), Size(320, 240)))


def region(kind: RegionKind, box: tuple[int, int, int, int], *, score: float = 0.9) -> Region:
    mask = np.zeros((240, 320), np.float32)
    mask[box[1] : box[3], box[0] : box[2]] = 1.0
    return Region(kind=kind, mask=mask, box=box, score=score, source="test")


def estimate(*regions: Region) -> F32:
    return ClassicalDepth().estimate(PHOTO, regions).values


def test_far_below_the_horizon_the_ramp_is_a_planes_disparity() -> None:
    ramp = ground_ramp((200, 10), KNOWN)[:, 0]
    assert ramp[-1] == pytest.approx(1.0, abs=0.01)
    slopes = np.diff(ramp[150:])
    assert slopes.max() < 1.1 * slopes.min()  # linear in y
    assert ramp[0] < 0.01
    assert (np.diff(ramp) > 0).all()


def test_a_guessed_horizon_gives_a_smooth_ramp_without_a_foot() -> None:
    slopes = np.diff(ground_ramp((200, 10), GUESSED)[:, 0])
    assert slopes.min() > 0.2 * slopes.max()


def test_what_rises_higher_stands_nearer() -> None:
    sky = np.zeros((100, 200), np.float32)
    sky[:10] = 1.0
    sky[:35, 100:] = 1.0
    near = standing(sky, KNOWN)
    assert near[38, 30] > 2 * near[38, 170]
    assert near.min() > 0.0


def test_the_walls_of_a_box_come_nearer_towards_the_borders() -> None:
    point = VanishingPoint(x=0.5, y=0.4, score=0.7)
    near = box((100, 200), point)
    assert near[40, 100] < 0.15
    for y, x in ((99, 100), (40, 0), (40, 199)):
        assert near[y, x] == pytest.approx(1.0, abs=0.03)
    assert np.ptp(near[:40, 10]) < 0.01  # uprights stay upright
    assert near[0, 100] < 0.15


def test_the_sky_is_infinitely_far() -> None:
    values = estimate(region("sky", (0, 0, 320, 100)))
    assert values[:98].max() == 0.0
    assert values[105:].min() > 0.0


@pytest.mark.parametrize("kind", ["person", "subject"])
def test_a_figure_stands_nearer_than_what_is_behind_it(kind: RegionKind) -> None:
    alone, figure = estimate(), estimate(region(kind, (120, 40, 200, 200)))
    assert figure[60, 160] > alone[60, 160] + 0.1
    assert figure[60, 160] <= alone[199, 160] + 0.05  # no nearer than its foot, but for the bulge
    assert np.ptp(figure[60:190, 160]) < 0.75 * np.ptp(alone[60:190, 160])
    assert np.array_equal(figure[:, :100], alone[:, :100])


def test_a_doubtful_subject_changes_less() -> None:
    alone = estimate()
    gains = [
        float((estimate(region("subject", (80, 80, 240, 200), score=score)) - alone).max())
        for score in (0.2, 0.45, 0.9)
    ]
    assert gains[0] == 0.0
    assert gains[0] < gains[1] < gains[2]


def test_a_photo_that_says_nothing_gets_a_smooth_ramp() -> None:
    found = ClassicalDepth().estimate(PHOTO, ())
    assert found.source == "ramp"
    assert np.ptp(found.values, axis=1).max() < 1e-6
    assert (np.diff(found.values[:, 0]) > 0).all()


def test_the_source_names_the_cues() -> None:
    regions = (region("sky", (0, 0, 320, 90)), region("subject", (120, 40, 200, 200)))
    assert ClassicalDepth().estimate(PHOTO, regions).source == "ramp+sky+subject"

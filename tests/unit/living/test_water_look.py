"""Water and sky found by their look in pictures made by code."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

import kinora
from kinora.living import plan_living
from kinora.living.evidence.look import Look
from kinora.living.evidence.mirror import find_mirror
from kinora.living.evidence.sky import whole_sky
from kinora.living.evidence.stream import find_still, find_stream
from kinora.living.evidence.water import find_sea, find_water
from kinora.living.evidence.waterfall import find_cascade, find_waterfall
from kinora.types.living import Living
from kinora.types.plan import Beat, ElementMotion, ShotPlan
from kinora.types.scene import Region, RegionKind

HIGH, WIDE, HORIZON = 180, 320, 70


def sea(*, gilded: float) -> NDArray[np.uint8]:
    """A sky over cool, streaky water; on the left, below the horizon, the sun gilds it."""
    rng = np.random.default_rng(3)
    streaks = cv2.GaussianBlur(rng.standard_normal((HIGH, WIDE)), (0, 0), sigmaX=9.0, sigmaY=1.0)
    light = 105.0 + 26.0 * streaks / streaks.std()
    picture = np.stack([0.62 * light, 0.95 * light, 1.05 * light], axis=-1)
    y, x = np.mgrid[0:HIGH, 0:WIDE]
    share = gilded * np.exp(-(((x - 60) / 60.0) ** 2) - ((y - HORIZON - 25) / 22.0) ** 2)
    gold = np.stack([1.12 * light, 0.98 * light, 0.68 * light], axis=-1)
    picture += share[..., None] * (gold - picture)
    sky = 205.0 - 0.4 * y[:HORIZON]
    picture[:HORIZON] = sky[..., None] * np.array([0.86, 0.94, 1.0])
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


def test_water_goes_on_where_the_sun_gilds_it() -> None:
    scene = kinora.Scene.from_image(sea(gilded=0.9), size="320x180")
    water = find_water(Look.of(scene))
    assert water is not None
    scale = water.shape[1] / WIDE
    top, foot = (round(scale * (HORIZON + by)) for by in (8, 45))
    assert water[top:foot, : round(110 * scale)].mean() > 0.9
    assert water[: round(scale * (HORIZON - 6))].mean() < 0.02


def test_a_white_tower_is_no_cloud() -> None:
    blue, white = (90, 140, 210), (235, 235, 232)
    picture = np.full((HIGH, WIDE, 3), (80, 75, 60), np.uint8)
    picture[:HORIZON] = blue
    cloud, tower = np.s_[20:40, 60:130], np.s_[15:HORIZON, 220:245]
    picture[cloud] = picture[tower] = white
    plain = (picture == blue).all(axis=-1).astype(np.float32)
    near = np.tile(np.linspace(-0.6, 1.2, HIGH, dtype=np.float32).clip(0)[:, None], (1, WIDE))
    near[tower] = 0.8
    sky = Region(kind="sky", mask=plain, box=(0, 0, WIDE, HORIZON), score=1.0, source="test")
    scene = replace(
        kinora.Scene.from_image(picture, size="320x180"),
        disparity=near,
        regions=(sky,),
    )
    found = whole_sky(Look.of(scene))
    assert found is not None
    large = cv2.resize(found.astype(np.uint8), (WIDE, HIGH), interpolation=cv2.INTER_NEAREST) > 0
    assert large[cloud].mean() > 0.9
    assert large[tower].mean() < 0.1


def fall(
    *standing: Region, columns: tuple[int, int] = (120, 170), rows: tuple[int, int] = (30, 150)
) -> Look:
    """Threads of falling water beside plants."""
    rng = np.random.default_rng(2)
    picture = np.full((HIGH, WIDE, 3), (60, 75, 50), np.uint8)
    for x in range(*columns, 3):
        picture[slice(*rows), x : x + 3] = int(rng.integers(165, 250))
    scene = kinora.Scene.from_image(picture, size="320x180")
    return Look.of(replace(scene, regions=standing))


def part(kind: RegionKind, rows: slice, columns: slice) -> Region:
    mask = np.zeros((HIGH, WIDE), np.float32)
    mask[rows, columns] = 1.0
    box = (columns.start, rows.start, columns.stop, rows.stop)
    return Region(kind=kind, mask=mask, box=box, score=1.0, source="test")


PLANTS = part("vegetation", slice(0, HIGH), slice(0, 90))


def test_a_waterfall_is_found_by_its_threads_and_columns_in_a_room_are_not() -> None:
    found = find_waterfall(fall(PLANTS))
    assert found is not None
    scale = found.shape[1] / WIDE
    left, right = round(scale * 125), round(scale * 165)
    assert found[round(scale * 60) : round(scale * 120), left:right].mean() > 0.7
    assert not found[:, : round(scale * 100)].any()
    assert find_waterfall(fall()) is None


def test_what_may_stand_in_the_sea_or_before_a_fall_stays() -> None:
    wader = part("thing", slice(110, 140), slice(130, 150))
    scene = kinora.Scene.from_image(sea(gilded=0.0), size="320x180")
    waves = find_sea(Look.of(replace(scene, regions=(*scene.regions, wader))))
    falls = find_waterfall(fall(PLANTS, wader))
    for found in (waves, falls):
        assert found is not None
        there = cv2.resize(wader.mask, found.shape[::-1], interpolation=cv2.INTER_AREA) > 0.5
        assert found.mean() > 0.05
        assert not found[there].any()


def test_a_cascade_that_lies_flows_as_a_stream() -> None:
    look = brook_look(flows=True)
    found, stream = find_cascade(look), find_stream(look)
    assert found is not None
    assert stream is not None
    assert np.array_equal(found, stream)
    assert "flows" in str(of_a_waterfall(look).outcomes[0].done)


def of_a_waterfall(look: Look) -> Living:
    """What moves where a plan has a waterfall."""
    item = ElementMotion(id="element-1", what="waterfall", amplitude=0.5)
    beat = Beat(id="beat-1", t0=0, t1=2, elements=(item,))
    return plan_living(ShotPlan(duration=2.0, beats=(beat,)), look.scene, masks={}, look=look)


def test_a_wide_fall_falls_and_flows_nowhere_else() -> None:
    sky = part("sky", slice(0, 40), slice(0, WIDE))
    look = fall(sky, columns=(40, 280), rows=(70, 140))
    falls = find_waterfall(look)
    assert falls is not None
    assert falls.any(axis=0).sum() > 1.5 * falls.any(axis=1).sum()  # it is wide
    living = of_a_waterfall(look)
    assert "falls" in str(living.outcomes[0].done)
    assert "17 %" in str(living.outcomes[0].done).replace("\u00a0", " ").replace("\u202f", " ")


def test_what_several_ask_for_is_looked_for_but_once() -> None:
    look, asked, together = Look.of(kinora.Scene.from_image(sea(gilded=0.0), size="320x180")), 0, 4
    begun = Event()

    def find(look: Look) -> NDArray[np.bool_]:
        nonlocal asked
        asked += 1
        assert look.once(whole_sky) is not None  # one thing may ask for another
        begun.wait(0.2)
        return np.ones(look.shape, np.bool_)

    with ThreadPoolExecutor(together) as pool:
        found = list(pool.map(lambda _: look.once(find), range(together)))
    assert asked == 1
    assert all(each is found[0] for each in found)


def test_a_search_that_fails_fails_for_all_who_ask() -> None:
    look = Look.of(kinora.Scene.from_image(sea(gilded=0.0), size="320x180"))

    def find(look: Look) -> NDArray[np.bool_]:
        raise ValueError("no sky today")

    for _ in range(2):
        with pytest.raises(ValueError, match="no sky"):
            look.once(find)


def brook(*, flows: bool) -> NDArray[np.uint8]:
    """Green banks under a sky, and between them, if it flows, pale water that widens downwards."""
    rng = np.random.default_rng(4)
    grass = cv2.GaussianBlur(rng.standard_normal((HIGH, WIDE)), (0, 0), 0.8)
    light = 90.0 + 24.0 * grass / grass.std()
    picture = np.stack([0.7 * light, light, 0.42 * light], axis=-1)
    y, x = np.mgrid[0:HIGH, 0:WIDE]
    if flows:
        streaks = cv2.GaussianBlur(rng.standard_normal((HIGH, WIDE)), (0, 0), 5.0, sigmaY=1.2)
        water = 120.0 + 10.0 * streaks / streaks.std()
        inside = (np.abs(x - 170.0) < 0.55 * (y - HORIZON)) & (y > HORIZON)
        picture[inside] = (water[..., None] * np.array([0.92, 1.0, 1.06]))[inside]
    picture[:HORIZON] = np.array([175.0, 195.0, 215.0])
    return np.asarray(np.clip(picture, 0, 255), np.uint8)


def brook_look(*, flows: bool) -> Look:
    """The brook with the regions and the disparity that a network would give."""
    sky, plants = np.zeros((2, HIGH, WIDE), np.float32)
    sky[:HORIZON] = 1.0
    y, x = np.mgrid[0:HIGH, 0:WIDE]
    plants[HORIZON:] = 1.0
    if flows:
        plants[(np.abs(x - 170.0) < 0.55 * (y - HORIZON)) & (y > HORIZON)] = 0.0
    away = np.maximum(y - HORIZON, 0) / (HIGH - HORIZON)
    regions = (
        Region(kind="sky", mask=sky, box=(0, 0, WIDE, HORIZON), score=1.0, source="test"),
        Region(kind="vegetation", mask=plants, box=(0, HORIZON, WIDE, HIGH), score=1.0, source="t"),
    )
    scene = kinora.Scene.from_image(brook(flows=flows), size="320x180")
    return Look.of(replace(scene, regions=regions, disparity=(1.2 * away).astype(np.float32)))


def test_a_stream_is_found_between_its_banks() -> None:
    look = brook_look(flows=True)
    found = find_stream(look)
    assert found is not None
    y, x = np.mgrid[0:HIGH, 0:WIDE]
    water = ((np.abs(x - 170.0) < 0.55 * (y - HORIZON)) & (y > HORIZON)).astype(np.uint8)
    truth = cv2.resize(water, found.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
    assert (found & truth).sum() / (found | truth).sum() > 0.8


def test_a_stream_flows_past_what_may_stand_in_it() -> None:
    look = brook_look(flows=True)
    stands = np.zeros((HIGH, WIDE), np.float32)
    stands[110:150, 150:175] = 1.0
    thing = Region(kind="thing", mask=stands, box=(150, 110, 175, 150), score=0.3, source="test")
    scene = replace(look.scene, regions=(*look.scene.regions, thing))
    found = find_stream(Look.of(scene))
    assert found is not None
    there = cv2.resize(stands, found.shape[::-1], interpolation=cv2.INTER_AREA) > 0.5
    assert not found[there].any()
    assert found.sum() > 0.6 * np.asarray(find_stream(look)).sum()


def test_a_meadow_shows_no_stream() -> None:
    assert find_stream(brook_look(flows=False)) is None


def hinting(look: Look, chance: float) -> Look:
    """A look at a scene for which a network hints at water below the horizon."""
    hint = part("wet", slice(HORIZON, HIGH), slice(0, WIDE))
    hint = replace(hint, mask=chance * hint.mask)
    return Look.of(replace(look.scene, regions=(*look.scene.regions, hint)))


def test_a_hint_at_water_speaks_for_a_place_and_is_none_by_itself() -> None:
    unlikely = brook_look(flows=True)
    bare = [region for region in unlikely.scene.regions if region.kind == "sky"]
    bare.append(part("subject", slice(HORIZON, HIGH), slice(0, 60)))  # no plants: maybe a street
    unlikely = Look.of(replace(unlikely.scene, regions=tuple(bare)))
    assert find_stream(unlikely) is None
    assert find_stream(hinting(unlikely, 0.002)) is None
    assert find_stream(hinting(unlikely, 0.03)) is not None  # a hundredth tells brooks from streets
    assert find_stream(hinting(unlikely, 0.9)) is not None
    silent = ShotPlan(duration=2.0, beats=(Beat(id="beat-1", t0=0, t1=2),))
    scene = hinting(unlikely, 0.9).scene
    assert not plan_living(silent, scene, masks={}).outcomes


def test_streaks_where_no_water_may_be_are_none() -> None:
    street = brook_look(flows=True)
    people = part("subject", slice(HORIZON, HIGH), slice(0, 60))
    sky = [region for region in street.scene.regions if region.kind == "sky"]
    street = Look.of(replace(street.scene, regions=(*sky, people)))
    assert find_water(street) is None
    assert find_water(hinting(street, 0.9)) is not None


def test_a_mountain_that_is_the_subject_may_hold_water() -> None:
    look = brook_look(flows=True)
    mountain = part("subject", slice(HORIZON, HIGH), slice(0, WIDE))
    scene = replace(look.scene, regions=(*look.scene.regions, mountain))
    assert find_stream(hinting(Look.of(scene), 0.9)) is not None


def test_where_no_stream_is_seen_still_water_is_sought_by_its_streaks() -> None:
    scene = kinora.Scene.from_image(sea(gilded=0.0), size="320x180")
    look = Look.of(replace(scene, regions=tuple(r for r in scene.regions if r.kind == "sky")))
    level = find_water(look)
    assert level is not None
    found = find_still(look)
    assert found is not None
    assert (found & level).sum() > 0.9 * level.sum()


def shore(*, mirrored: bool) -> Look:
    """Houses and trees under a sky, and below them their image, darker, or a lawn of its own."""
    rng = np.random.default_rng(6)
    picture = np.empty((HIGH, WIDE, 3), np.uint8)
    picture[:90] = (150, 180, 215)
    for x in range(0, WIDE, 16):
        top = int(rng.integers(30, 80))
        picture[top:90, x : x + 16] = rng.integers(60, 200, 3)
    lawn = rng.integers(70, 110, (90, WIDE, 1)) * np.array([0.8, 1.0, 0.6])
    picture[90:] = 0.7 * picture[89::-1] if mirrored else lawn
    above = part("sky", slice(0, 30), slice(0, WIDE))
    scene = kinora.Scene.from_image(picture, size="320x180")
    return Look.of(replace(scene, regions=(above,)))


def test_calm_water_is_found_by_the_shore_that_it_mirrors() -> None:
    found = find_mirror(shore(mirrored=True))
    assert found is not None
    middle = len(found) // 2
    assert found[middle + 3 :].mean() > 0.9
    assert not found[: middle - 3].any()
    still = find_still(shore(mirrored=True))
    assert still is not None
    assert still[middle + 3 :].mean() > 0.8
    assert find_mirror(shore(mirrored=False)) is None


def strip(high: int, columns: tuple[int, int]) -> Look:
    """Streaky water in a strip below the horizon, the rest of the ground is brown."""
    grain = np.random.default_rng(5).uniform(0.8, 1.2, (HIGH, WIDE, 1))
    ground = np.clip(np.array([120.0, 96.0, 66.0]) * grain, 0, 255)
    low = np.arange(HIGH)[:, None] >= HORIZON
    there = np.zeros((HIGH, WIDE), np.bool_)
    there[HORIZON : HORIZON + high, slice(*columns)] = True
    picture = np.where((low & ~there)[..., None], ground, sea(gilded=0.0)).astype(np.uint8)
    scene = kinora.Scene.from_image(picture, size="320x180")
    near = np.tile(np.linspace(-0.6, 1.2, HIGH, dtype=np.float32).clip(0)[:, None], (1, WIDE))
    skies = tuple(region for region in scene.regions if region.kind == "sky")
    return Look.of(replace(scene, disparity=near, regions=skies))


@pytest.mark.parametrize(("high", "columns"), [(10, (60, 190)), (14, (60, 150))])
def test_a_few_streaks_are_water_only_where_a_network_hints_at_it(
    high: int, columns: tuple[int, int]
) -> None:
    few = strip(high, columns)
    assert find_water(few) is None
    assert find_water(hinting(few, 0.05)) is None
    assert find_water(hinting(few, 0.3)) is not None


def test_many_streaks_are_water_without_a_hint() -> None:
    assert find_water(strip(22, (60, 240))) is not None

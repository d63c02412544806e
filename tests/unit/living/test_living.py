"""From plan items to what moves: places, words, masks, what is kept."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kinora.arguments import masks_of, named_files
from kinora.engines.catalogue import PARALLAX
from kinora.errors import InputError
from kinora.living import find_kept, kept_places, plan_living, read_masks
from kinora.living.elements import ELEMENTS
from kinora.living.grid import Grid, paths
from kinora.living.held import with_give
from kinora.living.timing import RAMP, Timing
from kinora.types.geometry import Intrinsics, Size
from kinora.types.living import F32, KEEP, MASK_NAMES
from kinora.types.plan import Beat, Constraint, ElementMotion, ShotPlan
from kinora.types.scene import Layer, Region, Scene

FRAME, CANVAS, ORIGIN = Size(160, 96), Size(200, 120), (20, 12)


def region(kind: str, rows: slice, columns: slice = slice(None)) -> Region:
    mask = np.zeros((FRAME.height, FRAME.width), np.float32)
    mask[rows, columns] = 1.0
    return Region(kind=kind, mask=mask, box=(0, 0, 1, 1), score=1.0, source="test")  # type: ignore[arg-type]


def scene(*regions: Region) -> Scene:
    rng = np.random.default_rng(0)
    rgba = rng.integers(60, 90, (CANVAS.height, CANVAS.width, 4), np.uint8)
    rgba[..., 3] = 255
    x, y = ORIGIN
    return Scene(
        image=rgba[y : y + FRAME.height, x : x + FRAME.width, :3],
        disparity=np.full((FRAME.height, FRAME.width), 0.8, np.float32),
        intrinsics=Intrinsics(focal=180, cx=80, cy=48),
        canvas=CANVAS,
        frame_origin=ORIGIN,
        layers=(Layer(rgba=rgba, disparity=np.ones((15, 25), np.float32)),),
        regions=regions,
        hole_limit=10.0,
        focus_point=(80.0, 48.0),
        sources={},
        photo_sha256="0",
    )


def plan(*what: str, start: float = 0.0, keep: str = "", lang: str = "en") -> ShotPlan:
    items = tuple(ElementMotion(id=f"element-{k}", what=w) for k, w in enumerate(what))
    beats = (Beat(id="beat-1", t0=0, t1=4, elements=items),)
    if start:
        beats = (
            Beat(id="beat-1", t0=0, t1=start),
            Beat(id="beat-2", t0=start, t1=4, elements=items),
        )
    kept = (Constraint(id="keep-1", kind="keep", what=keep),) if keep else ()
    return ShotPlan(lang=(lang,), duration=4, seed=3, beats=beats, constraints=kept)  # type: ignore[arg-type]


def test_every_element_can_be_planned_and_masked() -> None:
    names = {name for element in ELEMENTS.values() for name in element.search.masks}
    assert names <= set(MASK_NAMES)
    assert {f"element:{name}" for name in ELEMENTS} <= PARALLAX.features


@pytest.mark.parametrize("name", sorted(ELEMENTS))
def test_every_element_moves_where_a_mask_says_and_tells(name: str) -> None:
    mask = np.zeros((FRAME.height, FRAME.width), np.float32)
    mask[16:88, 30:130] = 1.0
    living = plan_living(plan(name), scene(), masks={ELEMENTS[name].search.masks[0]: mask})
    assert living.moves
    (outcome,) = living.outcomes
    assert outcome.status == ("understood" if name != "clouds" else "approximated")  # none there
    assert outcome.done
    x, y = Grid.of(scene()).places()
    outside = (x < 50 - 9) | (x > 150 + 9) | (y < 28 - 9) | (y > 100 + 9)
    for warp in living.warps:
        field = warp.displacement.at(1.7)
        assert np.abs(field).max() > 0.1
        assert np.abs(field).max() <= warp.displacement.reach
        if name not in ("fire", "boat", "buoy"):  # around them the picture gives way
            assert not field[:, outside].any()
    for surface in living.surfaces:
        now = surface.flow.at(1.7)
        np.testing.assert_allclose(now.weights.sum(axis=0), 1.0, atol=1e-5)
        assert np.abs(now.offsets).max() <= surface.flow.reach + 1e-3
        assert surface.mask[:28].max() == 0.0


@pytest.mark.parametrize("name", sorted(ELEMENTS))
def test_a_loop_repeats(name: str) -> None:
    mask = np.zeros((FRAME.height, FRAME.width), np.float32)
    mask[16:88, 30:130] = 1.0
    masks = {ELEMENTS[name].search.masks[0]: mask}
    living = plan_living(plan(name), scene(), masks=masks, loop=True)
    for warp in living.warps:
        at = warp.displacement.at
        np.testing.assert_allclose(at(0.3), at(4.3), atol=1e-3)
    for surface in living.surfaces:
        one, other = surface.flow.at(0.3), surface.flow.at(4.3)
        np.testing.assert_allclose(one.offsets, other.offsets, atol=2e-2)
        np.testing.assert_allclose(one.weights, other.weights, atol=1e-3)


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "no water found in this photo"), ("fr", "pas d'eau trouvée dans cette photo")],
)
def test_what_the_photo_does_not_show_is_reported(lang: str, words: str) -> None:
    living = plan_living(plan("river", lang=lang), scene(), masks={})
    assert not living.moves
    (outcome,) = living.outcomes
    assert outcome.status == "not_supported"
    assert outcome.reason == words
    assert (outcome.how_to_get_it or "").endswith(("--mask water=mask.png", "=masque.png"))


def test_french_has_decimal_commas() -> None:
    (outcome,) = plan_living(
        plan("foliage", lang="fr"), scene(region("vegetation", slice(10, 90))), masks={}
    ).outcomes
    assert re.search(r"\d,\d %", outcome.done or "")


def test_an_element_rests_until_it_is_mentioned() -> None:
    living = plan_living(
        plan("foliage", start=2.0), scene(region("vegetation", slice(10, 90))), masks={}
    )
    at = living.warps[0].displacement.at
    assert not at(1.9).any()
    assert np.abs(at(3.5)).max() > 0.1


def test_timing_integrates_its_gain() -> None:
    timing = Timing(start=1.0)
    times = np.linspace(0.0, 3.0, 3001)
    gains = np.array([timing.gain(t) for t in times])
    total = np.trapezoid(gains, times)
    assert timing.elapsed(3.0) == pytest.approx(total, abs=1e-3)
    assert timing.gain(1.0 + RAMP) == 1.0


def test_paths_go_back_along_the_flow() -> None:
    grid = Grid.of(scene())
    velocity = np.zeros((2, *grid.shape), np.float32)
    velocity[0] = 10.0
    offsets = paths(velocity, grid, seconds=2.0, levels=5)
    assert np.array_equal(offsets[2], np.zeros_like(offsets[2]))
    np.testing.assert_allclose(offsets[4, 0], -10.0, atol=1e-3)
    np.testing.assert_allclose(offsets[0, 0], 10.0, atol=1e-3)


def test_what_is_kept_does_not_move() -> None:
    whole = scene(region("vegetation", slice(10, 90)), region("face", slice(40, 60), slice(60, 90)))
    told = plan("foliage", keep="her face unchanged")
    kept = find_kept(kept_places(told, whole, {})[0])
    assert kept is not None
    assert kept[50, 75] == 1.0
    living = plan_living(told, whole, masks={}, kept=kept)
    field = living.warps[0].displacement.at(1.3)
    x, y = Grid.of(whole).places()
    face = (x > 80) & (x < 110) & (y > 52) & (y < 72)
    assert not field[:, face].any()
    assert field.any()


def test_a_mask_named_keep_needs_no_words() -> None:
    mask = np.ones((FRAME.height, FRAME.width), np.float32)
    assert find_kept(kept_places(plan("foliage"), scene(), {KEEP: mask})[0]) is not None
    assert find_kept(kept_places(plan("foliage"), scene(), {})[0]) is None


class TestMasks:
    def test_files_arrays_and_boxes_meet_on_the_frame(self, tmp_path: Path) -> None:
        picture = np.zeros((48, 80), np.uint8)
        picture[:, 40:] = 255
        Image.fromarray(picture).save(tmp_path / "mask.png")
        given = masks_of({"water": tmp_path / "mask.png", "flag": picture > 0, "fire": "0.5,0,1,1"})
        masks = read_masks(given, scene())
        expected = np.zeros((FRAME.height, FRAME.width), np.float32)
        expected[:, 80:] = 1.0
        for mask in masks.values():
            assert np.abs(mask - expected).mean() < 0.01

    def test_a_cropped_frame_shows_its_part(self) -> None:
        from dataclasses import replace

        half = replace(scene(), crop=(0.5, 0.0, 1.0, 1.0))
        mask: F32 = np.zeros((96, 320), np.float32)
        mask[:, 240:] = 1.0
        shown = read_masks({"water": mask}, half)["water"]
        assert shown[:, :78].max() == 0.0
        assert shown[:, 82:].min() == 1.0

    @pytest.mark.parametrize(
        "mask",
        [
            "nowhere.png",
            np.zeros((3, 4, 3)),
            np.full((4, 4), 2.0),
            np.full((4, 4), np.nan),
            (0.5, 0.0, 0.4, 1.0),
        ],
    )
    def test_what_is_no_mask_is_refused(self, mask: object) -> None:
        with pytest.raises(InputError):
            read_masks({"water": mask}, scene())  # type: ignore[dict-item]

    def test_unknown_names_are_refused(self) -> None:
        with pytest.raises(InputError, match="allowed are"):
            masks_of({"dragon": "mask.png"})

    def test_the_command_line_writes_name_and_file(self) -> None:
        told = {"param": "masks", "example": "water=mask.png"}
        assert named_files(["water=a=b.png", "fire=c.png"], **told) == {
            "water": "a=b.png",
            "fire": "c.png",
        }
        for wrong in (["water"], ["water="], ["water=a", "water=b"]):
            with pytest.raises(InputError):
                named_files(wrong, **told)


def test_plants_that_stand_out_as_a_subject_sway_and_a_figure_before_them_does_not() -> None:
    leaves = region("vegetation", slice(40, 90))
    mostly = region("subject", slice(30, 90), slice(20, 80))  # five sixths of it are leaves
    hardly = region("subject", slice(16, 60), slice(100, 140))  # 45 %
    living = plan_living(plan("foliage"), scene(leaves, mostly, hardly), masks={})
    field = np.abs(living.warps[0].displacement.at(1.7)).max(axis=0)
    x, y = Grid.of(scene()).places()
    stands_out = (abs(x - 70) < 20) & (abs(y - 70) < 20)
    figure = (abs(x - 140) < 12) & (y > 32) & (y < 68)
    assert field[stands_out].max() > 0.1
    assert not field[figure].any()


def test_what_gives_way_bends_along_right_beside_a_mask() -> None:
    leaves, sky = np.zeros((2, CANVAS.height, CANVAS.width), np.float32)
    leaves[60:, :100], sky[:60, :80] = 1.0, 1.0
    both = with_give(leaves, sky, 8.0)
    assert both[52:60, :80].min() == 1.0
    assert both[:50].max() == 0.0
    assert both[:60, 80:].max() == 0.0
    assert np.array_equal(both[60:], leaves[60:])

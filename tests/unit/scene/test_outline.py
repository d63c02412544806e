from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kinora.scene.outline import confirm_outlines
from kinora.types.scene import Region, RegionKind

HEIGHT, WIDTH = 200, 320


def region(kind: RegionKind, mask: np.ndarray) -> Region:
    return Region(
        kind=kind, mask=mask.astype(np.float32), box=(0, 0, 1, 1), score=0.9, source="test"
    )


def disc(x: float, y: float, radius: float) -> np.ndarray:
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    return np.hypot(columns - x, rows - y) < radius


def painted(thing: np.ndarray) -> np.ndarray:
    """A red thing on blue."""
    rgb = np.full((HEIGHT, WIDTH, 3), (40, 70, 190), np.uint8)
    rgb[thing] = (215, 40, 30)
    return rgb


@pytest.mark.parametrize("kind", ["person", "subject"])
def test_outlines_along_edges_are_kept(kind: RegionKind) -> None:
    thing = disc(160, 100, 50)
    (kept,) = confirm_outlines(painted(thing), [region(kind, thing)])
    assert np.abs(kept.mask - thing).max() < 0.05


def test_a_person_cut_in_half_goes_on_to_its_true_edge() -> None:
    thing = disc(160, 100, 50)
    half = thing & (np.arange(WIDTH) < 160)[None, :]
    (soft,) = confirm_outlines(painted(thing), [region("person", half)])
    assert soft.mask[half].min() == 1.0
    row = soft.mask[100]
    assert row[162:195].min() > 0.9
    assert row[220] < 0.05
    assert soft.mask[100, 95] < 0.1  # before its true edge nothing is added


def test_what_lies_behind_is_not_taken_for_a_person_that_holds_a_bit_of_it() -> None:
    thing = disc(120, 100, 50)
    held = thing | disc(170, 100, 20)
    (soft,) = confirm_outlines(painted(thing), [region("person", held)])
    assert soft.mask[100, 235] < 0.1
    assert soft.mask[40, 170] < 0.1


def test_a_subject_cut_in_half_is_left_out() -> None:
    thing = disc(160, 100, 50)
    half = thing & (np.arange(WIDTH) < 160)[None, :]
    assert confirm_outlines(painted(thing), [region("subject", half)]) == ()


@pytest.mark.parametrize(("score", "kept"), [(0.7, False), (0.99, True)])
def test_less_of_the_outline_is_asked_of_a_surer_subject(score: float, *, kept: bool) -> None:
    thing = disc(160, 100, 50)
    most = thing & (np.arange(WIDTH) < 190)[None, :]  # a fifth of its outline is open
    found = confirm_outlines(painted(thing), [replace(region("subject", most), score=score)])
    assert bool(found) == kept
    if kept:  # and it goes on to its true edge
        assert found[0].mask[100, 192:202].min() > 0.9
        assert found[0].mask[100, 235] < 0.1


@pytest.mark.parametrize(("score", "goes_on"), [(0.8, False), (0.99, True)])
def test_only_a_sure_subject_goes_on(score: float, *, goes_on: bool) -> None:
    thing = disc(160, 100, 50)
    most = thing & (np.arange(WIDTH) < 206)[None, :]  # hardly any of its outline is open
    (found,) = confirm_outlines(painted(thing), [replace(region("subject", most), score=score)])
    (person,) = confirm_outlines(painted(thing), [region("person", most)])
    assert np.array_equal(found.mask, person.mask) == goes_on


def test_skies_need_a_skyline_and_subjects_that_meet_them_a_sky_to_trust() -> None:
    thing = disc(160, 140, 30)
    above = np.zeros((HEIGHT, WIDTH), dtype=bool)
    above[:130] = True
    above &= ~thing
    rgb = painted(thing)
    found = [region("sky", above), region("subject", thing), region("ground", ~above)]
    assert [each.kind for each in confirm_outlines(rgb, found)] == ["ground"]
    rgb[above] = (200, 220, 250)
    kept = confirm_outlines(rgb, found)
    assert [each.kind for each in kept] == ["sky", "subject", "ground"]
    assert np.abs(kept[0].mask - above).max() < 0.05


def test_a_subject_far_from_a_lost_sky_stays() -> None:
    thing = disc(160, 140, 30)
    above = np.zeros((HEIGHT, WIDTH), dtype=bool)
    above[:80] = True
    found = [region("sky", above), region("subject", thing)]
    assert [each.kind for each in confirm_outlines(painted(thing), found)] == ["subject"]


def test_a_tower_that_the_sky_runs_into_stays_in_one_piece() -> None:
    tower = np.zeros((HEIGHT, WIDTH), dtype=bool)
    tower[40:, 140:180] = True
    rgb = painted(tower)
    rgb[120:] = (90, 140, 60)
    rgb[tower] = (240, 240, 235)
    sky = np.zeros((HEIGHT, WIDTH), dtype=bool)
    sky[:120] = ~tower[:120]
    sky[60:90, 140:180] = True
    kept = confirm_outlines(rgb, [region("sky", sky)])[0].mask
    assert kept[64, 160] < 0.6
    assert kept[:30].min() > 0.9

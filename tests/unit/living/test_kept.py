"""What must stay: found by words, told when it isn't, and its change measured and told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.support.scenes import FRAME, evening_scene

from kinora.living import find_kept, kept_by_layer, kept_outcomes, kept_places
from kinora.prompt import read_prompt
from kinora.types.living import KEEP
from kinora.types.report import KeptChange
from kinora.types.scene import Region

CHANGE = KeptChange(item="constraint-1", what="the sky", share=0.4, frames=6, greatest=1, mean=0.0)


@pytest.mark.parametrize("words", ["keep the sky unchanged", "ne touchez pas au ciel"])
def test_words_find_the_region_that_must_stay(words: str) -> None:
    scene = evening_scene()
    places, missing = kept_places(read_prompt(f"{words}, snow").plan, scene, {})
    assert [place.item for place in places] == ["constraint-1"]
    assert np.array_equal(places[0].mask, scene.regions[0].mask)
    assert missing == ()


@pytest.mark.parametrize(
    ("words", "snow"),
    [("keep the boat unchanged", "snow"), ("ne touchez pas au texte", "il neige")],
)
def test_what_is_not_found_is_told_where_something_could_change_it(words: str, snow: str) -> None:
    scene = evening_scene()
    places, missing = kept_places(read_prompt(f"{words}, {snow}").plan, scene, {})
    assert places == ()
    assert [each.status for each in missing] == ["approximated"]
    assert "--mask keep=" in (missing[0].how_to_get_it or "")
    nothing_moves = read_prompt(f"{words}, pan left").plan
    assert kept_places(nothing_moves, scene, {})[1] == ()
    no_part = read_prompt("keep the composition, snow").plan
    assert kept_places(no_part, scene, {})[1] == ()


@pytest.mark.parametrize(
    ("words", "taken"),
    [
        ("keep the bottle unchanged, snow", "taken for"),
        ("ne touchez pas au flacon, il neige", "pris"),
    ],
)
def test_a_thing_without_a_kind_is_the_only_figure(words: str, taken: str) -> None:
    scene = evening_scene()
    thing = np.zeros((FRAME.height, FRAME.width), np.float32)
    thing[50:90, 40:60] = 1.0
    region = Region(kind="subject", mask=thing, box=(40, 50, 60, 90), score=0.9, source="test")
    alone = replace(scene, regions=(*scene.regions, region))
    plan = read_prompt(words).plan
    places, told = kept_places(plan, alone, {})
    assert [place.mask is thing for place in places] == [True]
    assert told[0].status == "approximated"
    assert (told[0].reason or "").startswith(taken)
    two = replace(alone, regions=(*alone.regions, region))
    assert kept_places(plan, two, {})[0] == ()


def test_what_stays_still_is_kept_and_who_does_may_blink() -> None:
    scene = evening_scene()
    plan = read_prompt("the sky remains perfectly still, snow").plan
    (sky,), (told,) = kept_places(plan, scene, {})
    assert (sky.what, sky.still) == ("the sky", True)  # snow falls before it
    assert (told.status, told.done) == ("understood", "nothing in it moves by itself")
    unchanged = read_prompt("keep the sky unchanged, snow").plan
    assert [place.still for place in kept_places(unchanged, scene, {})[0]] == [False]
    both = read_prompt("keep the sky still and unchanged, snow").plan
    assert not any(place.still for place in kept_places(both, scene, {})[0])
    assert kept_places(read_prompt("she stays still, snow").plan, scene, {}) == ((), ())
    assert not read_prompt("the camera stays still, snow").plan.constraints


def test_her_face_is_the_face_and_not_all_of_her() -> None:
    scene = evening_scene()
    plan = read_prompt("keep her face unchanged, snow").plan
    assert kept_places(plan, scene, {})[0] == ()  # there is no face, and a sky is none


def test_soft_outlines_are_kept_too() -> None:
    mask = np.zeros((FRAME.height, FRAME.width), np.float32)
    mask[30:50, 60:90] = 0.6
    places, _ = kept_places(read_prompt("snow").plan, evening_scene(), {KEEP: mask})
    kept = find_kept(places)
    assert kept is not None
    assert kept[29:51, 59:91].min() == 1.0
    assert kept[10, 10] == 0.0


def test_what_lies_hidden_behind_a_kept_part_is_not_kept() -> None:
    scene = evening_scene()
    back, front = kept_by_layer(np.ones((FRAME.height, FRAME.width), np.float32), scene)
    assert back[84, 110] == 0.0  # behind the figure
    assert front[84, 110] == 1.0
    assert back[20, 20] == 1.0


def test_outcomes_tell_the_measured_change_in_both_languages() -> None:
    (fine,), _ = kept_outcomes([CHANGE], lang="en")
    assert (fine.status, fine.item) == ("understood", "constraint-1")
    assert fine.done == "unchanged: at most 1 grey level in 6 frames, camera compensated"
    worse = CHANGE.model_copy(update={"greatest": 40, "mean": 2.5})
    (changed,), _ = kept_outcomes([worse], lang="fr")
    assert changed.status == "approximated"
    assert "40 niveaux de gris (2,50 en moyenne)" in (changed.done or "")
    own = CHANGE.model_copy(update={"item": None, "what": KEEP})
    outcomes, notes = kept_outcomes([own], lang="fr")
    assert outcomes == ()
    assert notes[0].text.startswith("le masque « keep » : inchangé : au plus 1 niveau de gris")

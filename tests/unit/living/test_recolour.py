"""Which part of a picture words mean to be of another colour, and what is told of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.living.test_figure import head
from tests.unit.living.test_living import FRAME, ORIGIN, region, scene

from kinora.arguments import masks_of
from kinora.living.light.recolour import HUES, recolour
from kinora.prompt import read_prompt
from kinora.types.living import F32
from kinora.types.plan import Lang
from kinora.types.report import Outcome
from kinora.types.scene import Scene

WOMAN, HAT = (slice(20, 96), slice(50, 100)), (slice(4, 18), slice(60, 90))


def portrait(*, hat: tuple[int, int, int] | None = None, alone: bool = False) -> Scene:
    """A grey scene, a woman in it unless it is alone, and above her a hat of a colour."""
    found = scene() if alone else scene(region("person", slice(2, 96), slice(50, 100)))
    rgba = found.layers[0].rgba.copy()
    x, y = ORIGIN
    frame = rgba[y : y + FRAME.height, x : x + FRAME.width, :3]
    frame[:] = 120
    if hat is not None:
        frame[HAT] = hat
    return replace(found, image=frame.copy(), layers=(replace(found.layers[0], rgba=rgba),))


def told(
    words: str, before: Scene, *, masks: dict[str, F32] | None = None, kept: F32 | None = None
) -> tuple[np.ndarray, Outcome]:
    """What changed, (H, W) booleans, and what is told of it."""
    plan = read_prompt(words).plan
    lang: Lang = plan.lang[0]
    after, (outcome,) = recolour(plan, before, masks or {}, kept=kept, lang=lang)
    return (after.image != before.image).any(axis=2), outcome


def given(where: tuple[slice, slice] = WOMAN) -> F32:
    mask = np.zeros((FRAME.height, FRAME.width), np.float32)
    mask[where] = 1.0
    return mask


@pytest.mark.parametrize(
    "words",
    [
        "static, make everything black",
        "static, make the whole picture blue",
        "plan fixe, rends tout bleu",
    ],
)
def test_the_subjects_mask_is_not_everything(words: str) -> None:
    changed, outcome = told(words, portrait(alone=True), masks={"subject": given()})
    assert not changed.any()
    assert outcome.status == "not_supported"


@pytest.mark.parametrize(
    "words",
    [
        "static, make the background black",
        "static, turn the backdrop white",
        "plan fixe, peins le fond en noir",
        "plan fixe, peins l'arrière-plan en noir",
        "plan fixe, mets le décor en bleu",
    ],
)
@pytest.mark.parametrize("alone", [True, False])
def test_the_background_is_all_but_what_stands_out(words: str, alone: bool) -> None:
    masks = {"subject": given()} if alone else {}
    changed, outcome = told(words, portrait(alone=alone), masks=masks)
    assert not changed[WOMAN].any()
    assert changed[:, :45].all()
    assert outcome.status == "approximated"
    assert (outcome.reason or "").startswith(("all but what stands out, ", "tout sauf ce qui se"))


def test_a_background_takes_something_before_it() -> None:
    changed, outcome = told("static, make the background black", portrait(alone=True))
    assert not changed.any()
    assert outcome.status == "not_supported"


def test_what_is_black_all_over_becomes_as_light_as_the_colour() -> None:
    before = portrait()
    black = np.zeros_like(before.image)
    rgba = before.layers[0].rgba.copy()
    rgba[..., :3] = 0
    layers = (replace(before.layers[0], rgba=rgba),)
    plan = read_prompt("static, make the background blue").plan
    after, _ = recolour(plan, replace(before, image=black, layers=layers), {}, kept=None, lang="en")
    assert np.abs(after.image[50, 5].astype(int) - HUES["blue"]).max() < 40


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("static, make the car black", "your mask “subject” was taken"),
        ("plan fixe, peins la voiture en noir", "votre masque « subject » a été pris"),
    ],
)
def test_where_the_subjects_mask_stands_in_that_is_told(words: str, reason: str) -> None:
    changed, outcome = told(words, portrait(alone=True), masks={"subject": given()})
    assert changed[WOMAN].all()
    assert (outcome.status, outcome.reason) == ("approximated", reason)


@pytest.mark.parametrize(
    "words", ["static, make the subject black", "plan fixe, peins le sujet en noir"]
)
def test_the_subjects_mask_is_the_subject(words: str) -> None:
    changed, outcome = told(words, portrait(), masks={"subject": given()})
    assert changed[WOMAN].all()
    assert not changed[:18].any()
    assert (outcome.status, outcome.reason) == ("understood", None)


@pytest.mark.parametrize(
    "words",
    [
        "static, make her red hat blue",
        "static, make her hat blue",
        "static, make the woman's red hat blue",
        "static, make the hat of the woman blue",
    ],
)
def test_a_hat_that_is_not_found_is_not_the_woman(words: str) -> None:
    changed, outcome = told(words, portrait())
    assert not changed.any()
    assert outcome.status == "not_supported"


def test_her_red_hat_is_what_is_red_of_her() -> None:
    changed, outcome = told("static, make her red hat blue", portrait(hat=(190, 36, 40)))
    assert changed[HAT].all()
    assert not changed[24:].any()
    assert outcome.status == "approximated"


@pytest.mark.parametrize(
    "words",
    ["static, make her blue", "static, make him green", "static, make the woman blue"],
)
def test_a_person_is_recoloured(words: str) -> None:
    changed, outcome = told(words, portrait())
    assert changed[WOMAN].all()
    assert not changed[:, :48].any()
    assert outcome.status == "understood"


@pytest.mark.parametrize(
    "words",
    ["static, make her hair red", "static, make the woman's hair red", "rends ses cheveux rouges"],
)
def test_hair_is_recoloured_and_not_the_person(words: str) -> None:
    before = head((84, 60, 40))
    changed, outcome = told(words, before)
    assert changed[12:20, 74:86].mean() > 0.9  # above the brow
    assert not changed[46:60, 72:88].any()  # skin
    assert not changed[72:].any()  # the coat
    assert outcome.status == "approximated"
    assert "% " in (outcome.reason or "")  # how much of the picture that is


@pytest.mark.parametrize("words", ["static, make her hair red", "rends ses cheveux rouges"])
def test_hair_that_is_not_found_is_not_the_person(words: str) -> None:
    changed, outcome = told(words, portrait())
    assert not changed.any()
    assert outcome.status == "not_supported"


def test_a_mask_of_hair_is_heeded() -> None:
    changed, outcome = told("make her hair red", portrait(), masks={"hair": given(HAT)})
    assert changed[HAT].all()
    assert not changed[20:].any()
    assert outcome.status == "understood"


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("make the curtain blue", "curtain"),
        ("make the flowers red", "flower"),
        ("peins l'écharpe en bleu", "écharpe"),
        ("make the sail of the boat red", "sail"),
        ("make the lantern blue", "lantern"),
        ("peins l'enseigne en bleu", "enseigne"),
        ("make the water blue", "water"),
        ("make the door curtain blue", "curtain"),
    ],
)
def test_what_a_mask_is_called_is_what_the_words_may_call_it(words: str, name: str) -> None:
    masks = {kind: given(HAT) for kind in masks_of({name: (0.0, 0.0, 1.0, 1.0)})}
    changed, outcome = told(words, portrait(alone=True), masks=masks)
    assert changed[HAT].all()
    assert not changed[20:].any()
    assert outcome.status == "understood"


@pytest.mark.parametrize(
    "words",
    [
        "make the fish in the water red",
        "make the sail of the boat red",
        "peins la lampe sur le bateau en rouge",
    ],
)
def test_what_is_named_beside_a_part_is_not_the_part(words: str) -> None:
    masks = {name: given() for name in ("water", "boat")}
    changed, outcome = told(words, portrait(alone=True), masks=masks)
    assert not changed.any()
    assert outcome.status == "not_supported"


def test_the_share_that_is_told_is_what_changes() -> None:
    before = portrait(hat=(190, 36, 40))
    kept = given((slice(0, 96), slice(75, 160)))
    changed, outcome = told("static, make the red hat blue", before, kept=kept)
    assert changed[6:16, 62:73].all()
    assert not changed[:, 75:].any()
    assert f"{100.0 * changed.mean():.0f} % of the picture" in (outcome.reason or "")
    assert round(100.0 * changed.mean()) == 1

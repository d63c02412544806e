"""``alive``: what moves unasked, where a photo surely shows it and the words let it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

import cv2
import numpy as np
import pytest
from skimage import data
from tests.support.scenes import FRAME, evening_scene

from kinora.alive import settled, with_life
from kinora.engines.parallax.engine import ParallaxEngine
from kinora.living.evidence.water import find_sea
from kinora.living.plan import sure
from kinora.living.where import Search
from kinora.planning import plan_shot
from kinora.prompt import read_prompt, revise
from kinora.scene.build import build_scene
from kinora.scene.decode import decode_photo
from kinora.scene.depth.classical import ClassicalDepth
from kinora.testing.fakes import Recorder
from kinora.types.geometry import Size
from kinora.types.plan import ShotPlan
from kinora.types.report import Outcome
from kinora.types.request import ClipRequest
from kinora.types.scene import Region, Scene

EVERYTHING = {"clouds", "water", "foliage", "blink", "breathe"}


def offered(plan: ShotPlan) -> set[str]:
    return {item.id.removeprefix("alive-") for item in plan.items() if "alive-" in item.id}


@pytest.mark.parametrize(
    ("words", "left_out"),
    [
        ("slow push-in", set()),
        ("animate this still photo of a lake", set()),
        ("no added characters", set()),
        ("nothing moves", EVERYTHING),
        ("only the camera moves", EVERYTHING),
        ("keep everything else still", EVERYTHING),
        ("lent travelling avant, rien ne bouge", EVERYTHING),
        ("keep the water still", {"water"}),
        ("la mer reste immobile", {"water"}),
        ("les nuages ne bougent pas", {"clouds"}),
        ("the trees and the water stay still", {"foliage", "water"}),
        ("no blinking", {"blink"}),
        ("keep her face unchanged", {"blink", "breathe"}),
        *(
            (words, {"blink", "breathe"})
            for words in (
                "keep grandpa still",
                "mum never moves",
                "the bride and the bridesmaids stay still",
                "the ladies don't move",
                "papi reste immobile",
                "la mariée ne bouge pas",
                "les garçons restent immobiles",
                "les gens ne bougent pas",
            )
        ),
        ("pas de personnages ajoutés", set()),
        ("she blinks at 1 s", {"blink"}),
        ("the sea waves roll in, the trees sway in the wind", {"water", "foliage"}),
    ],
)
def test_the_words_come_first(words: str, left_out: set[str]) -> None:
    plan = read_prompt(words).plan
    assert offered(with_life(plan)) == EVERYTHING - left_out


def test_it_is_half_of_what_words_ask_for() -> None:
    asked = read_prompt("the clouds drift, she breathes").plan.beats[0]
    given = with_life(read_prompt("slow push-in").plan).beats[0]
    clouds = next(item for item in given.elements if item.what == "clouds")
    breath = next(item for item in given.subjects if item.kind == "breathe")
    assert clouds.amplitude == pytest.approx(asked.elements[0].amplitude / 2)
    assert breath.size == pytest.approx(asked.subjects[0].size / 2)


def cloudy() -> Scene:
    """The evening with clouds in its sky."""
    scene = evening_scene()
    noise = np.random.default_rng(0).normal(0.0, 1.0, scene.layers[0].rgba.shape[:2])
    clouds = 150.0 * cv2.GaussianBlur(noise, (0, 0), 3.0)
    clouds[56:] = 0.0
    rgba = scene.layers[0].rgba.copy()
    rgba[..., :3] = np.clip(rgba[..., :3] + clouds[..., None], 0, 255).astype(np.uint8)
    left, top = scene.frame_origin
    image = scene.image.copy()
    image[:40] = rgba[top : top + 40, left : left + FRAME.width, :3]
    return replace(
        scene, image=image, layers=(replace(scene.layers[0], rgba=rgba), *scene.layers[1:])
    )


def bare() -> Scene:
    """The evening without a known region but a thing that stands out."""
    scene = evening_scene()
    thing = np.zeros((FRAME.height, FRAME.width), np.float32)
    thing[50:90, 70:120] = 1.0
    region = Region(kind="subject", mask=thing, box=(70, 50, 50, 40), score=0.9, source="test")
    return replace(scene, regions=(region,))


@lru_cache(maxsize=1)
def astronaut() -> Scene:
    photo = decode_photo(data.astronaut()[:320, 60:380])
    return build_scene(photo, size=Size(320, 320), depth=ClassicalDepth())


def made_alive(scene: Scene, words: str) -> tuple[ShotPlan, tuple[Outcome, ...], str]:
    request = ClipRequest(image=scene, prompt=words, size=scene.size, fps=Fraction(10), alive=True)
    engine = ParallaxEngine(ClassicalDepth())
    plan, report = plan_shot(request, engine.capabilities())
    assert not any("alive-" in (item.item or "") for item in report.items())
    rendition = engine.render(request, plan, Recorder())
    final, outcomes, note = settled(plan, rendition.outcomes)
    report.amended(outcomes)  # it knows all of them
    return final, outcomes, note.text


def test_a_photo_with_sky_gets_clouds_and_nothing_else() -> None:
    plan, outcomes, note = made_alive(cloudy(), "static camera")
    assert offered(plan) == {"clouds"}
    assert note.startswith("made alive: clouds drift")
    assert all(outcome.status == "understood" for outcome in outcomes)


@pytest.mark.parametrize(("hint", "looked_for"), [(None, False), (0.3, False), (0.9, True)])
def test_level_streaks_are_water_only_where_a_network_sees_some(hint, looked_for) -> None:
    scene = evening_scene()
    regions = tuple(region for region in scene.regions if region.kind == "sky")
    assert regions
    if hint is not None:
        mask = np.full((FRAME.height, FRAME.width), hint, np.float32)
        box = (0, 0, FRAME.width, FRAME.height)
        regions += (Region(kind="wet", mask=mask, box=box, score=hint, source="test"),)
    sea = Search(masks=("water",), regions=("water",))
    found = sure(sea, replace(scene, regions=regions), {})
    assert (found is not None and found.evidence is find_sea) == looked_for


def test_a_photo_that_shows_nothing_stays_as_it_is() -> None:
    plan, outcomes, note = made_alive(bare(), "plan fixe")
    assert offered(plan) == set()
    assert note.startswith("rendu vivant : rien de plus")
    assert not any(outcome.status == "not_supported" for outcome in outcomes)


def test_a_portrait_blinks_and_breathes() -> None:
    plan, _, note = made_alive(astronaut(), "plan fixe")
    assert {"blink", "breathe"} <= offered(plan)
    assert "cligne des yeux à" in note


def test_a_remix_changes_what_was_added() -> None:
    plan, _, _ = made_alive(cloudy(), "static camera")
    reading = revise(plan, "stronger clouds")
    before, after = (p.beats[0].elements[0] for p in (plan, reading.plan))
    assert after.id == before.id == "alive-clouds"
    assert after.amplitude > before.amplitude
    assert [change.item for change in reading.report.changes] == ["alive-clouds"]

"""Relighting: the kernel against its reference, and what must hold of any light."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.support.scenes import FRAME, evening_scene

from kinora.living import plan_light
from kinora.living.light._kernels import relight
from kinora.living.light._reference import relit_light
from kinora.living.light.moods import MOODS
from kinora.living.light.recolour import HUES, painted
from kinora.living.light.relight import relit
from kinora.living.light.views import view_of
from kinora.prompt import read_prompt
from kinora.types.light import Fade, light_at
from kinora.types.scene import F32


@pytest.mark.parametrize("kind", sorted(MOODS))
def test_the_kernel_does_what_the_reference_says(kind: str) -> None:
    mood, rng = replace(MOODS[kind], grain=0.0), np.random.default_rng(5)
    shape = (6, 40)
    rgba = rng.integers(0, 256, (*shape, 4), dtype=np.uint8)
    rgba[..., 3] = 255
    sky, lamps = rng.random((2, *shape)).astype(np.float32)
    soft = rng.random((4, *shape)).astype(np.float32)
    high = rng.random(shape[0]).astype(np.float32)
    out = np.empty_like(rgba)
    relight(rgba, sky, lamps, np.ones(shape, np.float32), soft, high, mood.numbers(), 0, 0, out)
    for y, x in np.ndindex(shape):
        light: F32 = (rgba[y, x, :3].astype(np.float32) / 255.0) ** 2
        told = relit_light(
            light,
            mood,
            sky=float(sky[y, x]),
            lamps=float(lamps[y, x]),
            soft=tuple(float(value) for value in soft[:, y, x]),
            high=float(high[y]),
        )
        # Dither moves a value by half a step at most, rounding by another half.
        assert np.abs(out[y, x, :3] - told * 255.0).max() <= 1.01


def test_where_nothing_is_to_change_nothing_does() -> None:
    scene = evening_scene()
    same = relit(scene, MOODS["night"], view_of(scene), strength=0.0, kept=None)
    assert all(
        np.array_equal(one.rgba, other.rgba)
        for one, other in zip(scene.layers, same.layers, strict=True)
    )


def test_kept_regions_keep_their_light() -> None:
    scene = evening_scene()
    kept = np.zeros((FRAME.height, FRAME.width), np.float32)
    kept[:, 60:100] = 1.0
    lit = relit(scene, MOODS["sunset"], view_of(scene), strength=1.0, kept=kept)
    change = np.abs(lit.image.astype(int) - scene.image.astype(int)).max(axis=2)
    assert change[:, 61:99].max() <= 1
    assert change[:, :55].min() >= 5


def test_the_night_is_dark_and_its_lamps_are_not() -> None:
    scene = evening_scene()
    night = relit(scene, MOODS["night"], view_of(scene), strength=1.0, kept=None).image
    lamp = night[78:79, 25:27].mean()
    assert lamp > 150
    assert night[:30].mean() < 60
    assert night[70:90, 60:70].mean() < 45


def test_a_dark_sky_shows_no_bands() -> None:
    """A smooth ramp of few code values is broken up: rows don't repeat each other."""
    scene = evening_scene()
    night = relit(scene, MOODS["night"], view_of(scene), strength=1.0, kept=None).image
    patch = night[2:18, :, 2].astype(np.float32)
    steps = np.abs(np.diff(patch.mean(axis=0)))
    assert steps.max() < 2.0
    assert (np.diff(patch, axis=0) != 0).mean() > 0.2


def test_a_light_that_the_prompt_names_is_planned_and_told() -> None:
    plan = read_prompt("static camera, strong golden hour").plan
    lighting, outcomes = plan_light(plan, evening_scene(), kept=None)
    assert len(lighting.scenes) == 1
    assert not lighting.fades
    red, _, blue = lighting.scenes[0].image.astype(int).mean(axis=(0, 1))
    plain = evening_scene().image.astype(int).mean(axis=(0, 1))
    assert red / blue > 1.15 * plain[0] / plain[2]
    assert [(o.status, o.done) for o in outcomes] == [
        ("understood", "golden evening light at 100 %")
    ]


def test_day_turns_to_night_within_the_clip() -> None:
    plan = read_prompt("static camera, day turns to night", seconds=4).plan
    lighting, outcomes = plan_light(plan, evening_scene(), kept=None)
    means = [scene.image.mean() for scene in lighting.scenes]
    assert means[0] > means[1] > means[2]
    assert lighting.fades[0].t0 > 0.0
    assert lighting.fades[-1].t1 < 4.0
    assert outcomes[0].status == "approximated"


def test_without_light_cues_the_scene_is_the_photo() -> None:
    scene = evening_scene()
    lighting, outcomes = plan_light(read_prompt("pan left").plan, scene, kept=None)
    assert lighting.scenes == (scene,)
    assert not outcomes


def test_fades_follow_each_other() -> None:
    fades = (Fade(t0=1.0, t1=2.0), Fade(t0=3.0, t1=4.0))
    assert light_at(fades, 0.0) == (0, 1, 0.0)
    assert light_at(fades, 1.5) == (0, 1, 0.5)
    assert light_at(fades, 2.5) == (1, 2, 0.0)
    assert light_at(fades, 5.0) == (2, 2, 0.0)


@pytest.mark.parametrize(
    ("prompt", "kind", "strength"),
    [
        ("static, warm early-evening lighting", "golden_hour", 0.75),
        ("static, a hint of blue hour", "blue_hour", 0.225),
        ("plan fixe, lumière chaude de début de soirée", "golden_hour", 0.75),
        ("plan fixe, la nuit tombe", "day_to_night", 0.75),
        ("static, lightning flashes", "lightning", 0.75),
        ("static, subtle vignette", "vignette", 0.375),
    ],
)
def test_words_for_light(prompt: str, kind: str, strength: float) -> None:
    cues = read_prompt(prompt).plan.light
    assert [(cue.kind, cue.strength) for cue in cues] == [(kind, strength)]


def test_a_named_part_gets_another_colour_and_keeps_its_light_and_shade() -> None:
    scene = evening_scene()
    plan = read_prompt("static, make the sky orange").plan
    lighting, outcomes = plan_light(plan, scene, kept=None)
    shown, before = lighting.scenes[0].image.astype(int), scene.image.astype(int)
    sky, land = np.s_[4:30], np.s_[60:66, :40]
    red, green, blue = shown[sky].reshape(-1, 3).mean(axis=0)
    assert red > green + 40 > blue + 80
    assert shown[sky][:, -20:].sum() > shown[sky][:, :20].sum()  # the ramp is still there
    assert np.array_equal(shown[land], before[land])
    assert [(o.status, o.done) for o in outcomes] == [("understood", "the sky: orange")]


def test_what_is_not_there_is_not_recoloured() -> None:
    plan = read_prompt("plan fixe, rends la mer dorée").plan
    lighting, outcomes = plan_light(plan, evening_scene(), kept=None)
    assert np.array_equal(lighting.scenes[0].image, evening_scene().image)
    assert [(o.status, o.reason) for o in outcomes] == [
        ("not_supported", "« la mer » n'a pas été trouvé dans cette photo")
    ]


def test_what_is_named_by_its_colour_is_found_by_it_and_that_is_told() -> None:
    scene = evening_scene()
    image = scene.image.copy()
    image[60:80, 10:40] = (200, 30, 36)
    rgba = scene.layers[0].rgba.copy()
    x, y = scene.frame_origin
    rgba[y + 60 : y + 80, x + 10 : x + 40, :3] = (200, 30, 36)
    red = replace(
        scene, image=image, layers=(replace(scene.layers[0], rgba=rgba), *scene.layers[1:])
    )
    plan = read_prompt("plan fixe, peins la boîte rouge en bleu").plan
    lighting, (outcome,) = plan_light(plan, red, kept=None)
    shown = lighting.scenes[0].image.astype(int)
    assert (shown[64:76, 14:36, 2] > shown[64:76, 14:36, 0] + 60).all()
    assert np.array_equal(shown[62:66, 50:60], red.image[62:66, 50:60])
    assert (outcome.status, outcome.done) == ("approximated", "la boîte rouge : bleu")
    plan = read_prompt("static, make her box blue").plan  # "her" names nobody's box
    assert [o.status for o in plan_light(plan, red, kept=None)[1]] == ["not_supported"]


def test_one_light_gives_way_to_another() -> None:
    plan = read_prompt("static, golden hour to blue hour", seconds=4).plan
    lighting, (outcome,) = plan_light(plan, evening_scene(), kept=None)
    assert len(lighting.scenes) == 2
    assert (outcome.done or "").startswith("golden evening light → blue hour")


def test_styles_are_met_by_their_colours() -> None:
    plan = read_prompt("static, black and white").plan
    lighting, outcomes = plan_light(plan, evening_scene(), kept=None)
    spread = np.ptp(lighting.scenes[0].image.astype(int), axis=2)
    assert spread.mean() < 0.3 * np.ptp(evening_scene().image.astype(int), axis=2).mean()
    assert outcomes[0].status == "approximated"


def test_what_a_figure_hides_is_recoloured_as_what_is_seen_around_it() -> None:
    scene = evening_scene()
    figure = np.zeros((FRAME.height, FRAME.width), np.float32)
    figure[scene.layers[1].rgba[16:-16, 16:-16, 3] > 25] = 1.0
    behind = np.s_[66:84, 96:124]  # on the canvas, well within the figure's outline
    land = scene.layers[0].rgba[behind]
    red = HUES["red"]
    assert np.array_equal(painted(scene, figure, red).layers[0].rgba[behind], land)
    around = painted(scene, 1.0 - figure, red).layers[0].rgba[behind]
    assert np.abs(around.astype(int) - land).max(axis=2).min() > 10

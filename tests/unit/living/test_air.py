"""Particles, haze and light in the air: kernels against references, and what must always hold."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from tests.support.scenes import FRAME, evening_scene

from kinora.engines.parallax import _air_kernels as kernels
from kinora.engines.parallax._air_reference import drawn, veiled
from kinora.engines.parallax.renderer import ParallaxFrames, empty_planes
from kinora.engines.parallax.textures import build_textures
from kinora.living import plan_air
from kinora.living.air.kinds import KINDS
from kinora.living.air.shines import Curtain, Flashes, Vignette, shafts
from kinora.living.air.swarm import Ambient, Drift, Particles
from kinora.living.air.wisps import Wisps
from kinora.living.air.wording import Lang, done
from kinora.living.timing import Timing
from kinora.prompt import read_prompt
from kinora.types import air as columns
from kinora.types.air import COVERS, F32, Air, Eye, Places
from kinora.types.light import Lighting
from kinora.types.motion import Motion
from kinora.types.rendition import YuvPlanes
from kinora.types.scene import Scene
from kinora.weather import flashes

WIDE, HIGH = 64, 48


def eye(*, shift: float = 0.0) -> Eye:
    focal = 70.0
    project = np.array([[focal, 0.0, WIDE / 2], [0.0, focal, HIGH / 2], [0.0, 0.0, 1.0]])
    return Eye(project=project, centre=np.array([shift, 0.0, 0.0]), width=WIDE, height=HIGH)


def swarm(kind: str, *, period: float | None = None, density: float = 0.5) -> Particles:
    return Particles.of(
        KINDS[kind],
        density=density,
        seed=4,
        drift=Drift.of(4, 4.0, period),
        timing=Timing(period=period),
        reach=(WIDE / 70.0, HIGH / 70.0),
        light=Ambient(levels=(0.8,)),
    )


def test_what_falls_takes_the_colour_of_the_light_but_not_what_shines_itself() -> None:
    warm = Ambient(levels=(0.8,), casts=((-9.0, 12.0),))
    for kind, shift in (("petals", (-9.0, 12.0)), ("fireflies", (0.0, 0.0))):
        plain = swarm(kind)
        before, after = (each.at(1.0, eye()) for each in (plain, replace(plain, light=warm)))
        assert len(before)
        for column, by in zip((columns.S_U, columns.S_V), shift, strict=True):
            np.testing.assert_allclose(after[:, column], before[:, column] + by, atol=1e-3)


def sprites(count: int = 14) -> F32:
    rng = np.random.default_rng(8)
    table = np.zeros((count, columns.SPRITE_COLUMNS))
    table[:, columns.S_X], table[:, columns.S_Y] = rng.random((2, count)) * [[WIDE], [HIGH]]
    turn = rng.random(count) * 6.28
    table[:, columns.S_UX], table[:, columns.S_UY] = np.cos(turn), np.sin(turn)
    table[:, columns.S_LENGTH] = rng.random(count) * 12
    table[:, [columns.S_ALONG, columns.S_ACROSS]] = 0.6 + 5 * rng.random((count, 2))
    table[:, columns.S_DISPARITY] = 0.2 + rng.random(count)
    table[:, columns.S_ALPHA] = rng.random(count)
    table[:, columns.S_LUMA] = 235.0
    table[:, [columns.S_U, columns.S_V]] = 90 + 80 * rng.random((count, 2))
    table[:, columns.S_KIND] = np.arange(count) % 4
    return table.astype(np.float32)


def test_sprites_are_drawn_as_the_reference_says() -> None:
    behind = np.random.default_rng(2).random((HIGH // 2, WIDE // 2)).astype(np.float32)
    check_drawn(sprites(), behind)


def test_strokes_are_drawn_as_the_reference_says() -> None:
    """Narrow upright sprites before, behind and half behind what is seen, and over the rim."""
    table = sprites(40)
    table[:, columns.S_KIND] = COVERS
    table[:, columns.S_LENGTH] = np.linspace(3.0, 40.0, len(table))
    table[:, [columns.S_ALONG, columns.S_ACROSS]] = np.linspace(0.45, 3.0, len(table))[:, None]
    lean = np.linspace(-1.1, 1.1, len(table))
    table[:, columns.S_UX], table[:, columns.S_UY] = np.sin(lean), np.cos(lean)
    table[:3, columns.S_X] = 0.5, WIDE - 0.5, WIDE + 1.0
    behind = np.full((HIGH // 2, WIDE // 2), 0.05, np.float32)
    behind[:, WIDE // 6 : WIDE // 3] = 3.0
    behind[HIGH // 6 : HIGH // 4] = 0.6
    check_drawn(table, behind)


def check_drawn(table: F32, behind: F32) -> None:
    """The kernel draws sprites as the reference does."""
    rng = np.random.default_rng(1)
    y = rng.integers(16, 236, (HIGH, WIDE)).astype(np.uint8)
    u, v = rng.integers(16, 240, (2, HIGH // 2, WIDE // 2)).astype(np.uint8)
    near = np.kron(behind, np.ones((2, 2), np.float32))
    told = (
        drawn(y.astype(np.float32), table, near, colour=columns.S_LUMA, chroma=False),
        drawn(u.astype(np.float32), table, behind, colour=columns.S_U, chroma=True),
        drawn(v.astype(np.float32), table, behind, colour=columns.S_V, chroma=True),
    )
    before = y.copy()
    kernels.draw(table, behind, WIDE, HIGH, y, u, v)
    assert (y != before).sum() > 200
    for plane, reference in zip((y, u, v), told, strict=True):
        # Rounded after each sprite, so that a tie may fall either way a few times.
        assert np.abs(plane - reference).max() <= 2.0
        assert np.abs(plane - reference).mean() < 0.01


def test_the_veil_lies_as_the_reference_says() -> None:
    rng = np.random.default_rng(2)
    fields = rng.random((8, HIGH // 8 + 1, WIDE // 8 + 1)).astype(np.float32)
    fields[5:] *= 40
    levels = np.array([0.0, 0.1, 0.4, 1.0], np.float32)
    colour = np.array([180.0, 120.0, 140.0], np.float32)
    behind = (1.4 * rng.random((HIGH // 2, WIDE // 2))).astype(np.float32)
    y = rng.integers(16, 236, (HIGH, WIDE)).astype(np.uint8)
    u, v = rng.integers(16, 240, (2, HIGH // 2, WIDE // 2)).astype(np.uint8)
    told = [
        veiled(plane.astype(np.float32), fields, levels, colour, behind=behind, number=number)
        for number, plane in enumerate((y, u, v))
    ]
    noise = np.zeros((64, WIDE), np.float32)
    kernels.veil(fields, levels, colour, behind, noise, WIDE, HIGH, y, u, v)
    for plane, reference in zip((y, u, v), told, strict=True):
        assert np.abs(plane - reference).max() <= 0.51


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_particles_are_a_function_of_time_alone(kind: str) -> None:
    flock = swarm(kind)
    later = flock.at(2.3, eye())
    flock.at(0.1, eye())
    assert np.array_equal(flock.at(2.3, eye()), later)
    assert len(later) > 0
    assert np.isfinite(later).all()
    assert not np.array_equal(flock.at(2.35, eye()), later)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_loops_close(kind: str) -> None:
    flock = swarm(kind, period=3.0)
    first, last = flock.at(0.0, eye()), flock.at(3.0, eye())
    assert first.shape == last.shape
    assert np.abs(first - last)[:, [columns.S_X, columns.S_Y]].max() < 0.05


def test_near_particles_pass_faster_than_far_ones() -> None:
    flock = swarm("rain", density=1.0)
    here, there = (flock.at(1.0, eye(shift=shift)) for shift in (0.0, 0.01))
    assert len(here) > 50
    slowest = here[np.argmin(here[:, columns.S_DISPARITY])]
    same = np.abs(there[:, columns.S_DISPARITY] - slowest[columns.S_DISPARITY]) < 1e-6
    moved = slowest[columns.S_X] - there[same][0, columns.S_X]
    assert moved == pytest.approx(70.0 * 0.01 * slowest[columns.S_DISPARITY], abs=0.01)


def test_rain_falls_and_embers_rise() -> None:
    fall = swarm("rain").at(1.0, eye())
    assert (fall[:, columns.S_UY] > 0).all()
    embers = replace(swarm("embers"), kind=replace(KINDS["embers"], wander=0.0, wind=0.0))
    assert (embers.at(1.0, eye())[:, columns.S_UY] < 0).all()


def still(scene: Scene, air: Air, *, seconds: float = 1.0) -> YuvPlanes:
    frames = round(seconds * 10) + 1
    camera = np.repeat(scene.intrinsics.matrix()[None], frames, axis=0)
    zeros = np.zeros(frames)
    motion = Motion(
        size=FRAME,
        fps=Fraction(10),
        world_to_camera=np.repeat(np.eye(4)[None], frames, axis=0),
        intrinsics=camera,
        shutter=zeros,
        focus=zeros + 1.0,
        aperture=zeros,
    )
    planes = empty_planes(FRAME)
    textures = build_textures(scene, FRAME, detail=1.0)
    ParallaxFrames(textures, motion, air=air).render(frames - 1, planes)
    return planes


def planned(prompt: str, scene: Scene, kept: F32 | None = None) -> Air:
    plan = read_prompt(prompt, seconds=4).plan
    air, outcomes = plan_air(plan, scene, Lighting(scenes=(scene,)), kept=kept)
    assert all(outcome.status == "understood" for outcome in outcomes)
    return air


def test_rain_changes_some_pixels_and_leaves_the_others() -> None:
    scene = evening_scene()
    air = replace(planned("static, rain", scene), haze=None)
    dry, wet = still(scene, Air()), still(scene, air)
    changed = dry.y != wet.y
    assert 0.01 < changed.mean() < 0.6


def test_what_is_near_hides_particles() -> None:
    scene = evening_scene()
    far = replace(KINDS["snow"], near=1.5, far=4.0, shape=columns.COVERS)
    air = planned("static, heavy snow", scene)
    (flock,) = air.swarms
    assert isinstance(flock, Particles)
    distance = 1.5 + 2.5 * np.random.default_rng(1).random(len(flock.distance))
    flock = replace(flock, kind=far, distance=distance)
    dry, snowed = still(scene, Air()), still(scene, Air(swarms=(flock,)))
    changed = dry.y[: FRAME.height, : FRAME.width] != snowed.y[: FRAME.height, : FRAME.width]
    figure = scene.layers[1].rgba[16:-16, 16:-16, 3] == 255
    assert changed[figure].mean() == 0.0
    assert changed[~figure].mean() > 0.05


def test_fog_hides_what_is_far_and_not_what_is_near() -> None:
    scene = evening_scene()
    clear, foggy = still(scene, Air()), still(scene, planned("static, thick fog", scene))
    change = np.abs(clear.y.astype(int) - foggy.y)[: FRAME.height, : FRAME.width]
    figure = scene.layers[1].rgba[16:-16, 16:-16, 3] == 255
    assert change[44:52].mean() > 3 * change[figure].mean()


def test_fog_is_seen_where_all_is_as_far_as_the_focus_subject() -> None:
    scene = evening_scene()
    mountains = replace(scene, disparity=np.full_like(scene.disparity, 0.8))
    usual, nearer = (planned("static, fog", each).haze for each in (scene, mountains))
    assert usual is not None
    assert nearer is not None
    assert nearer.levels[2] == pytest.approx(0.75)
    assert nearer.levels[2] > usual.levels[2] >= 0.3
    indoors = replace(mountains, regions=())
    haze = planned("static, fog", indoors).haze
    assert haze is not None
    assert haze.levels[2] == 0.3
    assert nearer.thickness[2] > 2 * haze.thickness[2]


def test_nothing_is_drawn_over_what_is_kept() -> None:
    scene = evening_scene()
    kept = np.zeros((FRAME.height, FRAME.width), np.float32)
    kept[20:60, 40:100] = 1.0
    words = "static, heavy rain, snow, thick fog, vignette, lightning"
    clear, full = still(scene, Air()), still(scene, planned(words, scene, kept))
    change = np.abs(clear.y.astype(int) - full.y)
    assert change[20:60, 40:100].max() == 0
    assert change[:10].max() > 0


def places() -> Places:
    u, v = np.meshgrid(np.linspace(-1, 1, 9), np.linspace(-1, 1, 7))
    x, y = (u + 1) * 80, (v + 1) * 48
    x, y, u, v = (values.astype(np.float32) for values in (x, y, u, v))
    return Places(x=x, y=y, u=u, v=v)


def test_light_that_comes_and_goes() -> None:
    sky = np.ones((128, 192), np.float32)
    flash = Flashes(times=(1.0,), strength=1.0, sky=sky)
    assert flash.at(0.9, places()) is None
    assert flash.at(2.5, places()) is None
    struck = flash.at(1.0, places())
    assert struck is not None
    assert struck[0].min() > 1.5
    corner = Vignette(strength=1.0).at(0.0, places())
    assert corner is not None
    assert corner[0][0, 0] < 0.5 < 0.99 < corner[0][3, 4]
    fade = Curtain(t0=3.0, t1=4.0, opens=False, luma=16.0)
    assert fade.at(2.9, places()) is None
    black = fade.at(4.0, places())
    assert black is not None
    assert float(black[0].max()) == 0.0


def test_rays_point_away_from_the_light() -> None:
    bright = np.zeros((60, 100), np.float32)
    bright[8:12, 48:52] = 1.0
    field = shafts(bright, (50.0, 0.0))
    assert field[40, 50] > 5 * field[40, 15]


def test_lightning_strikes_within_the_clip_and_always_at_the_same_times() -> None:
    times = flashes(5, 0.0, 8.0)
    assert times == flashes(5, 0.0, 8.0)
    assert 2 <= len(times) <= 7
    assert all(0.0 <= time < 8.0 for time in times)
    assert times != flashes(6, 0.0, 8.0)


def test_air_of_every_kind_is_told() -> None:
    prompt = "static, rain, snow, dust motes, embers, fireflies, falling petals, bubbles, fog"
    plan = read_prompt(prompt).plan
    scene = evening_scene()
    air, outcomes = plan_air(plan, scene, Lighting(scenes=(scene,)), kept=None)
    assert len(air.swarms) == 7
    assert air.haze is not None
    assert [o.done for o in outcomes][:2] == ["rain, 40 %", "snow, 40 %"]


def test_steam_rises_from_where_the_mask_says() -> None:
    scene = evening_scene()
    mask = np.zeros((FRAME.height, FRAME.width), np.float32)
    mask[50:90, 100:130] = 1.0
    plan = read_prompt("static, steam rises").plan
    air, outcomes = plan_air(
        plan, scene, Lighting(scenes=(scene,)), kept=None, masks={"steam": mask}
    )
    assert [(o.status, o.done) for o in outcomes] == [("understood", "steam rises, 50 %")]
    dry, steaming = still(scene, Air()), still(scene, air)
    rows, across = np.nonzero(dry.y != steaming.y)
    assert 20 < rows.mean() < 70
    assert 90 < across.mean() < 140


def test_steam_needs_something_to_rise_from() -> None:
    scene = evening_scene()
    plan = read_prompt("static, steam rises").plan
    air, outcomes = plan_air(plan, scene, Lighting(scenes=(scene,)), kept=None)
    assert air.clear
    assert outcomes[0].status == "not_supported"
    assert outcomes[0].how_to_get_it is not None


def test_steam_loops() -> None:
    scene = evening_scene()
    mask = np.ones((FRAME.height, FRAME.width), np.float32)
    plan = read_prompt("static, steam rises", seconds=5).plan
    air, _ = plan_air(
        plan, scene, Lighting(scenes=(scene,)), kept=None, masks={"steam": mask}, loop=True
    )
    assert len(air.swarms) == 2
    places = [columns.S_X, columns.S_Y]
    for swarm in air.swarms:  # the haze, and the wisps in it
        first, last = (np.sort(swarm.at(t, eye())[:, places], axis=0) for t in (0.0, 5.0))
        assert np.abs(first - last).max() < 0.05


def test_steam_rises_in_strands_without_gaps() -> None:
    scene = evening_scene()
    mask = np.ones((FRAME.height, FRAME.width), np.float32)
    plan = read_prompt("static, steam rises", seconds=5).plan
    air, _ = plan_air(plan, scene, Lighting(scenes=(scene,)), kept=None, masks={"steam": mask})
    wisps = next(swarm for swarm in air.swarms if isinstance(swarm, Wisps))
    for seconds in (0.0, 1.3, 4.9):
        puffs = wisps.at(seconds, eye())
        places = puffs[:, [columns.S_X, columns.S_Y]]
        apart = np.linalg.norm(places[:, None] - places[None], axis=2)
        np.fill_diagonal(apart, np.inf)
        assert (apart.min(axis=1) < puffs[:, columns.S_ALONG]).all()
    there, later = wisps.at(1.0, eye()), wisps.at(1.1, eye())
    assert later[:, columns.S_Y].mean() == pytest.approx(there[:, columns.S_Y].mean(), abs=3.0)


@pytest.mark.parametrize(
    ("kind", "lang", "words"),
    [("fade_black", "fr", "fondu au noir"), ("fog", "en", "fog that thickens with distance, 20 %")],
)
def test_a_fade_is_whole_and_has_no_share(kind: str, lang: Lang, words: str) -> None:
    assert done(kind, 0.2, lang) == words

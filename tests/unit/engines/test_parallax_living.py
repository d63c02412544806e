"""What moves by itself: the kernels against their slow twin, and what must hold of any frame."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from tests.unit.engines.test_parallax_render import FRAME, POSES, motion_of, scene_of_two_layers

from kinora.engines.parallax._living_reference import bent, surface_reference
from kinora.engines.parallax._reference import source_texels
from kinora.engines.parallax.renderer import ParallaxFrames, empty_planes, pose_of
from kinora.engines.parallax.stir import Stir
from kinora.engines.parallax.textures import build_textures, seen_windows
from kinora.living import plan_living
from kinora.living.grid import Grid
from kinora.types.living import F32, Living, Phases, Surface, Warp
from kinora.types.motion import Motion
from kinora.types.plan import Beat, ElementMotion, ShotPlan
from kinora.types.scene import Region, Scene

U8 = NDArray[np.uint8]
LUMA = np.index_exp[..., : FRAME.width]


class Shift:
    """A `Displacement` by some pixels per second within a box of cells."""

    def __init__(self, grid: Grid, pace: tuple[float, float]) -> None:
        self._field = np.zeros((2, *grid.shape), np.float32)
        self._field[:, 12:20, 10:24] = np.array(pace, np.float32)[:, None, None]
        self._field = np.stack([cv2.GaussianBlur(f, (0, 0), 1.5) for f in self._field])
        self._field[np.abs(self._field) < 0.05] = 0.0

    @property
    def reach(self) -> float:
        return 10.0

    def at(self, seconds: float) -> F32:
        return np.asarray(self._field * np.float32(seconds), np.float32)


@pytest.fixture(scope="module")
def scene() -> Scene:
    made = scene_of_two_layers()
    mask = np.zeros((FRAME.height, FRAME.width), np.float32)
    mask[110:, :] = 1.0
    water = Region(
        kind="water", mask=mask, box=(0, 110, FRAME.width, FRAME.height), score=1.0, source="test"
    )
    return replace(made, regions=(water,))


@pytest.fixture(scope="module")
def living(scene: Scene) -> Living:
    return planned(scene, "waves")


def planned(scene: Scene, what: str, *, loop: bool = False) -> Living:
    item = ElementMotion(id="element-1", what=what, amplitude=0.7)
    plan = ShotPlan(duration=2.0, seed=5, beats=(Beat(id="beat-1", t0=0, t1=2, elements=(item,)),))
    return plan_living(plan, scene, masks={}, loop=loop)


def still(count: int) -> Motion:
    return motion_of([POSES["rest"]] * count)


def luma(frames: ParallaxFrames, index: int) -> U8:
    planes = empty_planes(FRAME)
    frames.render(index, planes)
    return planes.y[LUMA].copy()


@pytest.mark.parametrize("pose", ["rest", "all"])
def test_surface_kernels_match_the_reference(scene: Scene, living: Living, pose: str) -> None:
    textures = build_textures(scene, FRAME, living=living)
    motion = motion_of([POSES[pose]])
    camera = pose_of(motion.world_to_camera[0], motion.intrinsics[0])
    seconds = 0.9
    frames = ParallaxFrames(textures, motion_of([POSES[pose]] * 28), living=living)
    planes = empty_planes(FRAME)
    frames.render(27, planes)
    shown = frames._scratch().shown
    grid = Grid.of(scene)
    for number, texture in enumerate(textures.surfaces):
        now = texture.flow.at(seconds)
        expected = surface_reference(
            textures, number, camera.ray, camera.centre, now=now, grid=np.array(grid.cell)
        )
        drawn = shown[0][number][LUMA] > 0
        assert drawn.mean() > 0.05
        error = np.abs(shown[0][number][LUMA].astype(float) - expected[0])[drawn]
        assert np.mean(error) < 1.5
        assert np.percentile(error, 99) < 15.0
        for plane, wanted in zip(shown[1:], expected[1:], strict=True):
            inside = cv2.resize(drawn.astype(np.uint8), wanted.shape[::-1]) > 0
            part = plane[number][:, : FRAME.width // 2].astype(float)
            assert np.mean(np.abs(part - wanted)[inside]) < 1.0


def test_a_soft_surface_is_rounded_once() -> None:
    """Else the brightness of a whole sky leaps as its tone crosses half a level."""
    scene = soft_sky()
    living = planned(scene, "clouds")
    textures = build_textures(scene, FRAME, living=living)
    frames = ParallaxFrames(textures, still(60), living=living)
    camera = pose_of(POSES["rest"], still(1).intrinsics[0])
    cell = np.array(Grid.of(scene).cell)
    off = []
    for index in range(0, 60, 4):
        frames.render(index, empty_planes(FRAME))
        drawn = frames._scratch().shown[0][0][LUMA].astype(float)
        now = textures.surfaces[0].flow.at(index / 30)
        wanted, _, _ = surface_reference(textures, 0, camera.ray, camera.centre, now=now, grid=cell)
        off.append(float((drawn - wanted)[20:90, 20:300].mean()))
    assert np.ptp(off) < 0.2


def soft_sky() -> Scene:
    """Clouds without grain above plain ground."""
    made = scene_of_two_layers()
    back = made.layers[0]
    y, x = np.mgrid[0 : made.canvas.height, 0 : made.canvas.width]
    light = 150 + 30 * np.sin(x / 70 + y / 90) + 20 * np.sin(y / 40)
    rgba = back.rgba.copy()
    rgba[..., :3] = np.rint(light)[..., None]
    mask = np.zeros((FRAME.height, FRAME.width), np.float32)
    mask[:110] = 1.0
    sky = Region(kind="sky", mask=mask, box=(0, 0, FRAME.width, 110), score=1.0, source="test")
    left, top = made.frame_origin
    image = rgba[top : top + FRAME.height, left : left + FRAME.width, :3]
    layers = (replace(back, rgba=rgba),)
    return replace(made, image=image.copy(), layers=layers, regions=(sky,))


def test_bending_matches_the_reference(scene: Scene, living: Living) -> None:
    textures = build_textures(scene, FRAME)
    grid = Grid.of(scene)
    field = Shift(grid, (6.0, -3.0)).at(1.0)
    camera = pose_of(POSES["truck"], motion_of([POSES["truck"]]).intrinsics[0])
    x, y = np.meshgrid(np.arange(0, FRAME.width + 1, 8.0), np.arange(0, FRAME.height + 1, 8.0))
    nodes = np.stack(
        [
            np.stack(source_texels(textures, layer, camera.ray, camera.centre, x, y))
            for layer in range(textures.layers)
        ]
    ).astype(np.float32)
    expected = [
        bent(textures, (nodes[layer, 0], nodes[layer, 1]), layer, field, np.array(grid.cell))
        for layer in range(textures.layers)
    ]
    warp = Warp(name="test", displacement=Shift(grid, (6.0, -3.0)))
    Stir(textures, Living(grid=grid.cells, warps=(warp,))).bend(1.0, nodes)
    np.testing.assert_allclose(nodes, np.stack(expected), atol=2e-3)


def test_pixels_outside_a_surface_are_the_photos_to_the_bit(scene: Scene, living: Living) -> None:
    before = luma(ParallaxFrames(build_textures(scene, FRAME), still(40)), 30)
    textures = build_textures(scene, FRAME, living=living)
    after = luma(ParallaxFrames(textures, still(40), living=living), 30)
    x, y = scene.frame_origin
    mask = living.surfaces[0].mask[y : y + FRAME.height, x : x + FRAME.width]
    outside = cv2.dilate(mask, np.ones((5, 5))) == 0.0
    assert np.array_equal(before[outside], after[outside])
    assert np.mean(before[mask > 0.9] != after[mask > 0.9]) > 0.5


def test_pixels_outside_a_warp_are_the_photos_to_the_bit(scene: Scene) -> None:
    grid = Grid.of(scene)
    warp = Warp(name="test", displacement=Shift(grid, (8.0, 0.0)))
    living = Living(grid=grid.cells, warps=(warp,))
    textures = build_textures(scene, FRAME)
    before = luma(ParallaxFrames(textures, still(31)), 30)
    after = luma(ParallaxFrames(textures, still(31), living=living), 30)
    bent_cells = (warp.displacement.at(1.0) != 0.0).any(axis=0).astype(np.uint8)
    whole = cv2.resize(
        bent_cells, (scene.canvas.width, scene.canvas.height), interpolation=cv2.INTER_NEAREST
    )
    windows = seen_windows(scene, still(31), living=living)
    cut = build_textures(scene, FRAME, windows=windows)
    assert np.array_equal(after, luma(ParallaxFrames(cut, still(31), living=living), 30))
    x, y = scene.frame_origin
    near = cv2.dilate(whole, np.ones((33, 33)))[y : y + FRAME.height, x : x + FRAME.width] > 0
    assert np.array_equal(before[~near], after[~near])
    assert (before[near] != after[near]).mean() > 0.2


@pytest.mark.parametrize("what", ["waves", "river", "water"])
def test_the_first_frame_is_the_photo(scene: Scene, what: str) -> None:
    living = planned(scene, what)
    textures = build_textures(scene, FRAME, living=living)
    first = luma(ParallaxFrames(textures, still(2), living=living), 0)
    plain = luma(ParallaxFrames(build_textures(scene, FRAME), still(1)), 0)
    difference = np.abs(first.astype(int) - plain)
    assert difference.max() <= 6
    assert difference.mean() < 0.1


def test_frames_come_the_same_in_any_order(scene: Scene, living: Living) -> None:
    textures = build_textures(scene, FRAME, living=living)
    onwards = ParallaxFrames(textures, still(6), living=living)
    backwards = ParallaxFrames(textures, still(6), living=living)
    ahead = [luma(onwards, index) for index in range(6)]
    back = [luma(backwards, index) for index in reversed(range(6))][::-1]
    assert all(np.array_equal(a, b) for a, b in zip(ahead, back, strict=True))


def test_a_loop_ends_where_it_begins(scene: Scene) -> None:
    living = planned(scene, "waves", loop=True)
    textures = build_textures(scene, FRAME, living=living)
    frames = ParallaxFrames(textures, still(61), living=living)
    assert np.array_equal(luma(frames, 0), luma(frames, 60))
    steps = [
        np.abs(luma(frames, k + 1).astype(float) - luma(frames, k)).mean() for k in (57, 58, 59)
    ]
    assert steps[2] < 1.1 * max(steps[:2])


@pytest.mark.parametrize(("what", "least", "most"), [("waves", 0.85, 1.15), ("river", 0.96, 1.06)])
def test_fine_detail_keeps_its_energy(scene: Scene, what: str, least: float, most: float) -> None:
    living = planned(scene, what)
    textures = build_textures(scene, FRAME, living=living)
    frames = ParallaxFrames(textures, still(60), living=living)
    inside = np.zeros((FRAME.height, FRAME.width), np.bool_)
    inside[125:175, 20:300] = True

    def energy(index: int) -> float:
        return float(
            cv2.Laplacian(luma(frames, index).astype(np.float32), cv2.CV_32F)[inside].var()
        )

    at_rest = energy(0)
    shares = [energy(index) / at_rest for index in range(2, 60, 3)]
    assert least < min(shares)
    assert max(shares) < most


def test_a_defocused_surface_is_still_drawn(scene: Scene, living: Living) -> None:
    textures = build_textures(scene, FRAME, living=living)
    sharp = luma(ParallaxFrames(textures, still(20), living=living), 19)
    motion = motion_of([POSES["rest"]] * 20, aperture=1e-6)
    soft = luma(ParallaxFrames(textures, motion, living=living), 19)
    assert np.abs(sharp.astype(int) - soft).max() <= 2


def test_a_surface_has_no_holes_between_its_hosts(scene: Scene) -> None:
    grid = Grid.of(scene)

    class Frozen:
        reach = 0.0
        life = np.zeros((1, 2, *grid.shape), np.float32)

        def at(self, seconds: float) -> Phases:
            zero = np.zeros((1, 2, *grid.shape), np.float32)
            one = np.ones((1, *grid.shape), np.float32)
            return Phases(offsets=zero, weights=one, ages=0.0 * one)

    mask = np.ones((scene.canvas.height, scene.canvas.width), np.float32)
    living = Living(grid=grid.cells, surfaces=(Surface(name="all", mask=mask, flow=Frozen()),))
    textures = build_textures(scene, FRAME, living=living)
    assert len(textures.surfaces) == 2
    shown = luma(ParallaxFrames(textures, still(1), living=living), 0)
    plain = luma(ParallaxFrames(build_textures(scene, FRAME), still(1)), 0)
    assert np.abs(shown.astype(int) - plain).max() <= 8
    assert np.abs(shown.astype(int) - plain).mean() < 0.3

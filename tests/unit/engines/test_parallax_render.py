"""The renderer against its NumPy reference and against what must hold of any frame."""

from __future__ import annotations

from fractions import Fraction

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from kinora.engines.parallax._reference import render_reference
from kinora.engines.parallax.renderer import ParallaxFrames, Pose, empty_planes, pose_of
from kinora.engines.parallax.texture_set import TextureSet, pack
from kinora.engines.parallax.textures import build_textures, fitted_luma, seen_windows
from kinora.testing.photos import landscape
from kinora.types.geometry import Intrinsics, Size
from kinora.types.motion import Motion
from kinora.types.rendition import YuvPlanes
from kinora.types.scene import Layer, Scene

FRAME = Size(320, 184)
MARGIN = 40
FOCAL = 350.0


def scene_of_two_layers() -> Scene:
    """A textured ground layer whose disparity rises downwards, and a soft disc in front of it."""
    canvas = Size(FRAME.width + 2 * MARGIN, FRAME.height + 2 * MARGIN)
    rng = np.random.default_rng(3)
    noise = cv2.GaussianBlur(rng.normal(0, 60, (canvas.height, canvas.width, 3)), (0, 0), 1.5)
    back = np.clip(landscape(canvas).astype(np.float32) + noise, 0, 255)
    disc = np.zeros((120, 120), np.float32)
    cv2.circle(disc, (60, 60), 45, 1.0, -1)
    alpha = cv2.GaussianBlur(disc, (0, 0), 2.5)[..., None]
    alpha[alpha < 0.004] = 0.0
    front_rgb = (
        alpha * np.array([60.0, 50.0, 220.0]) * (0.7 + 0.3 * np.sin(np.arange(120) / 1.5))[:, None]
    )
    front = np.concatenate([front_rgb, alpha * 255], axis=-1)
    rows = np.linspace(0.1, 0.8, 34, dtype=np.float32)[:, None]
    origin = (150, 70)
    whole = back.copy()
    window = whole[origin[1] : origin[1] + 120, origin[0] : origin[0] + 120]
    window[:] = front_rgb + (1 - alpha) * window
    image = whole[MARGIN : MARGIN + FRAME.height, MARGIN : MARGIN + FRAME.width]
    opaque = np.full((canvas.height, canvas.width, 1), 255.0)
    return Scene(
        image=np.rint(image).astype(np.uint8),
        disparity=np.full((FRAME.height, FRAME.width), 0.5, np.float32),
        intrinsics=Intrinsics(focal=FOCAL, cx=FRAME.width / 2, cy=FRAME.height / 2),
        canvas=canvas,
        frame_origin=(MARGIN, MARGIN),
        layers=(
            Layer(
                rgba=np.rint(np.concatenate([back, opaque], axis=-1)).astype(np.uint8),
                disparity=np.repeat(rows, 50, axis=1),
            ),
            Layer(
                rgba=np.rint(front).astype(np.uint8),
                disparity=np.full((15, 15), 1.2, np.float32),
                origin=origin,
            ),
        ),
        regions=(),
        hole_limit=30.0,
        focus_point=(160.0, 92.0),
        sources={},
        photo_sha256="0" * 64,
    )


def motion_of(poses: list[NDArray[np.float64]], **curves: float) -> Motion:
    count = len(poses)
    focal = np.tile(Intrinsics(focal=FOCAL, cx=160.0, cy=92.0).matrix(), (count, 1, 1))
    return Motion(
        size=FRAME,
        fps=Fraction(30),
        world_to_camera=np.stack(poses),
        intrinsics=focal,
        shutter=np.full(count, curves.get("shutter", 0.0)),
        focus=np.full(count, curves.get("focus", 1.0)),
        aperture=np.full(count, curves.get("aperture", 0.0)),
    )


def camera(
    x: float = 0.0, y: float = 0.0, z: float = 0.0, yaw: float = 0.0, roll: float = 0.0
) -> NDArray[np.float64]:
    """World-to-camera of a camera at (x, y, z), turned by yaw (right) and roll, degrees."""
    a, b = np.radians(yaw), np.radians(roll)
    turn = np.array([[np.cos(a), 0, -np.sin(a)], [0, 1, 0], [np.sin(a), 0, np.cos(a)]])
    spin = np.array([[np.cos(b), -np.sin(b), 0], [np.sin(b), np.cos(b), 0], [0, 0, 1]])
    out = np.eye(4)
    out[:3, :3] = spin @ turn
    out[:3, 3] = -out[:3, :3] @ np.array([x, y, z])
    return out


POSES = {
    "rest": camera(),
    "truck": camera(x=0.04),
    "pedestal": camera(y=-0.03),
    "dolly": camera(z=0.15),
    "pull-out": camera(z=-0.08),
    "pan": camera(yaw=3.0),
    "roll": camera(roll=4.0),
    "all": camera(x=-0.03, y=0.02, z=0.1, yaw=-2.0, roll=-2.0),
}


@pytest.fixture(scope="module")
def scene() -> Scene:
    return scene_of_two_layers()


@pytest.fixture(scope="module")
def textures(scene: Scene) -> TextureSet:
    return build_textures(scene, FRAME)


def rendered(textures: TextureSet, motion: Motion, index: int = 0, **options: int) -> YuvPlanes:
    planes = empty_planes(FRAME)
    ParallaxFrames(textures, motion, **options).render(index, planes)
    return planes


def psnr(a: NDArray[np.generic], b: NDArray[np.generic]) -> float:
    error = np.mean((a.astype(np.float64) - b.astype(np.float64)) ** 2)
    return float(10 * np.log10(255**2 / max(error, 1e-9)))


@pytest.mark.parametrize("name", POSES)
def test_kernels_agree_with_the_reference(textures: TextureSet, name: str) -> None:
    motion = motion_of([POSES[name]])
    pose = pose_of(motion.world_to_camera[0], motion.intrinsics[0])
    y, u, v = render_reference(textures, pose.ray, pose.centre)
    planes = rendered(textures, motion)
    assert psnr(planes.y[:, : FRAME.width], y) > 50.0
    assert psnr(planes.u[:, : FRAME.width // 2], u) > 50.0
    assert psnr(planes.v[:, : FRAME.width // 2], v) > 50.0


def test_the_resting_frame_is_the_photo(scene: Scene, textures: TextureSet) -> None:
    planes = rendered(textures, motion_of([camera()]))
    assert psnr(planes.y[:, : FRAME.width], fitted_luma(scene, FRAME)) > 48.0


def test_textures_without_correction_would_soften_it(scene: Scene) -> None:
    """The bound above can fail: plain bilinear sampling stays below it."""
    from kinora.engines.parallax.textures import layer_planes, on_canvas

    plain = pack([layer_planes(x, 1.5) for x in scene.layers], on_canvas(scene), FRAME)
    planes = rendered(plain, motion_of([camera()]))
    assert psnr(planes.y[:, : FRAME.width], fitted_luma(scene, FRAME)) < 48.0


def test_static_frames_are_bit_identical(textures: TextureSet) -> None:
    frames = ParallaxFrames(textures, motion_of([camera(x=0.02)] * 3))
    planes = [empty_planes(FRAME) for _ in range(3)]
    for index in (2, 0, 1):
        frames.render(index, planes[index])
    for other in planes[1:]:
        assert np.array_equal(planes[0].y, other.y)
        assert np.array_equal(planes[0].u, other.u)
        assert np.array_equal(planes[0].v, other.v)


def test_a_still_after_a_move_is_rendered_anew(textures: TextureSet) -> None:
    """Frames kept for a static beat are never shown for another pose."""
    poses = [camera(), camera(), camera(x=0.03), camera(x=0.03), camera()]
    frames = ParallaxFrames(textures, motion_of(poses))
    shown = []
    for index in range(5):
        planes = empty_planes(FRAME)
        frames.render(index, planes)
        shown.append(planes.y)
    assert np.array_equal(shown[0], shown[1])
    assert np.array_equal(shown[2], shown[3])
    assert np.array_equal(shown[0], shown[4])
    assert not np.array_equal(shown[1], shown[2])


def test_a_truck_moves_near_things_further_and_against_the_camera(textures: TextureSet) -> None:
    """Camera to the right: the disc (disparity 1.2) moves left by f·x·D."""
    x = 0.04
    rest, moved = (rendered(textures, motion_of([pose])) for pose in (camera(), camera(x=x)))
    blue = [planes.u[:, : FRAME.width // 2].astype(float) - 128 > 50 for planes in (rest, moved)]
    centres = [np.nonzero(mask)[1].mean() * 2 for mask in blue]
    assert centres[1] - centres[0] == pytest.approx(-FOCAL * x * 1.2, abs=0.6)


def test_a_pan_moves_everything_alike(textures: TextureSet) -> None:
    rest, panned = (rendered(textures, motion_of([pose])) for pose in (camera(), camera(yaw=2.0)))
    shift = FOCAL * np.tan(np.radians(2.0))
    window = rest.y[40:140, 100:220].astype(np.float32)
    found = cv2.matchTemplate(panned.y.astype(np.float32), window, cv2.TM_CCOEFF_NORMED)
    _, _, _, (left, top) = cv2.minMaxLoc(found)
    assert left - 100 == pytest.approx(-shift, abs=1.0)
    assert top == pytest.approx(40, abs=1)


def test_an_open_shutter_blurs_along_the_move_only(textures: TextureSet) -> None:
    poses = [camera(yaw=yaw) for yaw in (0.0, 4.0)]
    sharp = rendered(textures, motion_of(poses))
    soft = rendered(textures, motion_of(poses, shutter=0.5))

    def detail(planes: YuvPlanes, axis: int) -> float:
        return float(np.abs(np.diff(planes.y[:, : FRAME.width].astype(float), axis=axis)).mean())

    assert detail(soft, 1) < 0.6 * detail(sharp, 1)
    assert detail(soft, 0) > detail(soft, 1)


def test_depth_of_field_blurs_what_is_out_of_focus(textures: TextureSet) -> None:
    """Focus on the disc: its stripes stay, the far ground loses detail; and the other way round."""

    def detail(planes: YuvPlanes, rows: slice, columns: slice) -> float:
        part = planes.y[rows, columns].astype(float)
        return float(np.abs(np.diff(part, axis=1)).mean())

    disc, far = (slice(65, 115), slice(145, 190)), (slice(5, 40), slice(10, 120))
    near_focus = rendered(textures, motion_of([camera()], focus=1.2, aperture=0.03))
    far_focus = rendered(textures, motion_of([camera()], focus=0.25, aperture=0.03))
    assert detail(near_focus, *disc) > 1.3 * detail(far_focus, *disc)
    assert detail(far_focus, *far) > 1.5 * detail(near_focus, *far)


def test_no_aperture_means_no_blur(textures: TextureSet) -> None:
    """The defocused path with a vanishing aperture gives the sharp frame."""
    sharp = rendered(textures, motion_of([camera(x=0.02)]))
    soft = rendered(textures, motion_of([camera(x=0.02)], aperture=1e-6))
    assert psnr(sharp.y, soft.y) > 48.0


def test_supersampling_keeps_the_picture_in_place(textures: TextureSet, scene: Scene) -> None:
    motion = motion_of([camera(x=0.03, roll=2.0)])
    once = rendered(textures, motion)
    twice = rendered(build_textures(scene, FRAME, detail=2.0), motion, supersample=2)
    assert psnr(once.y, twice.y) > 34.0
    assert psnr(once.u, twice.u) > 40.0


@pytest.mark.parametrize("name", POSES)
def test_textures_cut_to_what_is_seen_give_the_same_frame(
    scene: Scene, textures: TextureSet, name: str
) -> None:
    motion = motion_of([camera(), POSES[name]])
    windows = seen_windows(scene, motion)
    cut = build_textures(scene, FRAME, windows=windows)
    assert cut.quads.size < textures.quads.size
    for index in range(2):
        whole, part = rendered(textures, motion, index), rendered(cut, motion, index)
        for plane in ("y", "u", "v"):
            assert np.array_equal(getattr(whole, plane), getattr(part, plane)), plane


def test_frames_may_be_rendered_by_several_threads(textures: TextureSet) -> None:
    from concurrent.futures import ThreadPoolExecutor

    frames = ParallaxFrames(textures, motion_of([camera(x=0.002 * i) for i in range(12)]))

    def luma(index: int) -> NDArray[np.uint8]:
        planes = empty_planes(FRAME)
        frames.render(index, planes)
        return planes.y

    alone = [luma(index) for index in range(12)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(luma, range(12)))
    assert all(np.array_equal(a, b) for a, b in zip(alone, together, strict=True))


def test_pose_of_inverts_the_projection() -> None:
    motion = motion_of([POSES["all"]])
    pose: Pose = pose_of(motion.world_to_camera[0], motion.intrinsics[0])
    point = np.array([0.2, -0.1, 1.4])
    seen = motion.world_to_camera[0] @ np.append(point, 1.0)
    pixel = motion.intrinsics[0] @ seen[:3]
    ray = pose.ray.reshape(3, 3) @ (pixel / pixel[2])
    along = (point - pose.centre) / ray
    assert along == pytest.approx([along[0]] * 3)

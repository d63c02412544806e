from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import pytest

from kinora.scene.build import build_scene
from kinora.types.geometry import Size
from kinora.types.scene import F32, U8, DisparityMap, Fit, Layer, Photo, Region, Scene


@dataclass(frozen=True)
class Fixed:
    """Depth that is known beforehand."""

    values: F32

    def estimate(self, photo: Photo, regions: Sequence[Region]) -> DisparityMap:
        assert photo.rgb.shape[:2] == self.values.shape
        return DisparityMap(values=self.values, source="fixed")


def textured(height: int, width: int, colour: Sequence[int], *, seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).standard_normal((height, width)).astype(np.float32)
    cloud = noise + 3 * cv2.GaussianBlur(noise, (0, 0), sigmaX=2.0)
    return np.asarray(colour, dtype=np.float32) + 14.0 * cloud[..., None]


def make_photo(rgb: np.ndarray, **about: float) -> Photo:
    return Photo(rgb=np.clip(rgb, 0, 255).astype(np.uint8), sha256="0" * 64, **about)


def red_square(height: int = 360, width: int = 640) -> tuple[Photo, Fixed]:
    """A red square before a blue wall."""
    rgb = textured(height, width, (40, 70, 190), seed=1)
    near = np.zeros((height, width), dtype=bool)
    near[height // 3 : 2 * height // 3, 2 * width // 5 : 3 * width // 5] = True
    rgb[near] = textured(height, width, (215, 40, 30), seed=2)[near]
    values = np.where(near, 0.8, 0.2).astype(np.float32)
    return make_photo(cv2.GaussianBlur(rgb, (0, 0), sigmaX=0.7)), Fixed(values)


@pytest.fixture(scope="module")
def square() -> Scene:
    photo, depth = red_square()
    return build_scene(photo, size=Size(640, 360), depth=depth)


def on_canvas(scene: Scene, layer: Layer) -> U8:
    whole = np.zeros((scene.canvas.height, scene.canvas.width, 4), dtype=np.uint8)
    x, y = layer.origin
    whole[y : y + layer.rgba.shape[0], x : x + layer.rgba.shape[1]] = layer.rgba
    return whole


def at_rest(scene: Scene) -> np.ndarray:
    """The layers composited back to front, as the frame shows them."""
    total = np.zeros((scene.canvas.height, scene.canvas.width, 3))
    for layer in scene.layers:
        rgba = on_canvas(scene, layer).astype(np.float64)
        total = rgba[..., :3] + (1.0 - rgba[..., 3:] / 255.0) * total
    return in_frame(scene, total)


def in_frame(scene: Scene, pixels: np.ndarray) -> np.ndarray:
    x, y = scene.frame_origin
    return pixels[y : y + scene.size.height, x : x + scene.size.width]


def psnr(one: np.ndarray, other: np.ndarray) -> float:
    error = float(((one.astype(np.float64) - other.astype(np.float64)) ** 2).mean())
    return 10 * float(np.log10(255.0**2 / max(error, 1e-12)))


def check_contract(scene: Scene) -> None:
    first = scene.layers[0]
    assert first.origin == (0, 0)
    assert first.rgba.shape[:2] == (scene.canvas.height, scene.canvas.width)
    assert np.all(first.rgba[..., 3] == 255)
    assert scene.disparity.shape == scene.image.shape[:2]
    for layer in scene.layers:
        assert layer.rgba.dtype == np.uint8
        assert layer.disparity.dtype == np.float32
        assert np.all(np.isfinite(layer.disparity))
        assert layer.disparity.min() >= 0.0
        assert np.all(layer.rgba[..., :3] <= layer.rgba[..., 3:])
        assert layer.origin[0] + layer.rgba.shape[1] <= scene.canvas.width
        assert layer.origin[1] + layer.rgba.shape[0] <= scene.canvas.height
    for region in scene.regions:
        assert region.mask.shape == scene.disparity.shape
    assert psnr(at_rest(scene), scene.image) >= 45.0


def test_layers_at_rest_are_the_photo(square: Scene) -> None:
    photo, _ = red_square()
    check_contract(square)
    assert psnr(square.image, photo.rgb) >= 45.0


def test_the_halo_of_a_small_sharpened_photo_goes_with_the_thing_it_surrounds() -> None:
    height, width = 112, 200
    near = np.zeros((height, width), dtype=np.uint8)
    near[40:80, 80:120] = 1
    rgb = textured(height, width, (60, 90, 150), seed=3)
    halo = cv2.dilate(near, np.ones((5, 5), np.uint8)) > near
    rgb[halo] = 255.0
    rgb[near > 0] = textured(height, width, (60, 40, 30), seed=4)[near > 0]
    values = np.where(near > 0, 0.8, 0.2).astype(np.float32)
    scene = build_scene(make_photo(rgb), size=Size(640, 360), depth=Fixed(values))
    back = in_frame(scene, on_canvas(scene, scene.layers[0])[..., :3])
    there = cv2.resize(halo.astype(np.float32), (scene.size.width, scene.size.height)) > 0.5
    assert scene.image[there].min(axis=1).mean() > 200  # it is in the photo
    assert back[there].min(axis=1).mean() < 120  # and not behind the thing


def test_the_frame_of_a_larger_photo_is_the_photo_shrunk() -> None:
    rgb = textured(900, 1600, (90, 120, 60), seed=5)
    photo = make_photo(cv2.GaussianBlur(rgb, (0, 0), sigmaX=2.0))
    depth = Fixed(np.full((900, 1600), 0.5, np.float32))
    scene = build_scene(photo, size=Size(640, 360), depth=depth)
    assert scene.size == Size(960, 540)
    shrunk = cv2.resize(photo.rgb, (960, 540), interpolation=cv2.INTER_AREA)
    assert psnr(scene.image, shrunk) > 40.0


def test_a_step_of_the_given_depth_makes_a_cut_there(square: Scene) -> None:
    assert len(square.layers) == 2
    alpha = in_frame(square, on_canvas(square, square.layers[1]))[..., 3]
    inside = np.zeros(alpha.shape, dtype=np.uint8)
    inside[120:240, 256:384] = 1
    core = cv2.erode(inside, np.ones((9, 9), np.uint8)).astype(bool)
    outside = ~cv2.dilate(inside, np.ones((17, 17), np.uint8)).astype(bool)
    assert alpha[core].min() == 255
    assert alpha[outside].max() == 0


def test_background_behind_the_front_has_none_of_its_colour(square: Scene) -> None:
    behind = square.layers[0].rgba[..., :3].astype(int)
    assert (behind[..., 0] - behind[..., 2]).max() < 0  # nowhere redder than blue


def test_layers_lie_in_order_of_disparity_where_they_overlap(square: Scene) -> None:
    back, front = square.layers
    x, y = front.origin[0] // 8, front.origin[1] // 8
    height, width = front.disparity.shape
    shown = front.rgba[4::8, 4::8, 3] > 127
    below = back.disparity[y : y + height, x : x + width]
    assert np.all(front.disparity[shown] > below[shown] + 0.2)


def test_disparity_is_smooth_inside_layers_and_steps_between_them(square: Scene) -> None:
    for layer in square.layers:
        cells = square.size.width / 8
        assert np.abs(np.diff(layer.disparity, axis=1)).max() * cells < 8.0
    across = square.disparity[180]
    assert np.abs(across[40:200] - np.median(across[40:200])).max() < 0.05
    assert across[320] > across[100] + 0.5


def test_disparity_is_one_at_the_focus(square: Scene) -> None:
    x, y = square.focus_point
    assert square.disparity[int(y), int(x)] == pytest.approx(1.0, abs=0.06)


def test_ground_with_something_standing_on_it_is_two_layers() -> None:
    height, width, foot = 360, 640, 290
    rows = np.arange(height, dtype=np.float32)[:, None]
    ramp = np.repeat(np.maximum(0.1, 0.1 + (rows - 100) / 260 * 0.9), width, axis=1)
    values = ramp.astype(np.float32)
    standing = np.zeros((height, width), dtype=bool)
    standing[90:foot, 280:360] = True
    values[standing] = values[foot, 0]
    rgb = textured(height, width, (110, 120, 70), seed=3)
    rgb[standing] = textured(height, width, (200, 190, 180), seed=4)[standing]
    scene = build_scene(make_photo(rgb), size=Size(640, 360), depth=Fixed(values))
    check_contract(scene)
    assert len(scene.layers) == 2
    front = in_frame(scene, on_canvas(scene, scene.layers[1]))[..., 3]
    assert front[:, :250].max() == 0
    assert front[:, 390:].max() == 0
    assert front[110:250, 290:350].min() == 255


def test_a_smooth_scene_is_one_layer() -> None:
    rows = np.linspace(0, 1, 360, dtype=np.float32)[:, None]
    photo = make_photo(textured(360, 640, (120, 120, 120), seed=6))
    depth = Fixed(np.repeat(rows, 640, axis=1))
    scene = build_scene(photo, size=Size(640, 360), depth=depth)
    check_contract(scene)
    assert len(scene.layers) == 1


def test_margins_hold_what_the_crop_cut_off() -> None:
    photo = make_photo(textured(360, 900, (120, 100, 90), seed=7))
    depth = Fixed(np.full((360, 900), 0.5, np.float32))
    scene = build_scene(photo, size=Size(360, 360), depth=depth)
    found = cv2.matchTemplate(photo.rgb, scene.image, cv2.TM_SQDIFF)
    x = int(np.argmin(found[0]))
    left = min(x, scene.frame_origin[0])
    assert left >= scene.frame_origin[0] // 2
    y, at = scene.frame_origin[1], scene.frame_origin[0]
    background = scene.layers[0].rgba[y : y + 360, at - left : at, :3]
    assert np.array_equal(background, photo.rgb[:, x - left : x])


def test_borders_keep_texture_and_tone(square: Scene) -> None:
    background = square.layers[0].rgba[..., :3]
    frame = in_frame(square, background)
    border = np.ones(background.shape[:2], dtype=bool)
    in_frame(square, border)[:] = False
    edges = cv2.Laplacian(cv2.cvtColor(background, cv2.COLOR_RGB2GRAY), cv2.CV_32F) ** 2
    ratio = edges[border].mean() / in_frame(square, edges)[:100].mean()
    assert 0.6 <= ratio <= 1.2
    assert np.abs(background[border].mean(axis=0) - frame[:100].mean(axis=(0, 1))).max() < 8


def test_a_padded_photo_is_seen_whole_through_a_window_that_stays() -> None:
    photo, depth = red_square(360, 360)
    scene = build_scene(photo, size=Size(640, 360), fit="pad", depth=depth)
    check_contract(scene)
    window = scene.layers[-1]
    alpha = in_frame(scene, on_canvas(scene, window))[..., 3]
    assert np.all(window.disparity == 0.0)
    assert set(np.unique(alpha)) == {0, 255}
    shown = scene.image[alpha == 0].reshape(360, 360, 3)
    assert np.array_equal(shown, photo.rgb)
    assert scene.image[alpha == 255].mean() < photo.rgb.mean()


@pytest.mark.parametrize("fit", ["crop", "pad"])
@pytest.mark.parametrize("shape", [(1, 1), (16, 16), (5, 200), (64, 64), (200, 300)])
def test_tiny_plain_and_odd_photos_make_valid_scenes(shape: tuple[int, int], fit: Fit) -> None:
    random = np.random.default_rng(11)
    for rgb in (np.full((*shape, 3), 255), random.integers(0, 256, (*shape, 3))):
        values = random.uniform(0, 1, shape).astype(np.float32)
        scene = build_scene(make_photo(rgb), size=Size(64, 96), fit=fit, depth=Fixed(values))
        check_contract(scene)


def test_the_same_photo_makes_the_same_scene(square: Scene) -> None:
    photo, depth = red_square()
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        again = build_scene(photo, size=Size(640, 360), depth=depth)
    finally:
        cv2.setNumThreads(threads)
    assert np.array_equal(again.disparity, square.disparity)
    for one, other in zip(again.layers, square.layers, strict=True):
        assert np.array_equal(one.rgba, other.rgba)
        assert np.array_equal(one.disparity, other.disparity)


def test_the_scene_says_where_its_estimates_come_from() -> None:
    photo, depth = red_square()
    lens = Photo(rgb=photo.rgb, sha256="ab", focal_35mm=35.0, notes=("first frame of 2",))
    scene = build_scene(lens, size=Size(640, 360), depth=depth)
    assert scene.sources["disparity"] == "fixed"
    assert scene.sources["focal"] == "exif"
    assert scene.sources["completion"] == "patches"
    assert scene.photo_sha256 == "ab"
    assert scene.notes == ("first frame of 2",)


@pytest.mark.parametrize(
    ("size", "fit", "note"),
    [
        (Size(480, 480), "crop", "cut the photo to the clip's shape"),
        (Size(480, 480), "pad", "in a blurred frame"),
        (Size(854, 480), "crop", None),  # the same shape, in even numbers
    ],
)
def test_the_scene_says_how_the_photo_was_fitted(size: Size, fit: Fit, note: str | None) -> None:
    photo, depth = red_square()
    notes = build_scene(photo, size=size, fit=fit, depth=depth).notes
    assert [note in told for told in notes] == [True] if note else notes == ()


def test_the_scene_says_how_far_it_is_from_seeing_behind_things() -> None:
    photo, depth = red_square()
    scene = build_scene(photo, size=Size(640, 360), depth=depth)
    assert scene.hole_limit == pytest.approx(0.08 * 640, rel=0.01)

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from tests.support.networks import (
    CLASSES,
    save_convolutions,
    save_depth_anything,
    save_geometry,
    weights_of,
)

from kinora.errors import ModelError
from kinora.scene.build import build_scene
from kinora.scene.cache import SceneCache
from kinora.scene.decode import decode_photo
from kinora.scene.depth import learned
from kinora.scene.depth.classical import ClassicalDepth
from kinora.scene.depth.figures import apart, nearer, stand_upright, together
from kinora.scene.depth.learned import LearnedDepth
from kinora.scene.depth.skyline import without_sky
from kinora.scene.networks.geometry import GeometryNetwork
from kinora.scene.networks.signature import signature_of
from kinora.scene.regions import faces, find, find_regions
from kinora.scene.regions.ends import ends_seen
from kinora.scene.regions.faces import Face
from kinora.scene.regions.learned import LearnedRegions
from kinora.scene.regions.masks import shrink
from kinora.scene.regions.seen import Seen
from kinora.scene.regions.sky import find_sky
from kinora.testing.photos import landscape
from kinora.types.geometry import Size
from kinora.types.scene import U8, Photo, Region
from kinora.weights.session import Session

SIZE = Size(320, 240)


def painted(*colours: tuple[tuple[slice, slice], tuple[int, int, int]]) -> Photo:
    """A grey photo with rectangles of colour."""
    rgb = np.full((SIZE.height, SIZE.width, 3), 128, np.uint8)
    for place, colour in colours:
        rgb[place] = colour
    return decode_photo(rgb)


SKY = ((slice(0, 80), slice(None)), (60, 120, 230))
FIGURE = ((slice(110, 200), slice(120, 190)), (220, 60, 40))
OTHER = ((slice(120, 190), slice(260, 310)), (220, 60, 40))
PHOTO = painted(SKY, FIGURE)


def network(tmp_path: Path, **about: float) -> GeometryNetwork:
    return GeometryNetwork(weights_of(save_geometry(tmp_path / "tiny.onnx", **about)))


# -- what the network is shown --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("photo", "shown"),
    [((1600, 1200), (384, 288)), ((1200, 1600), (288, 384)), ((1920, 1080), (384, 224)),
     ((320, 240), (384, 288)), ((2000, 100), (384, 32)), ((64, 64), (384, 384))],
)  # fmt: skip
def test_photos_are_shown_at_384_pixels_in_steps_of_32(
    tmp_path: Path, photo: tuple[int, int], shown: tuple[int, int]
) -> None:
    signature = signature_of(Session(network(tmp_path).weights))
    assert signature.size_for(*photo) == shown


def test_a_network_of_one_size_is_shown_that_size(tmp_path: Path) -> None:
    weights = weights_of(save_geometry(tmp_path / "fixed.onnx", size=(64, 96)))
    assert signature_of(Session(weights)).size_for(1000, 1000) == (96, 64)
    assert GeometryNetwork(weights).read(PHOTO).disparity.shape == (64, 96)


def test_depth_anything_is_fed_normalised_pictures_in_steps_of_14(tmp_path: Path) -> None:
    weights = weights_of(save_depth_anything(tmp_path / "depth.onnx"))
    assert signature_of(Session(weights)).size_for(1600, 1200) == (518, 392)
    grey = GeometryNetwork(weights).read(painted()).disparity
    wanted = 7.0 + 3.0 * np.mean((128 / 255 - np.array([0.485, 0.456, 0.406]))
                                 / np.array([0.229, 0.224, 0.225]))  # fmt: skip
    assert np.allclose(grey, wanted, atol=1e-4)


def test_a_network_for_something_else_is_a_clear_error(tmp_path: Path) -> None:
    path = save_depth_anything(tmp_path / "depth.onnx")
    path.write_bytes(path.read_bytes().replace(b"predicted_depth", b"predicted_waves"))
    with pytest.raises(ModelError, match=r"takes pixel_values and gives predicted_waves; one for"):
        GeometryNetwork(weights_of(path)).read(PHOTO)


def test_disparity_and_regions_share_one_look_at_the_photo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    run = Session.run
    monkeypatch.setattr(
        Session, "run", lambda self, feeds, outputs: looks.append(1) or run(self, feeds, outputs)
    )
    one = network(tmp_path)
    regions = LearnedRegions(one)(PHOTO)
    LearnedDepth(one).estimate(PHOTO, regions)
    assert len(looks) == 2  # the photo and its mirror image
    LearnedDepth(one).estimate(painted(SKY), ())
    assert len(looks) == 4


def test_the_mirror_image_gets_the_mirrored_map(tmp_path: Path) -> None:
    weights = weights_of(save_convolutions(tmp_path / "random.onnx"))
    mirror = replace(PHOTO, rgb=np.ascontiguousarray(PHOTO.rgb[:, ::-1]))
    both, alone = GeometryNetwork(weights), GeometryNetwork(weights, mirrored=False)
    assert np.allclose(both.read(PHOTO).disparity, both.read(mirror).disparity[:, ::-1], atol=1e-6)
    difference = alone.read(PHOTO).disparity - alone.read(mirror).disparity[:, ::-1]
    assert np.abs(difference).max() > 1e-3
    assert both.identity != alone.identity


# -- disparity ------------------------------------------------------------------------------------


def test_disparity_is_the_networks_and_says_so(tmp_path: Path) -> None:
    found = LearnedDepth(network(tmp_path)).estimate(painted(), ())
    rows = found.values.mean(axis=1)
    assert np.all(np.diff(rows) >= -1e-6)
    assert (rows[0], rows[-1]) == pytest.approx((0.0, 1.0), abs=0.02)
    assert found.source == f"learned:{network(tmp_path).weights.label}"


def test_the_sky_is_put_far_away(tmp_path: Path) -> None:
    one = network(tmp_path)
    regions = LearnedRegions(one)(PHOTO)
    assert "sky" in [region.kind for region in regions]
    values = LearnedDepth(one).estimate(PHOTO, regions).values
    assert values[:70].max() < 0.01 < LearnedDepth(one).estimate(PHOTO, ()).values[:70].max()


def test_steps_lie_on_the_pictures_edges(tmp_path: Path) -> None:
    # The network's step is blurred by its small view of a large photo.
    rgb = np.full((1200, 1600, 3), 20, np.uint8)
    rgb[:, 803:] = 250
    photo = decode_photo(rgb)
    fine = GeometryNetwork(weights_of(save_depth_anything(tmp_path / "depth.onnx")))
    row = LearnedDepth(fine).estimate(photo, ()).values[600]
    low, high = row[700:760].mean(), row[850:900].mean()
    assert high - low > 0.2
    crossing = int(np.argmax(row > (low + high) / 2))
    assert abs(crossing - 803) <= 3


def test_steps_of_a_coarse_network_become_slopes(tmp_path: Path) -> None:
    rgb = np.full((240, 320, 3), 20, np.uint8)
    rgb[:, 160:] = 250
    row = LearnedDepth(network(tmp_path)).estimate(decode_photo(rgb), ()).values[120]
    assert row[300] - row[20] > 0.2
    assert np.abs(np.diff(row)).max() < 0.05 * (row[300] - row[20])


def test_a_tilted_plane_stays_plane(tmp_path: Path) -> None:
    rows = LearnedDepth(network(tmp_path)).estimate(painted(), ()).values.mean(axis=1)
    assert np.abs(np.diff(rows[10:-10], n=2)).max() < 1e-3
    assert np.diff(rows[10:-10]).min() > 0.9 * np.diff(rows[10:-10]).max()


def test_what_rises_into_the_sky_is_as_near_as_its_foot() -> None:
    values = np.full((120, 160), 0.1, np.float32)
    values[60:] = 0.5
    sky = np.zeros(values.shape, np.float32)
    sky[:60] = 1.0
    sky[20:60, 78:82] = 0.0  # a mast that the network put as far as the sky
    found = without_sky(values, sky)
    assert found[20:60, 78:82].min() > 0.45
    assert np.abs(np.diff(found, axis=0)).max() < 0.05  # no step is left at the skyline
    assert np.allclose(found[70:], 0.5, atol=0.02)


@pytest.mark.parametrize("chance", [0.0, 1.0])
def test_without_a_sky_or_with_nothing_else_nothing_goes_on(chance: float) -> None:
    values = np.linspace(0.0, 1.0, 120 * 160, dtype=np.float32).reshape(120, 160)
    assert np.array_equal(without_sky(values, np.full(values.shape, chance, np.float32)), values)


@pytest.fixture
def only_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """The straight outline of a painted figure doesn't hold it upright as well."""
    monkeypatch.setattr(learned, "hold_uprights", lambda values, *_, **__: values)


@pytest.mark.usefixtures("only_figures")
def test_figures_stand_upright_on_what_the_network_says(tmp_path: Path) -> None:
    one = network(tmp_path)
    regions = LearnedRegions(one)(PHOTO)
    (figure,) = [region for region in regions if region.kind == "subject"]
    others = [region for region in regions if region is not figure]
    flat = LearnedDepth(one).estimate(PHOTO, others).values
    standing = LearnedDepth(one).estimate(PHOTO, regions).values
    head = (slice(112, 122), slice(130, 180))
    assert figure.score > 0.7
    assert standing[head].mean() > flat[head].mean() + 0.05
    # What is behind goes on below the figure, where it was hidden: nearly as it was.
    assert np.allclose(standing[210:], flat[210:], atol=0.02)


def test_a_figure_and_what_is_behind_it_keep_their_own_distances() -> None:
    values = np.full((60, 80), 0.2, np.float32)
    values[20:40, 30:50] = 0.8
    mask = np.zeros_like(values)
    mask[21:41, 31:51] = 1.0  # the network's step lies beside the outline
    behind, front = apart(values, mask)
    assert np.abs(behind - 0.2).max() < 1e-3
    assert np.abs(front - 0.8).max() < 1e-3
    found = together(behind.copy(), front, [mask])
    assert np.array_equal(found > 0.5, mask > 0.5)


def test_a_window_taken_for_a_subject_is_no_nearer_than_its_wall() -> None:
    values = np.full((60, 80), 0.5, np.float32)
    values[20:40, 10:30], values[20:40, 50:70] = 0.8, 0.1
    figure, window, all_of_it = (np.zeros_like(values) for _ in range(3))
    figure[20:40, 10:30] = window[20:40, 50:70] = all_of_it[:] = 1.0
    assert nearer(values, [figure, window]) == [True, False]
    assert nearer(values, [all_of_it]) == [True]
    assert nearer(values, []) == []


def test_a_window_taken_for_a_subject_makes_no_step(tmp_path: Path) -> None:
    depth = LearnedDepth(network(tmp_path))  # bright is near
    pane = (slice(60, 140), slice(100, 200))
    rgb = np.full((SIZE.height, SIZE.width, 3), 200, np.uint8)
    rgb[pane] = 60
    mask = np.zeros(rgb.shape[:2], np.float32)
    mask[pane] = 1.0
    window = Region(kind="subject", mask=mask, box=(100, 60, 200, 140), score=0.3, source="test")
    values = depth.estimate(decode_photo(rgb), [window]).values
    assert np.abs(np.diff(values, axis=1)).max() < 0.05


@pytest.mark.parametrize(("score", "moved"), [(0.5, False), (0.8, False), (0.9, True)])
def test_doubtful_subjects_that_are_no_nearer_change_nothing(
    tmp_path: Path, score: float, moved: bool
) -> None:
    depth = LearnedDepth(network(tmp_path))
    wall = (slice(60, 200), slice(40, 260))
    photo = painted((wall, (90, 90, 90)))  # bright is near
    mask = np.zeros((SIZE.height, SIZE.width), np.float32)
    mask[wall] = 1.0
    region = Region(kind="subject", mask=mask, box=(40, 60, 260, 200), score=score, source="test")
    change = depth.estimate(photo, [region]).values - depth.estimate(photo, ()).values
    assert bool(np.abs(change).max() > 0.02) is moved


@pytest.mark.usefixtures("only_figures")
def test_no_disparity_is_beyond_one_where_the_nearest_is_a_figure(tmp_path: Path) -> None:
    place = (slice(120, 240), slice(60, 260))
    mask = np.zeros((SIZE.height, SIZE.width), np.float32)
    mask[place] = 1.0
    person = Region(kind="person", mask=mask, box=(60, 120, 260, 240), score=0.9, source="test")
    photo = painted((place, (255, 255, 255)))
    values = LearnedDepth(network(tmp_path)).estimate(photo, [person]).values
    assert values.max() == 1.0


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_with_no_figure_or_nothing_else_values_stay(share: float) -> None:
    values = np.linspace(0.0, 1.0, 60 * 80, dtype=np.float32).reshape(60, 80)
    for side in apart(values, np.full_like(values, share)):
        assert np.array_equal(side, values)


def hint_of(chance: float, around: float) -> Seen:
    """A figure that is a subject, and another of less chance."""
    hint = np.zeros((SIZE.height, SIZE.width), np.float32)
    hint[FIGURE[0]] = 1.0
    hint[OTHER[0]] = around
    hint[130:180, 270:300] = chance
    return Seen(hints={"subject": hint}, source="test")


@pytest.mark.parametrize(("chance", "kinds"), [(0.97, {"subject"}), (0.6, {"thing"})])
def test_what_a_network_is_sure_of_besides_the_subject_is_another(
    chance: float, kinds: set[str]
) -> None:
    found = find_regions(painted(SKY, FIGURE, OTHER), seen=hint_of(chance, 0.45))
    others = [each for each in found if each.mask[150, 285] > 0.5 and each.kind != "ground"]
    assert {each.kind for each in others} == kinds
    if kinds == {"subject"}:  # up to its edge, which the network sees vaguely
        (other,) = others
        truth = np.zeros(other.mask.shape, bool)
        truth[OTHER[0]] = True
        inside = other.mask > 0.5
        assert (inside & truth).sum() > 0.9 * (inside | truth).sum()


def test_a_subject_of_its_surroundings_colour_ends_where_a_network_sees_it_end() -> None:
    small = shrink(painted())
    mask, spread = np.zeros(small.shape, np.float32), np.ones(small.shape, np.float32)
    mask[60:120, 80:160] = 1.0
    seen = cv2.GaussianBlur(mask, (0, 0), 4.0)
    assert ends_seen(small, mask, seen)
    assert not ends_seen(small, mask, spread)
    assert not ends_seen(small, mask, None)
    half = mask.copy()
    half[:, 120:] = 0.0  # cut through what the network sees whole
    assert not ends_seen(small, half, seen)


def test_what_is_taller_than_wide_stands_even_where_it_is_hardly_found() -> None:
    values = np.repeat(np.linspace(0.0, 1.0, 200, dtype=np.float32)[:, None], 200, axis=1)

    def head(x0: int, x1: int) -> float:
        """Disparity gained at the top of a doubtful subject of columns [x0, x1)."""
        mask = np.zeros_like(values)
        mask[50:170, x0:x1] = 1.0
        box = (x0, 50, x1, 170)
        doubtful = Region(kind="subject", mask=mask, box=box, score=0.4, source="test")
        return float((stand_upright(values, doubtful) - values)[52, x0:x1].max())

    assert head(70, 130) > 0.4 > 0.2 > head(20, 180)


def test_each_kind_of_network_says_how_far_off_its_steps_lie(tmp_path: Path) -> None:
    ours = LearnedDepth(network(tmp_path)).estimate(PHOTO, ())
    weights = weights_of(save_depth_anything(tmp_path / "depth.onnx"))
    theirs = LearnedDepth(GeometryNetwork(weights)).estimate(PHOTO, ())
    assert 0.0 < theirs.step_error < ours.step_error


def test_a_flat_map_gives_way_to_the_layout(tmp_path: Path) -> None:
    found = LearnedDepth(network(tmp_path, contrast=0.0)).estimate(PHOTO, ())
    layout = ClassicalDepth().estimate(PHOTO, ())
    assert np.array_equal(found.values, layout.values)
    assert found.source.startswith(f"{layout.source} (learned:tiny-1@")
    assert found.source.endswith("saw a flat picture)")


def test_where_the_network_is_unsure_the_layout_has_a_say(tmp_path: Path) -> None:
    photo = decode_photo(np.ascontiguousarray(landscape(SIZE)[::-1]))  # of which it knows nothing
    sure = LearnedDepth(network(tmp_path)).estimate(photo, ())
    unsure = LearnedDepth(network(tmp_path, certainty=0.0)).estimate(photo, ())
    half = LearnedDepth(network(tmp_path, certainty=0.3)).estimate(photo, ())
    assert "+layout" not in sure.source
    assert unsure.source.endswith("+layout")
    assert np.abs(unsure.values - sure.values).mean() > 0.015
    between = np.abs(half.values - sure.values).mean() / np.abs(unsure.values - sure.values).mean()
    assert 0.2 < between < 0.8


def test_certainty_that_means_nothing_is_ignored(tmp_path: Path) -> None:
    path = save_geometry(tmp_path / "tiny.onnx", certainty=0.0)
    found = LearnedDepth(GeometryNetwork(weights_of(path, certain=False))).estimate(PHOTO, ())
    assert "+layout" not in found.source


# -- regions --------------------------------------------------------------------------------------


def test_trusted_classes_become_regions_with_their_source(tmp_path: Path) -> None:
    one = network(tmp_path)
    found = {region.kind: region for region in LearnedRegions(one)(PHOTO)}
    assert set(found) == {"sky", "subject", "ground"}
    label = f"learned:{one.weights.label}"
    assert found["subject"].source == found["ground"].source == label
    assert found["sky"].source.endswith(label)
    assert found["sky"].mask[:70].min() > 0.9 > 0.1 > found["sky"].mask[90:].max()
    x0, y0, x1, y1 = found["subject"].box
    assert (x0, y0, x1, y1) == pytest.approx((120, 110, 190, 200), abs=3)


def test_a_sky_that_colours_show_keeps_their_outline_if_the_network_sees_it(
    tmp_path: Path,
) -> None:
    one = network(tmp_path)
    sky = LearnedRegions(one)(PHOTO)[0]
    assert (sky.kind, sky.source) == ("sky", f"colour+smoothness, learned:{one.weights.label}")
    assert all(region.kind != "sky" for region in LearnedRegions(one)(painted(FIGURE)))


def test_a_network_decides_where_colours_leave_the_sky_in_doubt() -> None:
    grey = np.full((240, 320, 3), 120, np.uint8)  # a wall, or an overcast sky
    grey[80:] = (70, 80, 60)
    small = shrink(Photo(rgb=grey, sha256=""))
    chance = np.zeros(small.shape, np.float32)
    plain = find_sky(small)
    denied = find_sky(small, seen=chance)
    chance[: round(small.shape[0] / 3)] = 0.9
    agreed = find_sky(small, seen=chance)
    assert denied is None
    assert agreed is not None
    assert agreed[1] > (0.0 if plain is None else plain[1])
    assert agreed[0][:70].min() > 0.9 > 0.1 > agreed[0][90:].max()


@pytest.mark.parametrize(("sure", "taken"), [(0.95, True), (0.8, False)])
def test_a_sky_that_only_the_network_sees_is_taken_if_it_is_sure(
    monkeypatch: pytest.MonkeyPatch, sure: float, taken: bool
) -> None:
    monkeypatch.setattr(find, "find_sky", lambda small, seen: None)
    chance = np.zeros((60, 80), np.float32)
    chance[:20] = sure
    found = find_regions(PHOTO, seen=Seen(classes={"sky": chance}, source="network"))
    skies = [region for region in found if region.kind == "sky"]
    assert [region.source for region in skies] == (["network+grabcut"] if taken else [])
    if taken:  # cut along the picture's edge
        assert skies[0].mask[:70].min() > 0.9 > 0.1 > skies[0].mask[90:].max()


def test_a_bright_cloud_that_the_network_doubts_is_sky(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "find_sky", lambda small, seen: None)
    cloud = (slice(0, 60), slice(180, 260))
    chance = np.zeros((60, 80), np.float32)
    chance[:20] = 0.97
    chance[:15, 45:65] = 0.3
    photo = painted(SKY, FIGURE, (cloud, (230, 235, 240)))
    found = find_regions(photo, seen=Seen(classes={"sky": chance}, source="network"))
    (sky,) = (region for region in found if region.kind == "sky")
    assert sky.mask[10:50, 190:250].min() > 0.9
    assert sky.mask[90:].max() < 0.1


def test_what_is_hardly_taken_for_a_subject_is_a_thing() -> None:
    hint = np.zeros((60, 80), np.float32)
    hint[30:50, 50:60] = 0.45
    hint[5:15, 5:15] = 0.3  # nowhere likely
    found = find_regions(PHOTO, seen=Seen(hints={"subject": hint}, source="network"))
    (thing,) = (region for region in found if region.kind == "thing")
    assert thing.source == "network"
    assert thing.score == pytest.approx(0.45, abs=0.08)
    scale = PHOTO.size.width / 80
    there = thing.mask[round(33 * scale) : round(47 * scale), round(52 * scale) : round(58 * scale)]
    assert there.min() > 0.5
    assert thing.mask[: round(25 * scale)].max() < 0.2


@pytest.mark.parametrize(("chance", "kept"), [(0.7, True), (0.02, True), (0.005, False)])
def test_a_hint_at_water_is_handed_on_and_is_no_water(chance: float, kept: bool) -> None:
    hint = np.zeros((60, 80), np.float32)
    hint[30:] = chance
    found = find_regions(PHOTO, seen=Seen(hints={"water": hint}, source="network"))
    assert "water" not in [region.kind for region in found]
    wet = [region for region in found if region.kind == "wet"]
    assert len(wet) == kept
    for region in wet:
        assert region.mask.shape == (PHOTO.size.height, PHOTO.size.width)
        assert region.score == pytest.approx(chance)
        assert region.mask[-1].min() == pytest.approx(chance)
        assert region.mask[0].max() == 0.0


def test_plants_are_believed_in_leaves_and_not_in_ripples() -> None:
    noise = np.random.default_rng(0).normal(0.0, 1.0, (240, 320)).astype(np.float32)
    leaves = cv2.GaussianBlur(noise, (0, 0), 1.5)
    ripples = cv2.GaussianBlur(noise, (0, 0), sigmaX=6.0, sigmaY=1.5)
    grey = np.hstack([one / one.std() for one in (leaves, ripples)]) * 25.0 + 110.0
    rgb = np.clip(grey[..., None] + (-20.0, 10.0, -30.0), 0, 255).astype(np.uint8)
    seen = Seen(classes={"vegetation": np.full((24, 64), 0.8, np.float32)}, source="network")
    (plants,) = (
        r for r in find_regions(Photo(rgb=rgb, sha256=""), seen=seen) if r.kind == "vegetation"
    )
    assert plants.mask[:, :280].mean() > 0.9
    assert plants.mask[:, 360:].mean() < 0.1
    assert plants.source == "network"


def test_subjects_that_do_not_touch_are_told_apart(tmp_path: Path) -> None:
    found = LearnedRegions(network(tmp_path))(painted(SKY, FIGURE, OTHER))
    boxes = [region.box for region in found if region.kind == "subject"]
    assert len(boxes) == 2
    assert boxes[0] == pytest.approx((120, 110, 190, 200), abs=3)  # the larger first
    assert boxes[1] == pytest.approx((260, 120, 310, 190), abs=3)


def test_a_face_within_what_was_seen_makes_it_a_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[tuple[int, ...]] = []

    def one_face(grey: U8, possible: U8, smallest: int) -> list[Face]:
        looked.append(grey.shape)
        assert possible.shape == grey.shape
        assert 0 < possible.sum() < possible.size  # the two figures
        return [Face(30, 20, 20, 20, 0.9, "haar-frontal")]

    monkeypatch.setattr(faces, "_frontal", one_face)
    found = LearnedRegions(network(tmp_path))(painted(SKY, FIGURE, OTHER))
    assert [region.kind for region in found[1:4]] == ["face", "person", "subject"]
    x0, y0, x1, y1 = found[1].box
    # Looked for from the left and top of what was seen, less the margin of 0.15 of its extent.
    left, top = 120 - round(0.15 * 190), 110 - round(0.15 * 90)
    assert looked == [(90 + 2 * round(0.15 * 90), 320 - left)]
    assert ((x0 + x1) / 2, (y0 + y1) / 2) == pytest.approx((left + 40, top + 29), abs=3)


@pytest.mark.parametrize("trusted", [CLASSES, CLASSES - {"subject"}])
def test_where_no_subject_was_seen_no_face_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trusted: frozenset[str]
) -> None:
    monkeypatch.setattr(faces, "_frontal", None)  # fails when called
    weights = weights_of(save_geometry(tmp_path / "tiny.onnx"), regions=trusted)
    kinds = [region.kind for region in LearnedRegions(GeometryNetwork(weights))(painted(SKY))]
    assert kinds == ["sky", "ground"]


def test_what_stands_out_is_no_subject_where_the_network_sees_none(tmp_path: Path) -> None:
    photo = painted(SKY, ((slice(110, 200), slice(120, 190)), (20, 20, 20)))
    weights = weights_of(save_geometry(tmp_path / "tiny.onnx"), regions=frozenset({"water"}))
    found = LearnedRegions(GeometryNetwork(weights))(photo)
    kinds = [region.kind for region in find_regions(photo)]
    assert "subject" in kinds
    assert [region.kind for region in found] == [kind for kind in kinds if kind != "subject"]


def test_classes_that_are_not_trusted_are_found_as_without_a_network(tmp_path: Path) -> None:
    weights = weights_of(save_geometry(tmp_path / "tiny.onnx"), regions=frozenset({"water"}))
    found = LearnedRegions(GeometryNetwork(weights))(PHOTO)
    plain = find_regions(PHOTO)
    assert [(r.kind, r.box, r.source) for r in found] == [(r.kind, r.box, r.source) for r in plain]


# -- in a scene -----------------------------------------------------------------------------------


def test_a_scene_says_where_each_estimate_came_from(tmp_path: Path) -> None:
    one = network(tmp_path)
    scene = build_scene(PHOTO, size=SIZE, depth=LearnedDepth(one), regions=LearnedRegions(one))
    assert scene.sources["disparity"] == f"learned:{one.weights.label}"
    assert f"learned:{one.weights.label}" in scene.sources["regions"]
    plain = build_scene(PHOTO, size=SIZE, depth=ClassicalDepth())
    assert "learned" not in plain.sources["disparity"] + plain.sources["regions"]


def test_scenes_of_other_weights_are_not_taken_for_ones_own(tmp_path: Path) -> None:
    made = []

    def cache(one: GeometryNetwork) -> SceneCache:
        def build(photo: Photo, **how: object) -> object:
            made.append(one)
            return build_scene(photo, **how, regions=LearnedRegions(one))  # type: ignore[arg-type]

        builder = LearnedRegions(one).identity
        return SceneCache(tmp_path / "scenes", limit=1 << 30, build=build, builder=builder)  # type: ignore[arg-type]

    first = network(tmp_path)
    second = GeometryNetwork(weights_of(save_geometry(tmp_path / "other.onnx", contrast=0.5)))
    for one in (first, second, first, second):
        cache(one)(PHOTO, size=SIZE, fit="crop", depth=ClassicalDepth())
    assert made == [first, second]

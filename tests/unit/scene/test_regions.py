from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from kinora.scene.decode import decode_photo
from kinora.scene.regions import estimate_horizon, find_regions, vanishing
from kinora.scene.regions.align import align, region_of
from kinora.scene.regions.faces import Face, find_faces, find_person
from kinora.scene.regions.find import least_face
from kinora.scene.regions.masks import (
    SmallPhoto,
    box_of,
    fill_holes,
    grab_cut,
    largest_part,
    shrink,
)
from kinora.scene.regions.seen import NOTHING_SEEN, Seen
from kinora.scene.regions.sky import find_sky
from kinora.scene.regions.subject import find_subject, salience_map
from kinora.scene.regions.vanishing import find_vanishing_point
from kinora.testing.photos import landscape, plain
from kinora.types.geometry import Size
from kinora.types.scene import Photo, Region

U8 = NDArray[np.uint8]


def corridor(at: tuple[float, float] = (0.45, 0.4)) -> U8:
    """A box with lines on all walls, seen along its axis."""
    size = Size(480, 360)
    picture = np.full((size.height, size.width, 3), 190, np.uint8)
    x, y = at[0] * size.width, at[1] * size.height
    for angle in np.linspace(0.0, 2 * np.pi, 33)[:-1]:
        direction = np.array([np.cos(angle), np.sin(angle)])
        start, end = (
            (round(x + reach * direction[0]), round(y + reach * direction[1]))
            for reach in (45.0, 600.0)
        )
        cv2.line(picture, start, end, (40, 40, 40), 3, cv2.LINE_AA)
    return picture


def astronaut() -> U8:
    data = pytest.importorskip("skimage.data")
    return np.asarray(data.astronaut(), dtype=np.uint8)


def china() -> U8:
    datasets = pytest.importorskip("sklearn.datasets")
    return np.asarray(datasets.load_sample_image("china.jpg"), dtype=np.uint8)


def only(regions: tuple[Region, ...], kind: str) -> Region:
    (found,) = (region for region in regions if region.kind == kind)
    return found


def overlap(mask: NDArray[np.float32], truth: NDArray[np.bool_]) -> float:
    found = mask > 0.5
    return float((found & truth).sum() / (found | truth).sum())


def test_masks_are_of_the_photos_size_and_in_range() -> None:
    photo = decode_photo(landscape(Size(901, 611)))
    regions = find_regions(photo)
    assert {region.kind for region in regions} >= {"sky", "subject"}
    for region in regions:
        assert region.mask.shape == (611, 901)
        assert region.mask.dtype == np.float32
        assert region.mask.min() >= 0.0
        assert region.mask.max() <= 1.0
        assert region.box == box_of(region.mask)
        assert 0.0 < region.score <= 1.0
        assert region.source


def test_sky_subject_and_ground_of_a_landscape() -> None:
    photo = decode_photo(landscape(Size(640, 480)))
    regions = find_regions(photo)
    y, x = np.mgrid[:480, :640]
    down = y / 479
    box = (abs(x / 640 - 0.5) < 0.14) & (abs(down - 0.62) < 0.22)
    assert overlap(only(regions, "sky").mask, (down <= 0.55) & ~box) > 0.9
    assert overlap(only(regions, "subject").mask, box) > 0.85
    assert overlap(only(regions, "ground").mask, (down > 0.55) & ~box) > 0.8
    horizon = estimate_horizon(photo, regions)
    assert horizon.source == "sky"
    assert horizon.y == pytest.approx(0.55, abs=0.02)


def street() -> U8:
    """A street below a bright sky, with a lamp, a glass tower and a house."""
    size = Size(480, 360)
    down = np.linspace(0.0, 1.0, size.height)[:, None, None]
    picture = np.repeat(235.0 - down * np.array([40.0, 20.0, 5.0]), size.width, axis=1)
    picture[200:] = (70, 95, 60)
    picture[200:, ::7] = (50, 70, 45)
    picture[60:70, :120] = picture[60, 0]
    picture[70:200, 60:100] = (150, 170, 190)  # the tower, of a sky's colour
    picture[62:78, 78:81] = np.linspace(picture[61, 0], (150, 170, 190), 16)[:, None]  # its top
    picture[:200, 400:] = (80, 84, 96)  # a house that the top border cuts
    picture[30:80:25, 410:470] = (60, 62, 70)
    picture[90:300, 200:202] = (150, 155, 160)  # the lamp
    picture[90:92, 200:240] = (150, 155, 160)
    return np.asarray(np.rint(picture), dtype=np.uint8)


def test_what_rises_into_the_sky_is_no_sky() -> None:
    sky = only(find_regions(decode_photo(street())), "sky").mask
    assert sky[90:92, 205:235].mean() < 0.4  # the lamp's arm
    assert sky[100:195, 200:202].mean() < 0.4  # its post
    assert sky[90:190, 68:92].mean() < 0.1  # the tower
    assert sky[5:180, 410:470].mean() < 0.1  # the house
    assert sky[5:180, 120:190].mean() > 0.9


def test_dark_clouds_that_fade_into_the_sky_belong_to_it() -> None:
    y, x = np.mgrid[:320, :480]
    away = np.clip(1.3 - np.hypot(x, y) / 160, 0.0, 1.0)[..., None]  # from the upper left corner
    picture = (1.0 - away) * (150, 170, 205) + away * (18, 20, 26)
    picture[200:] = (70, 60, 40)
    small = shrink(decode_photo(np.asarray(np.rint(picture), np.uint8)))
    found = find_sky(small)
    assert found is not None
    assert found[0][:60, :60].mean() > 0.95


def test_leaves_out_of_focus_before_the_sky_are_no_cloud() -> None:
    picture = np.full((320, 480, 3), (150, 170, 205), np.uint8)
    picture[:110, :140] = (40, 70, 25)
    picture[200:] = (70, 60, 40)
    found = find_sky(shrink(decode_photo(cv2.GaussianBlur(picture, (0, 0), 14))))
    assert found is not None
    assert found[0][:40, :60].mean() < 0.05


def test_a_network_makes_a_subject_likelier_or_less_likely() -> None:
    small = shrink(decode_photo(landscape()))
    far = np.zeros(small.shape, np.float32)
    salience = salience_map(small)
    alone = find_subject(small, far, salience=salience)
    assert alone is not None
    confirmed = find_subject(small, far, salience=salience, hint=alone[0])
    assert confirmed is not None
    assert confirmed[1] > alone[1]
    assert find_subject(small, far, salience=salience, hint=1.0 - alone[0]) is None


def test_what_a_network_is_sure_of_belongs_to_the_subject_whatever_its_colour() -> None:
    """A penguin: its back stands out, its belly is as white as the ice."""
    rgb = np.full((320, 480, 3), (205, 215, 225), np.uint8)
    cv2.ellipse(rgb, (240, 180), (60, 110), 0, 0, 360, (212, 220, 228), -1)
    cv2.ellipse(rgb, (275, 180), (25, 105), 0, 0, 360, (30, 32, 40), -1)
    noisy = rgb + np.random.default_rng(4).integers(-6, 7, rgb.shape)
    small = shrink(decode_photo(np.clip(noisy, 0, 255).astype(np.uint8)))
    whole = np.zeros(small.shape, np.uint8)
    factor = small.shape[1] / 480
    centre, axes = (
        (round(240 * factor), round(180 * factor)),
        (round(60 * factor), round(110 * factor)),
    )
    cv2.ellipse(whole, centre, axes, 0, 0, 360, 1, -1)
    seen = cv2.GaussianBlur(whole.astype(np.float32), (0, 0), 3)
    far, salience = np.zeros(small.shape, np.float32), salience_map(small)
    alone = find_subject(small, far, salience=salience)
    assert alone is None or alone[0][whole > 0].mean() < 0.6
    helped = find_subject(small, far, salience=salience, hint=seen)
    assert helped is not None
    assert helped[0][whole > 0].mean() > 0.75
    assert helped[0][seen < 0.02].mean() < 0.01


def test_a_wide_sleeve_of_another_colour_belongs_to_the_person() -> None:
    rgb = np.full((300, 420, 3), (225, 235, 225), np.uint8)
    rgb[170:, 150:400] = (40, 90, 60)
    rgb[190:, 60:150] = (190, 30, 30)  # the sleeve
    cv2.ellipse(rgb, (270, 110), (55, 75), 0, 0, 360, (120, 80, 60), -1)
    noisy = rgb + np.random.default_rng(4).integers(-9, 10, rgb.shape)
    small = shrink(decode_photo(np.clip(noisy, 0, 255).astype(np.uint8)))
    person = find_person(small, Face(215, 60, 110, 110, 0.9, "test"))
    assert person is not None
    assert person[200:, 65:140].mean() > 0.9
    assert person[:150, :100].mean() < 0.05


def test_what_a_network_surely_sees_beside_a_face_goes_with_the_person() -> None:
    """An arm of another colour than the trunk, farther out than bodies are guessed to be."""
    rng = np.random.default_rng(5)
    rgb = np.full((360, 480, 3), (90, 130, 90), np.uint8)
    rgb[40:70, 60:110] = (150, 105, 85)  # the background has some of the arm's colour
    rgb[130:340, 210:270] = (60, 60, 110)
    rgb[190:225, 270:340] = (150, 105, 85)
    cv2.ellipse(rgb, (240, 100), (24, 32), 0, 0, 360, (190, 140, 120), -1)
    rgb = np.clip(rgb + rng.integers(-9, 10, rgb.shape), 0, 255).astype(np.uint8)
    small, face = shrink(decode_photo(rgb)), Face(216, 76, 48, 48, 0.9, "test")
    arm = (slice(195, 220), slice(305, 335))
    hint = np.full(small.shape, 0.4, np.float32)
    hint[60:345, 205:275] = 0.9
    without = find_person(small, face, hint=hint)
    hint[185:230, 270:345] = 0.9
    person = find_person(small, face, hint=hint)
    assert without is not None
    assert person is not None
    assert without[arm].mean() < 0.1
    assert person[arm].mean() > 0.9
    assert person[:, 360:].max() == 0.0


def test_a_white_wall_is_no_sky() -> None:
    """Grey from border to border, with a dark skirting board and a brown floor."""
    wall = np.full((360, 480, 3), (206, 200, 190), np.uint8)
    wall[:, 240:] = (196, 190, 180)
    wall[250:260] = (120, 80, 50)
    wall[260:] = (150, 105, 60)
    wall[60:140, 80:160] = (140, 60, 40)
    wall[60:140, 300:400] = (90, 70, 40)
    assert not any(region.kind == "sky" for region in find_regions(decode_photo(wall)))


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (120, 160, 220), (30, 90, 40)])
def test_a_photo_of_one_colour_has_no_parts(colour: tuple[int, int, int]) -> None:
    photo = decode_photo(plain(colour))
    assert find_regions(photo) == ()
    assert estimate_horizon(photo, ()).source == "default"


@pytest.mark.parametrize("size", [Size(16, 16), Size(16, 320), Size(320, 16)], ids=str)
def test_tiny_and_thin_photos_are_no_trouble(size: Size) -> None:
    photo = decode_photo(landscape(size))
    for region in find_regions(photo):
        assert region.mask.shape == (size.height, size.width)


def test_the_same_photo_gives_the_same_regions() -> None:
    photo = decode_photo(landscape())
    for one, other in zip(find_regions(photo), find_regions(photo), strict=True):
        assert np.array_equal(one.mask, other.mask)
        assert one.score == other.score


def test_a_portrait_has_a_face_on_a_person_and_no_other_subject() -> None:
    regions = find_regions(decode_photo(astronaut()))
    face, person = only(regions, "face"), only(regions, "person")
    x0, y0, x1, y1 = face.box
    assert 150 < (x0 + x1) / 2 < 290  # the astronaut's head
    assert 60 < (y0 + y1) / 2 < 160
    assert (person.mask[face.mask > 0.9] > 0.5).mean() > 0.9
    assert person.mask[300:480, 150:280].mean() > 0.8  # the suit
    assert person.mask[:100, 400:].mean() < 0.05  # the shuttle behind
    assert not any(region.kind == "subject" for region in regions)


def test_the_sky_over_a_palace() -> None:
    regions = find_regions(decode_photo(china()))
    sky = only(regions, "sky")
    assert sky.mask[:60].mean() > 0.9
    assert sky.mask[260:].mean() < 0.02


def test_the_vanishing_point_of_a_corridor() -> None:
    photo = decode_photo(corridor(at=(0.45, 0.4)))
    point = find_vanishing_point(shrink(photo))
    assert point is not None
    assert point.x == pytest.approx(0.45, abs=0.02)
    assert point.y == pytest.approx(0.4, abs=0.02)
    horizon = estimate_horizon(photo, ())
    assert horizon.source == "vanishing point"
    assert horizon.y == pytest.approx(0.4, abs=0.02)


def test_a_fan_on_one_side_is_no_corridor() -> None:
    picture = corridor()
    picture[: round(0.4 * 360)] = 190  # lines below only
    assert find_vanishing_point(shrink(decode_photo(picture))) is None


def test_where_clear_lines_dont_meet_no_others_are_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_: SmallPhoto) -> None:
        raise AssertionError("looked for lines again")

    monkeypatch.setattr(vanishing, "find_segments", refuse)
    rng = np.random.default_rng(3)
    picture = np.full((300, 400, 3), 120, np.uint8)
    for x, y in rng.integers(20, 280, (60, 2)):
        slant = int(rng.integers(8, 40))
        cv2.line(picture, (int(x), int(y)), (int(x) + 40, int(y) + slant), (250, 250, 250), 2)
    assert find_vanishing_point(shrink(decode_photo(picture))) is None
    with pytest.raises(AssertionError, match="again"):
        find_vanishing_point(shrink(decode_photo(corridor())))


def test_aligned_masks_follow_the_pictures_edges() -> None:
    pixels = np.full((600, 800, 3), 60, np.uint8)
    pixels[:, 411:] = (200, 180, 90)
    photo = decode_photo(pixels)
    small = shrink(photo, 200)
    coarse = np.zeros(small.shape, np.float32)
    coarse[:, 101:] = 1.0  # 404 px: off by seven
    full = align(coarse, photo, small)
    assert full.shape == (600, 800)
    assert full[:, 412:].min() > 0.85
    assert full[:, :411].max() < 0.5  # most of the excess is gone
    assert full[:, :380].max() < 0.05
    step = np.abs(np.diff(full[300]))
    assert step.argmax() == 410


def test_alignment_takes_nothing_from_where_a_mask_is_flat() -> None:
    rng = np.random.default_rng(0)
    texture = (128 + 60 * rng.standard_normal((96, 128, 3))).clip(0, 255).astype(np.uint8)
    pixels = np.asarray(cv2.resize(texture, (512, 384), interpolation=cv2.INTER_CUBIC), np.uint8)
    photo = decode_photo(pixels)
    coarse = np.zeros((384, 512), np.float32)
    coarse[200:] = 1.0  # inside from here on: nothing is torn farther in
    full = align(coarse, photo, shrink(photo))
    assert full[220:].min() > 0.999
    assert full[:180].max() < 0.001
    edge = coarse.copy()
    edge[0, 0] = edge[0, -1] = edge[-1, 0] = 0.5  # all of the picture is computed
    whole = align(edge, photo, shrink(photo))
    np.testing.assert_allclose(full[150:250], whole[150:250], atol=1e-5)


def test_only_the_largest_part_stays_and_its_holes_close() -> None:
    mask = np.zeros((40, 40), np.float32)
    mask[5:25, 5:25] = 1.0
    mask[10:15, 10:15] = 0.0
    mask[30:34, 30:34] = 1.0
    part = largest_part(mask)
    assert part[12, 12] == 1.0
    assert part[31, 31] == 0.0
    assert part.sum() == 400
    assert largest_part(np.zeros((8, 8), np.float32)).sum() == 0.0


def test_what_touches_the_border_is_no_hole() -> None:
    mask = np.ones((20, 20), np.float32)
    mask[:5, 5:10] = 0.0
    assert fill_holes(mask).sum() == mask.sum()


def test_faces_smaller_than_the_least_are_not_looked_for() -> None:
    small = shrink(decode_photo(astronaut()))
    (face,) = find_faces(small)
    assert find_faces(small, least=0.5 * face.width) == (face,)
    assert find_faces(small, least=1.5 * face.width) == ()


def test_faces_are_looked_for_where_they_may_be() -> None:
    small = shrink(decode_photo(astronaut()))
    (face,) = find_faces(small)
    possible = np.zeros(small.shape, np.bool_)
    x, y = (round(value) for value in face.centre)
    possible[y - 12 : y + 12, x - 12 : x + 12] = True
    (again,) = find_faces(small, possible=possible)
    assert again == face
    assert find_faces(small, possible=~possible) == ()


def test_the_larger_subjects_are_the_larger_are_the_faces_looked_for() -> None:
    small = shrink(decode_photo(landscape(Size(320, 240))))
    few, many = np.zeros((2, 12, 16), np.float32)
    few[:3, :4], many[:] = 0.9, 0.9
    assert least_face(small, NOTHING_SEEN) == 0.0
    sizes = [least_face(small, Seen(hints={"subject": hint})) for hint in (few, many)]
    assert sizes == pytest.approx([0.02 * np.sqrt(320 * 240), 0.08 * np.sqrt(320 * 240)])


def test_grab_cut_finds_a_figure_from_its_middle() -> None:
    small = shrink(decode_photo(landscape(Size(320, 240))))
    trimap = np.full(small.shape, cv2.GC_PR_BGD, np.uint8)
    trimap[:, :70] = trimap[:, 250:] = cv2.GC_BGD
    trimap[120:180, 140:180] = cv2.GC_FGD
    y, x = np.mgrid[:240, :320]
    box = (abs(x / 320 - 0.5) < 0.14) & (abs(y / 239 - 0.62) < 0.22)
    assert overlap(grab_cut(small, trimap), box) > 0.85
    nothing = np.full(small.shape, cv2.GC_BGD, np.uint8)
    assert grab_cut(small, nothing).sum() == 0.0


def test_grab_cut_ends_once_it_has_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    small = shrink(decode_photo(landscape(Size(320, 240))))
    trimap = np.full(small.shape, cv2.GC_PR_BGD, np.uint8)
    trimap[:, :70] = trimap[:, 250:] = cv2.GC_BGD
    trimap[120:180, 140:180] = cv2.GC_FGD
    rounds: list[int] = []
    own = cv2.grabCut

    def counted(*given: Any) -> Any:
        rounds.append(given[5])
        return own(*given)

    monkeypatch.setattr(cv2, "grabCut", counted)
    cut = grab_cut(small, trimap, rounds=9)
    assert 2 <= sum(rounds) < 9
    assert np.array_equal(cut, grab_cut(small, trimap, rounds=2))


def test_a_region_is_boxed() -> None:
    photo = Photo(rgb=landscape(), sha256="")
    small = shrink(photo)
    mask = np.zeros(small.shape, np.float32)
    assert region_of(mask, photo, small, kind="sky", score=0.5, source="test").box == (0, 0, 0, 0)
    mask[50:100, 30:90] = 1.0
    assert box_of(mask) == (30, 50, 90, 100)

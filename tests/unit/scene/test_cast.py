"""Figures cut out of pictures, and placed in scenes."""

from __future__ import annotations

import io
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image
from skimage import data

from kinora.errors import ImageError
from kinora.scene.build import build_scene
from kinora.scene.cast import cast_scene, flatten
from kinora.scene.decode import decode_photo
from kinora.scene.depth.classical import ClassicalDepth
from kinora.scene.regions import find_regions
from kinora.scene.sprite import cut_out, read_sprite, sprite_png
from kinora.testing.photos import landscape
from kinora.types.character import Sprite
from kinora.types.geometry import Size
from kinora.types.plan import CastMember
from kinora.types.scene import Layer, Scene

SIZE = Size(320, 240)


@pytest.fixture(scope="module")
def scene() -> Scene:
    return build_scene(decode_photo(landscape(SIZE)), size=SIZE, depth=ClassicalDepth())


@pytest.fixture(scope="module")
def astronaut() -> Sprite:
    photo = decode_photo(np.ascontiguousarray(data.astronaut()))
    found = cut_out(photo, find_regions(photo), name="Ada")
    assert found is not None
    return found


def post(*, whole: bool = True, person: bool = True) -> Sprite:
    """A magenta post, 20 × 80, opaque but for a soft edge."""
    alpha = cv2.copyMakeBorder(np.full((78, 18), 255, np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    alpha = np.maximum(alpha, 90)
    share = alpha[..., None] / 255.0
    rgba = np.dstack([np.rint(np.array([220, 30, 200]) * share).astype(np.uint8), alpha])
    return Sprite(name="Mia", rgba=rgba, whole=whole, person=person, light=(1.0, 1.0, 1.0))


def magenta(image: np.ndarray) -> np.ndarray:
    red, green, blue = (image[..., i].astype(int) for i in range(3))
    return (red - green > 60) & (blue - green > 40)


def placed(scene: Scene, sprite: Sprite, **where: object):
    member = CastMember(id="c", name=sprite.name, **where)
    made, (there,) = cast_scene(scene, [member], {sprite.name: sprite})
    return made, there


def test_a_person_is_cut_out_without_the_background(astronaut: Sprite) -> None:
    assert astronaut.person
    assert not astronaut.whole  # the picture ends at the waist
    assert astronaut.face is not None
    x0, y0, x1, y1 = astronaut.face
    assert 0.0 <= x0 < x1 <= 1.0
    assert 0.0 <= y0 < y1 < 0.5
    assert (astronaut.rgba[..., :3] <= astronaut.rgba[..., 3:]).all()
    corner = astronaut.rgba[:30, -30:, 3]  # the wall beside her head
    assert corner.mean() < 10


def test_a_picture_of_nothing_makes_no_sprite() -> None:
    photo = decode_photo(np.full((80, 80, 3), 90, np.uint8))
    assert cut_out(photo, find_regions(photo), name="x") is None


def test_a_sprite_is_stored_and_read_back(astronaut: Sprite) -> None:
    read = read_sprite(sprite_png(astronaut), name="Ada")
    assert read is not None
    assert (read.whole, read.person, read.face) == (False, True, astronaut.face)
    assert np.abs(read.rgba.astype(int) - astronaut.rgba).max() <= 3


def test_a_picture_that_is_cut_out_is_taken_as_it_is_another_one_is_not() -> None:
    rgba = np.zeros((60, 60, 4), np.uint8)
    rgba[20:50, 10:30] = (200, 40, 40, 255)
    out = io.BytesIO()
    Image.fromarray(rgba).save(out, "PNG")
    sprite = read_sprite(out.getvalue(), name="Box")
    assert sprite is not None
    assert sprite.rgba.shape == (30, 20, 4)
    assert sprite.whole
    opaque = io.BytesIO()
    Image.fromarray(rgba[..., :3]).save(opaque, "PNG")
    assert read_sprite(opaque.getvalue(), name="Box") is None
    clear = io.BytesIO()
    Image.fromarray(np.zeros((60, 60, 4), np.uint8)).save(clear, "PNG")
    with pytest.raises(ImageError, match="visible"):
        read_sprite(clear.getvalue(), name="Box")


@pytest.mark.parametrize(("x", "share"), [(0.2, 0.2), (0.8, 0.8)])
def test_it_stands_where_it_is_asked_to_and_nothing_else_changes(
    scene: Scene, x: float, share: float
) -> None:
    made, there = placed(scene, post(), x=x)
    changed = (made.image != scene.image).any(axis=2)
    rows, columns = np.nonzero(magenta(made.image))
    assert abs(columns.mean() / SIZE.width - share) < 0.15  # aside to firm ground, at most
    assert abs((rows.max() - rows.min()) - there.height) < 4
    assert rows.max() > 0.75 * SIZE.height  # its foot is on the ground
    far = np.abs(np.arange(SIZE.width) - columns.mean()) > 60
    assert not changed[:, far].any()


def test_it_casts_a_shadow_on_the_ground_at_its_foot(scene: Scene) -> None:
    made, there = placed(scene, post(), x=0.2)
    foot = round(there.foot - scene.frame_origin[1])
    first = round(there.frame_x + there.height / 8) + 2  # the post is a quarter as wide as high
    beside = slice(first, first + 5)
    before, after = scene.image.astype(int), made.image.astype(int)
    assert (before - after)[foot - 2 : foot + 2, beside].mean() > 8
    above = round(foot - 0.5 * there.height)
    assert (before == after)[:above, beside].all()


def test_farther_away_it_is_smaller_and_higher_up(scene: Scene) -> None:
    near, far = (placed(scene, post(), x=0.2, distance=d)[1] for d in ("near", "far"))
    assert far.height < near.height
    assert far.foot < near.foot
    assert far.disparity < near.disparity


def test_what_is_nearer_stays_in_front(scene: Scene) -> None:
    fence = np.zeros((SIZE.height, 60, 4), np.uint8)
    fence[120:] = (10, 10, 10, 255)
    near = Layer(
        rgba=fence,
        disparity=np.full((4, 4), 9.0, np.float32),
        origin=(scene.frame_origin[0] + 40, scene.frame_origin[1]),
        name="fence",
    )
    fenced = replace(scene, layers=(*scene.layers, near))
    made, there = placed(fenced, post(), x=0.2, height=0.9)
    assert [layer.name for layer in made.layers][-1] == "fence"
    behind = magenta(flatten(made.layers, made))
    assert behind[: SIZE.height // 2].any()
    assert not behind[121:, 42:98].any()
    assert there.disparity < 9.0


def test_a_figure_without_feet_comes_from_the_lower_edge(scene: Scene) -> None:
    made, there = placed(scene, post(whole=False), x=0.3)
    assert magenta(made.image)[-1].any()
    assert there.foot > scene.frame_origin[1] + SIZE.height
    assert not there.whole
    assert [layer.name for layer in made.layers].count("shadow of Mia") == 0


def test_a_given_height_is_kept(scene: Scene) -> None:
    _, there = placed(scene, post(), x=0.2, height=0.5)
    assert there.height == pytest.approx(0.5 * SIZE.height)


def test_in_warm_light_it_turns_warmer(scene: Scene) -> None:
    warm = np.clip(landscape(SIZE) * np.array([1.0, 0.75, 0.45]), 0, 255).astype(np.uint8)
    evening = build_scene(decode_photo(warm), size=SIZE, depth=ClassicalDepth())
    colours = []
    for each in (scene, evening):
        made, _ = placed(each, post(), x=0.2)
        colours.append(made.image[magenta(made.image)].mean(axis=0))
    assert colours[1][2] / colours[1][0] < 0.95 * colours[0][2] / colours[0][0]


def test_two_characters_go_in_from_back_to_front(scene: Scene) -> None:
    cast = [
        CastMember(id="a", name="Mia", x=0.2, distance="near"),
        CastMember(id="b", name="Bo", x=0.8, distance="far"),
    ]
    sprites = {"Mia": post(), "Bo": post()}
    made, found = cast_scene(scene, cast, sprites)
    by_name = {each.member.name: each for each in found}
    assert len(made.layers) == len(scene.layers) + 4
    for name, there in by_name.items():
        assert made.layers[there.layers[-1]].disparity.max() == pytest.approx(there.disparity)
        assert made.layers[there.layers[-1]].name in (f"character {name}", "character Mia")
    assert by_name["Bo"].layers[-1] < by_name["Mia"].layers[-1]
    assert cast_scene(scene, cast, {})[1] == ()

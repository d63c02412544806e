"""Rigid parts, lights that blink, wind and chimneys: from words and masks to what moves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kinora.engines.catalogue import PARALLAX
from kinora.engines.parallax.parts import with_parts
from kinora.living import plan_air, plan_light, plan_living, read_masks
from kinora.living.air.lamps import plan_lamps
from kinora.living.boxed import thing_in
from kinora.living.leaves import leaves
from kinora.living.rigid import PARTS
from kinora.prompt import read_prompt
from kinora.scene.cast import flatten
from kinora.scene.part import cut_part
from kinora.types.air import Places
from kinora.types.geometry import Intrinsics, Size
from kinora.types.living import ALSO, F32, MASK_NAMES, Part
from kinora.types.plan import ShotPlan
from kinora.types.scene import Layer, Region, Scene

FRAME, CANVAS, ORIGIN = Size(160, 96), Size(200, 120), (20, 12)


def scene(picture: np.ndarray | None = None) -> Scene:
    """A plain scene with a bright thing in the middle of its one layer."""
    rgba = np.full((CANVAS.height, CANVAS.width, 4), 40, np.uint8)
    rgba[..., 3] = 255
    rgba[40:80, 80:120, :3] = (230, 60, 40)
    x, y = ORIGIN
    if picture is not None:
        rgba[y : y + FRAME.height, x : x + FRAME.width, :3] = picture
    return Scene(
        image=rgba[y : y + FRAME.height, x : x + FRAME.width, :3].copy(),
        disparity=np.full((FRAME.height, FRAME.width), 0.8, np.float32),
        intrinsics=Intrinsics(focal=180, cx=80, cy=48),
        canvas=CANVAS,
        frame_origin=ORIGIN,
        layers=(Layer(rgba=rgba, disparity=np.full((15, 25), 0.8, np.float32)),),
        regions=(),
        hole_limit=10.0,
        focus_point=(80.0, 48.0),
        sources={},
        photo_sha256="0",
    )


def thing() -> F32:
    mask = np.zeros((FRAME.height, FRAME.width), np.float32)
    mask[28:68, 60:100] = 1.0
    return mask


def plan(words: str, **more: object) -> ShotPlan:
    return read_prompt(words, seconds=4).plan.model_copy(update=more)


def moved(words: str, name: str) -> tuple[Part, str]:
    _, (part,), (outcome,) = with_parts(scene(), plan(words), {name: thing()}, kept=None)
    return part, outcome.done or ""


def test_at_rest_nothing_changes_and_behind_it_the_ground_goes_on() -> None:
    before = scene()
    after, layer = cut_part(before, thing(), name="wheel")
    shown = flatten(after.layers, after).astype(int)
    assert np.abs(shown - before.image).max() <= 8  # an edge that is soft by a pixel
    behind = flatten(after.layers[:layer], after)
    assert np.abs(behind[28:68, 60:100].astype(int) - 40).max() <= 12


def test_a_thing_that_is_a_layer_of_its_own_is_taken_off_it() -> None:
    full = scene()
    ground = full.layers[0].rgba.copy()
    ground[40:80, 80:120, :3] = (10, 90, 10)
    front = np.zeros((48, 48, 4), np.uint8)
    front[4:44, 4:44] = (230, 60, 40, 255)
    thin = Layer(rgba=front, disparity=np.ones((4, 4), np.float32), origin=(76, 36))
    whole = replace(full, layers=(replace(full.layers[0], rgba=ground), thin))
    after, layer = cut_part(whole, thing(), name="wheel")
    behind = flatten(after.layers[:layer], after)
    assert (behind[30:66, 62:98] == (10, 90, 10)).all()


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("static camera, the wheel spins", "wheel"),
        ("plan fixe, l'hélice tourne", "propeller"),
        ("static camera, the pendulum swings", "pendulum"),
        ("static camera, the lamp swings", "lamp"),
        ("static camera, the door swings open", "door"),
        ("plan fixe, la porte s'ouvre", "door"),
        ("static camera, the shutter swings open", "door"),
        ("plan fixe, le volet s'ouvre", "door"),
    ],
)
def test_a_part_rests_at_first_then_moves_within_its_reach(words: str, name: str) -> None:
    part, done = moved(words, name)
    assert done
    a, b, c, d, right, down = part.course.at(0.0)
    np.testing.assert_allclose([a, b, c, d, right, down], [1, 0, 0, 1, 0, 0], atol=1e-9)
    # What is round has no corners.
    ends = np.array([[80.5, 60.0], [119.5, 60.0], [100.0, 40.5], [100.0, 79.5]])
    if name not in ("wheel", "propeller"):
        ends = np.array([[80.5, 40.5], [119.5, 40.5], [80.5, 79.5], [119.5, 79.5]])
    farthest = 0.0
    for seconds in np.linspace(0.2, 4.0, 24):
        a, b, c, d, right, down = part.course.at(float(seconds))
        back = np.linalg.inv(np.array([[a, b], [c, d]]))
        seen = (ends - part.pivot) @ back.T + part.pivot + (right, down)
        farthest = max(farthest, float(np.hypot(*(seen - ends).T).max()))
    assert 0.3 < farthest <= part.course.reach + 1e-6


def test_a_wheel_turns_as_often_as_it_is_told_to() -> None:
    part, done = moved("static camera, the wheel spins", "wheel")
    assert "0.5 times" in done
    a, b, *_ = part.course.at(1.0)  # half a turn of a round thing
    np.testing.assert_allclose([a, b], [-1.0, 0.0], atol=1e-6)


def test_parts_repeat_in_a_loop() -> None:
    looped = plan("static camera, the wheel spins, the lamp swings", loop=True)
    _, parts, _ = with_parts(scene(), looped, {"wheel": thing(), "lamp": thing()}, kept=None)
    assert len(parts) == 2
    for part in parts:
        np.testing.assert_allclose(part.course.at(0.4), part.course.at(4.4), atol=1e-6)


def test_behind_a_door_it_is_dark() -> None:
    bright = np.full((FRAME.height, FRAME.width, 3), 200, np.uint8)
    after, _, _ = with_parts(
        scene(bright), plan("the door swings open"), {"door": thing()}, kept=None
    )
    behind = flatten(after.layers[:-1], after)
    assert behind[32:64, 64:96].max() < 60
    assert behind[:20].min() > 180
    at_rest = flatten(after.layers, after).astype(int)  # the door stands in no dark frame
    assert np.abs(at_rest - bright).max() <= 8


@pytest.mark.parametrize("words", ["the shutters swing open", "les volets s'ouvrent"])
def test_a_pair_in_one_box_opens_from_its_middle_and_is_whole_at_rest(words: str) -> None:
    rng = np.random.default_rng(3)
    striped = np.repeat(rng.integers(60, 250, (FRAME.height, 1, 3)), FRAME.width, axis=1)
    shown = scene(striped.astype(np.uint8))
    after, parts, (told,) = with_parts(
        shown, plan(f"static, {words}"), {"door": thing()}, kept=None
    )
    left, right = ORIGIN[0] + 60.5, ORIGIN[0] + 99.5
    assert [part.pivot[0] for part in parts] == [left, right]
    assert told.done
    at_rest = flatten(after.layers, after).astype(int)
    assert np.abs(at_rest - shown.image)[30:66, 64:96].max() <= 8  # no seam in the middle


def test_leaves_that_stand_apart_hang_on_their_outer_sides() -> None:
    mask = np.zeros((FRAME.height, FRAME.width), np.float32)
    mask[20:60, 20:36] = mask[20:60, 60:76] = 1.0
    mask[80:82, 10:12] = 1.0  # grain
    found = leaves(mask, "the shutter")
    assert [way for _, way in found] == [None, "left"]
    assert found[0][0][:, :40].sum() == found[1][0][:, 56:80].sum() == 40 * 16
    narrow = np.where(np.arange(FRAME.width) < 40, mask, 0.0)[:70].astype(np.float32)
    assert [way for _, way in leaves(narrow, "the shutters")] == [None]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("the wheel spins", "wheel"),
        ("the shutters swing open", "door"),
        ("the lamp swings", "lamp"),
    ],
)
def test_a_mask_of_a_single_pixel_is_moved_or_told(words: str, name: str) -> None:
    mask = np.zeros((FRAME.height, FRAME.width), np.float32)
    mask[40, 50] = 1.0
    _, parts, outcomes = with_parts(scene(), plan(f"static, {words}"), {name: mask}, kept=None)
    assert len(outcomes) == 1
    for part in parts:
        assert np.isfinite(part.course.at(1.0)).all()


def test_without_a_place_a_part_is_reported() -> None:
    made, parts, (outcome,) = with_parts(scene(), plan("the wheel spins"), {}, kept=None)
    assert not parts
    assert len(made.layers) == 1
    assert outcome.status == "not_supported"
    assert "--mask wheel=" in (outcome.how_to_get_it or "")


def test_a_fan_may_be_given_as_a_wheel_or_a_propeller() -> None:
    masks = {"propeller": thing()}
    _, parts, (outcome,) = with_parts(scene(), plan("the ceiling fan spins"), masks, kept=None)
    assert len(parts) == 1
    assert outcome.status == "understood"


def test_one_mask_turns_but_once() -> None:
    words = "static camera, the wheel spins, the propeller spins"
    _, parts, outcomes = with_parts(scene(), plan(words), {"wheel": thing()}, kept=None)
    assert len(parts) == 1
    assert sorted(outcome.status for outcome in outcomes) == ["not_supported", "understood"]
    (missing,) = (outcome for outcome in outcomes if outcome.status == "not_supported")
    assert "--mask propeller=" in (missing.how_to_get_it or "")


def test_in_a_box_blades_turn_and_the_nose_they_sit_on_does_not() -> None:
    picture = np.full((FRAME.height, FRAME.width, 3), (150, 190, 230), np.uint8)
    y, x = np.mgrid[: FRAME.height, : FRAME.width]
    blades = ((abs(x - 80) < 4) & (abs(y - 48) < 42)) | ((abs(y - 48) < 4) & (abs(x - 80) < 42))
    nose = (x - 80) ** 2 + (y - 48) ** 2 < 12**2
    picture[blades] = (30, 30, 34)
    picture[nose] = (230, 180, 30)
    box = np.zeros((FRAME.height, FRAME.width), np.float32)
    box[2:94, 34:126] = 1.0
    found = thing_in(box, picture, name="propeller") > 0.5
    assert found[blades & ~nose].mean() > 0.7
    assert found[nose].mean() < 0.1
    assert thing_in(box, picture, name="pendulum")[nose].mean() > 0.9


def test_a_nose_that_points_aside_is_not_turned_with_blades_that_cannot_be_told_from_it() -> None:
    picture = np.full((FRAME.height, FRAME.width, 3), (150, 190, 230), np.uint8)
    y, x = np.mgrid[: FRAME.height, : FRAME.width]
    blades = (abs(x - 80) < 4) & (abs(y - 48) < 44)
    nose = ((x - 68) / 32.0) ** 2 + ((y - 52) / 20.0) ** 2 < 1.0
    picture[blades] = (30, 30, 34)
    picture[nose] = (230, 180, 30)
    box = np.zeros((FRAME.height, FRAME.width), np.float32)
    box[2:94, 30:126] = 1.0
    shown = replace(scene(), image=picture)
    _, parts, (told,) = with_parts(
        shown, plan("the propeller spins"), {"propeller": box}, kept=None
    )
    assert not parts
    assert told.status == "not_supported"
    assert "what it sits on" in (told.reason or "")
    drawn = (blades & ~nose).astype(np.float32)
    _, parts, _ = with_parts(shown, plan("the propeller spins"), {"propeller": drawn}, kept=None)
    assert len(parts) == 1


def test_what_is_kept_does_not_turn() -> None:
    masks = {"wheel": thing()}
    _, parts, (outcome,) = with_parts(scene(), plan("the wheel spins"), masks, kept=thing())
    assert not parts
    assert outcome.status == "not_supported"


def test_other_verbs_leave_a_boat_alone() -> None:
    found = [
        item.what for beat in plan("the boat leaves, pan left").beats for item in beat.elements
    ]
    assert "boat" not in found


@pytest.mark.parametrize(
    "words",
    [
        "static camera, the lantern swings",
        "static camera, the lantern flickers",
        "plan fixe, la lanterne vacille",
        "plan fixe, l'enseigne se balance",
        "static camera, the hanging sign swings",
        "static camera, the neon sign flickers",
    ],
)
def test_a_lantern_and_a_sign_do_whatever_they_are_asked_to(words: str) -> None:
    name = "lantern" if "lantern" in words else "sign"
    masks = read_masks({name: thing()}, scene())
    asked = plan(words)
    (item,) = asked.beats[0].elements
    _, parts, told = with_parts(scene(), asked, masks, kept=None)
    living = plan_living(asked, scene(), masks=masks)
    lit, seen = plan_lamps(asked, scene(), masks=masks, kept=None, period=None)
    assert parts or living.moves or lit, item.what
    assert {each.status for each in (*told, *living.outcomes, *seen)} == {"understood"}


def test_a_thing_of_its_own_name_goes_before_one_that_serves_for_it() -> None:
    lamp = np.roll(thing(), 20, axis=1)
    masks = read_masks({"lantern": thing(), "lamp": lamp}, scene())
    np.testing.assert_array_equal(masks["lamp"], read_masks({"lamp": lamp}, scene())["lamp"])
    np.testing.assert_array_equal(masks["fire"], masks["lantern"])


def test_parts_can_be_masked_and_planned() -> None:
    assert {*PARTS, "lights", "screen", "chimney"} <= set(MASK_NAMES)
    assert {*ALSO, *(name for names in ALSO.values() for name in names)} <= set(MASK_NAMES)
    assert {f"element:{name}" for name in (*PARTS, "lights", "screen")} <= PARALLAX.features


def gains(words: str, masks: dict[str, F32], picture: np.ndarray | None = None) -> list[F32]:
    made = scene(picture)
    asked = plan(words)
    lighting, _ = plan_light(asked, made, kept=None)
    air, _ = plan_air(asked, made, lighting, kept=None, masks=masks)
    x, y = np.meshgrid(np.arange(0, 200, 4.0), np.arange(0, 120, 4.0))
    fields = {"x": x, "y": y, "u": x / 100 - 1, "v": y / 60 - 1}
    at = Places(**{name: field.astype(np.float32) for name, field in fields.items()})
    found = [shine.at(t, at) for shine in air.shines for t in np.linspace(0.0, 2.0, 9)]
    return [each[0] for each in found if each is not None]


def test_lights_that_the_photo_shows_blink_and_nothing_else_does() -> None:
    night = np.full((FRAME.height, FRAME.width, 3), 25, np.uint8)
    for x in (30, 80, 130):
        night[44:50, x : x + 6] = (255, 220, 120)
    found = gains("static camera, the lights blink", {}, night)
    assert found[0].min() == 1.0
    assert min(gain.min() for gain in found) < 0.6
    assert all(gain[:10].min() == 1.0 for gain in found)


def test_specks_of_one_lamp_blink_together_and_are_counted_once() -> None:
    mask = np.zeros((FRAME.height, FRAME.width), np.float32)
    for x in (30, 120):
        mask[44:52, x : x + 4] = mask[44:52, x + 5 : x + 9] = 1.0
    lamps, (told,) = plan_lamps(
        plan("the lights blink"), scene(), masks={"lights": mask}, kept=None, period=None
    )
    assert (told.done or "").startswith("2 lights")
    for group in lamps[0].groups:
        # Canvas pixels at half size: both halves of a lamp are lit by the same groups.
        assert abs(float(group[30, 25] - group[30, 28])) < 0.2


@pytest.mark.parametrize("words", ["the neon sign flickers", "l'enseigne au néon clignote"])
def test_words_that_name_a_neon_sign_leave_white_lamps_alone(words: str) -> None:
    night = np.full((FRAME.height, FRAME.width, 3), 25, np.uint8)
    night[44:50, 30:36] = (255, 250, 240)  # a lamp
    lamp_alone = night.copy()
    night[40:52, 110:114] = night[40:44, 114:124] = (255, 30, 150)  # a letter
    found = gains(f"static camera, {words}", {}, night)
    assert min(gain[:, 32:].min() for gain in found) < 0.6
    assert all(gain[:, :22].min() == 1.0 for gain in found)
    assert not gains(f"static camera, {words}", {}, lamp_alone)
    assert gains("static camera, the lights blink", {}, lamp_alone)
    _, outcomes = plan_lamps(plan(words), scene(lamp_alone), masks={}, kept=None, period=None)
    assert [outcome.status for outcome in outcomes] == ["not_supported"]
    assert "neon" in (outcomes[0].reason or "").replace("é", "e")


def test_a_daylight_photo_has_no_lights_to_blink() -> None:
    day = np.full((FRAME.height, FRAME.width, 3), 190, np.uint8)
    day[40:46, 40:46] = 255
    assert not gains("static camera, the lights blink", {}, day)


def test_wind_alone_moves_plants() -> None:
    rows = np.zeros((FRAME.height, FRAME.width), np.float32)
    rows[10:90] = 1.0
    leafy = Region(kind="vegetation", mask=rows, box=(0, 0, 1, 1), score=1.0, source="test")
    living = plan_living(
        plan("a strong wind, static camera"), replace(scene(), regions=(leafy,)), masks={}
    )
    assert [warp.name for warp in living.warps] == ["foliage"]
    assert [outcome.status for outcome in living.outcomes] == ["understood"]


def test_what_the_wind_moves_is_told_once_where_words_name_it() -> None:
    asked = plan("static camera, the scarf moves in the wind")
    living = plan_living(asked, scene(), masks={"cloth": thing()})
    told = [outcome.done for outcome in living.outcomes]
    assert len(told) == len(set(told)) == 2
    assert "cloth billows" in (told[0] or "")
    alone = plan_living(plan("static camera, a breeze"), scene(), masks={"cloth": thing()})
    assert "cloth billows" in (alone.outcomes[0].done or "")


def test_smoke_rises_from_a_chimney_and_from_nowhere_else() -> None:
    asked = plan("static camera, smoke rises from the chimney")
    bare = plan_living(asked, scene(), masks={})
    assert [outcome.status for outcome in bare.outcomes] == ["not_supported"]
    assert "--mask chimney=" in (bare.outcomes[0].how_to_get_it or "")
    lighting, _ = plan_light(asked, scene(), kept=None)
    masks = {"chimney": thing()}
    air, (told,) = plan_air(asked, scene(), lighting, kept=None, masks=masks)
    assert len(air.swarms) == 1
    assert told.status == "understood"
    assert not plan_living(asked, scene(), masks=masks).outcomes

"""Mouths that speak, on the astronaut of scikit-image: with their lines, and nothing else moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data
from tests.support.scenes import evening_scene

from kinora.engines.parallax.engine import ParallaxEngine
from kinora.engines.parallax.renderer import empty_planes
from kinora.living import plan_speaking
from kinora.living.portrait.find import Head, find_head
from kinora.living.portrait.mouth import find_mouth
from kinora.living.portrait.speaking import Speech
from kinora.prompt import read_prompt, with_cast
from kinora.scene.build import build_scene
from kinora.scene.cast import cast_scene
from kinora.scene.decode import decode_photo
from kinora.scene.depth.classical import ClassicalDepth
from kinora.testing.fakes import Recorder
from kinora.types.character import Sprite
from kinora.types.face import MouthShape
from kinora.types.geometry import Size
from kinora.types.pace import Pace
from kinora.types.plan import ShotPlan
from kinora.types.report import Outcome, Report, ReportItem
from kinora.types.request import ClipRequest
from kinora.types.scene import Scene
from kinora.types.speech import SaidLine

SIZE, FPS = Size(320, 320), Fraction(20)
SAYS = 'static camera. She says "Good morning."'
#: Open and closed again, twice a second.
COURSE = (0.5 - 0.5 * np.cos(np.arange(101) / 100 * 4 * np.pi)).astype(np.float32)


@lru_cache(maxsize=1)
def astronaut() -> Scene:
    photo = decode_photo(data.astronaut()[:320, 60:380])
    return build_scene(photo, size=SIZE, depth=ClassicalDepth())


def head() -> Head:
    found = find_head(astronaut())
    assert found is not None
    return found


def mouth() -> MouthShape:
    found = find_mouth(astronaut(), head())
    assert found is not None
    return found


def said(plan: ShotPlan, t0: float = 0.5) -> tuple[SaidLine, ...]:
    return tuple(
        SaidLine(item=line.id, t0=t0, t1=t0 + 1.0, opening=COURSE) for line in plan.dialogue
    )


def frames(prompt: str, image: Scene | None = None) -> tuple[list[NDArray[np.uint8]], list[str]]:
    plan = read_prompt(prompt, seconds=2).plan
    request = ClipRequest(image=image or astronaut(), size=SIZE, fps=FPS, said=said(plan))
    rendition = ParallaxEngine(ClassicalDepth()).render(request, plan, Recorder())
    planes, shown = empty_planes(SIZE), []
    for index in range(rendition.frame_count):
        rendition.frames.render(index, planes)
        shown.append(planes.y[:, : SIZE.width].copy())
    told = [outcome.done or outcome.reason or "" for outcome in rendition.outcomes]
    return shown, told


def test_the_edge_of_the_lower_lip_lies_between_teeth_and_lip() -> None:
    shape, scene = mouth(), astronaut()
    assert shape.teeth
    left, top = scene.frame_origin
    x, y = shape.x - left, shape.y - top + shape.sag
    rgb = scene.image.astype(np.float32)
    around = slice(round(x) - 6, round(x) + 7)
    teeth = rgb[round(y) - 5 : round(y) - 2, around].mean(axis=(0, 1))
    lip = rgb[round(y) + 2 : round(y) + 5, around].mean(axis=(0, 1))
    assert teeth.mean() > lip.mean()
    assert lip[0] - lip[1] > teeth[0] - teeth[1] + 10  # redder


def test_the_mouth_opens_with_the_line_and_the_rest_of_the_picture_stays() -> None:
    shown, told = frames(SAYS)
    rest = shown[0]
    changed = [index for index, frame in enumerate(shown) if not np.array_equal(frame, rest)]
    assert changed
    assert changed[0] >= 10
    assert changed[-1] <= 30
    assert any("mouth moves" in text for text in told)
    scale, (left, top) = SIZE.width / astronaut().size.width, astronaut().frame_origin
    x, y = (mouth().x - left) * scale, (mouth().y + mouth().sag - top) * scale
    part = np.s_[round(y) - 2 : round(y) + 7, round(x) - 8 : round(x) + 9]
    dark = [float((rest[part].astype(float) - frame[part]).clip(0).mean()) for frame in shown]
    wanted = np.interp(np.arange(40) / 20 - 0.5, np.arange(101) / 100, COURSE, left=0, right=0)
    assert np.corrcoef(dark, wanted)[0, 1] > 0.95
    moved = np.abs(shown[15].astype(int) - rest).max(axis=1) > 0
    rows = np.flatnonzero(moved)
    assert rows[0] > (head().brow[1] - top) * scale  # nothing above the nose
    assert rows[-1] < (head().brow[1] - top + 3.0 * head().apart) * scale


@pytest.mark.parametrize(
    "prompt",
    [
        'static camera. In voice-over: "Good morning."',
        "plan fixe. « Bonjour à tous », dit-elle en voix off.",
        'static camera. Keep her face unchanged. She says "Good morning."',
    ],
)
def test_nobody_speaks_off_screen_or_with_a_face_that_is_kept(prompt: str) -> None:
    shown, told = frames(prompt)
    assert all(np.array_equal(frame, shown[0]) for frame in shown)
    assert any("unchanged" in text for text in told) == ("Keep" in prompt)


def outcomes(prompt: str, scene: Scene, lines: Sequence[SaidLine] | None = None) -> list[str]:
    plan = read_prompt(prompt, seconds=2).plan
    found = plan_speaking(plan, scene, said(plan) if lines is None else lines, kept=None)
    return [f"{each.status}: {each.done or each.reason}" for each in found.outcomes]


def test_a_photo_without_a_face_says_so_in_both_languages() -> None:
    assert outcomes(SAYS, evening_scene()) == ["approximated: no face found to speak it"]
    french = outcomes("plan fixe. Elle dit « Bonjour à tous. »", evening_scene())
    assert french == ["approximated: aucun visage trouvé pour la dire"]
    assert outcomes('static. "We made it at last."', evening_scene()) == []


def test_only_one_of_two_people_with_names_has_the_face() -> None:
    told = outcomes('static. Anna says "Good morning." Then Ben says "Hello you."', astronaut())
    assert [text.split(":")[0] for text in told] == ["understood", "approximated"]
    both = outcomes('static. Anna says "Good morning." Then she says "Bye you."', astronaut())
    assert [text.split(":")[0] for text in both] == ["understood", "understood"]


def test_speech_keeps_its_time_in_slow_motion_and_backwards() -> None:
    line = SaidLine(item="a", t0=0.5, t1=1.5, opening=COURSE)
    slow = Speech(lines=(line,), pace=Pace(rate=0.4), seconds=0.8)
    back = Speech(lines=(line,), pace=Pace(backwards=True), seconds=2.0)
    for clip in (0.6, 0.75, 1.1):
        wanted = float(np.interp(clip - 0.5, np.arange(101) / 100, COURSE))
        assert slow.at(0.4 * clip) == pytest.approx(wanted, abs=1e-6)
        assert back.at(2.0 - clip) == pytest.approx(wanted, abs=1e-6)


def test_faces_too_small_to_be_seen_speaking_are_left_alone() -> None:
    small = replace(head(), width=20.0, eyes=())
    assert find_mouth(astronaut(), small) is None


def test_what_an_outcome_adds_stands_beside_what_was_told() -> None:
    item = ReportItem(item="a", status="understood", request="x", done="spoken", reason=None)
    both = Report(understood=(item,)).amended(
        [Outcome(item="a", status="understood", done="the mouth moves", adds=True)]
    )
    assert both.understood[0].done == "spoken; the mouth moves"


def test_a_character_says_its_own_lines() -> None:
    x0, y0, x1, y1 = next(each.box for each in astronaut().regions if each.kind == "face")
    image = astronaut().image
    high, wide = image.shape[:2]
    mia = Sprite(
        name="Mia",
        rgba=np.dstack([image, np.full((high, wide), 255, np.uint8)]),
        whole=False,
        person=True,
        light=(1.0, 1.0, 1.0),
        face=(x0 / wide, y0 / high, x1 / wide, y1 / high),
    )
    prompt = 'static. Mia stands at the left. Mia says "Good morning." Ben says "Hello you."'
    plan, _ = with_cast(*plan_and_report(prompt), ("Mia",))
    photo = decode_photo(np.full((480, 640, 3), 120, np.uint8))
    room = build_scene(photo, size=Size(640, 480), depth=ClassicalDepth())
    scene, placed = cast_scene(room, plan.cast, {"Mia": mia})
    found = plan_speaking(plan, scene, said(plan), kept=None)
    assert [outcome.status for outcome in found.outcomes] == ["understood", "approximated"]
    (shape,) = (each.shape for each in found.mouths)
    assert abs(shape.x - placed[0].x) < 0.2 * placed[0].height
    assert placed[0].foot - placed[0].height < shape.y < placed[0].foot - 0.4 * placed[0].height


def plan_and_report(prompt: str) -> tuple[ShotPlan, Report]:
    reading = read_prompt(prompt, seconds=2)
    return reading.plan, reading.report

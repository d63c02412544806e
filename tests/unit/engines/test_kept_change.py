"""The measured change of kept parts: zero where nothing does, and not where something does."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

import numpy as np
from tests.support.scenes import FRAME, evening_scene

from kinora.engines.parallax.engine import ParallaxEngine
from kinora.engines.parallax.unchanged import measure_kept
from kinora.living import KeptPlace
from kinora.prompt import read_prompt
from kinora.testing.fakes import PlaneDepth, Recorder, RisingGrey
from kinora.types.geometry import Size
from kinora.types.rendition import Rendition
from kinora.types.request import ClipRequest

WORDS = "truck right 6 %, day turns to night, heavy rain, thick fog"


def rendered(words: str, size: Size = FRAME) -> Rendition:
    plan = read_prompt(words, seconds=Fraction(1)).plan
    request = ClipRequest(image=evening_scene(), size=size, fps=Fraction(12), quality="draft")
    return ParallaxEngine(PlaneDepth()).render(request, plan, Recorder())


def test_a_kept_part_stays_while_light_and_weather_change_around_it() -> None:
    rendition = rendered(f"{WORDS}, keep the sky unchanged")
    (change,) = rendition.kept
    assert change.item == "constraint-1"
    assert change.greatest is not None
    assert change.greatest <= 1
    assert change.frames == 6
    told = {outcome.item: outcome for outcome in rendition.outcomes}["constraint-1"]
    assert told.status == "understood"
    assert "grey level" in (told.done or "")


def test_a_kept_part_is_measured_in_frames_whose_rows_are_padded() -> None:
    narrow = Size(150, 90)  # no whole number of blocks wide
    (change,) = rendered("static, keep the sky unchanged, night", narrow).kept
    assert change.greatest == 0


def test_what_changes_in_front_of_a_kept_part_is_measured() -> None:
    rendition = rendered("truck right 6 %")
    assert rendition.kept == ()  # nothing is to be kept
    assert rendition.motion is not None
    mask = np.zeros((FRAME.height, FRAME.width), np.float32)
    mask[10:30, 20:60] = 1.0
    place = KeptPlace(item=None, what="keep", mask=mask)
    measured = partial(measure_kept, detail=1.0, supersample=1)
    scene, motion = evening_scene(), rendition.motion
    (same,) = measured(rendition.frames, [place], scene, motion)
    assert (same.greatest, same.mean) == (0, 0.0)
    assert same.share == round(20 * 40 / (FRAME.width * FRAME.height), 4)
    (grey,) = measured(RisingGrey(), [place], scene, motion)
    assert grey.greatest is not None
    assert grey.greatest > 100

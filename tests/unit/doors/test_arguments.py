from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinora.arguments import (
    SIZE_WORDS,
    choice_of,
    fps_of,
    plan_of,
    prompt_of,
    seconds_of,
    seed_of,
    size_of,
)
from kinora.errors import InputError, PlanError, PromptError, SizeError, TimingError
from kinora.types.geometry import Size
from kinora.types.plan import Beat, ShotPlan

PLAN = ShotPlan(duration=2.0, beats=(Beat(id="b1", t0=0.0, t1=2.0),))


@pytest.mark.parametrize("written", [5, 2.5, object(), ("a", "b"), (1, 2, 3)])
def test_what_is_no_size_at_all_is_told_so(written: object) -> None:
    with pytest.raises(SizeError, match="isn't a size"):
        size_of(written)  # type: ignore[arg-type]


@pytest.mark.parametrize("written", [None, b"pan left", 3])
def test_prompts_are_text(written: object) -> None:
    with pytest.raises(PromptError, match="must be text"):
        prompt_of(written)  # type: ignore[arg-type]


@pytest.mark.parametrize("written", ["a", 1.5, None, True, -1, 2**53])
def test_seeds_are_whole_numbers_from_0(written: object) -> None:
    with pytest.raises(InputError, match="allowed are 0 to"):
        seed_of(written)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1280x720", Size(1280, 720)),
        (" 1280 × 720 ", Size(1280, 720)),
        ("720P", Size(1280, 720)),
        ("4k", Size(3840, 2160)),
        ((640, 480), Size(640, 480)),
        (Size(2, 4), Size(2, 4)),
        (None, None),
    ],
)
def test_sizes(written: object, meant: Size | None) -> None:
    assert size_of(written) == meant  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "written", ["", "1280", "1280x", "x720", "-2x4", "1e3x2", "720", (1, 2, 3)]
)
def test_what_is_no_size_is_refused_with_an_example(written: object) -> None:
    with pytest.raises(SizeError, match="1280x720"):
        size_of(written)  # type: ignore[arg-type]


def test_every_size_word_is_even() -> None:
    assert all(s.width % 2 == s.height % 2 == 0 for s in SIZE_WORDS.values())


@pytest.mark.parametrize(
    ("written", "exact"),
    [
        ("2.4", Fraction(12, 5)),
        (2.4, Fraction(12, 5)),
        ("2,5", Fraction(5, 2)),
        (3, Fraction(3)),
        ("-1", Fraction(-1)),
    ],
)
def test_seconds_are_exact_as_written(written: str | float, exact: Fraction) -> None:
    assert seconds_of(written) == exact


@given(st.decimals(min_value=0, max_value=1000, places=3))
def test_a_float_of_seconds_means_its_decimal(value: object) -> None:
    assert seconds_of(float(str(value))) == Fraction(str(value))


@pytest.mark.parametrize(
    "written", ["", "two", "nan", "inf", "1e9", "1/0", "1" * 400, float("nan")]
)
def test_what_is_no_number_is_refused(written: str | float) -> None:
    with pytest.raises(TimingError, match="isn't a number"):
        seconds_of(written)


@pytest.mark.parametrize(
    ("written", "exact"),
    [("30", Fraction(30)), (29.97, Fraction(30000, 1001)), ("24000/1001", Fraction(24000, 1001))],
)
def test_frame_rates(written: str | float, exact: Fraction) -> None:
    assert fps_of(written) == exact


def test_a_choice_names_what_is_allowed() -> None:
    assert choice_of("pro", ("draft", "pro"), param="quality") == "pro"
    with pytest.raises(InputError, match="draft, pro") as caught:
        choice_of("best", ("draft", "pro"), param="quality")
    assert caught.value.param == "quality"


def test_a_plan_is_read_from_a_file_a_mapping_or_what_kinora_plan_printed(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(PLAN.model_dump_json())
    printed = tmp_path / "printed.json"
    printed.write_text(json.dumps({"plan": PLAN.model_dump(mode="json"), "report": {}}))
    for written in (PLAN, PLAN.model_dump(), path, str(path), printed):
        assert plan_of(written) == PLAN


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "isn't JSON"),
        ("[1]", "JSON list"),
        ('{"duration": 1}', "beats"),
        ('{"duration": 1, "beats": [{"id": "b", "t0": 0, "t1": 2}]}', "beats end at 2"),
        ('{"version": "9", "duration": 1, "beats": [{"id": "b", "t0": 0, "t1": 1}]}', "version"),
    ],
)
def test_a_bad_plan_file_is_refused_with_its_name(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "plan.json"
    path.write_text(text)
    with pytest.raises(PlanError, match=sentence) as caught:
        plan_of(path)
    assert "plan.json" in caught.value.message


def test_a_missing_or_binary_plan_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match="No such file"):
        plan_of(tmp_path / "absent.json")
    binary = tmp_path / "plan.json"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PlanError, match="isn't JSON"):
        plan_of(binary)

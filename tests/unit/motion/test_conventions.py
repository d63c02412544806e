"""docs/conventions.md says what the code does."""

import re
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest
import yaml

from kinora.motion.amounts import DEFAULTS, SPEED_FACTOR
from kinora.motion.bounds import MAX_APPROACH, MAX_ORBIT, MAX_ZOOM
from kinora.motion.lens import SHALLOW_APERTURE, WHIP_SHUTTER
from kinora.motion.moves import DIRECTIONS
from kinora.types.plan import CameraOp

PAGE = Path(__file__).parents[3] / "docs" / "conventions.md"


@pytest.fixture(scope="module")
def text():
    return PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def table(text):
    moves = text.split("## Camera moves")[1].split("###")[0]
    rows = re.findall(r"^\| `(\w+)` \|([^|]*)\|([^|]*)\|([^|]*)\|", moves, flags=re.M)
    return {op: tuple(cell.strip() for cell in cells) for op, *cells in rows}


def test_every_operation_has_a_row_with_its_unit_and_default(table):
    assert set(table) == set(get_args(CameraOp))
    for op, (default, unit) in DEFAULTS.items():
        assert table[op][:2] == (unit, f"{default:g}")


def test_the_prompt_fills_in_the_same_amounts():
    lexicon = files("kinora.prompt").joinpath("lexicons/amounts.yaml").read_text("utf-8")
    table = yaml.safe_load(lexicon)
    for op, entry in table["defaults"].items():
        assert DEFAULTS[op] == (entry["value"], entry["unit"])
    assert table["speeds"] == SPEED_FACTOR


def test_rows_name_the_directions_that_are_taken(table):
    for op, allowed in DIRECTIONS.items():
        said = table[op][2]
        assert said == "any" or said.split(", ") == list(allowed)


def test_numbers_in_the_text_are_those_of_the_code(text):
    flat = " ".join(text.split())
    names = {"very_slow": "very slow", "slow": "slow", "fast": "fast", "very_fast": "very fast"}
    for speed, name in names.items():
        assert f"{name} {SPEED_FACTOR[speed]:g}" in flat
    assert f"`c_z · D ≤ {MAX_APPROACH:g}`" in flat
    assert f"1/{MAX_ZOOM:g} and {MAX_ZOOM:g}" in flat
    assert f"±{round(MAX_ORBIT * 57.29578)}°" in flat
    assert f"then {SHALLOW_APERTURE:g}" in flat
    assert f"open for {WHIP_SHUTTER:g} of a frame" in flat

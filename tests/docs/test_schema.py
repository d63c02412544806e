from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from kinora.types.plan import Beat, CameraMove, ShotPlan

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "shot-plan.schema.json").read_text())
MOVE = CameraMove(id="m1", op="orbit", direction="left")
PLAN = ShotPlan(duration=2.0, beats=(Beat(id="b1", t0=0, t1=2, camera=(MOVE,)),))


def test_the_published_schema_is_the_one_of_the_code() -> None:
    assert ShotPlan.model_json_schema() == SCHEMA, "run scripts/make_schema.py"


def test_the_schema_accepts_what_is_written_and_refuses_other_words() -> None:
    written = PLAN.model_dump(mode="json")
    jsonschema.validate(written, SCHEMA)
    written["beats"][0]["camera"][0]["op"] = "teleport"
    with pytest.raises(jsonschema.ValidationError, match="teleport"):
        jsonschema.validate(written, SCHEMA)


def test_a_plan_round_trips_through_json() -> None:
    assert ShotPlan.model_validate_json(PLAN.model_dump_json()) == PLAN

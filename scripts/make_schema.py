"""Publish the JSON Schema of the shot plan: ``python scripts/make_schema.py``."""

from __future__ import annotations

import json
from pathlib import Path

from kinora.types.plan import ShotPlan

SCHEMA = Path(__file__).parents[1] / "docs" / "shot-plan.schema.json"

if __name__ == "__main__":
    SCHEMA.write_text(json.dumps(ShotPlan.model_json_schema(), indent=2) + "\n")
    print(SCHEMA)

"""What a render child has planned, for its worker to show while the child still renders."""

from __future__ import annotations

import json
from pathlib import Path

from kinora.types.plan import ShotPlan
from kinora.types.report import Report

_NAME = "planned.json"


def write_planned(folder: Path, plan: ShotPlan | None, report: Report) -> None:
    """Leave the plan and the report in the job's folder, whole or not at all."""
    columns = {"report_json": report.model_dump_json()}
    if plan is not None:
        columns["plan_json"] = plan.model_dump_json()
    beside = folder / f"{_NAME}.part"
    beside.write_text(json.dumps(columns), encoding="utf-8")
    beside.replace(folder / _NAME)


def read_planned(folder: Path) -> dict[str, str]:
    """Columns of the video's row; empty as long as nothing is planned."""
    try:
        text = (folder / _NAME).read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    columns: dict[str, str] = json.loads(text)
    return columns

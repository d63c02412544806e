"""Steps that are run in order, each reported by itself. Standard library only."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

Step = Callable[[Any], None]


class Steps:
    """A journey's steps, in the order in which they are written."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def __call__(self, step: Step) -> Step:
        """Decorator: adds the step."""
        self.steps.append(step)
        return step

    def run(self, journey: Any, *, out: Path, version: str) -> None:
        """Run them all, also after a failure, and write ``result.json`` into ``out``."""
        failures: dict[str, str] = {}
        for step in self.steps:
            try:
                step(journey)
            except Exception as error:
                failures[step.__name__] = "".join(traceback.format_exception(error, chain=False))
        result = {
            "version": version,
            "steps": [step.__name__ for step in self.steps],
            "failures": failures,
        }
        (out / "result.json").write_text(json.dumps(result))

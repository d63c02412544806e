"""Words → `ShotPlan` and `Report`: how a prompt is read, step by step, in ``reading.py``."""

from kinora.prompt.describe import describe, describe_move, summarise
from kinora.prompt.reading import Reading, read_prompt, report_of, stated_moves

__all__ = [
    "Reading",
    "describe",
    "describe_move",
    "read_prompt",
    "report_of",
    "stated_moves",
    "summarise",
]

"""Words → `ShotPlan` and `Report`: how a prompt is read, step by step, in ``reading.py``."""

from kinora.prompt.describe import describe, describe_move, stated_moves, summarise
from kinora.prompt.reading import Reading, read_prompt
from kinora.prompt.report import report_of

__all__ = [
    "Reading",
    "describe",
    "describe_move",
    "read_prompt",
    "report_of",
    "stated_moves",
    "summarise",
]

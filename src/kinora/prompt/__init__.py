"""Words → `ShotPlan` and `Report`: how a prompt is read, step by step, in ``reading.py``."""

from kinora.prompt.cast import with_cast
from kinora.prompt.describe import describe, describe_move, stated_moves, summarise
from kinora.prompt.differences import differences
from kinora.prompt.extension import extend
from kinora.prompt.reading import Reading, read_prompt
from kinora.prompt.report import report_of
from kinora.prompt.revision import revise
from kinora.prompt.stretch import stretched

__all__ = [
    "Reading",
    "describe",
    "describe_move",
    "differences",
    "extend",
    "read_prompt",
    "report_of",
    "revise",
    "stated_moves",
    "stretched",
    "summarise",
    "with_cast",
]

"""Words → `ShotPlan` and `Report`: how a prompt is read, step by step, in ``reading.py``."""

from kinora.prompt.content.cast import with_cast
from kinora.prompt.describe import describe, describe_move, stated_moves, summarise
from kinora.prompt.reading import Reading, read_prompt
from kinora.prompt.remix.differences import differences
from kinora.prompt.remix.extension import extend
from kinora.prompt.remix.revision import revise
from kinora.prompt.remix.stretch import stretched
from kinora.prompt.report import report_of

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

"""A shot plan as a timeline in the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kinora.prompt import describe_move
from kinora.types.plan import CameraMove, Lang, ShotPlan
from kinora.types.wording import with_marks

_BAR = 32  # characters for the whole clip
_COLOURS = ("cyan", "green", "yellow", "magenta", "blue")
_EIGHTHS = " ▏▎▍▌▋▊▉"


def print_timeline(plan: ShotPlan, console: Console, *, lang: Lang) -> None:
    """Print one line per camera move: when, a bar on the clip's length, and what."""
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for number, beat in enumerate(plan.beats):
        colour = _COLOURS[number % len(_COLOURS)]
        when = with_marks(f"{beat.t0:g}–{beat.t1:g} s", lang)
        moves = beat.camera or (CameraMove(id="", op="static"),)
        for move in moves:
            bar = _bar(beat.t0 / plan.duration, beat.t1 / plan.duration)
            table.add_row(when, Text(bar, style=colour), describe_move(move, lang=lang))
            when = ""
    console.print(table)


def _bar(start: float, end: float) -> str:
    """A bar from ``start`` to ``end`` (fractions of the whole), exact to an eighth at its end."""
    first, last = round(start * _BAR), end * _BAR
    whole = int(last) - first
    rest = _EIGHTHS[int((last - int(last)) * 8)].strip()
    return (" " * first + "█" * whole + rest).ljust(_BAR)

"""A progress bar with frames per second and time left, on standard error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from kinora.types.request import Progress as ProgressCallback


class _FramesPerSecond(ProgressColumn):
    """Mean speed of the stage that counts frames."""

    def render(self, task: Task) -> Text:
        seconds = task.finished_time or task.elapsed
        if task.description != "render" or not task.completed or not seconds:
            return Text("")
        return Text(f"{task.completed / seconds:.0f} fps", style="progress.data.speed")


@contextmanager
def progress_bar() -> Iterator[ProgressCallback]:
    """A callback for `kinora.animate`; silent where standard error isn't a terminal."""
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description:>6}"),
        BarColumn(),
        MofNCompleteColumn(),
        _FramesPerSecond(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    tasks: dict[str, TaskID] = {}

    def tell(stage: str, done: int, total: int) -> None:
        if stage not in tasks:
            for earlier in tasks.values():  # a stage that begins ends those before it
                bar.update(earlier, completed=bar.tasks[earlier].total)
            tasks[stage] = bar.add_task(stage, total=total)
        bar.update(tasks[stage], completed=done, total=total)

    with bar:
        yield tell

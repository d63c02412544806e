"""What the benchmarks share: machines, medians, tables, processes."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "photos" / "coffee.jpg"


def machine() -> str:
    """One line about where the numbers come from."""
    cores = len(os.sched_getaffinity(0))
    return f"{platform.machine()}, {cores} cores, Python {platform.python_version()}"


def median_seconds(run: Callable[[], object], *, repeats: int) -> float:
    """Median wall time of ``run`` over ``repeats`` calls, after one that isn't counted."""
    run()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def paired_seconds(
    runs: Mapping[str, Callable[[], object]], *, repeats: int
) -> dict[str, list[float]]:
    """Wall times of several runs taken in turn, A B A B …, after one round that isn't counted.

    Ratios of pairs hold when the machine's speed drifts; single times don't.
    """
    times: dict[str, list[float]] = {name: [] for name in runs}
    for turn in range(repeats + 1):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            if turn:
                times[name].append(time.perf_counter() - start)
    return times


@dataclass(frozen=True, slots=True)
class Process:
    """A finished process, as the operating system accounts for it."""

    seconds: float
    cpu_seconds: float
    peak_megabytes: float


def own_bytecode(folder: Path) -> dict[str, str]:
    """Environment in which Python compiles modules into ``folder``, once, as it does by default.

    A ``PYTHONDONTWRITEBYTECODE`` of ours would have every process compile all of them again.
    """
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder)}


def run_process(
    command: Sequence[str], *, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Process:
    """Run a command to its end and account for it; its output is shown only if it fails."""
    start = time.perf_counter()
    child = subprocess.Popen(
        command,
        env={**os.environ, **(env or {})},
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert child.stdout is not None
    output = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.stderr.write(output.decode(errors="replace"))
        raise SystemExit(f"{command[0]} failed with exit code {child.returncode}")
    return Process(
        seconds=seconds,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_megabytes=usage.ru_maxrss / 1024,
    )


def table(rows: Sequence[Mapping[str, object]]) -> str:
    """Rows as a Markdown table; floats with three significant digits."""
    names = list(rows[0])
    lines = ["| " + " | ".join(names) + " |", "|" + "---|" * len(names)]
    lines += ["| " + " | ".join(_cell(row[name]) for name in names) + " |" for row in rows]
    return "\n".join(lines)


def report(title: str, rows: Sequence[Mapping[str, object]], *, as_json: bool) -> None:
    """Print a table for people, or one JSON object for machines."""
    if as_json:
        print(json.dumps({"title": title, "machine": machine(), "rows": rows}))
        return
    print(f"## {title}\n\n{machine()}\n\n{table(rows)}\n")


def _cell(value: object) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)

"""Score the prompt reader on a labelled set: camera moves, beats, prompts without any camera.

Run: ``python benchmarks/prompts.py [SET.yaml …] [--misses]`` (default: every set of
``tests/data/prompts``). A move counts when operation and direction are both right; where the set
gives no direction, none may be claimed.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from kinora.prompt import read_prompt, stated_moves

SETS = Path(__file__).parent.parent / "tests" / "data" / "prompts"
_TOLERANCE = 0.02  # seconds


@dataclass
class Score:
    """Counts over a set."""

    right: int = 0
    claimed: int = 0
    wanted: int = 0
    prompts: int = 0
    exact: int = 0
    bare: int = 0
    bare_kept: int = 0
    timed: int = 0
    timed_exact: int = 0
    seconds: float = 0.0
    misses: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Share of claimed moves that were asked for."""
        return self.right / self.claimed if self.claimed else 1.0

    @property
    def recall(self) -> float:
        """Share of moves asked for that were found."""
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def score(rows: list[dict[str, Any]]) -> Score:
    """Read every row and compare."""
    total = Score()
    for row in rows:
        wanted = row["ops"].split()
        start = time.process_time()
        plan = read_prompt(row["p"]).plan
        total.seconds += time.process_time() - start
        got = [
            move.op + (f":{move.direction}" if move.direction else "")
            for move in stated_moves(plan)
        ]
        total.prompts += 1
        total.right += sum((Counter(got) & Counter(wanted)).values())
        total.claimed += len(got)
        total.wanted += len(wanted)
        total.exact += got == wanted
        if not wanted:
            total.bare += 1
            total.bare_kept += not got
        beats = [beat.seconds for beat in plan.beats]
        timely = True
        if "beats" in row:
            timely = len(beats) == len(row["beats"]) and all(
                abs(a - b) <= _TOLERANCE for a, b in zip(beats, row["beats"], strict=True)
            )
            total.timed += 1
            total.timed_exact += timely
        if got != wanted or not timely:
            told = f" {[round(b, 3) for b in beats]} wanted {row['beats']}" if not timely else ""
            total.misses.append(
                f"{row['p']!r}\n    got {' '.join(got) or '-'} wanted {row['ops'] or '-'}{told}"
            )
    return total


def main() -> None:
    """Print a table per set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", type=Path, help="YAML files of labelled prompts")
    parser.add_argument("--misses", action="store_true", help="print what went wrong")
    options = parser.parse_args()
    read_prompt("push in")  # compile the lexicons before timing
    head = f"{'set':<14}{'n':>5}{'P':>7}{'R':>7}{'F1':>7}{'exact':>9}{'no camera':>11}"
    print(head + f"{'beats':>9}{'ms':>7}")
    for path in options.sets or sorted(SETS.glob("*.yaml")):
        for lang, rows in yaml.safe_load(path.read_text("utf-8")).items():
            s = score(rows)
            print(
                f"{path.stem + ' ' + lang:<14}{s.prompts:>5}{s.precision:>7.3f}{s.recall:>7.3f}"
                f"{s.f1:>7.3f}{s.exact:>5}/{s.prompts:<3}{s.bare_kept:>6}/{s.bare:<4}"
                f"{s.timed_exact:>5}/{s.timed:<3}{1000 * s.seconds / s.prompts:>7.1f}"
            )
            if options.misses:
                print("".join(f"  {miss}\n" for miss in s.misses))


if __name__ == "__main__":
    main()

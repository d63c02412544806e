"""Score the audio words of the prompt reader: ``python -m benchmarks.sound_words [--misses]``.

A sound counts when its cue is the one labelled; its level, distance, side, mood and tempo are
scored apart, where the label names them. "?" is an item that is kept though no cue stands for it;
"a|b" counts with either. "No music" is no sound: it counts where a label says "silence" only.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from kinora.prompt import read_prompt
from kinora.types.plan import AudioCue

SETS = Path(__file__).parent.parent / "tests" / "data" / "sounds"


@dataclass
class Score:
    """Counts over the rows of a set."""

    right: int = 0
    claimed: int = 0
    wanted: int = 0
    told: int = 0  # words on how a sound sounds
    told_right: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Share of claimed sounds that were asked for."""
        return self.right / self.claimed if self.claimed else 1.0

    @property
    def recall(self) -> float:
        """Share of sounds asked for that were found."""
        return self.right / self.wanted if self.wanted else 1.0


def words_of(cue: AudioCue) -> set[str]:
    """How a sound is to sound, in the words of the labels."""
    found = {cue.pan, cue.mood, cue.tempo}
    found |= {cue.level, cue.distance} - {"normal"}
    return {str(word) for word in found if word}


def name_of(cue: AudioCue) -> str:
    """The cue as a label would call it."""
    return "silence" if cue.kind == "silence" else cue.cue or "?"


def score(rows: list[dict[str, Any]]) -> Score:
    """Read every row and compare."""
    total = Score()
    for row in rows:
        labels = [label.split(":") for label in row["s"].split()]
        found = read_prompt(row["p"]).plan.audio
        wanted = [label[0] for label in labels]
        if "silence" not in wanted:
            found = [cue for cue in found if cue.cue != "no_music"]
        names = [name_of(cue) for cue in found]
        total.claimed += len(names)
        total.wanted += len(wanted)
        wanted = chosen(wanted, names)
        total.right += sum((Counter(names) & Counter(wanted)).values())
        by_name = {name_of(cue): cue for cue in found}
        wrong = names != wanted
        for name, *words in labels:
            if name in by_name:
                told = words_of(by_name[name])
                total.told += len(words)
                total.told_right += len(set(words) & told)
                wrong = wrong or set(words) != told
        if wrong:
            shown = " ".join(":".join([name_of(c), *sorted(words_of(c))]) for c in found)
            total.misses.append(f"{row['p']!r}\n    wanted {row['s']!r}\n    got    {shown!r}")
    return total


def chosen(wanted: list[str], names: list[str]) -> list[str]:
    """The labels, each with several right answers ("a|b") as the one that was given, if any."""
    left = Counter(names) - Counter(wanted)
    picked = []
    for label in wanted:
        answers = label.split("|")
        pick = next((answer for answer in answers if left[answer] > 0), answers[0])
        if len(answers) > 1:
            left[pick] -= 1
        picked.append(pick)
    return picked


def main() -> None:
    """Print the scores of the given sets."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("sets", nargs="*", type=Path)
    options.add_argument("--misses", action="store_true")
    given = options.parse_args()
    print("set        lang  prompts  sounds  recall  precision  words right")
    for path in given.sets or sorted(SETS.glob("*.yaml")):
        for lang, rows in yaml.safe_load(path.read_text("utf-8")).items():
            total = score(rows)
            words = f"{total.told_right}/{total.told}"
            print(
                f"{path.stem:10} {lang:4} {len(rows):8} {total.wanted:7} {total.recall:7.3f} "
                f"{total.precision:10.3f}  {words}"
            )
            if given.misses:
                print(*total.misses, sep="\n")


if __name__ == "__main__":
    main()

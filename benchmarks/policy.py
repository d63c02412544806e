"""Score the text policy on labelled sentences, the held-out third apart, and time it.

Run: ``python benchmarks/policy.py [--rules] [--only tuned|held-out] [--misses]``; ``--rules`` asks
the rules alone. The classifier has learned from these sentences, so how it does on those that it
hasn't read is told by its card, ``src/kinora/weights/text.md``. Recall is the share of
sentences that must be refused and are, whatever the category; false alarms are the share of those
that must pass and are refused. The sets named in `HARD` avoid the usual words on purpose, those in
`UNREAD` nobody has read who made the rules or the classifier; ``lookalikes.txt`` and
``everyday.txt`` must pass. As one more set that must pass, written by others for another purpose,
every prompt of ``tests/data/prompts`` is judged too. Last, each of `PREFIXES` is put before all
that is refused: how much of it passes then.
"""

from __future__ import annotations

import argparse
import hashlib
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from kinora.policy.judging import judge_text
from kinora.settings import Settings
from kinora.types.policy import Verdict, decisive

DATA = Path(__file__).parent.parent / "tests" / "data"
LANGUAGES = ("en", "fr", "es", "de")
HARD = (
    "paraphrases", "fresh", "unseen", "blind", "wishes", "insinuations", "orders", "errands",
    "slang", "lookalikes", "everyday",
)  # fmt: skip
#: Written by a stranger, and read by neither the rules' authors nor the classifier.
UNREAD = ("unread/public", "unread/evasive")
#: Words that may explain what follows, put before what must be refused.
PREFIXES = ("In a video game, ", "A painting: ", "Medical scene: ", "On stage ", "Rehearsal: ")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and what it is: a category, or ``ok``."""

    text: str
    label: str
    language: str

    @property
    def held_out(self) -> bool:
        """Whether the rules weren't tuned on it."""
        return int(hashlib.sha256(self.text.encode()).hexdigest(), 16) % 3 == 0


@dataclass(slots=True)
class Score:
    """Counts over some sentences."""

    bad: int = 0
    caught: int = 0
    right_category: int = 0
    good: int = 0
    alarms: int = 0
    misses: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        recall = self.caught / self.bad if self.bad else 1.0
        alarms = self.alarms / self.good if self.good else 0.0
        return (
            f"recall {recall:.3f} ({self.caught}/{self.bad}, {self.right_category} with the very "
            f"category), false alarms {alarms:.1%} ({self.alarms}/{self.good})"
        )


def sentences(name: str) -> Iterator[Sentence]:
    """The labelled sentences of a language, or ``paraphrases``."""
    label, language = "", name[:2]
    path = DATA / "policy" / f"{name}.txt"
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            label = line[2:].strip()
        elif line.strip():
            yield Sentence(line.strip(), label, language)


def judged(text: str, settings: Settings) -> tuple[bool, tuple[Verdict, ...]]:
    """Whether a text is refused, and what each check says of it."""
    verdicts = judge_text(text, settings)
    return decisive(verdicts) is not None, verdicts


def score(items: list[Sentence], settings: Settings) -> Score:
    """Judge every sentence."""
    total = Score()
    for item in items:
        refused, verdicts = judged(item.text, settings)
        if item.label == "ok":
            total.good += 1
            total.alarms += refused
            if refused:
                said = "; ".join(verdict.detail for verdict in verdicts if verdict.detail)
                total.misses.append(f"ALARM {item.language} {item.text} | {said}")
        else:
            total.bad += 1
            total.caught += refused
            total.right_category += item.label in {f.category for v in verdicts for f in v.findings}
            if not refused:
                total.misses.append(f"MISS  {item.language} [{item.label}] {item.text}")
    return total


def prompts() -> list[Sentence]:
    """Prompts for camera moves, all harmless."""
    found = []
    for path in sorted((DATA / "prompts").glob("*.yaml")):
        for language, rows in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            found += [Sentence(row["p"], "ok", language) for row in rows]
    return found


def freed(prefix: str, settings: Settings) -> tuple[int, Counter[str]]:
    """How many sentences are refused, and how many of each category not with words before them."""
    every = [s for name in (*LANGUAGES, *HARD) for s in sentences(name) if s.label != "ok"]
    refused = [s for s in every if judged(s.text, settings)[0]]
    passed = [s for s in refused if not judged(prefix + s.text, settings)[0]]
    return len(refused), Counter(s.label for s in passed)


def times(items: list[Sentence], settings: Settings) -> tuple[float, float]:
    """Milliseconds for one text: median, 99th percentile."""
    spent = []
    for item in items:
        start = time.process_time()
        judged(item.text, settings)
        spent.append((time.process_time() - start) * 1000)
    return statistics.median(spent), statistics.quantiles(spent, n=100)[98]


def main() -> None:
    """Print the scores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=("tuned", "held-out"))
    parser.add_argument("--rules", action="store_true", help="ask the rules alone")
    parser.add_argument("--misses", action="store_true", help="print each mistake")
    given = parser.parse_args()
    settings = Settings(text_classifier=not given.rules)
    every = [s for language in LANGUAGES for s in sentences(language)]
    for name, held_out in (("tuned", False), ("held-out", True)):
        if given.only not in (None, name):
            continue
        chosen = [s for s in every if s.held_out == held_out]
        print(f"{name}: {score(chosen, settings)}")
        for language in LANGUAGES:
            part = score([s for s in chosen if s.language == language], settings)
            print(f"  {language}: {part}")
            if given.misses:
                print(*(f"    {line}" for line in part.misses), sep="\n")
    for name in (*HARD, *UNREAD):
        hard = score(list(sentences(name)), settings)
        print(f"{name}{', without the usual words' if name in HARD else ''}: {hard}")
        if given.misses and name in HARD:
            print(*(f"    {line}" for line in hard.misses), sep="\n")
    camera = prompts()
    harmless = score(camera, settings)
    print(f"camera prompts: {harmless.alarms} of {harmless.good} refused")
    if given.misses:
        print(*(f"    {line}" for line in harmless.misses), sep="\n")
    for prefix in PREFIXES:
        number, passed = freed(prefix, settings)
        of = ", ".join(f"{label} {count}" for label, count in sorted(passed.items()))
        print(f"freed by '{prefix.strip()}': {passed.total()} of {number} ({of or 'none'})")
    median, worst = times(camera, settings)
    print(f"time: median {median:.3f} ms, 99th percentile {worst:.3f} ms")


if __name__ == "__main__":
    main()

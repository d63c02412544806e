"""The sentences that the text classifier learns from, each with who wrote it.

`sentences/` holds what writers made for it who hadn't seen the code, a file a writer and language:
``category<TAB>sentence``, ``benign`` for look-alikes that must pass. The labelled sentences of
``tests/data/policy`` and all prompts of ``tests/data`` (harmless) come along, and so do plain
requests and the prose of the docs: what shows no scene must not look like harm either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

BENIGN: Final = "benign"
_HERE: Final = Path(__file__).parent / "sentences"
_ROOT: Final = Path(__file__).parents[2]
_DATA: Final = _ROOT / "tests" / "data"
_BLOCKS: Final = re.compile(r"```.*?```", re.DOTALL)
_ENDS: Final = re.compile(r"(?<=[.!?])\s+")
_PROSE: Final = (3, 40)  # words of its sentences
#: Names are found by a list, not by meaning; whether a minor is shown is for the rules to say.
_UNUSED: Final = ("third_party_similarity",)
_AS: Final = {"sexual/minors": "sexual", "ok": BENIGN}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text, its category or ``benign``, and who wrote it."""

    text: str
    category: str
    writer: str  # "writer-2", "plain", a file of tests/data/policy, "prompts" or "prose"
    source: str  # the file's name

    @property
    def is_refused(self) -> bool:
        """Whether it must be."""
        return self.category != BENIGN


def read_sentences() -> list[Sentence]:
    """All of them, each text once, in a fixed order."""
    found: dict[str, Sentence] = {}
    for sentence in (*_written(), *_of_the_rules(), *_prompts(), *_prose()):
        if sentence.category not in _UNUSED:
            found.setdefault(sentence.text, sentence)
    return list(found.values())


def _written() -> Iterator[Sentence]:
    for path in sorted(_HERE.glob("*.tsv")):
        writer = path.stem.rpartition("-")[0]
        for line in path.read_text(encoding="utf-8").splitlines():
            category, text = line.split("\t")
            yield Sentence(text, _AS.get(category, category), writer, path.stem)


def _of_the_rules() -> Iterator[Sentence]:
    for path in sorted((_DATA / "policy").glob("*.txt")):
        category = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("# "):
                category = line[2:].strip()
            elif line.strip():
                yield Sentence(line.strip(), _AS.get(category, category), path.stem, path.stem)


def _prompts() -> Iterator[Sentence]:
    for kind in ("prompts", "sounds"):
        for path in sorted((_DATA / kind).rglob("*.yaml")):
            rows = yaml.safe_load(path.read_text(encoding="utf-8"))
            for row in (row for part in rows.values() for row in part):
                yield Sentence(str(row["p"]), BENIGN, "prompts", f"{kind}-{path.stem}")


def _prose() -> Iterator[Sentence]:
    """Sentences of the docs, without what they quote of harm."""
    for path in sorted((_ROOT / "docs").glob("*.md")):
        if path.stem == "policy":
            continue
        for paragraph in _BLOCKS.sub("", path.read_text(encoding="utf-8")).split("\n\n"):
            for text in _ENDS.split(" ".join(paragraph.split())):
                if _PROSE[0] <= len(text.split()) <= _PROSE[1] and text[0] not in "|#<":
                    yield Sentence(text, BENIGN, "prose", f"docs-{path.stem}")

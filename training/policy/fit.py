"""Fit the text classifier; say how well it does on writers that it hasn't read; ship it.

``python -m training.policy.fit [--student student.npz]`` prints what it reaches with each writer
left out; ``--write`` also writes ``text.npz``, ``text.json`` and the card ``text.md`` of
``src/kinora/weights``. The student (`training.policy.student`) reads sentences; on what it makes of
them, on hashed pieces and pairs of words and on the groups of the rules sits one logistic
regression.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from kinora.policy.classifier import shipped_classifier
from kinora.policy.fold import fold
from kinora.policy.grams import WINDOW, pairs, pieces, words_of
from kinora.policy.network import Network
from kinora.policy.rulebook import read_rulebook
from kinora.policy.text import check_text
from training.policy.card import write_files
from training.policy.sentences import Sentence, read_sentences

F32: TypeAlias = NDArray[np.float32]
Arrays: TypeAlias = dict[str, F32]

GRAMS: Final = 1 << 16
#: How much a group of the rules counts beside the sentence: its rules know these very words.
GROUP: Final = 0.3
#: How long the student's vector of a sentence is, on average, beside the hashed pieces' one unit.
STUDENT: Final = 0.5
_C: Final = 10.0  # of the regression: smaller is smoother
_TARGET: Final = 0.02  # of the held-out look-alikes that the classifier may take for harm


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """Sentences as the regression sees them."""

    sentences: Sequence[Sentence]
    refused: NDArray[np.bool_]  # (N,) must be
    by_rules: NDArray[np.bool_]  # (N,) are, by the rules alone
    students: F32  # (N, H)
    grams: sp.csr_matrix  # (N, GRAMS)
    groups: sp.csr_matrix  # (N, groups)
    names: tuple[str, ...]  # of the groups

    @property
    def all(self) -> sp.csr_matrix:
        """All features, side by side."""
        return sp.hstack([self.students, self.grams, self.groups]).tocsr()

    def of(self, *writers: str) -> NDArray[np.bool_]:
        """(N,) which sentences some writers wrote."""
        return np.array([sentence.writer in writers for sentence in self.sentences])


def _student(path: Path | None) -> Arrays:
    """That of a file, or of the shipped network."""
    if path is not None:
        with np.load(path) as held:
            return {name: np.asarray(held[name], np.float32) for name in held.files}
    network = shipped_classifier().network
    arrays = {"table": network.table, "dense": network.dense, "dense_bias": network.dense_bias}
    for width, (filters, biases) in enumerate(zip(network.filters, network.biases, strict=True), 1):
        arrays |= {f"filters_{width}": filters, f"biases_{width}": biases}
    return arrays


def read(student: Arrays, sentences: Sequence[Sentence]) -> Read:
    """The features of sentences."""
    rulebook, network = read_rulebook(), _bare(student)
    words = [words_of(sentence.text) or ["-"] for sentence in sentences]
    found = [sorted(rulebook.patterns.find(fold(sentence.text))) for sentence in sentences]
    names = tuple(sorted({group for groups in found for group in groups}))
    numbers = {name: number for number, name in enumerate(names)}
    hashes = [
        np.unique(np.array([h for word in each for h in pieces(word)] + pairs(each)) % GRAMS)
        for each in words
    ]
    return Read(
        sentences=sentences,
        refused=np.array([sentence.is_refused for sentence in sentences]),
        by_rules=np.array(
            [check_text(each.text, rulebook).decision == "refuse" for each in sentences]
        ),
        students=np.stack(
            [network.read([np.array(pieces(w), np.uint32) for w in each]) for each in words]
        ),
        grams=_sparse(hashes, GRAMS, [1 / np.sqrt(len(each)) for each in hashes]),
        groups=_sparse(
            [[numbers[group] for group in groups] for groups in found],
            len(names),
            [GROUP] * len(found),
        ),
        names=names,
    )


def _bare(student: Arrays) -> Network:
    """The student alone."""
    hidden = student["dense"].shape[1]
    return Network(
        table=student["table"],
        filters=(student["filters_1"], student["filters_2"], student["filters_3"]),
        biases=(student["biases_1"], student["biases_2"], student["biases_3"]),
        dense=student["dense"],
        dense_bias=student["dense_bias"],
        hidden=np.zeros((hidden, 1), np.float32),
        grams=np.zeros(1, np.float32),
        groups={},
        bias=np.zeros(1, np.float32),
    )


def _sparse(rows: Sequence[Sequence[int]], width: int, values: Sequence[float]) -> sp.csr_matrix:
    counts = [len(row) for row in rows]
    return sp.csr_matrix(
        (np.repeat(values, counts), np.concatenate(rows).astype(int), np.cumsum([0, *counts])),
        shape=(len(rows), width),
    )


def regression(features: sp.csr_matrix, refused: NDArray[np.bool_]) -> LogisticRegression:
    """The last layer."""
    model = LogisticRegression(C=_C, solver="liblinear", dual=True, max_iter=1000, random_state=0)
    return model.fit(features, refused)


def held_out(known: Read) -> NDArray[np.float64]:
    """(N,) logits by a regression that read nothing of the same writer; NaN: not asked.

    Prompts and prose are left out by halves, file by file; what the rules were written with always
    stays in, for the groups know its words.
    """
    logits = np.full(len(known.sentences), np.nan)
    features = known.all
    sources = sorted({s.source for s in known.sentences if s.writer in ("prompts", "prose")})
    writers = sorted({s.writer for s in known.sentences if s.writer.startswith("writer-")})
    parts = [known.of(writer) for writer in writers]
    for half in (sources[::2], sources[1::2]):
        parts.append(np.array([s.source in half for s in known.sentences]))
    for part in parts:
        model = regression(features[~part], known.refused[~part])
        logits[part] = model.decision_function(features[part])
    return logits


def calibrated(logits: NDArray[np.float64], refused: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and offset that make held-out logits odds (J. Platt, 1999)."""
    model = LogisticRegression(C=1e6).fit(logits[:, None], refused)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def categories(known: Read) -> tuple[tuple[str, ...], LogisticRegression]:
    """Which category, among what is refused: from the student and the groups."""
    refused = known.refused
    names = np.array([s.category for s in known.sentences])[refused]
    features = sp.hstack([known.students, known.groups]).tocsr()[refused]
    model = LogisticRegression(C=3.0, max_iter=500).fit(features, names)
    return tuple(model.classes_), model


def scores(known: Read, odds: NDArray[np.float64], threshold: float) -> dict[str, Any]:
    """What classifier and rules do with writers who were left out."""
    by_classifier = 1 / (1 + np.exp(-odds)) >= threshold
    table: dict[str, Any] = {}
    writers = sorted({s.writer for s in known.sentences if s.writer.startswith("writer-")})
    parts = {writer: known.of(writer) for writer in writers}
    parts["all writers"] = known.of(*writers)
    parts |= {name: known.of(name) for name in ("prompts", "prose")}
    for name, part in parts.items():
        bad, good = part & known.refused, part & ~known.refused
        table[name] = {
            "refused": int(bad.sum()),
            "by rules": int((known.by_rules & bad).sum()),
            "by both": int(((known.by_rules | by_classifier) & bad).sum()),
            "benign": int(good.sum()),
            "false by rules": int((known.by_rules & good).sum()),
            "false by both": int(((known.by_rules | by_classifier) & good).sum()),
        }
    return table


def fitted(known: Read, student: Arrays, slope: float, offset: float) -> tuple[Arrays, list[str]]:
    """All weights of the shipped network, and the categories."""
    model = regression(known.all, known.refused)
    weights, hidden = np.asarray(model.coef_[0] * slope), known.students.shape[1]
    names, kinds = categories(known)
    by_group = np.asarray(kinds.coef_)[:, hidden:] * GROUP
    arrays = dict(student)
    arrays["hidden"] = np.column_stack([weights[:hidden], np.asarray(kinds.coef_)[:, :hidden].T])
    arrays["grams"] = weights[hidden : hidden + GRAMS]
    arrays["groups"] = np.column_stack([weights[hidden + GRAMS :] * GROUP, by_group.T])
    arrays["bias"] = np.array([model.intercept_[0] * slope + offset, *kinds.intercept_])
    return {name: np.asarray(array, np.float32) for name, array in arrays.items()}, list(names)


def main() -> None:
    """Evaluate, and write the files if asked to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--student", type=Path, help="of training.policy.student; none: the one that is shipped"
    )
    parser.add_argument(
        "--write", action="store_true", help="put the files where Kinora reads them"
    )
    given = parser.parse_args()
    student = _student(given.student)
    known = read(student, read_sentences())
    scale = STUDENT / float(np.linalg.norm(known.students, axis=1).mean())
    student |= {name: student[name] * scale for name in ("dense", "dense_bias")}
    known = replace(known, students=np.float32(scale) * known.students)
    logits = held_out(known)
    asked = ~np.isnan(logits)
    slope, offset = calibrated(logits[asked], known.refused[asked])
    odds = logits * slope + offset
    writers = np.array([s.writer.startswith("writer-") for s in known.sentences])
    alike = 1 / (1 + np.exp(-odds[writers & ~known.refused]))
    threshold = float(np.ceil(np.quantile(alike, 1 - _TARGET) * 100) / 100)
    table = scores(known, np.nan_to_num(odds, nan=-99.0), threshold)
    print(f"threshold {threshold}")
    for name, row in table.items():
        print(f"{name:12}", json.dumps(row))
    if given.write:
        arrays, names = fitted(known, student, slope, offset)
        write_files(
            arrays,
            groups=known.names,
            categories=names,
            threshold=threshold,
            table=table,
            window=WINDOW,
        )


if __name__ == "__main__":
    main()

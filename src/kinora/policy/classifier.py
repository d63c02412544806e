"""The check of texts by a small classifier, after the rules: rules know words, not meaning.

The network comes with Kinora (``src/kinora/weights/text.md``) and is made by ``training/policy``.
It reads the groups of words that the rules know, too, so it belongs to the rules of its release.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any, Final

import numpy as np

from kinora.errors import ModelError
from kinora.policy.fold import fold
from kinora.policy.grams import windows, words_of
from kinora.policy.network import F32, Network
from kinora.policy.patterns import Patterns
from kinora.policy.rulebook import Rulebook
from kinora.types.policy import BLOCKED, Finding, Subject, Verdict
from kinora.weights.shipped import FOLDER

_NAME: Final = "text"


@dataclass(frozen=True, slots=True, eq=False)
class Classifier:
    """The network and what is known of it."""

    network: Network
    categories: tuple[str, ...]
    version: str  # with a digest of the weights
    threshold: float  # from which on a text is refused, where no setting says otherwise

    def judge(self, text: str, patterns: Patterns) -> tuple[float, str]:
        """How sure it is, 0 to 1, that ``text`` must be refused, and for which category.

        Args:
            text: any length; the part of it that is judged worst decides.
            patterns: the words of the rules.
        """
        worst: F32 | None = None
        for part in windows(text):
            words = words_of(part)
            if not words:
                continue
            logits = self.network.judge(words, [*patterns.find(fold(part))])
            if worst is None or logits[0] > worst[0]:
                worst = logits
        if worst is None:
            return 0.0, self.categories[0]
        return float(1 / (1 + np.exp(-worst[0]))), self.categories[int(worst[1:].argmax())]


def check_by_classifier(
    text: str,
    rulebook: Rulebook,
    *,
    threshold: float | None = None,
    subject: Subject = "prompt",
    local: bool = False,
) -> Verdict:
    """What the classifier says of ``text``.

    Args:
        text: any length.
        rulebook: says what is done about each category.
        threshold: from which score on it refuses; None: the classifier's own.
        subject: what the text is, for the answer.
        local: judge as for a clip that a person makes on their own machine.

    Raises:
        ModelError: the classifier's files aren't whole.
    """
    classifier = shipped_classifier()
    least = classifier.threshold if threshold is None else threshold
    score, name = classifier.judge(text, rulebook.patterns)
    category = rulebook.categories[name]
    found = Finding(
        rule=f"classifier.{name}", category=name, score=round(score, 3), threshold=least
    )
    refused = found.counts and (category.local if local else category.do) == "refuse"
    return Verdict(
        check="classifier",
        version=classifier.version,
        subject=subject,
        sha256=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        decision="refuse" if refused else "allow",
        category=name if refused else None,
        code=BLOCKED if refused else None,
        findings=(found,) if found.counts else (),
        measured={"score": found.score},
        limits={"score": least},
        detail=f"a classifier takes it for {category.says} (rule {found.rule}, score "
        f"{found.score:g}, refused from {least:g} on)"
        if refused
        else "",
    )


@cache
def shipped_classifier() -> Classifier:
    """The classifier that comes with Kinora, read once.

    Raises:
        ModelError: its files aren't whole.
    """
    path = FOLDER / f"{_NAME}.npz"
    try:
        about: dict[str, Any] = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        data = path.read_bytes()
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256 != about["sha256"]:
            raise ValueError("its hash is another")
        with np.load(BytesIO(data), allow_pickle=False) as arrays:
            network = _network({name: arrays[name] for name in arrays.files}, about["groups"])
        return Classifier(
            network=network,
            categories=tuple(about["categories"]),
            version=f"{about['id']}-{about['version']}+{sha256[:8]}",
            threshold=float(about["threshold"]),
        )
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"The text classifier {path} can't be used: {error}.") from error


def _network(arrays: dict[str, np.ndarray[Any, Any]], groups: list[str]) -> Network:
    """Weights are kept in eight bits, each array with its own scale."""
    whole = {
        name: np.asarray(array, np.float32) * np.float32(arrays[f"{name}_scale"])
        for name, array in arrays.items()
        if not name.endswith("_scale")
    }
    return Network(
        table=whole["table"],
        filters=(whole["filters_1"], whole["filters_2"], whole["filters_3"]),
        biases=(whole["biases_1"], whole["biases_2"], whole["biases_3"]),
        dense=whole["dense"],
        dense_bias=whole["dense_bias"],
        hidden=whole["hidden"],
        grams=whole["grams"],
        groups=dict(zip(groups, whole["groups"], strict=True)),
        bias=whole["bias"],
    )

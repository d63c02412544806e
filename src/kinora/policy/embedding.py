"""A classifier by meaning, beside the rules: is a text near to sentences of a category?

Kinora brings the sentences, the operator a function that embeds text (``KINORA_TEXT_EMBEDDING``).
A sentence counts as near where its cosine to a sentence of a category reaches `NEAR` and lies above
that to every harmless look-alike by `MARGIN`: so what is said decides, not what it is said about.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Final, TypeAlias

import numpy as np
import yaml
from numpy.typing import NDArray

from kinora.errors import InputError
from kinora.types.policy import BLOCKED, Finding, Subject, Verdict

#: Sentences → (N, D) vectors, one a sentence; their length doesn't matter.
Embed: TypeAlias = "Callable[[Sequence[str]], NDArray[np.floating]]"

NEAR: Final = 0.62
MARGIN: Final = 0.04
_OK: Final = "ok"
_ENDS: Final = re.compile(r"[.!?;\n]+")
_LONGEST: Final = 64  # sentences that are looked at
_PARAM: Final = "KINORA_TEXT_EMBEDDING"


@dataclass(frozen=True, slots=True, eq=False)
class Exemplars:
    """The sentences that texts are compared with."""

    labels: tuple[str, ...]  # a category, or ``ok``
    vectors: NDArray[np.float32]  # (N, D), of length 1
    version: str


def check_meaning(text: str, name: str, *, subject: Subject) -> Verdict:
    """What the sentences that ``text`` is near to say of it.

    Args:
        text: any length.
        name: ``module:function`` that embeds sentences.
        subject: what the text is, for the answer.

    Raises:
        InputError: there is no such function, or what it gives can't be used.
    """
    embed, known = _loaded(name)
    sentences = [part.strip() for part in _ENDS.split(text) if part.strip()][:_LONGEST]
    findings = _findings(embed, known, [text, *sentences] if len(sentences) > 1 else sentences)
    worst = findings[0] if findings else None
    refused = worst is not None and worst.counts
    return Verdict(
        check="embedding",
        version=known.version,
        subject=subject,
        sha256=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        decision="refuse" if refused else "allow",
        category=worst.category if refused and worst else None,
        code=BLOCKED if refused else None,
        findings=tuple(findings),
        measured={"cosine": worst.score if worst else 0.0},
        limits={"cosine": NEAR, "margin": MARGIN},
        detail=f"it is near in meaning to what isn't made (rule {worst.rule})"
        if refused and worst
        else "",
    )


def _findings(embed: Embed, known: Exemplars, sentences: Sequence[str]) -> list[Finding]:
    """The nearest category, if it is nearer than any harmless sentence."""
    if not sentences:
        return []
    cosines = _unit(embed(sentences)) @ known.vectors.T
    harmless = np.array([label == _OK for label in known.labels])
    calm = cosines[:, harmless].max(axis=1)
    found: dict[str, float] = {}
    for index, label in enumerate(known.labels):
        if label == _OK:
            continue
        for row in range(len(sentences)):
            score = float(cosines[row, index])
            if score >= calm[row] + MARGIN:
                found[label] = max(score, found.get(label, 0.0))
    best = sorted(found.items(), key=lambda each: -each[1])
    return [
        Finding(rule=f"near.{label}", category=label, score=round(score, 3), threshold=NEAR)
        for label, score in best[:3]
    ]


@cache
def _loaded(name: str) -> tuple[Embed, Exemplars]:
    module, _, function = name.partition(":")
    try:
        embed: Embed = getattr(import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        raise InputError(f"There is no function {name!r}: {error}.", param=_PARAM) from error
    text = (files("kinora.policy") / "rules" / "exemplars.yaml").read_text(encoding="utf-8")
    raw = yaml.safe_load(text)
    pairs = [(label, sentence) for label, sentences in raw.items() for sentence in sentences]
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return embed, Exemplars(
        labels=tuple(label for label, _ in pairs),
        vectors=_unit(embed([sentence for _, sentence in pairs])),
        version=f"exemplars-{digest} {name}",
    )


def _unit(vectors: NDArray[np.floating]) -> NDArray[np.float32]:
    array = np.asarray(vectors, np.float32)
    if array.ndim != 2 or not np.isfinite(array).all():
        raise InputError("It must give one vector of finite numbers a sentence.", param=_PARAM)
    lengths = np.linalg.norm(array, axis=1, keepdims=True)
    return np.asarray(array / np.maximum(lengths, 1e-9), np.float32)

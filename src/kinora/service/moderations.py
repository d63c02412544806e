"""Judge texts and pictures by 13 categories, through whatever classifier is configured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from kinora.policy.judging import judge_text
from kinora.policy.rulebook import read_rulebook
from kinora.settings import Settings
from kinora.types.policy import MODERATION_CATEGORIES, Verdict

Kind = Literal["text", "image"]

CATEGORIES = MODERATION_CATEGORIES


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A text, or the URL of a picture (``https:`` or ``data:``)."""

    kind: Kind
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a classifier found in one input; categories that are left out weren't examined."""

    scores: Mapping[str, float] = field(default_factory=dict)  # category → 0 to 1
    flagged: frozenset[str] = frozenset()  # categories over their threshold
    kinds: Mapping[str, Sequence[Kind]] = field(
        default_factory=dict
    )  # category → what it looked at
    verdicts: Sequence[Verdict] = ()  # what the checks of creates say of it


class Moderator(Protocol):
    """A classifier."""

    @property
    def name(self) -> str | None:
        """What it is called; None: it examines nothing."""

    def judge(self, parts: Sequence[Part]) -> Judgement:
        """Judge one input, which may have several parts."""


class RuleModerator:
    """The rules and classifiers that creates are judged by; looks at texts only."""

    def __init__(self, settings: Settings) -> None:
        """Args:
        settings: of this installation.

        Raises:
            InputError: the operator's policy file can't be used.
        """
        self._settings = settings
        self._version = read_rulebook(settings.policy_file).version

    @property
    def name(self) -> str:
        """The rules, and the classifier where it is on, with their versions."""
        rules = f"kinora-rules-{self._version}"
        if not self._settings.text_classifier:
            return rules
        from kinora.policy.classifier import shipped_classifier

        return f"{rules} {shipped_classifier().version}"

    def judge(self, parts: Sequence[Part]) -> Judgement:
        """The highest score in each category over all texts."""
        texts = [part.content for part in parts if part.kind == "text"]
        verdicts = [v for text in texts for v in judge_text(text, self._settings, subject="text")]
        scores: dict[str, float] = {}
        flagged = set()
        for finding in (f for verdict in verdicts for f in verdict.findings):
            scores[finding.category] = max(finding.score, scores.get(finding.category, 0.0))
            if finding.counts:
                flagged.add(finding.category)
        kinds: Mapping[str, Sequence[Kind]] = {name: ["text"] for name in CATEGORIES if texts}
        return Judgement(
            scores=scores,
            flagged=frozenset(flagged.intersection(CATEGORIES)),
            kinds=kinds,
            verdicts=verdicts,
        )

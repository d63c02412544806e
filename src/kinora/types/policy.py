"""The arrow policy → doors: what a check says of one input, in one type for all checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Decision = Literal["allow", "refuse", "needs_consent"]
#: What is looked at, by the name that callers know it by.
Subject = Literal["prompt", "input_reference", "video", "characters", "output", "text", "image"]
Check = Literal[
    "text", "names", "faces", "similarity", "likeness", "classifier", "embedding", "remote"
]

#: What is done about faces in pictures: nothing, ask for their owners' word, or refuse.
FaceMode = Literal["allow", "consent", "refuse"]

#: The wire's words for refusals: what was asked for, whose work or likeness it is, who may.
BLOCKED = "moderation_blocked"
SIMILARITY = "third_party_similarity"
CONSENT_REQUIRED = "likeness_consent_required"
LIKENESS_REFUSED = "likeness_refused"
REFUSALS = frozenset(
    {
        BLOCKED,
        SIMILARITY,
        CONSENT_REQUIRED,
        LIKENESS_REFUSED,
        "consent_revoked",
        "consent_expired",
        "character_permission_denied",
    }
)

#: The categories of the moderation API.
MODERATION_CATEGORIES = (
    "harassment",
    "harassment/threatening",
    "hate",
    "hate/threatening",
    "illicit",
    "illicit/violent",
    "self-harm",
    "self-harm/instructions",
    "self-harm/intent",
    "sexual",
    "sexual/minors",
    "violence",
    "violence/graphic",
)
#: And Kinora's own: works and people that others own, and faces.
CATEGORIES = (*MODERATION_CATEGORIES, "third_party_similarity", "likeness")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule that applied."""

    rule: str
    category: str
    score: float  # 0 to 1
    threshold: float  # from which it counts
    words: str = ""  # of the text, folded; empty for pictures

    @property
    def counts(self) -> bool:
        """Whether the score reaches the threshold."""
        return self.score >= self.threshold


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one check says of one input."""

    check: Check
    version: str  # of its rules or its detector
    subject: Subject
    sha256: str  # of what was looked at, hexadecimal
    decision: Decision = "allow"
    category: str | None = None  # of what decided
    code: str | None = None  # the wire's word for a refusal
    findings: tuple[Finding, ...] = ()  # the strongest first
    examined: bool = True  # False: this installation can't look at such an input
    measured: Mapping[str, float] = field(default_factory=dict)  # what was found, in numbers
    limits: Mapping[str, float] = field(default_factory=dict)  # from where on that counts, likewise
    detail: str = ""  # one sentence where there is something to say
    content: str = ""  # what was looked at; only where the audit log is told to keep it

    def record(self) -> dict[str, Any]:
        """As the audit log keeps it: everything but the words."""
        kept = asdict(self)
        if not self.content:
            del kept["content"]
        if any(finding.words for finding in self.findings):
            kept["detail"] = ""  # it quotes them
        kept["findings"] = [
            {"rule": f.rule, "category": f.category, "score": f.score, "threshold": f.threshold}
            for f in self.findings
        ]
        return kept


_SEVERITY: dict[Decision, int] = {"allow": 0, "needs_consent": 1, "refuse": 2}


def decisive(verdicts: Sequence[Verdict]) -> Verdict | None:
    """The verdict that decides: the first of the severest kind; None: all allow."""
    worst = max(verdicts, key=lambda v: _SEVERITY[v.decision], default=None)
    return None if worst is None or worst.decision == "allow" else worst

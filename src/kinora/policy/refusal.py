"""Verdicts → the error that refuses."""

from __future__ import annotations

from collections.abc import Sequence

from kinora.errors import PolicyError
from kinora.types.policy import Verdict, decisive

_REFERENCE = 12  # digits of the hash that a person can read to the operator


def refuse_if(verdicts: Sequence[Verdict]) -> None:
    """Raise what the severest of ``verdicts`` says.

    Raises:
        PolicyError: one of them doesn't allow what it looked at.
    """
    found = decisive(verdicts)
    if found is None:
        return
    reference = found.sha256[:_REFERENCE]
    raise PolicyError(
        f"Refused by policy: in '{found.subject}', {found.detail}.",
        param=found.subject,
        hint=_advice(found, reference),
        code=found.code or "moderation_blocked",
        records=[verdict.record() for verdict in verdicts],
    )


def _advice(found: Verdict, reference: str) -> str:
    if found.decision == "needs_consent":
        return (
            "Send 'likeness_consent' with the name of the person, or of who speaks for them, if "
            "they agreed; it is kept in the audit log."
        )
    if found.check == "classifier":
        return (
            "A classifier can be mistaken: say it in other words, or tell whoever runs this "
            f"installation the rule and the reference {reference}; they can raise "
            "KINORA_TEXT_CLASSIFIER_THRESHOLD or set KINORA_TEXT_CLASSIFIER=false."
        )
    return (
        "The same input is always refused; change it, or, if this is a mistake, tell whoever runs "
        f"this installation the rule and the reference {reference}."
    )

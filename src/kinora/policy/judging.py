"""Everything that this installation asks about a text, in one place for all doors."""

from __future__ import annotations

from kinora.policy.rulebook import read_rulebook
from kinora.policy.text import check_text
from kinora.settings import Settings
from kinora.types.policy import Subject, Verdict, decisive


def judge_text(
    text: str, settings: Settings, *, subject: Subject = "prompt", local: bool = False
) -> tuple[Verdict, ...]:
    """What the rules say of ``text``, then the classifier, then, unless refused, the embedding.

    Args:
        text: any length.
        settings: which of these are on, and the operator's policy file.
        subject: what the text is, for the answer.
        local: judge as for a clip that a person makes on their own machine.

    Raises:
        InputError: the operator's policy file or embedding can't be used.
        ModelError: the classifier's files aren't whole.
    """
    rulebook = read_rulebook(settings.policy_file)
    verdicts = [check_text(text, rulebook, subject=subject, local=local)]
    if settings.text_classifier:
        from kinora.policy.classifier import check_by_classifier

        verdicts.append(
            check_by_classifier(
                text,
                rulebook,
                threshold=settings.text_classifier_threshold,
                subject=subject,
                local=local,
            )
        )
    if settings.text_embedding is not None and decisive(verdicts) is None:
        from kinora.policy.embedding import check_meaning

        verdicts.append(check_meaning(text, settings.text_embedding, subject=subject))
    return tuple(verdicts)

"""The words of a request: those of its prompt, and those inside its plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kinora.policy.judging import judge_text
from kinora.policy.refusal import refuse_if
from kinora.settings import Settings
from kinora.types.plan import ShotPlan


def check_words(prompt: str, plan: ShotPlan | None, settings: Settings) -> None:
    """Refuse words of a clip that a person makes on their own machine, where they must be.

    Raises:
        PolicyError: they are refused.
        InputError: the operator's policy file can't be used.
    """
    refuse_if(judge_text(all_words(prompt, plan), settings, local=True))


def all_words(prompt: str, plan: ShotPlan | None) -> str:
    """A prompt, and every text inside a plan: a plan may speak and show words too."""
    if plan is None:
        return prompt
    return ". ".join([prompt, *_texts(plan.model_dump(mode="json"))])


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, Sequence):
        for inner in value:
            yield from _texts(inner)

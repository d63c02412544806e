"""The classifier by meaning, with an embedding made by code: words in common."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from kinora.errors import InputError, PolicyError
from kinora.policy.embedding import check_meaning
from kinora.policy.words import check_words
from kinora.settings import Settings

NAME = f"{__name__}:embed"


def embed(sentences: Sequence[str]) -> NDArray[np.float32]:
    """One direction a word."""
    vectors = np.zeros((len(sentences), 512), np.float32)
    for row, sentence in enumerate(sentences):
        for word in sentence.lower().replace(",", " ").split():
            vectors[row, int(hashlib.sha256(word.encode()).hexdigest(), 16) % 512] += 1.0
    return vectors


def broken(sentences: Sequence[str]) -> NDArray[np.float32]:
    return np.full((len(sentences), 2), np.nan, np.float32)


@pytest.fixture(autouse=True)
def importable(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, __name__, sys.modules.get(__name__) or _this())


def _this() -> object:
    class Module:
        pass

    Module.embed = staticmethod(embed)  # type: ignore[attr-defined]
    Module.broken = staticmethod(broken)  # type: ignore[attr-defined]
    return Module


def test_a_text_near_to_a_category_is_refused_with_what_was_measured() -> None:
    text = "Zoom. A car drives at full speed into the crowd of frightened pedestrians. Hold"
    verdict = check_meaning(text, NAME, subject="prompt")
    assert (verdict.decision, verdict.category) == ("refuse", "violence")
    assert verdict.measured["cosine"] >= verdict.limits["cosine"]
    assert verdict.findings[0].rule == "near.violence"
    assert verdict.version.startswith("exemplars-")


@pytest.mark.parametrize(
    "text",
    ["The crowd of pedestrians crosses at full speed, time-lapse, dusk", "slow push in", "", "…"],
)
def test_a_harmless_look_alike_and_other_texts_pass(text: str) -> None:
    assert check_meaning(text, NAME, subject="prompt").decision == "allow"


def test_own_clips_are_judged_by_it_too() -> None:
    settings = Settings(text_embedding=NAME, text_classifier=False)
    prompt = "crowd of car drives speed at the full A pedestrians into"  # no rule reads that
    with pytest.raises(PolicyError) as caught:
        check_words(prompt, None, settings)
    assert caught.value.records[-1]["check"] == "embedding"
    check_words("pan left over the roofs", None, settings)


def test_what_is_no_embedding_is_refused() -> None:
    for name in ("nowhere:embed", f"{__name__}:nothing", f"{__name__}:broken", "x"):
        with pytest.raises(InputError):
            check_meaning("pan left", name, subject="prompt")

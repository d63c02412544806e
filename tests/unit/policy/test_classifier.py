from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
from benchmarks.policy import prompts, score, sentences

from kinora.errors import ModelError, PolicyError
from kinora.policy import classifier
from kinora.policy.classifier import check_by_classifier, shipped_classifier
from kinora.policy.grams import WINDOW, pieces, windows, words_of
from kinora.policy.judging import judge_text
from kinora.policy.rulebook import read_rulebook
from kinora.policy.text import check_text
from kinora.policy.words import check_words
from kinora.settings import Settings
from kinora.weights.shipped import FOLDER

#: The rules let it pass, the classifier doesn't.
HARM = "I want the whole school to see what a loser he is, make him crawl and bark"
HARMLESS = "pan left over the harbour at dusk, gulls cry"


def test_what_the_rules_let_pass_is_refused_with_category_score_and_threshold() -> None:
    book = read_rulebook()
    assert check_text(HARM, book).decision == "allow"
    verdict = check_by_classifier(HARM, book)
    assert (verdict.check, verdict.decision, verdict.code) == (
        "classifier", "refuse", "moderation_blocked",
    )  # fmt: skip
    assert verdict.category == "harassment"
    assert verdict.measured["score"] >= verdict.limits["score"] == shipped_classifier().threshold
    assert verdict.version.startswith("kinora-text-")
    assert "classifier.harassment" in verdict.detail
    assert str(verdict.measured["score"]) in verdict.detail


def test_harmless_prompts_pass_with_a_low_score() -> None:
    verdict = check_by_classifier(HARMLESS, read_rulebook())
    assert verdict.decision == "allow"
    assert verdict.findings == ()
    assert verdict.measured["score"] < 0.2
    assert check_by_classifier("…", read_rulebook()).decision == "allow"


def test_prompts_for_camera_moves_pass() -> None:
    result = score(prompts()[::4], Settings())
    assert result.good > 350
    assert result.alarms == 0, result.misses


def test_a_refusal_says_that_a_classifier_spoke_and_what_the_operator_can_do() -> None:
    with pytest.raises(PolicyError) as refusal:
        check_words(HARM, None, Settings())
    assert "a classifier takes it for harassment" in refusal.value.message
    assert "KINORA_TEXT_CLASSIFIER_THRESHOLD" in (refusal.value.hint or "")
    assert [record["check"] for record in refusal.value.records] == ["text", "classifier"]


def test_it_can_be_switched_off_or_made_to_refuse_less() -> None:
    assert [v.check for v in judge_text(HARM, Settings(text_classifier=False))] == ["text"]
    check_words(HARM, None, Settings(text_classifier=False))
    check_words(HARM, None, Settings(text_classifier_threshold=1.0))


def test_an_operator_who_lets_a_category_pass_lets_the_classifiers_word_pass(
    tmp_path: Path,
) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text("categories: {harassment: {do: note, local: note}}", encoding="utf-8")
    verdict = check_by_classifier(HARM, read_rulebook(path))
    assert verdict.decision == "allow"
    assert [finding.category for finding in verdict.findings] == ["harassment"]


def test_harm_is_found_inside_a_long_harmless_prompt() -> None:
    around = "Slow push in over the fields, morning light, birds in the hedge. " * 6
    book = read_rulebook()
    assert check_by_classifier(around, book).decision == "allow"
    assert check_by_classifier(f"{around}{HARM}. {around}", book).decision == "refuse"


def test_the_same_text_has_the_same_score_in_every_run() -> None:
    judge, patterns = shipped_classifier().judge, read_rulebook().patterns
    assert judge(HARM, patterns) == judge(HARM, patterns)
    assert 0.0 < judge(HARMLESS, patterns)[0] < judge(HARM, patterns)[0] < 1.0


@pytest.mark.parametrize("between", [" ", ",", "-", "_", ", "])
@pytest.mark.parametrize("seed", range(6))
def test_every_word_of_a_long_text_is_read_in_windows(seed: int, between: str) -> None:
    rnd, sentences, count = random.Random(seed), [], 0
    for _ in range(rnd.randint(3, 25)):
        length = rnd.randint(1, 45 if seed % 3 == 0 else 20)
        sentences.append(between.join(f"w{count + i}" for i in range(length)))
        count += length
    found = list(windows(". ".join(sentences)))
    assert len({word for part in found for word in words_of(part)}) == count
    assert len(found) <= count / (WINDOW / 4) + 1
    if count > WINDOW:
        assert max(len(words_of(part)) for part in found) <= WINDOW


def test_look_alike_letters_and_accents_are_read_as_plain_ones() -> None:
    assert words_of("Dégàts, ｗｅｂ!") == ["degats", "web"]
    assert len(set(pieces("harbour"))) > 12


def test_a_changed_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for end in (".npz", ".json"):
        (tmp_path / f"text{end}").write_bytes((FOLDER / f"text{end}").read_bytes())
    path = tmp_path / "text.npz"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    monkeypatch.setattr(classifier, "FOLDER", tmp_path)
    shipped_classifier.cache_clear()
    try:
        with pytest.raises(ModelError):
            shipped_classifier()
    finally:
        shipped_classifier.cache_clear()


def test_it_never_speaks_of_minors_which_is_for_the_rules() -> None:
    about = json.loads((FOLDER / "text.json").read_text(encoding="utf-8"))
    assert "sexual/minors" not in about["categories"]
    assert set(about["categories"]) <= set(read_rulebook().categories)
    assert (FOLDER / "text.npz").stat().st_size <= 1_500_000
    assert np.isclose(about["threshold"], shipped_classifier().threshold)


@pytest.mark.parametrize(
    ("name", "recall", "alarms"), [("unread/public", 0.92, 0.02), ("unread/evasive", 0.5, 0.02)]
)
def test_sentences_that_nobody_has_read_are_judged(name: str, recall: float, alarms: float) -> None:
    found = score(list(sentences(name)), Settings())
    assert found.caught / found.bad >= recall
    assert found.alarms / found.good <= alarms
    rules = score(list(sentences(name)), Settings(text_classifier=False))
    assert rules.caught < found.caught

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import openai
import pytest
from starlette.testclient import TestClient

from kinora.api.routes import moderations
from kinora.policy.classifier import shipped_classifier
from kinora.service.moderations import CATEGORIES, Judgement, Part
from kinora.settings import Settings


def test_texts_are_judged_by_the_rules_that_creates_are_judged_by(
    client: TestClient, key: str
) -> None:
    sdk = openai.OpenAI(api_key=key, base_url="http://127.0.0.1/v1", http_client=client)
    answer = sdk.moderations.create(input=["kill the lights", "kill the man", "a naked child"])
    assert answer.id.startswith("modr-")
    assert answer.model == "omni-moderation-latest"
    assert [result.flagged for result in answer.results] == [False, True, True]
    lights, man, child = answer.results
    assert man.categories.violence
    assert not man.categories.sexual
    assert child.categories.sexual_minors
    assert child.category_scores.sexual_minors >= 0.5 > lights.category_scores.sexual_minors
    assert lights.category_applied_input_types.violence == ["text"]
    found = man.to_dict()
    for part in ("categories", "category_scores", "category_applied_input_types"):
        assert set(found[part]) == set(CATEGORIES)  # type: ignore[call-overload]
    assert found["policy"] == {
        "decision": "refuse",
        "code": "moderation_blocked",
        "category": "violence",
        "rules": ["violence.kill"],
    }
    rules, classifier = str(answer.to_dict()["classifier"]).split()
    assert rules.startswith("kinora-rules-")
    assert classifier == shipped_classifier().version


def test_parts_of_an_object_list_are_one_input_and_pictures_are_not_examined(
    client: TestClient,
) -> None:
    parts = [
        {"type": "text", "text": "kill the man"},
        {"type": "image_url", "image_url": {"url": "https://a.example/x.png"}},
    ]
    answer = client.post("/v1/moderations", json={"input": parts, "model": "m"}).json()
    assert len(answer["results"]) == 1
    assert answer["model"] == "m"
    assert answer["results"][0]["flagged"] is True
    assert "not examined" in answer["notice"]


@pytest.mark.parametrize(
    "value", [None, 3, [], [1], {"type": "text"}, [{"type": "text"}], ["a", {"type": "text"}]]
)
def test_other_inputs_are_refused(client: TestClient, value: Any) -> None:
    response = client.post("/v1/moderations", json={"input": value})
    assert response.status_code == 400
    assert response.json()["error"]["param"] == "input"


def test_another_classifier_fills_the_answer(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Words:
        name = "words"

        def __init__(self, settings: Settings) -> None:
            del settings

        def judge(self, parts: Sequence[Part]) -> Judgement:
            bad = any(part.kind == "text" and "blood" in part.content for part in parts)
            return Judgement(
                scores={"violence": 0.9 if bad else 0.1},
                flagged=frozenset({"violence"} if bad else ()),
                kinds={"violence": ["text"]},
            )

    monkeypatch.setattr(moderations, "open_moderator", Words)
    answer = client.post("/v1/moderations", json={"input": ["blood", "milk"]}).json()
    assert [result["flagged"] for result in answer["results"]] == [True, False]
    first = answer["results"][0]
    assert first["categories"]["violence"] is True
    assert first["category_scores"]["violence"] == 0.9
    assert first["category_applied_input_types"]["violence"] == ["text"]
    assert (answer["classifier"], answer["notice"]) == ("words", None)

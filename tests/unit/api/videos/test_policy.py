from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openai
import pytest
from starlette.testclient import TestClient

from kinora.errors import PolicyError
from kinora.records import audit
from kinora.service import videos as use_cases
from kinora.service.context import Service, open_service
from kinora.settings import Settings
from kinora.types.account import Caller
from kinora.types.video import VideoSpec
from kinora.wire.draft import CreateDraft

Finish = Callable[..., str]


def refusal(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 400, answer.text
    error: dict[str, Any] = answer.json()["error"]
    assert error["type"] == "invalid_request_error"
    return error


@pytest.mark.parametrize(
    ("prompt", "code"),
    [
        ("A naked woman turns around", "moderation_blocked"),
        ("Darth Vader waves", "third_party_similarity"),
    ],
)
def test_a_create_is_refused_with_the_api_s_own_code(
    client: TestClient, picture: bytes, prompt: str, code: str
) -> None:
    files = {"input_reference": ("a.png", picture, "image/png")}
    error = refusal(client.post("/v1/videos", data={"prompt": prompt}, files=files))
    assert (error["code"], error["param"]) == (code, "prompt")
    assert "rule" in error["message"]
    assert "reference" in error["message"]
    assert client.get("/v1/videos").json()["data"] == []


def test_the_official_client_sees_a_refusal_that_it_does_not_retry(
    client: TestClient, key: str, picture: bytes
) -> None:
    sdk = openai.OpenAI(api_key=key, base_url="http://127.0.0.1/v1", http_client=client)
    with (
        pytest.warns(DeprecationWarning, match="The Sora API"),
        pytest.raises(openai.BadRequestError) as caught,
    ):
        sdk.videos.create(prompt="a naked woman", input_reference=("a.png", picture, "image/png"))
    assert caught.value.code == "moderation_blocked"


@pytest.mark.parametrize("path", ["{id}/remix", "{id}/edits", "{id}/extensions"])
def test_revisions_are_judged_alone_and_with_what_they_revise(
    client: TestClient, finished: Finish, path: str
) -> None:
    source = finished(prompt="a child plays at the beach")
    more = {"seconds": "4"} if "extensions" in path else {}
    url = f"/v1/videos/{path.format(id=source)}"
    alone = refusal(client.post(url, json={"prompt": "a naked woman", **more}))
    assert alone["code"] == "moderation_blocked"
    together = refusal(client.post(url, json={"prompt": "now naked", **more}))
    assert together["code"] == "moderation_blocked"
    assert client.post(url, json={"prompt": "now slower", **more}).status_code == 200


def test_the_dry_run_is_refused_likewise(client: TestClient, service: Service) -> None:
    error = refusal(client.post("/v1/videos/plan", json={"prompt": "a naked woman"}))
    assert error["code"] == "moderation_blocked"
    assert [entry["kind"] for entry in log_of(service)] == ["refusal"]


@pytest.mark.parametrize("prompt", ["a naked woman", "n a k e d woman", "Darth Vader waves"])
def test_the_same_request_is_refused_the_same_way(
    client: TestClient, picture: bytes, prompt: str, service: Service
) -> None:
    def post() -> Any:
        files = {"input_reference": ("a.png", picture, "image/png")}
        return refusal(client.post("/v1/videos", data={"prompt": prompt}, files=files))

    assert post() == post() == post()
    records = [entry["record"] for entry in log_of(service)]
    assert len(records) == 3
    assert records[0] == records[1] == records[2]


def test_words_inside_a_plan_are_judged(client: TestClient, picture: bytes) -> None:
    plan = client.post("/v1/videos/plan", json={"prompt": "pan left"}).json()["plan"]
    plan["beats"][0]["camera"][0]["target"] = "the naked woman"
    body = {"prompt": "pan left", "plan": plan, "input_reference": {"image_url": "data:,x"}}
    error = refusal(client.post("/v1/videos", json=body))
    assert error["code"] == "moderation_blocked"


def test_lines_of_batches_are_judged(service: Service) -> None:
    spec = VideoSpec(model="sora-2", engine="parallax", prompt="a naked woman")
    with pytest.raises(PolicyError):
        use_cases.create(
            service,
            Caller(project_id="default", key=None),
            CreateDraft(spec=spec, reference=None),
        )


def log_of(service: Service) -> list[dict[str, Any]]:
    with service.database.read() as connection:
        log = list(audit.entries(connection))
    assert audit.verify(log)[1] is None
    return log


def test_what_was_judged_is_in_the_audit_log_without_its_words(
    client: TestClient, create: Callable[..., dict[str, Any]], service: Service
) -> None:
    made = create(prompt="slow push in on the violet door")
    client.post("/v1/videos", json={"prompt": "a naked woman by the violet door"})
    check, refused = log_of(service)
    assert (check["kind"], check["object_id"]) == ("check", made["id"])
    assert (refused["kind"], refused["record"]["code"]) == ("refusal", "moderation_blocked")
    for entry in (check, refused):
        for verdict in entry["record"]["checks"]:
            assert verdict["version"]
            assert verdict["limits"]
            assert len(verdict["sha256"]) == 64
        assert "violet" not in str(entry)
    found = refused["record"]["checks"][0]
    assert found["findings"][0]["threshold"] == found["limits"]["score"] == 0.5
    assert found["measured"]["score"] >= 0.5
    assert check["record"]["checks"][0]["measured"] == {"score": 0.0}


def test_the_audit_log_keeps_words_where_it_is_told_to(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, audit_content=True)
    with open_service(settings) as service:
        spec = VideoSpec(model="sora-2", engine="parallax", prompt="a naked woman")
        with pytest.raises(PolicyError):
            use_cases.create(
                service,
                Caller(project_id="default", key=None),
                CreateDraft(spec=spec, reference=None),
            )
        assert log_of(service)[0]["record"]["checks"][0]["content"] == "a naked woman"

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import structlog
from fastapi import FastAPI, Request
from starlette.testclient import TestClient

from kinora.api.app import create_app
from kinora.api.bodies import read_fields
from kinora.service.context import Service
from kinora.settings import Settings


def test_every_answer_has_an_id_of_its_own(client: TestClient) -> None:
    answers = [client.get(path) for path in ("/v1/models", "/v1/models", "/nowhere", "/healthz")]
    assert len({answer.headers["x-request-id"] for answer in answers}) == 4
    for answer in answers:
        assert answer.headers["openai-version"] == "2020-10-01"
        assert answer.headers["openai-processing-ms"].isdigit()


def test_health_readiness_and_metrics_need_no_key(app: FastAPI) -> None:
    with TestClient(app) as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        assert client.get("/readyz").json() == {"status": "ready"}
        client.get("/v1/models/none")
        text = client.get("/metrics").text
    assert 'kinora_jobs{status="queued"} 0.0' in text
    assert "kinora_queue_depth 0.0" in text
    assert 'status="401"' in text
    assert "none" not in text  # ids are no labels


def test_readiness_fails_with_the_database(app: FastAPI, service: Service) -> None:
    service.database.close()
    Path(service.database.url.database or "").unlink()
    Path(service.database.url.database or "").mkdir()
    with TestClient(app) as client:
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["error"]["type"] == "server_error"


@pytest.mark.parametrize("prefix", ["/v1", "/openai/v1"])
def test_models_tell_what_stands_behind_them(client: TestClient, prefix: str) -> None:
    listed = client.get(f"{prefix}/models", params={"api-version": "preview"}).json()
    assert listed["object"] == "list"
    by_id: dict[str, dict[str, Any]] = {model["id"]: model for model in listed["data"]}
    assert {"sora-2", "sora-2-pro"} <= set(by_id)
    for model in by_id.values():
        assert model["object"] == "model"
        assert isinstance(model["created"], int)
        assert model["shutdown_date"] is None
        assert model["engine"] == "parallax"
        assert "depth_of_field" in model["capabilities"]["features"]
        assert model["capabilities"]["seconds"] == {"minimum": 1, "maximum": 120}
    assert by_id["sora-2-pro"]["quality"] == "pro"
    assert by_id["sora-2-2025-12-08"]["alias_of"] == "sora-2"
    assert client.get(f"{prefix}/models/sora-2").json() == by_id["sora-2"]
    missing = client.get(f"{prefix}/models/gpt-4")
    assert missing.status_code == 404
    assert missing.json()["error"]["message"] == "The model 'gpt-4' does not exist."


def test_the_document_names_keys_errors_and_no_422(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert set(document["components"]["securitySchemes"]) == {"bearer", "apiKey"}
    assert "/v1/models/{model}" in document["paths"]
    assert not [path for path in document["paths"] if path.startswith("/openai/")]
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert operation["summary"], (path, method)
            assert "422" not in operation["responses"]
            assert operation["responses"]["default"]["content"]["application/json"]
            assert bool(operation["security"]) is path.startswith("/v1/")


def test_the_schemas_have_names_of_their_own(client: TestClient) -> None:
    names = client.get("/openapi.json").json()["components"]["schemas"]
    assert {"ModerationResult", "ProvenanceResult", "FilePage", "VideoPage"} <= set(names)
    assert all(name.isalpha() for name in names), sorted(names)


def test_the_page_of_documentation_fetches_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "https://" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_browsers_of_other_origins_are_let_in_by_the_settings_only(
    service: Service, client: TestClient
) -> None:
    asked = {"origin": "https://app.example", "access-control-request-method": "POST"}
    assert "access-control-allow-origin" not in client.options("/v1/models", headers=asked).headers
    allowed = service.settings.model_copy(update={"cors_origins": ("https://app.example",)})
    app = create_app(_with(service, allowed))

    @app.get("/v1/fault")
    async def _fault() -> None:
        raise RuntimeError

    with TestClient(app, raise_server_exceptions=False) as let_in:
        answer = let_in.options("/v1/models", headers=asked)
        assert answer.headers["access-control-allow-origin"] == "https://app.example"
        assert answer.headers["x-request-id"]
        broken = let_in.get("/v1/fault", headers={"origin": "https://app.example"})
        assert broken.status_code == 500
        assert broken.headers["access-control-allow-origin"] == "https://app.example"


@pytest.mark.parametrize("logged", [False, True])
def test_prompts_are_logged_only_when_asked_and_keys_never(
    service: Service, key: str, *, logged: bool
) -> None:
    app = create_app(_with(service, service.settings.model_copy(update={"log_prompts": logged})))

    @app.post("/v1/echo")
    async def _echo(request: Request) -> int:
        return len(await read_fields(request))

    headers = {"authorization": f"Bearer {key}", "x-client-request-id": "mine-1"}
    with structlog.testing.capture_logs() as lines, TestClient(app) as client:
        client.post("/v1/echo?secret=1", json={"prompt": "a quiet lake"}, headers=headers)
    (line,) = [line for line in lines if line["event"] == "request"]
    assert (line["method"], line["path"], line["status"]) == ("POST", "/v1/echo", 200)
    assert line["client_request_id"] == "mine-1"
    assert ("a quiet lake" in str(lines)) is logged
    assert key not in str(lines)
    assert "secret" not in str(lines)


def _with(service: Service, settings: Settings) -> Service:
    return Service(
        settings=settings,
        database=service.database,
        blobs=service.blobs,
        queue=service.queue,
    )

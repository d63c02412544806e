"""Every error of the tree as clients see it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fastapi import FastAPI, Query, Request
from sqlalchemy.exc import OperationalError
from starlette.testclient import TestClient

from kinora import errors as tree
from kinora.api.errors import WIRE, answer

CASES: list[tuple[Exception, int, str, str | None, str | None]] = [
    (
        tree.FieldError("Unknown parameter: 'width'.", param="width", code="unknown_parameter"),
        400,
        "invalid_request_error",
        "width",
        "unknown_parameter",
    ),
    (tree.SizeError("odd", param="size"), 400, "invalid_request_error", "size", "invalid_value"),
    (tree.InputError("x"), 400, "invalid_request_error", None, "invalid_value"),
    (tree.PromptError("x"), 400, "invalid_request_error", None, "invalid_value"),
    (tree.ImageError("x"), 400, "invalid_request_error", None, "invalid_image_file"),
    (tree.BodyError("x", status=413), 413, "invalid_request_error", None, "request_too_large"),
    (tree.MissingError("x", param="id"), 404, "invalid_request_error", "id", "not_found"),
    (
        tree.StateError("x", code="video_not_ready"),
        400,
        "invalid_request_error",
        None,
        "video_not_ready",
    ),
    (
        tree.StateError("x", code="video_expired", gone=True),
        404,
        "invalid_request_error",
        None,
        "video_expired",
    ),
    (tree.AuthError("x"), 401, "invalid_request_error", None, "invalid_api_key"),
    (tree.ScopeError("x"), 403, "invalid_request_error", None, "missing_scope"),
    (
        tree.LimitError("x", code="insufficient_quota", retry_after=9),
        429,
        "insufficient_quota",
        None,
        "insufficient_quota",
    ),
    (
        tree.LimitError("x", code="queue_full", retry_after=9),
        429,
        "rate_limit_exceeded",
        None,
        "queue_full",
    ),
    (tree.NotSupportedError("x"), 400, "invalid_request_error", None, "not_supported"),
    (tree.PolicyError("x"), 400, "invalid_request_error", None, "moderation_blocked"),
    (tree.OutputError("/secret/path"), 503, "server_error", None, "storage_unavailable"),
    (tree.EngineError("/secret/path"), 500, "server_error", None, "engine_error"),
    (OperationalError("SELECT", {}, Exception("/secret")), 503, "server_error", None, None),
    (RuntimeError("/secret/path"), 500, "server_error", None, "internal_error"),
]


@pytest.mark.parametrize(("error", "status", "type_", "param", "code"), CASES)
def test_the_table(
    error: Exception, status: int, type_: str, param: str | None, code: str | None
) -> None:
    response = answer(error)
    body = json.loads(bytes(response.body))["error"]
    assert response.status_code == status
    assert set(body) == {"message", "type", "param", "code"}
    assert (body["type"], body["param"]) == (type_, param)
    assert code is None or body["code"] == code
    assert "secret" not in body["message"]


def test_every_class_of_the_tree_has_an_answer_of_its_own_kind() -> None:
    classes = {cls for cls in vars(tree).values() if isinstance(cls, type)}
    assert {error.__class__ for error, *_ in CASES} >= classes & set(WIRE)


def test_never_409_or_422() -> None:
    assert not {wire.status for wire in WIRE.values()} & {409, 422}


@pytest.mark.parametrize(("seconds", "retry"), [(0.2, "true"), (60, "true"), (86_400, "false")])
def test_a_limit_says_when_to_come_back_and_whether(seconds: float, retry: str) -> None:
    headers = answer(tree.LimitError("x", code="queue_full", retry_after=seconds)).headers
    assert headers["x-should-retry"] == retry
    assert int(headers["retry-after"]) >= seconds
    assert int(headers["retry-after-ms"]) >= seconds * 1000


def _error(response: Any) -> dict[str, Any]:
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-request-id"].startswith("req_")
    body: dict[str, Any] = response.json()
    assert set(body) == {"error"}
    error: dict[str, Any] = body["error"]
    assert set(error) == {"message", "type", "param", "code"}
    return error


def test_unknown_paths_and_methods_have_the_envelope(client: TestClient) -> None:
    found = client.post("/v1/pictures")
    assert found.status_code == 404
    assert _error(found)["message"] == "Invalid URL (POST /v1/pictures)."
    found = client.get("/videos")
    assert found.status_code == 404
    assert "/v1" in _error(found)["message"]
    found = client.post("/v1/models")
    assert found.status_code == 405
    assert _error(found)["code"] == "method_not_supported"
    assert found.headers["allow"] == "GET"


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/v1/videos", "GET, POST"),
        ("/v1/videos/video_1", "DELETE, GET, HEAD"),
        ("/v1/videos/video_1/content", "GET, HEAD"),
        ("/v1/files/file-1", "DELETE, GET"),
        ("/v1/webhook_endpoints/whe_1", "DELETE, GET, POST"),
        ("/openai/v1/videos", "GET, POST"),
    ],
)
def test_a_method_that_a_path_lacks_is_answered_with_those_that_it_has(
    client: TestClient, path: str, methods: str
) -> None:
    found = client.put(path)
    assert found.status_code == 405
    assert found.headers["allow"] == methods


def test_what_fastapi_checks_is_400(app: FastAPI, client: TestClient) -> None:
    @app.get("/v1/checked")
    async def _checked(limit: int = Query(ge=0, le=100)) -> int:
        return limit

    bad = client.get("/v1/checked", params={"limit": "many"})
    assert bad.status_code == 400
    assert _error(bad)["param"] == "limit"
    missing = client.get("/v1/checked")
    assert missing.status_code == 400
    assert _error(missing)["code"] == "missing_required_parameter"


def test_a_fault_is_500_and_tells_nothing(app: FastAPI, client: TestClient) -> None:
    @app.get("/v1/fault")
    async def _fault() -> None:
        raise RuntimeError("password in /etc/secret")

    broken = client.get("/v1/fault")
    assert broken.status_code == 500
    error = _error(broken)
    assert error["type"] == "server_error"
    assert "secret" not in broken.text
    assert "Traceback" not in broken.text


def test_a_raised_error_reaches_the_client_with_its_hint(app: FastAPI, client: TestClient) -> None:
    @app.get("/v1/refused")
    async def _refused(request: Request) -> None:
        raise tree.MissingError(
            "Video with id 'video_x' not found.", param="video_id", hint="Look."
        )

    error = _error(client.get("/v1/refused"))
    assert error["message"] == "Video with id 'video_x' not found. Look."
    assert error["code"] == "not_found"

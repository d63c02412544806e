from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import Depends, FastAPI
from starlette.testclient import TestClient

from kinora.api.app import create_app
from kinora.api.auth import TTL, Access, KeyCache, admin, caller
from kinora.service import keys
from kinora.service.context import Service
from kinora.types.account import Caller


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(app: FastAPI) -> Clock:
    """The time that the app's cache of keys goes by."""
    clock = Clock()
    app.state.access = Access(cache=KeyCache(clock=clock))
    return clock


@pytest.fixture
def bare(app: FastAPI) -> Iterator[TestClient]:
    """A client that sends no key; ``/v1/who`` tells who it is, ``/v1/boss`` wants an admin."""

    @app.api_route("/v1/who", methods=["GET", "POST", "DELETE"])
    async def _who(who: Caller = Depends(caller)) -> dict[str, str | None]:  # noqa: B008
        return {"project": who.project_id, "key": who.key_id}

    @app.get("/v1/boss")
    async def _boss(who: Caller = Depends(admin)) -> dict[str, str | None]:  # noqa: B008
        return {"key": who.key_id}

    with TestClient(app, base_url="http://127.0.0.1") as opened:
        yield opened


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("authorization", "Bearer {}"),
        ("Authorization", "bearer {}"),
        ("api-key", "{}"),
    ],
)
def test_a_key_is_taken_from_either_header(
    bare: TestClient, key: str, name: str, shape: str
) -> None:
    more = {"OpenAI-Organization": "org-1", "OpenAI-Project": "proj_1"}
    answer = bare.get("/v1/who", headers={name: shape.format(key), **more})
    assert answer.status_code == 200
    assert answer.json()["project"] == "default"


def test_a_dummy_bearer_does_not_spoil_azure_s_header(bare: TestClient, key: str) -> None:
    answer = bare.get("/v1/who", headers={"authorization": "Bearer x", "api-key": key})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": "Bearer "},
        {"authorization": "Basic eDp5"},
        {"api-key": ""},
    ],
)
def test_no_key_is_401(bare: TestClient, headers: dict[str, str]) -> None:
    answer = bare.get("/v1/who", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json()["error"]["message"].startswith("You didn't provide an API key.")


def test_a_wrong_key_is_401_and_is_not_repeated(bare: TestClient) -> None:
    wrong = keys.new_secret()
    for secret in (wrong, wrong[:-1] + "~", "sk-" + "x" * 48, "short", "é" * 60):
        headers = {"authorization": f"Bearer {secret}".encode()}
        answer = bare.get("/v1/who", headers=headers)
        error = answer.json()["error"]
        assert answer.status_code == 401
        assert error["code"] == "invalid_api_key"
        assert error["message"].startswith("Incorrect API key provided: ")
        assert secret not in answer.text
        assert "openai.com" not in answer.text


def test_scopes_follow_the_method(bare: TestClient, service: Service) -> None:
    may = {
        "read": {"GET": 200, "POST": 403, "DELETE": 403, "boss": 403},
        "write": {"GET": 403, "POST": 200, "DELETE": 200, "boss": 403},
        "admin": {"GET": 200, "POST": 200, "DELETE": 200, "boss": 200},
    }
    for scope, expected in may.items():
        _, secret = keys.create(service.database, scope, scopes=[scope])
        headers = {"authorization": f"Bearer {secret}"}
        found = {
            method: bare.request(method, "/v1/who", headers=headers).status_code
            for method in ("GET", "POST", "DELETE")
        }
        found["boss"] = bare.get("/v1/boss", headers=headers).status_code
        assert found == expected


def test_a_revoked_key_ends_with_the_cache(
    bare: TestClient, service: Service, clock: Clock
) -> None:
    key, secret = keys.create(service.database, "x")
    headers = {"authorization": f"Bearer {secret}"}
    assert bare.get("/v1/who", headers=headers).status_code == 200
    keys.revoke(service.database, key.id)
    assert bare.get("/v1/who", headers=headers).status_code == 200
    clock.now = TTL
    assert bare.get("/v1/who", headers=headers).status_code == 401


def test_the_use_of_a_key_is_noted(bare: TestClient, service: Service, key: str) -> None:
    assert keys.every(service.database)[0].last_used_at is None
    bare.get("/v1/who", headers={"api-key": key})
    assert keys.every(service.database)[0].last_used_at is not None


class TestOpen:
    @pytest.fixture
    def app(self, service: Service) -> FastAPI:
        return create_app(service, open_access=True)

    @pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer whatever"}])
    def test_anybody_on_this_machine(self, bare: TestClient, headers: dict[str, str]) -> None:
        answer = bare.get("/v1/boss", headers=headers)
        assert answer.status_code == 200
        assert answer.json()["key"] is None

    def test_a_good_key_counts_all_the_same(self, bare: TestClient, service: Service) -> None:
        _, secret = keys.create(service.database, "x", project_id="lab")
        assert bare.get("/v1/who", headers={"api-key": secret}).json()["project"] == "lab"

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({"origin": "https://evil.example"}, 403),
            ({"origin": "null"}, 403),
            ({"host": "rebound.evil.example"}, 403),
            ({"origin": "http://localhost:3000"}, 200),
            ({"host": "localhost:8000"}, 200),
            ({"host": "[::1]:8000"}, 200),
        ],
    )
    def test_web_pages_of_other_sites_stay_out(
        self, bare: TestClient, headers: dict[str, str], status: int
    ) -> None:
        assert bare.post("/v1/who", headers=headers).status_code == status

from __future__ import annotations

import socket
from typing import Any

import openai
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from kinora.records.webhooks import DeliveryRow, log_delivery
from kinora.service import keys
from kinora.service.context import Service

HOOK = "https://hooks.example/kinora"


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """hooks.example is public, intra.example is private, anything else isn't known."""
    known = {"hooks.example": "93.184.216.34", "intra.example": "10.0.0.5"}

    def getaddrinfo(host: Any, port: Any, *args: Any, **kwargs: Any) -> list[Any]:
        if host not in known:
            raise socket.gaierror(f"{host} is not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (known[host], port))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.fixture
def sdk(client: TestClient, key: str) -> openai.OpenAI:
    return openai.OpenAI(
        api_key=key, base_url="http://127.0.0.1/v1", http_client=client, max_retries=0
    )


def make(sdk: openai.OpenAI, **changes: Any) -> Any:
    fields = {"name": "mine", "url": HOOK, "event_types": ["video.completed"], **changes}
    return sdk.webhooks.create(**fields)


def test_the_secret_is_shown_once(sdk: openai.OpenAI) -> None:
    made = make(sdk)
    assert made.object == "webhook_endpoint"
    assert made.id.startswith("whe_")
    assert made.signing_secret.startswith("whsec_")
    seen = sdk.webhooks.retrieve(made.id)
    assert not hasattr(seen, "signing_secret")
    assert seen.signing_secret_hint == f"whsec_…{made.signing_secret[-4:]}"
    assert (seen.name, seen.url, seen.event_types) == ("mine", HOOK, ["video.completed"])


def test_changes_keep_what_they_do_not_name(sdk: openai.OpenAI) -> None:
    made = make(sdk)
    changed = sdk.webhooks.update(made.id, event_types=["video.failed", "batch.completed"])
    assert changed.event_types == ["video.failed", "batch.completed"]
    assert (changed.name, changed.url) == ("mine", HOOK)
    assert sdk.webhooks.retrieve(made.id).event_types == changed.event_types
    assert sdk.webhooks.update(made.id, name="mine").updated_at == changed.updated_at


def test_rotation_gives_another_secret(sdk: openai.OpenAI) -> None:
    made = make(sdk)
    rotated = sdk.webhooks.rotate_secret(made.id, keep_old_secret_active_for_24_hours=True)
    assert rotated.signing_secret != made.signing_secret


def test_lists_go_on_newest_first(sdk: openai.OpenAI) -> None:
    ids = [make(sdk, name=f"n{number}").id for number in range(5)]
    assert [endpoint.id for endpoint in sdk.webhooks.list(limit=2)] == ids[::-1]
    page = sdk.webhooks.list(limit=2, after=ids[3])
    assert (page.first_id, page.last_id, page.has_more) == (ids[2], ids[1], True)  # type: ignore[attr-defined]


def test_deleted_endpoints_are_gone(sdk: openai.OpenAI) -> None:
    made = make(sdk)
    deleted = sdk.webhooks.delete(made.id)
    assert (deleted.id, deleted.deleted, deleted.object) == (
        made.id,
        True,
        "webhook_endpoint.deleted",
    )
    with pytest.raises(openai.NotFoundError):
        sdk.webhooks.retrieve(made.id)


def test_event_types_are_listed(sdk: openai.OpenAI) -> None:
    assert sdk.webhooks.event_types.list().data[:2] == ["video.completed", "video.failed"]


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"url": "http://hooks.example/x"}, "url"),
        ({"url": "https://intra.example/x"}, "url"),
        ({"url": "https://u:p@hooks.example/x"}, "url"),
        ({"url": "https://hooks.example/" + "x" * 2048}, "url"),
        ({"name": " "}, "name"),
        ({"name": 3}, "name"),
        ({"event_types": []}, "event_types"),
        ({"event_types": ["video.progress"]}, "event_types"),
        ({"event_types": "video.completed"}, "event_types"),
        ({"extra_body": {"color": "red"}}, "color"),
    ],
)
def test_what_cannot_be_used_is_named(
    sdk: openai.OpenAI, changes: dict[str, Any], param: str
) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        make(sdk, **changes)
    assert caught.value.param == param


def test_who_tries_it_on_their_own_machine_is_told_the_setting(sdk: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="KINORA_ALLOW_PRIVATE_ADDRESSES=true"):
        make(sdk, url="http://127.0.0.1:9000/")


def test_a_name_that_is_not_known_yet_is_taken(sdk: openai.OpenAI) -> None:
    assert make(sdk, url="https://soon.example/x").url == "https://soon.example/x"


def test_a_test_call_without_an_answer_is_an_error(
    sdk: openai.OpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make(sdk, url="https://soon.example/x")
    with pytest.raises(openai.BadRequestError, match="gave no answer") as caught:
        sdk.webhooks.test(made.id, event_type="video.failed")
    assert caught.value.code == "webhook_test_failed"


def test_endpoints_of_another_project_are_not_there(
    sdk: openai.OpenAI, app: FastAPI, service: Service
) -> None:
    made = make(sdk)
    other = keys.create(service.database, "other", project_id="other")[1]
    headers = {"authorization": f"Bearer {other}"}
    with TestClient(app, base_url="http://127.0.0.1", headers=headers) as stranger:
        path = f"/v1/webhook_endpoints/{made.id}"
        assert stranger.get(path).status_code == 404
        assert stranger.post(path, json={"name": "x"}).status_code == 404
        assert stranger.post(f"{path}/rotate_secret").status_code == 404
        assert stranger.get(f"{path}/deliveries").status_code == 404
        assert stranger.delete(path).status_code == 404
        assert stranger.get("/v1/webhook_endpoints").json()["data"] == []
    assert sdk.webhooks.retrieve(made.id).name == "mine"


def test_the_log_of_attempts_has_pages(
    sdk: openai.OpenAI, client: TestClient, service: Service
) -> None:
    made = make(sdk)
    with service.database.begin() as connection:
        for attempt in (1, 2, 3, 3):  # the last one is a repetition
            row = DeliveryRow(
                event_id="evt_1",
                endpoint_id=made.id,
                attempt=attempt,
                at=1000.0 + attempt,
                status_code=None if attempt < 3 else 200,
                error="No answer within 10 s." if attempt < 3 else None,
                duration_ms=5,
            )
            log_delivery(connection, row)
    path = f"/v1/webhook_endpoints/{made.id}/deliveries"
    first = client.get(path, params={"limit": 2}).json()
    assert [(d["attempt"], d["status_code"]) for d in first["data"]] == [(3, 200), (2, None)]
    assert first["has_more"] is True
    rest = client.get(path, params={"after": first["last_id"]}).json()
    assert [d["attempt"] for d in rest["data"]] == [1]
    assert client.get(path, params={"after": "whe_1"}).status_code == 400

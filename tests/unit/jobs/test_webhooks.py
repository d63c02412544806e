from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path

import openai
import pytest
import standardwebhooks
from cryptography.fernet import Fernet
from pydantic import SecretStr
from tests.support.jobs import Bench

from kinora.jobs import webhooks as deliveries
from kinora.jobs.outbox import announce
from kinora.jobs.runtime import running
from kinora.jobs.signing import message_id, signed_headers
from kinora.records import webhooks as rows
from kinora.records.webhooks import EndpointRow
from kinora.service import webhooks
from kinora.service.context import Service, open_service
from kinora.settings import Settings
from kinora.types.account import Caller

from .receiver import Hook, Receiver, receiving

CALLER = Caller(project_id="p1", key=None)


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    settings = Settings(
        data_dir=tmp_path / "data", cache_dir=tmp_path / "cache", allow_private_addresses=True
    )
    with open_service(settings) as opened:
        yield opened


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits of hundredths of seconds."""
    monkeypatch.setattr(deliveries, "FIRST_DELAY", 0.02)
    monkeypatch.setattr(deliveries, "LONGEST_DELAY", 0.1)


@pytest.fixture
def worker(service: Service, quick: None) -> Iterator[None]:
    """Delivers events."""
    with running(
        service.settings, service.database, service.blobs, service.queue, queues=("events",)
    ):
        yield


def subscribe(service: Service, receiver: Receiver, path: str = "/hook") -> EndpointRow:
    return webhooks.create_endpoint(
        service,
        CALLER,
        name="mine",
        url=receiver.url + path,
        event_types=["video.completed", "video.failed"],
    )


def tell(service: Service, video_id: str, kind: str = "video.completed") -> str:
    with service.database.begin() as connection:
        return announce(
            connection,
            service.queue,
            project_id=CALLER.project_id,
            kind=kind,
            object_id=video_id,
            at=time.time(),
        )


def log(service: Service, endpoint: EndpointRow) -> list[tuple[str, int, int | None]]:
    """Event, attempt and status of every attempt, the oldest first."""
    page = webhooks.list_deliveries(service, CALLER, endpoint.id, after=None, limit=1000)
    return [(row.event_id, row.attempt, row.status_code) for row in reversed(page.items)]


def accepted(service: Service, endpoint: EndpointRow) -> set[str]:
    """Events that the endpoint has taken, as far as the worker knows."""
    return {event for event, _, status in log(service, endpoint) if status == 200}


def check(hook: Hook, secret: str) -> tuple[str, str]:
    """Verify a hook as receivers do; its type and the id in it."""
    client = openai.OpenAI(api_key="sk-none", webhook_secret=secret)
    event = client.webhooks.unwrap(hook.body, hook.headers)
    standardwebhooks.Webhook(secret).verify(hook.body, hook.headers)
    return str(event.type), str(event.data.id)  # type: ignore[union-attr]


def test_every_event_reaches_every_endpoint_of_an_unreliable_receiver(
    each_bench: Bench, quick: None
) -> None:
    each_bench.set(allow_private_addresses=True)
    service = each_bench.service

    def flaky(hook: Hook, nth: int) -> int:
        """Three of ten requests fail, the same ones in every run."""
        video = json.loads(hook.body)["data"]["id"]
        digest = hashlib.sha256(f"{hook.path} {video} {nth}".encode()).digest()
        return 200 if digest[0] % 10 >= 3 else 500

    with receiving(flaky) as receiver, each_bench.working(queues=("events",)):
        endpoints = [subscribe(service, receiver, path) for path in ("/a", "/b")]
        events = {tell(service, f"video_{number:02}"): number for number in range(6)}
        # The receiver has an event a moment before the worker has noted its answer: a worker that
        # is stopped between the two sends it again, later.
        receiver.wait_for(lambda: all(accepted(service, e) == set(events) for e in endpoints))
    secrets = {"/a": endpoints[0].secret, "/b": endpoints[1].secret}
    got = sorted((hook.path, *check(hook, secrets[hook.path])) for hook in receiver.taken)
    wanted = [(p, "video.completed", f"video_{n:02}") for p in secrets for n in range(6)]
    kept = {endpoint.id: log(service, endpoint) for endpoint in endpoints}
    unheard = [entry for entries in kept.values() for entry in entries if entry[2] is None]
    assert set(got) == set(wanted)
    assert len(got) <= len(wanted) + len(unheard)  # what was taken isn't sent again
    assert len(receiver.hooks) > 12  # the receiver did fail
    assert set(receiver.times) == {message_id(e, p.id) for e in events for p in endpoints}
    for hook in receiver.hooks:  # failed attempts were signed as well
        check(hook, secrets[hook.path])
    for endpoint in endpoints:
        received = sum(receiver.times[message_id(e, endpoint.id)] for e in events)
        answered = [status for _, _, status in kept[endpoint.id] if status is not None]
        assert len(answered) <= received <= len(kept[endpoint.id])


def test_headers_are_those_of_the_contract(service: Service, worker: None) -> None:
    with receiving(lambda hook, nth: 200) as receiver:
        endpoint = subscribe(service, receiver)
        event_id = tell(service, "video_1", "video.failed")
        receiver.wait_for(lambda: bool(receiver.taken))
    hook = receiver.taken[0]
    assert hook.headers["content-type"] == "application/json"
    assert hook.headers["webhook-id"] == message_id(event_id, endpoint.id)
    assert hook.headers["webhook-id"].startswith("wh_")
    assert len(hook.headers["webhook-id"]) == 3 + 32
    assert hook.headers["webhook-signature"].startswith("v1,")
    assert abs(int(hook.headers["webhook-timestamp"]) - time.time()) < 300
    with service.database.read() as connection:
        event = rows.find_event(connection, event_id)
    assert event is not None
    assert hook.body == event.payload.encode()


def test_gone_ends_the_attempts_and_so_does_deleting_the_endpoint(
    service: Service, worker: None
) -> None:
    with receiving(lambda hook, nth: 410 if hook.path == "/gone" else 500) as receiver:
        gone, failing = subscribe(service, receiver, "/gone"), subscribe(service, receiver, "/x")
        tell(service, "video_1")
        receiver.wait_for(lambda: any(n >= 3 for n in receiver.times.values()))
        webhooks.delete_endpoint(service, CALLER, failing.id)
        seen = len(receiver.hooks)
        tell(service, "video_2")
        receiver.wait_for(lambda: len(log(service, gone)) == 2)
    assert [(n, status) for _, n, status in log(service, gone)] == [(1, 410), (1, 410)]
    # One attempt may have been under way when the endpoint was deleted.
    assert sum(hook.path == "/x" for hook in receiver.hooks) <= seen + 1


def test_a_redirect_and_silence_count_as_failures(service: Service, worker: None) -> None:
    with receiving(lambda hook, nth: 302 if nth == 1 else 200) as receiver:
        endpoint = subscribe(service, receiver)
        tell(service, "video_1")
        receiver.wait_for(lambda: len(log(service, endpoint)) == 2)
    assert [(n, status) for _, n, status in log(service, endpoint)] == [(1, 302), (2, 200)]


def test_a_closed_port_is_tried_again(service: Service, worker: None) -> None:
    with receiving(lambda hook, nth: 200) as receiver:
        pass
    endpoint = subscribe(service, receiver)
    tell(service, "video_1")
    receiver.wait_for(lambda: len(log(service, endpoint)) >= 2)
    assert {status for _, _, status in log(service, endpoint)} == {None}


def test_events_after_three_days_are_given_up(
    service: Service, worker: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "GIVE_UP_AFTER", 0.0)
    with receiving(lambda hook, nth: 500) as receiver:
        endpoint = subscribe(service, receiver)
        tell(service, "video_1")
        receiver.wait_for(lambda: len(log(service, endpoint)) == 1)
        other = subscribe(service, receiver, "/other")
        tell(service, "video_2")
        # The two endpoints are told side by side, in either order.
        receiver.wait_for(lambda: len(log(service, other)) == len(log(service, endpoint)) - 1 == 1)
    assert [n for _, n, _ in log(service, endpoint)] == [1, 1]


def test_during_a_rotation_both_secrets_verify(service: Service, worker: None) -> None:
    with receiving(lambda hook, nth: 200) as receiver:
        old = subscribe(service, receiver)
        new = webhooks.rotate_secret(service, CALLER, old.id, keep_old=True)
        tell(service, "video_1")
        receiver.wait_for(lambda: len(receiver.taken) == 1)
        last = webhooks.rotate_secret(service, CALLER, old.id, keep_old=False)
        tell(service, "video_2")
        receiver.wait_for(lambda: len(receiver.taken) == 2)
    first, second = receiver.taken
    assert len(first.headers["webhook-signature"].split()) == 2
    assert check(first, old.secret) == check(first, new.secret) == ("video.completed", "video_1")
    assert check(second, last.secret) == ("video.completed", "video_2")
    for stale in (old, new):
        with pytest.raises(openai.InvalidWebhookSignatureError):
            check(second, stale.secret)


def test_sealed_secrets_sign_and_a_missing_key_is_waited_for(
    each_bench: Bench, quick: None
) -> None:
    key = SecretStr(Fernet.generate_key().decode())
    each_bench.set(allow_private_addresses=True, secret_keys=(key,))
    service = each_bench.service
    with receiving(lambda hook, nth: 200) as receiver:
        endpoint = subscribe(service, receiver)
        each_bench.set(secret_keys=())
        with each_bench.working(queues=("events",)):
            event_id = tell(service, "video_1")
            receiver.wait_for(lambda: bool(log(service, endpoint)))
        assert receiver.hooks == []
        each_bench.set(secret_keys=(key,))
        with each_bench.working(queues=("events",)):
            receiver.wait_for(lambda: log(service, endpoint)[-1][2] == 200)
    assert check(receiver.hooks[0], endpoint.secret) == ("video.completed", "video_1")
    assert {event for event, _, _ in log(service, endpoint)} == {event_id}


def test_delays_double_up_to_hours_and_add_up_to_three_days() -> None:
    delays = [deliveries.delay_before(n, message="evt:whe") for n in range(2, 40)]
    for n, delay in enumerate(delays):
        plain = min(5.0 * 2.0**n, 4 * 3600.0)
        assert 0.8 * plain <= delay <= 1.2 * plain
    assert delays == [deliveries.delay_before(n, message="evt:whe") for n in range(2, 40)]
    assert delays != [deliveries.delay_before(n, message="evt:other") for n in range(2, 40)]
    assert sum(delays) > deliveries.GIVE_UP_AFTER == 72 * 3600


def test_an_old_signature_is_refused() -> None:
    secret = "whsec_" + "c2VjcmV0" * 4
    stale = signed_headers("{}", message="wh_1", now=time.time() - 301, keys=[secret])
    with pytest.raises(openai.InvalidWebhookSignatureError, match="too old"):
        check(Hook("/", stale, b"{}"), secret)

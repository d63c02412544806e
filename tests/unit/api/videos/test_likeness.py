from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.support.clips import encoded_clip

from kinora.jobs.portrait import Portrait
from kinora.records import audit, consents, videos
from kinora.records.characters import blob_key, sprite_key
from kinora.records.tables import challenges
from kinora.records.tables import consents as consents_table
from kinora.service import characters, drafting, keys, likeness
from kinora.service.context import Service
from kinora.storage.blobs import Blobs

GOOD = Portrait(seconds=5.0, frames=12, with_face=11, most_faces=1, movement=3.0)
Consent = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def portrait(monkeypatch: pytest.MonkeyPatch) -> Callable[[Portrait], None]:
    """What clips are found to show."""

    def show(found: Portrait) -> None:
        def look(path: Path, *, sprite: Path | None = None, **_: Any) -> Portrait:
            if sprite is not None:
                sprite.write_bytes(b"cut out")
            return found

        for module in (likeness, characters):
            monkeypatch.setattr(module, "look_at_clip", look)

    show(GOOD)
    return show


@pytest.fixture
def stranger(service: Service) -> dict[str, str]:
    """Headers of a key of another project."""
    secret = keys.create(service.database, "other", project_id="other")[1]
    return {"authorization": f"Bearer {secret}"}


@pytest.fixture
def character(client: TestClient) -> str:
    files = {"video": ("a.mp4", encoded_clip(), "video/mp4")}
    made = client.post("/v1/videos/characters", data={"name": "Ada"}, files=files)
    assert made.status_code == 200, made.text
    return str(made.json()["id"])


def challenge(client: TestClient) -> str:
    answer = client.post("/v1/likeness/challenges")
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["moves"]) == 3
    return str(answer.json()["id"])


def post(client: TestClient, character: str, **fields: Any) -> Any:
    recording = fields.pop("recording", None) or encoded_clip(seconds=2.1)
    data = {
        "character_id": character,
        "challenge_id": fields.pop("challenge_id", None) or challenge(client),
        "audience": "me",
        "purpose": "a film about Ada",
        **fields,
    }
    files = {"recording": ("r.mp4", recording, "video/mp4")}
    return client.post("/v1/likeness/consents", data=data, files=files)


@pytest.fixture
def consent(client: TestClient, character: str) -> Consent:
    def give(**fields: Any) -> dict[str, Any]:
        answer = post(client, character, **fields)
        assert answer.status_code == 200, answer.text
        given: dict[str, Any] = answer.json()
        return given

    return give


def use(
    client: TestClient, picture: bytes, character: str, headers: dict[str, str] | None = None
) -> Any:
    reference = ("a.png", picture, "image/png")
    return client.post(
        "/v1/videos",
        data={"prompt": "Ada, slow push in", "characters[][id]": character},
        files={"input_reference": reference},
        headers=headers,
    )


def code(answer: Any) -> str:
    assert answer.status_code in (400, 404), answer.text
    return str(answer.json()["error"]["code"])


def expire(service: Service, table: Any, **values: Any) -> None:
    with service.database.begin() as connection:
        connection.execute(table.update().values(**values))


def blob(blobs: Blobs, key: str) -> bool:
    return blobs.info(key) is not None


def test_a_character_that_shows_a_person_needs_consent(
    client: TestClient, picture: bytes, character: str, consent: Consent
) -> None:
    assert code(use(client, picture, character)) == "likeness_consent_required"
    given = consent()
    assert given["owner_key"].startswith("own_")
    assert {"phrase", "head turns"} <= set(given["liveness"]["not_checked"])
    assert use(client, picture, character).status_code == 200


def test_one_that_shows_no_person_needs_none(
    client: TestClient, picture: bytes, portrait: Callable[[Portrait], None]
) -> None:
    portrait(Portrait(seconds=2, frames=12, with_face=0, most_faces=0, movement=1))
    files = {"video": ("a.mp4", encoded_clip(), "video/mp4")}
    made = client.post("/v1/videos/characters", data={"name": "Fox"}, files=files).json()
    assert use(client, picture, made["id"]).status_code == 200


def test_every_use_is_logged_for_the_owner_alone(
    client: TestClient, picture: bytes, character: str, consent: Consent, service: Service
) -> None:
    owner = {"kinora-owner-key": consent()["owner_key"]}
    video = use(client, picture, character).json()["id"]
    url = f"/v1/likeness/consents/{character}"
    seen = client.get(url, headers=owner).json()
    assert [used["video_id"] for used in seen["uses"]] == [video]
    assert "owner_key" not in seen
    wrong = client.get(url, headers={"kinora-owner-key": "own_" + "0" * 48})
    assert wrong.status_code == 404
    assert client.get(url).status_code == 400
    with service.database.read() as connection:
        log = list(audit.entries(connection, object_id=character))
    assert [entry["kind"] for entry in log] == ["check", "consent"]
    with service.database.read() as connection:
        (entry,) = audit.entries(connection, object_id=video)
    by = {check["check"]: check for check in entry["record"]["checks"]}
    assert by["likeness"]["decision"] == "allow"
    assert "its owner agreed" in by["likeness"]["detail"]
    assert owner["kinora-owner-key"] not in str(log)


def test_every_refused_use_is_in_the_audit_log(
    client: TestClient,
    picture: bytes,
    character: str,
    consent: Consent,
    stranger: dict[str, str],
    service: Service,
) -> None:
    use(client, picture, character)
    owner = {"kinora-owner-key": consent()["owner_key"]}
    use(client, picture, character, headers=stranger)
    expire(service, consents_table, until=time.time() - 1)
    use(client, picture, character)
    client.post(f"/v1/likeness/consents/{character}/revoke", json={}, headers=owner)
    use(client, picture, character)
    with service.database.read() as connection:
        log = list(audit.entries(connection, kind="refusal"))
    found = []
    for entry in log:
        check = entry["record"]["checks"][-1]
        assert (check["check"], check["subject"], check["version"]) == (
            "likeness", "characters", "consent-1"
        )  # fmt: skip
        assert len(check["sha256"]) == 64
        found.append((entry["project_id"], check["decision"], check["code"]))
    assert found == [
        ("default", "needs_consent", "likeness_consent_required"),
        ("other", "refuse", "character_permission_denied"),
        ("default", "refuse", "consent_expired"),
        ("default", "refuse", "consent_revoked"),
    ]


def test_a_refusal_between_the_checks_and_the_row_is_in_the_log(
    client: TestClient, picture: bytes, character: str, service: Service, monkeypatch: Any
) -> None:
    """A consent may be taken back after the request was looked at, before it is accepted."""
    monkeypatch.setattr(drafting, "_character_names", lambda *_: ("Ada",))
    assert code(use(client, picture, character)) == "likeness_consent_required"
    with service.database.read() as connection:
        (entry,) = audit.entries(connection, kind="refusal")
    assert entry["record"]["checks"][0]["decision"] == "needs_consent"


@pytest.mark.parametrize("delete_videos", [False, True])
def test_a_revocation_stops_jobs_at_once_and_deletes_what_was_derived(
    client: TestClient,
    picture: bytes,
    character: str,
    consent: Consent,
    service: Service,
    delete_videos: bool,
) -> None:
    owner = {"kinora-owner-key": consent()["owner_key"]}
    finished, waiting = (use(client, picture, character).json()["id"] for _ in range(2))
    with service.database.begin() as connection:
        videos.update(connection, finished, status="completed")
    derived = (blob_key(character), sprite_key(character))
    assert all(blob(service.blobs, key) for key in derived)
    url = f"/v1/likeness/consents/{character}/revoke"
    assert client.post(url, json={}, headers={"kinora-owner-key": "own_x"}).status_code == 404
    answer = client.post(url, json={"delete_videos": delete_videos}, headers=owner)
    assert answer.status_code == 200, answer.text
    assert answer.json()["revoked_at"] is not None
    assert not any(blob(service.blobs, key) for key in derived)
    assert code(use(client, picture, character)) == "consent_revoked"
    if delete_videos:
        assert sorted(answer.json()["deleted_videos"]) == sorted([finished, waiting])
        assert client.get(f"/v1/videos/{finished}").status_code == 404
    else:
        assert client.get(f"/v1/videos/{finished}").json()["status"] == "completed"
        failed = client.get(f"/v1/videos/{waiting}").json()
        assert (failed["status"], failed["error"]["code"]) == ("failed", "consent_revoked")


def test_a_remix_of_a_video_with_a_revoked_character_is_refused(
    client: TestClient, picture: bytes, character: str, consent: Consent, service: Service
) -> None:
    owner = {"kinora-owner-key": consent()["owner_key"]}
    video = use(client, picture, character).json()["id"]
    with service.database.begin() as connection:
        videos.update(connection, video, status="completed", plan_json=PLAN, report_json="{}")
    client.post(f"/v1/likeness/consents/{character}/revoke", json={}, headers=owner)
    answer = client.post(f"/v1/videos/{video}/remix", json={"prompt": "slower"})
    assert code(answer) == "consent_revoked"


PLAN = '{"duration": 4.0, "beats": [{"id": "b1", "t0": 0, "t1": 4}]}'


def test_an_expired_consent_is_refused(
    client: TestClient, picture: bytes, character: str, consent: Consent, service: Service
) -> None:
    consent(until=str(int(time.time()) + 1000))
    assert use(client, picture, character).status_code == 200
    expire(service, consents_table, until=time.time() - 1)
    assert code(use(client, picture, character)) == "consent_expired"


@pytest.mark.parametrize(
    ("fields", "may"),
    [
        ({"audience": "me"}, False),
        ({"audience": "list", "allowed[]": "nobody"}, False),
        ({"audience": "list", "allowed[]": "other"}, True),
        ({"audience": "everyone"}, True),
    ],
)
def test_others_use_it_where_its_owner_says_so_and_a_stolen_id_is_no_use(
    client: TestClient,
    picture: bytes,
    character: str,
    consent: Consent,
    stranger: dict[str, str],
    fields: dict[str, str],
    may: bool,
) -> None:
    consent(**fields)
    answer = use(client, picture, character, headers=stranger)
    assert (answer.status_code == 200) == may, answer.text
    if not may:
        assert "not found" in answer.json()["error"]["message"]


def test_a_challenge_is_good_once_for_its_own_project_and_for_ten_minutes(
    client: TestClient, character: str, service: Service, stranger: dict[str, str]
) -> None:
    used = challenge(client)
    assert post(client, character, challenge_id=used).status_code == 200
    files = {"video": ("a.mp4", encoded_clip(), "video/mp4")}
    second = client.post("/v1/videos/characters", data={"name": "Bo"}, files=files).json()["id"]
    other = encoded_clip(seconds=2.4)
    assert code(post(client, second, challenge_id=used, recording=other)) == "challenge_expired"
    foreign = client.post("/v1/likeness/challenges", headers=stranger).json()["id"]
    assert code(post(client, second, challenge_id=foreign, recording=other)) == "not_found"
    late = challenge(client)
    expire(service, challenges, expires_at=time.time() - 1)
    assert code(post(client, second, challenge_id=late, recording=other)) == "challenge_expired"
    assert code(post(client, second)) == "recording_refused"  # the one of the first consent


def test_only_the_owner_of_a_character_consents_and_once(
    client: TestClient, character: str, consent: Consent, stranger: dict[str, str]
) -> None:
    foreign = client.post("/v1/likeness/challenges", headers=stranger).json()["id"]
    data = {
        "character_id": character,
        "challenge_id": foreign,
        "audience": "everyone",
        "purpose": "mine now",
    }
    files = {"recording": ("r.mp4", encoded_clip(seconds=2.2), "video/mp4")}
    answer = client.post("/v1/likeness/consents", data=data, files=files, headers=stranger)
    assert answer.status_code == 404
    consent()
    again = post(client, character, recording=encoded_clip(seconds=2.6))
    assert "already" in again.json()["error"]["message"]


@pytest.mark.parametrize(
    "found",
    [
        Portrait(seconds=1.0, frames=12, with_face=12, most_faces=1, movement=3.0),
        Portrait(seconds=99.0, frames=12, with_face=12, most_faces=1, movement=3.0),
        Portrait(seconds=5.0, frames=12, with_face=12, most_faces=2, movement=3.0),
        Portrait(seconds=5.0, frames=12, with_face=3, most_faces=1, movement=3.0),
        Portrait(seconds=5.0, frames=12, with_face=12, most_faces=1, movement=0.0),
    ],
    ids=["short", "long", "two faces", "no face", "still"],
)
def test_a_recording_that_shows_no_moving_person_is_refused(
    client: TestClient,
    character: str,
    portrait: Callable[[Portrait], None],
    found: Portrait,
    service: Service,
) -> None:
    portrait(found)
    assert code(post(client, character)) == "recording_refused"
    with service.database.read() as connection:
        assert consents.find(connection, character) is None


def test_the_head_must_not_turn_otherwise_than_asked(
    client: TestClient,
    character: str,
    portrait: Callable[[Portrait], None],
    service: Service,
) -> None:
    asked = client.post("/v1/likeness/challenges").json()
    other = ["left", "left", "right"]
    if asked["moves"] in (other, ["right", "right", "left"]):
        other = ["left", "right", "left"]
    portrait(replace(GOOD, turns=tuple(other)))
    recording = encoded_clip(seconds=2.8)
    answer = post(client, character, challenge_id=asked["id"], recording=recording)
    assert code(answer) == "recording_refused"
    assert "turns otherwise" in answer.json()["error"]["message"]
    with service.database.read() as connection:
        (entry,) = audit.entries(connection, kind="refusal")
    (check,) = entry["record"]["checks"]
    assert (check["check"], check["code"]) == ("likeness", "recording_refused")
    mirrored = ["left" if move == "right" else "right" for move in asked["moves"]]
    portrait(replace(GOOD, turns=tuple(mirrored)))  # as a front camera shows it
    answer = post(client, character, challenge_id=asked["id"], recording=recording)
    assert answer.status_code == 200, answer.text
    assert "head turns" in answer.json()["liveness"]["checked"]


@pytest.mark.parametrize(
    "fields",
    [
        {"audience": "friends"},
        {"audience": "list"},
        {"audience": "me", "allowed[]": "x"},
        {"purpose": " "},
        {"until": "yesterday"},
        {"until": "1000"},
    ],
)
def test_what_cannot_be_meant_is_refused(
    client: TestClient, character: str, fields: dict[str, str]
) -> None:
    assert post(client, character, **fields).status_code == 400

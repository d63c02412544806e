"""The field `audio` over HTTP: taken from JSON and forms, and kept for a remix."""

from __future__ import annotations

import base64
from collections.abc import Callable

from starlette.testclient import TestClient
from tests.unit.api.videos.test_masks import spec_of

from kinora.service.context import Service
from kinora.types.video import AudioSpec


def test_json_and_forms_say_what_is_wanted(
    client: TestClient, service: Service, picture: bytes
) -> None:
    url = "data:image/png;base64," + base64.b64encode(picture).decode()
    body = {"prompt": "pan left", "input_reference": url, "audio": {"loudness": -14}}
    by_json = client.post("/v1/videos", json=body)
    assert by_json.status_code == 200, by_json.text
    assert spec_of(service, by_json.json()["id"]).audio == AudioSpec(loudness=-14)
    by_form = client.post(
        "/v1/videos",
        data={"prompt": "pan left", "audio[enabled]": "false"},
        files={"input_reference": ("a.png", picture)},
    )
    assert spec_of(service, by_form.json()["id"]).audio == AudioSpec(enabled=False)


def test_a_remix_keeps_it_unless_it_brings_its_own(
    client: TestClient, service: Service, finished: Callable[..., str]
) -> None:
    source = finished(audio='{"loudness": -23}')
    kept = client.post(f"/v1/videos/{source}/remix", json={"prompt": "slower"}).json()
    new = client.post(
        f"/v1/videos/{source}/remix", json={"prompt": "slower", "audio": {"room_tone": False}}
    ).json()
    assert spec_of(service, kept["id"]).audio == AudioSpec(loudness=-23)
    assert spec_of(service, new["id"]).audio == AudioSpec(room_tone=False)


def test_what_is_not_allowed_is_refused_by_name(client: TestClient) -> None:
    answer = client.post("/v1/videos", json={"prompt": "x", "audio": {"loudness": 3}})
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == "audio.loudness"

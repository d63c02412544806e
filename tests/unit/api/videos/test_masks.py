"""Masks over HTTP: taken as files, ids and boxes, and kept for a remix."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from kinora.jobs.reading import RenderTask, clip_request
from kinora.records import videos
from kinora.service.context import Service
from kinora.types.video import MaskSpec, VideoSpec


def spec_of(service: Service, video_id: str) -> VideoSpec:
    with service.database.read() as connection:
        found = videos.find(connection, video_id)
    assert found is not None
    return found.spec


def test_a_form_sends_them_beside_the_picture(
    client: TestClient, service: Service, picture: bytes
) -> None:
    answer = client.post(
        "/v1/videos",
        data={"prompt": "the flag flutters", "masks[][kind]": "flag"},
        files={"input_reference": ("a.png", picture), "masks[][image]": ("m.png", picture)},
    )
    assert answer.status_code == 200, answer.text
    (mask,) = spec_of(service, answer.json()["id"]).masks
    assert mask.kind == "flag"
    assert mask.data is not None
    assert base64.b64decode(mask.data) == picture


def test_a_remix_keeps_them(
    client: TestClient, service: Service, finished: Callable[..., str], picture: bytes
) -> None:
    box = {"kind": "water", "box": [0, 0.5, 1, 1]}
    source = finished(masks='[{"kind": "water", "box": [0, 0.5, 1, 1]}]')
    kept = client.post(f"/v1/videos/{source}/remix", json={"prompt": "slower"}).json()
    new = client.post(
        f"/v1/videos/{source}/remix", json={"prompt": "slower", "masks": [{**box, "kind": "sky"}]}
    ).json()
    expected = MaskSpec(kind="water", box=(0.0, 0.5, 1.0, 1.0))
    assert spec_of(service, kept["id"]).masks == (expected,)
    assert [mask.kind for mask in spec_of(service, new["id"]).masks] == ["sky"]


@pytest.mark.parametrize("kept", [b"no picture", b"\x89PNG\r\n\x1a\n" + bytes(200_000)])
def test_what_is_no_mask_is_refused_with_its_name(
    client: TestClient, picture: bytes, kept: bytes
) -> None:
    url = "data:image/png;base64," + base64.b64encode(kept).decode()
    picture_url = "data:image/png;base64," + base64.b64encode(picture).decode()
    body = {"prompt": "x", "input_reference": picture_url, "masks": [{"kind": "sky", "image": url}]}
    answer = client.post("/v1/videos", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == "masks[0].image"


def test_the_render_child_gets_them(picture: bytes) -> None:
    data = base64.b64encode(picture).decode()
    masks = (MaskSpec(kind="sky", data=data), MaskSpec(kind="flag", box=(0.0, 0.0, 0.5, 1.0)))
    spec = VideoSpec(model="sora-2", engine="parallax", prompt="push in", masks=masks)
    task = RenderTask(spec=spec)
    request = clip_request(task, picture)
    assert request.masks == {"sky": picture, "flag": (0.0, 0.0, 0.5, 1.0)}

from __future__ import annotations

import hashlib
import io
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from starlette.testclient import TestClient

from kinora.records import videos
from kinora.service.context import Service
from kinora.types.video import MIME, Variant, blob_key

Finish = Callable[..., str]


@pytest.fixture
def picture() -> bytes:
    """A PNG of 640 × 360 pixels."""
    stream = io.BytesIO()
    Image.new("RGB", (640, 360), "teal").save(stream, "PNG")
    return stream.getvalue()


@pytest.fixture
def create(client: TestClient, picture: bytes) -> Callable[..., dict[str, Any]]:
    """Make a video by its endpoint; answers the Video object."""

    def make(**fields: str) -> dict[str, Any]:
        answer = client.post(
            "/v1/videos",
            data={"prompt": "slow push in", **fields},
            files={"input_reference": ("a.png", picture, "image/png")},
        )
        assert answer.status_code == 200, answer.text
        made: dict[str, Any] = answer.json()
        return made

    return make


@pytest.fixture
def change(service: Service) -> Callable[..., None]:
    """Write columns of a row, as a worker would."""

    def write(video_id: str, **values: Any) -> None:
        with service.database.begin() as connection:
            assert videos.update(connection, video_id, unless=(), **values)

    return write


@pytest.fixture
def finished(
    create: Callable[..., dict[str, Any]], change: Callable[..., None], service: Service
) -> Finish:
    """A completed video with all its files, as a worker would leave it; answers its id."""

    def make(*, values: dict[str, Any] | None = None, **fields: str) -> str:
        video_id: str = create(**fields)["id"]
        media = {}
        for variant in MIME:
            data = content(variant)
            service.blobs.put_bytes(blob_key(video_id, variant), data)
            media[variant] = {
                "bytes": len(data),
                "sha256": hashlib.sha256(data).hexdigest(),
                "mime": MIME[variant],
            }
        now = time.time()
        plan = {
            "duration": 4.0,
            "beats": [{"id": "b", "t0": 0.0, "t1": 4.0, "camera": [{"id": "c", "op": "static"}]}],
        }
        done = {
            "status": "completed",
            "progress": 100,
            "started_at": now - 2,
            "completed_at": now,
            "expires_at": now + 86_400,
            "plan_json": json.dumps(plan),
            "report_json": json.dumps({"lang": "en"}),
            "media_json": json.dumps(media),
        }
        change(video_id, **{**done, **(values or {})})
        return video_id

    return make


@pytest.fixture
def content_of() -> Callable[[Variant], bytes]:
    """What the files of a `finished` video hold."""
    return content


def content(variant: Variant) -> bytes:
    """Bytes that tell where they lie."""
    sizes = {"video": 3_000_000, "thumbnail": 5000, "spritesheet": 7000, "subtitles": 300}
    size = sizes.get(variant, 9000)
    return b"".join(i.to_bytes(4, "big") for i in range(size // 4))

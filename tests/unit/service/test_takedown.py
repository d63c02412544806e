from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from kinora.errors import FieldError, ImageError, MissingError
from kinora.records import audit, blocked, videos
from kinora.service.context import Service, open_service
from kinora.service.takedown import block, take_down, unblock
from kinora.settings import Settings
from kinora.types.video import VideoSpec, blob_key


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with open_service(Settings(data_dir=tmp_path / "data")) as opened:
        yield opened


@pytest.fixture
def coffee(tmp_path: Path) -> Path:
    path = tmp_path / "coffee.png"
    Image.fromarray(data.coffee()).save(path)
    return path


def finished(service: Service, name: str, picture: np.ndarray, tmp_path: Path) -> None:
    """A completed video with this thumbnail."""
    thumbnail = tmp_path / "t.webp"
    Image.fromarray(picture).resize((300, 200)).save(thumbnail, "WEBP", quality=60)
    service.blobs.put_file(blob_key(name, "thumbnail"), thumbnail)
    with service.database.begin() as connection:
        videos.insert(
            connection,
            id=name,
            project_id="default",
            key_id=None,
            status="completed",
            progress=100,
            model="m",
            prompt="",
            size="64x64",
            seconds="4",
            created_at=1.0,
            extensions=0,
            attempts=0,
            priority=10,
            spec_json=VideoSpec(model="m", engine="e").model_dump_json(),
        )


def test_a_takedown_blocks_and_deletes_what_shows_the_picture(
    service: Service, coffee: Path, tmp_path: Path
) -> None:
    finished(service, "video_a", np.ascontiguousarray(data.coffee()[:, ::-1]), tmp_path)
    finished(service, "video_b", data.rocket(), tmp_path)
    assert take_down(service, coffee, name="cup", dry_run=True).videos == ("video_a",)
    with service.database.read() as connection:
        assert blocked.every(connection) == []
    assert take_down(service, coffee, name="cup").videos == ("video_a",)
    with service.database.read() as connection:
        left = {v.id: v.status for v in videos.find_many(connection, ["video_a", "video_b"])}
        log = list(audit.entries(connection))
    assert left == {"video_a": "cancelled", "video_b": "completed"}
    assert service.blobs.info(blob_key("video_a", "thumbnail")) is None
    assert service.blobs.info(blob_key("video_b", "thumbnail")) is not None
    assert [entry["record"]["deed"] for entry in log] == ["blocked", "taken down"]
    assert audit.verify(log)[1] is None


def test_what_is_blocked_can_be_freed(service: Service, coffee: Path) -> None:
    row = block(service, coffee, name=" cup ")
    assert row.name == "cup"
    with service.database.read() as connection:
        ((name, text),) = blocked.prints(connection)
    assert name == "cup"
    assert json.loads(text)["version"]
    unblock(service, row.id)
    with service.database.read() as connection:
        assert blocked.prints(connection) == []
    with pytest.raises(MissingError):
        unblock(service, row.id)


def test_what_cannot_be_recognised_is_not_blocked(service: Service, tmp_path: Path) -> None:
    flat = tmp_path / "flat.png"
    Image.new("RGB", (80, 80), "teal").save(flat)
    with pytest.raises(FieldError):
        block(service, flat, name="x")
    with pytest.raises(FieldError):
        block(service, flat, name="")
    flat.write_bytes(b"no picture")
    with pytest.raises(ImageError):
        block(service, flat, name="x")

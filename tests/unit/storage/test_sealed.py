from __future__ import annotations

import asyncio
import base64
from datetime import timedelta
from pathlib import Path

import pytest

from kinora.errors import InputError, OutputError
from kinora.service.context import open_service
from kinora.settings import Settings
from kinora.storage.blobs import Blobs, open_blobs
from kinora.storage.sealed import MAGIC, SealedBlobs

KEY, OTHER = (base64.urlsafe_b64encode(bytes([n]) * 32).decode() for n in (1, 2))
DATA = bytes(range(256)) * 10_000  # 2.5 MB: three pieces


@pytest.fixture
def inner(tmp_path: Path) -> Blobs:
    return open_blobs(f"file://{tmp_path / 'store'}")


@pytest.fixture
def blobs(inner: Blobs) -> SealedBlobs:
    return SealedBlobs(inner, [KEY])


def streamed(blobs: Blobs, key: str, start: int = 0, end: int | None = None) -> bytes:
    async def collect() -> bytes:
        return b"".join([chunk async for chunk in blobs.stream(key, start=start, end=end)])

    return asyncio.run(collect())


@pytest.mark.parametrize("data", [b"", b"x", b"y" * (1 << 20), DATA])
@pytest.mark.parametrize("by_file", [True, False])
def test_uploads_are_sealed_in_the_store_and_come_back(
    blobs: SealedBlobs, inner: Blobs, tmp_path: Path, data: bytes, by_file: bool
) -> None:
    key = "inputs/ab/abc"
    if by_file:
        path = tmp_path / "in"
        path.write_bytes(data)
        blobs.put_file(key, path)
    else:
        blobs.put_bytes(key, data)
    stored = inner.read(key)
    assert stored.startswith(MAGIC)
    assert len(data) < 100 or data[:100] not in stored
    assert blobs.read(key) == data
    out = tmp_path / "out"
    blobs.fetch(key, out)
    assert out.read_bytes() == data
    assert streamed(blobs, key) == data
    assert blobs.local_path(key) is None
    assert blobs.signed_url(key, expires=timedelta(hours=1)) is None


@pytest.mark.parametrize(("start", "end"), [(0, 5), (7, 9), (1 << 20, (1 << 20) + 3), (100, None)])
def test_a_part_is_streamed(blobs: SealedBlobs, start: int, end: int | None) -> None:
    blobs.put_bytes("files/a", DATA)
    assert streamed(blobs, "files/a", start, end) == DATA[start:end]


def test_what_is_made_isnt_sealed(blobs: SealedBlobs, inner: Blobs) -> None:
    blobs.put_bytes("videos/v/video.mp4", DATA)
    assert inner.read("videos/v/video.mp4") == DATA
    assert blobs.local_path("videos/v/video.mp4") is not None
    assert streamed(blobs, "videos/v/video.mp4", 3, 9) == DATA[3:9]


def test_what_was_stored_in_clear_is_still_read(
    blobs: SealedBlobs, inner: Blobs, tmp_path: Path
) -> None:
    for data in (b"abc", DATA):
        inner.put_bytes("files/old", data)
        assert blobs.read("files/old") == data
        blobs.fetch("files/old", tmp_path / "out")
        assert (tmp_path / "out").read_bytes() == data
    assert streamed(blobs, "files/old") == DATA


def test_keys_rotate_and_a_wrong_one_is_told(blobs: SealedBlobs, inner: Blobs) -> None:
    blobs.put_bytes("files/a", b"secret")
    assert SealedBlobs(inner, [OTHER, KEY]).read("files/a") == b"secret"
    with pytest.raises(OutputError, match="KINORA_SECRET_KEYS"):
        SealedBlobs(inner, [OTHER]).read("files/a")


def test_a_cut_or_reordered_blob_is_told(blobs: SealedBlobs, inner: Blobs) -> None:
    blobs.put_bytes("files/a", DATA)
    stored = inner.read("files/a")
    length = 4 + int.from_bytes(stored[len(MAGIC) : len(MAGIC) + 4])
    first = stored[len(MAGIC) : len(MAGIC) + length]
    rest = stored[len(MAGIC) + length :]
    for changed in (MAGIC + first, stored[:-1], MAGIC + rest, MAGIC + first + stored[len(MAGIC) :]):
        inner.put_bytes("files/a", changed)
        with pytest.raises(OutputError):
            blobs.read("files/a")
        with pytest.raises(OutputError):
            streamed(blobs, "files/a")


def test_a_service_seals_uploads_where_it_is_told_to(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, seal_uploads=True, secret_keys=KEY)
    with open_service(settings) as service:
        service.blobs.put_bytes("files/a", b"secret")
        assert service.blobs.read("files/a") == b"secret"
    assert (tmp_path / "blobs" / "files" / "a").read_bytes().startswith(MAGIC)
    with (
        pytest.raises(InputError, match="KINORA_SECRET_KEYS"),
        open_service(Settings(data_dir=tmp_path, seal_uploads=True)),
    ):
        pass

"""The same body on a local folder and on a real S3 protocol (moto's server)."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import boto3
import pytest

from kinora.errors import InputError, OutputError
from kinora.storage.blobs import Blobs, open_blobs

DATA = bytes(range(256)) * 20_000  # 5 MB: more than one part and one chunk


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    endpoint = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    keys = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": endpoint,
    }
    before = {name: os.environ.get(name) for name in keys}
    os.environ.update(keys)
    try:
        _wait_for(port)
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="clips")
        yield "s3://clips/kinora"
    finally:
        server.kill()
        server.wait()
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("moto's server didn't start")


@pytest.fixture(params=["local", "s3"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    if request.param == "local":
        return open_blobs(f"file://{tmp_path / 'blobs'}")
    url: str = request.getfixturevalue("s3_url")
    return open_blobs(url)


def test_a_file_comes_back_whole_and_in_ranges(blobs: Blobs, tmp_path: Path) -> None:
    source = tmp_path / "in.bin"
    source.write_bytes(DATA)
    blobs.put_file("videos/a/video.mp4", source)
    info = blobs.info("videos/a/video.mp4")
    assert info is not None
    assert info.bytes == len(DATA)
    assert blobs.read("videos/a/video.mp4") == DATA
    blobs.fetch("videos/a/video.mp4", tmp_path / "out.bin")
    assert (tmp_path / "out.bin").read_bytes() == DATA

    async def part(start: int, end: int | None) -> bytes:
        stream = blobs.stream("videos/a/video.mp4", start=start, end=end)
        return b"".join([chunk async for chunk in stream])

    assert asyncio.run(part(1000, 2000)) == DATA[1000:2000]
    assert asyncio.run(part(3_000_000, None)) == DATA[3_000_000:]


def test_writing_again_replaces(blobs: Blobs) -> None:
    blobs.put_bytes("k", b"one")
    blobs.put_bytes("k", b"two")
    assert blobs.read("k") == b"two"


def test_missing_and_deleted_blobs(blobs: Blobs) -> None:
    assert blobs.info("nothing") is None
    with pytest.raises(FileNotFoundError):
        blobs.read("nothing")
    blobs.delete("nothing")
    blobs.put_bytes("gone", b"x")
    blobs.delete("gone")
    assert blobs.info("gone") is None


def test_keys_under_a_prefix(blobs: Blobs) -> None:
    for key in ("list/a/1", "list/a/2", "list/b/1"):
        blobs.put_bytes(key, b"abc")
    assert sorted(key for key, _ in blobs.keys("list/a")) == ["list/a/1", "list/a/2"]
    assert all(info.bytes == 3 and info.modified > 0 for _, info in blobs.keys("list"))


def test_only_s3_signs_urls_and_only_a_folder_has_paths(blobs: Blobs, tmp_path: Path) -> None:
    blobs.put_bytes("signed", b"hello")
    url = blobs.signed_url("signed", expires=timedelta(minutes=5))
    path = blobs.local_path("signed")
    assert (url is None) != (path is None)
    if url is not None:
        with urllib.request.urlopen(url) as answer:
            assert answer.read() == b"hello"
    if path is not None:
        assert path.read_bytes() == b"hello"


@pytest.mark.parametrize("url", ["/tmp/x", "ftp://x/y", "s3://", "file://"])
def test_other_urls_are_refused_with_what_is_allowed(url: str) -> None:
    with pytest.raises(InputError, match=r"file:///FOLDER or s3://BUCKET/PREFIX"):
        open_blobs(url)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="can't be made"):
        open_blobs(f"file://{tmp_path / 'file' / 'x'}")

"""Fetching by real HTTP, from a server on this machine."""

from __future__ import annotations

import hashlib
import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from tests.support.networks import save_depth_anything

from kinora.errors import InputError, ModelError, OutputError
from kinora.weights.catalogue import CATALOGUE, Entry
from kinora.weights.local import installed
from kinora.weights.pull import pull, take
from kinora.weights.session import Session


@dataclass
class Hub:
    """A server of one file, and how it misbehaves."""

    content: bytes
    server: http.server.ThreadingHTTPServer
    ranges: list[str | None] = field(default_factory=list)  # as asked for
    cut_after: int | None = None  # bytes after which the next connection breaks
    takes_ranges: bool = True
    redirect: str | None = None
    status: int = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/model.onnx"


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        hub: Hub = self.server.hub  # type: ignore[attr-defined]
        asked = self.headers.get("Range")
        hub.ranges.append(asked)
        if hub.redirect is not None and self.path == "/model.onnx":
            self.send_response(302)
            self.send_header("Location", hub.redirect)
            self.end_headers()
            return
        if hub.status != 200:
            self.send_error(hub.status)
            return
        start = 0
        if asked and hub.takes_ranges:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
        body = hub.content[start:]
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        cut, hub.cut_after = hub.cut_after, None
        self.wfile.write(body if cut is None else body[:cut])
        self.close_connection = True

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    content = save_depth_anything(tmp_path / "served.onnx").read_bytes()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        hub = Hub(content=content, server=server)
        server.hub = hub  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield hub
        server.shutdown()
        thread.join()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "models"


def entry_for(hub: Hub) -> Entry:
    return replace(
        CATALOGUE["depth-anything-v2-small"],
        name="tiny",
        url=hub.url,
        bytes=len(hub.content),
        sha256=hashlib.sha256(hub.content).hexdigest(),
    )


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_fetched_network_runs_and_its_origin_is_written_down(hub: Hub, folder: Path) -> None:
    told: list[tuple[int, int]] = []
    weights = pull(entry_for(hub), folder, told=lambda done, total: told.append((done, total)))
    assert weights == installed(entry_for(hub), folder)
    assert weights.path.read_bytes() == hub.content
    assert list(Session(weights).inputs) == ["pixel_values"]
    assert left_in(folder) == ["tiny.json", "tiny.onnx"]
    about = json.loads((folder / "tiny.json").read_text())
    assert (about["origin"], about["licence"]) == (hub.url, "Apache-2.0")
    assert told[-1] == (len(hub.content), len(hub.content))


def test_what_is_there_already_is_not_fetched_again(hub: Hub, folder: Path) -> None:
    pull(entry_for(hub), folder)
    pull(entry_for(hub), folder)
    assert len(hub.ranges) == 1


def test_a_damaged_file_in_place_is_fetched_anew(hub: Hub, folder: Path) -> None:
    weights = pull(entry_for(hub), folder)
    weights.path.write_bytes(b"damaged")
    pull(entry_for(hub), folder)
    assert weights.path.read_bytes() == hub.content


def test_a_broken_connection_goes_on_where_it_ended(hub: Hub, folder: Path) -> None:
    hub.cut_after = 100
    weights = pull(entry_for(hub), folder)
    assert hub.ranges == [None, "bytes=100-"]
    assert weights.path.read_bytes() == hub.content


def test_an_interrupted_fetch_goes_on_with_the_next_command(hub: Hub, folder: Path) -> None:
    def stop(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    hub.cut_after = 100
    with pytest.raises(KeyboardInterrupt):
        pull(entry_for(hub), folder, told=stop)
    assert installed(entry_for(hub), folder) is None
    (part,) = folder.iterdir()
    assert part.stat().st_size == 100
    pull(entry_for(hub), folder)
    assert hub.ranges[-1] == "bytes=100-"
    assert left_in(folder) == ["tiny.json", "tiny.onnx"]


def test_a_server_without_ranges_is_read_from_the_start(hub: Hub, folder: Path) -> None:
    hub.cut_after, hub.takes_ranges = 100, False
    assert pull(entry_for(hub), folder).path.read_bytes() == hub.content


def test_another_file_of_the_same_length_is_thrown_away(hub: Hub, folder: Path) -> None:
    entry = entry_for(hub)
    hub.content = hub.content[:-1] + b"x"
    with pytest.raises(ModelError, match=r"has the SHA-256 .*, not .*thrown away"):
        pull(entry, folder)
    assert left_in(folder) == []


def test_a_file_of_another_length_is_refused_before_it_is_read(hub: Hub, folder: Path) -> None:
    entry = replace(entry_for(hub), bytes=len(hub.content) + 1)
    with pytest.raises(ModelError, match=f"has {len(hub.content)} bytes, not"):
        pull(entry, folder)
    assert left_in(folder) == []


def test_a_servers_refusal_is_a_clear_error(hub: Hub, folder: Path) -> None:
    hub.status = 404
    with pytest.raises(ModelError, match="answered 404 Not Found"):
        pull(entry_for(hub), folder)
    assert len(hub.ranges) == 1  # nor asked again


def test_nobody_at_the_address_is_a_clear_error(hub: Hub, folder: Path) -> None:
    with http.server.HTTPServer(("127.0.0.1", 0), _Handler) as closed:
        url = f"http://127.0.0.1:{closed.server_address[1]}/model.onnx"
    with pytest.raises(ModelError, match=r"can't be fetched: .*refused"):
        pull(replace(entry_for(hub), url=url), folder)


@pytest.mark.parametrize("url", ["http://models.example/a.onnx", "ftp://127.0.0.1/a", "file:///a"])
def test_only_https_is_fetched_from(hub: Hub, folder: Path, url: str) -> None:
    with pytest.raises(InputError, match="isn't an https address"):
        pull(entry_for(hub), folder, url=url)


def test_redirects_lead_to_https_or_this_machine_only(hub: Hub, folder: Path) -> None:
    hub.redirect = "http://models.example/a.onnx"
    with pytest.raises(ModelError, match="which isn't https"):
        pull(entry_for(hub), folder)
    hub.redirect = hub.url.replace("model", "moved")
    assert pull(entry_for(hub), folder).path.read_bytes() == hub.content


def test_without_a_known_checksum_nothing_is_fetched(hub: Hub, folder: Path) -> None:
    entry = replace(entry_for(hub), sha256=None)
    with pytest.raises(InputError, match="isn't known, so it isn't fetched"):
        pull(entry, folder)
    assert hub.ranges == []
    digest = hashlib.sha256(hub.content).hexdigest()
    assert pull(entry, folder, sha256=digest) == installed(entry, folder)


def test_a_known_checksum_is_not_overruled(hub: Hub, folder: Path) -> None:
    with pytest.raises(InputError, match="The SHA-256 of tiny is"):
        pull(entry_for(hub), folder, sha256="0" * 64)


def test_a_file_of_this_machine_is_checked_and_copied(
    hub: Hub, folder: Path, tmp_path: Path
) -> None:
    weights = take(entry_for(hub), folder, tmp_path)  # the folder with served.onnx
    assert weights.path.read_bytes() == hub.content
    other = tmp_path / "other.onnx"
    other.write_bytes(b"something else")
    with pytest.raises(ModelError, match=r"other\.onnx has the SHA-256"):
        take(entry_for(hub), folder, other)
    assert hub.ranges == []


def test_a_folder_that_cannot_be_written_is_a_clear_error(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="can't be written"):
        pull(entry_for(hub), tmp_path / "served.onnx")


def test_a_file_that_nothing_vouches_for_is_not_used(hub: Hub, folder: Path) -> None:
    folder.mkdir()
    (folder / "tiny.onnx").write_bytes(hub.content)
    with pytest.raises(ModelError, match="Nothing says what the SHA-256"):
        installed(replace(entry_for(hub), sha256=None), folder)


def test_every_entry_of_the_catalogue_is_pinned() -> None:
    for name, entry in CATALOGUE.items():
        assert entry.name == name
        assert entry.url.startswith("https://")
        assert entry.revision in entry.url
        assert len(entry.revision) == 40
        assert entry.sha256 is None or len(entry.sha256) == 64
        assert entry.licence == "Apache-2.0"

"""Bodies as clients really send them, as raw bytes."""

from __future__ import annotations

import asyncio
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from starlette.testclient import TestClient

from kinora.api.app import create_app
from kinora.api.bodies import Upload, read_fields
from kinora.api.fields import MAX_TEXT
from kinora.service import keys
from kinora.service.context import Service, open_service
from kinora.settings import Settings

#: Of the official Python client: 32 hexadecimal digits. JS: "openai-…", "----formdata-undici-…".
BOUNDARY = "0123456789abcdef0123456789abcdef"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) + b"\r\n--0123\r\n--"


@pytest.fixture
def echo(app: FastAPI) -> list[Path]:
    """Adds ``POST /v1/echo``, which tells what it read; the list takes its uploads' paths."""
    seen: list[Path] = []

    def shown(value: Any) -> Any:
        if isinstance(value, Upload):
            data = value.path.read_bytes()
            assert len(data) == value.bytes
            assert hashlib.sha256(data).hexdigest() == value.sha256
            seen.append(value.path)
            return {"file": value.filename, "type": value.content_type, "sha256": value.sha256}
        if isinstance(value, dict):
            return {name: shown(inner) for name, inner in value.items()}
        return [shown(inner) for inner in value] if isinstance(value, list) else value

    @app.post("/v1/echo")
    async def _echo(request: Request) -> dict[str, Any]:
        fields = await read_fields(request)
        return {
            "fields": {name: shown(value) for name, value in fields.items()},
            "encoding": fields.encoding,
            "sha256": fields.sha256,
        }

    return seen


def part(name: str, value: bytes, *, more: str = "") -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'
    return head.encode() + value + b"\r\n"


def file_part(name: str, filename: str, kind: str | None, data: bytes) -> bytes:
    typed = "" if kind is None else f"\r\nContent-Type: {kind}"
    return part(name, data, more=f'; filename="{filename}"{typed}')


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def post(client: TestClient, body: Any, kind: str | None = None) -> dict[str, Any]:
    kind = kind or f"multipart/form-data; boundary={BOUNDARY}"
    answer = client.post("/v1/echo", content=body, headers={"content-type": kind})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def refused(client: TestClient, body: Any, kind: str | None = None) -> tuple[int, dict[str, Any]]:
    headers = {"content-type": kind or f"multipart/form-data; boundary={BOUNDARY}"}
    answer = client.post("/v1/echo", content=body, headers=headers if kind != "" else {})
    error: dict[str, Any] = answer.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    return answer.status_code, error


@pytest.mark.usefixtures("echo")
class TestForms:
    def test_text_of_the_python_client(self, client: TestClient) -> None:
        body = form(part("prompt", "Été, caméra lente".encode()), part("seconds", b"8"))
        found = post(client, body)
        assert found["fields"] == {"prompt": "Été, caméra lente", "seconds": "8"}
        assert found["encoding"] == "form"

    @pytest.mark.parametrize(
        ("filename", "kind", "shown"),
        [
            ("a.png", "image/png", "a.png"),
            ("upload", "application/octet-stream", "upload"),
            ("a.png", None, "a.png"),
            ("../../etc/passwd", "image/png", "passwd"),
            ("C:\\pictures\\a.png", "image/png", "a.png"),
            ("", "image/png", "upload"),
        ],
    )
    def test_files_keep_their_bytes_and_lose_their_folders(
        self, client: TestClient, filename: str, kind: str | None, shown: str
    ) -> None:
        body = form(file_part("input_reference", filename, kind, PNG), part("prompt", b"x"))
        file = post(client, body)["fields"]["input_reference"]
        digest = hashlib.sha256(PNG).hexdigest()
        assert file == {"file": shown, "type": kind, "sha256": digest}

    def test_bracket_fields_become_objects_and_lists(self, client: TestClient) -> None:
        body = form(
            part("prompt", b"Pip and Tom"),
            part("input_reference[image_url]", b"data:image/png;base64,AAAA"),
            part("characters[][id]", b"char_a"),
            part("characters[][id]", b"char_b"),
            part("video[id]", b"video_1"),
            part("expires_after[anchor]", b"created_at"),
            part("expires_after[seconds]", b"3600"),
        )
        assert post(client, body)["fields"] == {
            "prompt": "Pip and Tom",
            "input_reference": {"image_url": "data:image/png;base64,AAAA"},
            "characters": [{"id": "char_a"}, {"id": "char_b"}],
            "video": {"id": "video_1"},
            "expires_after": {"anchor": "created_at", "seconds": "3600"},
        }

    def test_json_in_a_plain_field_is_read_where_an_object_belongs(
        self, client: TestClient
    ) -> None:
        body = form(
            part("input_reference", b'{"file_id": "file-1"}'),
            part("characters", b'[{"id": "char_1"}]'),
            part("prompt", b'{"not": "an object"}'),
        )
        assert post(client, body)["fields"] == {
            "input_reference": {"file_id": "file-1"},
            "characters": [{"id": "char_1"}],
            "prompt": '{"not": "an object"}',
        }

    def test_json_part_of_requests_without_filename(self, client: TestClient) -> None:
        typed = "\r\nContent-Type: application/json"
        body = form(part("video", b'{"id": "video_1"}', more=typed))
        assert post(client, body)["fields"] == {"video": {"id": "video_1"}}

    def test_picture_part_without_filename_is_a_file(self, client: TestClient) -> None:
        body = form(part("input_reference", PNG, more="\r\nContent-Type: image/png"))
        assert post(client, body)["fields"]["input_reference"]["file"] == "upload"

    def test_an_empty_file_chooser_is_nothing(self, client: TestClient) -> None:
        body = form(file_part("input_reference", "", "application/octet-stream", b""))
        assert post(client, body)["fields"] == {}

    def test_chunks_without_length_split_anywhere(self, client: TestClient) -> None:
        body = form(
            file_part("file", "lines.jsonl", "application/octet-stream", PNG * 40),
            part("purpose", b"batch"),
        )
        for size in (1, 7, 1000):
            chunks = (body[i : i + size] for i in range(0, len(body), size))
            fields = post(client, chunks)["fields"]
            assert fields["purpose"] == "batch"
            assert fields["file"]["sha256"] == hashlib.sha256(PNG * 40).hexdigest()

    def test_boundary_of_undici_and_text_after_the_end(self, client: TestClient) -> None:
        name = "----formdata-undici-011596358294"
        body = form(part("prompt", b"x")).replace(BOUNDARY.encode(), name.encode())
        found = post(client, body + b"epilogue", f"multipart/form-data; boundary={name}")
        assert found["fields"] == {"prompt": "x"}

    def test_data_url_of_20_mib_in_a_text_field(self, client: TestClient) -> None:
        url = b"data:image/png;base64," + b"A" * (20_971_520 - 22)
        found = post(client, form(part("input_reference[image_url]", url)))
        assert len(found["fields"]["input_reference"]["image_url"]) == 20_971_520

    def test_url_encoded_forms_and_curl_that_says_so_about_json(self, client: TestClient) -> None:
        kind = "application/x-www-form-urlencoded"
        assert post(client, b"prompt=a+b&video%5Bid%5D=video_1", kind)["fields"] == {
            "prompt": "a b",
            "video": {"id": "video_1"},
        }
        assert post(client, b'{"prompt": "x"}', kind)["fields"] == {"prompt": "x"}

    @pytest.mark.parametrize(
        ("body", "word"),
        [
            (form(part("prompt", b"x"))[:-6], "last boundary"),
            (b"no boundary here", "multipart"),
            (form(part("prompt", b"x"), part("prompt", b"y")), "twice"),
            (form(part("a", b"x"), part("a[b]", b"y")), "plain value"),
            (form(part("a[b]", b"x"), part("a[]", b"y")), "plain value"),
            (form(part("a[b", b"x")), "can't be read"),
            (form(part("a" + "[b]" * 50, b"x")), "can't be read"),
            (form(part("prompt", b"\xff\xfe")), "UTF-8"),
            (form(part("prompt", b"a\0b")), "NUL"),
            (form(part("video", b'{"id": ')), "JSON"),
            (form(*[part(f"f{i}", b"") for i in range(1001)]), "1000 fields"),
            (b"--" + BOUNDARY.encode() + b"\r\nX: y\r\n\r\nz\r\n", "no name"),
        ],
    )
    def test_what_cannot_be_read_is_400(self, client: TestClient, body: bytes, word: str) -> None:
        status, error = refused(client, body)
        assert status == 400
        assert word in error["message"]

    def test_no_boundary_in_the_header(self, client: TestClient) -> None:
        status, error = refused(client, form(part("prompt", b"x")), "multipart/form-data")
        assert status == 400
        assert "boundary" in error["message"]

    def test_too_long_a_text_is_413_and_names_the_field(self, client: TestClient) -> None:
        status, error = refused(client, form(part("prompt", b"A" * (MAX_TEXT + 1))))
        assert status == 413
        assert (error["param"], error["code"]) == ("prompt", "request_too_large")


@pytest.mark.usefixtures("echo")
class TestJson:
    def test_types_stay(self, client: TestClient) -> None:
        sent = {"prompt": "x", "seconds": 8, "size": None, "strict": True, "video": {"id": "v"}}
        found = post(client, json.dumps(sent).encode(), "application/json; charset=utf-8")
        assert found["fields"] == sent
        assert found["encoding"] == "json"

    def test_json_string_of_an_object_is_read(self, client: TestClient) -> None:
        body = json.dumps({"video": '{"id": "v"}'}).encode()
        assert post(client, body, "application/json")["fields"] == {"video": {"id": "v"}}

    @pytest.mark.parametrize("kind", ["application/json", "application/merge-patch+json"])
    def test_empty_body_is_no_field(self, client: TestClient, kind: str) -> None:
        assert post(client, b"", kind)["fields"] == {}

    def test_without_a_content_type(self, client: TestClient) -> None:
        answer = client.post("/v1/echo", content=b'{"prompt": "x"}')
        assert answer.json()["fields"] == {"prompt": "x"}

    @pytest.mark.parametrize(
        ("body", "word"),
        [
            (b"{", "line 1, column 2"),
            (b"[1]", "object"),
            (b'"x"', "object"),
            (b'{"a": NaN}', "NaN"),
            (b'{"a": "\xff"}', "UTF-8"),
            (b'{"a": "\\ud800"}', "surrogates"),
            (b'{"a": {"b": ["\\u0000"]}}', "'a'"),
            (b'{"a": ' + b"[" * 100_000, "deeply"),
            (b'{"a": ' + b"1" * 10_000 + b"}", "JSON"),
        ],
    )
    def test_what_cannot_be_read_is_400(self, client: TestClient, body: bytes, word: str) -> None:
        status, error = refused(client, body, "application/json")
        assert status == 400
        assert word in error["message"]

    @pytest.mark.parametrize("kind", ["text/plain", "application/xml", "image/png", ""])
    def test_another_content_type_is_415(self, client: TestClient, kind: str) -> None:
        status, error = refused(client, b"hello", kind)
        assert (status, error["code"]) == (415, "unsupported_content_type")

    def test_compressed_bodies_are_415(self, client: TestClient) -> None:
        headers = {"content-type": "application/json", "content-encoding": "gzip"}
        answer = client.post("/v1/echo", content=b"x", headers=headers)
        assert answer.status_code == 415


class TestFiles:
    def test_uploads_are_gone_after_the_answer(
        self, client: TestClient, echo: list[Path], settings: Settings
    ) -> None:
        post(client, form(file_part("file", "a.bin", None, PNG)))
        assert len(echo) == 1
        assert not list((settings.data_dir / "uploads").iterdir())

    def test_uploads_are_gone_after_a_refusal(
        self, client: TestClient, echo: list[Path], settings: Settings
    ) -> None:
        status, _ = refused(client, form(file_part("file", "a.bin", None, PNG))[:-6])
        assert status == 400
        assert not echo
        assert not list((settings.data_dir / "uploads").iterdir())

    def test_a_disk_that_takes_nothing_is_503_without_a_path(
        self, client: TestClient, echo: list[Path], settings: Settings
    ) -> None:
        (settings.data_dir / "uploads").write_text("in the way")
        status, error = refused(client, form(file_part("file", "a.bin", None, PNG)))
        assert (status, error["type"]) == (503, "server_error")
        assert str(settings.data_dir) not in error["message"]
        assert not echo


class TestDigest:
    """What tells a client's retry from a new request."""

    def test_the_boundary_does_not_count(self, client: TestClient, echo: list[Path]) -> None:
        body = form(part("prompt", b"x"), file_part("input_reference", "a.png", None, PNG))
        other = body.replace(BOUNDARY.encode(), b"another")
        first = post(client, body)["sha256"]
        assert post(client, other, "multipart/form-data; boundary=another")["sha256"] == first
        assert len(echo) == 2

    @pytest.mark.parametrize(
        "changed",
        [
            form(part("prompt", b"y"), file_part("input_reference", "a.png", None, PNG)),
            form(part("prompt", b"x"), file_part("input_reference", "a.png", None, PNG + b"!")),
            form(part("prompt", b"x")),
        ],
    )
    @pytest.mark.usefixtures("echo")
    def test_every_field_counts(self, client: TestClient, changed: bytes) -> None:
        body = form(part("prompt", b"x"), file_part("input_reference", "a.png", None, PNG))
        assert post(client, body)["sha256"] != post(client, changed)["sha256"]


class TestLimits:
    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        return Settings(data_dir=tmp_path / "data", max_body=1 << 20, max_file=1 << 20)

    @pytest.mark.usefixtures("echo")
    def test_body_with_and_without_a_length(self, client: TestClient) -> None:
        body = form(file_part("file", "a.bin", None, bytes(1 << 20)))
        for sent in (body, iter([body[:1000], body[1000:]])):
            status, error = refused(client, sent)
            assert (status, error["code"]) == (413, "request_too_large")
            assert "1048576 bytes" in error["message"]

    @pytest.mark.usefixtures("echo")
    def test_a_length_that_promises_too_much_is_refused_unread(
        self, app: FastAPI, key: str
    ) -> None:
        status, _, error = call(app, key, b"", length=(1 << 20) + 1)
        assert (status, error["code"]) == (413, "request_too_large")


def test_a_file_larger_than_allowed_is_413_and_names_the_field(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, max_file=1 << 20)
    with open_service(settings) as service:
        answer = _post_once(service, form(file_part("file", "a", None, bytes((1 << 20) + 1))))
    assert answer["code"] == "request_too_large"
    assert answer["param"] == "file"


def _post_once(service: Service, body: bytes) -> dict[str, Any]:
    app = create_app(service, open_access=True)

    @app.post("/v1/echo")
    async def _echo(request: Request) -> dict[str, str]:
        return {"sha256": (await read_fields(request)).sha256}

    kind = f"multipart/form-data; boundary={BOUNDARY}"
    with TestClient(app) as client:
        answer = client.post("/v1/echo", content=body, headers={"content-type": kind})
    error: dict[str, Any] = answer.json()["error"]
    return error


def test_a_body_that_never_ends_is_408(service: Service) -> None:
    slow = service.settings.model_copy(update={"request_timeout": 0.05})
    app = create_app(
        Service(
            settings=slow,
            database=service.database,
            blobs=service.blobs,
            queue=service.queue,
        )
    )

    @app.post("/v1/echo")
    async def _echo(request: Request) -> dict[str, str]:
        return {"sha256": (await read_fields(request)).sha256}

    status, headers, error = call(app, keys.create(service.database, "x")[1], b"{")
    assert (status, error["code"]) == (408, "request_timeout")
    assert headers["connection"] == "close"


def call(
    app: FastAPI, key: str, begun: bytes, *, length: int | None = None
) -> tuple[int, dict[str, str], dict[str, Any]]:
    """POST a body that begins and never ends, at the ASGI door; status, headers and error."""
    headers = {
        "host": "127.0.0.1",
        "authorization": f"Bearer {key}",
        "content-type": "application/json",
    }
    if length is not None:
        headers["content-length"] = str(length)
    sent: list[Any] = []

    async def talk() -> None:
        chunks = [begun]

        async def receive() -> dict[str, Any]:
            if not chunks:
                await asyncio.Event().wait()
            return {"type": "http.request", "body": chunks.pop(), "more_body": True}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "scheme": "http",
            "path": "/v1/echo",
            "query_string": b"",
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
        await asyncio.wait_for(app(scope, receive, send), timeout=30)

    asyncio.run(talk())
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], found, json.loads(sent[1]["body"])["error"]

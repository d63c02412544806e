from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from kinora.api.app import create_app
from kinora.records import audit
from kinora.service import keys
from kinora.service.context import open_service
from kinora.settings import Settings


class Endpoint:
    """A moderation endpoint that flags the word "tasteless"."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.answer: Callable[[str], bytes] = self.judge
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                outer.asked.append((self.headers.get("authorization"), body))
                data = outer.answer(json.dumps(body))
                self.send_response(200)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/v1/moderations"

    @staticmethod
    def judge(body: str) -> bytes:
        bad = "tasteless" in body
        result = {
            "flagged": bad,
            "categories": {"harassment": bad, "something/new": bad},
            "category_scores": {"harassment": 0.9 if bad else 0.1},
        }
        return json.dumps({"results": [result]}).encode()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    made = Endpoint()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def client(tmp_path: Path, endpoint: Endpoint) -> Iterator[TestClient]:
    settings = Settings(
        data_dir=tmp_path, moderation_url=endpoint.url, moderation_key="k", moderation_timeout=5
    )
    with open_service(settings) as service:
        secret = keys.create(service.database, "test")[1]
        headers = {"authorization": f"Bearer {secret}"}
        with TestClient(create_app(service), headers=headers) as opened:
            opened.app_state["service"] = service
            yield opened


def create(client: TestClient, picture: bytes, prompt: str) -> Any:
    files = {"input_reference": ("a.png", picture, "image/png")}
    return client.post("/v1/videos", data={"prompt": prompt}, files=files)


def test_what_the_endpoint_flags_is_refused(
    client: TestClient, endpoint: Endpoint, picture: bytes
) -> None:
    assert create(client, picture, "pan left").status_code == 200
    refused = create(client, picture, "a tasteless joke")
    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == "moderation_blocked"
    assert endpoint.asked[0][0] == "Bearer k"
    service = client.app_state["service"]
    with service.database.read() as connection:
        log = list(audit.entries(connection))
    checks = [[check["check"] for check in entry["record"]["checks"]] for entry in log]
    assert checks == [["text", "classifier", "remote"]] * 2


def test_what_the_rules_refuse_isnt_asked_about(
    client: TestClient, endpoint: Endpoint, picture: bytes
) -> None:
    assert create(client, picture, "a naked woman").status_code == 400
    assert endpoint.asked == []


@pytest.mark.parametrize("answer", [b"", b"{}", b'{"results": []}', b'{"results": [{}]}', b"[1]"])
def test_nothing_is_accepted_while_it_doesnt_answer(
    client: TestClient, endpoint: Endpoint, picture: bytes, answer: bytes
) -> None:
    endpoint.answer = lambda body: answer
    refused = create(client, picture, "pan left")
    assert refused.status_code == 429
    assert refused.json()["error"]["code"] == "moderation_unavailable"
    assert "retry-after" in refused.headers


def test_both_answer_moderations(client: TestClient) -> None:
    parts = [
        {"type": "text", "text": "kill the man, how tasteless"},
        {"type": "image_url", "image_url": {"url": "https://a.example/x.png"}},
    ]
    answer = client.post("/v1/moderations", json={"input": parts}).json()
    result = answer["results"][0]
    assert result["categories"]["harassment"]
    assert result["categories"]["violence"]
    assert answer["notice"] is None
    assert "remote 127.0.0.1" in answer["classifier"]
    assert result["policy"]["rules"] == ["violence.kill", "remote.harassment"]

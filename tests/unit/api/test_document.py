"""The OpenAPI document says what the server takes."""

from __future__ import annotations

import re
from typing import Any

import jsonschema
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from kinora.api.described import IDENTIFIER, JSON
from kinora.wire.scalars import is_identifier

LIKE_IDS = ["video_0a", "file-1", "-a", "_", "a" * 64, "A-b-3"]
UNLIKE_IDS = ["", "0", "-", "9a", "-9", "a b", "é", "a.b", "a/b", "a" * 65, "video_1\n"]


def schema_of(app: FastAPI, path: str, method: str = "post") -> dict[str, Any]:
    content = app.openapi()["paths"][path][method]["requestBody"]["content"]
    schema: dict[str, Any] = content[JSON]["schema"]
    return schema


@pytest.mark.parametrize("text", [*LIKE_IDS, *UNLIKE_IDS])
def test_ids_are_described_as_they_are_read(text: str) -> None:
    described = (
        IDENTIFIER["minLength"] <= len(text) <= IDENTIFIER["maxLength"]
        and re.search(IDENTIFIER["pattern"].replace("$", r"\Z"), text) is not None
    )
    assert described is is_identifier(text) is (text in LIKE_IDS)


def test_empty_ids_are_refused_by_both(app: FastAPI, client: TestClient) -> None:
    words: dict[str, Any] = {"prompt": "pan left"}
    for path, body in [
        (
            "/v1/batches",
            {"endpoint": "/v1/videos", "completion_window": "24h", "input_file_id": ""},
        ),
        ("/v1/videos/edits", {**words, "video": {"id": ""}}),
        ("/v1/videos/extensions", {**words, "seconds": "4", "video": {"id": ""}}),
        ("/v1/videos/stitch", {"videos": ["", "video_1"]}),
        ("/v1/videos", {**words, "input_reference": {"file_id": ""}}),
        ("/v1/videos", {**words, "remix_video_id": ""}),
    ]:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(body, schema_of(app, path))
        assert client.post(path, json=body).status_code == 400


def test_an_empty_cursor_is_refused_by_both(app: FastAPI, client: TestClient) -> None:
    for path in ("/v1/videos", "/v1/files", "/v1/batches", "/v1/webhook_endpoints"):
        parameters = app.openapi()["paths"][path]["get"]["parameters"]
        after = next(p for p in parameters if p["name"] == "after")
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate("", after["schema"])
        jsonschema.validate("video_1", after["schema"])
        assert client.get(path, params={"after": ""}).status_code == 400
    odd = {"after": "", "purpose": "no such purpose!"}
    assert client.get("/v1/files", params=odd).status_code == 400


def test_null_is_the_same_as_left_out(app: FastAPI, client: TestClient) -> None:
    for path, body in [
        ("/v1/moderations", {"input": "x", "model": None}),
        ("/v1/videos/plan", {"prompt": "pan left", "seed": None, "size": None, "strict": None}),
        ("/v1/videos/plan", {"prompt": "pan left", "n": None, "fit": None, "plan": None}),
    ]:
        jsonschema.validate(body, schema_of(app, path))
        assert client.post(path, json=body).status_code == 200


def test_what_is_required_takes_no_null(app: FastAPI, client: TestClient) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"input": None}, schema_of(app, "/v1/moderations"))
    assert client.post("/v1/moderations", json={"input": None}).status_code == 400


def test_lengths_are_described_as_they_are_read(app: FastAPI) -> None:
    lengths = ["0", "00", "01", "1", "9", "19.5", "20", "20.5", "119.999", "120", "120.1", "1e1"]
    for path, most in [("/v1/videos", 120), ("/v1/videos/extensions", 20)]:
        field = schema_of(app, path)["properties"]["seconds"]
        valid = jsonschema.Draft202012Validator(field).is_valid
        for text in lengths:
            plain = not text.startswith("0") and "e" not in text
            assert valid(text) is (plain and 1 <= float(text) <= most), (path, text)


def test_links_name_operations_and_their_parameters(app: FastAPI) -> None:
    operations = {
        operation["operationId"]: (path, operation)
        for path, item in app.openapi()["paths"].items()
        for operation in item.values()
    }
    linked = 0
    for _, operation in operations.values():
        for link in operation["responses"].get("200", {}).get("links", {}).values():
            path, _ = operations[link["operationId"]]
            (parameter,) = link["parameters"]
            assert f"{{{parameter}}}" in path
            linked += 1
    assert linked > 10


@pytest.mark.parametrize("word", ["cloth", "curtain", "Écharpe", "lanterne"])
def test_other_words_for_masks_are_described_and_taken(
    app: FastAPI, client: TestClient, word: str
) -> None:
    body = {"prompt": "pan left", "masks": [{"kind": word, "box": [0, 0, 0.5, 1]}]}
    jsonschema.validate(body, schema_of(app, "/v1/videos"))
    refused = client.post("/v1/videos", json=body).json()["error"]
    assert refused["param"] == "input_reference"  # there is no picture, but the mask is fine
    body["masks"] = [{"kind": "unicorn", "box": [0, 0, 0.5, 1]}]
    refused = client.post("/v1/videos", json=body).json()["error"]
    assert refused["param"] == "masks[0].kind"

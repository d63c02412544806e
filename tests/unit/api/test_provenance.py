from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import openai
import pytest
from starlette.testclient import TestClient

from kinora.encode import default_encoders
from kinora.pipeline import Parts, make_clip
from kinora.provenance import registry
from kinora.records import marked
from kinora.records.marked import MarkedRow
from kinora.service.context import Service
from kinora.settings import Settings
from kinora.testing.fakes import GreyEngine, Recorder
from kinora.types.geometry import Size
from kinora.types.request import ClipRequest
from kinora.wiring import build_provenance

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
MANIFEST = b"jumd" + bytes.fromhex("63327061 0011 0010 8000 00aa00389b71")
PATH = "/v1/content_provenance_checks"


def test_a_picture_without_marks(client: TestClient, key: str) -> None:
    sdk = openai.OpenAI(api_key=key, base_url="http://127.0.0.1/v1", http_client=client)
    answer = sdk.content_provenance_checks.create(file=PNG)
    assert answer.object == "content_provenance_check"
    c2pa, synthid, mark = answer.results
    assert (mark.type, mark.outcome) == ("kinora_mark", "not_detected")
    assert (c2pa.type, c2pa.outcome) == ("c2pa", "not_detected")
    assert c2pa.validation_state == "not_present"  # type: ignore[union-attr]
    assert (synthid.type, synthid.outcome) == ("synthid", "not_detected")


@pytest.mark.parametrize("gap", [0, (1 << 20) - 30])
def test_a_manifest_is_seen_and_never_called_good(client: TestClient, gap: int) -> None:
    file = PNG + b"\1" * gap + MANIFEST + b"rest"
    found = client.post(PATH, files={"file": ("a.png", file)}).json()["results"][0]
    assert found["outcome"] == "detected"
    assert found["validation_state"] == "invalid"
    assert "can't be read" in found["detail"]


@pytest.mark.parametrize(
    ("head", "types"),
    [
        (b"OggS\0\2", ["synthid"]),
        (b"\0\0\0\x20ftypisom", ["c2pa", "kinora_mark"]),
        (b"%PDF-1.7", ["c2pa"]),
        (b"RIFF\0\0\0\0WEBPVP8 ", ["c2pa", "synthid", "kinora_mark"]),
    ],
)
def test_each_kind_of_file_has_its_signals(
    client: TestClient, head: bytes, types: list[str]
) -> None:
    answer = client.post(PATH, files={"file": ("a", head + b"\0" * 50)})
    assert [result["type"] for result in answer.json()["results"]] == types


def test_other_files_are_refused(client: TestClient) -> None:
    response = client.post(PATH, files={"file": ("a.png", b"plain words")})
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "unsupported_file_mimetype"
    assert client.post(PATH, files={"other": PNG}).status_code == 400


def test_a_clip_that_was_made_here_is_known_again(
    client: TestClient, settings: Settings, tmp_path: Path
) -> None:
    provenance = build_provenance(settings)
    parts = Parts(engine=GreyEngine(), encoder=default_encoders(), provenance=provenance)
    request = ClipRequest(image=b"", prompt="pan left 1 s", size=Size(640, 360), fps=Fraction(4))
    made = make_clip(request, parts, tmp_path / "clip.mp4", Recorder())
    answer = client.post(PATH, files={"file": ("clip.mp4", made.media.path.read_bytes())})
    c2pa, mark = answer.json()["results"]
    assert (c2pa["outcome"], c2pa["validation_state"]) == ("detected", "valid")
    assert c2pa["model"].endswith("grey")
    assert (mark["outcome"], mark["clip_id"]) == ("detected", made.sealed.clip_id)
    assert mark["known_here"] is True


def test_a_clip_that_another_machine_of_the_service_made_is_known_too(
    client: TestClient, settings: Settings, service: Service, tmp_path: Path
) -> None:
    provenance = build_provenance(settings)
    parts = Parts(engine=GreyEngine(), encoder=default_encoders(), provenance=provenance)
    request = ClipRequest(image=b"", prompt="pan left 1 s", size=Size(640, 360), fps=Fraction(4))
    made = make_clip(request, parts, tmp_path / "clip.mp4", Recorder())
    assert made.sealed is not None
    (settings.data_dir / registry.FILE).unlink()  # the other machine's own registry isn't here
    file = {"file": ("clip.mp4", made.media.path.read_bytes())}
    mark = client.post(PATH, files=file).json()["results"][1]
    assert (mark["clip_id"], mark["known_here"]) == (made.sealed.clip_id, False)
    row = MarkedRow(
        video_id="video_1", clip_id=made.sealed.clip_id, sha256="0" * 64, made_at=1_750_000_000.0
    )
    with service.database.begin() as connection:
        marked.note(connection, row)
        marked.note(connection, row)  # a job that commits again
    mark = client.post(PATH, files=file).json()["results"][1]
    assert mark["known_here"] is True
    assert mark["generated_at"] == "2025-06-15T15:06:40+00:00"

"""The field `audio` over HTTP: taken from JSON and forms, and kept for a remix."""

from __future__ import annotations

import base64
import io
import json
import struct
import wave as wave_file
from collections.abc import Callable
from pathlib import Path

import openai
import pytest
from starlette.testclient import TestClient
from tests.unit.api.videos.test_masks import spec_of

from kinora.jobs.making import request_of
from kinora.jobs.reading import RenderTask
from kinora.service.context import Service
from kinora.service.sounds import MOST
from kinora.types.video import AudioSpec, VideoSpec


def test_json_and_forms_say_what_is_wanted(
    client: TestClient, service: Service, picture: bytes
) -> None:
    url = "data:image/png;base64," + base64.b64encode(picture).decode()
    body = {"prompt": "pan left", "input_reference": url, "audio": {"loudness": -14}}
    by_json = client.post("/v1/videos", json=body)
    assert by_json.status_code == 200, by_json.text
    assert spec_of(service, by_json.json()["id"]).audio == AudioSpec(loudness=-14)
    by_form = client.post(
        "/v1/videos",
        data={"prompt": "pan left", "audio[enabled]": "false"},
        files={"input_reference": ("a.png", picture)},
    )
    assert spec_of(service, by_form.json()["id"]).audio == AudioSpec(enabled=False)


def test_a_remix_keeps_it_unless_it_brings_its_own(
    client: TestClient, service: Service, finished: Callable[..., str]
) -> None:
    source = finished(audio='{"loudness": -23}')
    kept = client.post(f"/v1/videos/{source}/remix", json={"prompt": "slower"}).json()
    new = client.post(
        f"/v1/videos/{source}/remix", json={"prompt": "slower", "audio": {"room_tone": False}}
    ).json()
    assert spec_of(service, kept["id"]).audio == AudioSpec(loudness=-23)
    assert spec_of(service, new["id"]).audio == AudioSpec(room_tone=False)


def test_what_is_not_allowed_is_refused_by_name(client: TestClient) -> None:
    answer = client.post("/v1/videos", json={"prompt": "x", "audio": {"loudness": 3}})
    assert answer.status_code == 400
    assert answer.json()["error"]["param"] == "audio.loudness"


def test_own_sound_comes_as_a_file_an_id_or_a_data_url(
    client: TestClient, service: Service, picture: bytes, wave: bytes, key: str
) -> None:
    sdk = openai.OpenAI(api_key=key, base_url="http://127.0.0.1/v1", http_client=client)
    stored = sdk.files.create(file=("bed.wav", wave), purpose="user_data")
    image = "data:image/png;base64," + base64.b64encode(picture).decode()
    url = "data:audio/wav;base64," + base64.b64encode(wave).decode()
    own = {"voice_over": url, "music": {"file_id": stored.id}, "burn_subtitles": True}
    with pytest.warns(DeprecationWarning, match="The Sora API"):
        made = sdk.videos.create(
            prompt="pan left", extra_body={"input_reference": {"image_url": image}, "audio": own}
        )
    audio = spec_of(service, made.id).audio
    assert audio.burn_subtitles
    for kept in (audio.voice_over, audio.music):
        assert kept is not None
        assert base64.b64decode(kept) == wave
    by_form = client.post(
        "/v1/videos",
        data={"prompt": "pan left", "audio[loudness]": "-14"},
        files={"input_reference": ("a.png", picture), "audio[voice_over]": ("v.wav", wave)},
    )
    assert by_form.status_code == 200, by_form.text
    assert spec_of(service, by_form.json()["id"]).audio.voice_over is not None


def test_a_remix_keeps_the_files_until_others_come(
    client: TestClient, service: Service, finished: Callable[..., str], wave: bytes
) -> None:
    url = "data:audio/wav;base64," + base64.b64encode(wave).decode()
    source = finished(audio=json.dumps({"voice_over": url}))
    body = {"prompt": "slower", "audio": {"loudness": -23}}
    remixed = client.post(f"/v1/videos/{source}/remix", json=body).json()
    audio = spec_of(service, remixed["id"]).audio
    assert (audio.loudness, audio.music) == (-23, None)
    assert audio.voice_over == base64.b64encode(wave).decode()


@pytest.mark.parametrize(
    ("given", "param", "words"),
    [
        ("data:audio/wav;base64,AAAA", "audio.music", "audio/wav"),
        ("data:audio/wav;base64,%", "audio.music.url", "base64"),
        ("https://example.com/a.mp3", "audio.music", "isn't fetched"),
        ({"image_url": "x"}, "audio.music.image_url", "Unknown"),
        (7, "audio.music", "a file"),
        ("data:audio/mpeg;base64," + base64.b64encode(b"ID3" + bytes(MOST)).decode(),
         "audio.music", "at most"),
    ],
)  # fmt: skip
def test_what_is_no_sound_is_refused_with_its_name(
    client: TestClient, picture: bytes, given: object, param: str, words: str
) -> None:
    image = "data:image/png;base64," + base64.b64encode(picture).decode()
    body = {"prompt": "x", "input_reference": image, "audio": {"music": given}}
    answer = client.post("/v1/videos", json=body)
    assert answer.status_code == 400, answer.text
    error = answer.json()["error"]
    assert error["param"].startswith(param.removesuffix(".url"))
    assert words in error["message"]


def test_the_worker_gets_the_files_as_they_came(
    tmp_path: Path, picture: bytes, wave: bytes
) -> None:
    photo = tmp_path / "photo.png"
    photo.write_bytes(picture)
    data = base64.b64encode(wave).decode()
    spec = VideoSpec(
        model="m",
        engine="parallax",
        prompt='pan left. He says "hello".',
        audio=AudioSpec(voice_over=data, burn_subtitles=True),
    )
    sound = request_of(RenderTask(spec=spec, picture=photo), tmp_path).sound
    assert sound.audio is None
    assert sound.burn_subtitles
    assert sound.voice_over is not None
    assert sound.voice_over.read_bytes() == wave


@pytest.fixture
def wave() -> bytes:
    """A tenth of a second of a tone, as WAV."""
    kept = io.BytesIO()
    with wave_file.open(kept, "wb") as writer:
        writer.setparams((1, 2, 8000, 0, "NONE", ""))
        writer.writeframes(b"".join(struct.pack("<h", 900 * (i % 20 - 10)) for i in range(800)))
    return kept.getvalue()

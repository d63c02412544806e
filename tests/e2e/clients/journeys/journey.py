"""A whole life with the Videos API, through whichever official Python client is installed.

    python journey.py SETTINGS.json

The settings name the server, a key, the inputs and a folder for results. Everything is done as a
user of that client's version would do it; where a version has no method, by the client's own
``post``.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import sys
from pathlib import Path
from typing import Any

import openai
from openai import OpenAI
from openai.types import Video
from receiver import Receiver
from steps import Steps
from video_checks import check_video

step = Steps()
VERSION = tuple(int(part) for part in openai.__version__.split(".")[:2])
HAS_EDITS = VERSION >= (2, 27)  # also characters and extensions; and create is multipart from here
HAS_ENDPOINTS = VERSION >= (3, 0)

MODEL = "kinora-parallax-draft"
SMALL: dict[str, Any] = {"model": MODEL, "size": "320x180", "seconds": "1"}
PROMPT = "The camera trucks left 5 %."


class Journey:
    """What the steps share."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.base_url: str = settings["base_url"]
        self.api_key: str = settings["api_key"]
        self.png, self.jpeg, self.webp = (Path(settings[k]) for k in ("png", "jpeg", "webp"))
        self.broken, self.clip = Path(settings["broken"]), Path(settings["clip"])
        self.photo_size: str = settings["photo_size"]
        self.out = Path(settings["out"])
        self.client = OpenAI(base_url=self.base_url, api_key=self.api_key)
        # A server that accepts and renders nothing, for jobs that nobody waits for.
        self.accepting = OpenAI(**settings["accepting"])
        self.receiver = Receiver()
        self.secret = ""
        self.kept: list[str] = []  # ids of videos that stay, oldest first
        self.main: Any = None  # the completed video that later steps start from
        self.awaited: list[tuple[Any, str, str]] = []  # a derived video, its seconds, file to save

    def post(self, path: str, body: object) -> Any:
        """By the client, where it has no method."""
        return self.client.post(path, body=body, cast_to=object)

    def post_video(self, path: str, body: object, *, client: OpenAI | None = None) -> Any:
        """Likewise, answering a Video."""
        return (client or self.client).post(path, body=body, cast_to=Video)

    def data_url(self) -> str:
        return "data:image/png;base64," + base64.b64encode(self.png.read_bytes()).decode()

    def save(self, name: str, video_id: str, **options: Any) -> Path:
        """Download a variant into the results."""
        path = self.out / name
        self.client.videos.download_content(video_id, **options).write_to_file(path)
        return path


@step
def models(journey: Journey) -> None:
    listed = {model.id: model for model in journey.client.models.list()}
    for name in ("sora-2", "sora-2-pro", MODEL):
        assert listed[name].object == "model"
        assert isinstance(listed[name].created, int)
        assert journey.client.models.retrieve(name).id == name


@step
def register_webhook(journey: Journey) -> None:
    wanted = {
        "name": "journey",
        "url": journey.receiver.url,
        "event_types": ["video.completed", "video.failed"],
    }
    if HAS_ENDPOINTS:
        endpoint = journey.client.webhooks.create(**wanted)
        assert journey.client.webhooks.retrieve(endpoint.id).url == journey.receiver.url
        assert endpoint.id in [each.id for each in journey.client.webhooks.list()]
        journey.secret = endpoint.signing_secret
    else:
        journey.secret = journey.post("/webhook_endpoints", wanted)["signing_secret"]
    assert journey.secret.startswith("whsec_")


@step
def create_and_poll(journey: Journey) -> None:
    """The clip that the rest is made from."""
    videos = journey.client.videos
    spoken = f'{PROMPT} A narrator says: "Good morning."'
    video = videos.create(prompt=spoken, input_reference=journey.png, **SMALL)
    check_video(video)
    assert video.status in ("queued", "in_progress")
    assert (video.progress, video.model, video.size, video.seconds) == (0, MODEL, "320x180", "1")
    raw = videos.with_raw_response.retrieve(video.id)
    assert raw.headers["x-request-id"]
    assert raw.parse()._request_id == raw.headers["x-request-id"]
    if raw.parse().status in ("queued", "in_progress"):
        assert int(raw.headers["openai-poll-after-ms"]) > 0
    journey.main = videos.poll(video.id)
    check_video(journey.main)
    assert journey.main.status == "completed", journey.main.error
    journey.kept.append(video.id)


@step
def webhook(journey: Journey) -> None:
    delivery = journey.receiver.wait_for("video.completed", journey.main.id)
    unwrap = journey.client.webhooks.unwrap
    event = unwrap(delivery.body, delivery.headers, secret=journey.secret)
    assert event.type == "video.completed"
    assert event.object == "event"
    assert event.data.id == journey.main.id
    assert delivery.headers["content-type"].startswith("application/json")
    assert delivery.headers["webhook-id"].startswith("wh_")
    with expected(openai.InvalidWebhookSignatureError):
        unwrap(delivery.body + b" ", delivery.headers, secret=journey.secret)


@step
def download(journey: Journey) -> None:
    assert journey.save("video.mp4", journey.main.id).read_bytes()[4:8] == b"ftyp"
    thumbnail = journey.save("thumbnail.webp", journey.main.id, variant="thumbnail").read_bytes()
    assert (thumbnail[:4], thumbnail[8:12]) == (b"RIFF", b"WEBP")
    sheet = journey.save("spritesheet.jpg", journey.main.id, variant="spritesheet").read_bytes()
    assert sheet[:3] == b"\xff\xd8\xff"
    lines = journey.save("subtitles.vtt", journey.main.id, variant="subtitles").read_text("utf-8")
    assert lines.startswith("WEBVTT\n")
    assert "Good morning." in lines
    streaming = journey.client.videos.with_streaming_response.download_content(journey.main.id)
    with streaming as response:
        assert response.headers["content-type"] == "video/mp4"
        data = b"".join(response.iter_bytes(10_000))
    assert data == (journey.out / "video.mp4").read_bytes()


@step
def remix(journey: Journey) -> None:
    video = journey.client.videos.remix(journey.main.id, prompt="The camera trucks right 5 %.")
    assert video.remixed_from_video_id == journey.main.id
    submitted(journey, video, seconds="1", file="remixed.mp4")


@step
def edit(journey: Journey) -> None:
    prompt, source = "The camera trucks left 9 %.", {"video": {"id": journey.main.id}}
    if HAS_EDITS:
        video = journey.client.videos.edit(prompt=prompt, video=openai.omit, extra_body=source)
    else:
        video = journey.post_video("/videos/edits", {"prompt": prompt, **source})
    assert video.remixed_from_video_id == journey.main.id
    submitted(journey, video, seconds="1", file="edited.mp4")


@step
def extend(journey: Journey) -> None:
    prompt, source = "The camera goes on.", {"video": {"id": journey.main.id}}
    if HAS_EDITS:
        length: Any = "1"
        video = journey.client.videos.extend(
            prompt=prompt, seconds=length, video=openai.omit, extra_body=source
        )
    else:
        video = journey.post_video(
            "/videos/extensions", {"prompt": prompt, "seconds": "1", **source}
        )
    submitted(journey, video, seconds="2", file="extended.mp4")


@step
def failed_job(journey: Journey) -> None:
    """A photo whose header is fine and whose data ends early, through the asynchronous client."""

    async def make() -> Any:
        async with openai.AsyncOpenAI(base_url=journey.base_url, api_key=journey.api_key) as client:
            return await client.videos.create_and_poll(
                prompt=PROMPT, input_reference=journey.broken, **SMALL
            )

    video = asyncio.run(make())
    check_video(video)
    assert video.status == "failed"
    journey.kept.append(video.id)
    with expected(openai.BadRequestError, code="video_failed"):
        journey.client.videos.download_content(video.id)
    delivery = journey.receiver.wait_for("video.failed", video.id)
    event = journey.client.webhooks.unwrap(delivery.body, delivery.headers, secret=journey.secret)
    assert (event.type, event.data.id) == ("video.failed", video.id)


@step
def poll_in_one_call(journey: Journey) -> None:
    video = journey.client.videos.create_and_poll(
        prompt="The camera pans right 3 degrees.",
        input_reference=("b.jpg", journey.jpeg.read_bytes(), "image/jpeg"),
        poll_interval_ms=200,
        **SMALL,
    )
    check_video(video)
    assert video.status == "completed", video.error
    journey.kept.append(video.id)


@step
def derived_clips(journey: Journey) -> None:
    """They complete and are still what was promised."""
    assert len(journey.awaited) == 3
    for video, seconds, file in journey.awaited:
        done = journey.client.videos.poll(video.id)
        check_video(done)
        assert done.status == "completed", done.error
        assert (done.size, done.seconds) == ("320x180", seconds)
        assert done.remixed_from_video_id == video.remixed_from_video_id
        journey.save(file, video.id)


@step
def body_forms_with_files(journey: Journey) -> None:
    """Each is accepted, and the picture understood: ``size="auto"`` is answered by its own."""
    with journey.png.open("rb") as file:
        references: dict[str, Any] = {
            "path": journey.png,
            "bytes": journey.png.read_bytes(),
            "tuple": ("b.png", journey.png.read_bytes(), "image/png"),
            "tuple of a wrong type": ("b.bin", journey.jpeg.read_bytes(), "application/pdf"),
            "open file": file,
            "webp": journey.webp,
        }
        for name, reference in references.items():
            video = journey.accepting.videos.create(
                prompt=PROMPT, model=MODEL, size="auto", input_reference=reference
            )
            accepted(journey, video, name)


@step
def body_forms_without_files(journey: Journey) -> None:
    file = journey.accepting.files.create(file=journey.png, purpose="vision")
    assert file.bytes == journey.png.stat().st_size
    assert file.object == "file"
    assert journey.accepting.files.retrieve(file.id).filename == journey.png.name
    options: dict[str, Any] = {"prompt": PROMPT, "model": MODEL, "size": "auto"}
    references: dict[str, Any] = {
        "image_url": {"image_url": journey.data_url()},
        "file_id": {"file_id": file.id},
        "JSON in a plain field": json.dumps({"file_id": file.id}),
        "a bare file id": file.id,
    }
    for name, reference in references.items():
        extra = {"input_reference": reference}
        accepted(journey, journey.accepting.videos.create(**options, extra_body=extra), name)
        accepted(
            journey,
            journey.post_video("/videos", {**options, **extra}, client=journey.accepting),
            f"{name}, post",
        )
    for audio in ({"loudness": -14, "room_tone": False}, {"enabled": False}):
        extra = {"input_reference": references["image_url"], "audio": audio}
        accepted(journey, journey.accepting.videos.create(**options, extra_body=extra), "audio")
    by_header = journey.accepting.videos.create(
        **options,
        extra_headers={"Content-Type": "application/json"},
        extra_body={**options, "input_reference": {"file_id": file.id}},
    )
    accepted(journey, by_header, "JSON by a header")
    assert journey.accepting.files.delete(file.id).deleted


@step
def numbers_and_literals(journey: Journey) -> None:
    """Seconds as a number; and, for what the client's own types allow, those types literally."""
    videos = journey.accepting.videos
    number: Any = 1
    video = videos.create(prompt=PROMPT, input_reference=journey.png, model=MODEL, seconds=number)
    assert video.seconds == "1"
    videos.delete(video.id)
    video = videos.create(
        prompt=PROMPT, input_reference=journey.png, model="sora-2", seconds="8", size="1280x720"
    )
    check_video(video, literally=True)
    assert (video.model, video.seconds, video.size) == ("sora-2", "8", "1280x720")
    videos.delete(video.id)


@step
def characters(journey: Journey) -> None:
    if HAS_EDITS:
        character = journey.accepting.videos.create_character(name="Pip", video=journey.clip)
        assert journey.accepting.videos.get_character(character.id).name == "Pip"
        character_id = character.id
    else:
        made: Any = journey.accepting.post(
            "/videos/characters",
            body={"name": "Pip"},
            files={"video": ("pip.mp4", journey.clip.read_bytes(), "video/mp4")},
            options={"headers": {"Content-Type": "multipart/form-data"}},
            cast_to=object,
        )
        character_id = made["id"]
    assert character_id.startswith("char_")
    video = journey.accepting.videos.create(
        prompt=f"Pip the clay fox. {PROMPT}",
        input_reference=journey.png,
        extra_body={"characters": [{"id": character_id}, {"id": character_id}]},
        model=MODEL,
        size="auto",
    )
    accepted(journey, video, "characters")


@step
def pages(journey: Journey) -> None:
    videos = journey.client.videos
    first = videos.list(limit=2)
    assert len(first.data) == 2
    assert first.has_more
    assert first.has_next_page()
    for video in videos.list(limit=2):
        check_video(video)
    assert [video.id for video in videos.list(limit=2)] == journey.kept[::-1]
    assert [video.id for video in videos.list(limit=2, order="asc")] == journey.kept
    after = videos.list(limit=100, order="asc", after=journey.kept[0])
    assert [video.id for video in after.data] == journey.kept[1:]
    assert not after.has_more


@step
def delete(journey: Journey) -> None:
    videos = journey.client.videos
    for video_id in journey.kept:
        gone = videos.delete(video_id)
        assert (gone.id, gone.object, gone.deleted) == (video_id, "video.deleted", True)
        with expected(openai.NotFoundError):
            videos.retrieve(video_id)
        with expected(openai.NotFoundError):
            videos.download_content(video_id)
    empty = videos.list()
    assert (empty.data, empty.has_more, empty.last_id) == ([], False, None)


@step
def errors(journey: Journey) -> None:
    wrong = OpenAI(base_url=journey.base_url, api_key="sk-wrong")
    with expected(openai.AuthenticationError, code="invalid_api_key"):
        wrong.videos.list()
    with expected(openai.NotFoundError, message="Video with id 'video_x' not found."):
        journey.client.videos.retrieve("video_x")
    with expected(openai.NotFoundError):
        journey.client.videos.remix("video_x", prompt=PROMPT)
    with expected(openai.BadRequestError, param="after"):
        journey.client.videos.list(after="video_x")
    with expected(openai.NotFoundError):
        journey.client.get("/no/such/route", cast_to=object)
    refused: list[tuple[str, Any, str]] = [
        ("seconds", "0", "invalid_value"),
        ("seconds", "soon", "invalid_value"),
        ("size", "641x360", "invalid_value"),
        ("size", "big", "invalid_value"),
        ("model", "sora-1-turbo", "invalid_value"),
    ]
    for param, value, code in refused:
        options: Any = {**SMALL, param: value}
        with expected(openai.BadRequestError, param=param, code=code):
            journey.client.videos.create(prompt=PROMPT, input_reference=journey.png, **options)
    with expected(openai.BadRequestError, param="width", message="Unknown parameter: 'width'."):
        journey.client.videos.create(
            prompt=PROMPT, input_reference=journey.png, extra_body={"width": 3}, **SMALL
        )
    with expected(openai.BadRequestError, param="prompt", code="missing_required_parameter"):
        journey.post("/videos", {"model": MODEL})
    with expected(openai.BadRequestError, param="input_reference"):
        journey.client.videos.create(
            prompt=PROMPT, input_reference=("a.png", b"no picture", "image/png"), **SMALL
        )
    with expected(openai.BadRequestError, param="input_reference"):
        journey.client.videos.create(prompt="words alone", **SMALL)
    with expected(
        openai.BadRequestError, message="Inpaint image must match the requested width and height"
    ):
        journey.client.videos.create(
            prompt=PROMPT, input_reference=journey.png, extra_body={"fit": "strict"}, **SMALL
        )


def accepted(journey: Journey, video: Any, form: str) -> None:
    """The answer is right and tells the photo's own size; the job isn't needed any more."""
    check_video(video)
    assert video.size == journey.photo_size, f"{form}: {video.size}"
    assert journey.accepting.videos.delete(video.id).deleted


def submitted(journey: Journey, video: Any, *, seconds: str, file: str) -> None:
    """The answer is right; the clip is waited for later."""
    check_video(video)
    assert (video.size, video.seconds) == ("320x180", seconds)
    journey.kept.append(video.id)
    journey.awaited.append((video, seconds, file))


@contextlib.contextmanager
def expected(kind: type[Exception], *, message: str = "", **fields: str) -> Any:
    """The block raises ``kind`` with these attributes, and a message that holds ``message``."""
    caught: Any = None
    try:
        yield
    except kind as error:
        caught = error
    assert caught is not None, f"no {kind.__name__} {fields}"
    for name, value in fields.items():
        assert getattr(caught, name) == value, f"{name}: {getattr(caught, name)}; {caught}"
    if isinstance(caught, openai.APIStatusError):
        assert caught.request_id
        body: Any = caught.body
        assert set(body) == {"message", "type", "param", "code"}
        assert message in body["message"], body["message"]


if __name__ == "__main__":
    settings = json.loads(Path(sys.argv[1]).read_text())
    step.run(Journey(settings), out=Path(settings["out"]), version=openai.__version__)

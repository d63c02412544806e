"""The Videos API through LiteLLM's Python functions, as its documentation shows them.

python litellm_journey.py SETTINGS.json
"""

from __future__ import annotations

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import litellm
from steps import Steps

step = Steps()
MODEL = "kinora-parallax-draft"


class Journey:
    """What the steps share."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.png, self.out = Path(settings["png"]), Path(settings["out"])
        self.server = {"api_base": settings["base_url"], "api_key": settings["api_key"]}
        self.video_id = ""  # LiteLLM's own coding of provider, model and id

    def status(self, video_id: str) -> Any:
        return litellm.video_status(video_id=video_id, **self.server)

    def wait(self, video_id: str) -> Any:
        while (video := self.status(video_id)).status in ("queued", "in_progress"):
            time.sleep(0.3)
        return video


@step
def video_generation_and_status(journey: Journey) -> None:
    with journey.png.open("rb") as photo:
        video = litellm.video_generation(
            model=f"openai/{MODEL}",
            prompt="The camera trucks left 5 %.",
            input_reference=photo,
            seconds="1",
            size="320x180",
            **journey.server,
        )
    assert video.object == "video"
    assert (video.size, video.seconds) == ("320x180", "1")
    journey.video_id = video.id
    done = journey.wait(video.id)
    assert (done.status, done.progress) == ("completed", 100), done.error


@step
def video_content(journey: Journey) -> None:
    content = litellm.video_content(video_id=journey.video_id, **journey.server)
    assert content[4:8] == b"ftyp"
    (journey.out / "video.mp4").write_bytes(content)
    thumbnail = litellm.video_content(
        video_id=journey.video_id, variant="thumbnail", **journey.server
    )
    assert thumbnail[8:12] == b"WEBP"


@step
def video_remix(journey: Journey) -> None:
    video = litellm.video_remix(
        video_id=journey.video_id, prompt="The camera trucks right 5 %.", **journey.server
    )
    assert video.remixed_from_video_id
    done = journey.wait(video.id)
    assert (done.status, done.seconds) == ("completed", "1"), done.error


@step
def video_edit_and_extension(journey: Journey) -> None:
    edited = litellm.video_edit(
        video_id=journey.video_id, prompt="The camera trucks left 9 %.", **journey.server
    )
    extended = litellm.video_extension(
        video_id=journey.video_id, prompt="The camera goes on.", seconds="1", **journey.server
    )
    assert extended.seconds == "2"
    for video, seconds in ((edited, "1"), (extended, "2")):
        done = journey.wait(video.id)
        assert (done.status, done.seconds) == ("completed", seconds), done.error


@step
def video_list(journey: Journey) -> None:
    listed = litellm.video_list(custom_llm_provider="openai", limit=2, **journey.server)
    assert len(listed["data"]) == 2
    assert listed["has_more"]


@step
def errors(journey: Journey) -> None:
    try:
        journey.status("video_x")
    except litellm.NotFoundError:
        return
    raise AssertionError("no NotFoundError")


if __name__ == "__main__":
    settings = json.loads(Path(sys.argv[1]).read_text())
    step.run(Journey(settings), out=Path(settings["out"]), version=version("litellm"))

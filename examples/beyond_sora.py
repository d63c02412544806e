"""What the API can do here that Sora's couldn't: a plan first, one move changed, clips joined.

    kinora serve                                   # prints a key; leave it running
    export OPENAI_API_KEY=sk-kin-…
    python examples/beyond_sora.py examples/photos/coffee.jpg

Needs the package `openai`.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from openai import OpenAI
from openai.types import Video


def main() -> None:
    """Plan, create, remix, extend, join, download."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photo", type=Path)
    parser.add_argument("--model", default="kinora-parallax")
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--output", type=Path, default=Path("joined.mp4"))
    args = parser.parse_args()
    client = OpenAI(base_url=os.environ.get("OPENAI_BASE_URL", "http://localhost:8000/v1"))
    prompt = "push in 1 s, then pan left 6 degrees in 1 s. The man walks away."

    # What the words mean, in milliseconds: nothing is rendered.
    dry: Any = client.post(
        "/videos/plan", body={"prompt": prompt, "seconds": "auto"}, cast_to=object
    )
    for kind in ("understood", "not_supported"):
        told = [item["done"] or item["request"] for item in dry["report"][kind]]
        print(f"{kind}: {told}")

    # The same seed and photo make the same frames; "auto" takes the length from the words.
    first = client.videos.create_and_poll(
        model=args.model,
        prompt=prompt,
        input_reference=args.photo,
        extra_body={"size": args.size, "seconds": "auto", "seed": 7},
    )
    finished(client, first)

    # Change one move; the rest stays, and the report lists the difference.
    remixed = client.videos.remix(first.id, prompt="pan right 6 degrees instead of left")
    finished(client, remixed)

    # One more second, the camera's velocity unbroken.
    extended: Any = client.post(
        "/videos/extensions",
        body={"video": {"id": first.id}, "prompt": "go on, then hold", "seconds": "1"},
        cast_to=Video,
    )
    finished(client, extended)

    joined: Any = client.post(
        "/videos/stitch",
        body={"videos": [extended.id, remixed.id], "transition": "crossfade"},
        cast_to=Video,
    )
    joined = finished(client, joined)
    client.videos.download_content(joined.id).write_to_file(args.output)
    print(f"{joined.id}: {joined.seconds} s, saved as {args.output}")


def finished(client: OpenAI, video: Video) -> Video:
    """The video once it is done."""
    video = client.videos.poll(video.id)
    if video.error is not None:
        raise SystemExit(f"{video.error.code}: {video.error.message}")
    return video


if __name__ == "__main__":
    main()

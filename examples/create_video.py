"""A photo and words in, a clip out: code written for Sora, pointed at your own machine.

    kinora serve                                   # prints a key; leave it running
    export OPENAI_API_KEY=sk-kin-…
    python examples/create_video.py examples/photos/coffee.jpg "push in 2 s, then pan left"

Needs the package `openai`. The only line that moving from Sora changes is marked.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from openai import OpenAI


def main() -> None:
    """Create, wait, download."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photo", type=Path)
    parser.add_argument("prompt")
    parser.add_argument("--model", default="sora-2")
    parser.add_argument("--seconds", default="4")
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--output", type=Path, default=Path("clip.mp4"))
    args = parser.parse_args()

    # Before: client = OpenAI()
    client = OpenAI(base_url=os.environ.get("OPENAI_BASE_URL", "http://localhost:8000/v1"))

    video = client.videos.create_and_poll(
        model=args.model,
        prompt=args.prompt,
        input_reference=args.photo,
        seconds=args.seconds,
        size=args.size,
    )
    if video.error is not None:
        raise SystemExit(f"{video.error.code}: {video.error.message}")
    client.videos.download_content(video.id).write_to_file(args.output)
    print(f"{video.id}: {video.seconds} s, {video.size}, saved as {args.output}")


if __name__ == "__main__":
    main()

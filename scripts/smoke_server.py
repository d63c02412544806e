"""Check an installed service from outside: start it, make a clip over HTTP, look at the bytes.

Run with the Python of the environment to check, beside a ``photo.jpg``:
``python -I smoke_server.py``. It needs nothing but the standard library and ``kinora[server]``.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

PATIENCE = 300.0  # seconds for the clip: the first one compiles the kernels


def call(url: str, key: str, *, body: dict[str, Any] | None = None) -> bytes:
    """GET, or POST with a JSON body."""
    request = urllib.request.Request(
        url,
        data=None if body is None else json.dumps(body).encode(),
        headers={"authorization": f"Bearer {key}", "content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        data: bytes = answer.read()
    return data


def make_clip(base_url: str, key: str) -> bytes:
    """One second of ``photo.jpg``, made and downloaded."""
    picture = base64.b64encode(Path("photo.jpg").read_bytes()).decode()
    asked = {
        "prompt": "push in, then pan left",
        "seconds": 1,
        "size": "320x240",
        "model": "kinora-parallax-draft",
        "input_reference": {"image_url": f"data:image/jpeg;base64,{picture}"},
    }
    video = json.loads(call(f"{base_url}/videos", key, body=asked))
    print(json.dumps(video))
    until = time.monotonic() + PATIENCE
    while video["status"] in ("queued", "in_progress") and time.monotonic() < until:
        time.sleep(0.5)
        video = json.loads(call(f"{base_url}/videos/{video['id']}", key))
    print(json.dumps(video))
    if video["status"] != "completed":
        sys.exit("the clip wasn't made")
    return call(f"{base_url}/videos/{video['id']}/content", key)


def main() -> None:
    """Run the checks; any failure ends with a message and a non-zero exit code."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-I", "-m", "kinora", "serve", "--port", "0", "--json"]
        command += ["--data-dir", folder]
        print("+", *command, flush=True)
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            facts = json.loads(server.stdout.readline())
            clip = make_clip(facts["base_url"], facts["api_key"])
        finally:
            server.terminate()
            code = server.wait(timeout=60)
    assert clip[4:8] == b"ftyp", clip[:16]
    assert code in (0, 143), code
    print(f"a clip of {len(clip)} bytes; the server left with {code}")


if __name__ == "__main__":
    main()

"""The service: creates and status reads per second, overhead, memory, start.

    python -m benchmarks.service [PHOTO] [--requests 3000] [--repeats 3] [--only NAME …] [--json]

Real ``kinora serve`` processes on SQLite and a local folder. The load generator runs on the same
cores as the server and takes its share of them; `wrk` is used for reads where it is installed.
Linux only: memory and processor time are read from /proc.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PIL import Image
from tests.support.server import RunningServer, running_server

from benchmarks.common import EXAMPLE, report, run_process
from benchmarks.load import Load, request_bytes, run_load
from benchmarks.usage import (
    cpu_seconds,
    forget_peak,
    peak_megabytes,
    resident_megabytes,
)

Row = dict[str, object]
PROMPT = "truck left 6 %, then dolly in 12 %"
CLIENTS = 50
IDLE_SECONDS = 20.0
UPLOAD_BYTES = 200 * 1000 * 1000
NO_LIMIT = {"KINORA_MAX_QUEUED": "1000000", "KINORA_MAX_ACTIVE": "1000000"}


def row(what: str, value: float, wanted: str, *, met: bool) -> Row:
    """One line of the table."""
    return {"what": what, "value": round(value, 2), "wanted": wanted, "met": "yes" if met else "NO"}


def creates(folder: Path, photo: Path, args: argparse.Namespace) -> Iterator[Row]:
    """Accepted jobs per second, none of them run; their rows are counted afterwards."""
    small = _jpeg(photo, (320, 180))
    with running_server(folder / "creates", "--workers-off", **NO_LIMIT) as server:
        file_id = _upload(server, "photo.jpg", small)
        url = "data:image/jpeg;base64," + base64.b64encode(small).decode()
        forms: dict[str, Any] = {"file_id": {"file_id": file_id}, "data URL": {"image_url": url}}
        before = 0
        for name, reference in forms.items():
            used = cpu_seconds(server.process.pid)
            load = _create_load(server, reference, requests=args.requests)
            each = 1000 * (cpu_seconds(server.process.pid) - used) / args.requests
            rows = _video_rows(server) - before
            before += rows
            lost = load.statuses.get(200, 0) - rows
            yield row(f"POST, {name}: per second", load.rate, ">= 250", met=load.rate >= 250)
            p99 = load.percentile(99) * 1000
            yield row(f"POST, {name}: p99, ms", p99, "<= 500", met=p99 <= 500)
            yield row(f"POST, {name}: server's processor time each, ms", each, "", met=True)
            refused = len(load.latencies) - load.statuses.get(200, 0)
            yield row(f"POST, {name}: refused", refused, "0", met=refused == 0)
            yield row(f"POST, {name}: lost", lost, "0", met=lost == 0)


def reads(folder: Path, photo: Path, args: argparse.Namespace) -> Iterator[Row]:
    """Status reads per second of one queued video."""
    with running_server(folder / "reads", "--workers-off", **NO_LIMIT) as server:
        reference = {"file_id": _upload(server, "photo.jpg", _jpeg(photo, (320, 180)))}
        made = _call(server, "POST", "/videos", _create_body(reference))
        url = f"{server.base_url}/videos/{made['id']}"
        used, start = cpu_seconds(server.process.pid), time.perf_counter()
        rate = _read_rate(url, _key(server), requests=args.requests)
        done = rate * (time.perf_counter() - start)
        each = 1000 * (cpu_seconds(server.process.pid) - used) / done
        yield row("GET status: per second", rate, ">= 1500", met=rate >= 1500)
        yield row("GET status: server's processor time each, ms", each, "", met=True)


def overhead(folder: Path, photo: Path, args: argparse.Namespace) -> Iterator[Row]:
    """One 4 s clip at 720p by the service and by the command line, in turn.

    Each turn takes a photo of its own, so that the service can't reuse an analysis.
    """
    alone, served = [], []
    with running_server(folder / "overhead") as server:
        for turn in range(args.repeats + 1):
            own = _variant(photo, folder / f"photo{turn}.png", turn)
            first = run_process(_animate(own, folder / "clip.mp4")).seconds
            second = _served_seconds(server, own)
            if turn:  # the first compiles kernels
                alone.append(first)
                served.append(second)
    cli, service = statistics.median(alone), statistics.median(served)
    extra = service - cli
    yield row("kinora animate, 4 s at 720p, s", cli, "", met=True)
    yield row("the same by the service, s", service, "", met=True)
    limit = 0.1 * cli + 0.5
    yield row("overhead, s", extra, f"<= {limit:.2f} (10 % + 0.5 s)", met=extra <= limit)


def upload(folder: Path, photo: Path, args: argparse.Namespace) -> Iterator[Row]:
    """How much the server's memory grows while it takes 200 MB."""
    with running_server(folder / "upload", "--workers-off") as server:
        _upload(server, "small.jpg", _jpeg(photo, (320, 180)))  # what is loaded once is loaded
        pid = server.process.pid
        before = resident_megabytes(pid)
        forget_peak(pid)
        start = time.perf_counter()
        _upload(server, "clip.mp4", _large_clip())
        seconds = time.perf_counter() - start
        growth = peak_megabytes(pid) - before
        yield row("200 MB upload: s", seconds, "", met=True)
        yield row("200 MB upload: peak growth, MB", growth, "<= 30", met=growth <= 30)


def idle(folder: Path, photo: Path, args: argparse.Namespace) -> Iterator[Row]:
    """Memory and processor of a server with workers that has nothing to do."""
    with running_server(folder / "idle") as server:
        yield from _idle_rows(server, "idle")
        _served_seconds(server, photo)
        time.sleep(3.0)
        yield from _idle_rows(server, "idle after a render")


def ready(folder: Path, photo: Path, args: argparse.Namespace) -> Iterator[Row]:
    """From the start of the process to the first answer."""
    for name in ("new folder", "existing folder"):
        times = []
        for turn in range(args.repeats):
            where = folder / ("ready" if name == "existing folder" else f"ready{turn}")
            start = time.perf_counter()
            with running_server(where) as server:
                urllib.request.urlopen(f"{server.root}/healthz").read()
                times.append(time.perf_counter() - start)
        median = statistics.median(times)
        yield row(f"ready, {name}: s", median, "<= 3", met=median <= 3)


def _create_body(reference: object, **fields: object) -> bytes:
    body = {"model": "sora-2", "prompt": PROMPT, "input_reference": reference, **fields}
    return json.dumps(body).encode()


def _create_load(server: RunningServer, reference: object, *, requests: int) -> Load:
    url = f"{server.base_url}/videos"
    data = request_bytes("POST", url, key=_key(server), body=_create_body(reference))
    return run_load(url, lambda _: data, requests=requests, connections=CLIENTS)


def _read_rate(url: str, key: str, *, requests: int) -> float:
    """Reads per second, by wrk where there is one."""
    wrk = shutil.which("wrk")
    if wrk is None:
        data = request_bytes("GET", url, key=key)
        return run_load(url, lambda _: data, requests=requests, connections=CLIENTS).rate
    command = [wrk, "-t1", f"-c{CLIENTS}", "-d5s", "-H", f"Authorization: Bearer {key}", url]
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in out:
        raise SystemExit(out)
    return float(re.findall(r"Requests/sec:\s+([\d.]+)", out)[0])


def _video_rows(server: RunningServer) -> int:
    with sqlite3.connect(server.data_dir / "kinora.db") as connection:
        return int(connection.execute("SELECT count(*) FROM videos").fetchone()[0])


def _idle_rows(server: RunningServer, when: str) -> Iterator[Row]:
    pid = server.process.pid
    start, used = time.perf_counter(), cpu_seconds(pid)
    time.sleep(IDLE_SECONDS)
    share = 100 * (cpu_seconds(pid) - used) / (time.perf_counter() - start)
    memory = resident_megabytes(pid)
    yield row(f"{when}: resident, MB", memory, "<= 150", met=memory <= 150)
    yield row(f"{when}: % of a core", share, "<= 10", met=share <= 10)


def _animate(photo: Path, out: Path) -> list[str]:
    command = [sys.executable, "-m", "kinora", "animate", str(photo), PROMPT]
    return [*command, "--size", "1280x720", "--seconds", "4", "-o", str(out)]


def _served_seconds(server: RunningServer, photo: Path) -> float:
    """From the create to the last byte of the downloaded clip, the upload included."""
    start = time.perf_counter()
    reference = {"file_id": _upload(server, photo.name, photo.read_bytes())}
    body = _create_body(reference, size="1280x720", seconds="4")
    video = _call(server, "POST", "/videos", body)
    while video["status"] in ("queued", "in_progress"):
        time.sleep(0.05)
        video = _call(server, "GET", f"/videos/{video['id']}")
    if video["status"] != "completed":
        raise SystemExit(f"The service failed: {video['error']}")
    _open(server, "GET", f"/videos/{video['id']}/content")
    return time.perf_counter() - start


def _upload(server: RunningServer, name: str, data: bytes) -> str:
    boundary = uuid.uuid4().hex
    head = (
        f'--{boundary}\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nuser_data\r\n'
        f'--{boundary}\r\ncontent-disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    )
    body = head.encode() + data + f"\r\n--{boundary}--\r\n".encode()
    kind = f"multipart/form-data; boundary={boundary}"
    return str(json.loads(_open(server, "POST", "/files", body, content_type=kind))["id"])


def _call(server: RunningServer, method: str, path: str, body: bytes | None = None) -> Any:
    return json.loads(_open(server, method, path, body))


def _open(
    server: RunningServer,
    method: str,
    path: str,
    body: bytes | None = None,
    *,
    content_type: str = "application/json",
) -> bytes:
    headers = {"authorization": f"Bearer {_key(server)}", "content-type": content_type}
    request = urllib.request.Request(
        server.base_url + path, data=body, headers=headers, method=method
    )
    with urllib.request.urlopen(request) as response:
        return bytes(response.read())


def _key(server: RunningServer) -> str:
    assert server.api_key is not None
    return server.api_key


def _jpeg(photo: Path, size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    with Image.open(photo) as image:
        image.convert("RGB").resize(size).save(out, "jpeg", quality=85)
    return out.getvalue()


def _variant(photo: Path, path: Path, turn: int) -> Path:
    """The photo with one pixel of its own."""
    with Image.open(photo) as image:
        changed = image.convert("RGB")
    changed.putpixel((0, 0), (turn, turn, turn))
    changed.save(path, compress_level=1)
    return path


def _large_clip() -> bytes:
    """200 MB that are an MP4 by their first bytes: a file type, then padding."""
    head = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2"
    rest = UPLOAD_BYTES - len(head)
    return head + rest.to_bytes(4, "big") + b"free" + bytes(rest - 8)


PARTS: dict[str, Callable[[Path, Path, argparse.Namespace], Iterator[Row]]] = {
    "creates": creates,
    "reads": reads,
    "overhead": overhead,
    "upload": upload,
    "idle": idle,
    "ready": ready,
}


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photo", nargs="?", type=Path, default=EXAMPLE)
    parser.add_argument("--requests", type=int, default=3000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        rows = [each for part in args.only for each in PARTS[part](Path(name), args.photo, args)]
    report(f"The service, {args.photo.name}", rows, as_json=args.json)


if __name__ == "__main__":
    main()

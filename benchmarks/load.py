"""A small HTTP load generator: prepared requests over kept-alive connections, asyncio alone.

It shares the machine's cores with the server that it measures, so the rates of the server alone
are higher than those that it finds.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What a run of requests found. Times are in seconds."""

    seconds: float
    latencies: list[float]  # of each request
    statuses: dict[int, int]  # how often each came

    @property
    def rate(self) -> float:
        """Requests per second."""
        return len(self.latencies) / self.seconds

    def percentile(self, percent: int) -> float:
        """Latency below which ``percent`` of the requests lie."""
        return statistics.quantiles(self.latencies, n=100)[percent - 1]


def request_bytes(
    method: str, url: str, *, key: str, body: bytes = b"", content_type: str = "application/json"
) -> bytes:
    """One HTTP/1.1 request as it goes over the wire."""
    parts = urlsplit(url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    head = [
        f"{method} {target} HTTP/1.1",
        f"host: {parts.netloc}",
        f"authorization: Bearer {key}",
        f"content-type: {content_type}",
        f"content-length: {len(body)}",
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


def run_load(url: str, make: Callable[[int], bytes], *, requests: int, connections: int) -> Load:
    """Send ``requests`` requests, each from ``make(index)``, over ``connections`` connections."""
    return asyncio.run(_run(url, make, requests=requests, connections=connections))


async def _run(url: str, make: Callable[[int], bytes], *, requests: int, connections: int) -> Load:
    parts = urlsplit(url)
    assert parts.hostname is not None
    streams = [
        await asyncio.open_connection(parts.hostname, parts.port) for _ in range(connections)
    ]
    waiting = iter(range(requests))
    latencies: list[float] = []
    statuses: dict[int, int] = {}

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for index in waiting:  # shared: each request is sent once
            data = make(index)
            start = time.perf_counter()
            writer.write(data)
            status = await _answer(reader)
            latencies.append(time.perf_counter() - start)
            statuses[status] = statuses.get(status, 0) + 1
        writer.close()

    start = time.perf_counter()
    await asyncio.gather(*(client(*stream) for stream in streams))
    return Load(seconds=time.perf_counter() - start, latencies=latencies, statuses=statuses)


async def _answer(reader: asyncio.StreamReader) -> int:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = next(line for line in head.split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(int(length.split(b":")[1]))
    return int(head.split(b" ", 2)[1])

"""A webhook receiver on this machine: real HTTP, answers as told, keeps what it got."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Hook:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    url: str
    hooks: list[Hook] = field(default_factory=list)
    taken: list[Hook] = field(default_factory=list)  # answered with 200
    times: Counter[str] = field(default_factory=Counter)  # requests per webhook-id

    def wait_for(self, condition: Callable[[], bool], *, seconds: float = 120.0) -> None:
        ended = threading.Event()
        for _ in range(int(seconds / 0.05)):
            if condition():
                return
            ended.wait(0.05)
        raise AssertionError(f"after {seconds} s: {len(self.taken)} of {len(self.hooks)} taken")


class _Server(ThreadingHTTPServer):
    request_queue_size = 128  # of its own five, a sender's sixteen threads may be turned away


@contextmanager
def receiving(answer: Callable[[Hook, int], int]) -> Iterator[Receiver]:
    """A receiver that answers its hook's n-th request (from 1) with the status ``answer``."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            hook = Hook(self.path, headers, body)
            with lock:
                here.hooks.append(hook)
                here.times[hook.id] += 1
                status = answer(hook, here.times[hook.id])
                if status == 200:
                    here.taken.append(hook)
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    server = _Server(("127.0.0.1", 0), Handler)
    here = Receiver(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield here
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""A webhook receiver that refuses three deliveries in ten and counts the others."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REFUSED = 0.3
MOST = 2  # refusals of one message: each further one would double the wait


class Receiver:
    """What arrived, by ``webhook-id``."""

    def __init__(self, *, seed: int) -> None:
        self._chance = random.Random(seed)
        self._lock = threading.Lock()
        self.accepted: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self.url = ""

    @classmethod
    @contextmanager
    def listening(cls, *, seed: int) -> Iterator[Receiver]:
        """On a free loopback port while the block runs."""
        receiver = cls(seed=seed)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("content-length", 0)))
                self.send_response(receiver.take(self.headers["webhook-id"]))
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def take(self, webhook_id: str) -> int:
        """The status to answer with."""
        with self._lock:
            if self._refused[webhook_id] < MOST and self._chance.random() < REFUSED:
                self._refused[webhook_id] += 1
                return 503
            self.accepted[webhook_id] += 1
            return 200

"""A webhook receiver on this machine. Standard library only."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Delivery:
    """One POST as it came."""

    headers: dict[str, str]  # names in lower case
    body: bytes


class Receiver:
    """Answers 200 to every POST and keeps it."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def wait_for(self, kind: str, video_id: str, *, seconds: float = 90.0) -> Delivery:
        """The delivery of an event about a video.

        Raises:
            AssertionError: none came in time.
        """
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for delivery in list(self.deliveries):
                if kind.encode() in delivery.body and video_id.encode() in delivery.body:
                    return delivery
            time.sleep(0.1)
        raise AssertionError(f"no {kind} about {video_id}; came: {self.deliveries}")

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        deliveries = self.deliveries

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                deliveries.append(Delivery(headers, body))
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                """Stay quiet."""

        return Handler

"""Hear of finished clips instead of polling: register a webhook, verify and print its events.

    KINORA_ALLOW_PRIVATE_ADDRESSES=true kinora serve    # lets webhooks reach this machine
    export OPENAI_API_KEY=sk-kin-…
    python examples/receive_webhooks.py                 # prints an event per finished clip

Needs the package `openai`. The server signs each event as the Standard Webhooks rules say; a
forged, changed or stale one raises an error in `unwrap`.
"""

from __future__ import annotations

import argparse
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

from openai import InvalidWebhookSignatureError, OpenAI


def main() -> None:
    """Register, then receive until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, help="stop after so many")
    args = parser.parse_args()
    client = OpenAI(base_url=os.environ.get("OPENAI_BASE_URL", "http://localhost:8000/v1"))

    class Receiver(BaseHTTPRequestHandler):
        """Answers at once; an event may come twice, with the same `webhook-id`."""

        def do_POST(self) -> None:
            """One event."""
            body = self.rfile.read(int(self.headers["content-length"]))
            try:
                event = client.webhooks.unwrap(body, self.headers, secret=secret)
            except InvalidWebhookSignatureError:
                self.send_error(400)
                return
            self.send_response(200)
            self.end_headers()
            print(event.type, event.data.id, flush=True)

        def log_message(self, *args: object) -> None:
            """Print events alone."""

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    endpoint = client.post(
        "/webhook_endpoints",
        body={
            "name": "example",
            "url": f"http://127.0.0.1:{server.server_port}/",
            "event_types": ["video.completed", "video.failed"],
        },
        cast_to=object,
    )
    secret = endpoint["signing_secret"]
    print(f"listening as {endpoint['id']}", flush=True)
    received = 0
    while args.events is None or received < args.events:
        server.handle_request()
        received += 1


if __name__ == "__main__":
    main()

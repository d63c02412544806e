from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler
from typing import Any

from kinora.net.post import Reply, post

from .conftest import Site, body, redirect


def send(url: str, **changes: Any) -> Reply:
    settings: dict[str, Any] = {
        "headers": {"content-type": "application/json"},
        "allow_private": True,
        "timeout": 5.0,
    }
    return post(url, b'{"a": 1}', **{**settings, **changes})


def test_the_body_and_headers_arrive_as_given(site: Site) -> None:
    site.answers["/hook"] = body(b"thanks", 204)
    reply = send(site.url("/hook", "127.0.0.1"))
    assert (reply.status, reply.error, reply.accepted) == (204, None, True)
    method, _, headers, received = site.seen[0]
    assert (method, received) == ("POST", b'{"a": 1}')
    assert headers["content-type"] == "application/json"
    assert headers["host"] == f"127.0.0.1:{site.port}"


def test_a_redirect_is_an_answer_and_not_followed(site: Site) -> None:
    site.answers["/hook"] = redirect("/other")
    reply = send(site.url("/hook", "127.0.0.1"))
    assert (reply.status, reply.accepted) == (302, False)
    assert len(site.seen) == 1


def test_private_targets_and_plain_http_are_refused_unless_allowed(site: Site) -> None:
    for url in (site.url("/hook", "127.0.0.1"), f"https://127.0.0.1:{site.port}/hook"):
        reply = send(url, allow_private=False)
        assert reply.status is None
        assert reply.error
    assert site.seen == []


def test_an_endless_answer_is_left_after_a_while(site: Site) -> None:
    left = threading.Event()

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"x" * 65_536)
        except OSError:
            left.set()

    site.answers["/hook"] = endless
    assert send(site.url("/hook", "127.0.0.1")).accepted
    assert left.wait(10)


def test_a_silent_receiver_ends_at_the_limit(site: Site) -> None:
    stop = threading.Event()
    site.answers["/hook"] = lambda handler: stop.wait(30) and None
    try:
        reply = send(site.url("/hook", "127.0.0.1"), timeout=0.3)
    finally:
        stop.set()
    assert (reply.status, reply.error) == (None, "No answer within 0.3 s.")


def test_a_closed_port_is_an_error_and_no_exception() -> None:
    reply = send("http://127.0.0.1:1/hook")
    assert reply.status is None
    assert reply.error is not None
    assert reply.error.startswith("No connection")

from __future__ import annotations

import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from kinora.errors import FieldError
from kinora.net.fetch import fetch_image

from .conftest import OTHER_PUBLIC, PUBLIC, Site, body, redirect


class Names:
    """A resolver with a list of answers per host; the last one is repeated."""

    def __init__(self, **answers: list[list[str]]) -> None:
        self.answers = {name.replace("_", "."): list(given) for name, given in answers.items()}
        self.asked: list[str] = []

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        if host not in self.answers:
            raise OSError(f"{host} is not known")
        given = self.answers[host]
        return given.pop(0) if len(given) > 1 else given[0]


def fetch(url: str, names: Names, **changes: Any) -> bytes:
    settings: dict[str, Any] = {"max_bytes": 1000, "allow_private": False, "timeout": 5.0}
    return fetch_image(url, resolver=names, **{**settings, **changes})


def test_a_picture_comes_from_the_checked_address_under_its_own_name(
    site: Site, internet: list[str]
) -> None:
    site.answers["/a.png?x=1"] = body(b"picture")
    names = Names(photos_example=[[PUBLIC]])
    assert fetch(site.url("/a.png?x=1"), names) == b"picture"
    assert internet == [PUBLIC]
    _, _, headers, _ = site.seen[0]
    assert headers["host"] == f"photos.example:{site.port}"
    assert not {"authorization", "cookie"} & headers.keys()


def test_a_name_that_changes_its_address_gains_nothing(site: Site, internet: list[str]) -> None:
    site.answers["/a.png"] = body(b"picture")
    rebinding = Names(photos_example=[[PUBLIC], ["127.0.0.1"]])
    assert fetch(site.url("/a.png"), rebinding) == b"picture"
    assert rebinding.asked == ["photos.example"]  # not asked again between check and connection
    assert internet == [PUBLIC]
    with pytest.raises(FieldError, match="public"):
        fetch(site.url("/a.png"), rebinding)
    assert internet == [PUBLIC]


def test_a_private_host_is_refused_before_any_connection(site: Site, internet: list[str]) -> None:
    with pytest.raises(
        FieldError, match=r"'intra\.example' isn't on the public internet"
    ) as caught:
        fetch(site.url("/", "intra.example"), Names(intra_example=[["10.0.0.5"]]))
    assert caught.value.param == "input_reference"
    assert internet == []


def test_a_redirect_into_the_private_network_is_refused(site: Site, internet: list[str]) -> None:
    site.answers["/a.png"] = redirect(f"http://meta.example:{site.port}/latest/meta-data/")
    names = Names(photos_example=[[PUBLIC]], meta_example=[["169.254.169.254"]])
    with pytest.raises(FieldError, match=r"'meta\.example' isn't on the public internet"):
        fetch(site.url("/a.png"), names)
    assert internet == [PUBLIC]


def test_a_redirect_to_another_scheme_is_refused(site: Site, internet: list[str]) -> None:
    site.answers["/a.png"] = redirect("file:///etc/passwd")
    with pytest.raises(FieldError, match="Invalid URL"):
        fetch(site.url("/a.png"), Names(photos_example=[[PUBLIC]]))


def test_three_redirects_are_followed(site: Site, internet: list[str]) -> None:
    site.answers["/0"] = redirect("/1", 301)
    site.answers["/1"] = redirect(f"http://cdn.example:{site.port}/2", 307)
    site.answers["/2"] = redirect("3", 308)
    site.answers["/3"] = body(b"picture")
    names = Names(photos_example=[[PUBLIC]], cdn_example=[[OTHER_PUBLIC]])
    assert fetch(site.url("/0"), names) == b"picture"
    # The connection to a checked address may be used again for the same host, never for another.
    assert set(internet) == {PUBLIC, OTHER_PUBLIC}


def test_a_fourth_redirect_is_not(site: Site, internet: list[str]) -> None:
    for step in range(4):
        site.answers[f"/{step}"] = redirect(f"/{step + 1}")
    with pytest.raises(FieldError, match="redirects more than 3 times"):
        fetch(site.url("/0"), Names(photos_example=[[PUBLIC]]))
    assert [path for _, path, _, _ in site.seen] == ["/0", "/1", "/2", "/3"]


def test_a_declared_size_over_the_limit_is_refused(site: Site, internet: list[str]) -> None:
    site.answers["/big"] = body(b"x" * 1001)
    with pytest.raises(FieldError, match="larger than the allowed 1000 bytes"):
        fetch(site.url("/big"), Names(photos_example=[[PUBLIC]]))


def test_an_endless_body_is_cut_at_the_limit(site: Site, internet: list[str]) -> None:
    sent = threading.Event()

    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b"x" * 65_536)
        except OSError:
            sent.set()

    site.answers["/endless"] = endless
    with pytest.raises(FieldError, match="larger than"):
        fetch(site.url("/endless"), Names(photos_example=[[PUBLIC]]))
    assert sent.wait(10)  # the connection was closed


def test_a_host_that_trickles_ends_at_the_total_limit(site: Site, internet: list[str]) -> None:
    stop = threading.Event()

    def trickle(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not stop.wait(0.05):
            handler.wfile.write(b"x")

    site.answers["/slow"] = trickle
    try:
        with pytest.raises(FieldError, match=r"did not answer within 0\.5 s"):
            fetch(site.url("/slow"), Names(photos_example=[[PUBLIC]]), timeout=0.5)
    finally:
        stop.set()


def test_a_resolver_that_hangs_ends_at_the_total_limit() -> None:
    stop = threading.Event()

    def hanging(host: str, port: int) -> list[str]:
        stop.wait(30)
        return [PUBLIC]

    try:
        with pytest.raises(FieldError, match="did not answer within"):
            fetch_image(
                "http://photos.example/",
                max_bytes=10,
                allow_private=False,
                timeout=0.3,
                resolver=hanging,
            )
    finally:
        stop.set()


def test_another_address_is_tried_where_the_first_does_not_answer(site: Site) -> None:
    site.answers["/a.png"] = body(b"picture")
    names = Names(photos_example=[["::1", "127.0.0.1"]])
    assert fetch(site.url("/a.png"), names, allow_private=True) == b"picture"


@pytest.mark.parametrize("status", [204, 206, 404, 500])
def test_other_statuses_are_named(site: Site, internet: list[str], status: int) -> None:
    site.answers["/x"] = body(b"", status)
    with pytest.raises(FieldError, match=f"answered with status {status}"):
        fetch(site.url("/x"), Names(photos_example=[[PUBLIC]]))


def test_an_unknown_host_is_named() -> None:
    with pytest.raises(FieldError, match=r"'nowhere\.example' can't be fetched: .* be reached"):
        fetch("https://nowhere.example/a.png", Names())

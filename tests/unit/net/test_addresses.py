from __future__ import annotations

import pytest

from kinora.errors import FieldError, InputError
from kinora.net.addresses import checked_addresses, is_public, parse_url, resolve


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.1.2.3",
        "100.64.0.1",
        "100.100.100.200",
        "127.0.0.1",
        "127.255.255.254",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.192",
        "192.168.1.1",
        "198.18.0.1",
        "203.0.113.9",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "3fff::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "ff02::1",
    ],
)
def test_special_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "93.184.216.34", "172.32.0.1", "192.0.1.1", "2606:4700::1111", "2a00:1450::8a"],
)
def test_ordinary_addresses_are_public(address: str) -> None:
    assert is_public(address)


def test_one_private_address_among_public_ones_refuses_the_host() -> None:
    with pytest.raises(
        InputError, match=r"'mixed\.example' isn't on the public internet"
    ) as caught:
        checked_addresses(
            "mixed.example",
            80,
            allow_private=False,
            resolver=lambda host, port: ["93.184.216.34", "10.0.0.7"],
        )
    assert "10.0.0.7" not in caught.value.message


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "localhost", "::1"])
def test_other_spellings_of_this_machine_are_refused(host: str) -> None:
    with pytest.raises(InputError, match="public"):
        checked_addresses(host, 80, allow_private=False)


def test_private_addresses_pass_where_allowed() -> None:
    assert checked_addresses("localhost", 80, allow_private=True, resolver=resolve)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "photo.png",
        "ftp://a.example/x",
        "file:///etc/passwd",
        "https://",
        "http://[::1",
        "//a/b",
    ],
)
def test_what_is_no_web_url_is_refused(url: str) -> None:
    with pytest.raises(FieldError, match="Invalid URL in 'input_reference'") as caught:
        parse_url(url, schemes=("https", "http"), param="input_reference")
    assert caught.value.param == "input_reference"


def test_credentials_in_a_url_are_refused() -> None:
    with pytest.raises(FieldError, match="passwords in URLs"):
        parse_url("https://me:secret@a.example/x", schemes=("https",), param="url")

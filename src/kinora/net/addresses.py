"""Which hosts the server itself may reach: those of the public internet.

A URL that somebody else wrote (a picture to fetch, a webhook to call) must not make the server talk
to its own machine, its private network or a cloud's metadata service. So only addresses outside
IANA's special-purpose registries pass (``iana-ipv4-special-registry``,
``iana-ipv6-special-registry``, state of 2026-11), and every address of a host has to.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Collection, Sequence

import httpx2

from kinora.errors import FieldError, InputError

#: Host and port → the host's addresses, as text. Raises OSError where there is none.
Resolver = Callable[[str, int], Sequence[str]]

_REFUSED_V4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this host
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT, and one cloud's metadata
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # a cloud's platform service, reachable from its machines only
        "169.254.0.0/16",  # link-local, metadata of most clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments, and one cloud's metadata
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
#: Public IPv6 is 2000::/3 alone. Loopback, link-local, unique local (fc00::/7), multicast, IPv4
#: mapped (::ffff:0:0/96) and translated (64:ff9b::/96, 64:ff9b:1::/48) lie outside of it.
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_REFUSED_V6 = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, Teredo among them: it wraps IPv4
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: it wraps IPv4
        "3fff::/20",  # documentation
    )
)


def is_public(address: str) -> bool:
    """Whether ``address`` (IPv4 or IPv6, as text) belongs to the public internet.

    Raises:
        ValueError: not an address.
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in network for network in _REFUSED_V4)
    return ip in _GLOBAL_V6 and not any(ip in network for network in _REFUSED_V6)


def resolve(host: str, port: int) -> list[str]:
    """The addresses of ``host`` by the system's resolver, each once, in its order.

    Raises:
        OSError: the host isn't known.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def checked_addresses(
    host: str, port: int, *, allow_private: bool, resolver: Resolver = resolve
) -> list[str]:
    """The addresses of ``host`` to connect to.

    Whoever connects has to use these and not resolve the name again: its owner may answer with
    another address the second time (DNS rebinding).

    Raises:
        InputError: one of the addresses isn't public and ``allow_private`` is off. The address is
            not named: whether a private host exists is nobody's business.
        OSError: the host isn't known.
    """
    addresses = list(resolver(host, port))
    if not allow_private and not all(is_public(address) for address in addresses):
        raise InputError(
            f"The host {host!r} isn't on the public internet; only public hosts are allowed."
        )
    return addresses


def parse_url(url: str, *, schemes: Collection[str], param: str) -> httpx2.URL:
    """A URL with a host, one of ``schemes``, and no user name or password in it.

    Raises:
        FieldError: it isn't; names ``param``.
    """
    wanted = " or ".join(f"{scheme}://" for scheme in schemes)
    try:
        parsed = httpx2.URL(url.strip())
    except httpx2.InvalidURL as error:
        raise FieldError(
            f"Invalid URL in '{param}': it can't be read; expected an {wanted} URL.", param=param
        ) from error
    if parsed.scheme not in schemes or not parsed.host:
        raise FieldError(f"Invalid URL in '{param}': expected an {wanted} URL.", param=param)
    if parsed.userinfo:
        raise FieldError(
            f"Invalid URL in '{param}': user names and passwords in URLs are not allowed.",
            param=param,
        )
    return parsed

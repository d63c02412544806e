"""Who calls: a key in ``Authorization: Bearer`` or ``api-key``, or anybody on open loopback."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from fastapi import Request

from kinora.api import threads
from kinora.errors import AuthError, ScopeError
from kinora.service import keys
from kinora.service.context import Service
from kinora.types.account import ApiKey, Caller, Scope

#: How long a key is believed without a look at the database: the longest that a revoked one works.
TTL = 2.0
_MAX_CACHED = 10_000
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(slots=True)
class KeyCache:
    """Keys seen lately, by the hash of their secret."""

    clock: Callable[[], float] = time.monotonic
    _known: dict[str, tuple[ApiKey, float]] = field(default_factory=dict)

    def find(self, digest: str) -> ApiKey | None:
        """The key, unless it was looked up too long ago."""
        key, until = self._known.get(digest, (None, 0.0))
        return key if self.clock() < until else None

    def keep(self, digest: str, key: ApiKey) -> None:
        """Believe ``key`` for `TTL` seconds."""
        if len(self._known) >= _MAX_CACHED:
            self._known.clear()
        self._known[digest] = (key, self.clock() + TTL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """How this process lets callers in; ``app.state.access``.

    ``open_access`` lets in requests without a good key, for a server that listens on loopback only.
    """

    open_access: bool = False
    cache: KeyCache = field(default_factory=KeyCache)


async def caller(request: Request) -> Caller:
    """The caller, who may do what the method needs: ``read`` for GET and HEAD, else ``write``.

    Raises:
        AuthError: no key, a wrong or revoked one.
        ScopeError: the key lacks the scope, or a web page of another site calls an open server.
    """
    reading = request.method in ("GET", "HEAD")
    return await _caller(request, scope="read" if reading else "write")


async def admin(request: Request) -> Caller:
    """The caller, who has the scope ``admin``.

    Raises:
        AuthError: no key, a wrong or revoked one.
        ScopeError: the key isn't an administrator's.
    """
    return await _caller(request, scope="admin")


async def _caller(request: Request, *, scope: Scope) -> Caller:
    access: Access = request.app.state.access
    found = await _identify(request, access)
    request.state.key_id = found.key_id
    if not found.may(scope):
        raise ScopeError(
            f"This key may not do that: it lacks the scope '{scope}'.",
            hint="Make one that has it with 'kinora keys create'.",
        )
    return found


async def _identify(request: Request, access: Access) -> Caller:
    service: Service = request.app.state.service
    secrets = _secrets(request)
    for secret in secrets:
        if key := await _key(service, secret, access.cache):
            return Caller(project_id=key.project_id, key=key)
    if access.open_access:
        _refuse_foreign_pages(request, service.settings.cors_origins)
        return Caller(project_id=keys.DEFAULT_PROJECT, key=None)
    if not secrets:
        raise AuthError(
            "You didn't provide an API key. Send it as 'Authorization: Bearer YOUR_KEY', or in "
            "the header 'api-key'."
        )
    raise AuthError(
        f"Incorrect API key provided: {keys.masked(secrets[0])}. You can make one with "
        "'kinora keys create' on the server."
    )


def _secrets(request: Request) -> list[str]:
    """What may be a key: clients made for OpenAI send a dummy Bearer beside Azure's header."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    bearer = token.strip() if scheme.lower() == "bearer" else ""
    return [found for found in (bearer, request.headers.get("api-key", "").strip()) if found]


async def _key(service: Service, secret: str, cache: KeyCache) -> ApiKey | None:
    digest = keys.digest(secret)
    if known := cache.find(digest):
        return known
    if not keys.well_formed(secret):
        return None
    key = await threads.run(service, keys.find, service.database, digest)
    if key is None:
        return None
    cache.keep(digest, key)
    if keys.use_is_news(key, now=time.time()):
        await threads.write(service, keys.mark_used, service.database, key.id)
    return key


def _refuse_foreign_pages(request: Request, allowed: tuple[str, ...]) -> None:
    """A page on any site can make a browser call 127.0.0.1; without keys nothing else stops it."""
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    origin = request.headers.get("origin")
    own = origin is None or origin in allowed or urlsplit(origin).hostname in _LOOPBACK
    if host not in _LOOPBACK or not own:
        raise ScopeError(
            "This server is open to programs of its own machine only; web pages and other hosts "
            "need a key, or their origin in KINORA_CORS_ORIGINS."
        )

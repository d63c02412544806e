"""API keys: made once, kept as a hash, revoked at once.

A secret is ``sk-kin-``, 43 letters and digits of 256 random bits, and six of a checksum, so that a
typing error is told from a wrong key without the database. SHA-256 is enough: nobody guesses 256
bits, and slow hashes are for what people think up.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
import zlib
from collections.abc import Iterable

from kinora.errors import FieldError, MissingError
from kinora.records import keys as rows
from kinora.records.database import Database
from kinora.records.ids import new_id
from kinora.types.account import SCOPES, ApiKey, Scope

PREFIX = "sk-kin-"
DEFAULT_PROJECT = "default"
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_RANDOM_DIGITS, _CHECK_DIGITS = 43, 6  # 62**43 > 2**256, 62**6 > 2**32
_PROJECT = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_USE_INTERVAL = 600.0  # seconds between notes of a key's use


def new_secret() -> str:
    """A fresh secret."""
    body = _base62(secrets.randbits(256), digits=_RANDOM_DIGITS)
    return PREFIX + body + _checksum(body)


def well_formed(secret: str) -> bool:
    """Whether a secret can be one of ours: prefix, length and checksum."""
    body = secret.removeprefix(PREFIX)
    if len(body) != _RANDOM_DIGITS + _CHECK_DIGITS or not secret.startswith(PREFIX):
        return False
    return hmac.compare_digest(
        _checksum(body[:_RANDOM_DIGITS]).encode(), body[_RANDOM_DIGITS:].encode()
    )


def digest(secret: str) -> str:
    """SHA-256 of a secret, in hexadecimal digits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def masked(secret: str) -> str:
    """A secret as an error may show it: enough to tell keys apart, too little to use."""
    return f"{secret[:3]}…{secret[-4:]}" if len(secret) >= 24 and secret.isascii() else "…"


def create(
    database: Database,
    name: str,
    *,
    project_id: str = DEFAULT_PROJECT,
    scopes: Iterable[str] = SCOPES,
    limits: dict[str, int | None] | None = None,
) -> tuple[ApiKey, str]:
    """Make a key; returns it and its secret, which is stored nowhere.

    Args:
        database: keeps the key.
        name: what its owner calls it, 1 to 200 characters.
        project_id: whose videos and files it sees: letters, digits, ``_``, ``-`` and ``.``.
        scopes: some of ``read``, ``write``, ``admin``.
        limits: ``max_active``, ``per_minute``, ``per_day``; left out: the installation's own.

    Raises:
        FieldError: one of these can't be used.
    """
    secret = new_secret()
    key = ApiKey(
        id=new_id("key_"),
        name=_checked_name(name),
        project_id=_checked_project(project_id),
        hint=f"{PREFIX}…{secret[-4:]}",
        scopes=_checked_scopes(scopes),
        created_at=time.time(),
        **_checked_limits(limits or {}),
    )
    with database.begin() as connection:
        rows.insert(connection, key, digest=digest(secret))
    return key, secret


def create_first(database: Database) -> str | None:
    """Make the first key of an installation; returns its secret, or None where there is a key."""
    with database.read() as connection:
        if rows.count_usable(connection):
            return None
    return create(database, "first key")[1]


def find(database: Database, secret_digest: str) -> ApiKey | None:
    """The usable key of a secret, given its `digest`."""
    with database.read() as connection:
        found = rows.find_by_digest(connection, secret_digest)
    if found is None:
        return None
    key, stored = found
    # The index has compared already, but not in constant time.
    return key if hmac.compare_digest(stored, secret_digest) else None


def every(database: Database) -> list[ApiKey]:
    """All keys, revoked ones too, the oldest first."""
    with database.read() as connection:
        return rows.every(connection)


def revoke(database: Database, key_id: str) -> ApiKey:
    """Make a key useless, from now on; nothing changes for one that is revoked already.

    Raises:
        MissingError: no such key.
    """
    with database.begin() as connection:
        key = rows.find(connection, key_id)
        if key is None:
            raise MissingError(f"Key with id '{key_id}' not found.", param="id")
        if key.revoked_at is None:
            rows.set_times(connection, key_id, revoked_at=time.time())
        return rows.find(connection, key_id) or key


def use_is_news(key: ApiKey, *, now: float) -> bool:
    """Whether the note of the key's last use is too old to stand."""
    return key.last_used_at is None or now - key.last_used_at > _USE_INTERVAL


def mark_used(database: Database, key_id: str) -> None:
    """Note that the key was used now."""
    with database.begin() as connection:
        rows.set_times(connection, key_id, last_used_at=time.time())


def _base62(number: int, *, digits: int) -> str:
    out = ""
    for _ in range(digits):
        number, digit = divmod(number, 62)
        out = _ALPHABET[digit] + out
    return out


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), digits=_CHECK_DIGITS)


def _checked_name(name: str) -> str:
    if not 1 <= len(name.strip()) <= 200:
        raise FieldError("A key's name has 1 to 200 characters.", param="name")
    return name.strip()


def _checked_project(project_id: str) -> str:
    if not _PROJECT.fullmatch(project_id):
        raise FieldError(
            f"The project {project_id!r} can't be used: write 1 to 64 letters, digits, '_', '-' "
            "or '.'.",
            param="project",
        )
    return project_id


def _checked_scopes(scopes: Iterable[str]) -> frozenset[Scope]:
    given = set(scopes)
    if not given or not given <= set(SCOPES):
        raise FieldError(
            f"The scopes {', '.join(sorted(given)) or '(none)'} can't be used: choose some of "
            f"{', '.join(SCOPES)}.",
            param="scopes",
        )
    return frozenset(scope for scope in SCOPES if scope in given)


def _checked_limits(limits: dict[str, int | None]) -> dict[str, int | None]:
    for name, value in limits.items():
        if value is not None and value < 1:
            raise FieldError(f"The limit {name} must be 1 or more.", param=name)
    return limits

"""Rows of ``api_keys``. Every function takes a connection; the caller owns the transaction."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from kinora.records.tables import api_keys
from kinora.types.account import ApiKey

_COLUMNS = [api_keys.c[field.name] for field in fields(ApiKey)]


def insert(connection: sa.Connection, key: ApiKey, *, digest: str) -> None:
    """A new row; ``digest`` is the SHA-256 (hex) of the secret."""
    values = {field.name: getattr(key, field.name) for field in fields(ApiKey)}
    values["scopes"] = ",".join(sorted(key.scopes))
    connection.execute(api_keys.insert().values(hash=digest, **values))


def find_by_digest(connection: sa.Connection, digest: str) -> tuple[ApiKey, str] | None:
    """The key that is not revoked, and its stored digest."""
    query = sa.select(*_COLUMNS, api_keys.c.hash).where(
        api_keys.c.hash == digest, api_keys.c.revoked_at.is_(None)
    )
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    values = dict(row._mapping)
    stored = values.pop("hash")
    return _key(values), stored


def find(connection: sa.Connection, key_id: str) -> ApiKey | None:
    """The key, revoked or not."""
    query = sa.select(*_COLUMNS).where(api_keys.c.id == key_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else _key(dict(row._mapping))


def every(connection: sa.Connection) -> list[ApiKey]:
    """All keys, revoked ones too, the oldest first."""
    rows = connection.execute(sa.select(*_COLUMNS).order_by(api_keys.c.created_at, api_keys.c.id))
    return [_key(dict(row._mapping)) for row in rows]


def count_usable(connection: sa.Connection) -> int:
    """Keys that aren't revoked."""
    query = sa.select(sa.func.count()).where(api_keys.c.revoked_at.is_(None))
    return int(connection.execute(query.select_from(api_keys)).scalar_one())


def set_times(
    connection: sa.Connection,
    key_id: str,
    *,
    revoked_at: float | None = None,
    last_used_at: float | None = None,
) -> None:
    """Note when the key was revoked or used; None leaves what is there."""
    times = {"revoked_at": revoked_at, "last_used_at": last_used_at}
    values = {name: at for name, at in times.items() if at is not None}
    connection.execute(api_keys.update().where(api_keys.c.id == key_id).values(**values))


def _key(values: dict[str, Any]) -> ApiKey:
    values["scopes"] = frozenset(values["scopes"].split(","))
    return ApiKey(**values)

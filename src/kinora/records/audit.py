"""The audit log: appended to only, each entry sealed by a hash over it and the one before.

An entry's hash is the SHA-256 of its canonical JSON (sorted keys, no spaces), which holds the hash
of the entry before. To change, remove or insert one breaks the chain at that place; that the newest
are missing shows only against a head noted elsewhere (``kinora audit head``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from kinora.records.tables import audit

#: What the first entry follows.
ORIGIN = "0" * 64
#: One writer at a time on PostgreSQL; any number that nobody else locks on.
_LOCK = sa.select(sa.func.pg_advisory_xact_lock(7_203_119))
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that was checked, decided or done."""

    kind: str  # check, refusal, consent, use, revocation, registry, erasure, export
    at: float  # unix seconds
    record: Mapping[str, Any]  # JSON
    project_id: str | None = None
    object_id: str | None = None  # video_…, char_…


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Where a chain breaks."""

    seq: int
    message: str


def append(connection: sa.Connection, *entries: Entry, after: Head | None = None) -> Head:
    """Write ``entries`` in the caller's transaction; answers the new head.

    Args:
        connection: the transaction; others that append wait for its end.
        entries: in order.
        after: the head, where the caller wrote it in this transaction; None: looked up.
    """
    head = after or _locked_head(connection)
    for entry in entries:
        values: dict[str, Any] = {
            "seq": head.seq + 1,
            "at": entry.at,
            "kind": entry.kind,
            "project_id": entry.project_id,
            "object_id": entry.object_id,
            "record": _canonical(entry.record),
            "previous": head.hash,
        }
        values["hash"] = _hash(values)
        connection.execute(audit.insert().values(**values))
        head = Head(values["seq"], values["hash"])
    return head


def head_of(connection: sa.Connection) -> Head:
    """The newest entry; the origin where there is none."""
    query = sa.select(audit.c.seq, audit.c.hash).order_by(audit.c.seq.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return Head(0, ORIGIN) if row is None else Head(*row)


def _locked_head(connection: sa.Connection) -> Head:
    if connection.dialect.name != "sqlite":  # which has one writer anyway
        connection.execute(_LOCK)
    return head_of(connection)


def entries(
    connection: sa.Connection, *, object_id: str | None = None, kind: str | None = None
) -> Iterator[dict[str, Any]]:
    """Entries in order, as they are exported; all, or those of an object or a kind."""
    where = [audit.c.object_id == object_id] if object_id else []
    if kind is not None:
        where.append(audit.c.kind == kind)
    seq = 0
    while True:
        query = sa.select(audit).where(audit.c.seq > seq, *where).order_by(audit.c.seq)
        rows = connection.execute(query.limit(_PAGE)).all()
        for row in rows:
            seq = row.seq
            yield {**row._mapping, "record": json.loads(row.record)}
        if len(rows) < _PAGE:
            return


def verify(exported: Iterable[Mapping[str, Any]]) -> tuple[Head, Fault | None]:
    """Check a whole chain; answers the last entry that is right, and the first fault."""
    head = Head(0, ORIGIN)
    for entry in exported:
        if not isinstance(entry, Mapping) or not entry.keys() >= _FIELDS:
            return head, Fault(seq=head.seq + 1, message="this is no entry")
        if entry["seq"] != head.seq + 1:
            return head, Fault(seq=head.seq + 1, message="an entry is missing")
        if entry["previous"] != head.hash:
            return head, Fault(seq=entry["seq"], message="it doesn't follow the entry before")
        values = {**{name: entry[name] for name in _FIELDS}, "record": _canonical(entry["record"])}
        if _hash(values) != entry["hash"]:
            return head, Fault(seq=entry["seq"], message="it was changed")
        head = Head(entry["seq"], entry["hash"])
    return head, None


_FIELDS = frozenset(column.name for column in audit.columns)


def _hash(values: Mapping[str, Any]) -> str:
    """Over everything but the hash itself."""
    sealed = {name: value for name, value in values.items() if name != "hash"}
    return hashlib.sha256(_canonical(sealed).encode()).hexdigest()


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)

"""Everything that is kept of one project: handed out, or erased.

The audit log stays: it holds hashes, not content, unless it was told otherwise, and an entry taken
from it would break its chain.
"""

from __future__ import annotations

import json
import re
import time
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import IO, Any

import sqlalchemy as sa

from kinora.errors import InputError
from kinora.records import audit
from kinora.records.audit import Entry
from kinora.records.characters import sprite_key
from kinora.records.tables import (
    api_keys,
    batches,
    challenges,
    character_uses,
    characters,
    consents,
    deliveries,
    events,
    files,
    idempotency,
    videos,
    webhook_endpoints,
)
from kinora.service.context import Service
from kinora.service.videos import clear_files, delete
from kinora.types.account import Caller
from kinora.types.video import MIME, blob_key

#: Whose rows carry the project's name.
_TABLES = (
    videos, files, characters, batches, events, webhook_endpoints, challenges, consents,
    character_uses, api_keys,
)  # fmt: skip
#: What nobody is shown, not even whom it belongs to.
_SECRETS = frozenset({"hash", "secret", "old_secret", "owner_hash"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """How many of each were removed."""

    videos: int
    files: int
    characters: int
    pictures: int  # that nobody else's videos are made from
    keys: int
    other_rows: int


def export(service: Service, project_id: str, out: IO[bytes]) -> dict[str, int]:
    """Write all that is kept of a project as a ZIP; blocks. Answers the rows of each kind.

    ``records.json`` has the rows, ``files/`` the blobs by their keys.

    Raises:
        InputError: nothing is kept of such a project.
    """
    rows = _rows(service, project_id)
    if not any(rows.values()):
        raise InputError(f"Nothing is kept of a project '{project_id[:64]}'.", param="PROJECT")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("records.json", json.dumps(rows, indent=1))
        for key in sorted(set(_blobs(service, rows))):
            archive.writestr("files/" + re.sub(r"[^\w./-]", "_", key), service.blobs.read(key))
    _note(service, project_id, "export", {name: len(found) for name, found in rows.items()})
    return {name: len(found) for name, found in rows.items()}


def erase(service: Service, project_id: str) -> Erased:
    """Remove all that is kept of a project, and revoke its keys; blocks.

    Jobs that run are stopped. Consents that were given in it are taken back.

    Raises:
        InputError: nothing is kept of such a project.
    """
    rows = _rows(service, project_id)
    if not any(rows.values()):
        raise InputError(f"Nothing is kept of a project '{project_id[:64]}'.", param="PROJECT")
    own = Caller(project_id=project_id, key=None)
    for video in rows["videos"]:
        if video["status"] != "cancelled":
            delete(service, own, video["id"])
        clear_files(service, video["id"])
    for row in [*rows["files"], *rows["characters"]]:
        service.blobs.delete(row["blob_key"])
    for row in rows["characters"]:
        service.blobs.delete(sprite_key(row["id"]))
    inputs = sorted({v["input_key"] for v in rows["videos"] if v["input_key"]})
    with service.database.begin() as connection:
        others = _remove_rows(connection, project_id)
        free = [key for key in inputs if not _is_used(connection, key)]
    for key in free:
        service.blobs.delete(key)
    erased = Erased(
        videos=len(rows["videos"]),
        files=len(rows["files"]),
        characters=len(rows["characters"]),
        pictures=len(free),
        keys=len(rows["api_keys"]),
        other_rows=others,
    )
    _note(service, project_id, "erasure", asdict(erased))
    return erased


def _rows(service: Service, project_id: str) -> dict[str, list[dict[str, Any]]]:
    found = {}
    with service.database.read() as connection:
        for table in _TABLES:
            query = sa.select(table).where(table.c.project_id == project_id)
            found[table.name] = [
                {k: v for k, v in row._mapping.items() if k not in _SECRETS}
                for row in connection.execute(query)
            ]
    return found


def _blobs(service: Service, rows: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
    """Keys of the blobs that are still there."""
    keys = [blob_key(video["id"], variant) for video in rows["videos"] for variant in MIME]
    keys += [v["input_key"] for v in rows["videos"] if v["input_key"]]
    keys += [row["blob_key"] for name in ("files", "characters") for row in rows[name]]
    keys += [sprite_key(row["id"]) for row in rows["characters"]]
    return (key for key in keys if service.blobs.info(key) is not None)


def _remove_rows(connection: sa.Connection, project_id: str) -> int:
    """All rows of the project; its keys stay as bare, revoked ones, so that they stay refused."""
    own_keys = sa.select(api_keys.c.id).where(api_keys.c.project_id == project_id)
    own_events = sa.select(events.c.id).where(events.c.project_id == project_id)
    count = 0
    for statement in (
        idempotency.delete().where(idempotency.c.scope.in_(own_keys)),
        deliveries.delete().where(deliveries.c.event_id.in_(own_events)),
        api_keys.update()
        .where(api_keys.c.project_id == project_id)
        .values(name="erased", project_id="erased", revoked_at=time.time()),
        *(t.delete().where(t.c.project_id == project_id) for t in _TABLES if t is not api_keys),
    ):
        count += connection.execute(statement).rowcount
    return count


def _is_used(connection: sa.Connection, key: str) -> bool:
    query = sa.select(videos.c.id).where(videos.c.input_key == key, videos.c.status != "cancelled")
    return connection.execute(query.limit(1)).first() is not None


def _note(service: Service, project_id: str, kind: str, record: dict[str, int]) -> None:
    entry = Entry(kind=kind, at=time.time(), project_id=project_id, record=record)
    with service.database.begin() as connection:
        audit.append(connection, entry)

"""The clips that this installation made, by the number in their marks.

A small SQLite file in the data folder; the service, the command line and Python all write to it.
It holds hashes and facts, no prompt, no picture, no path.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from kinora.provenance.manifest import plan_hash
from kinora.types.media import MediaFile
from kinora.types.provenance import Origin, Sealed

FILE: Final = "clips.db"
_BUSY: Final = 5.0  # seconds to wait for another process's write
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS clips (
    clip_id TEXT NOT NULL, made_at TEXT NOT NULL, sha256 TEXT NOT NULL, engine TEXT NOT NULL,
    plan_sha256 TEXT NOT NULL, photo_sha256 TEXT, signed INTEGER NOT NULL,
    visible_mark INTEGER NOT NULL, invisible_mark INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS clips_by_id ON clips (clip_id);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One clip that was made here."""

    clip_id: str
    made_at: str  # RFC 3339
    sha256: str  # of the file as it was published
    engine: str
    plan_sha256: str
    photo_sha256: str | None
    signed: bool
    visible_mark: bool
    invisible_mark: bool


def record(folder: Path, media: MediaFile, origin: Origin, sealed: Sealed) -> bool:
    """Note a finished clip, with the marks that it has and hasn't; False where that can't be."""
    values = (
        sealed.clip_id,
        datetime.now(UTC).isoformat(timespec="seconds"),
        media.sha256,
        origin.engine,
        plan_hash(origin),
        origin.photo_sha256,
        sealed.signed,
        sealed.visible_mark,
        sealed.invisible_mark,
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _opened(folder / FILE) as database, database:
            database.executescript(_TABLE)
            database.execute("INSERT INTO clips VALUES (?,?,?,?,?,?,?,?,?)", values)
    except (OSError, sqlite3.Error):
        return False
    return True


def look_up(folder: Path, clip_id: str) -> list[Entry]:
    """The clips of this number that were made here, oldest first; the same request has the same."""
    if not (folder / FILE).is_file():
        return []
    try:
        with _opened(folder / FILE) as database:
            rows = database.execute(
                "SELECT * FROM clips WHERE clip_id = ? ORDER BY rowid LIMIT 20", (clip_id,)
            ).fetchall()
    except sqlite3.Error:
        return []
    return [
        Entry(
            clip_id=row[0],
            made_at=row[1],
            sha256=row[2],
            engine=row[3],
            plan_sha256=row[4],
            photo_sha256=row[5],
            signed=bool(row[6]),
            visible_mark=bool(row[7]),
            invisible_mark=bool(row[8]),
        )
        for row in rows
    ]


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, timeout=_BUSY)) as database:
        yield database

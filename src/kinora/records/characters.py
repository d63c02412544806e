"""Rows of ``characters``. Every function takes a connection; the caller owns the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa

from kinora.records.tables import characters


@dataclass(frozen=True, slots=True, kw_only=True)
class CharacterRow:
    """A character: a name and the clip that shows it."""

    id: str  # char_…
    project_id: str
    name: str
    blob_key: str
    mime: str  # by content
    created_at: float  # unix seconds
    consent: str = "unknown"  # not_needed, required, granted or revoked; unknown: not looked at


def blob_key(character_id: str) -> str:
    """Where the store keeps the clip."""
    return f"characters/{character_id}"


def sprite_key(character_id: str) -> str:
    """Where the store keeps the figure that was cut out of it."""
    return f"sprites/{character_id}"


def insert(connection: sa.Connection, row: CharacterRow) -> None:
    """A new row."""
    connection.execute(characters.insert().values(**asdict(row)))


def set_consent(connection: sa.Connection, character_id: str, consent: str) -> None:
    """Note what its owner says."""
    where = characters.c.id == character_id
    connection.execute(characters.update().where(where).values(consent=consent))


def find_many(connection: sa.Connection, ids: Sequence[str]) -> list[CharacterRow]:
    """The rows of ``ids`` that are there, in that order."""
    query = sa.select(characters).where(characters.c.id.in_(ids))
    found = {row.id: CharacterRow(**row._mapping) for row in connection.execute(query)}
    return [found[each] for each in ids if each in found]


def find(connection: sa.Connection, character_id: str) -> CharacterRow | None:
    """The row, whatever its project."""
    query = sa.select(characters).where(characters.c.id == character_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else CharacterRow(**row._mapping)

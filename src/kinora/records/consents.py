"""Rows of ``challenges``, ``consents`` and ``character_uses``; the caller owns the transaction."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import sqlalchemy as sa

from kinora.records.tables import challenges, character_uses, consents

Audience = Literal["me", "list", "everyone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeRow:
    """What somebody is asked to say and do in the recording of their consent. Unix seconds."""

    id: str  # chal_…
    project_id: str
    phrase: str
    moves: str  # comma-separated
    created_at: float
    expires_at: float
    used_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRow:
    """Who may use a character's likeness, what for, and until when. Times are unix seconds."""

    character_id: str
    project_id: str
    owner_hash: str  # SHA-256 of the owner's key, hex
    audience: Audience
    allowed_json: str
    purpose: str
    until: float | None
    recording_sha256: str
    challenge_id: str
    liveness_json: str
    granted_at: float
    revoked_at: float | None = None

    @property
    def allowed(self) -> list[str]:
        """Projects of the list."""
        found: list[str] = json.loads(self.allowed_json)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class UseRow:
    """A video that a character was used in."""

    character_id: str
    video_id: str
    project_id: str
    key_id: str | None
    at: float  # unix seconds


def insert_challenge(connection: sa.Connection, row: ChallengeRow) -> None:
    """A new row."""
    connection.execute(challenges.insert().values(**asdict(row)))


def forget_challenges(connection: sa.Connection, *, before: float) -> None:
    """Remove those that were over before a time."""
    connection.execute(challenges.delete().where(challenges.c.expires_at < before))


def find_challenge(connection: sa.Connection, challenge_id: str) -> ChallengeRow | None:
    """The row, whatever its project and age."""
    query = sa.select(challenges).where(challenges.c.id == challenge_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else ChallengeRow(**row._mapping)


def use_challenge(connection: sa.Connection, challenge_id: str, *, at: float) -> bool:
    """Use it up; False where somebody did so already."""
    statement = challenges.update().where(
        challenges.c.id == challenge_id, challenges.c.used_at.is_(None)
    )
    return connection.execute(statement.values(used_at=at)).rowcount == 1


def knows_recording(connection: sa.Connection, sha256: str) -> bool:
    """Whether a consent was given with this very recording."""
    query = sa.select(consents.c.character_id).where(consents.c.recording_sha256 == sha256)
    return connection.execute(query).first() is not None


def insert(connection: sa.Connection, row: ConsentRow) -> None:
    """A new row."""
    connection.execute(consents.insert().values(**asdict(row)))


def find(connection: sa.Connection, character_id: str) -> ConsentRow | None:
    """The consent of a character, revoked or not."""
    query = sa.select(consents).where(consents.c.character_id == character_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else ConsentRow(**row._mapping)


def revoke(connection: sa.Connection, character_id: str, *, at: float) -> None:
    """From now on nobody may use it; once is for ever."""
    statement = consents.update().where(
        consents.c.character_id == character_id, consents.c.revoked_at.is_(None)
    )
    connection.execute(statement.values(revoked_at=at))


def note_use(connection: sa.Connection, row: UseRow) -> None:
    """A new row."""
    connection.execute(character_uses.insert().values(**asdict(row)))


def uses(connection: sa.Connection, character_id: str) -> Sequence[UseRow]:
    """Every use, the newest first."""
    query = sa.select(*[character_uses.c[name] for name in _USE]).where(
        character_uses.c.character_id == character_id
    )
    rows = connection.execute(query.order_by(character_uses.c.seq.desc()))
    return [UseRow(**row._mapping) for row in rows]


_USE = tuple(UseRow.__dataclass_fields__)

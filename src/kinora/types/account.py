"""Who asks: API keys, and what each may do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Scope = Literal["read", "write", "admin"]
SCOPES: tuple[Scope, ...] = ("read", "write", "admin")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """One key as stored: never the secret, only its SHA-256 and a hint of it."""

    id: str  # key_…
    name: str
    project_id: str
    hint: str  # "sk-kin-…a1b2"
    scopes: frozenset[Scope]
    created_at: float
    revoked_at: float | None = None
    last_used_at: float | None = None
    # Limits; None: the installation's default.
    max_active: int | None = None  # jobs queued or running at once
    per_minute: int | None = None  # creates in 60 s
    per_day: int | None = None  # creates in 24 h


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who made a request: a key, or nobody on an open loopback server (``key`` is None)."""

    project_id: str
    key: ApiKey | None

    @property
    def key_id(self) -> str | None:
        """Id of the key, if any."""
        return None if self.key is None else self.key.id

    def may(self, scope: Scope) -> bool:
        """Whether the caller has ``scope``; an open server's caller has all."""
        return self.key is None or scope in self.key.scopes or "admin" in self.key.scopes

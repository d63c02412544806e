"""Who may use a character: one verdict for each, whatever it says."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from kinora.errors import FieldError, PolicyError
from kinora.records import characters, consents
from kinora.records.characters import CharacterRow
from kinora.records.consents import ConsentRow, UseRow
from kinora.types.account import Caller
from kinora.types.policy import CONSENT_REQUIRED, Decision, Verdict

REVOKED = "consent_revoked"
DENIED = "character_permission_denied"
VERSION = "consent-1"  # of these rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """Characters that may be used."""

    characters: tuple[CharacterRow, ...] = ()
    consents: tuple[ConsentRow, ...] = ()  # of those that need one
    verdicts: tuple[Verdict, ...] = ()


class HiddenError(FieldError):
    """A character of somebody else, who keeps it to themselves: to the caller there is none.

    Args:
        character_id: as the caller gave it.
        records: what the audit log keeps.
    """

    def __init__(self, character_id: str, records: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(f"Character with id '{character_id[:80]}' not found.", param="characters")
        self.records = tuple(records)


def check_characters(
    connection: sa.Connection, caller: Caller, ids: tuple[str, ...], *, at: float
) -> Allowed:
    """The characters ``ids``, if the caller may use them now (``at``, seconds).

    Raises:
        FieldError: there is no such character, or it is somebody else's who keeps it to themselves.
        PolicyError: its owner didn't agree, no longer agrees, or not to this.
    """
    found: list[CharacterRow] = []
    agreed: list[ConsentRow] = []
    verdicts: list[Verdict] = []
    for character_id in ids:
        row = characters.find(connection, character_id)
        if row is None:
            raise FieldError(
                f"Character with id '{character_id[:80]}' not found.", param="characters"
            )
        consent = consents.find(connection, character_id)
        own = row.project_id == caller.project_id
        hidden = not (own or _is_shared(consent, caller))
        why, code = _refusal(consent, row, caller, at=at)
        if hidden:
            why, code = "it is somebody else's, who keeps it to themselves", DENIED
        verdicts.append(_verdict(row, consent, why=why, code=code, at=at))
        records = [verdict.record() for verdict in verdicts]
        if hidden:
            raise HiddenError(character_id, records)
        if why:
            raise PolicyError(
                f"This character can't be used: {why}.",
                param="characters",
                code=code,
                records=records,
            )
        found.append(row)
        agreed += [consent] if consent is not None else []
    return Allowed(characters=tuple(found), consents=tuple(agreed), verdicts=tuple(verdicts))


def _verdict(
    row: CharacterRow, consent: ConsentRow | None, *, why: str, code: str, at: float
) -> Verdict:
    evidence = row.id if consent is None else f"{row.id} {consent.recording_sha256}"
    decision: Decision = "allow" if not why else "refuse"
    if code == CONSENT_REQUIRED:
        decision = "needs_consent"
    until = None if consent is None else consent.until
    return Verdict(
        check="likeness",
        version=VERSION,
        subject="characters",
        sha256=hashlib.sha256(evidence.encode()).hexdigest(),
        decision=decision,
        category="likeness" if why else None,
        code=code or None,
        measured={"at": round(at, 3)},
        limits={} if until is None else {"at": until},
        detail=f"{row.id}: {why or _ground(row, consent)}",
    )


def _ground(row: CharacterRow, consent: ConsentRow | None) -> str:
    if consent is None:
        return f"no consent is needed ({row.consent})"
    return f"its owner agreed ({consent.audience}, recording {consent.recording_sha256[:12]})"


def note_uses(
    connection: sa.Connection,
    used: Sequence[ConsentRow],
    caller: Caller,
    *,
    video_id: str,
    at: float,
) -> None:
    """Write down, for the owners to see, that characters are used in a video."""
    for consent in {consent.character_id: consent for consent in used}.values():
        use = UseRow(
            character_id=consent.character_id,
            video_id=video_id,
            project_id=caller.project_id,
            key_id=caller.key_id,
            at=at,
        )
        consents.note_use(connection, use)


def _refusal(
    consent: ConsentRow | None, row: CharacterRow, caller: Caller, *, at: float
) -> tuple[str, str]:
    """Why it can't be used, and the wire's word for that; empty: it can."""
    if consent is None:
        if row.consent == "required":
            return "it shows a person who hasn't agreed", CONSENT_REQUIRED
        return "", ""
    if consent.revoked_at is not None:
        return "its owner took back their consent", REVOKED
    if consent.until is not None and consent.until <= at:
        return "its owner's consent is over", "consent_expired"
    if not _is_invited(consent, caller):
        return "its owner agreed to others only", DENIED
    return "", ""


def _is_shared(consent: ConsentRow | None, caller: Caller) -> bool:
    """Whether a character of another project is to be known to the caller at all."""
    return consent is not None and consent.audience != "me" and _is_invited(consent, caller)


def _is_invited(consent: ConsentRow, caller: Caller) -> bool:
    if consent.project_id == caller.project_id or consent.audience == "everyone":
        return True
    return consent.audience == "list" and caller.project_id in consent.allowed

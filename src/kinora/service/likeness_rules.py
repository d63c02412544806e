"""Who may use a character."""

from __future__ import annotations

import sqlalchemy as sa

from kinora.errors import FieldError, PolicyError
from kinora.records import characters, consents
from kinora.records.characters import CharacterRow
from kinora.records.consents import ConsentRow, UseRow
from kinora.types.account import Caller
from kinora.types.policy import CONSENT_REQUIRED

REVOKED = "consent_revoked"


def check_characters(
    connection: sa.Connection, caller: Caller, ids: tuple[str, ...], *, at: float
) -> list[ConsentRow]:
    """The consents of the characters ``ids``, if the caller may use them now (``at``, seconds).

    Raises:
        FieldError: there is no such character, or it is somebody else's who keeps it to themselves.
        PolicyError: its owner didn't agree, no longer agrees, or not to this.
    """
    found = []
    for character_id in ids:
        row = characters.find(connection, character_id)
        consent = consents.find(connection, character_id)
        own = row is not None and row.project_id == caller.project_id
        if row is None or not (own or _is_shared(consent, caller)):
            raise FieldError(f"Character with id '{character_id}' not found.", param="characters")
        _check(consent, row, caller, at=at)
        if consent is not None:
            found.append(consent)
    return found


def note_uses(
    connection: sa.Connection,
    used: list[ConsentRow],
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


def _check(consent: ConsentRow | None, row: CharacterRow, caller: Caller, *, at: float) -> None:
    if consent is None:
        if row.consent == "required":
            raise _denied("it shows a person who hasn't agreed", CONSENT_REQUIRED)
        return
    if consent.revoked_at is not None:
        raise _denied("its owner took back their consent", REVOKED)
    if consent.until is not None and consent.until <= at:
        raise _denied("its owner's consent is over", "consent_expired")
    if not _is_invited(consent, caller):
        raise _denied("its owner agreed to others only", "character_permission_denied")


def _is_shared(consent: ConsentRow | None, caller: Caller) -> bool:
    """Whether a character of another project is to be known to the caller at all."""
    return consent is not None and consent.audience != "me" and _is_invited(consent, caller)


def _is_invited(consent: ConsentRow, caller: Caller) -> bool:
    if consent.project_id == caller.project_id or consent.audience == "everyone":
        return True
    return consent.audience == "list" and caller.project_id in consent.allowed


def _denied(why: str, code: str) -> PolicyError:
    return PolicyError(f"This character can't be used: {why}.", param="characters", code=code)

"""What the audit log keeps of requests."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from kinora.errors import KinoraError, PolicyError
from kinora.records import audit
from kinora.records.audit import Entry
from kinora.service.context import Service
from kinora.types.account import Caller
from kinora.types.policy import Verdict


def checked(
    object_id: str,
    caller: Caller,
    verdicts: Sequence[Verdict],
    *,
    at: float,
    consent: str | None = None,
) -> Entry:
    """That a request was let through, by which checks, and who is said to have agreed."""
    record: dict[str, Any] = {
        "key": caller.key_id,
        "checks": [verdict.record() for verdict in verdicts],
    }
    if consent is not None:
        record["likeness_consent"] = consent
    return Entry(
        kind="check", at=at, project_id=caller.project_id, object_id=object_id, record=record
    )


@contextmanager
def noting_refusals(service: Service, caller: Caller) -> Iterator[None]:
    """Write down, outside of any transaction, that what is done within was refused; blocks."""
    try:
        yield
    except KinoraError as error:
        note_refusal(service, caller, error)
        raise


def note_refusal(service: Service, caller: Caller, error: KinoraError) -> None:
    """Write down that a request was refused, if a check did so; blocks."""
    records = getattr(error, "records", ())
    if not records and not isinstance(error, PolicyError):
        return  # no check said anything: it can't be used for another reason
    entry = Entry(
        kind="refusal",
        at=time.time(),
        project_id=caller.project_id,
        record={"key": caller.key_id, "code": error.code, "checks": list(records)},
    )
    with service.database.begin() as connection:
        audit.append(connection, entry)

"""``kinora audit``: what it does; `kinora.cli.audit_app` has signatures."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import typer

from kinora.cli.failures import echo_json
from kinora.cli.serving import settings_in
from kinora.encode.output import staged
from kinora.errors import InputError, StateError
from kinora.records import audit
from kinora.records.audit import Head
from kinora.service.context import open_service


def write_log(output: Path | None, *, about: str | None, data_dir: Path | None) -> None:
    """Write the entries as JSON lines to ``output``, or print them.

    Raises:
        OutputError: the file can't be written.
    """
    with open_service(settings_in(data_dir)) as service, service.database.read() as connection:
        lines = (json.dumps(entry) + "\n" for entry in audit.entries(connection, object_id=about))
        if output is None:
            sys.stdout.writelines(lines)
            return
        with staged(output, keep=True) as unfinished, unfinished.open("w", encoding="utf-8") as out:
            out.writelines(lines)


def check_log(file: Path | None, *, head: str | None, data_dir: Path | None, as_json: bool) -> None:
    """Check the chain of a file, or of the server's database, and print its head.

    Raises:
        InputError: the file can't be read.
        StateError: the chain is broken, or lacks the entry with the hash ``head``.
    """
    seen = _Watch(head)
    if file is not None:
        found, fault = audit.verify(seen.over(_read(file)))
    else:
        with open_service(settings_in(data_dir)) as service, service.database.read() as connection:
            found, fault = audit.verify(seen.over(audit.entries(connection)))
    if fault is not None:
        raise StateError(
            f"The audit log is broken at entry {fault.seq}: {fault.message}.", code="audit_broken"
        )
    if not seen.is_there:
        raise StateError(
            "The audit log has no entry with this hash: its end was cut off, or it is another log.",
            code="audit_cut",
            param="head",
        )
    _tell(found, as_json=as_json)


def _tell(found: Head, *, as_json: bool) -> None:
    if as_json:
        echo_json({"entries": found.seq, "head": found.hash})
    else:
        typer.echo(f"{found.seq} entries, unbroken; the newest is {found.hash}")


class _Watch:
    """Whether an entry passed by."""

    def __init__(self, wanted: str | None) -> None:
        self._wanted = wanted
        self.is_there = wanted is None

    def over(self, entries: Iterable[Any]) -> Iterator[Any]:
        for entry in entries:
            if isinstance(entry, Mapping) and entry.get("hash") == self._wanted:
                self.is_there = True
            yield entry


def _read(path: Path) -> Iterator[Any]:
    try:
        with path.open(encoding="utf-8") as stream:
            for line in stream:
                if line.strip():
                    yield json.loads(line)
    except (OSError, ValueError) as error:
        raise InputError(f"The audit log {path} can't be read: {error}.", param="FILE") from error

"""``kinora keys``: what its commands do; the signatures are in `kinora.cli.keys_app`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from kinora.cli.failures import echo_json
from kinora.cli.serving import settings_in
from kinora.records.database import Database, open_database
from kinora.records.migrate import migrate
from kinora.service import keys
from kinora.types.account import ApiKey


def create(
    name: str,
    *,
    project: str,
    scopes: str,
    limits: dict[str, int | None],
    data_dir: Path | None,
    as_json: bool,
) -> None:
    """Make a key and print its secret, this once.

    Raises:
        FieldError: the name, project, scopes or limits can't be used.
    """
    wanted = [scope.strip() for scope in scopes.split(",") if scope.strip()]
    with _database(data_dir) as database:
        key, secret = keys.create(database, name, project_id=project, scopes=wanted, limits=limits)
    if as_json:
        echo_json({**_facts(key), "key": secret})
    else:
        typer.echo(f"{key.id}: {secret}")
        typer.echo("Keep it: it is shown only now.", err=True)


def show(*, data_dir: Path | None, as_json: bool) -> None:
    """Print every key, without secrets."""
    with _database(data_dir) as database:
        found = keys.every(database)
    if as_json:
        echo_json([_facts(key) for key in found])
        return
    table = Table(box=None, pad_edge=False)
    for name in ("id", "name", "key", "project", "scopes", "made", "last used", "revoked"):
        table.add_column(name, no_wrap=True)
    for key in found:
        table.add_row(
            key.id,
            key.name,
            key.hint,
            key.project_id,
            ",".join(sorted(key.scopes)),
            *(_when(at) for at in (key.created_at, key.last_used_at, key.revoked_at)),
        )
    console = Console()
    # Ids are there to be copied: better a long line than a shortened one.
    Console(width=max(console.width, 200)).print(table)


def revoke(key_id: str, *, data_dir: Path | None, as_json: bool) -> None:
    """Make a key useless.

    Raises:
        MissingError: no such key.
    """
    with _database(data_dir) as database:
        key = keys.revoke(database, key_id)
    if as_json:
        echo_json(_facts(key))
    else:
        typer.echo(f"{key.id} ({key.name}) is revoked; servers refuse it within seconds.")


@contextmanager
def _database(data_dir: Path | None) -> Iterator[Database]:
    """The database alone: keys need neither store nor queue, nor the server to be stopped."""
    database = open_database(settings_in(data_dir).database)
    try:
        migrate(database)
        yield database
    finally:
        database.close()


def _facts(key: ApiKey) -> dict[str, Any]:
    return {**asdict(key), "scopes": sorted(key.scopes)}


def _when(at: float | None) -> str:
    return "" if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")

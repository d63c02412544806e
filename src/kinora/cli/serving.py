"""``kinora serve``."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from kinora.api.server import Ready, serve
from kinora.settings import Settings, load_settings
from kinora.weights.choose import check_chosen


def settings_in(data_dir: Path | None) -> Settings:
    """Settings from the environment, with the data folder of the command line.

    Raises:
        InputError: a variable has a value that isn't allowed.
    """
    settings = load_settings()
    chosen = settings.data_dir if data_dir is None else data_dir
    return settings.model_copy(update={"data_dir": chosen.absolute()})


def run(
    *,
    host: str,
    port: int,
    data_dir: Path | None,
    open_access: bool,
    workers: bool,
    as_json: bool,
) -> None:
    """Serve until a signal, and say on standard output when and where.

    Raises:
        InputError: an address, variable or combination that can't be used.
        ModelError: a network that the settings name is damaged.
        OutputError: the data folder can't be used, or another server uses it.
    """

    def tell(ready: Ready) -> None:
        facts = {"base_url": f"{ready.url}/v1", "docs": f"{ready.url}/docs"}
        if as_json:
            typer.echo(json.dumps({**facts, "api_key": ready.first_key}))
            return
        typer.echo(f"Kinora answers at {facts['base_url']}")
        if ready.first_key:
            typer.echo(f"Your first API key, shown only now: {ready.first_key}")
        if open_access:
            typer.echo("No key is needed: every program of this machine may use it.")
        typer.echo(f"What it can do: {facts['docs']}")

    settings = settings_in(data_dir)
    if workers:
        check_chosen(settings)
    serve(
        settings,
        host=host,
        port=port,
        open_access=open_access,
        workers=workers,
        on_ready=tell,
    )

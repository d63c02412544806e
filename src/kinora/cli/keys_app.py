"""``kinora keys …``: signatures only; `kinora.cli.keys` does the work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kinora.cli.failures import reported

app = typer.Typer(
    help="Make, list and revoke the API keys of a server; it may run meanwhile.",
    no_args_is_help=True,
)

DataDir = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER", help="The server's data; by default KINORA_DATA_DIR, or the platform's."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON to standard output.")]
Debug = Annotated[bool, typer.Option("--debug", help="Print the traceback of a failure.")]
Limit = Annotated[int | None, typer.Option(metavar="N", help="Instead of the server's own limit.")]


@app.command()
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What you call it.")],
    *,
    project: Annotated[
        str, typer.Option(metavar="NAME", help="Keys of a project see the same videos and files.")
    ] = "default",
    scopes: Annotated[
        str, typer.Option(metavar="LIST", help="Some of read, write and admin.")
    ] = "read,write",
    max_active: Limit = None,
    per_minute: Limit = None,
    per_day: Limit = None,
    data_dir: DataDir = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Make a key; its secret is printed now and never again."""
    with reported(debug=debug, as_json=json):
        from kinora.cli.extras import require_server

        require_server()
        from kinora.cli.keys import create as make

        limits = {"max_active": max_active, "per_minute": per_minute, "per_day": per_day}
        make(name, project=project, scopes=scopes, limits=limits, data_dir=data_dir, as_json=json)


@app.command("list")
def list_keys(*, data_dir: DataDir = None, json: Json = False, debug: Debug = False) -> None:
    """List all keys, revoked ones too; never their secrets."""
    with reported(debug=debug, as_json=json):
        from kinora.cli.extras import require_server

        require_server()
        from kinora.cli.keys import show

        show(data_dir=data_dir, as_json=json)


@app.command()
def revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="key_…, as 'kinora keys list' says.")],
    *,
    data_dir: DataDir = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Make a key useless at once; what it made stays."""
    with reported(debug=debug, as_json=json):
        from kinora.cli.extras import require_server

        require_server()
        from kinora.cli.keys import revoke as end

        end(key_id, data_dir=data_dir, as_json=json)

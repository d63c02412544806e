"""``kinora audit …``: signatures only; `kinora.cli.audit` does the work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kinora.cli.failures import reported
from kinora.cli.keys_app import DataDir, Debug, Json

app = typer.Typer(
    help="Export a server's audit log, and check that nobody changed it.",
    no_args_is_help=True,
)


@app.command()
def export(
    *,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="By default standard output."),
    ] = None,
    about: Annotated[
        str | None, typer.Option(metavar="ID", help="Only entries about this video or character.")
    ] = None,
    data_dir: DataDir = None,
    debug: Debug = False,
) -> None:
    """Write the log as JSON lines, the oldest entry first."""
    with reported(debug=debug, as_json=False):
        from kinora.cli.extras import require_server

        require_server()
        from kinora.cli.audit import write_log

        write_log(output, about=about, data_dir=data_dir)


@app.command()
def verify(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="An exported log; by default the server's own."),
    ] = None,
    *,
    head: Annotated[
        str | None,
        typer.Option(metavar="HASH", help="The hash of an entry that must be in it."),
    ] = None,
    data_dir: DataDir = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Check the chain of hashes; prints the newest entry's, to be noted elsewhere."""
    with reported(debug=debug, as_json=json):
        from kinora.cli.extras import require_server

        require_server()
        from kinora.cli.audit import check_log

        check_log(file, head=head, data_dir=data_dir, as_json=json)

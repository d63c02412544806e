"""``kinora privacy …``: signatures only; `kinora.cli.privacy` does the work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kinora.cli.failures import reported
from kinora.cli.keys_app import DataDir, Debug, Json

app = typer.Typer(
    help="Hand out, or erase, everything that a server keeps of a project.",
    no_args_is_help=True,
)

Project = Annotated[str, typer.Argument(metavar="PROJECT", help="As 'kinora keys list' says.")]


@app.command()
def export(
    project: Project,
    *,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="The ZIP to write.")
    ],
    data_dir: DataDir = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Write rows and files of PROJECT into a ZIP."""
    with reported(debug=debug, as_json=json):
        from kinora.cli.extras import require_server

        require_server()
        from kinora.cli.privacy import export_project

        export_project(project, output, data_dir=data_dir, as_json=json)


@app.command()
def erase(
    project: Project,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    data_dir: DataDir = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Delete videos, files, characters and all rows of PROJECT, and revoke its keys."""
    with reported(debug=debug, as_json=json):
        from kinora.cli.extras import require_server

        require_server()
        from kinora.cli.privacy import erase_project

        erase_project(project, is_sure=yes, data_dir=data_dir, as_json=json)

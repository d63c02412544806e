"""``kinora models …``: signatures only; `kinora.cli.models` does the work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kinora.cli.failures import reported

app = typer.Typer(
    help="Networks on this machine, and larger ones that can be fetched; none is unless you ask.",
    no_args_is_help=True,
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="As 'kinora models list' says.")]
OptionalName = Annotated[
    str | None,
    typer.Argument(metavar="NAME", help="As 'kinora models list' says; all.", show_default=False),
]
ModelsDir = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER", help="Where they lie; by default KINORA_MODELS_DIR, or the platform's."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON to standard output.")]
Debug = Annotated[bool, typer.Option("--debug", help="Print the traceback of a failure.")]


@app.command("list")
def list_models(*, models_dir: ModelsDir = None, json: Json = False, debug: Debug = False) -> None:
    """List networks: those in the wheel and those that have a name, with size and licence."""
    with reported(debug=debug, as_json=json):
        from kinora.cli.models import show

        show(models_dir=models_dir, as_json=json)


@app.command()
def pull(
    name: Name,
    *,
    source: Annotated[
        Path | None,
        typer.Option("--from", metavar="PATH", help="Copy it from this file or folder instead."),
    ] = None,
    url: Annotated[
        str | None, typer.Option(metavar="URL", help="A mirror to fetch it from, by https.")
    ] = None,
    sha256: Annotated[
        str | None,
        typer.Option(metavar="HEX", help="What it must hash to, where the list doesn't know."),
    ] = None,
    models_dir: ModelsDir = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Fetch a network, check its SHA-256 and put it in place; an interrupted fetch goes on."""
    with reported(debug=debug, as_json=json):
        from kinora.cli.models import fetch

        fetch(name, source=source, url=url, sha256=sha256, models_dir=models_dir, as_json=json)


@app.command()
def verify(
    name: OptionalName = None,
    *,
    models_dir: ModelsDir = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Hash what is here again; exit code 7 if a file isn't what it should be."""
    with reported(debug=debug, as_json=json):
        from kinora.cli.models import check

        check(name, models_dir=models_dir, as_json=json)

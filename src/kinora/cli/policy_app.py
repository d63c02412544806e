"""``kinora policy …``: signatures only; `kinora.cli.policy` does the work."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kinora.cli.failures import reported
from kinora.cli.keys_app import DataDir, Debug, Json

app = typer.Typer(
    help="Ask the rules about a text; block pictures, and take down what was made of them.",
    no_args_is_help=True,
)

Picture = Annotated[Path, typer.Argument(metavar="FILE", help="The picture.")]
Name = Annotated[str, typer.Option(metavar="NAME", help="What refusals call it.")]


@app.command()
def check(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A prompt, say.")],
    *,
    local: Annotated[
        bool, typer.Option("--local", help="As for a clip on your own machine, not the service.")
    ] = False,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Say what the rules find in TEXT, and whether it would be refused."""
    with reported(debug=debug, as_json=json):
        from kinora.cli.policy import check_text_of

        check_text_of(text, local=local, as_json=json)


@app.command()
def block(
    picture: Picture,
    *,
    name: Name,
    data_dir: DataDir = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """From now on refuse what is to be made of this picture, or of what looks like it."""
    with reported(debug=debug, as_json=json):
        from kinora.cli.extras import require_server

        require_server()
        from kinora.cli.policy import block_picture

        block_picture(picture, name=name, data_dir=data_dir, as_json=json)


@app.command()
def takedown(
    picture: Picture,
    *,
    name: Name,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only list the videos that would go.")
    ] = False,
    data_dir: DataDir = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """Block a picture, and delete every kept video that shows it."""
    with reported(debug=debug, as_json=json):
        from kinora.cli.extras import require_server

        require_server()
        from kinora.cli.policy import take_down_picture

        take_down_picture(picture, name=name, dry_run=dry_run, data_dir=data_dir, as_json=json)


@app.command()
def blocked(*, data_dir: DataDir = None, json: Json = False, debug: Debug = False) -> None:
    """List blocked pictures."""
    with reported(debug=debug, as_json=json):
        from kinora.cli.extras import require_server

        require_server()
        from kinora.cli.policy import list_blocked

        list_blocked(data_dir=data_dir, as_json=json)


@app.command()
def unblock(
    block_id: Annotated[
        str, typer.Argument(metavar="ID", help="block_…, as 'kinora policy blocked' says.")
    ],
    *,
    data_dir: DataDir = None,
    debug: Debug = False,
) -> None:
    """Take a picture from the list."""
    with reported(debug=debug, as_json=False):
        from kinora.cli.extras import require_server

        require_server()
        from kinora.cli.policy import unblock_picture

        unblock_picture(block_id, data_dir=data_dir)

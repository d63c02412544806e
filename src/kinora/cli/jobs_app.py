"""``kinora jobs …``: signatures only; `kinora.cli.jobs` does the work."""

from __future__ import annotations

from typing import Annotated

import typer

from kinora.cli.failures import reported
from kinora.cli.keys_app import DataDir, Debug, Json

app = typer.Typer(
    help="Look at a server's jobs and stop them; it may run meanwhile.",
    no_args_is_help=True,
)

JobId = Annotated[str, typer.Argument(metavar="ID", help="video_…, as 'kinora jobs list' says.")]


@app.command("list")
def list_jobs(
    *,
    status: Annotated[
        str | None,
        typer.Option(
            metavar="STATUS",
            help="Only queued, in_progress, completed or failed ones; several with commas.",
        ),
    ] = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=1000, help="At most.")] = 20,
    data_dir: DataDir = None,
    json: Json = False,
    debug: Debug = False,
) -> None:
    """List jobs of every project, the newest first; prompts aren't shown."""
    with reported(debug=debug, as_json=json):
        from kinora.cli.extras import require_server

        require_server()
        from kinora.cli.jobs import show_many

        show_many(status=status, limit=limit, data_dir=data_dir, as_json=json)


@app.command()
def show(
    job_id: JobId, *, data_dir: DataDir = None, json: Json = False, debug: Debug = False
) -> None:
    """Show one job: what was asked for, and what became of it."""
    with reported(debug=debug, as_json=json):
        from kinora.cli.extras import require_server

        require_server()
        from kinora.cli.jobs import show_one

        show_one(job_id, data_dir=data_dir, as_json=json)


@app.command()
def cancel(
    job_id: JobId, *, data_dir: DataDir = None, json: Json = False, debug: Debug = False
) -> None:
    """Stop a job that waits or runs, and delete its video."""
    with reported(debug=debug, as_json=json):
        from kinora.cli.extras import require_server

        require_server()
        from kinora.cli.jobs import cancel as stop

        stop(job_id, data_dir=data_dir, as_json=json)

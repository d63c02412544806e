"""``kinora privacy``: what it does; `kinora.cli.privacy_app` has signatures."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import typer

from kinora.cli.failures import echo_json
from kinora.cli.serving import settings_in
from kinora.encode.output import staged
from kinora.service import privacy
from kinora.service.context import open_service


def export_project(project_id: str, output: Path, *, data_dir: Path | None, as_json: bool) -> None:
    """Write the ZIP and print how much is in it.

    Raises:
        InputError: nothing is kept of such a project.
        OutputError: the file can't be written.
    """
    with (
        open_service(settings_in(data_dir)) as service,
        staged(output, keep=True) as unfinished,
        unfinished.open("w+b") as out,
    ):
        counts = privacy.export(service, project_id, out)
    _tell(counts, as_json=as_json)


def erase_project(project_id: str, *, is_sure: bool, data_dir: Path | None, as_json: bool) -> None:
    """Erase the project and print what went.

    Raises:
        InputError: nothing is kept of such a project.
    """
    if not is_sure:
        typer.confirm(f"Erase everything of the project '{project_id}'?", abort=True)
    with open_service(settings_in(data_dir)) as service:
        erased = privacy.erase(service, project_id)
    _tell(asdict(erased), as_json=as_json)


def _tell(counts: dict[str, int], *, as_json: bool) -> None:
    if as_json:
        echo_json(counts)
        return
    for name, count in counts.items():
        typer.echo(f"{count:6} {name.replace('_', ' ')}")

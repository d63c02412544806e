"""``kinora policy``: what it does; `kinora.cli.policy_app` has signatures."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from kinora.cli.failures import echo_json
from kinora.policy.judging import judge_text
from kinora.settings import load_settings
from kinora.types.policy import decisive

if TYPE_CHECKING:
    from kinora.records.blocked import BlockedRow


def check_text_of(text: str, *, local: bool, as_json: bool) -> None:
    """Print what the rules and the classifiers say of ``text``.

    Raises:
        InputError: the operator's policy file can't be used.
    """
    verdicts = judge_text(text, load_settings(), local=local)
    verdict = decisive(verdicts) or verdicts[0]
    if as_json:
        checks = [{**each.record(), "detail": each.detail} for each in verdicts]
        echo_json({**verdict.record(), "detail": verdict.detail, "checks": checks})
        return
    typer.echo(f"{verdict.decision}{': ' + verdict.detail if verdict.detail else ''}")
    for finding in (finding for each in verdicts for finding in each.findings):
        at = f", at '{finding.words}'" if finding.words else ""
        typer.echo(
            f"  {finding.rule} ({finding.category}): {finding.score:g}, counts from "
            f"{finding.threshold:g}{at}"
        )


def block_picture(path: Path, *, name: str, data_dir: Path | None, as_json: bool) -> None:
    """Block a picture and print its id.

    Raises:
        InputError: it isn't a picture, or no name.
    """
    from kinora.cli.serving import settings_in
    from kinora.service.context import open_service
    from kinora.service.takedown import block

    with open_service(settings_in(data_dir)) as service:
        row = block(service, path, name=name)
    if as_json:
        echo_json(_facts(row))
    else:
        typer.echo(f"{row.id} is blocked")


def take_down_picture(
    path: Path, *, name: str, dry_run: bool, data_dir: Path | None, as_json: bool
) -> None:
    """Block a picture, delete what shows it, and print the videos.

    Raises:
        InputError: it isn't a picture, or no name.
    """
    from kinora.cli.serving import settings_in
    from kinora.service.context import open_service
    from kinora.service.takedown import take_down

    with open_service(settings_in(data_dir)) as service:
        taken = take_down(service, path, name=name, dry_run=dry_run)
    if as_json:
        echo_json({"blocked": None if dry_run else _facts(taken.row), "videos": taken.videos})
        return
    for video_id in taken.videos:
        typer.echo(video_id)
    done = "would be deleted" if dry_run else "deleted"
    typer.echo(f"{len(taken.videos)} videos {done}")


def list_blocked(*, data_dir: Path | None, as_json: bool) -> None:
    """Print what is blocked."""
    from kinora.cli.serving import settings_in
    from kinora.records import blocked
    from kinora.service.context import open_service

    with open_service(settings_in(data_dir)) as service, service.database.read() as connection:
        rows = blocked.every(connection)
    if as_json:
        echo_json([_facts(row) for row in rows])
        return
    for row in rows:
        typer.echo(f"{row.id}  {_facts(row)['created_at']}  {row.name}")


def unblock_picture(block_id: str, *, data_dir: Path | None) -> None:
    """Take a picture from the list.

    Raises:
        MissingError: it isn't on it.
    """
    from kinora.cli.serving import settings_in
    from kinora.service.context import open_service
    from kinora.service.takedown import unblock

    with open_service(settings_in(data_dir)) as service:
        unblock(service, block_id)
    typer.echo(f"{block_id} is no longer blocked")


def _facts(row: BlockedRow) -> dict[str, str]:
    at = datetime.fromtimestamp(row.created_at, UTC).isoformat(timespec="seconds")
    return {"id": row.id, "name": row.name, "sha256": row.sha256, "created_at": at}

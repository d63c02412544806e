"""``kinora models``: what its commands do; the signatures are in `kinora.cli.models_app`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import get_args

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table

from kinora.cli.failures import echo_json
from kinora.errors import InputError, MissingError
from kinora.settings import load_settings
from kinora.weights.catalogue import CATALOGUE, entry_of
from kinora.weights.local import checksum_of, installed, model_path
from kinora.weights.pull import Told, pull, take
from kinora.weights.shipped import Network, shipped
from kinora.weights.weights import Weights
from kinora.weights.weights import check as check_weights


def show(*, models_dir: Path | None, as_json: bool) -> None:
    """Print every network that is here or has a name."""
    folder = _folder(models_dir)
    found = [*_shipped_facts(), *(_facts(name, folder) for name in CATALOGUE)]
    if as_json:
        echo_json({"folder": str(folder), "models": found})
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("name", "for", "MB", "licence", "here"):
        table.add_column(heading, no_wrap=True, justify="right" if heading == "MB" else "left")
    for facts in found:
        size = f"{int(str(facts['bytes'])) / 1e6:.1f}"
        words = (facts["name"], facts["task"], size, facts["licence"], facts["here"])
        table.add_row(*map(str, words))
    console = Console()
    console.print(table)
    for facts in found:  # in the table they would be squeezed into a narrow column
        console.print(f"{facts['name']}: {facts['about']}", style="dim", highlight=False)
    typer.echo(str(folder), err=True)


def fetch(
    name: str,
    *,
    source: Path | None,
    url: str | None,
    sha256: str | None,
    models_dir: Path | None,
    as_json: bool,
) -> None:
    """Put a network in place, from its address, a mirror, or a file of this machine.

    Raises:
        InputError: no such name, no checksum, or ``source`` and ``url`` both.
        ModelError: it can't be fetched or isn't the right file.
        OutputError: it can't be written.
    """
    if source is not None and url is not None:
        raise InputError("Give --from or --url, not both.", param="url")
    entry, folder = entry_of(name), _folder(models_dir)
    wanted = None if sha256 is None else checksum_of(sha256)
    if source is not None:
        weights = take(entry, folder, source.expanduser(), sha256=wanted)
    else:
        with _progress(name) as told:
            weights = pull(entry, folder, sha256=wanted, url=url, told=told)
    if as_json:
        echo_json({"name": name, "path": str(weights.path), "sha256": weights.sha256})
    else:
        typer.echo(f"{name}: {weights.path}")


def check(name: str | None, *, models_dir: Path | None, as_json: bool) -> None:
    """Hash what is here.

    Raises:
        InputError: no such name.
        MissingError, ModelError: that one isn't here; one isn't what it should be.
    """
    there = _here(_folder(models_dir), name)
    for weights in there:
        check_weights(weights)
    if as_json:
        echo_json([{"path": str(each.path), "sha256": each.sha256} for each in there])
        return
    for each in there:
        typer.echo(f"{each.sha256}  {each.path}")
    if not there:
        typer.echo("There are no networks here to verify.", err=True)


def _here(folder: Path, name: str | None) -> list[Weights]:
    if name is not None:
        if (only := installed(entry_of(name), folder)) is None:
            raise MissingError(f"The model {name} isn't at {model_path(entry_of(name), folder)}.")
        return [only]
    candidates = [
        *map(shipped, get_args(Network)),
        *(installed(entry, folder) for entry in CATALOGUE.values()),
    ]
    return [weights for weights in candidates if weights is not None]


def _shipped_facts() -> Iterator[dict[str, object]]:
    for network in get_args(Network):
        if (weights := shipped(network)) is not None:
            yield {
                "name": weights.id,
                "task": network,
                "bytes": weights.path.stat().st_size,
                "sha256": weights.sha256,
                "licence": weights.licence,
                "here": "in the wheel",
                "about": f"Kinora's own, version {weights.version}",
            }


def _facts(name: str, folder: Path) -> dict[str, object]:
    entry = CATALOGUE[name]
    return {
        "name": name,
        "task": entry.task,
        "bytes": entry.bytes,
        "sha256": entry.sha256,
        "licence": entry.licence,
        "here": "yes" if model_path(entry, folder).is_file() else "no",
        "about": entry.about,
        "revision": entry.revision,
        "url": entry.url,
        "source": entry.source,
    }


def _folder(models_dir: Path | None) -> Path:
    return load_settings().models_dir if models_dir is None else models_dir


@contextmanager
def _progress(name: str) -> Iterator[Told]:
    """Tells of bytes on standard error; silent where that isn't a terminal."""
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        task = bar.add_task(name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)

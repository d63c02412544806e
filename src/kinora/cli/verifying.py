"""``kinora verify``: what does a file say about where it comes from?"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kinora.cli.failures import echo_json
from kinora.errors import InputError
from kinora.provenance.check import ManifestFinding, check_manifest
from kinora.service.sniff import sniff_file
from kinora.settings import load_settings

_COLOURS = {"trusted": "green", "valid": "yellow", "invalid": "red", "absent": "dim"}


def verify(path: Path, *, as_json: bool) -> None:
    """Print what is found in a file.

    Raises:
        InputError: it can't be read.
        EngineError: the library for manifests isn't installed.
    """
    try:
        mime = sniff_file(path)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"Can't read {path}: {reason}.", param="file") from error
    manifest = check_manifest(path, mime=mime, settings=load_settings())
    if as_json:
        echo_json({"file": str(path), "mime": mime, "manifest": asdict(manifest)})
        return
    console = Console()
    console.print(Text.assemble((str(path), "bold"), f" · {mime}"))
    console.print(_table(manifest))


def _table(manifest: ManifestFinding) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    state = Text(manifest.state, style=_COLOURS[manifest.state])
    table.add_row("manifest", Text.assemble(state, f": {manifest.detail}"))
    for label, value in _facts(manifest):
        table.add_row(f"  {label}", value)
    return table


def _facts(manifest: ManifestFinding) -> list[tuple[str, str]]:
    signer = manifest.issuer
    if manifest.signed_here:
        signer = f"{signer} (this installation)"
    render = manifest.render or {}
    networks = ", ".join(model["name"] for model in render.get("models", ()))
    facts = [
        ("signed by", signer),
        ("made with", manifest.generator),
        ("at", manifest.generated_at),
        ("kind", ", ".join(manifest.source_types)),
        ("made from", ", ".join(manifest.ingredients)),
        ("engine", render.get("engine")),
        ("networks", networks),
        ("clip", render.get("clip_id")),
        ("failed", ", ".join(manifest.problems)),
    ]
    return [(label, value) for label, value in facts if value]

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
from kinora.provenance.check_mark import MarkFinding, check_mark
from kinora.service.sniff import sniff_file
from kinora.settings import load_settings

_COLOURS = {
    "trusted": "green",
    "valid": "yellow",
    "invalid": "red",
    "absent": "dim",
    "read": "green",
    "present": "yellow",
    "not_detected": "dim",
    "not_examined": "dim",
}


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
    settings = load_settings()
    manifest = check_manifest(path, mime=mime, settings=settings)
    mark = check_mark(path, mime=mime, settings=settings)
    if as_json:
        found = {"manifest": asdict(manifest), "mark": asdict(mark)}
        echo_json({"file": str(path), "mime": mime, **found})
        return
    console = Console()
    console.print(Text.assemble((str(path), "bold"), f" · {mime}"))
    console.print(_table(manifest, mark))


def _table(manifest: ManifestFinding, mark: MarkFinding) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    _add(table, "manifest", manifest.state, manifest.detail)
    for label, value in _manifest_facts(manifest):
        table.add_row(f"  {label}", value)
    _add(table, "invisible mark", mark.state, mark.detail)
    for label, value in _mark_facts(mark):
        table.add_row(f"  {label}", value)
    return table


def _add(table: Table, label: str, state: str, detail: str) -> None:
    shown = Text(state.replace("_", " "), style=_COLOURS[state])
    table.add_row(label, Text.assemble(shown, f": {detail}"))


def _manifest_facts(manifest: ManifestFinding) -> list[tuple[str, str]]:
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


def _mark_facts(mark: MarkFinding) -> list[tuple[str, str]]:
    changes = [f"turned by {mark.turned:g}°"] if mark.turned else []
    changes += ["mirrored"] if mark.mirrored else []
    made = ", ".join(entry.made_at for entry in mark.known)
    facts = [
        ("clip", mark.clip_id),
        ("score", None if mark.score is None else f"{mark.score:g} standard deviations"),
        ("picture", ", ".join(changes)),
        ("made here", made or ("no record" if mark.clip_id else None)),
    ]
    return [(label, value) for label, value in facts if value]

"""``kinora inspect``: how a photo is understood, in one picture."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kinora.cli.failures import echo_json
from kinora.errors import OutputError
from kinora.files import write_file
from kinora.scene.inspect import inspect_sheet
from kinora.types.scene import Layer, Region, Scene


def show_scene(scene: Scene, output: Path, *, as_json: bool) -> None:
    """Write the sheet to ``output`` (PNG) and print what was found.

    Raises:
        OutputError: ``output`` can't be written, or isn't named .png.
    """
    if output.suffix.lower() != ".png":
        raise OutputError(f"{output} isn't named .png, the only kind written.", param="output")
    encoded = io.BytesIO()
    Image.fromarray(inspect_sheet(scene)).save(encoded, format="PNG")
    write_file(output, encoded.getvalue())
    if as_json:
        echo_json({"sheet": str(output), "scene": _facts(scene)})
        return
    console = Console()
    console.print(_table(scene))
    for note in scene.notes:
        console.print(Text(note, style="cyan"))
    console.print(Text(str(output), style="bold"))


def _facts(scene: Scene) -> dict[str, object]:
    return {
        "size": str(scene.size),
        "canvas": str(scene.canvas),
        "focal": scene.intrinsics.focal,
        "focus_point": list(scene.focus_point),
        "hole_limit": scene.hole_limit,
        "layers": [_layer_facts(layer) for layer in scene.layers],
        "regions": [_region_facts(region) for region in scene.regions],
        "sources": scene.sources,
        "notes": list(scene.notes),
        "photo_sha256": scene.photo_sha256,
    }


def _layer_facts(layer: Layer) -> dict[str, object]:
    far, near = _disparity_range(layer)
    height, width = layer.rgba.shape[:2]
    return {
        "name": layer.name,
        "origin": list(layer.origin),
        "size": f"{width}x{height}",
        "disparity": [far, near],
        "coverage": round(float(np.mean(layer.rgba[..., 3] / 255.0)), 4),
    }


def _region_facts(region: Region) -> dict[str, object]:
    return {
        "kind": region.kind,
        "box": list(region.box),
        "score": round(region.score, 3),
        "source": region.source,
    }


def _disparity_range(layer: Layer) -> tuple[float, float]:
    values = layer.disparity
    return round(float(values.min()), 4), round(float(values.max()), 4)


def _table(scene: Scene) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_row("frame", f"{scene.size} on a canvas of {scene.canvas}")
    for layer in scene.layers:
        far, near = _disparity_range(layer)
        table.add_row("layer", f"{layer.name or '?'} · disparity {far:.2f} to {near:.2f}")
    for region in scene.regions:
        x0, y0, x1, y1 = region.box
        place = f"{x0},{y0} to {x1},{y1}"
        table.add_row(
            "region", f"{region.kind} · {place} · {region.score:.0%} sure · {region.source}"
        )
    for what, source in scene.sources.items():
        table.add_row("source", f"{what}: {source}")
    return table

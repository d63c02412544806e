"""``kinora inspect``: how a photo is understood, in one picture."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kinora.cli.failures import echo_json
from kinora.errors import OutputError
from kinora.files import write_file
from kinora.library import plan as read_plan
from kinora.living import find_kept, kept_places, plan_living, read_masks
from kinora.living.arrows import Arrow, arrows_of
from kinora.scene.inspect import inspect_sheet
from kinora.types.living import STILL, Living
from kinora.types.request import MaskLike
from kinora.types.scene import Layer, Region, Scene


def show_scene(
    scene: Scene,
    output: Path,
    *,
    prompt: str = "",
    masks: Mapping[str, MaskLike] | None = None,
    as_json: bool,
) -> None:
    """Write the sheet to ``output`` (PNG) and print what was found.

    Args:
        scene: the photo.
        output: of the sheet.
        prompt: whose moving elements are drawn as arrows.
        masks: where things are, by name.
        as_json: print JSON.

    Raises:
        InputError: the prompt or a mask can't be used.
        OutputError: ``output`` can't be written, or isn't named .png.
    """
    if output.suffix.lower() != ".png":
        raise OutputError(f"{output} isn't named .png, the only kind written.", param="output")
    living = _living(scene, prompt, masks or {})
    arrows = arrows_of(living, scene)
    marks = [(each.x, each.y, each.right, each.down, each.swings) for each in arrows]
    encoded = io.BytesIO()
    Image.fromarray(inspect_sheet(scene, marks)).save(encoded, format="PNG")
    write_file(output, encoded.getvalue())
    if as_json:
        echo_json(
            {"sheet": str(output), "scene": _facts(scene), "moves": _moves(living, arrows, scene)}
        )
        return
    console = Console()
    console.print(_table(scene))
    for told in _told(living):
        console.print(Text(told))
    for note in scene.notes:
        console.print(Text(note, style="cyan"))
    console.print(Text(str(output), style="bold"))


def _living(scene: Scene, prompt: str, masks: Mapping[str, MaskLike]) -> Living:
    """What moves by itself as the prompt says."""
    if not prompt.strip():
        return STILL
    plan, _ = read_plan(prompt)
    given = read_masks(masks, scene)
    places, _ = kept_places(plan, scene, given)
    return plan_living(plan, scene, masks=given, kept=find_kept(places))


def _told(living: Living) -> list[str]:
    return [f"moves   {each.done or each.reason}" for each in living.outcomes]


def _moves(
    living: Living, arrows: Sequence[Arrow], scene: Scene
) -> list[dict[str, str | float | None]]:
    """Per element: what was made of it, its mean speed in percent of the width and its direction.

    Directions are degrees, 0 to the right and 90 down; what swings has none.
    """
    facts: list[dict[str, str | float | None]] = []
    for name in dict.fromkeys(each.name for each in arrows):
        own = [each for each in arrows if each.name == name and not each.swings]
        way = np.array([[each.right, each.down] for each in own])
        mean = way.mean(axis=0) if own else np.zeros(2)
        speed = float(np.hypot(*way.T).mean()) if own else 0.0
        facts.append(
            {
                "element": name,
                "percent_per_second": round(100.0 * speed / scene.size.width, 2) if own else None,
                "direction": round(float(np.degrees(np.arctan2(mean[1], mean[0]))), 1)
                if own
                else None,
            }
        )
    facts += [
        {"item": each.item, "status": each.status, "told": each.done or each.reason}
        for each in living.outcomes
    ]
    return facts


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

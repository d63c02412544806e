"""The description and the model card that ship beside the completion network."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from training.common.sources import DISPARITY, PHOTOS

VERSION: Final = "4"
DATA: Final = (
    *PHOTOS,
    f"{DISPARITY}for the shapes of holes and for telling near from far",
)
#: What the kinds of holes are.
KINDS: Final = {
    "strip": "what a near thing of the photo would hide from a viewpoint to the side",
    "ring": "a near thing taken away, and a rim around it, which is judged",
    "foreign strip": "the strips of another photo",
    "foreign thing": "a near thing of another photo",
}


def describe(
    weights: Path, *, multiple: int, error_scale: float, metrics: Mapping[str, Any]
) -> dict[str, Any]:
    """What ``completion.json`` says.

    Args:
        weights: the exported file.
        multiple: sides of pictures are multiples of this.
        error_scale: expected error at which certainty is 1/e.
        metrics: how long it was trained, and what the evaluation wrote.
    """
    content = weights.read_bytes()
    return {
        "id": "kinora-completion",
        "version": VERSION,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "licence": "Apache-2.0",
        "certainty": True,
        "input": {
            "multiple_of": multiple,
            "image": "float32 (n, 3, h, w), sRGB in 0..1, 0 in the hole",
            "hole": "float32 (n, 1, h, w), 1 to fill, else 0",
            "disparity": "float32 (n, 1, h, w) in 0..1, larger is nearer, 0 in the hole",
        },
        "outputs": {
            "color": "float32 (n, 3, h, w), sRGB in 0..1",
            "filled_disparity": "float32 (n, 1, h, w) in 0..1",
            "certainty": f"float32 (n, 1, h, w), exp(-expected error of colour / {error_scale})",
        },
        "data": list(DATA),
        "metrics": dict(metrics),
    }


def card(facts: Mapping[str, Any], *, parameters: int) -> str:
    """The model card in Markdown, from what `describe` gave."""
    parts = [
        "# Kinora completion network\n",
        f"Version {facts['version']}, {facts['bytes'] / 1e6:.1f} MB, {facts['licence']}. A photo "
        "with a hole in; colour and disparity of what the hole hides and a certainty out, foreseen "
        f"from the farther side. {parameters / 1e6:.2f} million parameters, trained from scratch "
        "by `training/completion/` of this repository.\n",
        "It foresees structure. Texture is added from patches of the photo where a scene is made "
        "(`src/kinora/scene/complete.py`), and where the network is unsure patches decide alone.\n",
        "## Made from\n",
        *(f"- {line}" for line in facts["data"]),
        "\nNo picture is contained in the weights or shipped with them. Some sets are for research "
        "only; whoever doubts that weights trained on them may be used can switch them off with "
        "`KINORA_COMPLETION_MODEL=classical`.\n",
        "## Measured on held-out photos\n",
        _fills(facts["metrics"]),
        "## Limits\n",
        "- Colours and broad shapes near the hole's edge; deep inside a wide hole it says little.",
        "- It continues what is around and invents nothing: no faces, no letters, no repeated "
        "windows.",
        "- Disparity that is wrong about near and far makes it continue the wrong side.",
        "- Trained on photos of 384 pixels; a scene runs it on a small copy of about that size.\n",
        "## Make it anew\n",
        "`training/README.md`; the numbers above come from `python -m "
        "training.completion.evaluate`.\n",
    ]
    return "\n".join(parts)


def _fills(metrics: Mapping[str, Any]) -> str:
    """Tables of PSNR and texture, as far as the evaluation was run."""
    if "fills" not in metrics:
        return "Not evaluated yet.\n"
    lines = [
        "PSNR of the judged pixels, mean over photos (dB), and texture energy kept, of all photos "
        "together (1 is right). *Learned* is the network with texture, as scenes use it.\n",
    ]
    for kind, rows in metrics["fills"].items():
        photos = next(iter(rows.values()))["photos"]
        lines += [
            f"{kind}: {KINDS[kind]} ({photos} photos)\n",
            "| | PSNR | texture |",
            "|---|---|---|",
        ]
        for name, row in rows.items():
            lines.append(f"| {name} | {row['psnr']:.2f} | {row['texture']:.2f} |")
        lines.append("")
    errors = metrics.get("disparity_errors", {})
    if errors:
        lines.append("Mean error of disparity in 0..1, a smooth fill and the network:\n")
        for kind, pair in errors.items():
            lines.append(f"- {kind}: {pair['smooth']:.3f}, {pair['network']:.3f}")
        lines.append("")
    return "\n".join(lines)

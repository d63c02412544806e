"""The description and the model card that ship beside the geometry network."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import onnx

from training.common.paths import WEIGHTS
from training.common.sources import DISPARITY, PHOTOS

REGIONS: Final = ("sky", "subject", "ground", "vegetation", "water")
DATA: Final = (
    *PHOTOS,
    f"{DISPARITY}as the teacher",
    "mattes of persons and animals by MediaPipe selfie segmentation (Apache-2.0), as a teacher",
    "7-Scenes office, one sequence (200 frames; Microsoft, non-commercial research)",
    "HoloLens room (123 frames; MIT repository)",
    "RealSense room (100 frames; MIT repository), for evaluation only",
    "rooms, streets, landscapes, fronts of houses and table-tops rendered by training/synthetic, "
    "textured with the photos above",
    "EfficientNet-Lite0 as ImageNet's classes made it (Tan and Le 2019; Google, Apache-2.0), where "
    "the trunk began; all of its weights were trained on",
)


def describe(
    weights: Path,
    *,
    version: str,
    trusted: Sequence[str],
    long_side: int,
    scores: Mapping[str, Any],
) -> dict[str, Any]:
    """What ``geometry.json`` says.

    Args:
        weights: the exported file.
        version: of the weights.
        trusted: the regions that a scene may use.
        long_side: at which the network is best.
        scores: what ``training.evaluate`` wrote.

    Raises:
        ValueError: the scores are another file's or another size's.
    """
    data = weights.read_bytes()
    scored = scores.get("of")
    if scored != scored_of(weights, long_side):
        raise ValueError(f"the scores are of {scored}, not of {weights} at {long_side} px")
    return {
        "id": "kinora-geometry",
        "version": version,
        "sha256": hashlib.sha256(data).hexdigest(),
        "bytes": len(data),
        "parameters": sum(
            math.prod(tensor.dims)
            for tensor in onnx.load(weights).graph.initializer
            if ".running_" not in tensor.name  # means and variances of the normalisation
        ),
        "licence": "Apache-2.0",
        "input": {
            "image": "float32 (1, 3, h, w), sRGB in [0, 1]; h and w multiples of 32, at most 384",
            "long_side": long_side,
            "multiple_of": 32,
        },
        "outputs": {
            "disparity": "float32 (1, 1, h, w), larger is nearer, affine-invariant, about 0 to 1",
            "regions": "float32 (1, 5, h, w), probabilities of: " + ", ".join(REGIONS),
            "certainty": "float32 (1, 1, h, w) in [0, 1], expected exp(-|error| / 0.2)",
        },
        "trusted": list(trusted),
        "certainty": True,
        "data": list(DATA),
        "metrics": scores,
    }


def shipped_facts() -> dict[str, Any]:
    """What the description of the shipped network says, for the defaults of commands."""
    facts: dict[str, Any] = json.loads((WEIGHTS / "geometry.json").read_text())
    return facts


def scored_of(weights: Path, long_side: int) -> str:
    """What scores are of: the beginning of the file's SHA-256 and the size it is run at."""
    return f"{hashlib.sha256(weights.read_bytes()).hexdigest()[:16]} at {long_side} px"


def card(facts: Mapping[str, Any]) -> str:
    """The model card in Markdown, from what ``describe`` gave."""
    scores = facts["metrics"]
    parts = [
        "# Kinora geometry network\n",
        f"Version {facts['version']}, {facts['bytes'] / 1e6:.1f} MB, {facts['licence']}. One photo "
        "in; relative disparity, region probabilities and a certainty out. "
        f"{facts['parameters'] / 1e6:.2f} million parameters, trained by `training/` of this "
        "repository, at last by a script of its losses (under Limits).\n",
        "## Made from\n",
        *(f"- {line}" for line in facts["data"]),
        "\nNo picture is contained in the weights or shipped with them. Some sets are for research "
        "only; whoever doubts that weights trained on them may be used can switch them off with "
        "`--depth-model classical`.\n",
        "## Measured on what training never saw\n",
        "Ordinal error (WHDR, percent, lower is better): share of random pairs of pixels in the "
        "wrong order; real depth for the frames, agreement with the teacher for the photos.\n",
        _errors(scores),
        "\nAll held-out pictures were scored, or every n-th photo where the head says so.",
        _pooled(scores),
        "\n`realsense` is a room that training never saw; the held-out frames of the other two "
        "rooms are a later block of the same rooms.\n",
        _views(scores),
        "\nRegions, against labels by rules and teachers (not by people), on held-out photos:\n",
        _regions(scores, facts["trusted"]),
        "\n## Limits\n",
        "- Right in the large, but it changes within one thing and steps a little beside its "
        "outline: scenes blur it, and take steps from sky, persons and subject (`scene` above). On "
        "stereo pairs it is hardly better than the layout's guess. `--depth-model classical` does "
        "without it.",
        "- Trained in one run of about 10,000 steps of 96 pictures, 19 minutes on a GPU, cut off "
        "at nine tenths of its schedule, in which it learned labels by heart: the error on the "
        "teacher's photos was lowest after 2,400 steps. Then all but the trunk was trained on for "
        "1,079 steps of 8 on a CPU, from the labels and the mean of its own maps and a second "
        "run's, which isn't shipped: by a script of the losses of `training.tune` that ran trunk "
        "and second network by onnxruntime, normalisation folded in. As both ends are times, no "
        "command gives the same weights again.",
        "- Labels of rooms are a fifth of a vertical ramp and four fifths the teacher's, which is "
        "weak there: what the photos of rooms (`houses-rooms`) score is agreement with it.",
        "- Whether ImageNet's own photos among the held-out ones were seen when the trunk learned "
        "ImageNet's classes isn't known; their depth wasn't.",
        "- Order and shape, not metres: scale and shift are unknown.",
        "- At best as good as its teacher outdoors, and weaker on what that doesn't know: "
        "paintings, mirrors, glass, dark rooms, macro shots.",
        "- Two rooms of real depth are few: an unusual room may come out as a ramp.",
        "- Region labels were made by rules. Only the regions named as trusted are used; the "
        "subject is a hint. Water was labelled in 53 photos and in rendered scenes: too little to "
        "be trusted, a hint.\n",
        "## Make it anew\n",
        "`training/README.md`; the numbers above come from `python -m training.evaluate`.\n",
    ]
    return "\n".join(parts)


def _errors(scores: Mapping[str, Any]) -> str:
    columns = [name for name in ("ramp", "classical", "learned") if name in scores]
    rows = scores["learned"]["whdr_percent"]
    heads = [_head(name, scores[name].get("every", scores.get("every", 1))) for name in columns]
    lines = ["| | " + " | ".join(heads) + " |", "|---" * (len(columns) + 1) + "|"]
    for source in rows:
        cells = " | ".join(f"{scores[name]['whdr_percent'][source]:.1f}" for name in columns)
        lines.append(f"| {source} | {cells} |")
    return "\n".join(lines)


def _head(name: str, every: int) -> str:
    return name if every == 1 else f"{name} (every {every}.)"


def _pooled(scores: Mapping[str, Any]) -> str:
    """All pictures of a kind of truth together, where that was measured."""
    lines = []
    for name in ("ramp", "classical", "learned", "scene"):
        pools = dict(scores.get(name, {}).get("whdr_pooled_percent", {}))
        if pools:
            every = pools.pop("every")
            which = "all photos" if every == 1 else f"every {every}. photo"
            shares = ", ".join(f"{pool} {error:.1f}" for pool, error in pools.items())
            lines.append(f"- {name} ({which}): {shares}")
    return "\n".join(["\nAll pictures of a kind together:\n", *lines]) if lines else ""


def _views(scores: Mapping[str, Any]) -> str:
    if "stereo_mean_psnr_ssim" not in scores["learned"]:
        return ""
    lines = [
        "Novel views of 23 stereo pairs (`benchmarks/stereo.py`), mean PSNR and SSIM by each map "
        "alone:\n"
    ]
    for name in ("ramp", "classical", "learned"):
        value, likeness = scores[name]["stereo_mean_psnr_ssim"]
        lines.append(f"- {name}: {value:.2f} dB, {likeness:.3f}")
    for name in ("classical", "learned"):
        share = scores[name]["edges_percent"]
        lines.append(f"- strong edges within 2 px of a contour, {name}: {share:.0f} %")
    return "\n".join(lines)


def _regions(scores: Mapping[str, Any], trusted: Sequence[str]) -> str:
    lines = ["| | IoU | precision | recall | trusted |", "|---|---|---|---|---|"]
    for name, found in scores["regions"].items():
        values = " | ".join(f"{found[key]:.2f}" for key in ("iou", "precision", "recall"))
        lines.append(f"| {name} | {values} | {'yes' if name in trusted else 'no'} |")
    return "\n".join(lines)

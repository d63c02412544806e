"""Write a trained network as ONNX, with the description and the model card that ship beside it.

``python -m training.export --checkpoint $KINORA_TRAINING_DIR/geometry/first.pt --to x.onnx`` writes
the network; with ``--scores`` (of ``training.evaluate``) also ``x.json`` and the card ``x.md``. The
default place is ``src/kinora/weights/geometry.onnx``. Weights are
stored as 16-bit floats and computed with as 32-bit ones; normalisation layers stay as they are,
so that ``weights_of`` gives back all that is needed to go on training.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from pathlib import Path
from typing import Final

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from training.common.paths import WEIGHTS
from training.depth.card import card, describe, shipped_facts
from training.depth.model import REGIONS, GeometryNet, enlarged

OPSET: Final = 17
_SMALL: Final = 16  # weights that are fewer stay 32-bit


class _Exported(nn.Module):
    """All outputs at the picture's size, probabilities instead of logits."""

    def __init__(self, net: GeometryNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        disparity, regions, certainty = self.net(image)
        return (
            enlarged(disparity, 2),
            enlarged(torch.sigmoid(regions), 4),
            enlarged(torch.sigmoid(certainty), 4),
        )


def export(net: GeometryNet, path: Path) -> None:
    """Write ``net`` to ``path``."""
    outputs = ["disparity", "regions", "certainty"]
    sides = {2: "height", 3: "width"}
    path.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        # Paddings are exported as a reversed slice, which whoever loads the file folds.
        warnings.filterwarnings("ignore", "Constant folding", category=UserWarning)
        torch.onnx.export(
            _Exported(net.eval()),
            (torch.rand(1, 3, 192, 256),),
            str(path),
            input_names=["image"],
            output_names=outputs,
            dynamic_axes=dict.fromkeys(["image", *outputs], sides),
            opset_version=OPSET,
            training=torch.onnx.TrainingMode.PRESERVE,
            do_constant_folding=False,
            dynamo=False,
        )
    model = onnx.load(str(path))
    _halve(model)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, str(path))


def _halve(model: onnx.ModelProto) -> None:
    """Store the weights as 16-bit floats and cast them where they are used."""
    graph = model.graph
    casts, kept = [], []
    for tensor in graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or values.size < _SMALL:
            kept.append(tensor)
            continue
        stored = f"{tensor.name}.half"
        kept.append(numpy_helper.from_array(values.astype(np.float16), stored))
        casts.append(helper.make_node("Cast", [stored], [tensor.name], to=TensorProto.FLOAT))
    del graph.initializer[:]
    graph.initializer.extend(kept)
    nodes = list(graph.node)
    del graph.node[:]
    graph.node.extend([*casts, *nodes])


def weights_of(path: Path) -> dict[str, Tensor]:
    """The parameters in an exported file, by the names that `GeometryNet` gives them.

    Args:
        path: of the file.

    Raises:
        ValueError: the file holds another network.
    """
    found: dict[str, Tensor] = {}
    for tensor in onnx.load(str(path)).graph.initializer:
        name = tensor.name.removesuffix(".half").removeprefix("net.")
        values = numpy_helper.to_array(tensor)
        found[name] = torch.from_numpy(values.astype(np.float32))
    own = GeometryNet().state_dict()
    missing = [name for name in own if name not in found and "num_batches" not in name]
    if missing:
        raise ValueError(f"{path} has no {missing[0]}; it isn't an export of this network")
    return {name: found.get(name, value) for name, value in own.items()}


def main(arguments: list[str] | None = None) -> int:
    """Export a checkpoint."""
    shipped = shipped_facts()
    parser = argparse.ArgumentParser(
        description="Export the geometry network.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--checkpoint", type=Path, help="leave it out to describe a file anew")
    parser.add_argument("--to", type=Path, default=WEIGHTS / "geometry.onnx")
    parser.add_argument("--scores", type=Path, help="what training.evaluate wrote of the file")
    parser.add_argument("--version", default=shipped["version"])
    parser.add_argument("--long-side", type=int, default=shipped["input"]["long_side"])
    parser.add_argument("--trusted", nargs="*", choices=REGIONS, default=shipped["trusted"])
    options = parser.parse_args(arguments)
    if options.checkpoint:
        state = torch.load(options.checkpoint, map_location="cpu", weights_only=True)
        net = GeometryNet()
        net.load_state_dict(state["average"])
        export(net, options.to)
    if options.scores:
        facts = describe(
            options.to,
            version=options.version,
            trusted=options.trusted,
            long_side=options.long_side,
            scores=json.loads(options.scores.read_text()),
        )
        options.to.with_suffix(".json").write_text(json.dumps(facts, indent=1) + "\n")
        options.to.with_suffix(".md").write_text(card(facts))
    return 0


if __name__ == "__main__":
    sys.exit(main())

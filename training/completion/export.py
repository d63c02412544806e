"""Write the trained network as ``completion.onnx`` with its description and model card.

``python -m training.completion.export`` takes the averaged weights of a run (``average.pt``). They
are stored as 16-bit floats and cast when the file is loaded; all arithmetic is 32-bit.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from training.common.paths import WEIGHTS, training_dir
from training.completion.card import card, describe
from training.completion.model import ERROR_SCALE, MULTIPLE, CompletionNet

#: ONNX operator set.
OPSET = 17
OUTPUTS = ("color", "filled_disparity", "certainty")


class _Exported(nn.Module):
    """The network with the outputs that the scene reads."""

    def __init__(self, net: CompletionNet) -> None:
        super().__init__()
        self.net = net

    def forward(
        self, image: Tensor, hole: Tensor, disparity: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        found = self.net(image, hole, disparity)
        certainty = torch.exp(-found.error / ERROR_SCALE)
        return found.color.clamp(0.0, 1.0), found.disparity.clamp(0.0, 1.0), certainty


def export(net: CompletionNet, path: Path) -> None:
    """Write ``net`` with free height, width and number of pictures."""
    side = 4 * MULTIPLE
    example = (torch.rand(1, 3, side, side), torch.zeros(1, 1, side, side))
    axes = {0: "n", 2: "h", 3: "w"}
    names = ("image", "hole", "disparity")
    torch.onnx.export(
        _Exported(net.eval()),
        (*example, torch.rand(1, 1, side, side)),
        str(path),
        dynamo=False,
        opset_version=OPSET,
        input_names=list(names),
        output_names=list(OUTPUTS),
        dynamic_axes=dict.fromkeys((*names, *OUTPUTS), axes),
    )
    model = onnx.load(str(path))
    halve(model)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def halve(model: onnx.ModelProto) -> None:
    """Store the larger 32-bit weights as 16-bit floats, each with a cast behind it."""
    graph = model.graph
    casts = []
    for entry in graph.initializer:
        entry.name = entry.name.removeprefix("net.")
        if entry.data_type != TensorProto.FLOAT or np.prod(entry.dims) < 8:
            continue
        name = entry.name
        values = numpy_helper.to_array(entry).astype(np.float16)
        entry.CopyFrom(numpy_helper.from_array(values, name))
        casts.append(
            helper.make_node("Cast", [name], [f"{name}.full"], f"{name}.cast", to=TensorProto.FLOAT)
        )
    full = {cast.input[0]: cast.output[0] for cast in casts}
    for node in graph.node:
        node.input[:] = [
            full.get(name.removeprefix("net."), name.removeprefix("net.")) for name in node.input
        ]
    nodes = list(graph.node)
    del graph.node[:]
    graph.node.extend(casts + nodes)


def main() -> int:
    """Export the run's averaged weights."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--run", default="base")
    parser.add_argument("--to", type=Path, default=WEIGHTS / "completion.onnx")
    parser.add_argument("--metrics", type=Path, help="JSON that the evaluation wrote")
    options = parser.parse_args()
    checkpoint = training_dir() / "completion" / options.run / "average.pt"
    kept = torch.load(checkpoint, map_location="cpu", weights_only=True)
    net = CompletionNet()
    net.load_state_dict(kept["mean"])
    export(net, options.to)
    metrics = json.loads(options.metrics.read_text()) if options.metrics else {}
    about = describe(
        options.to,
        multiple=MULTIPLE,
        error_scale=ERROR_SCALE,
        metrics={"steps": kept["step"], **metrics},
    )
    options.to.with_suffix(".json").write_text(json.dumps(about, indent=2) + "\n")
    parameters = sum(parameter.numel() for parameter in net.parameters())
    options.to.with_suffix(".md").write_text(card(about, parameters=parameters))
    print(f"{options.to}: {about['bytes']} bytes after {kept['step']} steps")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Tiny networks of known answers, built as ONNX files."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from kinora.weights.weights import Weights

_FLOAT = TensorProto.FLOAT
CLASSES = frozenset({"sky", "subject", "ground", "vegetation", "water"})


def save_geometry(
    path: Path,
    *,
    certainty: float = 1.0,
    contrast: float = 1.0,
    size: tuple[int, int] | None = None,
) -> Path:
    """A network for geometry whose answers can be told from the picture.

    Disparity: rises from 0 at the top to 0.7 at the bottom, plus 0.3 times the brightness, all of
    it times ``contrast``, about 0.5. Sky: where blue exceeds red; subject: where red exceeds blue;
    ground: the lowest quarter; vegetation: where green exceeds both; water: nowhere.

    Args:
        path: where to.
        certainty: what it says of itself everywhere.
        contrast: 0 for a flat map.
        size: height and width, if it takes no other.
    """
    nodes = [
        *_node("ReduceMean", ["image"], "grey", axes=[1]),
        *_node("Mul", ["grey", "zero"], "nought"),
        *_node("Add", ["nought", "one"], "ones"),
        *_node("CumSum", ["ones", "rows"], "row"),
        *_node("ReduceMax", ["row"], "last", axes=[2]),
        *_node("Div", ["row", "last"], "ramp"),
        *_node("Mul", ["ramp", "ramp_share"], "rise"),
        *_node("Mul", ["grey", "grey_share"], "shine"),
        *_node("Add", ["rise", "shine"], "near"),
        *_node("Sub", ["near", "half"], "centred"),
        *_node("Mul", ["centred", "contrast"], "spread"),
        *_node("Add", ["spread", "half"], "disparity"),
        helper.make_node("Split", ["image"], ["red", "green", "blue"], axis=1),
        *_chance("blue", "red", "sky"),
        *_chance("red", "blue", "subject"),
        *_chance("ramp", "three_quarters", "ground"),
        *_node("Max", ["red", "blue"], "purple"),
        *_chance("green", "purple", "vegetation"),
        *_node("Concat", ["sky", "subject", "ground", "vegetation", "nought"], "regions", axis=1),
        *_node("Add", ["nought", "sureness"], "certainty"),
    ]
    constants = {
        "zero": 0.0,
        "one": 1.0,
        "half": 0.5,
        "three_quarters": 0.75,
        "ramp_share": 0.7,
        "grey_share": 0.3,
        "contrast": contrast,
        "sureness": certainty,
        "steep": 40.0,
        "margin": 0.1,
    }
    initial = [
        numpy_helper.from_array(np.array(value, np.float32), name)
        for name, value in constants.items()
    ]
    initial.append(numpy_helper.from_array(np.array(2, np.int64), "rows"))
    sides = ["h", "w"] if size is None else list(size)
    outputs = {"disparity": 1, "regions": 5, "certainty": 1}
    return _save(
        path,
        nodes,
        initial,
        inputs={"image": [1, 3, *sides]},
        outputs={name: [1, channels, *sides] for name, channels in outputs.items()},
    )


def save_depth_anything(path: Path) -> Path:
    """A network with Depth Anything's tensors: 7 plus three times the normalised brightness."""
    nodes = [
        *_node("ReduceMean", ["pixel_values"], "grey", axes=[1], keepdims=0),
        *_node("Mul", ["grey", "three"], "near"),
        *_node("Add", ["near", "seven"], "predicted_depth"),
    ]
    initial = [
        numpy_helper.from_array(np.array(value, np.float32), name)
        for name, value in (("three", 3.0), ("seven", 7.0))
    ]
    return _save(
        path,
        nodes,
        initial,
        inputs={"pixel_values": ["b", 3, "h", "w"]},
        outputs={"predicted_depth": ["b", "h", "w"]},
    )


def save_convolutions(path: Path, *, seed: int = 0) -> Path:
    """A network for disparity of random convolutions, so that threads share sums."""
    random = np.random.default_rng(seed)
    nodes, initial, last = [], [], "image"
    for number, (wide, narrow) in enumerate([(32, 3), (48, 32), (48, 48), (1, 48)]):
        kernel = random.standard_normal((wide, narrow, 3, 3)) / np.sqrt(9 * narrow)
        initial.append(numpy_helper.from_array(kernel.astype(np.float32), f"kernel{number}"))
        nodes += _node("Conv", [last, f"kernel{number}"], f"sum{number}", pads=[1, 1, 1, 1])
        nodes += _node("Sigmoid", [f"sum{number}"], "disparity" if wide == 1 else f"out{number}")
        last = f"out{number}"
    return _save(
        path,
        nodes,
        initial,
        inputs={"image": [1, 3, "h", "w"]},
        outputs={"disparity": [1, 1, "h", "w"]},
    )


def weights_of(path: Path, *, regions: frozenset[str] = CLASSES, certain: bool = True) -> Weights:
    """The weights in ``path``, all of whose answers are to be believed unless said otherwise."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return Weights(
        id=path.stem, version="1", path=path, sha256=digest, regions=regions, certain=certain
    )


def describe(path: Path, **changes: object) -> Path:
    """Write the description beside shipped weights; ``None`` leaves a field out."""
    about = {
        "id": "tiny-geometry",
        "version": "1",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "bytes": path.stat().st_size,
        "licence": "Apache-2.0",
        "trusted": ["sky"],
        "certainty": True,
        **changes,
    }
    kept = {name: value for name, value in about.items() if value is not None}
    path.with_suffix(".json").write_text(json.dumps(kept))
    return path


def _node(kind: str, inputs: list[str], output: str, **attributes: object) -> list[onnx.NodeProto]:
    return [helper.make_node(kind, inputs, [output], **attributes)]


def _chance(more: str, less: str, name: str) -> list[onnx.NodeProto]:
    """``name`` is nearly 1 where ``more`` exceeds ``less`` by a margin, nearly 0 elsewhere."""
    return [
        *_node("Sub", [more, less], f"{name}_apart"),
        *_node("Sub", [f"{name}_apart", "margin"], f"{name}_over"),
        *_node("Mul", [f"{name}_over", "steep"], f"{name}_steep"),
        *_node("Sigmoid", [f"{name}_steep"], name),
    ]


def _save(
    path: Path,
    nodes: list[onnx.NodeProto],
    initial: list[onnx.TensorProto],
    *,
    inputs: dict[str, list[int | str]],
    outputs: dict[str, list[int | str]],
) -> Path:
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(name, _FLOAT, shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info(name, _FLOAT, shape) for name, shape in outputs.items()],
        initial,
    )
    opset = helper.make_opsetid("", 17)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=8)
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
    return path

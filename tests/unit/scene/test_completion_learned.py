from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from kinora.errors import ModelError
from kinora.scene.completion.learned import LearnedCompletion
from kinora.weights.weights import Weights

HEIGHT, WIDTH = 90, 130  # no multiples of 16
_FLOAT = TensorProto.FLOAT


def save(
    path: Path,
    nodes: list[onnx.NodeProto],
    *,
    inputs: dict[str, list[object]],
    outputs: dict[str, list[object]],
    constants: dict[str, float],
) -> Weights:
    def tensors(shapes: dict[str, list[object]]) -> list[onnx.ValueInfoProto]:
        return [helper.make_tensor_value_info(n, _FLOAT, shape) for n, shape in shapes.items()]

    initial = [
        numpy_helper.from_array(np.array(value, np.float32), name)
        for name, value in constants.items()
    ]
    graph = helper.make_graph(nodes, "test", tensors(inputs), tensors(outputs), initial)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, str(path))
    return Weights(id="test", path=path, sha256=hashlib.sha256(path.read_bytes()).hexdigest())


@pytest.fixture
def own(tmp_path: Path) -> LearnedCompletion:
    """Answers green = the hole, blue = the greatest disparity it was told, red = what it saw."""
    free: list[object] = [1, 1, "h", "w"]
    nodes = [
        helper.make_node("ReduceMean", ["image"], ["red"], axes=[1]),
        helper.make_node("Mul", ["hole", "half"], ["green"]),
        helper.make_node("ReduceMax", ["disparity"], ["nearest"]),
        helper.make_node("Mul", ["hole", "zero"], ["nought"]),
        helper.make_node("Add", ["nought", "nearest"], ["blue"]),
        helper.make_node("Concat", ["red", "green", "blue"], ["color"], axis=1),
        helper.make_node("Mul", ["hole", "sure"], ["certainty"]),
    ]
    weights = save(
        tmp_path / "own.onnx",
        nodes,
        inputs={"image": [1, 3, "h", "w"], "hole": free, "disparity": free},
        outputs={"color": [1, 3, "h", "w"], "certainty": free},
        constants={"half": 0.5, "zero": 0.0, "sure": 0.7},
    )
    return LearnedCompletion(weights)


@pytest.fixture
def picture() -> np.ndarray:
    return np.random.default_rng(2).random((HEIGHT, WIDTH, 3)).astype(np.float32)


@pytest.fixture
def hole() -> np.ndarray:
    mask = np.zeros((HEIGHT, WIDTH), dtype=bool)
    mask[30:50, 100:130] = True
    return mask


def test_the_answer_fills_the_hole_and_nothing_else(
    own: LearnedCompletion, picture: np.ndarray, hole: np.ndarray
) -> None:
    found = own.expect(picture, hole, np.full(hole.shape, 2.0, np.float32))
    assert np.array_equal(found.picture[~hole], picture[~hole])
    assert np.allclose(found.picture[hole], (0.0, 0.5, 1.0))  # red: it saw nothing there
    assert np.allclose(found.certainty, np.where(hole, 0.7, 0.0))


def test_only_known_disparity_is_told_and_its_range_is_taken_off(
    own: LearnedCompletion, picture: np.ndarray, hole: np.ndarray
) -> None:
    guide = np.where(hole, 9.0, 0.5).astype(np.float32)
    found = own.expect(picture, hole, guide)
    assert np.allclose(found.picture[hole][:, 2], 1.0)


@pytest.mark.parametrize("everything", [False, True])
def test_without_a_hole_or_without_a_picture_nothing_is_expected(
    own: LearnedCompletion, picture: np.ndarray, everything: bool
) -> None:
    hole = np.full((HEIGHT, WIDTH), everything)
    found = own.expect(picture, hole, np.ones(hole.shape, np.float32))
    assert np.array_equal(found.picture, picture)
    assert not found.certainty.any()


def test_networks_of_lamas_interface_run_at_their_own_size(
    tmp_path: Path, picture: np.ndarray, hole: np.ndarray
) -> None:
    nodes = [
        helper.make_node("Mul", ["mask", "level"], ["grey"]),
        helper.make_node("Concat", ["grey", "grey", "grey"], ["output"], axis=1),
    ]
    weights = save(
        tmp_path / "lama.onnx",
        nodes,
        inputs={"image": [1, 3, 64, 64], "mask": [1, 1, 64, 64]},
        outputs={"output": [1, 3, 64, 64]},
        constants={"level": 204.0},
    )
    found = LearnedCompletion(weights).expect(picture, hole, np.ones(hole.shape, np.float32))
    assert np.array_equal(found.picture[~hole], picture[~hole])
    assert np.allclose(found.picture[hole].mean(), 0.8, atol=0.02)
    assert np.array_equal(found.certainty, hole.astype(np.float32))


def test_a_network_for_something_else_is_refused_by_its_inputs(
    tmp_path: Path, picture: np.ndarray, hole: np.ndarray
) -> None:
    weights = save(
        tmp_path / "other.onnx",
        [helper.make_node("Identity", ["sound"], ["text"])],
        inputs={"sound": [1, 1]},
        outputs={"text": [1, 1]},
        constants={},
    )
    with pytest.raises(ModelError, match="its inputs are sound"):
        LearnedCompletion(weights).expect(picture, hole, np.ones(hole.shape, np.float32))


def test_identity_is_that_of_the_weights(own: LearnedCompletion) -> None:
    assert own.identity.startswith("test@")

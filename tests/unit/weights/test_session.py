from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.support.networks import save_convolutions, save_geometry, weights_of

from kinora.errors import ModelError, exit_code
from kinora.weights.session import Session, open_session

PICTURE = np.random.default_rng(7).random((1, 3, 64, 96), dtype=np.float32)


def test_a_network_says_what_it_takes_and_gives(tmp_path: Path) -> None:
    session = open_session(weights_of(save_geometry(tmp_path / "a.onnx")))
    assert session.inputs == {"image": (1, 3, None, None)}
    assert session.outputs == ("disparity", "regions", "certainty")
    (found,) = session.run({"image": PICTURE}, ("disparity",))
    assert found.shape == (1, 1, 64, 96)
    assert found.dtype == np.float32


def test_it_is_loaded_once(tmp_path: Path) -> None:
    weights = weights_of(save_geometry(tmp_path / "a.onnx"))
    assert open_session(weights) is open_session(weights)
    other = weights_of(save_geometry(tmp_path / "b.onnx", contrast=0.5))
    assert open_session(other) is not open_session(weights)


def test_the_number_of_threads_changes_no_bit(tmp_path: Path) -> None:
    weights = weights_of(save_convolutions(tmp_path / "a.onnx"))
    found = [
        Session(weights, threads=threads).run({"image": PICTURE}, ("disparity",))[0]
        for threads in (1, 2, 3, 4)
    ]
    assert found[0].std() > 1e-3
    assert all(np.array_equal(found[0], other) for other in found[1:])


def test_damaged_weights_are_refused_by_their_checksum(tmp_path: Path) -> None:
    path = save_geometry(tmp_path / "a.onnx")
    weights = weights_of(path)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(ModelError, match="damaged") as caught:
        Session(weights)
    assert exit_code(caught.value) == 7


def test_missing_weights_are_a_clear_error(tmp_path: Path) -> None:
    weights = weights_of(save_geometry(tmp_path / "a.onnx"))
    with pytest.raises(ModelError, match="can't be read: No such file"):
        Session(replace(weights, path=tmp_path / "gone.onnx"))


@pytest.mark.parametrize("content", [b"", b"not a network", b"\x08\x08" * 40])
def test_what_is_no_network_is_a_clear_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="can't be loaded"):
        Session(weights_of(path))


def test_an_input_of_another_shape_is_a_clear_error(tmp_path: Path) -> None:
    session = Session(weights_of(save_geometry(tmp_path / "a.onnx", size=(32, 32))))
    with pytest.raises(ModelError, match="failed"):
        session.run({"image": PICTURE}, ("disparity",))


def test_what_is_not_finite_is_a_clear_error(tmp_path: Path) -> None:
    session = Session(weights_of(save_geometry(tmp_path / "a.onnx")))
    with pytest.raises(ModelError, match="isn't finite"):
        session.run({"image": np.full_like(PICTURE, np.nan)}, ("disparity",))


def test_onnxruntime_is_imported_with_the_first_network_only() -> None:
    script = (
        "import sys, kinora.wiring, kinora.cli.models;"
        "from kinora.settings import load_settings;"
        "kinora.wiring.build_sight(load_settings());"
        "print('onnxruntime' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr

"""Weights into and out of ONNX files."""

from __future__ import annotations

from pathlib import Path

import onnx
import torch
from onnx import numpy_helper

from training.completion.model import CompletionNet


def load_onnx(net: CompletionNet, path: Path) -> None:
    """Read the weights of an exported file into ``net``.

    Args:
        net: gets the weights.
        path: as `training.completion.export` writes it: initialisers named as the parameters.

    Raises:
        KeyError: the file lacks a parameter of ``net``.
    """
    stored = {entry.name: entry for entry in onnx.load(str(path)).graph.initializer}
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            values = numpy_helper.to_array(stored[name]).astype("float32")
            parameter.copy_(torch.from_numpy(values.copy()))

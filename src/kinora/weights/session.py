"""Networks that can be run: ONNX files in onnxruntime, on the CPU.

onnxruntime is imported with the first network, not before.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from kinora.errors import ModelError
from kinora.weights.weights import Weights, check

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Threads inside one operator. Fixed, and more hardly help networks as small as ours; the results
#: don't depend on it, which a test checks.
THREADS: Final = 2
_ERRORS_ONLY: Final = 3  # of onnxruntime's severities
# What onnxruntime raises has no common base.
_FAILURES: Final = (
    "EPFail",
    "EngineError",
    "Fail",
    "InvalidArgument",
    "InvalidGraph",
    "InvalidProtobuf",
    "NoModel",
    "NoSuchFile",
    "NotFound",
    "NotImplemented",
    "RuntimeException",
)
_OPENING = threading.Lock()


class Session:
    """A network, loaded. Safe for several threads."""

    def __init__(self, weights: Weights, *, threads: int = THREADS) -> None:
        """Check the weights and load them.

        Raises:
            ModelError: they are damaged, or onnxruntime can't run them.
        """
        check(weights)
        import onnxruntime
        from onnxruntime.capi import onnxruntime_pybind11_state as state

        self._weights = weights
        self._failures = tuple(getattr(state, name) for name in _FAILURES if hasattr(state, name))
        onnxruntime.set_default_logger_severity(_ERRORS_ONLY)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = _ERRORS_ONLY
        options.enable_cpu_mem_arena = False  # photos differ in shape, and an arena only grows
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        try:
            self._session: Any = onnxruntime.InferenceSession(
                str(weights.path), options, providers=["CPUExecutionProvider"]
            )
        except self._failures as error:
            raise ModelError(f"The network {weights.path} can't be loaded: {error}") from error

    @property
    def weights(self) -> Weights:
        """What it was loaded from."""
        return self._weights

    @property
    def inputs(self) -> dict[str, tuple[int | None, ...]]:
        """Name and shape of each input; None where a length is free."""
        return {node.name: _shape(node.shape) for node in self._session.get_inputs()}

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the outputs."""
        return tuple(node.name for node in self._session.get_outputs())

    def run(
        self, feeds: Mapping[str, NDArray[Any]], outputs: tuple[str, ...]
    ) -> list[NDArray[np.float32]]:
        """The named outputs for these inputs, as float32.

        Raises:
            ModelError: onnxruntime failed, or an output isn't finite.
        """
        import numpy as np

        try:
            found = self._session.run(list(outputs), dict(feeds))
        except self._failures as error:
            raise ModelError(f"The network {self._weights.path} failed: {error}") from error
        arrays = [np.asarray(array, dtype=np.float32) for array in found]
        if not all(np.isfinite(array).all() for array in arrays):
            raise ModelError(f"The network {self._weights.path} answered what isn't finite.")
        return arrays


def _shape(shape: list[object]) -> tuple[int | None, ...]:
    return tuple(length if isinstance(length, int) else None for length in shape)


def open_session(weights: Weights) -> Session:
    """The network of these weights; loaded once per process.

    Raises:
        ModelError: as for `Session`.
    """
    with _OPENING:  # else two threads would both load it
        return _opened(weights)


@lru_cache(maxsize=4)
def _opened(weights: Weights) -> Session:
    return Session(weights)

"""Kernels load what lies apart one by one."""

from __future__ import annotations

import numpy as np
import pytest
from numba import config

from kinora.jit import njit


def test_kernels_are_compiled_without_gathers() -> None:
    if "+prefer-no-gather" not in (getattr(config, "CPU_FEATURES", None) or ""):
        pytest.skip("this processor, or this LLVM, has no choice")

    @njit
    def picked(values, places, out):  # type: ignore[no-untyped-def]
        for i in range(np.uint64(out.shape[0])):
            out[i] = values[np.uint64(places[i])] * np.float32(3.0)

    values, places = np.arange(64, dtype=np.float32), np.arange(60, 0, -2, dtype=np.uint32)
    out = np.zeros(len(places), np.float32)
    picked(values, places, out)
    assert (out == 3.0 * values[places]).all()
    (code,) = picked.inspect_asm().values()
    assert "vpgather" not in code
    assert "vgather" not in code

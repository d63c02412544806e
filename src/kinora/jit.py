"""numba's `njit`, which every compiled kernel uses: set up to load what lies apart one by one.

x86 has instructions that gather values from several places at once. Since processors guard against
leaks through them (Intel-SA-00828, 2023) they may take longer than as many single loads, and guests
of a virtual machine can't tell. LLVM does without where it is told to; results are the same.
"""

from __future__ import annotations

from typing import Any, Final

from llvmlite.binding import llvm_version_info
from numba import config, njit

__all__ = ["HELPER", "KERNEL", "njit"]

#: Options of a kernel that Python calls. No fast arithmetic: results don't hang on the machine.
KERNEL: Final[dict[str, Any]] = {"nogil": True, "cache": True, "error_model": "numpy"}
#: Of what only kernels call: without the wrappers that Python would call.
HELPER: Final[dict[str, Any]] = {
    "error_model": "numpy",
    "no_cpython_wrapper": True,
    "no_cfunc_wrapper": True,
}

_FEATURES: Final = "CPU_FEATURES"
_ALONE: Final = "+prefer-no-gather"
#: LLVM's first release that numba comes with and that knows it.
_KNOWN_FROM: Final = 20


def _load_one_by_one() -> None:
    """Say so before anything is compiled; ``NUMBA_CPU_FEATURES`` of the caller's wins."""
    try:
        from numba.core.codegen import get_host_cpu_features
    except ImportError:  # internal to numba; without it kernels run slower
        return
    features = str(get_host_cpu_features())  # type: ignore[no-untyped-call,unused-ignore]
    given = getattr(config, _FEATURES, None)
    if given is None and "+avx2" in features and llvm_version_info[0] >= _KNOWN_FROM:
        setattr(config, _FEATURES, f"{features},{_ALONE}")


_load_one_by_one()

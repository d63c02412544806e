"""How kernels are compiled: nogil, cached on disk, arguments assumed not to overlap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kinora.jit import njit

# Values are finite and rounding stays in order, so the same inputs give the same pixels.
_FASTMATH = {"contract", "nnan", "ninf", "nsz"}


def _no_alias_pipeline() -> dict[str, Any]:
    """Keyword that tells LLVM that array arguments don't overlap, so that it vectorises.

    The seam is internal to numba; without it kernels run slower with the same result.
    """
    try:
        from numba.core.compiler import CompilerBase, DefaultPassBuilder
        from numba.core.compiler import Flags as _Flags
    except ImportError:
        return {}
    if not hasattr(_Flags, "noalias"):
        return {}

    class NoAlias(CompilerBase):  # type: ignore[misc,no-any-unimported,unused-ignore]  # numba ships no types
        def define_pipelines(self) -> list[Any]:
            self.state.flags.noalias = True
            passes: Callable[..., Any] = DefaultPassBuilder.define_nopython_pipeline
            return [passes(self.state)]

    return {"pipeline_class": NoAlias}


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile ``function`` for use in the frame loop."""
    return _compiled(function, cache=True)


def helper(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile ``function`` for use by kernels only: without the wrappers that Python would call."""
    return _compiled(function, no_cpython_wrapper=True, no_cfunc_wrapper=True)


def inlined(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same, copied into its callers: for short runs, a call takes as long as dozens of pixels.

    Kernels take longer to compile by it.
    """
    return _compiled(function, no_cpython_wrapper=True, no_cfunc_wrapper=True, forceinline=True)


def _compiled(function: Callable[..., Any], **how: bool) -> Callable[..., Any]:
    options = {**_no_alias_pipeline(), "fastmath": _FASTMATH, **how}
    compiled: Callable[..., Any] = njit(nogil=True, error_model="numpy", **options)(function)
    return compiled

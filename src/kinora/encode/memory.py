"""Keeps peak memory flat in the length of a clip, and free of what was done before it."""

from __future__ import annotations

import ctypes
import sys

_M_MMAP_THRESHOLD = -3  # of malloc.h
_BIG_BUFFER = 1 << 20  # bytes


def keep_memory_flat() -> None:
    """Have glibc hand freed memory back to the system: what is free now, and big buffers from now.

    Its threshold for big buffers grows with those it sees. So what reading and analysing a photo
    freed stays in the heap, in pieces too small for an encoder, and what one encoder frees does
    while the next one takes new memory. Holds for the whole process. Other C libraries have no such
    knobs and need none.
    """
    if sys.platform != "linux":
        return
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt") and hasattr(library, "malloc_trim"):
        library.mallopt(_M_MMAP_THRESHOLD, _BIG_BUFFER)
        library.malloc_trim(0)

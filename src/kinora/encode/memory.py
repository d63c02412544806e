"""Keeps peak memory flat in the length of a clip, and free of what was done before it."""

from __future__ import annotations

import ctypes
import sys

_M_MMAP_THRESHOLD = -3  # of malloc.h
_BIG_BUFFER = 1 << 20  # bytes
_ITS_OWN_LIMIT = 32 << 20  # bytes, to which glibc lets its threshold grow by itself

_flat = False  # whether freed big buffers go back to the system


def keep_memory_flat() -> None:
    """Have glibc hand freed memory back to the system: what is free now, and big buffers from now.

    Its threshold for big buffers grows with those it sees. So what reading and analysing a photo
    freed stays in the heap, in pieces too small for an encoder, and what one encoder frees does
    while the next one takes new memory. Holds for the whole process. Other C libraries have no such
    knobs and need none.
    """
    global _flat
    library = _glibc()
    if library is not None:
        library.mallopt(_M_MMAP_THRESHOLD, _BIG_BUFFER)
        library.malloc_trim(0)
        _flat = True


def let_memory_be_reused() -> None:
    """Undo `keep_memory_flat` for the next clip of this process, until that is encoded.

    Before anything is encoded big buffers come and go by the hundred. A new process keeps most of
    them; from the system they would come cleared each time, which takes a fifth longer in all.
    """
    global _flat
    library = _glibc() if _flat else None
    if library is not None:
        library.mallopt(_M_MMAP_THRESHOLD, _ITS_OWN_LIMIT)
        _flat = False


def _glibc() -> ctypes.CDLL | None:
    """The C library, where it has what is needed here."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None)
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None

"""Keeps peak memory flat in the length of a clip."""

from __future__ import annotations

import ctypes
import sys

_M_MMAP_THRESHOLD = -3  # of malloc.h
_BIG_BUFFER = 1 << 20  # bytes


def keep_memory_flat() -> None:
    """Have glibc hand big buffers back to the system as soon as they are freed.

    By default its threshold for that grows with the buffers it sees, and those of one encoder then
    stay in the heap, in pieces, while the next one takes new memory. Holds for the whole process.
    Other C libraries have no such knob and need none.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _BIG_BUFFER)

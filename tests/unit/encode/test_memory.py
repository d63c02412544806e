"""Memory that earlier stages freed isn't kept beside the encoder's, but reused before it."""

from __future__ import annotations

import platform
import resource
from pathlib import Path

import pytest

from kinora.encode.memory import keep_memory_flat, let_memory_be_reused

only_glibc = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="only glibc holds freed memory back"
)


@only_glibc
def test_freed_memory_goes_back_to_the_system() -> None:
    pieces = [bytes([1]) * 100_000 for _ in range(1000)]  # too small for glibc to map each one
    last = bytes([1]) * 100_000  # lies above them, so that the heap can't shrink from its end
    del pieces
    before = _resident_megabytes()
    keep_memory_flat()
    assert len(last) == 100_000
    assert before - _resident_megabytes() > 60


@only_glibc
def test_the_next_clip_may_reuse_memory_until_it_is_encoded() -> None:
    keep_memory_flat()
    fresh = _pages_of_another_buffer()
    let_memory_be_reused()
    reused = _pages_of_another_buffer()
    keep_memory_flat()
    assert fresh > 1000
    assert reused < 100
    assert _pages_of_another_buffer() > 1000


def _pages_of_another_buffer() -> int:
    """How many pages the system has to give when a buffer of 8 MB is freed and taken once more."""
    first = bytes([1]) * 8_000_000
    above = [bytes([1]) * 100_000 for _ in range(10)]  # so that the heap can't shrink from its end
    del first
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    second = bytes([1]) * 8_000_000
    pages = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
    assert len(second) == 8_000_000
    assert len(above) == 10
    return pages


def _resident_megabytes() -> float:
    line = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if "VmRSS" in line
    )
    return int(line.split()[1]) / 1024

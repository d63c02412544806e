"""Memory that earlier stages freed isn't kept beside the encoder's."""

from __future__ import annotations

import platform
from pathlib import Path

import pytest

from kinora.encode.memory import keep_memory_flat


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc holds freed memory back")
def test_freed_memory_goes_back_to_the_system() -> None:
    pieces = [bytes([1]) * 100_000 for _ in range(1000)]  # too small for glibc to map each one
    last = bytes([1]) * 100_000  # lies above them, so that the heap can't shrink from its end
    del pieces
    before = _resident_megabytes()
    keep_memory_flat()
    assert len(last) == 100_000
    assert before - _resident_megabytes() > 60


def _resident_megabytes() -> float:
    line = next(
        line for line in Path("/proc/self/status").read_text().splitlines() if "VmRSS" in line
    )
    return int(line.split()[1]) / 1024

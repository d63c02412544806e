"""Malformed inputs are taken or refused, never a fault; `benchmarks/fuzz.py` feeds many more."""

from __future__ import annotations

from pathlib import Path

from benchmarks.fuzz import consume, inputs

from kinora.errors import KinoraError


def test_malformed_clips_and_prompts_are_no_faults(tmp_path: Path) -> None:
    taken = refused = 0
    for kind, value in inputs(200, seed=1):  # among them what once was a fault
        if kind in ("clip", "prompt"):
            try:
                consume(kind, value, tmp_path)
                taken += 1
            except KinoraError:
                refused += 1
    assert taken + refused == 100
    assert taken > 30
    assert refused > 10

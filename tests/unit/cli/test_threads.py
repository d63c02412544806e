from __future__ import annotations

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(("told", "used"), [(None, "1"), ("2", "2")])
def test_linear_algebra_has_one_thread_unless_told_otherwise(told: str | None, used: str) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "OPENBLAS_NUM_THREADS"}
    if told is not None:
        environment["OPENBLAS_NUM_THREADS"] = told
    code = "import kinora.cli, os, sys; assert 'numpy' not in sys.modules; "
    code += "print(os.environ['OPENBLAS_NUM_THREADS'])"
    found = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == used

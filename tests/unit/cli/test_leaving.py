from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import atexit, sys, threading, time
from kinora.cli.leaving import ended
atexit.register(print, "tidied up")
threading.Thread(target=time.sleep, args=(600,), name={name!r}, daemon=True).start()
ended(lambda: sys.exit({code!r}))
"""


@pytest.mark.parametrize("name", ["kinora-kernels", "another"])
@pytest.mark.parametrize(("code", "left"), [(0, 0), (2, 2), (None, 0), ("no such thing", 1)])
def test_a_command_ends_with_its_code_whatever_compiles_beside_it(
    name: str, code: object, left: int
) -> None:
    script = SCRIPT.format(name=name, code=code)
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == left
    assert "tidied up" in ran.stdout
    assert ("no such thing" in ran.stderr) == (left == 1)


def test_no_interpreter_is_torn_down_under_a_compiler() -> None:
    script = SCRIPT.format(name="kinora-kernels", code=0) + "\nprint('not reached')"
    torn = "import weakref\nclass Thing: pass\nthing = Thing()\n"
    torn += "weakref.finalize(thing, print, 'torn down').atexit = False\n"
    ran = subprocess.run(
        [sys.executable, "-c", torn + script],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.stdout == "tidied up\n"

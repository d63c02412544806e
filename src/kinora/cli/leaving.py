"""The end of a command while threads beside it still compile kernels."""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Callable
from typing import NoReturn

#: How the names of threads begin that nobody waits for.
_OURS = "kinora-"


def ended(command: Callable[[], object]) -> None:
    """Run ``command``, which ends with `SystemExit`, and leave this process with its code.

    A thread that is in a compiler when the interpreter is torn down is cancelled within C++, which
    aborts the process ("exception not rethrown"): a refused photo would end with a signal instead
    of its exit code. So the interpreter isn't torn down then; what was registered for the exit is
    done, and written output is passed on.
    """
    try:
        command()
    except SystemExit as end:
        if not any(thread.name.startswith(_OURS) for thread in threading.enumerate()):
            raise
        _leave(end.code)


def _leave(code: object) -> NoReturn:
    atexit._run_exitfuncs()  # as at any other exit
    if isinstance(code, str):
        sys.stderr.write(f"{code}\n")
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:  # its reader went away
            continue
    os._exit(code if isinstance(code, int) else int(code is not None))

"""Where compiled kernels are kept, and the process that compiles them the first time."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from kinora.settings import Settings

_CACHE_VARIABLE = "NUMBA_CACHE_DIR"
_MODULE = "kinora.engines.parallax.warmup"
# The kernel that calls the others: once numba's cache has its index, it has all of them.
_SOURCE, _INDEX = "engines/parallax/_kernels.py", "_kernels.compose-*.nbi"

_child: subprocess.Popen[bytes] | None = None
_starting = threading.Lock()


def prepare_caches(settings: Settings) -> Path:
    """Say where compiled kernels are kept, before numba is imported; returns the folder.

    A ``NUMBA_CACHE_DIR`` of the caller's wins. Where ``settings.cache_dir`` can't be written,
    kernels are kept in a temporary folder for this process only.
    """
    if given := os.environ.get(_CACHE_VARIABLE):
        return Path(given)
    folder = settings.cache_dir / "kernels"
    if not _writable(folder):
        folder = Path(tempfile.mkdtemp(prefix="kinora-kernels-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if "numba" not in sys.modules:  # numba reads the variable once, when it is imported
        os.environ[_CACHE_VARIABLE] = str(folder)
    return folder


def compile_beside(folder: Path) -> None:
    """Start to compile kernels in a second process, unless ``folder`` has them: those of taking
    layers off a photo, then the frame loop's.

    A process compiles one kernel at a time, and this one has a photo to analyse. Where no second
    process can be had, nothing happens: kernels then compile here, when they are first needed.
    """
    global _child
    with _starting:
        if _child is not None or _compiled(folder) or "python" not in Path(sys.executable).name:
            return
        try:
            _child = subprocess.Popen(
                [sys.executable, "-m", _MODULE],
                env={**os.environ, _CACHE_VARIABLE: str(folder)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            return
        atexit.register(_child.terminate)  # it isn't to outlive a command that was refused


def wait_for_compiled() -> None:
    """Return once no second process compiles kernels any more, whatever came of it."""
    if _child is not None:
        _child.wait()


def _compiled(folder: Path) -> bool:
    """Whether there are kernels newer than their source; numba itself looks more closely."""
    written = (Path(__file__).parent / _SOURCE).stat().st_mtime
    return any(found.stat().st_mtime >= written for found in folder.glob(f"*/{_INDEX}"))


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False

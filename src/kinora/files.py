"""Files at the doors: written whole or not at all, clips read frame by frame."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kinora.errors import OutputError


def write_file(path: Path, data: bytes, *, param: str) -> Path:
    """Write ``data`` to ``path``; an existing file is replaced only once the new one is complete.

    Args:
        path: the file to write; its folder must exist.
        data: the whole content.
        param: the caller's name for the path, for the error.

    Raises:
        OutputError: the file can't be written.
    """
    return _replace_file(path, lambda unfinished: unfinished.write_bytes(data), param=param)


def copy_file(source: Path, path: Path, *, param: str) -> Path:
    """Copy ``source`` to ``path``, likewise."""
    return _replace_file(path, lambda unfinished: shutil.copyfile(source, unfinished), param=param)


def _replace_file(path: Path, fill: Callable[[Path], object], *, param: str) -> Path:
    try:
        with tempfile.TemporaryDirectory(prefix=".kinora-", dir=path.parent) as folder:
            unfinished = Path(folder) / "unfinished"
            fill(unfinished)
            unfinished.replace(path)
    except OSError as error:
        raise OutputError(
            f"{path} can't be written: {error.strerror or error}.", param=param
        ) from error
    return path


def read_frames(path: Path) -> Iterator[NDArray[np.uint8]]:
    """Decode a clip lazily into (H, W, 3) uint8 sRGB frames, in order."""
    import av

    with av.open(path) as container:
        for frame in container.decode(video=0):
            yield frame.to_ndarray(format="rgb24")

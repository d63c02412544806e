"""Files at the doors: written whole or not at all, clips read frame by frame."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from errno import EISDIR
from os import strerror
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kinora.encode.output import staged


def check_writable(path: Path) -> None:
    """Make sure, before any work is done, that ``path`` can be written.

    Raises:
        OutputError: it can't; says why.
    """
    with staged(path):
        if path.is_dir():
            raise IsADirectoryError(EISDIR, strerror(EISDIR))


def write_file(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``; an existing file is replaced only once the new one is complete.

    Raises:
        OutputError: the file can't be written; the old one stays.
    """
    with staged(path, keep=True) as unfinished:
        unfinished.write_bytes(data)


def copy_file(source: Path, path: Path) -> None:
    """Copy ``source`` to ``path``, likewise."""
    with staged(path, keep=True) as unfinished:
        shutil.copyfile(source, unfinished)


def read_frames(path: Path) -> Iterator[NDArray[np.uint8]]:
    """Decode a clip lazily into (H, W, 3) uint8 sRGB frames, in order."""
    import av

    with av.open(path) as container:
        for frame in container.decode(video=0):
            yield np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)

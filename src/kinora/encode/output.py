"""Where a clip goes: checked first, written beside its place, moved there when complete."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kinora.errors import OutputError

_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file would exceed the allowed size",
    errno.EACCES: "permission is denied",
    errno.EPERM: "permission is denied",
    errno.EROFS: "the disk is read-only",
    errno.ENOENT: "the folder doesn't exist",
    errno.ENOTDIR: "its parent isn't a folder",
    errno.EISDIR: "it is a folder",
    errno.ENAMETOOLONG: "the name is too long",
}


def output_error(path: Path, error: OSError) -> OutputError:
    """One sentence on why ``path`` can't be written."""
    reason = _REASONS.get(error.errno or 0, (error.strerror or str(error)).lower())
    return OutputError(f"Can't write {path}: {reason}.", param="output")


def check_output(path: Path) -> None:
    """Make sure, before any work is done, that an MP4 can be created at ``path``.

    Raises:
        OutputError: not an .mp4 name, a folder, a missing or unwritable parent, a full disk.
    """
    if path.suffix.lower() != ".mp4":
        raise OutputError(f"Clips are MP4 files: '{path}' must end in .mp4.", param="output")
    try:
        path.lstat()  # a name that is too long shows here
    except FileNotFoundError:
        pass
    except OSError as error:
        raise output_error(path, error) from error
    if path.is_dir():
        raise OutputError(f"Can't write {path}: it is a folder.", param="output")
    with staged(path):
        pass


def as_it_is(path: Path) -> None:
    """A finished file to which nothing more is done."""


@contextmanager
def staged(path: Path, *, keep: bool = False) -> Iterator[Path]:
    """A temporary file beside ``path``; with ``keep`` it takes its place when the block succeeds.

    Whatever happens inside the block, nothing half-written stays behind.

    Raises:
        OutputError: the file can't be created, written or moved into place.
    """
    part: Path | None = None
    try:
        handle, name = tempfile.mkstemp(
            prefix=f".{path.stem}.", suffix=".part.mp4", dir=path.parent
        )
        os.close(handle)
        part = Path(name)
        yield part
        if keep:
            part.chmod(0o666 & ~_umask())
            part.replace(path)
            part = None
    except OSError as error:
        raise output_error(path, error) from error
    finally:
        if part is not None:
            part.unlink(missing_ok=True)


def _umask() -> int:
    """The process's file mode mask (mkstemp ignores it and makes private files)."""
    mask = os.umask(0)
    os.umask(mask)
    return mask

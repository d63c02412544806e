"""The parts of a clip's sound as one file: WAV files in a ZIP archive, alike at every attempt."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import Final

from kinora.errors import OutputError

_WHEN: Final = (1980, 1, 1, 0, 0, 0)  # the earliest that ZIP can tell: times aren't part of it


def zip_stems(folder: Path) -> Path | None:
    """Put the files of ``folder`` into an archive beside it, and remove them.

    They are stored as they are: noise at 24 bits hardly gets smaller.

    Args:
        folder: of the stems; it may be empty or missing.

    Returns:
        The archive, named as the folder with ``.zip``; None: there are no stems.

    Raises:
        OutputError: it can't be written; nothing of it is left.
    """
    files = sorted(folder.glob("*.wav"))
    archive = folder.with_suffix(".zip")
    try:
        if files:
            _pack(files, archive)
    except OSError as error:
        archive.unlink(missing_ok=True)
        raise OutputError(f"The stems can't be written to {archive}: {error}.") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return archive if files else None


def _pack(files: list[Path], archive: Path) -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as out:
        for file in files:
            with file.open("rb") as source, out.open(_entry(file), "w") as entry:
                shutil.copyfileobj(source, entry)


def _entry(file: Path) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(file.name, date_time=_WHEN)
    entry.file_size = file.stat().st_size
    return entry

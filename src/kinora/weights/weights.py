"""What is known about a network's weights, wherever they lie."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from kinora.errors import InputError, ModelError

_CHUNK: Final = 1 << 20  # bytes hashed at once
_SHORT: Final = 12  # digits of a checksum that are shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """An ONNX file, and what is known about it.

    ``regions`` names the classes whose probabilities may be used, of those that the network tells
    apart; ``certain`` says whether its certainty means anything; ``long_side`` is the longer side,
    in pixels, of the pictures that it sees best, where that isn't what its kind is used to.
    """

    id: str
    path: Path
    sha256: str  # what the file must have
    version: str = ""
    licence: str = ""
    regions: frozenset[str] = frozenset()
    certain: bool = False
    long_side: int | None = None

    @property
    def label(self) -> str:
        """Which they are, in one word: ``kinora-geometry-1@3f2a9c01d2b7``."""
        return "-".join(filter(None, (self.id, self.version))) + "@" + self.sha256[:_SHORT]


def check(weights: Weights) -> None:
    """Hash the file, once per process, and compare.

    Raises:
        ModelError: it is missing, can't be read, or isn't what it should be.
    """
    found = digest_of(weights.path)
    if found != weights.sha256:
        raise ModelError(
            f"The weights {weights.path} are damaged: their SHA-256 is {found}, not "
            f"{weights.sha256}.",
            hint=f"Put the right file there: reinstall Kinora, or run 'kinora models pull' for "
            f"{weights.id}.",
        )


def digest_of(path: Path) -> str:
    """SHA-256 of a file, hexadecimal; computed again only when the file has changed.

    Raises:
        ModelError: it is missing or can't be read.
    """
    try:
        about = path.stat()
        return _digest(path, about.st_size, about.st_mtime_ns)
    except OSError as error:
        raise ModelError(f"The weights {path} can't be read: {error.strerror}.") from error


@lru_cache(maxsize=64)
def _digest(path: Path, size: int, changed: int) -> str:
    del size, changed  # only part of the key
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_CHUNK):
            digest.update(block)
    return digest.hexdigest()


def weights_at(path: Path) -> Weights:
    """The weights in an ``.onnx`` file, or in a folder that holds exactly one.

    Raises:
        InputError: there is no such file or folder, or the folder holds none or several.
        ModelError: the file can't be read.
    """
    file = path
    if path.is_dir():
        found = sorted(path.glob("*.onnx"))
        if len(found) != 1:
            raise InputError(
                f"The folder {path} holds {len(found)} .onnx files; exactly 1 is needed, or give "
                "the path of one.",
                param="model",
            )
        file = found[0]
    if not file.is_file():
        raise InputError(f"There are no weights at {path}.", param="model")
    return Weights(id=file.stem, path=file, sha256=digest_of(file))

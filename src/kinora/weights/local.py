"""Networks of the catalogue on this machine: ``FOLDER/NAME.onnx``; ``NAME.json`` on its origin.

The folder may be copied from another machine, for those that reach no network.
"""

from __future__ import annotations

import json
import string
from pathlib import Path
from typing import Any, Final

from kinora.errors import InputError, ModelError
from kinora.weights.catalogue import Entry
from kinora.weights.weights import Weights

_DIGITS: Final = 64  # of a SHA-256 in hexadecimal


def model_path(entry: Entry, folder: Path) -> Path:
    """Where the network lies, or would lie."""
    return folder / f"{entry.name}{entry.suffix}"


def installed(entry: Entry, folder: Path) -> Weights | None:
    """The weights of ``entry`` in ``folder``, or None where they aren't there; not hashed yet.

    Raises:
        ModelError: nothing says what they must hash to.
    """
    path = model_path(entry, folder)
    if not path.is_file():
        return None
    sha256 = entry.sha256 or _recorded(path.with_suffix(".json"))
    if sha256 is None:
        raise ModelError(
            f"Nothing says what the SHA-256 of {path} must be.",
            hint=f"Put it there with: kinora models pull {entry.name} --from FILE --sha256 HEX",
        )
    return Weights(
        id=entry.name, version=entry.revision[:7], path=path, sha256=sha256, licence=entry.licence
    )


def record(entry: Entry, folder: Path, *, sha256: str, origin: str) -> None:
    """Write down what the network's file is and where it came from, whole or not at all.

    Raises:
        OSError: it can't be written.
    """
    about = {
        "name": entry.name,
        "sha256": sha256,
        "origin": origin,
        "revision": entry.revision,
        "licence": entry.licence,
        "source": entry.source,
    }
    path = model_path(entry, folder).with_suffix(".json")
    beside = path.with_suffix(".json.part")
    beside.write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    beside.replace(path)


def checksum_of(text: str) -> str:
    """A SHA-256 as the caller wrote it, in lower case.

    Raises:
        InputError: it isn't one.
    """
    digits = text.strip().lower().removeprefix("sha256:")
    if len(digits) != _DIGITS or not set(digits) <= set(string.hexdigits):
        raise InputError(
            f"{text!r} is no SHA-256: it must have {_DIGITS} hexadecimal digits.", param="sha256"
        )
    return digits


def _recorded(path: Path) -> str | None:
    try:
        about: Any = json.loads(path.read_text(encoding="utf-8"))
        return str(about["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        return None

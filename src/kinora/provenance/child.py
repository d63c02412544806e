"""``python -m kinora.provenance.child FILE MIME``: examine one file, apart from who asks.

Files come from strangers and go through decoders, so a server looks at them in a process of its
own, with bounded memory and time. Standard output is one JSON object: ``{"manifest", "mark"}``,
each null where it couldn't be examined.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final

from kinora.errors import KinoraError
from kinora.provenance.check import check_manifest
from kinora.settings import Settings, load_settings

MEMORY: Final = 4 << 30  # bytes of address space
SECONDS: Final = 90  # of processor time


def main(arguments: list[str]) -> int:
    """Examine ``FILE`` as ``MIME``; the exit code is 0 also where nothing can be said."""
    _bound()
    path, mime = Path(arguments[0]), arguments[1]
    found = _examined(path, mime, load_settings())
    sys.stdout.write(json.dumps(found) + "\n")
    return 0


def _examined(path: Path, mime: str, settings: Settings) -> dict[str, object]:
    found: dict[str, object] = {"manifest": None, "mark": None}
    try:
        found["manifest"] = asdict(check_manifest(path, mime=mime, settings=settings))
    except KinoraError as error:
        sys.stderr.write(error.message + "\n")
    try:
        from kinora.provenance.check_mark import check_mark

        found["mark"] = asdict(check_mark(path, mime=mime, settings=settings))
    except KinoraError as error:
        sys.stderr.write(error.message + "\n")
    return found


def _bound() -> None:
    if sys.platform == "linux":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Larger networks by name: where they are, what they must hash to, and on what terms.

None is fetched unless asked for. An entry without a checksum can't be fetched at all: nothing would
tell the right file from a wrong one. The checksums here were taken from places that state them
beside the same revision, not from a download of ours; docs/models.md names them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from kinora.errors import InputError

Task = Literal["depth", "completion"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A network that can be fetched."""

    name: str
    task: Task
    about: str
    url: str  # of one revision, which can't change
    revision: str
    bytes: int
    sha256: str | None  # None: not known, so that it can't be fetched
    licence: str
    source: str  # where its authors describe it


CATALOGUE: Final[dict[str, Entry]] = {
    entry.name: entry
    for entry in (
        Entry(
            name="depth-anything-v2-small",
            task="depth",
            about="Depth Anything V2 Small (Yang et al., arXiv 2406.09414), 25 M parameters",
            url="https://huggingface.co/onnx-community/depth-anything-v2-small/resolve/"
            "4472b7362082ad9968fee890ca0f1e5aca36b93d/onnx/model.onnx",
            revision="4472b7362082ad9968fee890ca0f1e5aca36b93d",
            bytes=99_060_839,
            sha256="afb6a5c28f3b6bf1618c6e43f02073ef9dfdc70e937502d51603e57b0a1df10c",
            licence="Apache-2.0",
            source="https://github.com/DepthAnything/Depth-Anything-V2",
        ),
        Entry(
            name="lama",
            task="completion",
            about="LaMa (Suvorov et al., arXiv 2109.07161), 51 M parameters, 512x512",
            url="https://huggingface.co/Carve/LaMa-ONNX/resolve/"
            "c3c0c9e468934d62e79c329e35d82dd09ff8c444/lama_fp32.onnx",
            revision="c3c0c9e468934d62e79c329e35d82dd09ff8c444",
            bytes=208_044_816,
            sha256="1faef5301d78db7dda502fe59966957ec4b79dd64e16f03ed96913c7a4eb68d6",
            licence="Apache-2.0",
            source="https://github.com/advimman/lama",
        ),
    )
}


def entry_of(name: str) -> Entry:
    """The entry of that name.

    Raises:
        InputError: there is none; names those there are.
    """
    try:
        return CATALOGUE[name]
    except KeyError:
        raise InputError(
            f"There is no model named {name!r}; there are {', '.join(sorted(CATALOGUE))}.",
            param="name",
        ) from None

"""Larger networks by name: where they are, what they must hash to, and on what terms.

None is fetched unless asked for. An entry without a checksum can't be fetched at all: nothing would
tell the right file from a wrong one. The checksums here were taken from places that state them
beside the same revision, not from a download of ours; docs/models.md names them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from kinora.errors import InputError

Task = Literal["depth", "completion", "speech"]


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
    suffix: str = ".onnx"  # of the file on this machine


_KOKORO: Final = "1939ad2a8e416c0acfeecc08a694d14ef25f2231"


def _kokoro(
    name: str, about: str, file: str, *, size: int, sha256: str, suffix: str = ".bin"
) -> Entry:
    """A file of Kokoro-82M (StyleTTS 2; Li et al., arXiv 2306.07691), as exported to ONNX."""
    return Entry(
        name=name,
        task="speech",
        about=about,
        url=f"https://huggingface.co/onnx-community/Kokoro-82M-v1.0-ONNX/resolve/{_KOKORO}/{file}",
        revision=_KOKORO,
        bytes=size,
        sha256=sha256,
        licence="Apache-2.0",
        source="https://github.com/hexgrad/kokoro",
        suffix=suffix,
    )


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
        _kokoro(
            "kokoro",
            "Kokoro-82M v1.0, 82 M parameters in 8 bits: speaks, with one of the voices below",
            "onnx/model_quantized.onnx",
            size=92_361_116,
            sha256="fbae9257e1e05ffc727e951ef9b9c98418e6d79f1c9b6b13bd59f5c9028a1478",
            suffix=".onnx",
        ),
        _kokoro(
            "kokoro-en-heart",
            "a woman's voice for kokoro, American English",
            "voices/af_heart.bin",
            size=522_240,
            sha256="d583ccff3cdca2f7fae535cb998ac07e9fcb90f09737b9a41fa2734ec44a8f0b",
        ),
        _kokoro(
            "kokoro-en-michael",
            "a man's voice for kokoro, American English",
            "voices/am_michael.bin",
            size=522_240,
            sha256="1d1f21dd8da39c30705cd4c75d039d265e9bc4a2a93ed09bc9e1b1225eb95ba1",
        ),
        _kokoro(
            "kokoro-fr-siwis",
            "a woman's voice for kokoro, French",
            "voices/ff_siwis.bin",
            size=522_240,
            sha256="a35f5675ad08948e326ae75fd0ea16ba5d0042e4f76b5f3d1df77d0a48c54861",
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

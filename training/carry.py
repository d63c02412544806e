"""Take what ``training.prepare`` made to another machine in a few dozen megabytes.

``python -m training.carry pack FOLDER`` compresses the packs that can't be made from others,
``python -m training.carry unpack FOLDER`` puts them back into ``$KINORA_TRAINING_DIR/geometry``
there; ``python -m training.prepare figures labels`` then makes the rest. Pictures and smooth labels
lose a little (WebP), region labels nothing, measured disparity is told to 1/254 of its largest.
"""

from __future__ import annotations

import argparse
import lzma
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing import Pool
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from training.common.augment import UNKNOWN
from training.common.pack import Pack, write_pack
from training.prepare import folder

Array = NDArray[Any]
U8 = NDArray[np.uint8]

_LEVELS: Final = 254.0
_HEADER: Final = 4  # bytes before a compressed array: its size or its largest value


@dataclass(frozen=True, slots=True)
class Codec:
    """How the arrays of a pack become bytes, and back."""

    shrink: Callable[[Array], U8]
    restore: Callable[[U8], Array]


def _to_webp(array: Array, *, quality: int) -> U8:
    image = array[:, :, ::-1] if array.ndim == 3 else array
    _, data = cv2.imencode(
        ".webp", np.ascontiguousarray(image), (cv2.IMWRITE_WEBP_QUALITY, quality)
    )
    return np.asarray(data, dtype=np.uint8)


def _colours(data: U8) -> Array:
    bgr = cv2.imdecode(data, cv2.IMREAD_COLOR)
    return np.ascontiguousarray(bgr[:, :, ::-1])


def _grey(data: U8) -> Array:
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE))


def _to_planes(array: Array) -> U8:
    """Labels, bit after bit: long runs of the same compress well."""
    bits = (array[None] >> np.arange(16, dtype=np.uint16)[:, None, None]) & 1
    packed = np.packbits(bits.astype(np.uint8)).tobytes()
    size = np.array(array.shape, np.uint16).tobytes()
    return np.frombuffer(size + lzma.compress(packed, preset=6), np.uint8)


def _from_planes(data: U8) -> Array:
    h, w = (int(n) for n in data[:_HEADER].view(np.uint16))
    packed = np.frombuffer(lzma.decompress(data[_HEADER:].tobytes()), np.uint8)
    bits = np.unpackbits(packed)[: 16 * h * w].reshape(16, h, w).astype(np.uint16)
    return np.asarray((bits << np.arange(16, dtype=np.uint16)[:, None, None]).sum(0), np.uint16)


def _to_levels(array: Array) -> U8:
    """Measured disparity: 0 is unknown, 255 the largest."""
    values = array.astype(np.float32)
    largest = np.float32(max(float(values.max()), 1e-3))
    levels = np.where(values > UNKNOWN, 1 + np.rint(_LEVELS * values / largest), 0)
    _, data = cv2.imencode(".png", levels.astype(np.uint8))
    return np.concatenate([np.frombuffer(largest.tobytes(), np.uint8), data.ravel()])


def _from_levels(data: U8) -> Array:
    largest = data[:_HEADER].copy().view(np.float32)[0]
    levels = _grey(data[_HEADER:]).astype(np.float32)
    return np.where(levels > 0, (levels - 1) * largest / _LEVELS, UNKNOWN).astype(np.float16)


_PICTURE: Final = Codec(partial(_to_webp, quality=70), _colours)
_SMOOTH: Final = Codec(partial(_to_webp, quality=92), _grey)
#: The packs that travel.
CODECS: Final = {
    "photos": _PICTURE,
    "photos-raw": _SMOOTH,
    "photos-regions": Codec(_to_planes, _from_planes),
    "frames": _PICTURE,
    "frames-disparity": Codec(_to_levels, _from_levels),
    "mattes": _SMOOTH,
}
_LISTS: Final = ("photos.names.json", "frames.names.json", "mattes.owners.json")


def pack(source: Path, target: Path) -> None:
    """Compress the packs of ``source`` into ``target``."""
    target.mkdir(parents=True, exist_ok=True)
    for name, codec in CODECS.items():
        _all(Pack(source / name), codec.shrink, target / name)
    for name in _LISTS:
        shutil.copy(source / name, target / name)


def unpack(source: Path, target: Path) -> None:
    """Restore in ``target`` what ``pack`` wrote to ``source``."""
    target.mkdir(parents=True, exist_ok=True)
    for name, codec in CODECS.items():
        _all(Pack(source / name), codec.restore, target / name)
    for name in _LISTS:
        shutil.copy(source / name, target / name)


def _all(arrays: Pack, change: Callable[[Array], Array], path: Path) -> None:
    with Pool() as pool:
        each = (np.asarray(arrays[index]) for index in range(len(arrays)))
        write_pack(path, pool.imap(change, each, chunksize=16))


def main(arguments: list[str] | None = None) -> int:
    """Pack or unpack."""
    parser = argparse.ArgumentParser(description="Carry prepared data to another machine.")
    parser.add_argument("what", choices=("pack", "unpack"))
    parser.add_argument("folder", type=Path)
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    if options.what == "pack":
        pack(folder(), options.folder)
    else:
        unpack(options.folder, folder())
    return 0


if __name__ == "__main__":
    sys.exit(main())

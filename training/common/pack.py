"""Arrays of different sizes in one flat file, read through a memory map.

Decoding JPEG files again in every epoch would cost as much as a small network's step.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Pack:
    """Read-only list of arrays of one dtype; ``pack[i]`` is a view."""

    def __init__(self, path: Path) -> None:
        """Open ``path.bin`` with its index ``path.json``."""
        index = json.loads(path.with_suffix(".json").read_text())
        self._shapes = [tuple(shape) for shape in index["shapes"]]
        self._flat = np.memmap(path.with_suffix(".bin"), dtype=index["dtype"], mode="r")
        sizes = [int(np.prod(shape)) for shape in self._shapes]
        self._starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)

    def __len__(self) -> int:
        return len(self._shapes)

    def __getitem__(self, index: int) -> NDArray[Any]:
        part = self._flat[self._starts[index] : self._starts[index + 1]]
        return np.asarray(part).reshape(self._shapes[index])


def write_pack(path: Path, arrays: Iterable[NDArray[Any]]) -> int:
    """Write arrays of one dtype one after another; the index comes last, so it means "whole".

    Returns:
        How many there were.

    Raises:
        ValueError: arrays of different dtypes, or none.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    index = path.with_suffix(".json")
    index.unlink(missing_ok=True)
    shapes: list[tuple[int, ...]] = []
    dtype = None
    with path.with_suffix(".bin").open("wb") as file:
        for array in arrays:
            dtype = dtype or array.dtype
            if array.dtype != dtype:
                raise ValueError(f"a pack of {dtype} can't hold {array.dtype}")
            file.write(np.ascontiguousarray(array).tobytes())
            shapes.append(array.shape)
    if dtype is None:
        raise ValueError("a pack needs at least one array")
    index.write_text(json.dumps({"dtype": str(dtype), "shapes": shapes}))
    return len(shapes)

"""Pictures and labels of different sizes, as tensors of one size in the memory of a device."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.prepare import SIDE

#: Longest side of a picture, as packs have them (rendered scenes may be a little larger), and of
#: its labels.
PICTURE_SIDE, LABEL_SIDE = SIDE, 192
_NO_REGIONS: Final = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Entry:
    """One picture with its labels in NumPy; the labels may be smaller than the picture."""

    rgb: NDArray[np.uint8]  # (h, w, 3), or (h, w, 4) of a figure
    disparity: NDArray[Any] | None = None  # (h', w'), `UNKNOWN` where it isn't known
    regions: NDArray[np.uint16] | None = None  # (h', w') bits as `training.regions.pseudo` sets


class Bank:
    """A fixed number of places for pictures; what is put beyond the last replaces the oldest."""

    def __init__(
        self, places: int, *, device: str, channels: int = 3, labelled: bool = True
    ) -> None:
        side, label = PICTURE_SIDE, LABEL_SIDE if labelled else 1
        self.pictures = torch.zeros(places, channels, side, side, dtype=torch.uint8, device=device)
        self.sizes = torch.ones(places, 2, device=device)  # height, width of the picture
        self.disparity = torch.zeros(places, label, label, dtype=torch.float16, device=device)
        self.regions = torch.zeros(places, label, label, dtype=torch.int16, device=device)
        self.label_sizes = torch.ones(places, 2, device=device)
        self._next = 0
        self.count = 0

    def put(self, entries: Iterable[Entry]) -> None:
        """Copy pictures to the device."""
        for entry in entries:
            place = self._next
            rgb = _limited(entry.rgb, PICTURE_SIDE, cv2.INTER_AREA)
            self.pictures[place, :, : rgb.shape[0], : rgb.shape[1]] = torch.from_numpy(
                np.ascontiguousarray(rgb.transpose(2, 0, 1))
            )
            self.sizes[place] = torch.tensor(rgb.shape[:2], dtype=torch.float32)
            if entry.disparity is not None:
                self._put_labels(place, entry.disparity, entry.regions)
            self._next = (place + 1) % len(self.pictures)
            self.count = max(self.count, place + 1)

    def _put_labels(
        self, place: int, disparity: NDArray[Any], regions: NDArray[np.uint16] | None
    ) -> None:
        values = _limited(disparity.astype(np.float32), LABEL_SIDE, cv2.INTER_NEAREST)
        h, w = values.shape
        self.disparity[place, :h, :w] = torch.from_numpy(values.astype(np.float16))
        if regions is None:
            self.regions[place] = _NO_REGIONS
        else:
            bits = _limited(regions, LABEL_SIDE, cv2.INTER_NEAREST)
            self.regions[place, :h, :w] = torch.from_numpy(bits.astype(np.int16))
        self.label_sizes[place] = torch.tensor((h, w), dtype=torch.float32)

    def draw(self, count: int, generator: torch.Generator) -> Tensor:
        """Random places that are taken, (count,)."""
        device = self.sizes.device
        return torch.randint(0, self.count, (count,), generator=generator, device=device)


def _limited(plane: NDArray[Any], side: int, how: int) -> NDArray[Any]:
    scale = min(1.0, side / max(plane.shape[:2]))
    if scale == 1.0:
        return plane
    size = (max(round(plane.shape[1] * scale), 1), max(round(plane.shape[0] * scale), 1))
    return np.asarray(cv2.resize(plane, size, interpolation=how))

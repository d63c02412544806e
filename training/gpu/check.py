"""Ordinal errors on held-out pictures while training goes on: a curve, never a choice."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.common.augment import UNKNOWN
from training.common.network import working_size
from training.common.pack import Pack
from training.common.scores import whdr
from training.depth.model import GeometryNet
from training.prepare import folder, read_names

_BATCH: Final = 32


class HeldOut:
    """All held-out photos and frames at a network's size, those of one shape together."""

    def __init__(self, *, device: str, long_side: int) -> None:
        self._groups: dict[tuple[int, int], list[tuple[str, Tensor, NDArray[Any]]]]
        self._groups = defaultdict(list)
        target = folder()
        for kind, labels in (("photos", "photos-raw"), ("frames", "frames-disparity")):
            pictures, truth = Pack(target / kind), Pack(target / labels)
            for index, (name, source, part) in enumerate(read_names(target / f"{kind}.names.json")):
                if part != "test":
                    continue
                size = working_size(pictures[index].shape[:2], long_side)
                small = cv2.resize(pictures[index], size, interpolation=cv2.INTER_AREA)
                group = name.split("_")[0] + ("-rooms" if "bathroom" in source else "")
                picture = torch.from_numpy(small.transpose(2, 0, 1).copy()).to(device)
                self._groups[size].append((group, picture, truth[index].astype(np.float32)))

    def errors(self, net: GeometryNet) -> dict[str, float]:
        """Mean WHDR in percent per source, of all teacher photos and of all measured rooms."""
        net.eval()
        found: dict[str, list[float]] = defaultdict(list)
        for members in self._groups.values():
            for begin in range(0, len(members), _BATCH):
                part = members[begin : begin + _BATCH]
                for (group, _, truth), values in zip(part, _answers(net, part), strict=True):
                    guess = cv2.resize(values, truth.shape[::-1], interpolation=cv2.INTER_LINEAR)
                    error = whdr(np.asarray(guess, np.float32), truth, truth > UNKNOWN)
                    found[group].append(100.0 * error)
                    measured = group in ("hololens", "sevenscenes", "realsense")
                    found["ROOMS" if measured else "PHOTOS"].append(100.0 * error)
        return {group: float(np.mean(errors)) for group, errors in sorted(found.items())}


def _answers(
    net: GeometryNet, members: list[tuple[str, Tensor, NDArray[Any]]]
) -> NDArray[np.float32]:
    with torch.no_grad():
        images = torch.stack([picture for _, picture, _ in members]).float() / 255.0
        values = net(images.contiguous(memory_format=torch.channels_last))[0]
    return np.asarray(values[:, 0].float().cpu().numpy())

"""The exported geometry network as evaluation runs it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from numpy.typing import NDArray

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seen:
    """What the network says of a picture, at its working size."""

    disparity: F32  # (h, w)
    regions: F32  # (5, h, w)
    certainty: F32  # (h, w)


class Network:
    """An ONNX file in a session of one thread."""

    def __init__(self, path: Path, *, long_side: int = 256, flip: bool = True) -> None:
        """Load it; ``flip`` averages what it says of the picture and of its mirror image."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
        self._side, self._flip = long_side, flip

    def see(self, rgb: U8) -> Seen:
        """Run it on (H, W, 3) sRGB."""
        size = working_size(rgb.shape[:2], self._side)
        small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
        image = small.astype(np.float32).transpose(2, 0, 1)[None] / np.float32(255)
        outputs = self._session.run(None, {"image": image})
        if self._flip:
            mirrored = self._session.run(None, {"image": np.ascontiguousarray(image[..., ::-1])})
            pairs = zip(outputs, mirrored, strict=True)
            outputs = [0.5 * (one + other[..., ::-1]) for one, other in pairs]
        disparity, regions, certainty = outputs
        return Seen(disparity=disparity[0, 0], regions=regions[0], certainty=certainty[0, 0])


def working_size(shape: tuple[int, int], side: int) -> tuple[int, int]:
    """Width and height, multiples of 32, of about the picture's aspect."""
    scale = side / max(shape)
    width, height = (max(round(n * scale / 32), 1) * 32 for n in (shape[1], shape[0]))
    return width, height

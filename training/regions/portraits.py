"""Mattes of persons and animals from MediaPipe's selfie segmentation (Apache-2.0).

``python -m training.regions.portraits`` adds ``portraits`` to the packs of ``training.prepare
photos``; figures and region labels made after it use them. It needs ``mediapipe==0.10.14``, best in
an environment of its own (it wants NumPy 1); without it those steps do with the rules alone. The
network was made for persons near the camera and turns out to answer to animals as well; it also
answers to trees and trains at times, which `training.regions.pseudo` sorts out by disparity.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import cv2
import mediapipe
import numpy as np
from numpy.typing import NDArray

from training.common.pack import Pack, write_pack
from training.common.paths import training_dir

U8 = NDArray[np.uint8]


def main() -> int:
    """Write the pack: (h, w) uint8 at the size of the disparity labels, 255 = surely a figure."""
    cv2.setNumThreads(1)
    target = training_dir() / "geometry"
    photos, disparity = Pack(target / "photos"), Pack(target / "photos-raw")
    network = mediapipe.solutions.selfie_segmentation.SelfieSegmentation(model_selection=0)

    def mattes() -> Iterator[U8]:
        for index in range(len(photos)):
            rgb = photos[index]
            mirrored = np.ascontiguousarray(rgb[:, ::-1])
            one = network.process(np.ascontiguousarray(rgb)).segmentation_mask
            other = network.process(mirrored).segmentation_mask[:, ::-1]
            # Where both agree; a mean would call half of what only one has seen.
            mask = np.sqrt(np.clip(one, 0, 1) * np.clip(other, 0, 1))
            size = disparity[index].shape[::-1]
            small = cv2.resize(mask, size, interpolation=cv2.INTER_AREA)
            yield np.rint(255 * small).astype(np.uint8)

    count = write_pack(target / "portraits", mattes())
    print(f"portraits: {count}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

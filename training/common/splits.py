"""Which pictures are for training and which are held out, by place or video, never by frame."""

from __future__ import annotations

import zlib
from typing import Literal

Part = Literal["train", "test", "none"]

# Frames of one room follow each other: the last block is held out, and what leads up to it is
# used for neither. Values: first frame number left out, first frame number of the test.
_BLOCKS = {"sevenscenes": (870, 905), "hololens": (104, 110)}
# A room that training never sees.
_UNSEEN_ROOM = "realsense"
_TEST_VIDEO = "0001TP"  # of the three CamVid videos the shortest


def photo_part(name: str, source: str) -> Part:
    """Part of a photo with a teacher label.

    Args:
        name: file name, ``<set>_<number>.jpg``.
        source: its path at its origin, from the index.
    """
    kind, leaf = name.split("_")[0], source.rsplit("/", 1)[-1]
    if kind == "jetson" and "groundtruth" in source:
        return "none"  # boxes and labels are drawn into these
    if kind == "camvid":
        return "test" if leaf.startswith(_TEST_VIDEO) else "train"
    group = leaf.split("_")[0] if kind == "houses" else leaf
    return "test" if zlib.crc32(f"{kind}/{group}".encode()) % 10 == 0 else "train"


def frame_part(name: str) -> Part:
    """Part of a frame with measured depth, from its file name ``<set>_<frame>.jpg``."""
    kind, number = name.split(".")[0].split("_")
    if kind == _UNSEEN_ROOM:
        return "test"
    left_out, test = _BLOCKS[kind]
    if int(number) >= test:
        return "test"
    return "none" if int(number) >= left_out else "train"


def is_room(name: str, source: str) -> bool:
    """Whether the teacher is known to be weak on the photo, as it shows the inside of a house."""
    return name.startswith("houses_") and "bathroom" in source

"""What the journeys hand in: photos in three formats, one cut short, and a clip."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image

from kinora.testing.photos import landscape

SIZE = (240, 160)


@dataclass(frozen=True)
class Inputs:
    """Files on disk."""

    png: Path
    jpeg: Path
    webp: Path
    broken: Path  # a JPEG whose header is right and whose data ends early
    clip: Path  # one second of MP4

    @property
    def photo_size(self) -> str:
        return f"{SIZE[0]}x{SIZE[1]}"


def make_inputs(folder: Path) -> Inputs:
    """Write them into ``folder``."""
    photo = Image.fromarray(landscape()).resize(SIZE)
    made = Inputs(*(folder / name for name in ("a.png", "a.jpg", "a.webp", "b.jpg", "c.mp4")))
    photo.save(made.png)
    photo.save(made.jpeg, quality=90)
    photo.save(made.webp)
    whole = made.jpeg.read_bytes()
    made.broken.write_bytes(whole[: len(whole) // 2])
    _write_clip(made.clip, np.asarray(photo.convert("RGB")))
    return made


def _write_clip(path: Path, picture: np.ndarray) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.height, stream.width = picture.shape[:2]
        stream.pix_fmt = "yuv420p"
        for index in range(30):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, 30)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))

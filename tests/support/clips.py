"""Tiny clips for tests, made by a codec that isn't ours to test."""

from __future__ import annotations

import hashlib
import tempfile
from fractions import Fraction
from pathlib import Path

import av
import numpy as np


def encoded_clip(
    *,
    seconds: float = 2.0,
    size: tuple[int, int] = (160, 90),
    fps: Fraction | int = 10,
    container: str = "mp4",
    **options: str,
) -> bytes:
    """An H.264 clip whose picture changes from frame to frame; width and height in pixels."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip"
        with av.open(str(path), "w", format=container, options=options) as output:
            track = output.add_stream("libx264", rate=Fraction(fps))
            track.width, track.height, track.pix_fmt = size[0], size[1], "yuv444p"
            for index in range(round(seconds * fps)):
                picture = np.full((size[1], size[0], 3), 8 * index % 256, np.uint8)
                output.mux(track.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            output.mux(track.encode(None))
        return path.read_bytes()


def media_digest(path: Path) -> str:
    """SHA-256 of the coded pictures and sound (``mdat``): a signature differs each time."""
    data, at, digest = path.read_bytes(), 0, hashlib.sha256()
    while at < len(data):
        length, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        if kind == b"mdat":
            digest.update(data[at + 8 : at + length])
        at += length
    return digest.hexdigest()

"""Thumbnails and sprite sheets of finished clips."""

import io
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from kinora.encode import default_encoders, encode_clip
from kinora.encode.spritesheet import COLUMNS, ROWS, encode_spritesheet, spritesheet_indices
from kinora.encode.stills import fitted_size, scaled, stills
from kinora.encode.thumbnail import encode_thumbnail, thumbnail_index
from kinora.errors import EngineError
from kinora.testing.fakes import Recorder, RisingGrey
from kinora.types.geometry import Size
from kinora.types.rendition import Rendition


def clip(path, frames):
    fps = Fraction(30000, 1001)
    rendition = Rendition(frames=RisingGrey(), frame_count=frames, size=Size(64, 48), fps=fps)
    encode_clip(rendition, path, default_encoders(workers=1)["pro"], Recorder())
    return path


def number(frame):
    """Which frame of `RisingGrey` it is."""
    return round((float(frame.to_ndarray()[:48, :64].mean()) - 16) / 2)


@pytest.mark.parametrize("indices", [[0], [0, 1, 2, 3], [0, 5, 9, 10, 11, 12], [29]])
def test_close_stills_are_exact(tmp_path, indices):
    path = clip(tmp_path / "a.mp4", 30)
    dense = {*indices, *range(0, 30, 2)}
    found = {index: number(frame) for index, frame in stills(path, dense)}
    assert sorted(found) == sorted(dense)
    assert all(index == shown for index, shown in found.items())


def test_sparse_stills_are_near(tmp_path):
    path = clip(tmp_path / "a.mp4", 100)
    wanted = list(range(2, 100, 10))
    found = [(index, number(frame)) for index, frame in stills(path, wanted)]
    assert [index for index, _ in found] == wanted
    assert all(0 <= shown - index <= 8 for index, shown in found)


def test_stills_beyond_the_end_are_the_last_frame(tmp_path):
    path = clip(tmp_path / "a.mp4", 5)
    assert [(i, number(f)) for i, f in stills(path, [3, 7])] == [(3, 3), (7, 4)]


def test_what_is_no_video_is_an_engine_error(tmp_path):
    (tmp_path / "bad.mp4").write_bytes(b"no video")
    with pytest.raises(EngineError, match=r"bad\.mp4"):
        list(stills(tmp_path / "bad.mp4", [0]))


@pytest.mark.parametrize("count", [1, 2, 19, 20, 21, 120, 7200])
def test_cells_are_evenly_spaced(count):
    indices = spritesheet_indices(count)
    assert len(indices) == len(set(indices)) == min(count, COLUMNS * ROWS)
    assert 0 <= indices[0] <= indices[-1] < count
    gaps = np.diff(indices)
    assert gaps.size == 0 or gaps.max() - gaps.min() <= 1
    assert 0 <= thumbnail_index(count) < count


def test_a_sheet_reads_like_text():
    cells = [np.full((30, 40, 3), 10 * k, np.uint8) for k in range(7)]
    with Image.open(io.BytesIO(encode_spritesheet(cells))) as image:
        assert (image.format, image.size) == ("JPEG", (200, 120))
        grey = np.asarray(image.convert("L"))
    assert [int(grey[15, 20 + 40 * k]) for k in range(5)] == [0, 10, 20, 30, 40]
    assert [int(grey[45, 20 + 40 * k]) for k in range(3)] == [50, 60, 0]


def test_sizes(tmp_path):
    assert fitted_size(Size(1280, 720), longest=512) == Size(512, 288)
    assert fitted_size(Size(720, 1280), longest=320) == Size(180, 320)
    assert fitted_size(Size(64, 48), longest=512) == Size(64, 48)
    assert fitted_size(Size(4096, 64), longest=320) == Size(320, 5)
    _, frame = next(stills(clip(tmp_path / "a.mp4", 3), [1]))
    with Image.open(io.BytesIO(encode_thumbnail(scaled(frame, longest=32)))) as image:
        assert (image.format, image.size) == ("WEBP", (32, 24))

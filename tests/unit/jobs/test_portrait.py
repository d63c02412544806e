from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from skimage import data

from kinora.errors import FieldError
from kinora.jobs.portrait import look_at_clip


def clip_of(path: Path, picture: np.ndarray, *, step: int) -> Path:
    """2.4 s of a window that goes over ``picture`` by ``step`` pixels a frame."""
    with av.open(str(path), "w") as output:
        track = output.add_stream("libx264", rate=10)
        track.width, track.height, track.pix_fmt = 360, 360, "yuv420p"
        for index in range(24):
            window = np.ascontiguousarray(picture[:360, index * step : index * step + 360])
            output.mux(track.encode(av.VideoFrame.from_ndarray(window, format="rgb24")))
        output.mux(track.encode(None))
    return path


def test_a_person_who_moves_is_told_from_a_still_picture_and_from_no_person(
    tmp_path: Path,
) -> None:
    moving = look_at_clip(clip_of(tmp_path / "a.mp4", data.astronaut(), step=4))
    assert moving.with_face >= moving.frames // 2
    assert moving.most_faces == 1
    assert moving.seconds == pytest.approx(2.4)
    still = look_at_clip(clip_of(tmp_path / "b.mp4", data.astronaut(), step=0))
    assert still.movement < 0.4 < moving.movement
    assert look_at_clip(clip_of(tmp_path / "c.mp4", data.coffee(), step=4)).with_face == 0


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_face_is_found_in_a_picture_that_lies_on_its_side(tmp_path: Path, turns: int) -> None:
    path = tmp_path / "turned.png"
    Image.fromarray(np.rot90(data.astronaut()[:300, 60:380], turns)).save(path)
    assert look_at_clip(path).with_face == 1


def test_no_face_is_found_in_a_turned_picture_without_one(tmp_path: Path) -> None:
    path = tmp_path / "turned.png"
    Image.fromarray(np.rot90(data.coffee()[:240, :320])).save(path)
    assert look_at_clip(path).with_face == 0


def test_what_is_no_clip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.mp4"
    path.write_bytes(b"no clip")
    with pytest.raises(FieldError):
        look_at_clip(path)

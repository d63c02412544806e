"""Where faces in profile are told to be, whatever the cascade sees in its crops."""

from __future__ import annotations

import numpy as np
import pytest

from kinora.scene.regions import faces
from kinora.scene.regions.cascades import Box, Cascade
from kinora.types.scene import U8


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_profile_lies_where_it_is_in_the_whole_picture(
    mirrored: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    grey = np.zeros((240, 320), np.uint8)
    left, top = (200, 90) if mirrored else (60, 90)
    grey[top : top + 40, left : left + 40] = 255
    grey[top, left] = 250  # told from its mirror image: only one of the two is a face
    grey[top, left + 39] = 200 if mirrored else 230

    def seen(picture: U8, cascade: Cascade, **_: object) -> list[Box]:
        """The bright square, where it looks to the side that the cascade knows."""
        rows, columns = np.nonzero(picture >= 200)
        x, y = int(columns.min()), int(rows.min())
        known = picture[y, x] == (200 if mirrored else 250)
        return [(x, y, 40, 40)] if known else []

    monkeypatch.setattr(faces, "find_boxes", seen)
    (face,) = faces._profile(grey, None)
    assert (face.x, face.y, face.width, face.height) == (left, top, 40, 40)


def test_what_only_some_windows_show_is_no_face(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the whole picture and of the part around it, only the first shows it."""
    grey = np.zeros((240, 320), np.uint8)

    def seen(picture: U8, cascade: Cascade, **_: object) -> list[Box]:
        return [(60, 90, 40, 40)] if picture.shape == grey.shape else []

    monkeypatch.setattr(faces, "find_boxes", seen)
    assert faces._profile(grey, None) == []

"""The search with cascades against OpenCV's own."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage import data

from kinora.scene.regions import cascades
from kinora.scene.regions.cascades import SCALE_STEP, Box, find_boxes, path_of_cascade, read_cascade
from kinora.types.scene import U8

NAMES = ("frontalface_alt2", "profileface")


def faces() -> U8:
    """A face that looks at the camera, and its mirror image, in grey."""
    picture: U8 = data.astronaut()  # type: ignore[no-untyped-call]
    rgb = picture[:280, 100:360]
    grey = cv2.cvtColor(np.hstack([rgb, rgb[:, ::-1]]), cv2.COLOR_RGB2GRAY)
    return np.asarray(grey, dtype=np.uint8)


def of_opencv(grey: U8, name: str, *, smallest: int, neighbours: int) -> set[Box]:
    found = cv2.CascadeClassifier(str(path_of_cascade(name))).detectMultiScale(
        grey, scaleFactor=SCALE_STEP, minNeighbors=neighbours, minSize=(smallest, smallest)
    )
    return {(int(x), int(y), int(w), int(h)) for x, y, w, h in found}


def windows(grey: U8, name: str, *, smallest: int) -> set[Box]:
    """All windows that pass, none left out beforehand."""
    cascade, found = read_cascade(name), set()
    for scale in cascades._scales(grey.shape, cascade, smallest):
        level = cascades._Level(grey, cascade, scale)
        all_of_them = np.ones(level.shape, np.uint8)
        passing = level.passing(all_of_them, step=level.step, stages=1.0, skips=True)
        found |= {level.box(x, y) for x, y in passing.tolist()}
    return found


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("smallest", [20, 45])
def test_the_windows_that_pass_are_opencvs(name: str, smallest: int) -> None:
    grey = faces()
    found = windows(grey, name, smallest=smallest)
    assert found == of_opencv(grey, name, smallest=smallest, neighbours=0)
    assert found


def test_small_faces_in_a_bright_picture_are_found_though_its_integrals_wrap() -> None:
    """The squares add up to more than 32 bits hold; the wrap runs through some of the windows."""
    face = cv2.resize(faces()[:, :260], None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    height, width = face.shape
    grey = np.full((512, 512), 245, np.uint8)
    for y in range(5, 512 - height, height + 7):
        for x in range(5 + y % 11, 512 - width, width + 6):
            grey[y : y + height, x : x + width] = face
    found = windows(grey, "frontalface_alt2", smallest=23)
    assert found == of_opencv(grey, "frontalface_alt2", smallest=23, neighbours=0)
    joined = find_boxes(grey, read_cascade("frontalface_alt2"), smallest=23, neighbours=3)
    assert set(joined) == of_opencv(grey, "frontalface_alt2", smallest=23, neighbours=3)
    assert len(joined) > 30


def test_faces_are_found_where_opencv_finds_them() -> None:
    grey, cascade = faces(), read_cascade("frontalface_alt2")
    found = find_boxes(grey, cascade, smallest=24, neighbours=3)
    assert set(found) == of_opencv(grey, "frontalface_alt2", smallest=24, neighbours=3)
    assert len(found) == 2


def test_faces_are_found_only_where_they_can_be() -> None:
    grey, cascade = faces(), read_cascade("frontalface_alt2")
    possible = np.zeros(grey.shape, np.uint8)
    possible[:, grey.shape[1] // 2 :] = 1
    (x, _, width, _) = find_boxes(grey, cascade, smallest=24, neighbours=3, possible=possible)[0]
    assert len(find_boxes(grey, cascade, smallest=24, neighbours=3, possible=possible)) == 1
    assert x + width / 2 > grey.shape[1] / 2
    nowhere = np.zeros(grey.shape, np.uint8)
    assert find_boxes(grey, cascade, smallest=24, neighbours=3, possible=nowhere) == []


def test_a_picture_smaller_than_a_window_shows_nothing() -> None:
    cascade = read_cascade("frontalface_alt2")
    assert find_boxes(np.zeros((19, 40), np.uint8), cascade, smallest=20, neighbours=3) == []
    assert find_boxes(np.full((40, 40), 90, np.uint8), cascade, smallest=20, neighbours=3) == []

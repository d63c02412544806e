"""Turns of a head, seen in pictures of one that is turned by code."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data

from kinora.jobs.turns import HEAD, SIDE, find_turns
from kinora.policy.faces import find_faces

U8 = NDArray[np.uint8]


@pytest.fixture(scope="module")
def head() -> tuple[U8, float, float, float]:
    """A grey portrait, the middle of its face and the width of the head."""
    rgb = data.astronaut()
    (face,) = find_faces(rgb)
    height, width = rgb.shape[:2]
    grey = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
    x, y = (face.x + face.width / 2) * width, (face.y + face.height / 2) * height
    return grey, x, y, 1.2 * face.width * width


def crops(
    head: tuple[U8, float, float, float], yaws: Sequence[float], shifts: Sequence[float] = ()
) -> list[U8]:
    """The head as a cylinder that turns by ``yaws`` degrees, the picture moved by ``shifts``."""
    grey, cx, cy, wide = head
    scale, radius = SIDE * HEAD / wide, 0.52 * wide
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    found = []
    for number, yaw in enumerate(yaws):
        at_x = cx + (x - SIDE / 2) / scale - (shifts[number] if len(shifts) else 0.0)
        at_y = cy + (y - SIDE / 2) / scale
        across = (at_x - cx) / radius
        on_head = (np.abs(across) < 1) & (np.abs(at_y - cy) < 1.4 * radius)
        angle = np.arcsin(np.clip(across, -1, 1)) - np.radians(yaw)
        turned = cx + radius * np.sin(np.clip(angle, -np.pi / 2, np.pi / 2))
        source = np.where(on_head, turned, at_x).astype(np.float32)
        found.append(
            np.asarray(
                cv2.remap(
                    grey, source, at_y.astype(np.float32), cv2.INTER_LINEAR,
                    borderMode=cv2.BORDER_REPLICATE,
                ),
                np.uint8,
            )
        )  # fmt: skip
    return found


def turned(*degrees: float) -> list[float]:
    """Yaws of a head that looks ahead, turns and comes back, for each of ``degrees``."""
    yaws = [0.0] * 4
    for each in degrees:
        yaws += [each * np.sin(np.pi * k / 13) for k in range(14)] + [0.0] * 4
    return yaws


@pytest.mark.parametrize(
    ("degrees", "seen"),
    [
        ((-30, 30, -30), ("left", "right", "left")),
        ((25, 25), ("right", "right")),
        ((30, -25), ("right", "left")),
        ((-4, 5), ()),
    ],
)
def test_turns_are_seen_in_order(
    head: tuple[U8, float, float, float], degrees: tuple[float, ...], seen: tuple[str, ...]
) -> None:
    assert find_turns(crops(head, turned(*degrees))) == seen


def test_a_photo_that_is_waved_about_turns_nothing(
    head: tuple[U8, float, float, float],
) -> None:
    shifts = 40 * np.sin(np.linspace(0, 4 * np.pi, 40))
    assert find_turns(crops(head, [0.0] * 40, shifts.tolist())) == ()
    assert find_turns(crops(head, [0.0])) == ()

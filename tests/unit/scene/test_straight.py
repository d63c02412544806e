"""The measures of ``benchmarks/straight.py``."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from benchmarks.straight import departures, long_lines

from kinora.types.scene import F32

LINE = np.array([[[60.0, 20.0], [60.0, 140.0]]])


def field(course: F32) -> F32:
    """The same course down every column, (160, 120)."""
    return np.repeat(course.astype(np.float32)[:, None], 120, axis=1)


def test_a_slope_along_a_line_leans_it_and_does_not_bend_it() -> None:
    away, course = departures(field(0.1 * np.arange(160)), LINE)
    assert np.abs(away).max() < 1e-3
    assert course[0] == pytest.approx(12.0, abs=1e-3)


def test_a_curve_along_a_line_bends_it() -> None:
    bulge = 4.0 * np.cos(np.pi * (np.arange(160) - 80.0) / 120.0)
    away, course = departures(field(bulge), LINE)
    assert np.abs(away).max() > 2.0
    assert abs(course[0]) < 0.1


def test_the_nearer_side_of_a_line_counts() -> None:
    values = field(0.1 * np.arange(160))
    values[:, 60:] = 30.0  # a flat thing before it
    assert departures(values, LINE)[1][0] == pytest.approx(0.0, abs=1e-6)


def test_only_long_lines_are_found() -> None:
    picture = np.full((160, 120, 3), 200, np.uint8)
    cv2.line(picture, (60, 20), (60, 140), (20, 20, 20), 3)
    cv2.line(picture, (20, 20), (20, 28), (20, 20, 20), 3)
    lines = long_lines(picture)
    assert len(lines) == 2  # both edges of the stroke
    assert np.abs(lines[..., 0] - 60.0).max() < 4.0

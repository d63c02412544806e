"""Subtitles in the picture: when, where, and legible on light and on dark."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from PIL import ImageFont

from kinora.encode.captions import captioned, wrapped
from kinora.types.geometry import Size
from kinora.types.rendition import Rendition, YuvPlanes
from kinora.types.sound import Subtitle

SIZE = Size(320, 180)
LINE = Subtitle(t0=0.5, t1=1.5, text="Come closer, the storm is almost over, été comme hiver.")


class Flat:
    random_access = True

    def __init__(self, luma: int) -> None:
        self._luma = luma

    def render(self, index: int, planes: YuvPlanes) -> None:
        planes.y[...], planes.u[...], planes.v[...] = self._luma, 90, 160


def frame(luma: int, index: int, *lines: Subtitle) -> YuvPlanes:
    planes = YuvPlanes(
        y=np.zeros((180, 320), np.uint8),
        u=np.zeros((90, 160), np.uint8),
        v=np.zeros((90, 160), np.uint8),
    )
    rendition = Rendition(frames=Flat(luma), frame_count=20, size=SIZE, fps=Fraction(10))
    captioned(rendition, lines).frames.render(index, planes)
    return planes


@pytest.mark.parametrize("index", [0, 4, 15, 19])
def test_nothing_is_shown_while_nothing_is_said(index: int) -> None:
    assert (frame(120, index, LINE).y == 120).all()


@pytest.mark.parametrize("luma", [16, 120, 235])
def test_letters_are_light_with_a_dark_edge_on_any_ground(luma: int) -> None:
    shown = frame(luma, 8, LINE)
    rows = np.flatnonzero((shown.y != luma).any(axis=1))
    columns = np.flatnonzero((shown.y != luma).any(axis=0))
    assert rows.min() > 110
    assert rows.max() < 175
    assert columns.min() >= 14
    assert columns.max() <= 306
    text = shown.y[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    assert (text > 220).mean() > 0.03
    assert (text < 40).mean() > 0.05
    assert (shown.u[rows.min() // 2 : rows.max() // 2] == 128).any()


def test_accents_are_drawn_that_the_font_lacks() -> None:
    bare, accented = (
        frame(120, 8, Subtitle(t0=0.0, t1=2.0, text=text)).y for text in ("Ete ou ca", "Été où ça")
    )
    more = (accented > 220).sum() - (bare > 220).sum()
    assert 0 < more < 0.4 * (bare > 220).sum()
    changed = np.flatnonzero((bare != accented).any(axis=1))
    assert changed.min() < np.flatnonzero((bare > 220).any(axis=1)).min()  # above the letters


def test_long_lines_are_broken_between_words_and_end_after_three() -> None:
    font = ImageFont.load_default(12)
    lines = wrapped(LINE.text, font, widest=120)
    assert " ".join(lines) == LINE.text
    assert all(font.getlength(line) <= 120 for line in lines)
    long = Subtitle(t0=0.0, t1=2.0, text="word " * 200)
    assert np.flatnonzero((frame(120, 8, long).y != 120).any(axis=1)).min() > 90

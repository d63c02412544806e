"""Colours that words name, found in a picture."""

from __future__ import annotations

import numpy as np
import pytest

from kinora.living.evidence.hue import colour_area, hue_named
from kinora.types.scene import U8


def picture() -> U8:
    """A red square, a smaller one, red specks, skin and a brown ground."""
    image = np.full((120, 160, 3), (126, 118, 104), np.uint8)
    image[20:70, 20:70] = (190, 36, 40)
    image[30:50, 110:130] = (186, 40, 44)
    image[90:110, 20:60] = (214, 168, 142)
    image[5:115:11, 85:100:7] = (190, 36, 40)
    return image


@pytest.mark.parametrize(
    ("words", "hue"),
    [
        ("the red hat", "red"),
        ("la voiture bleue", "blue"),
        ("les fleurs dorées", "gold"),
        ("her hat", None),
        ("the predator", None),
    ],
)
def test_words_name_things_by_their_colour(words: str, hue: str | None) -> None:
    assert hue_named(words) == hue


def test_a_colour_is_found_in_areas_and_not_in_specks() -> None:
    area = colour_area(picture(), "red")
    assert area is not None
    assert area[24:66, 24:66].min() == 1.0
    assert area[34:46, 114:126].min() == 1.0
    assert area[:, 80:105].max() == 0.0  # specks
    assert area[92:108, 22:58].max() == 0.0  # skin
    assert area[75:88].max() == 0.0


def test_what_the_words_name_as_well_tells_which_area() -> None:
    place = np.zeros((120, 160), np.float32)
    place[:, 100:] = 1.0
    area = colour_area(picture(), "red", place)
    assert area is not None
    assert area[34:46, 114:126].min() == 1.0
    assert area[:, :80].max() == 0.0
    nowhere = np.zeros((120, 160), np.float32)
    nowhere[110:, :] = 1.0
    assert np.array_equal(colour_area(picture(), "red", nowhere), colour_area(picture(), "red"))


def test_a_colour_that_is_not_there_is_not_found() -> None:
    assert colour_area(picture(), "blue") is None


@pytest.mark.parametrize(
    ("colour", "hue", "others"),
    [
        ((0, 0, 255), "blue", ("purple", "turquoise")),
        ((0, 0, 139), "blue", ("purple", "black")),
        ((0, 0, 128), "blue", ("purple", "black")),
        ((25, 25, 112), "blue", ("purple", "black")),
        ((30, 60, 180), "blue", ("purple",)),
        ((20, 40, 200), "blue", ("purple",)),
        ((70, 130, 180), "blue", ("purple", "turquoise")),
        ((135, 206, 250), "blue", ("purple", "turquoise")),
        ((128, 0, 128), "purple", ("blue",)),
        ((128, 70, 168), "purple", ("blue",)),
        ((240, 240, 225), "white", ("grey",)),
        ((225, 235, 232), "white", ("grey", "green")),
        ((240, 240, 240), "white", ("grey",)),
        ((124, 132, 126), "grey", ("white", "black")),
        ((18, 26, 20), "black", ("grey", "green")),
    ],
)
def test_colours_have_their_everyday_names(
    colour: tuple[int, int, int], hue: str, others: tuple[str, ...]
) -> None:
    image = np.full((120, 160, 3), (190, 150, 60), np.uint8)
    image[30:80, 30:80] = colour
    area = colour_area(image, hue)
    assert area is not None
    assert area[36:74, 36:74].min() == 1.0
    assert area[:, 90:].max() == 0.0
    assert all(colour_area(image, other) is None for other in others)

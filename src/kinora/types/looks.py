"""Words for the look of a whole picture, and the looks that they name."""

from __future__ import annotations

import unicodedata
from typing import Final

#: Looks by name, with the words, unaccented, that a style note holds.
LOOKS: Final[dict[str, tuple[str, ...]]] = {
    "black_and_white": (
        *("black and white", "monochrome", "noir et blanc"),
        *("silent film", "silent movie", "silent cinema", "silent era"),
        *("film muet", "films muets", "cinema muet"),
    ),
    "cinematic": ("cinematic", "cinematograph", "filmic", "film look", "movie look"),
    "sepia": ("sepia",),
    "muted": ("desaturat", "muted", "pastel", "faded", "washed out", "delave", "fane", "passees"),
    "vivid": ("vivid", "saturated", "couleurs vives"),
    "contrast": ("high contrast", "fort contraste"),
    "vintage": ("vintage", "retro", "nostalgi"),
}


def look_of(text: str) -> str | None:
    """The look that the words of a style note name, None where they name none."""
    folded = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(char for char in folded if not unicodedata.combining(char))
    for look, words in LOOKS.items():
        if any(word in plain for word in words):
            return look
    return None

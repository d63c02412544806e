"""docs/gallery.md shows the pictures and commands of scripts/make_gallery.py, and no others."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def gallery(monkeypatch: pytest.MonkeyPatch):
    """The script, found as it finds its neighbours when it is run."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import make_gallery

    yield make_gallery
    for name in ("make_gallery", "make_pictures", "draw_scenes", "brushes"):
        sys.modules.pop(name, None)


def test_the_page_is_what_the_script_writes(gallery) -> None:
    assert gallery.PAGE.read_text() == gallery.page(), "run: python scripts/make_gallery.py"


def test_each_piece_has_its_moving_picture_and_each_picture_its_piece(gallery) -> None:
    made = {path.stem for path in gallery.PICTURES.glob("*.webp")}
    assert made == {piece.name for piece in gallery.GALLERY}

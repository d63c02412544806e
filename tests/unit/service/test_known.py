from __future__ import annotations

import pytest

from kinora.service import known
from kinora.service.known import KnownPictures
from kinora.types.geometry import Size


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_picture_is_known_for_an_hour() -> None:
    clock = Clock()
    pictures = KnownPictures(clock=clock)
    assert pictures.find("a") is None
    pictures.keep("a", Size(2, 1))
    clock.now = known.TTL - 1
    assert pictures.find("a") == Size(2, 1)
    clock.now = known.TTL
    assert pictures.find("a") is None
    pictures.keep("a", Size(2, 1))
    assert pictures.find("a") == Size(2, 1)


def test_the_oldest_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known, "_MOST", 2)
    pictures = KnownPictures()
    for name in "abac":
        pictures.keep(name, Size(1, 1))
    assert [pictures.find(name) is not None for name in "abc"] == [True, False, True]

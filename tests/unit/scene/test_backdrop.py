"""What stands before a plain backdrop, `kinora.scene.regions.backdrop`."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage import data

from kinora.scene.regions.backdrop import find_backdrop, things_before
from kinora.scene.regions.find import find_regions
from kinora.scene.regions.masks import shrink
from kinora.types.scene import U8, Photo

HEIGHT, WIDTH = 300, 400
BOTTLE = (slice(80, 240), slice(120, 180))
BALL = ((300, 200), 32)


def paper(*, grain: float = 1.0) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Grey paper, lit from the upper left."""
    down, across = np.mgrid[0 : 1 : HEIGHT * 1j, 0 : 1 : WIDTH * 1j]
    light = 205 - 60 * ((down - 0.3) ** 2 + (across - 0.4) ** 2)
    noise = np.random.default_rng(1).normal(0, grain, (HEIGHT, WIDTH, 3))
    return np.asarray(light[..., None] + noise)


def photo(picture: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Photo:
    return Photo(rgb=np.clip(picture, 0, 255).astype(np.uint8), sha256="none")


def with_things() -> Photo:
    picture = paper()
    shadow = np.zeros((HEIGHT, WIDTH), np.float32)
    shadow[90:250, 180:215] = 1.0
    picture -= 25 * cv2.GaussianBlur(shadow, (0, 0), 8)[..., None]
    picture[BOTTLE] = (30, 90, 60)
    cv2.circle(picture, *BALL, (180, 60, 40), -1)
    return photo(picture)


def overlap(mask: np.ndarray[tuple[int, ...], np.dtype[np.float32]], true: U8) -> float:
    both, either = (mask > 0.5) & (true > 0), (mask > 0.5) | (true > 0)
    return float(both.sum() / either.sum())


def test_things_on_unevenly_lit_paper_are_told_apart_without_their_shadow() -> None:
    first, second = things_before(shrink(with_things()))
    bottle, ball = np.zeros((2, HEIGHT, WIDTH), np.uint8)
    bottle[BOTTLE] = 1
    cv2.circle(ball, *BALL, 1, -1)
    assert overlap(first[0], bottle) > 0.9
    assert overlap(second[0], ball) > 0.9
    assert 0.7 < second[1] <= first[1] <= 1.0


def test_a_handle_shows_the_backdrop_and_a_label_doesnt() -> None:
    picture = paper()
    cv2.circle(picture, (100, 150), 60, (60, 40, 30), -1)
    picture[120:180, 70:130] = paper()[120:180, 70:130] - 25  # a grey label
    cv2.circle(picture, (190, 150), 45, (60, 40, 30), 14)  # a handle
    ((mask, _),) = things_before(shrink(photo(picture)))
    assert mask[140:160, 90:110].min() > 0.9
    assert mask[140:160, 185:205].max() < 0.1


def test_the_backdrop_is_what_the_paper_would_show_there() -> None:
    backdrop = find_backdrop(shrink(with_things()))
    assert backdrop is not None
    empty = shrink(photo(paper())).lab
    assert np.abs(backdrop.lab - empty)[BOTTLE].mean() < 2.0


@pytest.mark.parametrize("name", ["astronaut", "chelsea", "coffee"])
def test_photos_of_places_have_no_plain_backdrop(name: str) -> None:
    assert not things_before(shrink(Photo(rgb=getattr(data, name)(), sha256="none")))


def test_half_a_thing_isnt_taken_for_a_whole_one() -> None:
    """Of light keys about a dark screen on grey paper, only the screen stands out."""
    picture = paper()
    for y in range(60, 230, 12):
        for x in range(100, 300, 12):
            picture[y : y + 9, x : x + 9] += 34
    picture[100:170, 140:260] = (40, 60, 80)
    assert things_before(shrink(photo(picture))) == []


def test_a_floor_isnt_a_thing() -> None:
    picture = paper()
    picture[220:] = (90, 60, 40)
    assert things_before(shrink(photo(picture))) == []


def test_they_are_the_subjects_where_nothing_else_is_found() -> None:
    """Dull, small things away from the middle, which don't stand out by contrast alone."""
    picture = paper()
    picture[30:70, 20:80] = (120, 130, 150)
    found = [region for region in find_regions(photo(picture)) if region.kind == "subject"]
    assert [region.source for region in found] == ["backdrop+grabcut"]
    assert found[0].mask[40:60, 30:70].min() > 0.9


def test_a_person_before_a_plain_backdrop_is_a_person() -> None:
    """The astronaut's head and shoulders, cut out along a rough outline, before paper."""
    head = data.astronaut()[0:200, 130:320]
    outline = np.zeros(head.shape[:2], np.float32)
    cv2.ellipse(outline, (95, 100), (75, 92), 0, 0, 360, 1.0, -1)
    picture = paper() - 60
    place = (slice(50, 250), slice(110, 300))
    picture[place] += cv2.GaussianBlur(outline, (0, 0), 1.0)[..., None] * (head - picture[place])
    found = {region.kind: region for region in find_regions(photo(picture))}
    assert {"face", "person"} <= found.keys()
    assert found["person"].source == "backdrop+grabcut"

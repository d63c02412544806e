"""Plants by a network's leaves and by their colours: blossoms belong to them, walls don't."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.unit.living.test_living import FRAME, scene

from kinora.living.elements import ELEMENTS
from kinora.living.evidence.look import Bool, Look
from kinora.living.evidence.plants import find_flowers, find_plants
from kinora.living.held import with_give
from kinora.types.scene import Region, Scene

GREEN, SHADE, YELLOW = (70, 120, 40), (22, 34, 14), (226, 176, 24)
SKY, WALL = (150, 170, 210), (120, 112, 104)


def at(rows: slice, columns: slice) -> Bool:
    mask = np.zeros((FRAME.height, FRAME.width), np.bool_)
    mask[rows, columns] = True
    return mask


ABOVE = at(slice(0, 40), slice(None))
LEAVES = at(slice(50, 70), slice(20, 110))
BLOSSOM = at(slice(38, 50), slice(40, 64))
DARK = at(slice(70, 82), slice(20, 110))
HOUSE = at(slice(40, 96), slice(130, 160))


def garden(*kinds: tuple[str, Bool]) -> Scene:
    """Leaves with a blossom above and shade below them, a smooth wall to their right, a sky."""
    rng = np.random.default_rng(1)
    image = np.full((FRAME.height, FRAME.width, 3), WALL, np.float64)
    image[ABOVE] = SKY
    for mask, colour in ((LEAVES, GREEN), (DARK, SHADE), (BLOSSOM, YELLOW)):
        image[mask] = colour * rng.uniform(0.6, 1.4, (int(mask.sum()), 1))
    regions = [
        Region(kind=kind, mask=mask.astype(np.float32), box=(0, 0, 1, 1), score=1.0, source="test")  # type: ignore[arg-type]
        for kind, mask in (("sky", ABOVE & ~BLOSSOM), *kinds)
    ]
    return replace(scene(*regions), image=np.clip(image, 0, 255).astype(np.uint8))


def share(found: Bool | None, mask: Bool) -> float:
    """How much of a mask over the frame was found."""
    assert found is not None
    tall, wide = (n / m for n, m in zip(found.shape, mask.shape, strict=True))
    rows, columns = np.nonzero(mask)
    return float(found[(rows * tall).astype(int), (columns * wide).astype(int)].mean())


def test_blossoms_and_shade_belong_to_the_leaves_that_a_network_sees() -> None:
    found = find_plants(Look.of(garden(("vegetation", LEAVES))))
    assert share(found, LEAVES) > 0.95
    assert share(found, BLOSSOM) > 0.9
    assert share(found, DARK) > 0.8
    assert share(found, ABOVE & ~BLOSSOM) < 0.02
    assert share(found, HOUSE) == 0.0


@pytest.mark.parametrize("find", [find_plants, find_flowers])
def test_colour_alone_tells_of_none(find: object) -> None:
    assert callable(find)
    assert find(Look.of(garden(("subject", BLOSSOM)))) is None


def test_what_stands_out_is_a_flower_only_where_the_words_say_so() -> None:
    look = Look.of(garden(("vegetation", LEAVES), ("subject", BLOSSOM)))
    assert share(find_plants(look), BLOSSOM) < 0.2
    assert share(find_flowers(look), BLOSSOM) > 0.9


def test_the_dull_heart_of_a_flower_before_the_sky_belongs_to_it_a_grey_thing_does_not() -> None:
    heart = at(slice(20, 38), slice(40, 64))
    for colour, least, most in (((82, 58, 40), 0.8, 1.0), ((90, 92, 98), 0.0, 0.2)):
        there = garden(("vegetation", LEAVES), ("subject", at(slice(0, 1), slice(0, 1))))
        image = there.image.copy()
        image[heart] = colour
        regions = [
            replace(region, mask=np.where(heart, 0.0, region.mask).astype(np.float32))
            if region.kind == "sky"
            else region
            for region in there.regions
        ]
        look = Look.of(replace(there, image=image, regions=tuple(regions)))
        assert least <= share(find_flowers(look), heart) <= most


def test_people_are_no_flowers_whatever_they_wear() -> None:
    look = Look.of(garden(("vegetation", LEAVES), ("subject", BLOSSOM), ("person", BLOSSOM)))
    assert share(find_flowers(look), BLOSSOM) < 0.05


@pytest.mark.parametrize(
    ("words", "flowers"),
    [
        ("the sunflowers sway", True),
        ("les tournesols se balancent", True),
        ("the roses sway", True),
        ("the trees sway", False),
        ("", False),
    ],
)
def test_words_that_name_flowers_ask_for_flowers(words: str, flowers: bool) -> None:
    evidence = ELEMENTS["foliage"].search_for(words).evidence
    assert evidence is (find_flowers if flowers else find_plants)


def test_the_seam_between_plants_and_sky_gives_way_but_for_what_is_held() -> None:
    plants, sky = at(slice(50, 96), slice(None)), at(slice(0, 44), slice(None))
    held = at(slice(0, 96), slice(100, 160)).astype(np.float32)
    given = with_give(plants.astype(np.float32), sky.astype(np.float32), 12.0, held=held)
    assert given[44:50, :90].min() == 1.0
    assert given[44:50, 110:].max() == 0.0


def test_cracks_and_pinholes_in_what_gives_way_do_not_hold_the_plants() -> None:
    plants = at(slice(50, 96), slice(None)).astype(np.float32)
    sky = at(slice(0, 50), slice(None)).astype(np.float32)
    sky[35:37, 20:60] = 0.0
    given = with_give(plants, sky, 20.0)
    assert given[31:, :].min() == 1.0
    sky[:, 60:90] = 0.0  # a tower
    assert with_give(plants, sky, 20.0)[31:36, 65:85].max() == 0.0

"""Clothes by what they are not: face, hair, skin, background."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.living.test_figure import BROWN, SKIN, head
from tests.unit.living.test_living import FRAME

from kinora.living.evidence.clothes import find_clothes
from kinora.living.evidence.look import Bool, Look
from kinora.types.scene import Scene

TALL = 256 / FRAME.width


def dressed() -> Scene:
    """A head over a coat, in it a bare patch, a scarf beside the chin."""
    before = head(BROWN)
    image = before.image.copy()
    image[76:92, 70:90] = SKIN
    image[54:68, 58:66] = (40, 120, 60)
    person = before.regions[0]
    mask = person.mask.copy()
    mask[54:68, 58:66] = 1.0
    return replace(before, image=image, regions=(replace(person, mask=mask), *before.regions[1:]))


def share(found: Bool, rows: slice, columns: slice) -> float:
    at = [slice(round(s.start * TALL), round(s.stop * TALL)) for s in (rows, columns)]
    return float(found[at[0], at[1]].mean())


def test_a_scarf_reaches_up_beside_the_chin_and_skin_is_none() -> None:
    found = find_clothes(Look.of(dressed()))
    assert found is not None
    assert share(found, slice(72, 94), slice(46, 66)) > 0.95  # the coat
    assert share(found, slice(57, 66), slice(59, 64)) > 0.9  # the scarf
    assert share(found, slice(79, 89), slice(73, 87)) < 0.05  # bare skin
    assert share(found, slice(12, 40), slice(60, 100)) < 0.02  # hair and face
    assert share(found, slice(0, 90), slice(0, 36)) == 0.0  # the wall


def test_small_holes_belong_to_clothes_and_small_parts_apart_do_not() -> None:
    before = dressed()
    image = before.image.copy()
    image[84:89, 50:56] = SKIN
    image[80:92, 4:14] = (40, 120, 60)
    person = before.regions[0]
    mask = person.mask.copy()
    mask[80:92, 4:14] = 1.0
    there = replace(before, image=image, regions=(replace(person, mask=mask), *before.regions[1:]))
    found = find_clothes(Look.of(there))
    assert found is not None
    assert share(found, slice(84, 89), slice(50, 56)) == 1.0
    assert share(found, slice(76, 94), slice(0, 18)) == 0.0


def test_without_a_face_nothing_is_taken_for_clothes() -> None:
    before = dressed()
    bare = replace(before, regions=before.regions[:1])
    assert find_clothes(Look.of(bare)) is None


def collar(wide: int) -> Scene:
    """A head alone, with something green below the chin."""
    before = head(BROWN)
    person = before.regions[0]
    image, mask = before.image.copy(), person.mask.copy()
    mask[66:] = 0.0
    image[66:74, 80 : 80 + wide], mask[66:74, 80 : 80 + wide] = (40, 120, 60), 1.0
    cut = replace(person, mask=mask)
    return replace(before, image=image, regions=(cut, *before.regions[1:]))


def test_a_few_pixels_are_no_clothes() -> None:
    assert find_clothes(Look.of(collar(6))) is None
    found = find_clothes(Look.of(collar(20)))
    assert found is not None
    assert share(found, slice(67, 73), slice(82, 98)) > 0.9

"""The words by which callers may give masks."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import kinora.prompt
from kinora.arguments import masks_of
from kinora.errors import FieldError, InputError
from kinora.types.living import MASK_NAMES, mask_kind
from kinora.wire.draft import Reference
from kinora.wire.masks import read_masks

BOX = (0.0, 0.0, 0.5, 0.5)
LEXICONS = Path(kinora.prompt.__file__).parent / "lexicons"


def no_picture(value: object, param: str) -> Reference:
    raise AssertionError(f"{param} is a box, no picture: {value}")


@pytest.mark.parametrize("name", MASK_NAMES)
def test_every_kind_is_its_own_name(name: str) -> None:
    assert mask_kind(name) == name


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("kind", ["cloth", "flag"])
def test_single_words_of_the_lexicon_for_cloth_and_flags_are_kinds(lang: str, kind: str) -> None:
    table = yaml.safe_load((LEXICONS / f"{lang}.yaml").read_text())["elements"][kind]
    words = [word.strip() for word in table.split(",")]
    single = [word for word in words if " " not in word]
    plurals = [word.removesuffix("/n") + "s" for word in single if word.endswith("/n")]
    names = [word.removesuffix("/n") for word in single] + plurals
    assert len(names) > 5
    assert {name: mask_kind(name) for name in names} == dict.fromkeys(names, kind)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Curtains", "cloth"),
        ("écharpe", "cloth"),
        ("rideaux", "cloth"),
        ("hélice", "propeller"),
        ("enseigne", "sign"),
        ("lanterne", "lantern"),
    ],
)
def test_case_accents_and_plurals_do_not_matter(name: str, kind: str) -> None:
    assert masks_of({name: BOX}) == {kind: BOX}
    (draft,) = read_masks([{"kind": name, "box": list(BOX)}], picture=no_picture)
    assert draft.spec.kind == kind


def test_other_words_are_refused_with_those_that_are_allowed() -> None:
    with pytest.raises(InputError, match=r"no mask 'unicorn'; allowed are animal.*curtain"):
        masks_of({"unicorn": BOX})
    with pytest.raises(FieldError, match="unicorn"):
        read_masks([{"kind": "unicorn", "box": list(BOX)}], picture=no_picture)


def test_two_words_for_the_same_kind_are_refused() -> None:
    with pytest.raises(InputError, match="join them in one"):
        masks_of({"curtain": BOX, "cloth": BOX})

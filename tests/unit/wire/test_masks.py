"""The field ``masks`` of a request."""

from __future__ import annotations

from typing import Any

import pytest

from kinora.api.brackets import nest, read_json_strings
from kinora.errors import FieldError
from kinora.settings import Settings
from kinora.types.video import MaskSpec
from kinora.wire.draft import CreateDraft, FileReference, MaskDraft, UrlReference
from kinora.wire.fields import read_create, read_edit, read_remix

BOX = {"kind": "flag", "box": [0, 0.1, 0.5, 1]}


def masks(value: Any) -> tuple[MaskDraft, ...]:
    draft = read_create({"prompt": "push in", "masks": value}, Settings())
    assert isinstance(draft, CreateDraft)
    return draft.masks


def test_boxes_and_pictures_are_told_apart() -> None:
    image = {"kind": "water", "image": {"file_id": "file-1"}}
    link = {"kind": "keep", "image": "https://example.com/m.png"}
    assert masks([BOX, image, link]) == (
        MaskDraft(spec=MaskSpec(kind="flag", box=(0.0, 0.1, 0.5, 1.0))),
        MaskDraft(spec=MaskSpec(kind="water"), image=FileReference(id="file-1")),
        MaskDraft(spec=MaskSpec(kind="keep"), image=UrlReference(url="https://example.com/m.png")),
    )


def test_forms_spell_them_with_brackets_or_as_json() -> None:
    numbers = ["0", "0.1", "0.5", "1"]
    form = nest([("masks[][kind]", "flag"), *(("masks[][box][]", number) for number in numbers)])
    told = read_json_strings({"masks": '[{"kind": "flag", "box": [0, 0.1, 0.5, 1]}]'})
    assert masks(form["masks"]) == masks(told["masks"]) == masks([BOX])


def test_a_remix_takes_new_ones_or_keeps_its_source_s() -> None:
    kept = read_remix({"prompt": "slower"}, Settings(), source_id="video_1")
    new = read_edit({"prompt": "slower", "masks": [BOX]}, Settings(), source_id="video_1")
    assert kept.masks is None
    assert new.masks == masks([BOX])


@pytest.mark.parametrize(
    ("word", "kind"), [("curtain", "cloth"), ("Écharpe", "cloth"), ("lanterne", "lantern")]
)
def test_other_words_for_a_kind_are_heeded(word: str, kind: str) -> None:
    (draft,) = masks([{**BOX, "kind": word}])
    assert draft.spec == MaskSpec(kind=kind, box=(0.0, 0.1, 0.5, 1.0))


@pytest.mark.parametrize(
    ("value", "param", "says"),
    [
        ("flag", "masks", "array"),
        ([1], "masks[0]", "object"),
        ([{"kind": "dragon", "box": [0, 0, 1, 1]}], "masks[0].kind", "'water'"),
        ([{"box": [0, 0, 1, 1]}], "masks[0].kind", "Missing"),
        ([{"kind": "flag"}], "masks[0]", "neither"),
        ([{**BOX, "image": "file-1"}], "masks[0]", "both"),
        ([{"kind": "flag", "box": [0, 0, 0, 1]}], "masks[0].box", "left, top, right, bottom"),
        ([{"kind": "flag", "box": [0, 0, 1]}], "masks[0].box", "left, top, right, bottom"),
        ([{"kind": "flag", "box": [0, 0, True, 1]}], "masks[0].box", "0 to 1"),
        ([{"kind": "flag", "image": {"id": 1}}], "masks[0].image.id", "masks[0].image.id"),
        ([BOX, BOX], "masks", "twice"),
        ([BOX] * 9, "masks", "8"),
        ([{**BOX, "shape": 1}], "masks[0].shape", "masks[0].shape"),
    ],
)
def test_others_are_refused_with_what_is_allowed(value: Any, param: str, says: str) -> None:
    with pytest.raises(FieldError) as caught:
        masks(value)
    assert caught.value.param == param
    assert says in caught.value.message

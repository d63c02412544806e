from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from kinora.errors import FieldError, InputError, PlanError
from kinora.settings import ModelEntry, Settings
from kinora.types.video import Stitch, VideoSpec
from kinora.wire.draft import CreateDraft, FileReference, RevisionDraft, UrlReference
from kinora.wire.fields import (
    read_create,
    read_edit,
    read_extension,
    read_remix,
    read_stitch,
)

SETTINGS = Settings()
PLAN = {
    "duration": 3.0,
    "beats": [{"id": "b", "t0": 0.0, "t1": 3.0, "camera": [{"id": "c", "op": "static"}]}],
}


@dataclasses.dataclass(frozen=True)
class Part:
    filename: str = "a.png"
    content_type: str | None = None
    path: Path = Path("a.png")
    bytes: int = 1
    sha256: str = "0" * 64


def create(**fields: Any) -> CreateDraft:
    draft = read_create({"prompt": "push in", **fields}, SETTINGS)
    assert isinstance(draft, CreateDraft)
    return draft


def refused(**fields: Any) -> FieldError:
    with pytest.raises(FieldError) as caught:
        create(**fields)
    return caught.value


def test_what_is_left_out_is_as_the_contract_says() -> None:
    draft = create()
    assert draft.reference is None
    assert draft.spec == VideoSpec(
        kind="create", model="sora-2", engine="parallax", prompt="push in"
    )
    assert (draft.spec.seconds, draft.spec.size) == ("4", "720x1280")


def test_null_is_the_same_as_left_out() -> None:
    assert create(seconds=None, size=None, input_reference=None, seed=None) == create()


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("8", "8"),
        (8, "8"),
        (8.0, "8"),
        ("8.0", "8"),
        ("2.50", "2.5"),
        (2.5, "2.5"),
        (120, "120"),
        ("auto", None),
    ],
)
def test_seconds_come_as_number_or_text(given: object, meant: str | None) -> None:
    assert create(seconds=given).spec.seconds == meant


@pytest.mark.parametrize("given", ["10s", "0", 0, 121, "120.001", "-4", "1e2", "٤", "", "4.0001"])
def test_other_seconds_are_refused_in_the_words_of_e1(given: object) -> None:
    error = refused(seconds=given)
    assert error.message == (
        f"Invalid value: '{given}'. Supported values are: any number from 1 to 120 with at most "
        "three decimals, such as '4', and 'auto'."
    )
    assert (error.param, error.code) == ("seconds", "invalid_value")


def test_seconds_of_another_type_are_refused_in_the_words_of_e4() -> None:
    error = refused(seconds=[8])
    assert error.message == (
        "Invalid type for 'seconds': expected a number or a string, but got an array instead."
    )
    assert (error.param, error.code) == ("seconds", "invalid_type")
    assert "a boolean" in refused(seconds=True).message


@pytest.mark.parametrize("given", ["1280x720", "720x1280", "1024x1808", "64x64", "3840x2160"])
def test_any_even_size_is_taken(given: str) -> None:
    assert create(size=given).spec.size == given


def test_the_size_auto_is_the_pictures() -> None:
    assert create(size="auto").spec.size is None


@pytest.mark.parametrize("given", ["641x360", "1280×720", "16:9", "62x64", "4096x4096", "1x1x1"])
def test_other_sizes_are_refused_in_the_words_of_e2(given: str) -> None:
    error = refused(size=given)
    assert error.message.startswith(f"Invalid value: '{given}'. Supported values are: 'auto'")
    assert "even sides from 64 to 4096" in error.message
    assert (error.param, error.code) == ("size", "invalid_value")


def test_models_are_those_of_the_settings() -> None:
    assert create(model="sora-2-pro-2025-10-06").spec.model == "sora-2-pro-2025-10-06"
    assert create(model="sora-2-pro").spec.quality == "pro"
    error = refused(model="sora-1-turbo")
    names = "', '".join(list(SETTINGS.models)[:-1])
    last = list(SETTINGS.models)[-1]
    assert error.message == (
        f"Invalid value: 'sora-1-turbo'. Supported values are: '{names}', and '{last}'."
    )
    assert (error.param, error.code) == ("model", "invalid_value")


def test_without_sora_2_the_first_model_is_the_default() -> None:
    only = Settings(models={"mine": ModelEntry(quality="draft")})
    draft = read_create({"prompt": "x"}, only)
    assert isinstance(draft, CreateDraft)
    assert (draft.spec.model, draft.spec.quality) == ("mine", "draft")


def test_a_quality_wins_over_that_of_the_model() -> None:
    assert create(model="sora-2-pro", quality="draft").spec.quality == "draft"
    assert create(quality="standard").spec.quality == "standard"
    assert refused(quality="hd").message == (
        "Invalid value: 'hd'. Supported values are: 'draft', 'standard', and 'pro'."
    )


def test_an_unknown_field_is_refused_in_the_words_of_e8() -> None:
    error = refused(width="640")
    assert error.message == "Unknown parameter: 'width'."
    assert (error.param, error.code) == ("width", "unknown_parameter")


def test_what_gateways_add_is_let_through() -> None:
    extra = {"user": "u", "metadata": {"a": "b"}, "safety_identifier": "s", "n": 1}
    assert create(**extra) == create()
    assert create(n="1") == create()
    assert refused(n=2).message == "Invalid value: '2'. Supported values are: '1'."
    assert refused(n=True).param == "n"


def test_a_missing_prompt_is_refused_in_the_words_of_e9() -> None:
    with pytest.raises(FieldError) as caught:
        read_create({"model": "sora-2"}, SETTINGS)
    assert caught.value.message == "Missing required parameter: 'prompt'."
    assert (caught.value.param, caught.value.code) == ("prompt", "missing_required_parameter")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("", "empty_string"),
        (" \n", "empty_string"),
        ("x" * 32_001, "string_above_max_length"),
        (3, "invalid_type"),
        (["x"], "invalid_type"),
    ],
)
def test_a_prompt_says_something(given: object, code: str) -> None:
    error = refused(prompt=given)
    assert (error.param, error.code) == ("prompt", code)


def test_a_prompt_may_be_as_long_as_the_contract_says() -> None:
    assert len(create(prompt="x" * 32_000).spec.prompt) == 32_000


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("file-abc", FileReference(id="file-abc")),
        ({"file_id": "file-abc"}, FileReference(id="file-abc")),
        ({"file_id": "file-abc", "image_url": None}, FileReference(id="file-abc")),
        ({"image_url": "https://a.example/x.jpg"}, UrlReference(url="https://a.example/x.jpg")),
        ("https://a.example/x.jpg", UrlReference(url="https://a.example/x.jpg")),
        ("data:image/png;base64,AA==", UrlReference(url="data:image/png;base64,AA==")),
        (Part(), Part()),
    ],
)
def test_a_picture_is_a_file_an_id_or_a_url(given: object, meant: object) -> None:
    assert create(input_reference=given).reference == meant


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("photo.png", "expected a file, an object, a file id, or a URL, but got a string instead"),
        (7, "but got an integer instead"),
        ({}, "exactly one of 'image_url' and 'file_id', but got neither"),
        ({"file_id": "file-a", "image_url": "https://a"}, "but got both"),
        ({"url": "https://a"}, "Unknown parameter: 'input_reference.url'"),
        ({"file_id": 7}, "Invalid type for 'input_reference.file_id'"),
        ({"file_id": "a b"}, "Invalid value: 'a b'"),
        ({"image_url": {"url": "https://a"}}, "expected a string, but got an object instead"),
        ({"image_url": "data:," + "x" * 20_971_520}, "string too long"),
    ],
)
def test_other_pictures_are_refused(given: object, said: str) -> None:
    error = refused(input_reference=given)
    assert said in error.message
    assert error.param is not None
    assert error.param.startswith("input_reference")


def test_a_url_may_be_as_long_as_the_contract_says() -> None:
    url = "data:," + "x" * (20_971_520 - 6)
    assert create(input_reference={"image_url": url}).reference == UrlReference(url=url)


def test_characters_are_at_most_two_objects_with_ids() -> None:
    assert create(characters=[{"id": "char_1"}, {"id": "char_2"}]).spec.character_ids == (
        "char_1",
        "char_2",
    )
    assert refused(characters=[{"id": "c"}] * 3).code == "array_above_max_length"
    assert refused(characters={"id": "c"}).code == "invalid_type"
    assert refused(characters=[{"name": "c"}]).message == "Unknown parameter: 'characters[0].name'."
    assert refused(characters=[{}]).message == "Missing required parameter: 'characters[0].id'."


@pytest.mark.parametrize(
    ("given", "meant"), [(24, "24"), ("29.97", "30000/1001"), (12.5, "25/2"), ("30000/1001",) * 2]
)
def test_frame_rates_are_exact(given: object, meant: str) -> None:
    assert create(fps=given).spec.fps == meant


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fps", 0),
        ("fps", 121),
        ("fps", "fast"),
        ("fps", False),
        ("seed", -1),
        ("seed", 2**53),
        ("seed", "x"),
        ("seed", 1.5),
        ("fit", "stretch"),
        ("fit", 1),
        ("strict", "yes"),
        ("strict", 1),
    ],
)
def test_impossible_extras_are_refused_by_name(name: str, value: object) -> None:
    assert refused(**{name: value}).param == name


def test_forms_write_numbers_and_booleans_as_text() -> None:
    spec = create(seed="42", strict="true", fps="24", fit="pad").spec
    assert (spec.seed, spec.strict, spec.fps, spec.fit) == (42, True, "24", "pad")
    assert not create(strict="false").spec.strict


def test_a_plan_stands_for_words_and_brings_its_length() -> None:
    draft = read_create({"plan": PLAN}, SETTINGS)
    assert isinstance(draft, CreateDraft)
    assert draft.spec.plan is not None
    assert draft.spec.seconds is None
    assert create(plan=PLAN, seconds=5).spec.seconds == "5"
    assert create(plan={"plan": PLAN, "report": {}}).spec.plan == draft.spec.plan
    assert create(plan=json.dumps(PLAN)).spec.plan == draft.spec.plan


@pytest.mark.parametrize("given", [{}, {"beats": []}, "not json", 3, {**PLAN, "duration": 4}])
def test_a_broken_plan_is_refused(given: object) -> None:
    with pytest.raises(InputError) as caught:
        create(plan=given)
    assert caught.value.param == "plan"


def test_an_endless_plan_is_refused() -> None:
    notes = [{"id": f"n{i}", "text": "x" * 1000} for i in range(300)]
    with pytest.raises(PlanError, match="larger than the allowed"):
        create(plan={**PLAN, "style": notes})


def test_a_create_that_names_a_video_is_a_remix_of_it() -> None:
    draft = read_create(
        {"prompt": "pan left", "remix_video_id": "video_1", "size": "1280x720", "seconds": "auto"},
        SETTINGS,
    )
    assert draft == RevisionDraft(
        kind="remix", source="video_1", changes={"prompt": "pan left", "size": "1280x720"}
    )
    for name, value in {"input_reference": "file-a", "characters": [{"id": "c"}]}.items():
        with pytest.raises(FieldError, match="a remix keeps the picture"):
            read_create({"prompt": "x", "remix_video_id": "video_1", name: value}, SETTINGS)
    with pytest.raises(FieldError, match="Missing required parameter: 'prompt'"):
        read_create({"remix_video_id": "video_1"}, SETTINGS)


def test_a_remix_takes_words_and_little_more() -> None:
    draft = read_remix({"prompt": "pan left", "seed": 3}, SETTINGS, source_id="video_1")
    assert draft == RevisionDraft(
        kind="remix", source="video_1", changes={"prompt": "pan left", "seed": 3}
    )
    with pytest.raises(FieldError, match="Unknown parameter: 'size'"):
        read_remix({"prompt": "x", "size": "64x64"}, SETTINGS, source_id="v")
    with pytest.raises(FieldError, match="Unknown parameter: 'video'"):
        read_remix({"prompt": "x", "video": {"id": "v"}}, SETTINGS, source_id="v")
    with pytest.raises(FieldError, match="Missing required parameter: 'prompt'"):
        read_remix({}, SETTINGS, source_id="v")


def test_an_edit_names_its_source_in_the_body_or_in_the_path() -> None:
    by_body = read_edit({"prompt": "x", "video": {"id": "video_1"}}, SETTINGS)
    assert by_body == read_edit({"prompt": "x"}, SETTINGS, source_id="video_1")
    assert by_body == read_edit({"prompt": "x", "video": "video_1"}, SETTINGS)
    assert isinstance(read_edit({"prompt": "x", "video": Part()}, SETTINGS).source, Part)
    with pytest.raises(FieldError, match="Missing required parameter: 'video'"):
        read_edit({"prompt": "x"}, SETTINGS)
    with pytest.raises(FieldError, match=r"Missing required parameter: 'video\.id'"):
        read_edit({"prompt": "x", "video": {}}, SETTINGS)
    with pytest.raises(FieldError, match="but got an integer"):
        read_edit({"prompt": "x", "video": 3}, SETTINGS)


def test_an_extension_needs_seconds_up_to_twenty() -> None:
    draft = read_extension({"prompt": "x", "seconds": 20, "video": {"id": "v"}}, SETTINGS)
    assert draft.changes["seconds"] == "20"
    with pytest.raises(FieldError, match="Missing required parameter: 'seconds'"):
        read_extension({"prompt": "x", "video": {"id": "v"}}, SETTINGS)
    for value in (21, "auto", 0):
        with pytest.raises(FieldError, match="any number from 1 to 20"):
            read_extension({"prompt": "x", "seconds": value, "video": {"id": "v"}}, SETTINGS)


def test_a_stitch_joins_two_to_twenty() -> None:
    assert read_stitch({"videos": ["v1", {"id": "v2"}]}).source_ids == ("v1", "v2")
    fade = read_stitch(
        {"videos": ["a", "b"], "transition": "crossfade", "transition_seconds": "1.5"}
    )
    assert fade.stitch == Stitch(transition="crossfade", transition_seconds=1.5)
    for broken in (
        {},
        {"videos": "v1"},
        {"videos": ["v1"]},
        {"videos": ["v"] * 21},
        {"videos": ["a", "b"], "transition": "wipe"},
        {"videos": ["a", "b"], "transition": "crossfade", "transition_seconds": 9},
        {"videos": ["a", "b"], "transition_seconds": 1},
        {"videos": ["a", 7]},
    ):
        with pytest.raises(FieldError):
            read_stitch(broken)


def test_long_values_are_not_repeated_in_full() -> None:
    assert len(refused(seconds="9" * 5000).message) < 400

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from skimage import data

from kinora.errors import InputError
from kinora.policy.faces import LARGE, faces_of, find_faces, has_eyes
from kinora.policy.pictures import check_faces, check_similarity
from kinora.policy.registry import COMPARE_ALL, Registry
from kinora.policy.similar import Print, Query, print_of

U8 = NDArray[np.uint8]
KNOWN = {"subject": "input_reference", "sha256": "0" * 64}


@pytest.fixture(scope="module")
def coffee() -> U8:
    return np.ascontiguousarray(data.coffee())


@pytest.fixture(scope="module")
def held(coffee: U8) -> list[tuple[str, Print]]:
    return [("coffee", print_of(coffee)), ("rocket", print_of(data.rocket()))]


@pytest.fixture(scope="module")
def blocked(held: list[tuple[str, Print]]) -> Registry:
    return Registry(held)


@pytest.fixture(scope="module")
def many(held: list[tuple[str, Print]]) -> Registry:
    """So many that not all are compared."""
    rng = np.random.default_rng(3)
    places = np.zeros((200, 2), np.float32)
    others = [
        (
            f"noise {k}",
            Print(
                sketch=rng.integers(0, 256, 32, np.uint8),
                places=places,
                marks=rng.integers(0, 256, (200, 32), np.uint8),
            ),
        )
        for k in range(COMPARE_ALL + 100)
    ]
    return Registry([*others, *held])


def is_found(rgb: U8, blocked: Registry) -> bool:
    found = blocked.nearest(Query(rgb))
    return found is not None and found[1].is_alike


def jpeg(rgb: U8, quality: int) -> U8:
    stream = io.BytesIO()
    Image.fromarray(rgb).save(stream, "JPEG", quality=quality)
    return np.asarray(Image.open(stream))


@pytest.mark.parametrize(
    "edit",
    [
        lambda rgb: rgb,
        lambda rgb: cv2.resize(rgb, None, fx=0.3, fy=0.3, interpolation=cv2.INTER_AREA),
        lambda rgb: jpeg(rgb, 30),
        lambda rgb: np.ascontiguousarray(rgb[:, ::-1]),
        lambda rgb: np.repeat(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2),
        lambda rgb: rgb[40:-40, 60:-60],
        lambda rgb: jpeg(np.ascontiguousarray(rgb[80:, 120:][:, ::-1]), 30),
    ],
    ids=["same", "small", "jpeg", "mirror", "grey", "crop", "crop-mirror-jpeg"],
)
def test_edited_copies_are_found(
    coffee: U8, blocked: Registry, many: Registry, edit: object
) -> None:
    query = Query(edit(coffee))  # type: ignore[operator]
    for registry in (blocked, many):
        name, match = registry.nearest(query)  # type: ignore[misc]
        assert (name, match.is_alike) == ("coffee", True)


@pytest.mark.parametrize("picture", [data.astronaut, data.chelsea, data.brick, data.grass])
def test_other_pictures_are_not(blocked: Registry, many: Registry, picture: object) -> None:
    rgb = picture()  # type: ignore[operator]
    rgb = rgb if rgb.ndim == 3 else np.repeat(rgb[..., None], 3, axis=2)
    assert not is_found(rgb, blocked)
    assert not is_found(rgb, many)


def test_a_flat_picture_is_like_no_other(blocked: Registry) -> None:
    flat = np.full((200, 300, 3), 90, np.uint8)
    assert print_of(flat).is_flat
    assert not is_found(flat, Registry([*blocked.held, ("flat", print_of(flat))]))


def test_a_crop_is_found_among_many_blocked_frames_of_one_scene(coffee: U8) -> None:
    one = print_of(coffee)
    scene = Registry([(f"frame {k}", one) for k in range(600)])
    assert is_found(np.ascontiguousarray(coffee[60:-40, 120:-60]), scene)
    assert not is_found(data.astronaut(), scene)


def test_a_print_is_stored_and_read_back(coffee: U8) -> None:
    held = print_of(coffee)
    read = Print.from_json(held.as_json())
    assert np.array_equal(read.sketch, held.sketch)
    assert np.array_equal(read.marks, held.marks)
    assert np.abs(read.places - held.places).max() < 0.05
    for text in ("", "{}", '{"version": "another"}', held.as_json().replace("sketch-orb", "x")):
        with pytest.raises(InputError):
            Print.from_json(text)


def test_a_blocked_picture_is_refused_by_name(coffee: U8, blocked: Registry) -> None:
    verdict = check_similarity(coffee, blocked, **KNOWN)  # type: ignore[arg-type]
    assert (verdict.decision, verdict.code) == ("refuse", "third_party_similarity")
    assert "blocked.coffee" in verdict.detail
    assert check_similarity(coffee, Registry([]), **KNOWN).decision == "allow"  # type: ignore[arg-type]


def test_a_face_is_found_where_it_is() -> None:
    (face,) = find_faces(data.astronaut())
    assert 0.3 < face.x < face.x + face.width < 0.6
    assert face.y + face.height < 0.5
    assert find_faces(data.coffee()) == ()


def test_a_face_in_a_clip_is_one_that_two_frames_agree_on() -> None:
    face, none = data.astronaut(), np.zeros_like(data.astronaut())
    shifted, far = np.roll(face, 60, axis=1), np.roll(face, 250, axis=1)
    assert len(faces_of((face, shifted))) == 1
    assert faces_of((face, none)) == faces_of((none, face)) == faces_of((face, far)) == ()
    assert len(faces_of((face,))) == 1


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_face_in_a_photo_is_found_however_it_is_turned(turns: int) -> None:
    rgb = data.astronaut()
    (upright,) = faces_of((rgb,))
    quarter = np.ascontiguousarray(np.rot90(rgb[:256], turns))
    found = faces_of((quarter,))[0]
    # Where the middle of the face lies, by turning a picture of that one point.
    point = np.zeros(rgb[:256].shape[:2])
    x, y = upright.x + upright.width / 2, upright.y + upright.height / 2
    point[round(y * 512), round(x * 512)] = 1
    row, column = np.argwhere(np.rot90(point, turns))[0] / quarter.shape[:2]
    assert abs(found.y + found.height / 2 - row) < 0.1
    assert abs(found.x + found.width / 2 - column) < 0.1
    assert found.area >= LARGE


def test_a_face_that_the_photo_did_not_show_must_have_eyes() -> None:
    rgb = data.astronaut()
    (face,) = find_faces(rgb)
    assert has_eyes(rgb, face)
    assert not has_eyes(data.coffee()[:400, :512], face)
    assert len(faces_of((rgb, rgb), least=LARGE)) == 1
    assert faces_of((rgb, rgb), least=0.2) == ()


def test_small_patterns_in_a_turned_photo_are_no_faces() -> None:
    small = np.full((720, 1280, 3), 128, np.uint8)
    small[:400, :400] = cv2.resize(data.astronaut(), (400, 400), interpolation=cv2.INTER_AREA)
    assert len(faces_of((small,))) == 1
    assert faces_of((np.ascontiguousarray(np.rot90(small)),)) == ()


@pytest.mark.parametrize(
    ("mode", "consent", "decision", "code"),
    [
        ("allow", False, "allow", None),
        ("consent", False, "needs_consent", "likeness_consent_required"),
        ("consent", True, "allow", None),
        ("refuse", True, "refuse", "likeness_refused"),
    ],
)
def test_a_face_is_treated_as_the_operator_wants(
    mode: str, consent: bool, decision: str, code: str | None
) -> None:
    verdict = check_faces([(data.astronaut(),)], mode, consent=consent, **KNOWN)  # type: ignore[arg-type]
    assert (verdict.decision, verdict.code) == (decision, code)
    assert verdict.examined == (mode != "allow")
    assert [f.category for f in verdict.findings] == ["likeness"] * verdict.examined
    none = check_faces([(data.coffee(),)], mode, consent=consent, **KNOWN)  # type: ignore[arg-type]
    assert (none.decision, none.findings) == ("allow", ())

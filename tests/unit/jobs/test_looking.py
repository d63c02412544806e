from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from skimage import data

from kinora.errors import PolicyError
from kinora.jobs.looking import look_at_inputs, look_at_output
from kinora.jobs.reading import PolicyTask, RenderTask, SourceVideo
from kinora.policy.faces import find_faces
from kinora.policy.similar import print_of
from kinora.types.policy import FaceMode
from kinora.types.video import VideoKind, VideoSpec


@pytest.fixture
def portrait(tmp_path: Path) -> Path:
    path = tmp_path / "astronaut.png"
    Image.fromarray(data.astronaut()).save(path)
    return path


@pytest.fixture
def blocked(tmp_path: Path) -> Path:
    path = tmp_path / "blocked.json"
    path.write_text(json.dumps([["coffee", print_of(data.coffee()).as_json()]]))
    return path


COFFEE: NDArray[np.uint8] = data.coffee()[:400, :512]
FACE: NDArray[np.uint8] = data.astronaut()[:400]


def still_clip(path: Path, picture: NDArray[np.uint8] | None = None) -> Path:
    return clip_of(path, [data.coffee() if picture is None else picture] * 6)


def clip_of(path: Path, frames: Sequence[NDArray[np.uint8]]) -> Path:
    """At ten frames a second."""
    with av.open(str(path), "w") as output:
        track = output.add_stream("libx264", rate=10)
        track.height, track.width = frames[0].shape[:2]
        track.pix_fmt = "yuv420p"
        for rgb in frames:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")
            output.mux(track.encode(frame))
        output.mux(track.encode(None))
    return path


def task(
    picture: Path | None,
    *,
    faces: FaceMode = "allow",
    blocked: Path | None = None,
    consent: str | None = None,
    kind: VideoKind = "create",
    clip: Path | None = None,
) -> RenderTask:
    return RenderTask(
        spec=VideoSpec(kind=kind, model="m", engine="e", likeness_consent=consent),
        picture=picture,
        sources=() if clip is None else (SourceVideo(clip=clip),),
        policy=PolicyTask(faces=faces, blocked=blocked),
    )


def test_a_face_needs_its_owners_word(portrait: Path) -> None:
    with pytest.raises(PolicyError) as caught:
        look_at_inputs(task(portrait, faces="consent"))
    assert caught.value.code == "likeness_consent_required"
    assert caught.value.param == "input_reference"
    assert "likeness_consent" in str(caught.value.hint)
    assert caught.value.records[1]["decision"] == "needs_consent"
    assert [r["check"] for r in caught.value.records] == ["similarity", "faces"]
    agreed = look_at_inputs(task(portrait, faces="consent", consent="N. N. agreed"))
    assert [v.decision for v in agreed] == ["allow", "allow"]
    left = look_at_inputs(task(portrait, faces="allow"))
    assert [(v.decision, v.examined) for v in left] == [("allow", False)] * 2


def test_each_verdict_has_version_threshold_and_evidence(portrait: Path, blocked: Path) -> None:
    given = task(portrait, faces="consent", consent="she agreed", blocked=blocked)
    similarity, faces = (v.record() for v in look_at_inputs(given))
    assert similarity["version"]
    assert similarity["measured"]["bits"] > similarity["limits"]["bits"]
    assert similarity["measured"]["marks"] < similarity["limits"]["marks"]
    assert (faces["measured"]["faces"], faces["limits"]["faces"]) == (1, 1)
    assert (
        similarity["sha256"] == faces["sha256"] == hashlib.sha256(portrait.read_bytes()).hexdigest()
    )


def test_the_same_picture_is_refused_the_same_way(portrait: Path) -> None:
    refusals = []
    for _ in range(2):
        with pytest.raises(PolicyError) as caught:
            look_at_inputs(task(portrait, faces="refuse"))
        refusals.append((caught.value.message, caught.value.code, caught.value.records))
    assert refusals[0] == refusals[1]


def test_a_face_in_the_output_that_nobody_agreed_to_is_refused(tmp_path: Path) -> None:
    clip = still_clip(tmp_path / "face.mp4", FACE)
    with pytest.raises(PolicyError) as caught:
        look_at_output(task(None, faces="consent"), clip, "0" * 64)
    assert (caught.value.code, caught.value.param) == ("likeness_consent_required", "output")
    look_at_output(task(None, faces="consent", consent="she agreed"), clip, "0" * 64)


def test_a_large_face_that_an_admitted_photo_did_not_show_is_refused(tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    Image.fromarray(data.coffee()).save(photo)
    given = task(photo, faces="consent")
    assert look_at_inputs(given)[-1].decision == "allow"
    closer = still_clip(tmp_path / "face.mp4", FACE)
    with pytest.raises(PolicyError) as caught:
        look_at_output(given, closer, "0" * 64)
    assert (caught.value.code, caught.value.param) == ("likeness_consent_required", "output")
    agreed = task(photo, faces="consent", consent="she agreed")
    assert look_at_output(agreed, closer, "0" * 64)[-1].decision == "allow"


def test_small_and_passing_faces_in_a_video_of_an_admitted_photo_are_not_refused(
    tmp_path: Path, portrait: Path
) -> None:
    given = task(portrait, faces="refuse")
    small = np.full((720, 1280, 3), 128, np.uint8)
    small[:400, :400] = cv2.resize(data.astronaut(), (400, 400), interpolation=cv2.INTER_AREA)
    assert find_faces(small)
    passed = look_at_output(given, still_clip(tmp_path / "small.mp4", small), "0" * 64)
    assert passed[-1].decision == "allow"
    with pytest.raises(PolicyError):  # of a video that no photo is behind, any face counts
        look_at_output(task(None, faces="refuse"), tmp_path / "small.mp4", "0" * 64)
    moment = clip_of(tmp_path / "moment.mp4", [FACE, *[COFFEE] * 5])
    assert look_at_output(given, moment, "0" * 64)[-1].decision == "allow"


def test_a_photo_turned_on_its_side_needs_consent_too(tmp_path: Path) -> None:
    photo = tmp_path / "turned.png"
    Image.fromarray(np.rot90(data.astronaut())).save(photo)
    with pytest.raises(PolicyError) as caught:
        look_at_inputs(task(photo, faces="consent"))
    assert caught.value.code == "likeness_consent_required"


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_clip_that_lies_on_its_side_needs_consent_too(tmp_path: Path, turns: int) -> None:
    side = np.rot90(data.astronaut()[:300, 60:380], turns)
    clip = still_clip(tmp_path / "clip.mp4", side)
    with pytest.raises(PolicyError) as caught:
        look_at_inputs(task(None, faces="consent", kind="edit", clip=clip))
    assert caught.value.code == "likeness_consent_required"


def test_a_face_that_comes_late_in_a_clip_needs_consent(tmp_path: Path) -> None:
    late = clip_of(tmp_path / "late.mp4", [*[COFFEE] * 8, *[FACE] * 3])
    for kind in ("edit", "extension"):
        with pytest.raises(PolicyError) as caught:
            look_at_inputs(task(None, faces="consent", kind=kind, clip=late))
        assert caught.value.code == "likeness_consent_required"


def test_what_a_video_goes_on_from_counts_alone(tmp_path: Path) -> None:
    clip = clip_of(tmp_path / "last.mp4", [*[COFFEE] * 10, FACE])
    with pytest.raises(PolicyError) as caught:
        look_at_inputs(task(None, faces="consent", kind="extension", clip=clip))
    assert (caught.value.code, caught.value.param) == ("likeness_consent_required", "video")
    kept = look_at_inputs(task(None, faces="consent", kind="edit", clip=clip))
    assert kept[-1].decision == "allow"


def test_the_installations_own_picture_is_not_judged(portrait: Path, tmp_path: Path) -> None:
    own = task(portrait, faces="refuse").model_copy(update={"picture_is_default": True})
    assert look_at_inputs(own) == ()
    video = still_clip(tmp_path / "own.mp4", FACE)
    assert look_at_output(own, video, "0" * 64)[-1].decision == "allow"


def test_a_blocked_picture_makes_no_video(tmp_path: Path, blocked: Path, portrait: Path) -> None:
    path = tmp_path / "c.jpg"
    Image.fromarray(data.coffee()[:, ::-1]).save(path, quality=40)
    with pytest.raises(PolicyError) as caught:
        look_at_inputs(task(path, blocked=blocked))
    assert caught.value.code == "third_party_similarity"
    others = look_at_inputs(task(portrait, blocked=blocked))
    assert [v.decision for v in others] == ["allow", "allow"]


def test_frames_of_uploaded_clips_and_of_outputs_are_looked_at(
    tmp_path: Path, blocked: Path
) -> None:
    clip = still_clip(tmp_path / "clip.mp4")
    with pytest.raises(PolicyError) as caught:
        look_at_inputs(task(None, blocked=blocked, kind="extension", clip=clip))
    assert (caught.value.code, caught.value.param) == ("third_party_similarity", "video")
    with pytest.raises(PolicyError) as caught:
        look_at_output(task(None, blocked=blocked), clip, "0" * 64)
    assert caught.value.param == "output"
    assert not any(v.examined for v in look_at_output(task(None), clip, "0" * 64))

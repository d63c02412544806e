from __future__ import annotations

import json
from pathlib import Path

import av
import pytest
from PIL import Image
from skimage import data

from kinora.errors import PolicyError
from kinora.jobs.looking import look_at_inputs, look_at_output
from kinora.jobs.reading import PolicyTask, RenderTask, SourceVideo
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


def still_clip(path: Path) -> Path:
    with av.open(str(path), "w") as output:
        track = output.add_stream("libx264", rate=10)
        track.width, track.height, track.pix_fmt = 600, 400, "yuv420p"
        for _ in range(6):
            output.mux(track.encode(av.VideoFrame.from_ndarray(data.coffee(), format="rgb24")))
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
    (record,) = caught.value.records
    assert record["decision"] == "needs_consent"
    (verdict,) = look_at_inputs(task(portrait, faces="consent", consent="N. N. agreed"))
    assert verdict.decision == "allow"
    assert look_at_inputs(task(portrait, faces="allow")) == ()


def test_the_installations_own_picture_is_not_judged(portrait: Path) -> None:
    own = task(portrait, faces="refuse").model_copy(update={"picture_is_default": True})
    assert look_at_inputs(own) == ()


def test_a_blocked_picture_makes_no_video(tmp_path: Path, blocked: Path, portrait: Path) -> None:
    path = tmp_path / "c.jpg"
    Image.fromarray(data.coffee()[:, ::-1]).save(path, quality=40)
    with pytest.raises(PolicyError) as caught:
        look_at_inputs(task(path, blocked=blocked))
    assert caught.value.code == "third_party_similarity"
    assert [v.decision for v in look_at_inputs(task(portrait, blocked=blocked))] == ["allow"]


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
    assert look_at_output(task(None), clip, "0" * 64) == ()

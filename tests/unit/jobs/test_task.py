from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kinora.errors import InputError
from kinora.jobs.reading import RenderTask, as_create, clip_request, goes_on_from_clip
from kinora.jobs.task import write_task
from kinora.records.characters import sprite_key
from kinora.settings import Settings
from kinora.storage.blobs import Blobs, open_blobs
from kinora.types.plan import Beat, ShotPlan
from kinora.types.report import Report
from kinora.types.video import Video, VideoSpec, blob_key


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return open_blobs(f"file://{tmp_path / 'blobs'}")


class Elsewhere:
    """A store that isn't on this disk."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    def local_path(self, key: str) -> None:
        return None

    def fetch(self, key: str, path: Path) -> None:
        self._blobs.fetch(key, path)


def video(name: str = "video_1", *, planned: bool = False, **spec: Any) -> Video:
    described = VideoSpec(model="m", engine="e", prompt="pan left", **spec)
    return Video(
        seq=1,
        id=name,
        project_id="p",
        key_id=None,
        status="queued",
        progress=0,
        model="m",
        prompt="",
        size="64x64",
        seconds="4",
        created_at=0.0,
        spec_json=described.model_dump_json(),
        plan_json=PLAN.model_dump_json() if planned else None,
        report_json=Report().model_dump_json() if planned else None,
    )


PLAN = ShotPlan(duration=4.0, beats=(Beat(id="b1", t0=0.0, t1=4.0),))


def written(folder: Path, asked: Video, *sources: Video, blobs: Any, **settings: Any) -> RenderTask:
    path = write_task(
        folder, asked, list(sources), blobs=blobs, settings=Settings(data_dir=folder, **settings)
    )
    return RenderTask.model_validate_json(path.read_text())


def test_the_picture_of_a_local_store_is_read_where_it_lies(tmp_path: Path, blobs: Blobs) -> None:
    blobs.put_bytes("inputs/ab/ab", b"picture")
    task = written(tmp_path, video(input_key="inputs/ab/ab"), blobs=blobs)
    assert task.picture == blobs.local_path("inputs/ab/ab")
    assert task.spec.prompt == "pan left"
    assert not task.picture_is_default


def test_the_picture_of_a_store_elsewhere_is_fetched(tmp_path: Path, blobs: Blobs) -> None:
    blobs.put_bytes("inputs/ab/ab", b"picture")
    task = written(tmp_path, video(input_key="inputs/ab/ab"), blobs=Elsewhere(blobs))
    assert task.picture == tmp_path / "picture"
    assert task.picture.read_bytes() == b"picture"


def test_without_a_picture_the_installations_own_is_used_and_marked(
    tmp_path: Path, blobs: Blobs
) -> None:
    task = written(tmp_path, video(), blobs=blobs, default_image=tmp_path / "own.png")
    assert (task.picture, task.picture_is_default) == (tmp_path / "own.png", True)


def test_a_remix_takes_plan_report_and_picture_of_its_source(tmp_path: Path, blobs: Blobs) -> None:
    blobs.put_bytes("inputs/ab/ab", b"picture")
    source = video("video_0", planned=True, input_key="inputs/ab/ab")
    task = written(tmp_path, video(kind="remix", source_ids=("video_0",)), source, blobs=blobs)
    assert task.picture == blobs.local_path("inputs/ab/ab")
    assert task.sources[0].plan == PLAN
    assert task.sources[0].report == Report()
    assert task.sources[0].clip is None


def test_a_stitch_takes_the_clips_of_its_sources_in_order(tmp_path: Path, blobs: Blobs) -> None:
    sources = [video(name, planned=True) for name in ("video_b", "video_a")]
    for source in sources:
        blobs.put_bytes(blob_key(source.id, "video"), source.id.encode())
    asked = video(kind="stitch", source_ids=("video_b", "video_a"))
    task = written(tmp_path, asked, *sources, blobs=blobs)
    assert task.picture is None
    clips = [source.clip for source in task.sources]
    assert [clip and clip.read_bytes() for clip in clips] == [b"video_b", b"video_a"]


@pytest.mark.parametrize("elsewhere", [False, True])
def test_an_uploaded_clip_is_a_source_without_a_plan(
    tmp_path: Path, blobs: Blobs, elsewhere: bool
) -> None:
    blobs.put_bytes("inputs/ab/ab", b"clip")
    store = Elsewhere(blobs) if elsewhere else blobs
    asked = video(kind="extension", input_key="inputs/ab/ab")
    task = written(tmp_path, asked, blobs=store, default_image=tmp_path / "own.png")
    (source,) = task.sources
    assert (task.picture, source.plan) == (None, None)
    assert source.clip is not None
    assert source.clip.read_bytes() == b"clip"


def test_what_goes_on_from_a_clip_reads_that_and_no_picture(tmp_path: Path, blobs: Blobs) -> None:
    source = video("video_0", kind="extension", input_key="inputs/ab/ab")
    blobs.put_bytes(blob_key(source.id, "video"), b"clip")
    asked = video(kind="extension", source_ids=("video_0",))
    task = written(tmp_path, asked, source, blobs=blobs, default_image=tmp_path / "own.png")
    assert (task.picture, task.picture_is_default) == (None, False)
    assert task.sources[0].clip is not None
    assert task.sources[0].clip.read_bytes() == b"clip"


@pytest.mark.parametrize("elsewhere", [False, True])
def test_what_is_no_longer_stored_is_said_so(tmp_path: Path, blobs: Blobs, elsewhere: bool) -> None:
    store = Elsewhere(blobs) if elsewhere else blobs
    with pytest.raises(InputError, match="no longer stored"):
        written(tmp_path, video(input_key="inputs/ab/ab"), blobs=store)


def test_figures_of_characters_come_along_those_that_there_are(
    tmp_path: Path, blobs: Blobs
) -> None:
    blobs.put_bytes("inputs/a", b"picture")
    blobs.put_bytes(sprite_key("char_1"), b"figure")
    asked = video(
        input_key="inputs/a", character_ids=("char_1", "char_2"), character_names=("Ada", "Bo")
    )
    for store in (blobs, Elsewhere(blobs)):
        task = written(tmp_path, asked, blobs=store)
        assert list(task.sprites) == ["Ada"]
        assert task.sprites["Ada"].read_bytes() == b"figure"


def test_an_operators_qualities_move_new_pictures_unasked(tmp_path: Path, blobs: Blobs) -> None:
    blobs.put_bytes("inputs/ab/ab", b"picture")
    new = video(input_key="inputs/ab/ab", quality="pro")
    moved = written(tmp_path, new, blobs=blobs, alive=("pro",))
    assert clip_request(moved, b"picture").alive
    assert not clip_request(moved, b"").alive  # no plan promises what the picture may not show
    assert not clip_request(written(tmp_path, new, blobs=blobs), b"picture").alive


def test_a_callers_own_plan_and_what_goes_on_from_a_clip_are_left_as_they_are(
    tmp_path: Path, blobs: Blobs
) -> None:
    blobs.put_bytes("inputs/ab/ab", b"picture")
    own = video(input_key="inputs/ab/ab", quality="pro", plan=PLAN)
    planned = written(tmp_path, own, blobs=blobs, alive=("pro",))
    assert planned.alive
    assert not clip_request(planned, b"picture").alive
    of_a_clip = video(kind="extension", input_key="inputs/ab/ab", quality="pro")
    task = written(tmp_path, of_a_clip, blobs=blobs, alive=("pro",))
    assert task.alive
    assert goes_on_from_clip(task)
    assert not clip_request(as_create(task), b"last frame").alive

"""A remix of the sound alone: the pictures are copied, and the file says rightly what it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
from tests.support.sound import RATE, heard

import kinora
from kinora.encode import default_encoders
from kinora.pipeline import Parts
from kinora.provenance.check import check_manifest
from kinora.provenance.manifest import Software
from kinora.provenance.sealing import Provenance
from kinora.settings import Settings
from kinora.testing.fakes import GreyEngine, RisingGrey
from kinora.testing.photos import landscape
from kinora.types.geometry import Size
from kinora.types.plan import ShotPlan
from kinora.types.rendition import Rendition, YuvPlanes
from kinora.types.request import ClipRequest, Progress

PHOTO = landscape(Size(96, 64))
PROMPT = "pan left, then hold. Audio: rain, soft piano."


class Counted(RisingGrey):
    """Counts the frames that are asked of it."""

    rendered = 0

    def render(self, index: int, planes: YuvPlanes) -> None:
        Counted.rendered += 1
        super().render(index, planes)


class Counting(GreyEngine):
    def render(self, request: ClipRequest, plan: ShotPlan, progress: Progress) -> Rendition:
        return replace(super().render(request, plan, progress), frames=Counted())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture(autouse=True)
def _parts(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    def built(given: Settings) -> Parts:
        provenance = Provenance(settings=settings, software=Software(version="1", models={}))
        return Parts(engine=Counting(), encoder=default_encoders(), provenance=provenance)

    monkeypatch.setattr("kinora.clip.build_parts", built)


def packets(path: Path) -> list[tuple[int | None, int | None, bytes]]:
    """Time stamps and bytes of the pictures."""
    with av.open(str(path)) as container:
        return [(p.pts, p.dts, bytes(p)) for p in container.demux(video=0) if p.size]


@pytest.mark.parametrize(
    "words",
    ["same, but louder rain and no music", "pareil, mais pluie plus forte et sans musique"],
)
def test_pictures_are_copied_byte_for_byte_where_the_sound_alone_changes(words: str) -> None:
    clip = kinora.animate(PHOTO, PROMPT, seconds=1)
    Counted.rendered = 0
    other = clip.remix(words)
    assert Counted.rendered == 0
    assert packets(other.path) == packets(clip.path)
    assert {cue.cue for cue in other.plan.audio} == {"rain"}
    assert other.plan.audio[0].level == "loud"
    before, after = heard(clip.path), heard(other.path)
    assert len(before) == pytest.approx(RATE, abs=0.02 * RATE)
    assert len(after) == len(before)
    assert not np.allclose(before, after, atol=1e-3)


def test_the_copy_is_signed_as_a_clip_with_another_sound(settings: Settings) -> None:
    clip = kinora.animate(PHOTO, PROMPT, seconds=1)
    other = clip.remix("no music")
    first, second = (
        check_manifest(path, mime="video/mp4", settings=settings)
        for path in (clip.path, other.path)
    )
    assert (second.state, second.signed_here) == ("valid", True)
    assert second.ingredients == ("Source clip",)
    assert first.render is not None
    assert second.render is not None
    # The mark in the pictures is the source's, and the manifest says so.
    assert second.render["clip_id"] == first.render["clip_id"]
    assert second.render["plan_sha256"] != first.render["plan_sha256"]


def test_a_silent_remix_has_no_sound_stream() -> None:
    clip = kinora.animate(PHOTO, PROMPT, seconds=1)
    other = clip.remix("no sound")
    with av.open(str(other.path)) as container:
        assert not container.streams.audio
    assert packets(other.path) == packets(clip.path)


def test_what_changes_the_picture_is_rendered() -> None:
    clip = kinora.animate(PHOTO, PROMPT, seconds=1)
    Counted.rendered = 0
    clip.remix("slower, and louder rain")
    assert Counted.rendered == len(clip)


def test_other_marks_than_the_clip_has_are_rendered(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    clip = kinora.animate(PHOTO, PROMPT, seconds=1)
    Counted.rendered = 0
    bare = settings.model_copy(update={"visible_mark": False})
    provenance = Provenance(settings=bare, software=Software(version="1", models={}))
    parts = Parts(engine=Counting(), encoder=default_encoders(), provenance=provenance)
    monkeypatch.setattr("kinora.clip.build_parts", lambda given: parts)
    clip.remix("no music")
    assert Counted.rendered == len(clip)

from __future__ import annotations

import gc
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import kinora
from kinora.encode import default_encoders
from kinora.errors import (
    InputError,
    NotSupportedError,
    OutputError,
    PolicyError,
    PromptError,
    TimingError,
)
from kinora.pipeline import Parts
from kinora.testing.checks import probe
from kinora.testing.fakes import GreyEngine, Recorder
from kinora.testing.photos import landscape
from kinora.types.geometry import Size
from kinora.types.plan import Beat, CameraMove, ShotPlan

PHOTO = landscape(Size(64, 64))
PLAN = ShotPlan(
    duration=1.0,
    beats=(Beat(id="b1", t0=0, t1=1, camera=(CameraMove(id="m1", op="pan", direction="left"),)),),
)


@pytest.fixture
def engine() -> GreyEngine:
    return GreyEngine()


@pytest.fixture(autouse=True)
def _grey_parts(monkeypatch: pytest.MonkeyPatch, engine: GreyEngine) -> None:
    parts = Parts(engine=engine, encoder=default_encoders())
    monkeypatch.setattr("kinora.clip.build_parts", lambda settings: parts)
    monkeypatch.setattr("kinora.library.build_parts", lambda settings: parts)


def test_a_clip_knows_its_facts() -> None:
    clip = kinora.animate(PHOTO, plan=PLAN, fps=25)
    assert (clip.duration, clip.fps, clip.size, len(clip)) == (1, 25, Size(64, 64), 25)
    assert clip.plan == PLAN
    assert [item.item for item in clip.report.items()] == ["m1"]
    assert probe(clip.path).frame_count == 25


def test_a_clip_is_iterated_as_frames_as_often_as_wanted() -> None:
    clip = kinora.animate(PHOTO, plan=PLAN)
    for _ in range(2):
        frames = list(clip)
        assert len(frames) == len(clip)
        assert all(f.shape == (64, 64, 3) and f.dtype == np.uint8 for f in frames)
        brightness = [float(f.mean()) for f in frames]
        assert brightness == sorted(brightness)
        assert brightness[-1] > brightness[0] + 30


def test_a_clip_without_output_lives_as_long_as_its_object() -> None:
    clip = kinora.animate(PHOTO, plan=PLAN)
    path = clip.path
    assert path.exists()
    del clip
    gc.collect()
    assert not path.parent.exists()


def test_a_clip_is_saved_where_asked(tmp_path: Path) -> None:
    clip = kinora.animate(PHOTO, plan=PLAN)
    saved = clip.save(tmp_path / "saved.mp4")
    assert saved.read_bytes() == clip.path.read_bytes()
    with pytest.raises(OutputError):
        clip.save(tmp_path / "absent" / "saved.mp4")


def test_an_output_stays(tmp_path: Path) -> None:
    path = kinora.animate(PHOTO, plan=PLAN, output=tmp_path / "clip.mp4").path
    gc.collect()
    assert path == tmp_path / "clip.mp4"
    assert path.exists()


def test_a_notebook_shows_the_video() -> None:
    html = kinora.animate(PHOTO, plan=PLAN)._repr_html_()
    assert html.startswith("<video")
    assert "data:video/mp4;base64," in html


@pytest.mark.parametrize("engine", [GreyEngine(failure=RuntimeError("broken"))])
def test_a_failed_clip_leaves_no_temporary_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(RuntimeError, match="broken"):
        kinora.animate(PHOTO, plan=PLAN)
    assert list(tmp_path.iterdir()) == []


def test_progress_is_told_and_may_cancel() -> None:
    told = Recorder()
    kinora.animate(PHOTO, plan=PLAN, progress=told)
    assert [stage for stage, _, _ in told.calls][:2] == ["plan", "scene"]
    assert told.calls[-1] == ("render", 30, 30)

    def cancel(stage: str, done: int, total: int) -> None:
        if stage == "render":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kinora.animate(PHOTO, plan=PLAN, progress=cancel)


def test_a_prompt_beside_a_plan_is_not_ignored_in_silence() -> None:
    clip = kinora.animate(PHOTO, "pan right", plan=PLAN)
    assert clip.plan == PLAN
    assert "plan was given" in clip.report.assumptions[-1].text
    assert not kinora.animate(PHOTO, plan=PLAN).report.assumptions


def test_a_scene_is_analysed_once_and_reused() -> None:
    scene = kinora.Scene.from_image(PHOTO)
    assert isinstance(scene, kinora.Scene)
    assert scene.size == Size(64, 64)
    assert len(kinora.animate(scene, plan=PLAN)) == 30
    with pytest.raises(InputError, match="depth"):
        kinora.animate(scene, plan=PLAN, depth=np.ones((64, 64)))


def test_a_plan_is_read_without_a_photo() -> None:
    plan, report = kinora.plan("pan left 1 s, then push in 2 s", seed=3)
    assert [beat.camera[0].op for beat in plan.beats] == ["pan", "dolly"]
    assert (plan.duration, plan.seed) == (3, 3)
    assert len(report.items()) == 2


def test_times_out_of_range_are_refused_with_the_range() -> None:
    with pytest.raises(TimingError, match="1 to 120"):
        kinora.plan("pan left", seconds=500)
    with pytest.raises(TimingError, match="1 to 120"):
        kinora.animate(PHOTO, "pan left", fps=Fraction(1, 2))


def test_an_empty_prompt_is_refused() -> None:
    with pytest.raises(PromptError, match="empty"):
        kinora.animate(PHOTO)


def test_strict_refuses_what_is_not_supported() -> None:
    with pytest.raises(NotSupportedError):
        kinora.plan("pan left. SFX: a zorbaphone", strict=True)


def test_a_remix_changes_what_is_named_and_keeps_everything_else() -> None:
    clip = kinora.animate(PHOTO, "pan left, then zoom in", seconds=2, fps=24, seed=3, size=(96, 64))
    other = clip.remix("pan right instead, add rain")
    assert [(m.op, m.direction) for b in other.plan.beats for m in b.camera] == [
        ("pan", "right"),
        ("zoom", "in"),
    ]
    assert (other.duration, other.fps, other.size, other.plan.seed) == (2, 24, Size(96, 64), 3)
    assert {change.what for change in other.report.changes} == {"pan", "weather"}
    assert [i.request for i in other.report.not_supported] == ["rain"]
    assert clip.plan.beats[0].camera[0].direction == "left"
    assert clip.path.exists()
    assert other.remix("slower", seconds=3).duration == 3


def test_an_extension_goes_on(tmp_path: Path) -> None:
    clip = kinora.animate(PHOTO, "pan left", seconds=1, fps=24)
    longer = clip.extend("tilt up", seconds=2, output=tmp_path / "longer.mp4")
    assert longer.path == tmp_path / "longer.mp4"
    assert (longer.duration, len(longer)) == (3, 72)
    assert longer.plan.beats[0] == clip.plan.beats[0]
    assert longer.extend(seconds=1).duration == 4


def test_a_strict_clip_stays_strict() -> None:
    clip = kinora.animate(PHOTO, "pan left", seconds=1, strict=True)
    with pytest.raises(NotSupportedError):
        clip.remix("add rain")
    with pytest.raises(NotSupportedError, match="Not understood: 'flurble'"):
        clip.remix("pan right instead, flurble")


def test_words_that_policy_refuses_make_no_clip(engine: GreyEngine) -> None:
    with pytest.raises(PolicyError) as caught:
        kinora.animate(PHOTO, "a naked woman, pan left")
    assert (caught.value.code, caught.value.param) == ("moderation_blocked", "prompt")
    with pytest.raises(PolicyError):
        kinora.plan("a naked woman, pan left")
    clip = kinora.animate(PHOTO, "a child at the beach, pan left", seconds=1)
    with pytest.raises(PolicyError):
        clip.remix("now naked")
    with pytest.raises(PolicyError):
        clip.extend("now naked")


def test_a_scene_shows_itself_in_a_line() -> None:
    shown = repr(kinora.Scene.from_image(PHOTO))
    assert shown.startswith("<Scene 64x64, layers: ")
    assert len(shown) < 120


@pytest.mark.parametrize(
    ("qualities", "quality", "asked", "told"),
    [
        ("", "standard", None, False),
        ("standard,pro", "standard", None, True),
        ("standard,pro", "draft", None, False),
        ("standard", "standard", False, False),
        ("", "standard", True, True),
    ],
)
def test_a_quality_may_move_photos_unasked(
    monkeypatch: pytest.MonkeyPatch, qualities: str, quality: str, asked: bool | None, told: bool
) -> None:
    monkeypatch.setenv("KINORA_ALIVE", qualities)
    clip = kinora.animate(PHOTO, "pan left", seconds=1, fps=10, quality=quality, alive=asked)
    assert any(note.text.startswith("made alive") for note in clip.report.assumptions) == told


def test_a_plan_of_the_callers_stays_as_it_is_where_a_quality_moves_photos_unasked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KINORA_ALIVE", "standard")
    assert kinora.animate(PHOTO, plan=PLAN, fps=10).plan == PLAN

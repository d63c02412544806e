"""Tasks → files, plans and reports, for every kind of video."""

import hashlib
import io
import tempfile
import wave
import zipfile
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from tests.support.sound import heard, metered

from kinora.errors import InputError, NotSupportedError, PromptError
from kinora.jobs.making import make_video
from kinora.jobs.reading import RenderTask, SourceVideo, same_pictures
from kinora.provenance.manifest import Software
from kinora.provenance.sealing import Provenance
from kinora.settings import Settings
from kinora.testing.fakes import GreyEngine, Recorder
from kinora.testing.makers import grey_parts, make_grey_video
from kinora.testing.photos import landscape
from kinora.types.geometry import Size
from kinora.types.video import AudioSpec, Stitch, VideoSpec

MADE = {"video", "thumbnail", "spritesheet"}  # of every clip


@pytest.fixture
def picture(tmp_path):
    path = tmp_path / "photo.png"
    Image.fromarray(landscape(Size(160, 120))).save(path)
    return path


@pytest.fixture
def make(tmp_path, picture):
    made = []

    def run(kind="create", *, sources=(), picture=picture, default=False, **spec):
        fields = {"model": "sora-2", "engine": "grey", "size": "160x120", "fps": "10", **spec}
        task = RenderTask(
            spec=VideoSpec(kind=kind, **fields),
            picture=picture,
            picture_is_default=default,
            sources=sources,
        )
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        made.append(make_grey_video(task.model_dump_json(), folder, Recorder()))
        names = ["planned.json", "spritesheet.jpg", "thumbnail.webp", "video.mp4"]
        assert sorted(p.name for p in folder.iterdir()) == sorted(
            [*names, *(made[-1].files()[n].path.name for n in made[-1].files().keys() - MADE)]
        )
        return made[-1]

    return run


def source(made, *, clip=False):
    return SourceVideo(plan=made.plan, report=made.report, clip=made.video.path if clip else None)


def frames(made):
    with av.open(str(made.video.path)) as container:
        return sum(1 for _ in container.decode(video=0))


def packets(made):
    """Bytes of the pictures as they are encoded."""
    with av.open(str(made.video.path)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def test_lines_are_stored_beside_the_clip(make):
    made = make(prompt='pan left. She says: "We <must> go."', seconds="2")
    assert made.files()["subtitles"].mime == "text/vtt"
    text = made.subtitles.path.read_text("utf-8")
    assert text.startswith("WEBVTT\n")
    assert "We &lt;must&gt; go." in text
    assert "subtitles" not in make(prompt="pan left, rain", seconds="2").files()


def test_stems_are_stored_in_one_archive_where_they_are_asked_for(make):
    made = make(prompt='pan left, rain. She says: "Go."', seconds="1", audio=AudioSpec(stems=True))
    assert made.files()["stems"].mime == "application/zip"
    with zipfile.ZipFile(made.stems.path) as archive:
        assert {"ambience.wav"} <= set(archive.namelist())
        assert archive.testzip() is None
        with wave.open(io.BytesIO(archive.read("ambience.wav"))) as stem:
            assert (stem.getnchannels(), stem.getsampwidth(), stem.getframerate()) == (2, 3, 48000)
            assert stem.getnframes() == pytest.approx(48000, abs=1000)
    assert "stems" not in make(prompt="pan left", seconds="1", audio=AudioSpec(stems=True)).files()


def test_create(make):
    made = make(prompt="pan left", seconds="3")
    assert (made.frame_count, made.duration, made.size, made.fps) == (30, 3, Size(160, 120), 10)
    assert frames(made) == 30
    assert made.plan.beats[0].camera[0].op == "pan"
    for file in made.files().values():
        data = file.path.read_bytes()
        assert (file.bytes, file.sha256) == (len(data), hashlib.sha256(data).hexdigest())
    with Image.open(made.thumbnail.path) as image:
        assert (image.format, image.size) == ("WEBP", (160, 120))
    with Image.open(made.spritesheet.path) as image:
        assert (image.format, image.size) == ("JPEG", (5 * 160, 4 * 120))


def test_the_same_task_makes_the_same_files(make):
    one, other = (make(prompt="pan left", seconds="2") for _ in range(2))
    assert one.video.sha256 == other.video.sha256
    assert one.thumbnail.sha256 == other.thumbnail.sha256
    assert one.plan == other.plan


def test_create_from_a_plan(make):
    plan = make(prompt="pan left", seconds="2").plan
    made = make(plan=plan, seconds="3", prompt="tilt up")
    assert made.plan.duration == 3
    assert [m.op for b in made.plan.beats for m in b.camera] == ["pan"]
    assert made.report.conflicts
    assert made.report.assumptions  # that the words were not read


@pytest.mark.parametrize("kind", ["remix", "edit"])
def test_remix_and_edit(make, kind):
    first = make(prompt="pan left, then zoom in", seconds="4", seed=3)
    made = make(kind, sources=(source(first),), prompt="pan right instead", seconds=None, seed=3)
    assert [(m.op, m.direction) for b in made.plan.beats for m in b.camera] == [
        ("pan", "right"),
        ("zoom", "in"),
    ]
    assert (made.duration, made.plan.seed) == (4, 3)
    assert [(c.before, c.after) for c in made.report.changes] == [("pan left, 5°", "pan right, 5°")]
    with pytest.raises(PromptError):
        make(kind, sources=(source(first),), prompt="")


def test_a_remix_of_the_sound_alone_copies_the_pictures(make):
    words = "pan left, then hold. Audio: rain, soft piano."
    first = make(prompt=words, seconds="2")
    spec = VideoSpec(model="sora-2", engine="grey", size="160x120", fps="10", prompt=words)
    before = source(first, clip=True).model_copy(update={"spec": spec})
    asked = {"prompt": "same, but louder rain and no music", "seconds": None}
    made = make("remix", sources=(before,), **asked)
    assert packets(made) == packets(first)
    assert [(cue.cue, cue.level) for cue in made.plan.audio] == [("rain", "loud")]
    assert made.video.sha256 != first.video.sha256
    task = RenderTask(spec=spec.model_copy(update={"kind": "remix"}), sources=(before,))
    assert same_pictures(task, made.plan) == first.video.path
    finer = task.model_copy(update={"spec": task.spec.model_copy(update={"fps": "20"})})
    assert same_pictures(finer, made.plan) is None
    assert same_pictures(task, make(prompt="tilt up", seconds="2").plan) is None


def test_a_video_is_as_loud_as_asked_or_silent(make):
    words = "static. Audio: rain."
    loud = make(prompt=words, seconds="2", audio={"loudness": -14})
    assert metered(heard(loud.video.path)).loudness == pytest.approx(-14, abs=0.5)
    silent = make(prompt=words, seconds="2", audio={"enabled": False})
    with av.open(str(silent.video.path)) as container:
        assert not container.streams.audio
    assert silent.report.approximated[0].done == "silent clip"


def test_a_plan_over_the_words_of_a_remix(make):
    first = make(prompt="pan left", seconds="2")
    other = make(prompt="tilt up", seconds="2")
    made = make("remix", sources=(source(first),), plan=other.plan, seconds=None)
    assert made.plan == other.plan
    assert {c.what for c in made.report.changes} == {"pan"}


def test_extension(make):
    first = make(prompt="pan left", seconds="2")
    made = make("extension", sources=(source(first),), prompt="tilt up", seconds="3")
    assert made.duration == 5
    assert frames(made) == 50
    assert made.plan.beats[0] == first.plan.beats[0]
    again = make("extension", sources=(source(made),), prompt="zoom in", seconds="1")
    assert again.duration == 6


def test_an_extension_of_an_uploaded_clip_goes_on_from_its_last_frame(make):
    first = make(prompt="pan left", seconds="2")
    upload = SourceVideo(clip=first.video.path)
    made = make("extension", sources=(upload,), picture=None, prompt="tilt up", seconds="1")
    assert (made.frame_count, made.plan) == (30, None)
    assert any("last frame" in note.text for note in made.report.assumptions)


@pytest.mark.parametrize("kind", ["create", "extension"])
def test_refusals_name_no_path(tmp_path, kind):
    damaged = tmp_path / "damaged"
    damaged.write_bytes(b"\x89PNG\r\n\x1a\n" if kind == "create" else b"\0\0\0\x20ftypisom")
    spec = VideoSpec(kind=kind, model="sora-2", engine="parallax", prompt="pan left")
    task = RenderTask(spec=spec, picture=damaged)
    if kind == "extension":
        task = RenderTask(spec=spec, sources=(SourceVideo(clip=damaged),))
    with pytest.raises(InputError) as caught:
        make_video(task, tmp_path, Recorder())
    assert str(tmp_path) not in caught.value.message


def test_an_uploaded_clip_cannot_be_edited(make):
    first = make(prompt="pan left", seconds="1")
    with pytest.raises(NotSupportedError):
        make("edit", sources=(SourceVideo(clip=first.video.path),), prompt="slower")


@pytest.mark.parametrize(("how", "count"), [("cut", 40), ("crossfade", 35)])
def test_stitch(make, how, count):
    parts = [make(prompt="pan left", seconds=s) for s in ("1", "3")]
    made = make(
        "stitch",
        sources=tuple(source(part, clip=True) for part in parts),
        picture=None,
        stitch=Stitch(transition=how, transition_seconds=0.5),
    )
    assert (made.frame_count, made.plan) == (count, None)
    assert made.duration == Fraction(count, 10)


def test_a_stitch_tells_what_could_not_be_done_for_its_marks(make, tmp_path):
    first = make(prompt="pan left", seconds="1")
    (tmp_path / "data").write_text("in the way")
    settings = Settings(data_dir=tmp_path / "data", c2pa=False, visible_mark=False)
    marking = Provenance(settings=settings, software=Software(version="1", models={}))
    spec = VideoSpec(kind="stitch", model="sora-2", engine="grey", size="160x120", fps="10")
    sources = (source(first, clip=True), source(first, clip=True))
    task = RenderTask(spec=spec, picture=None, picture_is_default=False, sources=sources)
    folder = tmp_path / "made"
    folder.mkdir()
    made = make_video(task, folder, Recorder(), parts=replace(grey_parts(), provenance=marking))
    texts = [note.text for note in made.report.assumptions]
    assert any("signed manifest, visible mark" in text for text in texts)
    assert any("registry" in text for text in texts)


def test_what_the_engine_leaves_out_is_told(make):
    made = make(prompt="pan left", character_ids=("char_1",), default=True, seconds="1")
    texts = " ".join(note.text for note in made.report.assumptions)
    assert "characters" in texts
    assert "installation's own" in texts


def test_characters_are_cast_by_their_names(tmp_path, picture):
    sprite = tmp_path / "sprite.png"
    cut = np.zeros((40, 20, 4), np.uint8)
    cut[4:-4, 4:-4] = 255
    Image.fromarray(cut).save(sprite)
    asked = []

    class Engine(GreyEngine):
        def render(self, request, plan, progress):
            asked.append((request, plan))
            return super().render(request, plan, progress)

    spec = VideoSpec(
        model="sora-2", engine="parallax", size="160x120", fps="10", seconds="1",
        prompt="Ada stands at the left, Bo stands at the right, pan left",
        character_ids=("char_1", "char_2"), character_names=("Ada", "Bo"),
    )  # fmt: skip
    task = RenderTask(spec=spec, picture=picture, sprites={"Ada": sprite})
    folder = tmp_path / "made"
    folder.mkdir()
    made = make_video(task, folder, Recorder(), parts=replace(grey_parts(), engine=Engine()))
    ((request, plan),) = asked
    assert [(each.name, each.x) for each in plan.cast] == [("Ada", 0.24), ("Bo", 0.76)]
    assert request.characters["Ada"].rgba.shape == (32, 12, 4)
    assert request.characters["Bo"] is None
    assert not any("characters" in note.text for note in made.report.assumptions)


def test_what_is_missing_is_told(make):
    with pytest.raises(InputError, match="picture"):
        make(prompt="pan left", picture=None)
    with pytest.raises(InputError, match="1 video"):
        make("remix", prompt="slower")
    first = make(prompt="pan left", seconds="1")
    with pytest.raises(InputError, match="file"):
        make("stitch", sources=(source(first), source(first)), picture=None)


def test_strict_refuses_before_anything_is_written(tmp_path, picture):
    spec = VideoSpec(model="sora-2", engine="grey", prompt="pan left, in the rain", strict=True)
    with pytest.raises(NotSupportedError):
        make_video(RenderTask(spec=spec, picture=picture), tmp_path, Recorder(), parts=grey_parts())
    assert [p.name for p in tmp_path.iterdir()] == ["photo.png"]

"""The Python door: `animate`, `plan`, `Clip`, `Scene`."""

from __future__ import annotations

import base64
import tempfile
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from fractions import Fraction
from os import PathLike, fspath
from pathlib import Path
from typing import Self, TypeVar, final, get_args

import numpy as np
from numpy.typing import NDArray

from kinora.arguments import (
    choice_of,
    fps_of,
    loudness_of,
    masks_of,
    plan_of,
    seconds_of,
    size_of,
)
from kinora.characters import check_names, read_character
from kinora.errors import InputError
from kinora.files import copy_file, read_frames
from kinora.pipeline import MadeClip, check_request, make_clip, plan_clip
from kinora.policy.words import check_words
from kinora.prompt import extend, report_of
from kinora.recipes import Recipe, recipe_of, sha256_of
from kinora.replan import fitted, only_sound, revised, with_notes
from kinora.scene.decode import PhotoSource, decode_photo
from kinora.scene.depth.given import GivenDepth
from kinora.scene.frame_size import check_size, default_size
from kinora.settings import Settings, load_settings
from kinora.types import scene as scene_types
from kinora.types.character import Sprite
from kinora.types.geometry import Size
from kinora.types.media import MediaFile
from kinora.types.plan import ShotPlan
from kinora.types.report import Report
from kinora.types.request import ClipRequest, DepthNear, ImageLike, MaskLike, Progress, Quality
from kinora.types.scene import Fit
from kinora.types.sound import SoundOptions
from kinora.wiring import build_figures, build_parts, build_sight

#: Sizes and times as callers may write them; see `kinora.arguments`.
SizeLike = str | Size | tuple[int, int]
Number = str | float | Fraction
Folder = tempfile.TemporaryDirectory[str]
Given = TypeVar("Given")
PlanLike = ShotPlan | Mapping[str, object] | str | PathLike[str]


def animate(
    image: ImageLike | PathLike[str],
    prompt: str = "",
    *,
    seconds: Number | None = None,
    size: SizeLike | None = None,
    fps: Number = 30,
    seed: int = 0,
    quality: str = "standard",
    fit: str = "crop",
    strict: bool = False,
    masks: Mapping[str, MaskLike | PathLike[str]] | None = None,
    loop: bool = False,
    plan: PlanLike | None = None,
    depth: str | PathLike[str] | NDArray[np.generic] | None = None,
    depth_near: str = "white",
    depth_model: str | PathLike[str] | None = None,
    watermark: str | PathLike[str] | None = None,
    characters: Mapping[str, PhotoSource | PathLike[str]] | None = None,
    sound: bool = True,
    audio: str | PathLike[str] | None = None,
    voice_over: str | PathLike[str] | None = None,
    loudness: int = -16,
    room_tone: bool = True,
    stems: str | PathLike[str] | None = None,
    subtitles: str | PathLike[str] | None = None,
    burn_subtitles: bool = False,
    output: str | PathLike[str] | None = None,
    progress: Progress | None = None,
) -> Clip:
    """Make a clip in which the camera moves through ``image`` as ``prompt`` says.

    Args:
        image: path, encoded bytes, PIL image, (H, W), (H, W, 3) or (H, W, 4) array (uint8, uint16,
            or float in [0, 1]), or a `Scene` analysed before, which brings its own fit and depth.
        prompt: what the camera does, in English or French.
        seconds: length, 1 to 120; None: what the prompt's beats add up to, else 4.
        size: ``"1280x720"``, ``"720p"``, (width, height) or `Size`, even; None: the photo's own
            shape, at most 720p.
        fps: frames per second, 1 to 120; 29.97 means 30000/1001.
        seed: for what is left to chance (handheld); the same seed makes the same clip. A plan
            keeps its own where this is 0.
        quality: ``"draft"``, ``"standard"`` or ``"pro"``.
        fit: ``"crop"``, ``"pad"`` or ``"strict"``: how a photo of another shape is fitted.
        strict: refuse what can't be done as asked, instead of reporting it.
        masks: where things are, by name (``"water"``, ``"flag"``, ``"keep"`` …): a picture or
            (H, W) array of the photo's extent, white there, or a box (left, top, right, bottom) in
            shares of the photo's sides.
        loop: let the clip's end meet its beginning: what moves by itself repeats, the camera goes
            and comes back.
        plan: a `ShotPlan`, its JSON as a mapping, or the path of its file, instead of a prompt.
        depth: a depth map of the photo: path or (H, W) array.
        depth_near: what is near in ``depth``: ``"white"`` or ``"black"``.
        depth_model: who estimates depth: ``"learned"``, ``"classical"``, a model's name or the path
            of an ``.onnx`` file; None: what ``KINORA_DEPTH_MODEL`` says, or the best there is.
        watermark: the visible mark: its text, or the path of a logo (PNG, JPEG, WebP); None: what
            ``KINORA_VISIBLE_MARK_TEXT`` says.
        characters: who may be called by name in ``prompt``, at most two: a photo or short clip of
            each, whose figure is cut out, or a picture that is cut out already (transparent
            around it). "Mia stands at the left" places them.
        sound: False makes a silent clip, whatever the prompt asks for.
        audio: a sound file of yours in place of the prompt's music: cut or repeated to the length
            of the clip, faded, and lowered while somebody speaks.
        voice_over: a recording of yours in place of a voice.
        loudness: of the whole in LUFS: -14, -16 or -23.
        room_tone: whether quiet air lies under what sounds.
        stems: folder for one WAV file each of speech, effects, ambience and music.
        subtitles: WebVTT file to write the spoken lines to.
        burn_subtitles: whether to draw the spoken lines into the picture.
        output: path of the MP4; None: a temporary file that lives as long as the clip.
        progress: called as ``progress(stage, done, total)``; may raise to cancel.

    Raises:
        InputError: something given can't be used; the message says what is allowed.
        NotSupportedError: ``strict``, and something asked for can't be done.
        PolicyError: what the words ask for isn't made (docs/policy.md).
        OutputError: the file can't be written.
        EngineError: rendering or encoding failed.
        ModelError: a network's weights are damaged or can't be run.
    """
    if isinstance(image, scene_types.Scene) and (depth is not None or depth_model is not None):
        raise InputError(
            "A Scene brings its own depth: give depth to Scene.from_image.", param="depth"
        )
    settings = _settings(depth_model, depth_given=depth is not None)
    length, given = seconds_of(seconds), plan_of(plan)
    used = given and fitted(given, seconds=length, seed=seed, strict=strict)
    check_words(prompt, used, settings)
    request = ClipRequest(
        image=_local(image),
        prompt=prompt,
        plan=used,
        seconds=length,
        size=size_of(size),
        fps=fps_of(fps),
        seed=seed,
        quality=choice_of(quality, get_args(Quality), param="quality"),
        fit=choice_of(fit, get_args(Fit), param="fit"),
        strict=strict,
        masks=masks_of(masks or {}),
        loop=loop,
        depth=_local(depth),
        depth_near=choice_of(depth_near, get_args(DepthNear), param="depth_near"),
        sound=SoundOptions(
            enabled=sound,
            room_tone=room_tone,
            loudness=loudness_of(loudness),
            audio=_path(audio),
            voice_over=_path(voice_over),
            stems=_path(stems),
            subtitles=_path(subtitles),
            burn_subtitles=burn_subtitles,
            models=settings.models_dir,
        ),
        watermark=_local(watermark),
        characters=_sprites(characters or {}, settings),
    )
    if given and used:
        report = with_notes(report_of(used), given=given, used=used, prompt=prompt)
        request = replace(request, report=report)
    return _clip(request, settings, output=output, progress=progress)


def plan(
    prompt: str, *, seconds: Number | None = None, seed: int = 0, strict: bool = False
) -> tuple[ShotPlan, Report]:
    """What ``prompt`` means, and what of it can be done; nothing is rendered.

    Args:
        prompt: what the camera does, in English or French.
        seconds: length of the clip; None: what the prompt's beats add up to, else 4.
        seed: for what is left to chance.
        strict: refuse what can't be done as asked.

    Raises:
        PromptError: empty, too long, or impossible under ``strict``.
        NotSupportedError: ``strict``, and something asked for can't be done.
        PolicyError: what the words ask for isn't made.
        TimingError: ``seconds`` is out of range.
    """
    settings = load_settings()
    check_words(prompt, None, settings)
    # A dry run opens no photo.
    request = ClipRequest(
        image=b"", prompt=prompt, seconds=seconds_of(seconds), seed=seed, strict=strict
    )
    check_request(request)
    return plan_clip(request, build_parts(settings).engine)


class Scene(scene_types.Scene):
    """A photo understood as layers in space; make it once, animate it many times.

    The fields and their array contracts are those of `kinora.types.scene.Scene`.
    """

    __slots__ = ()

    @classmethod
    def from_image(
        cls,
        image: PhotoSource | PathLike[str],
        *,
        size: SizeLike | None = None,
        fit: str = "crop",
        depth: str | PathLike[str] | NDArray[np.generic] | None = None,
        depth_near: str = "white",
        depth_model: str | PathLike[str] | None = None,
    ) -> Self:
        """Analyse ``image``; arguments as for `animate`.

        Raises:
            ImageError, SizeError, DepthMapError: something given can't be used.
            ModelError: a network's weights are damaged or can't be run.
        """
        settings = _settings(depth_model, depth_given=depth is not None)
        near = choice_of(depth_near, get_args(DepthNear), param="depth_near")
        frame = size_of(size)
        if frame is not None:
            check_size(frame)
        photo = decode_photo(_local(image))
        sight = build_sight(settings, remembers=False)
        made = sight.scenes(
            photo,
            size=frame or default_size(photo.size),
            fit=choice_of(fit, get_args(Fit), param="fit"),
            depth=sight.depth if depth is None else GivenDepth(_local(depth), near=near),
        )
        return cls(**{field.name: getattr(made, field.name) for field in fields(made)})


@final
class Clip:
    """A finished clip: a file, the plan it follows, and the report on what was done.

    Iterating decodes the file frame by frame into (H, W, 3) uint8 sRGB arrays; ``len`` is the
    number of frames. A clip made without ``output`` lives in a temporary file that is removed
    together with this object: `save` what should stay.
    """

    def __init__(
        self,
        made: MadeClip,
        *,
        request: ClipRequest,
        settings: Settings,
        folder: Folder | None = None,
    ) -> None:
        self._made = made
        self._request = request
        self._settings = settings
        if folder is not None:
            # The finalizer, not the folder's own, so that its removal makes no ResourceWarning.
            self._removal = weakref.finalize(self, folder.cleanup)

    @property
    def media(self) -> MediaFile:
        """The file and its facts: checksum, bytes, exact frame count."""
        return self._made.media

    @property
    def path(self) -> Path:
        """The MP4."""
        return self._made.media.path

    @property
    def plan(self) -> ShotPlan:
        """What was asked for, as the prompt was read."""
        return self._made.plan

    @property
    def report(self) -> Report:
        """What was understood, approximated, not supported and ignored."""
        return self._made.report

    @property
    def duration(self) -> Fraction:
        """Exact length in seconds."""
        return self._made.media.duration

    @property
    def size(self) -> Size:
        """Frame size in pixels."""
        return self._made.media.size

    @property
    def fps(self) -> Fraction:
        """Exact frames per second."""
        return self._made.media.fps

    def remix(
        self,
        words: str,
        *,
        seconds: Number | None = None,
        output: str | PathLike[str] | None = None,
        progress: Progress | None = None,
    ) -> Clip:
        """A new clip in which only what ``words`` name is different; this one stays.

        Frames that the words don't touch are the same to the bit, before encoding; where they
        change the sound alone, the pictures are copied as they are. What changed is listed in the
        new clip's ``report.changes``. A clip made with ``strict`` refuses words that aren't
        understood.

        Args:
            words: edits, in English or French: "slower", "pan right instead", "add rain".
            seconds: stretch the clip to another length; None: its own.
            output, progress: as for `animate`.

        Raises:
            InputError, NotSupportedError, OutputError, EngineError: as for `animate`.
        """
        request = self._request
        check_words(f"{request.prompt}. {words}", None, self._settings)
        reading = revised(
            self.plan, words,
            seconds=seconds_of(seconds), strict=request.strict, report=self.report,
        )  # fmt: skip
        request = replace(
            request,
            plan=reading.plan,
            report=reading.report,
            seconds=None,
            parents=(self.path,),
            pictures=self.path if only_sound(self.plan, reading.plan) else None,
        )
        return _clip(request, self._settings, output=output, progress=progress)

    def extend(
        self,
        words: str = "",
        *,
        seconds: Number | None = None,
        output: str | PathLike[str] | None = None,
        progress: Progress | None = None,
    ) -> Clip:
        """A longer clip that begins with the frames of this one and goes on as ``words`` say.

        The camera goes over the joint without a break in place or speed.

        Args:
            words: prompt of the new part; empty: the last move goes on.
            seconds: length of the new part; None: what its beats add up to, else 4.
            output, progress: as for `animate`.

        Raises:
            InputError, NotSupportedError, OutputError, EngineError: as for `animate`.
        """
        check_words(f"{self._request.prompt}. {words}", None, self._settings)
        reading = extend(self.plan, words, seconds=seconds_of(seconds), report=self.report)
        request = replace(
            self._request,
            plan=reading.plan,
            report=reading.report,
            seconds=None,
            parents=(self.path,),
            pictures=None,
        )
        return _clip(request, self._settings, output=output, progress=progress)

    def save(self, path: str | PathLike[str]) -> Path:
        """Copy the file to ``path`` and return it; an existing file is replaced.

        Raises:
            OutputError: ``path`` can't be written.
        """
        copy_file(self.path, Path(path))
        return Path(path)

    def __len__(self) -> int:
        return self._made.media.frame_count

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        return read_frames(self.path)

    def __repr__(self) -> str:
        return f"Clip({str(self.path)!r}, {float(self.duration):g} s, {self.size}, {self.fps} fps)"

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.path.read_bytes()).decode("ascii")
        return (
            f'<video width="{self.size.width}" style="max-width:100%" controls loop autoplay muted '
            f'src="data:video/mp4;base64,{data}"></video>'
        )


def reopen(path: str | PathLike[str], recipe: Recipe) -> Clip:
    """A clip that was made before, from its file and the recipe that was kept of it.

    Raises:
        InputError: the clip or its photo can't be read, or the photo is another one now.
    """
    photo = Path(recipe.photo)
    if sha256_of(photo, param="photo") != recipe.photo_sha256:
        raise InputError(
            f"{photo} isn't the photo any more that the clip was made of.",
            param="photo",
            hint="Give a copy of that photo (--photo).",
        )
    settings = _settings(recipe.depth_model, depth_given=recipe.depth is not None)
    request = replace(
        recipe.request(models=settings.models_dir),
        characters=_sprites(recipe.characters, settings),
    )
    made = MadeClip(media=recipe.media(Path(path)), plan=recipe.plan, report=recipe.report)
    return Clip(made, request=request, settings=settings)


def recipe_of_clip(
    clip: Clip, *, characters: Mapping[str, str], depth_model: str | None
) -> Recipe | None:
    """How a clip was made, to be kept for `reopen`; None where it was made of more than files.

    Args:
        clip: the clip.
        characters: the files of its characters by name.
        depth_model: as it was given to `animate`.

    Raises:
        InputError: its photo is gone already.
    """
    return recipe_of(
        clip._request,
        clip.media,
        clip.plan,
        clip.report,
        characters=characters,
        depth_model=depth_model,
    )


def _clip(
    request: ClipRequest,
    settings: Settings,
    *,
    output: str | PathLike[str] | None,
    progress: Progress | None,
) -> Clip:
    """The clip of ``request``, in a temporary folder of its own where no output was named."""
    parts, told = build_parts(settings), progress or _silent
    if output is not None:
        made = make_clip(request, parts, Path(output), told)
        return Clip(made, request=request, settings=settings)
    folder = tempfile.TemporaryDirectory(prefix="kinora-")
    try:
        made = make_clip(request, parts, Path(folder.name) / "clip.mp4", told)
    except BaseException:
        folder.cleanup()
        raise
    return Clip(made, request=request, settings=settings, folder=folder)


def _sprites(
    given: Mapping[str, PhotoSource | PathLike[str]], settings: Settings
) -> dict[str, Sprite | None]:
    """The figures of characters by their names."""
    if not given:
        return {}
    check_names(given)
    find = build_figures(settings)
    return {name: read_character(name, _local(source), find) for name, source in given.items()}


def _settings(depth_model: str | PathLike[str] | None, *, depth_given: bool) -> Settings:
    """The settings from the environment, but for what the call says."""
    settings = load_settings()
    if depth_model is None:
        return settings
    if depth_given:
        raise InputError("Give a depth map or a depth model, not both.", param="depth_model")
    return settings.model_copy(update={"depth_model": fspath(depth_model)})


def _local(value: Given | PathLike[str]) -> Given | Path:
    """``value``, with any kind of path object turned into a `Path`."""
    return Path(value) if isinstance(value, PathLike) else value


def _path(value: str | PathLike[str] | None) -> Path | None:
    return None if value is None else Path(value)


def _silent(stage: str, done: int, total: int) -> None:
    pass

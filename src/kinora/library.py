"""The Python door: `animate`, `plan`, `Scene`; what they make is in `kinora.clip`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from os import PathLike
from pathlib import Path
from typing import Self, get_args

import numpy as np
from numpy.typing import NDArray

from kinora.arguments import (
    Number,
    choice_of,
    fps_of,
    local_path,
    loudness_of,
    masks_of,
    plan_of,
    prompt_of,
    seconds_of,
    seed_of,
    size_of,
)
from kinora.clip import Clip, figures_of, film, settings_for
from kinora.errors import InputError
from kinora.pipeline import check_request, plan_clip
from kinora.policy.words import check_words
from kinora.prompt import report_of
from kinora.replan import fitted, with_notes
from kinora.scene.decode import PhotoSource, decode_photo
from kinora.scene.depth.given import GivenDepth
from kinora.scene.frame_size import check_size, default_size
from kinora.settings import load_settings
from kinora.types import scene as scene_types
from kinora.types.geometry import Size
from kinora.types.plan import ShotPlan
from kinora.types.report import Report
from kinora.types.request import ClipRequest, DepthNear, ImageLike, MaskLike, Progress, Quality
from kinora.types.scene import Fit
from kinora.types.sound import SoundOptions
from kinora.wiring import build_parts, build_sight

#: Sizes and times as callers may write them; see `kinora.arguments`.
SizeLike = str | Size | tuple[int, int]
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
    alive: bool | None = None,
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
        alive: let clouds, water and plants move, and a person blink and breathe, gently and only
            where the photo surely shows them; what ``prompt`` moves or keeps still stays so. None:
            as ``KINORA_ALIVE`` says of the quality, else not.
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
    settings = settings_for(depth_model, depth_given=depth is not None)
    prompt, seed = prompt_of(prompt), seed_of(seed)
    length, given = seconds_of(seconds), plan_of(plan)
    used = given and fitted(given, seconds=length, seed=seed, strict=strict)
    check_words(prompt, used, settings)
    tier = choice_of(quality, get_args(Quality), param="quality")
    request = ClipRequest(
        image=local_path(image),
        prompt=prompt,
        plan=used,
        seconds=length,
        size=size_of(size),
        fps=fps_of(fps),
        seed=seed,
        quality=tier,
        fit=choice_of(fit, get_args(Fit), param="fit"),
        strict=strict,
        masks=masks_of(masks or {}),
        loop=loop,
        alive=(used is None and tier in settings.alive) if alive is None else alive,
        depth=local_path(depth),
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
        watermark=local_path(watermark),
        characters=figures_of(characters or {}, settings),
    )
    if given and used:
        report = with_notes(report_of(used), given=given, used=used, prompt=prompt)
        request = replace(request, report=report)
    return film(request, settings, output=output, progress=progress)


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
    prompt, seed = prompt_of(prompt), seed_of(seed)
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

    def __repr__(self) -> str:
        """Short, for notebooks: the arrays are in the fields."""
        regions = ", ".join(region.kind for region in self.regions) or "none"
        size, count = self.size, len(self.layers)
        return f"<Scene {size.width}x{size.height}, layers: {count}, regions: {regions}>"

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
        settings = settings_for(depth_model, depth_given=depth is not None)
        near = choice_of(depth_near, get_args(DepthNear), param="depth_near")
        frame = size_of(size)
        if frame is not None:
            check_size(frame)
        photo = decode_photo(local_path(image))
        sight = build_sight(settings, remembers=False)
        made = sight.scenes(
            photo,
            size=frame or default_size(photo.size),
            fit=choice_of(fit, get_args(Fit), param="fit"),
            depth=sight.depth if depth is None else GivenDepth(local_path(depth), near=near),
        )
        return cls(**{field.name: getattr(made, field.name) for field in fields(made)})


def _path(value: str | PathLike[str] | None) -> Path | None:
    return None if value is None else Path(value)

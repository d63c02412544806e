"""`Clip`: a finished clip, that can be saved, looked through, remixed and made longer."""

from __future__ import annotations

import base64
import tempfile
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from os import PathLike, fspath
from pathlib import Path
from typing import final

import numpy as np
from numpy.typing import NDArray

from kinora.arguments import Number, local_path, prompt_of, seconds_of
from kinora.characters import check_names, read_character
from kinora.errors import InputError
from kinora.files import copy_file, read_frames
from kinora.pipeline import MadeClip, make_clip
from kinora.policy.words import check_words
from kinora.prompt import extend
from kinora.recipes import Recipe, recipe_of, sha256_of
from kinora.replan import only_sound, revised
from kinora.scene.decode import PhotoSource
from kinora.settings import Settings, load_settings
from kinora.types.character import Sprite
from kinora.types.geometry import Size
from kinora.types.media import MediaFile
from kinora.types.plan import ShotPlan
from kinora.types.report import Report
from kinora.types.request import ClipRequest, Progress
from kinora.wiring import build_figures, build_parts

Folder = tempfile.TemporaryDirectory[str]


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
        request, words = self._request, prompt_of(words)
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
        return film(request, self._settings, output=output, progress=progress)

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
        words = prompt_of(words)
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
        return film(request, self._settings, output=output, progress=progress)

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
    settings = settings_for(recipe.depth_model, depth_given=recipe.depth is not None)
    request = replace(
        recipe.request(models=settings.models_dir),
        characters=figures_of(recipe.characters, settings),
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


def film(
    request: ClipRequest,
    settings: Settings,
    *,
    output: str | PathLike[str] | None,
    progress: Progress | None,
) -> Clip:
    """The clip of ``request``, in a temporary folder of its own where no output was named.

    Raises:
        KinoraError: it can't be made; nothing half-written is left.
    """
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


def figures_of(
    given: Mapping[str, PhotoSource | PathLike[str]], settings: Settings
) -> dict[str, Sprite | None]:
    """The figures of characters by their names."""
    if not given:
        return {}
    check_names(given)
    find = build_figures(settings)
    return {name: read_character(name, local_path(source), find) for name, source in given.items()}


def settings_for(depth_model: str | PathLike[str] | None, *, depth_given: bool) -> Settings:
    """The settings from the environment, but for what the call says."""
    settings = load_settings()
    if depth_model is None:
        return settings
    if depth_given:
        raise InputError("Give a depth map or a depth model, not both.", param="depth_model")
    return settings.model_copy(update={"depth_model": fspath(depth_model)})


def _silent(stage: str, done: int, total: int) -> None:
    pass

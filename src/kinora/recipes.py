"""How clips of the command line were made, kept so that they can be remixed from their file alone.

A recipe is a JSON file in the data folder, found by the checksum of the clip: its plan and report,
and the paths of the photo and of what else went into it. It holds no picture and no sound, is
readable by its owner alone, and the oldest give way to new ones.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from kinora.encode.output import staged
from kinora.errors import InputError, OutputError
from kinora.types.geometry import Size
from kinora.types.media import MediaFile
from kinora.types.plan import ShotPlan
from kinora.types.report import Report
from kinora.types.request import ClipRequest, DepthNear, MaskLike, Quality
from kinora.types.scene import Fit
from kinora.types.sound import Loudness, SoundOptions

_FOLDER: Final = "recipes"
#: Where a mask is: a file, or a box in shares of the photo's sides.
_Mask = str | tuple[float, float, float, float]


class Recipe(BaseModel):
    """What a clip was made of and how."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal[1] = 1
    photo: str
    photo_sha256: str
    plan: ShotPlan
    report: Report
    size: str
    fps: str
    frames: int
    quality: Quality = "standard"
    fit: Fit = "crop"
    strict: bool = False
    depth: str | None = None
    depth_near: DepthNear = "white"
    depth_model: str | None = None
    masks: dict[str, _Mask] = {}
    characters: dict[str, str] = {}
    watermark: str | None = None
    sound: bool = True
    room_tone: bool = True
    loudness: Loudness = -16
    audio: str | None = None
    voice_over: str | None = None
    burn_subtitles: bool = False

    def request(self, *, models: Path | None) -> ClipRequest:
        """What was asked for, without the characters.

        Args:
            models: folder of installed voices.
        """
        width, _, height = self.size.partition("x")
        return ClipRequest(
            image=Path(self.photo),
            prompt=self.plan.prompt,
            plan=self.plan,
            report=self.report,
            size=Size(int(width), int(height)),
            fps=Fraction(self.fps),
            seed=self.plan.seed,
            quality=self.quality,
            fit=self.fit,
            strict=self.strict,
            masks=dict(self.masks),
            depth=self.depth,
            depth_near=self.depth_near,
            watermark=self.watermark,
            sound=SoundOptions(
                enabled=self.sound,
                room_tone=self.room_tone,
                loudness=self.loudness,
                audio=_path(self.audio),
                voice_over=_path(self.voice_over),
                burn_subtitles=self.burn_subtitles,
                models=models,
            ),
        )

    def media(self, path: Path) -> MediaFile:
        """The clip's file at ``path``.

        Raises:
            InputError: it can't be read.
        """
        width, _, height = self.size.partition("x")
        return MediaFile(
            path=path,
            mime="video/mp4",
            sha256=sha256_of(path, param="clip"),
            size=Size(int(width), int(height)),
            fps=Fraction(self.fps),
            frame_count=self.frames,
            bytes=path.stat().st_size,
        )


def recipe_of(
    request: ClipRequest,
    media: MediaFile,
    plan: ShotPlan,
    report: Report,
    *,
    characters: Mapping[str, str],
    depth_model: str | None,
) -> Recipe | None:
    """The recipe of a finished clip; None where it was made of more than files.

    Args:
        request: what was asked for.
        media, plan, report: what was made.
        characters: files of the characters by name.
        depth_model: who estimated depth, where the caller said so.

    Raises:
        InputError: the photo is gone already.
    """
    masks = {name: _mask(mask) for name, mask in request.masks.items()}
    depth = request.depth
    plain = isinstance(request.image, str | Path) and isinstance(depth, str | Path | None)
    if not plain or None in masks.values():
        return None
    sound = request.sound
    return Recipe(
        photo=str(Path(str(request.image)).absolute()),
        photo_sha256=sha256_of(Path(str(request.image)), param="photo"),
        plan=plan,
        report=report,
        size=str(media.size),
        fps=str(media.fps),
        frames=media.frame_count,
        quality=request.quality,
        fit=request.fit,
        strict=request.strict,
        depth=_absolute(depth if isinstance(depth, str | Path) else None),
        depth_near=request.depth_near,
        depth_model=_file_or_name(depth_model),
        masks={name: mask for name, mask in masks.items() if mask is not None},
        characters={name: str(Path(file).absolute()) for name, file in characters.items()},
        watermark=_file_or_name(request.watermark),
        sound=sound.enabled,
        room_tone=sound.room_tone,
        loudness=sound.loudness,
        audio=_absolute(sound.audio),
        voice_over=_absolute(sound.voice_over),
        burn_subtitles=sound.burn_subtitles,
    )


def remember(folder: Path, sha256: str, recipe: Recipe, *, most: int) -> bool:
    """Keep a recipe in the data folder, and no more than ``most``; False where that can't be."""
    if most <= 0:
        return False
    shelf = folder / _FOLDER
    try:
        shelf.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = shelf / f"{sha256}.json"
        with staged(path, keep=True) as unfinished:
            unfinished.write_text(recipe.model_dump_json(), encoding="utf-8")
        path.chmod(0o600)
        kept = sorted(shelf.glob("*.json"), key=lambda file: (file.stat().st_mtime, file.name))
        for old in kept[:-most]:
            old.unlink(missing_ok=True)
    except (OSError, OutputError):
        return False
    return True


def recall(folder: Path, path: Path) -> Recipe | None:
    """The recipe of the clip at ``path``; None where none is kept.

    Raises:
        InputError: the clip can't be read.
    """
    file = folder / _FOLDER / f"{sha256_of(path, param='clip')}.json"
    try:
        return Recipe.model_validate_json(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValidationError):  # absent, or of another version
        return None


def sha256_of(path: Path, *, param: str) -> str:
    """Checksum of a file.

    Raises:
        InputError: it can't be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError(f"{path} can't be read: {reason}.", param=param) from error


def _mask(mask: MaskLike) -> _Mask | None:
    if isinstance(mask, tuple):
        return mask
    return str(Path(mask).absolute()) if isinstance(mask, str | Path) else None


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)


def _absolute(path: str | Path | None) -> str | None:
    return None if path is None else str(Path(path).absolute())


def _file_or_name(text: str | Path | None) -> str | None:
    """A file's full path, or the words as they are."""
    if text is None or not Path(text).is_file():
        return None if text is None else str(text)
    return str(Path(text).absolute())

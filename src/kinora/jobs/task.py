"""What the render child is told: its task as JSON, and the files that it needs on this disk.

The task is a `kinora.jobs.reading.RenderTask`, written here as plain JSON because rows hold plans
and reports as JSON already.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kinora.errors import InputError
from kinora.records import videos
from kinora.records.characters import sprite_key
from kinora.settings import Settings
from kinora.storage.blobs import Blobs
from kinora.types.video import Video, blob_key

_CLIP = "A source clip"


def sources_of(connection: sa.Connection, video: Video) -> list[Video]:
    """The videos that ``video`` is made from, in order.

    Raises:
        InputError: one of them was deleted.
    """
    ids = video.spec.source_ids
    found = [v for v in videos.find_many(connection, ids) if v.status != "cancelled"]
    if len(found) != len(ids):
        raise InputError("A video that this one is made from was deleted.", param="video")
    return found


def write_task(
    folder: Path,
    video: Video,
    sources: list[Video],
    *,
    blobs: Blobs,
    settings: Settings,
    blocked: Sequence[tuple[str, str]] = (),
) -> Path:
    """Write the task of ``video`` to ``folder``, fetching what isn't on this disk.

    ``blocked`` are names and prints of pictures that nothing may be made of.

    Raises:
        InputError: a picture or clip that it needs is no longer stored.
        OutputError: the store can't be read, or the folder not written.
    """
    picture, is_default = _picture(folder, video, sources, blobs=blobs, settings=settings)
    described = [
        _source(folder, video, source, nth=nth, blobs=blobs) for nth, source in enumerate(sources)
    ]
    if video.spec.kind == "extension" and video.spec.input_key is not None and not sources:
        clip = _on_disk(folder / "source.mp4", video.spec.input_key, blobs=blobs, what=_CLIP)
        described = [{"clip": str(clip)}]  # an uploaded one: nobody has a plan of it
    task = {
        "spec": json.loads(video.spec_json),
        "picture": None if picture is None else str(picture),
        "picture_is_default": is_default,
        "sources": described,
        "sprites": _sprites(folder, video, blobs=blobs),
        "policy": _policy(folder, video, settings, blocked),
        "alive": video.spec.quality in settings.alive,
    }
    path = folder / "task.json"
    path.write_text(json.dumps(task), encoding="utf-8")
    return path


def _sprites(folder: Path, video: Video, *, blobs: Blobs) -> dict[str, str]:
    """Figures of the video's characters, by name; those that were cut out and still are stored."""
    found = {}
    named = zip(video.spec.character_ids, video.spec.character_names, strict=False)
    for number, (character_id, name) in enumerate(named):
        place, key = folder / f"sprite-{number}.png", sprite_key(character_id)
        try:
            found[name] = str(_on_disk(place, key, blobs=blobs, what="A character"))
        except InputError:  # nothing stood out, so there never was one: the report says so
            continue
    return found


def _policy(
    folder: Path, video: Video, settings: Settings, blocked: Sequence[tuple[str, str]]
) -> dict[str, str | None]:
    """What is looked for in pictures; whoever needs no key runs this server for themselves."""
    faces = settings.faces or ("allow" if video.key_id is None else "consent")
    path = None
    if blocked:
        path = folder / "blocked.json"
        path.write_text(json.dumps(blocked), encoding="utf-8")
    return {"faces": faces, "blocked": None if path is None else str(path)}


def uses_default_picture(video: Video, sources: list[Video], settings: Settings) -> bool:
    """Whether a video is made from the installation's own picture."""
    return (
        settings.default_image is not None
        and _needs_picture(video, sources)
        and _picture_key(video, sources) is None
    )


def _needs_picture(video: Video, sources: list[Video]) -> bool:
    """Others are made from clips themselves."""
    planned = any(source.plan_json is not None for source in sources)
    return video.spec.kind == "create" or (video.spec.kind != "stitch" and planned)


def _picture_key(video: Video, sources: list[Video]) -> str | None:
    return video.spec.input_key or next((s.spec.input_key for s in sources), None)


def _picture(
    folder: Path, video: Video, sources: list[Video], *, blobs: Blobs, settings: Settings
) -> tuple[Path | None, bool]:
    if not _needs_picture(video, sources):
        return None, False
    key = _picture_key(video, sources)
    if key is not None:
        return _on_disk(folder / "picture", key, blobs=blobs, what="The picture"), False
    return settings.default_image, uses_default_picture(video, sources, settings)


def _source(folder: Path, video: Video, source: Video, *, nth: int, blobs: Blobs) -> dict[str, Any]:
    clip, key = None, blob_key(source.id, "video")
    try:
        clip = str(_on_disk(folder / f"source-{nth}.mp4", key, blobs=blobs, what=_CLIP))
    except InputError:
        # Its plan says it all then; the manifest will name the photo instead of the clip.
        if video.spec.kind == "stitch" or source.plan_json is None:
            raise
    return {
        "clip": clip,
        "spec": json.loads(source.spec_json),
        "plan": None if source.plan_json is None else json.loads(source.plan_json),
        "report": None if source.report_json is None else json.loads(source.report_json),
    }


def _on_disk(path: Path, key: str, *, blobs: Blobs, what: str) -> Path:
    local = blobs.local_path(key)
    if local is not None and local.is_file():
        return local
    try:
        blobs.fetch(key, path)
    except FileNotFoundError as error:
        raise InputError(f"{what} of this video is no longer stored.", param="video") from error
    return path

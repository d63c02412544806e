"""A maker of videos that renders nothing: for tests of what happens around one."""

from __future__ import annotations

from pathlib import Path

from kinora.encode import default_encoders
from kinora.jobs.making import MadeVideo, make_video
from kinora.jobs.reading import RenderTask
from kinora.pipeline import Parts
from kinora.testing.fakes import GreyEngine
from kinora.types.request import Progress


def grey_parts() -> Parts:
    """Parts that make real, small, grey MP4 files in milliseconds, without a look at the photo."""
    return Parts(engine=GreyEngine(), encoder=default_encoders(workers=1))


def make_grey_video(task: RenderTask | str, folder: Path, progress: Progress) -> MadeVideo:
    """`kinora.jobs.making.make_video`, with everything real but the pictures.

    Prompts are read, plans changed, files written; the frames are `RisingGrey`.

    Args:
        task: what to make, or its JSON (as ``python -m kinora.jobs.child --maker`` hands it over).
        folder: where the files go.
        progress: as for `make_video`.
    """
    if isinstance(task, str):
        task = RenderTask.model_validate_json(task)
    return make_video(task, folder, progress, parts=grey_parts())

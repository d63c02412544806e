"""The use cases of videos: make, look at, list, delete."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from kinora.errors import MissingError
from kinora.records import videos
from kinora.service.admission import BATCH_PRIORITY, Attempt, BatchLine, admit
from kinora.service.context import Service
from kinora.service.drafting import prepare
from kinora.service.paging import Page, cursor, cut
from kinora.service.sources import find
from kinora.types.account import Caller
from kinora.types.video import MIME, Video, VideoSpec, blob_key
from kinora.wire.draft import Draft
from kinora.wire.video import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A video, and where its job stands."""

    video: Video
    place: Place


def create(
    service: Service,
    caller: Caller,
    draft: Draft,
    *,
    attempt: Attempt | None = None,
    line: BatchLine | None = None,
) -> Video:
    """Prepare and accept a video in one go; blocks, and fetches what the draft names.

    Args:
        service: where it is made.
        caller: whose it will be.
        draft: what is asked for.
        attempt: None: never a repetition of an earlier request.
        line: of a batch; the same line makes one video, however often it is tried.

    Raises:
        InputError: something asked for can't be used.
        MissingError: a source isn't there.
        StateError: a source isn't finished.
        LimitError: a limit is reached.
        NotSupportedError: ``strict``, and something asked for can't be done.
        OutputError: the store can't take the picture.
    """
    new = prepare(service, caller, draft)
    if line is not None:
        new = replace(
            new, priority=BATCH_PRIORITY, batch_id=line.batch_id, custom_id=line.custom_id
        )
        attempt = line.attempt
    return admit(service, caller, new, attempt=attempt)


def look(service: Service, video: Video) -> Seen:
    """``video`` with an estimate of when it is done."""
    place = service.outlook.place(service.database, service.settings, video)
    return Seen(video=video, place=place)


def get(service: Service, caller: Caller, video_id: str) -> Video:
    """A video of the caller.

    Raises:
        MissingError: there is none, it was deleted, or it is somebody else's.
    """
    with service.database.read() as connection:
        video = find(connection, video_id)
    if video is None or video.project_id != caller.project_id or video.status == "cancelled":
        raise missing(video_id)
    return video


def missing(video_id: str) -> MissingError:
    """The refusal of an id that the caller has no video of."""
    return MissingError(f"Video with id '{video_id[:80]}' not found.", param="video_id")


def get_seen(service: Service, caller: Caller, video_id: str) -> Seen:
    """`get` and `look` in one.

    Raises:
        MissingError: as for `get`.
    """
    return look(service, get(service, caller, video_id))


def list_page(
    service: Service,
    caller: Caller,
    *,
    after: str | None = None,
    limit: int = 20,
    order: Literal["asc", "desc"] = "desc",
) -> Page[Seen]:
    """Up to ``limit`` videos of the caller beyond ``after``, which may have been deleted since.

    Raises:
        FieldError: ``after`` never was a video of the caller.
    """
    with service.database.read() as connection:
        start = cursor(after, partial(find, connection), project_id=caller.project_id)
        found = videos.page(
            connection,
            project_id=caller.project_id,
            after=start,
            limit=limit + 1,
            order=order,
        )
    page = cut(found, limit)
    return Page(items=[look(service, v) for v in page.items], has_more=page.has_more)


def delete(service: Service, caller: Caller, video_id: str) -> None:
    """Delete a video: a running job is stopped, its words are removed; blocks.

    `clear_files` removes its files.

    The bare row stays as a mark until retention clears it: lists can go on from it, and rates
    still count it.

    Raises:
        MissingError: there is none, it was deleted, or it is somebody else's.
    """
    video = get(service, caller, video_id)
    bare = VideoSpec(model=video.model, engine=video.spec.engine)
    with service.database.begin() as connection:
        # The row is the truth: what a worker writes later finds it cancelled and fails.
        changed = videos.update(
            connection,
            video_id,
            unless=("cancelled",),
            status="cancelled",
            prompt="",
            spec_json=bare.model_dump_json(),
            plan_json=None,
            report_json=None,
            media_json=None,
            input_key=None,
            files_gone=True,
        )
    if not changed:
        raise missing(video_id)
    if video.status in videos.ACTIVE:
        service.queue.cancel(video_id)


def clear_files(service: Service, video_id: str) -> None:
    """Remove the files of a deleted video; blocks, but needs no database.

    Left undone by a crash, retention does it.
    """
    for variant in MIME:
        service.blobs.delete(blob_key(video_id, variant))

"""``/videos``: make, look at, list, download, revise, join, plan, delete."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from kinora.api import threads
from kinora.api import video_models as shapes
from kinora.api.auth import caller
from kinora.api.bodies import read_fields
from kinora.api.content import content_response
from kinora.api.fields import Fields
from kinora.api.pages import After
from kinora.api.progress import progress_events
from kinora.errors import FieldError
from kinora.records.paging import Order
from kinora.service import plans, videos
from kinora.service.admission import Attempt, admit_within
from kinora.service.content import open_content
from kinora.service.context import Service
from kinora.service.drafting import dry_run, prepare, prepare_quickly
from kinora.service.outlook import poll_after_ms
from kinora.service.videos import Seen
from kinora.settings import Settings
from kinora.types.account import Caller
from kinora.types.video import TERMINAL, Variant
from kinora.wire import fields as reading
from kinora.wire.draft import CreateDraft, Draft
from kinora.wire.refusals import unknown_parameter
from kinora.wire.video import deleted_object, page_object, plan_object, video_object

router = APIRouter(tags=["Videos"])

Who = Annotated[Caller, Depends(caller)]
Reader = Callable[[Fields, Settings], Draft]
_MAX_KEY = 255


# In the two that are asked for most the caller is found by hand, and the app tries them as plain
# routes first (`HOT`): FastAPI's part of the way takes longer than to read the row.
@router.get("/videos/{video_id}", summary="Retrieve a video", response_model=shapes.VideoObject)
async def retrieve_video(video_id: str, request: Request) -> JSONResponse:
    """A video and how far it is; why it failed, if it did."""
    service, who = _service(request), await caller(request)
    return _answer(await threads.run(service, videos.get_seen, service, who, video_id))


@router.post(
    "/videos",
    summary="Create a video",
    response_model=shapes.VideoObject,
    openapi_extra=shapes.create_body(),
)
async def create_video(request: Request) -> JSONResponse:
    """A clip from a picture and words. Poll it, or let a webhook tell you when it is done."""
    return await _make(request, await caller(request), reading.read_create)


async def _poll(request: Request) -> JSONResponse:
    return await retrieve_video(request.path_params["video_id"], request)


#: Path, method and handler of the routes that are asked for most.
HOT = (("/videos/{video_id}", "GET", _poll), ("/videos", "POST", create_video))


@router.post(
    "/videos/plan",
    summary="Plan a video without making it",
    response_model=shapes.VideoPlan,
    openapi_extra=shapes.create_body(),
)
async def plan_video(request: Request, who: Who) -> JSONResponse:
    """Extension: what a create with this body would do, and what of it can't be done."""
    service = _service(request)
    draft = reading.read_create(await read_fields(request), service.settings)
    if not isinstance(draft, CreateDraft):
        raise unknown_parameter("remix_video_id")
    plan, report, spec = await threads.block(dry_run, service, who, draft)
    shown = plan_object(
        plan=plan.model_dump(mode="json"),
        report=report.model_dump(mode="json"),
        provisional=True,
        seconds=spec.seconds or "",
        size=spec.size,
    )
    return JSONResponse(shown)


@router.post(
    "/videos/edits",
    summary="Edit a video",
    response_model=shapes.VideoObject,
    openapi_extra=shapes.revision_body(),
)
async def edit_video(request: Request, who: Who) -> JSONResponse:
    """A new video that differs from a completed one in what the words name."""
    return await _make(request, who, reading.read_edit)


@router.post(
    "/videos/extensions",
    summary="Extend a video",
    response_model=shapes.VideoObject,
    openapi_extra=shapes.revision_body(extension=True),
)
async def extend_video(request: Request, who: Who) -> JSONResponse:
    """A new video that holds a completed one and goes on from its end."""
    return await _make(request, who, reading.read_extension)


@router.post(
    "/videos/stitch",
    summary="Join videos",
    response_model=shapes.VideoObject,
    openapi_extra=shapes.stitch_body(),
)
async def stitch_videos(request: Request, who: Who) -> JSONResponse:
    """Extension: one video from several completed ones, by cuts or cross-fades."""
    return await _make(request, who, lambda fields, _: reading.read_stitch(fields))


@router.get("/videos", summary="List videos", response_model=shapes.VideoPage)
async def list_videos(
    request: Request,
    who: Who,
    *,
    after: After = None,
    limit: Annotated[int, Query(ge=0, le=100)] = 20,
    order: Annotated[Order, Query(description="by creation")] = "desc",
) -> JSONResponse:
    """The project's videos, newest first unless told otherwise."""
    service = _service(request)
    page = await threads.run(
        service, videos.list_page, service, who, after=after, limit=limit, order=order
    )
    shown = [_show(seen) for seen in page.items]
    return JSONResponse(page_object(shown, has_more=page.has_more))


@router.delete("/videos/{video_id}", summary="Delete a video", response_model=shapes.DeletedVideo)
async def delete_video(video_id: str, request: Request, who: Who) -> JSONResponse:
    """The video and its files; a job that waits or runs is stopped."""
    service = _service(request)
    await threads.write(service, videos.delete, service, who, video_id)
    await threads.block(videos.clear_files, service, video_id)
    return JSONResponse(deleted_object(video_id))


_FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "the file",
        "content": {
            mime: {"schema": {"type": "string", "format": "binary"}}
            for mime in ("video/mp4", "image/webp", "image/jpeg", "text/vtt", "application/zip")
        },
    },
    206: {"description": "the part that the header Range asked for"},
    304: {"description": "If-None-Match names the file that the client has"},
    307: {"description": "the file lies at another address, open for an hour"},
}


@router.head("/videos/{video_id}/content", include_in_schema=False)
@router.get(
    "/videos/{video_id}/content",
    summary="Download a video, its thumbnail, sprite sheet, subtitles or stems",
    response_class=Response,
    responses=_FILES,
)
async def download_video(
    video_id: str,
    request: Request,
    who: Who,
    *,
    variant: Annotated[Variant, Query(description="which of its files")] = "video",
) -> Response:
    """MP4, WebP, JPEG, WebVTT or ZIP, with ranges, conditions and a strong ETag.

    Extensions: the variants `subtitles`, the spoken lines, and `stems`, one WAV file each of
    speech, effects, ambience and music, where `audio.stems` asked for them; clips without any,
    joined ones and uploaded ones that go on have none.
    """
    service = _service(request)
    found = await threads.block(open_content, service, who, video_id, variant=variant)
    redirect = service.settings.redirect_downloads
    return content_response(request, found, service.blobs, redirect=redirect)


@router.get(
    "/videos/{video_id}/plan",
    summary="Retrieve a video's plan and report",
    response_model=shapes.VideoPlan,
)
async def retrieve_plan(video_id: str, request: Request, who: Who) -> JSONResponse:
    """Extension: what the camera does, beat by beat; it can be sent back as `plan`.

    Before the video is finished it is provisional: its picture may still change the report.
    """
    service = _service(request)
    video = await threads.run(service, videos.get, service, who, video_id)
    planned = await threads.block(plans.plan_of, service, video)
    shown = plan_object(
        plan=None if planned.plan is None else planned.plan.model_dump(mode="json"),
        report=planned.report.model_dump(mode="json"),
        provisional=planned.provisional,
        video_id=video.id,
        seconds=video.seconds,
        size=video.size,
    )
    return JSONResponse(shown)


@router.get(
    "/videos/{video_id}/events",
    summary="Follow a video's progress",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "server-sent events `video.progress`, ended by one of "
            "`video.completed`, `video.failed` and `video.deleted`",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        }
    },
)
async def follow_video(video_id: str, request: Request, who: Who) -> StreamingResponse:
    """Extension: progress as it comes; the stream ends with the job."""
    service = _service(request)
    seen = await threads.run(service, videos.get_seen, service, who, video_id)
    return StreamingResponse(
        progress_events(service, who, seen),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


@router.post(
    "/videos/{video_id}/remix",
    summary="Remix a video",
    response_model=shapes.VideoObject,
    openapi_extra=shapes.revision_body(in_path=True),
)
async def remix_video(video_id: str, request: Request, who: Who) -> JSONResponse:
    """A new video that differs from a completed one in what the words name."""
    return await _make(request, who, _from_path(reading.read_remix, video_id))


@router.post(
    "/videos/{video_id}/edits",
    summary="Edit a video (alias)",
    response_model=shapes.VideoObject,
    openapi_extra=shapes.revision_body(in_path=True),
)
async def edit_this_video(video_id: str, request: Request, who: Who) -> JSONResponse:
    """The cookbook's path for `POST /videos/edits`."""
    return await _make(request, who, _from_path(reading.read_edit, video_id))


@router.post(
    "/videos/{video_id}/extensions",
    summary="Extend a video (alias)",
    response_model=shapes.VideoObject,
    openapi_extra=shapes.revision_body(extension=True, in_path=True),
)
async def extend_this_video(video_id: str, request: Request, who: Who) -> JSONResponse:
    """A path like that of remix for `POST /videos/extensions`."""
    return await _make(request, who, _from_path(reading.read_extension, video_id))


def _from_path(read: Callable[..., Draft], video_id: str) -> Reader:
    def reader(fields: Fields, settings: Settings) -> Draft:
        return read(fields, settings, source_id=video_id)

    return reader


async def _make(request: Request, who: Caller, read: Reader) -> JSONResponse:
    """Body → draft → accepted video → answer."""
    service = _service(request)
    fields = await read_fields(request)
    draft = read(fields, service.settings)
    attempt = _attempt(request.headers, fields)
    new = prepare_quickly(service, who, draft)
    if new is None:
        new = await threads.block(prepare, service, who, draft)
    video = await threads.admit(
        service, who, lambda turn: admit_within(turn, service, who, new, attempt=attempt)
    )
    return _answer(await threads.run(service, videos.look, service, video))


def _attempt(headers: Mapping[str, str], fields: Fields) -> Attempt:
    key = headers.get("idempotency-key")
    if key is not None and not (0 < len(key) <= _MAX_KEY and key.isascii() and key.isprintable()):
        raise FieldError(
            f"The Idempotency-Key must have 1 to {_MAX_KEY} printable ASCII characters.",
            param="Idempotency-Key",
        )
    count = headers.get("x-stainless-retry-count", "0")
    is_retry = count.isdecimal() and int(count[:9]) > 0
    return Attempt(body_sha256=fields.sha256, key=key, is_retry=is_retry)


def _answer(seen: Seen) -> JSONResponse:
    headers = {}
    if seen.video.status not in TERMINAL:
        headers["openai-poll-after-ms"] = str(poll_after_ms(seen.place))
    return JSONResponse(_show(seen), headers=headers)


def _show(seen: Seen) -> dict[str, Any]:
    return video_object(seen.video, place=seen.place)


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service

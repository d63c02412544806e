"""``/files``: upload, list, read and delete."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import StreamingResponse

from kinora.api import threads
from kinora.api.auth import caller
from kinora.api.bodies import read_fields
from kinora.api.described import EXPIRY, FORM, body, text, upload
from kinora.api.pages import After, Listing, Order, listing
from kinora.api.reading import read_text, read_upload, refuse_unknown
from kinora.errors import MissingError
from kinora.records.files import FileRow
from kinora.service import files
from kinora.service.context import Service
from kinora.types.account import Caller

router = APIRouter(tags=["Files"])

_FIELDS = ("file", "purpose", "expires_after")
#: Served under their own type; anything else could be a page that a browser would run.
_PLAIN = ("image/", "video/", "audio/")


class File(BaseModel):
    """A file, as clients know it."""

    id: str
    object: Literal["file"] = "file"
    bytes: int
    created_at: int = Field(description="unix seconds")
    expires_at: int | None = Field(description="unix seconds; null: never")
    filename: str
    purpose: str
    status: Literal["processed"] = Field(
        default="processed", description="nothing needs processing"
    )
    status_details: None = None


class DeletedFile(BaseModel):
    """What a delete answers."""

    id: str
    object: Literal["file"] = "file"
    deleted: Literal[True] = True


@router.post(
    "/files",
    summary="Upload a file",
    openapi_extra=body(
        {
            "file": upload("at most 512 MB; what it is, is judged by its content"),
            "purpose": text(
                "assistants, batch, fine-tune, vision, user_data, evals, video.input…",
                pattern=f"^{files.PURPOSE.pattern}$",
                maxLength=files.MAX_PURPOSE,
            ),
            "expires_after": EXPIRY,
        },
        required=["file", "purpose"],
        encodings=[FORM],
    ),
)
async def create_file(request: Request, who: Annotated[Caller, Depends(caller)]) -> File:
    """Files with the purpose `batch` expire after 30 days, others never, unless told otherwise."""
    service: Service = request.app.state.service
    fields = await read_fields(request)
    refuse_unknown(fields, _FIELDS)
    row = await threads.block(
        files.create_file,
        service,
        who,
        read_upload(fields, "file"),
        purpose=read_text(fields, "purpose"),
        expires_after=files.read_expiry(fields.get("expires_after"), param="expires_after"),
    )
    return _show(row)


@router.get("/files", summary="List the files")
async def list_files(
    request: Request,
    who: Annotated[Caller, Depends(caller)],
    *,
    purpose: Annotated[str | None, Query(description="only files for this")] = None,
    after: After = None,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 10_000,
    order: Annotated[Order, Query(description="by creation")] = "desc",
) -> Listing[File]:
    """The project's files, newest first unless told otherwise."""
    service: Service = request.app.state.service
    page = await threads.run(
        service,
        files.list_files,
        service,
        who,
        purpose=purpose,
        after=after,
        limit=limit,
        order=order,
    )
    return listing(page, _show)


@router.get("/files/{file_id}", summary="Retrieve a file")
async def retrieve_file(
    file_id: str, request: Request, who: Annotated[Caller, Depends(caller)]
) -> File:
    """What is known of a file, without its content."""
    service: Service = request.app.state.service
    return _show(await threads.run(service, files.get_file, service, who, file_id))


@router.delete("/files/{file_id}", summary="Delete a file")
async def delete_file(
    file_id: str, request: Request, who: Annotated[Caller, Depends(caller)]
) -> DeletedFile:
    """The file and its content; videos made from it stay."""
    service: Service = request.app.state.service
    await threads.write(service, files.delete_file, service, who, file_id)
    return DeletedFile(id=file_id)


@router.get(
    "/files/{file_id}/content",
    summary="Download a file",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "the bytes, of what type their content shows",
            "content": {
                kind: {"schema": {"type": "string", "format": "binary"}}
                for kind in ("application/octet-stream", *(f"{group}*" for group in _PLAIN))
            },
        }
    },
)
async def download_file(
    file_id: str, request: Request, who: Annotated[Caller, Depends(caller)]
) -> StreamingResponse:
    """The bytes as they were uploaded."""
    service: Service = request.app.state.service
    row = await threads.run(service, files.get_file, service, who, file_id)
    if await threads.block(service.blobs.info, row.blob_key) is None:
        raise MissingError(f"The content of the file {file_id[:80]} is gone.", param="id")
    return StreamingResponse(
        service.blobs.stream(row.blob_key),
        media_type=row.mime if row.mime.startswith(_PLAIN) else "application/octet-stream",
        headers={
            "content-length": str(row.bytes),
            "content-disposition": f"attachment; filename*=utf-8''{quote(row.filename, safe='')}",
            "x-content-type-options": "nosniff",
        },
    )


def _show(row: FileRow) -> File:
    return File(
        id=row.id,
        bytes=row.bytes,
        created_at=int(row.created_at),
        expires_at=None if row.expires_at is None else int(row.expires_at),
        filename=row.filename,
        purpose=row.purpose,
    )

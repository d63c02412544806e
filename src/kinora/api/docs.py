"""``/docs``: the OpenAPI document as one page, made by a script of our own; nothing is fetched."""

from __future__ import annotations

from importlib.resources import files

from fastapi import APIRouter
from starlette.responses import HTMLResponse

router = APIRouter(include_in_schema=False)

_PAGE = files("kinora.api").joinpath("docs.html").read_text(encoding="utf-8")
_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'"
)


@router.get("/docs")
async def docs() -> HTMLResponse:
    """The reference for people."""
    return HTMLResponse(_PAGE, headers={"content-security-policy": _POLICY})

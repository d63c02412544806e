"""Pages of lists on the wire: ``object``, ``data``, ``first_id``, ``last_id``, ``has_more``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Generic, Literal, Protocol, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

from kinora.api.described import IDENTIFIER
from kinora.service.paging import Page

After = Annotated[
    str | None,
    Query(description="id of the last thing of the page before", json_schema_extra=IDENTIFIER),
]
Order = Literal["asc", "desc"]


class HasId(Protocol):
    """Something that lists show."""

    id: str


Row = TypeVar("Row")
Shown = TypeVar("Shown", bound=HasId)
Item = TypeVar("Item")  # without the bound, of which pydantic can't make a schema


class Listing(BaseModel, Generic[Item]):
    """A page of a list."""

    object: Literal["list"] = "list"
    data: list[Item]
    first_id: str | None = Field(description="null where the page is empty")
    last_id: str | None = Field(description="`after` of the next page")
    has_more: bool


def listing(page: Page[Row], show: Callable[[Row], Shown]) -> Listing[Shown]:
    """``page`` as clients see it."""
    data = [show(item) for item in page.items]
    return Listing(
        data=data,
        first_id=data[0].id if data else None,
        last_id=data[-1].id if data else None,
        has_more=page.has_more,
    )

"""Pages of lists, by a cursor: the id of the last thing seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from kinora.errors import FieldError
from kinora.wire.scalars import is_identifier


class Sequenced(Protocol):
    """A row with an order, of a project."""

    @property
    def seq(self) -> int:
        """Order of creation."""

    @property
    def project_id(self) -> str:
        """Whose it is."""


T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Some of a list's things, and whether more follow."""

    items: Sequence[T]
    has_more: bool


def cut(items: Sequence[T], limit: int) -> Page[T]:
    """A page of ``limit`` from up to ``limit`` + 1 items: the one too many only says that it is."""
    return Page(items=items[:limit], has_more=len(items) > limit)


def cursor(
    after: str | None, find: Callable[[str], Sequenced | None], *, project_id: str
) -> int | None:
    """The sequence number behind the id ``after``.

    Raises:
        FieldError: the project has no such thing.
    """
    if after is None:
        return None
    found = find(after) if is_identifier(after) else None
    if found is None or found.project_id != project_id:
        raise FieldError(
            f"Invalid value for 'after': there is no {after[:80]!r} to go on from.", param="after"
        )
    return found.seq

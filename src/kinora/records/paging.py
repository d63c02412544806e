"""One page of a table whose rows are ordered by ``seq``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import sqlalchemy as sa

Order = Literal["asc", "desc"]


def page_rows(
    connection: sa.Connection,
    table: sa.Table,
    *,
    where: Sequence[sa.ColumnElement[bool]],
    after: int | None,
    limit: int,
    order: Order,
) -> list[dict[str, Any]]:
    """Up to ``limit`` rows beyond the row of sequence ``after``, newest first for ``desc``."""
    query = sa.select(table).where(*where)
    if after is not None:
        query = query.where(table.c.seq > after if order == "asc" else table.c.seq < after)
    query = query.order_by(table.c.seq.asc() if order == "asc" else table.c.seq.desc())
    return [dict(row._mapping) for row in connection.execute(query.limit(limit))]

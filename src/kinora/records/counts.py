"""Numbers for dashboards."""

from __future__ import annotations

import sqlalchemy as sa

from kinora.records.tables import videos


def count_by_status(connection: sa.Connection) -> dict[str, int]:
    """How many videos have each status; statuses that none has are left out."""
    query = sa.select(videos.c.status, sa.func.count().label("total")).group_by(videos.c.status)
    return {row.status: row.total for row in connection.execute(query)}

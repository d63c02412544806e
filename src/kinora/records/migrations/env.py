"""Alembic's entry: runs on the connection that `kinora.records.migrate` hands over."""

from __future__ import annotations

from alembic import context

from kinora.records.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table="kinora_schema",
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()

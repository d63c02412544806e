"""Bring a database to the tables of this version."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from kinora.records.database import Database

#: Any number that nobody else locks on: two processes never migrate PostgreSQL at once.
_LOCK = 7_203_117


def migrate(database: Database) -> None:
    """Run the missing migrations, in one transaction; nothing happens where none is missing."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    with database.begin() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

"""Alembic's migrations, shipped in the wheel."""

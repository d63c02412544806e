"""Which clip carries which number in its invisible mark, for all workers of a service."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "marked_clips",
        sa.Column("video_id", sa.String(length=64), nullable=False),
        sa.Column("clip_id", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("video_id"),
    )
    op.create_index("marked_clips_by_number", "marked_clips", ["clip_id", "made_at"])


def downgrade() -> None:
    """Undo."""
    op.drop_table("marked_clips")

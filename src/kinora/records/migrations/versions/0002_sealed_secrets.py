"""Room for the sealed secrets of webhooks, which are longer than those in clear."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SHORT = sa.String(length=128)


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("webhook_endpoints", schema=None) as batch_op:
        batch_op.alter_column("secret", existing_type=_SHORT, type_=sa.Text(), nullable=False)
        batch_op.alter_column("old_secret", existing_type=_SHORT, type_=sa.Text(), nullable=True)


def downgrade() -> None:
    """Undo; PostgreSQL refuses where a secret is sealed."""
    with op.batch_alter_table("webhook_endpoints", schema=None) as batch_op:
        batch_op.alter_column("secret", existing_type=sa.Text(), type_=_SHORT, nullable=False)
        batch_op.alter_column("old_secret", existing_type=sa.Text(), type_=_SHORT, nullable=True)

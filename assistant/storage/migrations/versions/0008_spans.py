"""Keep of every message which of its sentences rests on which passage."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("messages") as messages:
        messages.add_column(sa.Column("spans", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    """Undo the change."""
    with op.batch_alter_table("messages") as messages:
        messages.drop_column("spans")

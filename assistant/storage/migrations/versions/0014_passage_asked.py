"""Keep with each passage how customers ask for it."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("knowledge_passages") as batch:
        batch.add_column(sa.Column("asked", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("knowledge_passages") as batch:
        batch.alter_column("asked", server_default=None)


def downgrade() -> None:
    """Undo the change."""
    with op.batch_alter_table("knowledge_passages") as batch:
        batch.drop_column("asked")

"""Say with a message in which turn it was answered, so that a killed server's message isn't answered again."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("chat_requests") as table:
        table.add_column(sa.Column("turn_id", sa.String(), nullable=True))


def downgrade() -> None:
    """Undo the change."""
    with op.batch_alter_table("chat_requests") as table:
        table.drop_column("turn_id")

"""Keep with each rating the reason that the customer chose."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("ratings") as batch:
        batch.add_column(sa.Column("reason", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("ratings") as batch:
        batch.alter_column("reason", server_default=None)


def downgrade() -> None:
    """Undo the change."""
    with op.batch_alter_table("ratings") as batch:
        batch.drop_column("reason")

"""Keep with each turn which signals of injection its message showed, for people to see."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("turns") as table:
        table.add_column(sa.Column("signals", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("turns") as table:
        table.alter_column("signals", server_default=None)


def downgrade() -> None:
    """Undo the change."""
    with op.batch_alter_table("turns") as table:
        table.drop_column("signals")

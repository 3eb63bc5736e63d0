"""Keep with every message which prompts it was answered with."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.add_column("messages", sa.Column("prompts_hash", sa.String(), nullable=True))


def downgrade() -> None:
    """Undo the change."""
    op.drop_column("messages", "prompts_hash")

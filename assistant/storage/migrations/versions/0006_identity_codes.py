"""Remember which codes were sent, so that each counts once, for minutes, and for a few guesses."""

import sqlalchemy as sa
from alembic import op

from assistant.storage.base import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "identity_codes",
        sa.Column("code_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("address_key", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=True),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("fk_identity_codes_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("code_id", name=op.f("pk_identity_codes")),
    )
    op.create_index("ix_identity_codes_conversation", "identity_codes", ["conversation_id"])
    op.create_index("ix_identity_codes_address_created", "identity_codes", ["address_key", "created_at"])


def downgrade() -> None:
    """Undo the change."""
    op.drop_index("ix_identity_codes_address_created", "identity_codes")
    op.drop_index("ix_identity_codes_conversation", "identity_codes")
    op.drop_table("identity_codes")

"""Keep voice notes and photos that customers sent."""

import sqlalchemy as sa
from alembic import op

from assistant.storage.base import UtcDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "attachments",
        sa.Column("attachment_id", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=True),
        sa.Column("conversation_id", sa.String(), nullable=True),
        sa.Column("turn_id", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=True),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("found", sa.JSON(), server_default="{}", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("kind IN ('voice', 'photo')", name=op.f("ck_attachments_kind")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("fk_attachments_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("attachment_id", name=op.f("pk_attachments")),
    )
    op.create_index("ix_attachments_conversation", "attachments", ["conversation_id"])
    op.create_index(op.f("ix_attachments_customer_id"), "attachments", ["customer_id"])


def downgrade() -> None:
    """Undo the change."""
    op.drop_table("attachments")

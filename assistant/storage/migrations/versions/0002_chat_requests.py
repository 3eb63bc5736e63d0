"""Remember which chat messages were taken in, so that none is answered twice."""

import sqlalchemy as sa
from alembic import op

from assistant.storage.base import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "chat_requests",
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("client_message_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=True),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reply", sa.JSON(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("status IN ('running', 'done')", name=op.f("ck_chat_requests_status")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("fk_chat_requests_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("owner", "client_message_id", name=op.f("pk_chat_requests")),
    )
    op.create_index("ix_chat_requests_conversation", "chat_requests", ["conversation_id"])


def downgrade() -> None:
    """Undo the change."""
    op.drop_index("ix_chat_requests_conversation", "chat_requests")
    op.drop_table("chat_requests")

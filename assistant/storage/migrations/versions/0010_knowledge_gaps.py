"""Keep the questions that no page answered, for whoever writes the pages."""

import sqlalchemy as sa
from alembic import op

from assistant.storage.base import UtcDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "knowledge_gaps",
        sa.Column("gap_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("turn_id", sa.String(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("best_page", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("reason IN ('no page', 'unsure', 'not understood')", name=op.f("ck_knowledge_gaps_reason")),
        sa.CheckConstraint("status IN ('open', 'done', 'ignored')", name=op.f("ck_knowledge_gaps_status")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("fk_knowledge_gaps_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("gap_id", name=op.f("pk_knowledge_gaps")),
    )
    op.create_index("ix_knowledge_gaps_conversation", "knowledge_gaps", ["conversation_id"])
    op.create_index("ix_knowledge_gaps_status_at", "knowledge_gaps", ["status", "at"])


def downgrade() -> None:
    """Undo the change."""
    op.drop_index("ix_knowledge_gaps_status_at", "knowledge_gaps")
    op.drop_index("ix_knowledge_gaps_conversation", "knowledge_gaps")
    op.drop_table("knowledge_gaps")

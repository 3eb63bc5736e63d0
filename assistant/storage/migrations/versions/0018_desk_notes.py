"""Let people at a desk leave notes for each other, and pass a conversation on to one of them."""

import sqlalchemy as sa
from alembic import op

from assistant.storage.base import UtcDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("handoffs") as batch:
        batch.add_column(sa.Column("passed_by", sa.String(), nullable=True))
    op.create_table(
        "desk_notes",
        sa.Column("note_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("fk_desk_notes_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("note_id", name=op.f("pk_desk_notes")),
    )
    op.create_index(op.f("ix_desk_notes_conversation_id"), "desk_notes", ["conversation_id"])


def downgrade() -> None:
    """Undo the change."""
    op.drop_table("desk_notes")
    with op.batch_alter_table("handoffs") as batch:
        batch.drop_column("passed_by")

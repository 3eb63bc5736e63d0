"""Keep which pages and passages are live, so that Chroma can be built again from tables."""

import sqlalchemy as sa
from alembic import op

from assistant.storage.base import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "knowledge_pages",
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("audience", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("keywords", sa.JSON(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("synced_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("audience IN ('customer', 'agent')", name=op.f("ck_knowledge_pages_audience")),
        sa.CheckConstraint("language IN ('en', 'zh')", name=op.f("ck_knowledge_pages_language")),
        sa.PrimaryKeyConstraint("page", "language", name=op.f("pk_knowledge_pages")),
    )
    op.create_table(
        "knowledge_state",
        sa.Column("state_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.CheckConstraint("state_id = 1", name=op.f("ck_knowledge_state_one_row")),
        sa.PrimaryKeyConstraint("state_id", name=op.f("pk_knowledge_state")),
    )
    op.create_table(
        "knowledge_passages",
        sa.Column("passage_id", sa.String(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("heading", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("section_text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["page", "language"],
            ["knowledge_pages.page", "knowledge_pages.language"],
            name=op.f("fk_knowledge_passages_page_knowledge_pages"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("passage_id", name=op.f("pk_knowledge_passages")),
    )
    with op.batch_alter_table("knowledge_passages", schema=None) as batch_op:
        batch_op.create_index("ix_knowledge_passages_page", ["page", "language"], unique=False)


def downgrade() -> None:
    """Undo the change."""
    with op.batch_alter_table("knowledge_passages", schema=None) as batch_op:
        batch_op.drop_index("ix_knowledge_passages_page")

    op.drop_table("knowledge_passages")
    op.drop_table("knowledge_state")
    op.drop_table("knowledge_pages")

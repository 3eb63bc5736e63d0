"""Let people at a desk take conversations over: accounts, claims, their messages, drafts, audit, ratings."""

import sqlalchemy as sa
from alembic import op

from assistant.storage.base import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    with op.batch_alter_table("handoffs") as batch:
        batch.add_column(sa.Column("status", sa.String(), server_default="waiting", nullable=False))
        batch.add_column(sa.Column("language", sa.String(), server_default="en", nullable=False))
        batch.add_column(sa.Column("sentiment", sa.String(), server_default="neutral", nullable=False))
        batch.add_column(sa.Column("urgency", sa.String(), server_default="normal", nullable=False))
        batch.add_column(sa.Column("claimed_by", sa.String(), nullable=True))
        batch.add_column(sa.Column("claimed_at", UtcDateTime(), nullable=True))
        batch.add_column(sa.Column("first_reply_at", UtcDateTime(), nullable=True))
        batch.add_column(sa.Column("ending", sa.String(), nullable=True))
        batch.add_column(sa.Column("label", sa.String(), nullable=True))
        batch.add_column(sa.Column("summary", sa.Text(), server_default="", nullable=False))
        batch.create_check_constraint(op.f("ck_handoffs_status"), "status IN ('waiting', 'claimed', 'closed')")
        batch.create_check_constraint(op.f("ck_handoffs_ending"), "ending IN ('solved', 'unsolved', 'handed_back')")
        batch.create_index("ix_handoffs_status_created", ["status", "created_at"])
    op.create_table(
        "desk_users",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("disabled_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("role IN ('agent', 'lead', 'engineer', 'admin')", name=op.f("ck_desk_users_role")),
        sa.CheckConstraint("language IN ('en', 'zh')", name=op.f("ck_desk_users_language")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_desk_users")),
        sa.UniqueConstraint("name", name=op.f("uq_desk_users_name")),
    )
    op.create_table(
        "desk_sessions",
        sa.Column("session_key", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("csrf", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["desk_users.user_id"], name=op.f("fk_desk_sessions_user_id_desk_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_key", name=op.f("pk_desk_sessions")),
    )
    op.create_index(op.f("ix_desk_sessions_user_id"), "desk_sessions", ["user_id"])
    op.create_table(
        "desk_audit",
        sa.Column("audit_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_desk_audit")),
    )
    op.create_index("ix_desk_audit_at", "desk_audit", ["at"])
    op.create_index(op.f("ix_desk_audit_conversation_id"), "desk_audit", ["conversation_id"])
    op.create_table(
        "desk_messages",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("proposal_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"],
            ["messages.message_id"],
            name=op.f("fk_desk_messages_message_id_messages"),
            ondelete="CASCADE",
        ),
        _of_conversation("desk_messages"),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_desk_messages")),
    )
    op.create_index(op.f("ix_desk_messages_conversation_id"), "desk_messages", ["conversation_id"])
    op.create_table(
        "desk_drafts",
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("after_message_id", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("milliseconds", sa.Double(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("edit_distance", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("sent_chars", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('approved', 'edited', 'rejected', 'stale')", name=op.f("ck_desk_drafts_outcome")
        ),
        _of_conversation("desk_drafts"),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_desk_drafts")),
    )
    op.create_index("ix_desk_drafts_created", "desk_drafts", ["created_at"])
    op.create_index(op.f("ix_desk_drafts_conversation_id"), "desk_drafts", ["conversation_id"])
    op.create_table(
        "ratings",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("stars", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("stars BETWEEN 1 AND 5", name=op.f("ck_ratings_stars")),
        _of_conversation("ratings"),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_ratings")),
    )


def downgrade() -> None:
    """Undo the change."""
    for table in ("ratings", "desk_drafts", "desk_messages", "desk_audit", "desk_sessions", "desk_users"):
        op.drop_table(table)
    with op.batch_alter_table("handoffs") as batch:
        batch.drop_index("ix_handoffs_status_created")
        batch.drop_constraint(op.f("ck_handoffs_ending"), type_="check")
        batch.drop_constraint(op.f("ck_handoffs_status"), type_="check")
        for column in (
            "summary", "label", "ending", "first_reply_at", "claimed_at", "claimed_by", "urgency", "sentiment",
            "language", "status",
        ):  # fmt: skip
            batch.drop_column(column)


def _of_conversation(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["conversation_id"],
        ["conversations.conversation_id"],
        name=op.f(f"fk_{table}_conversation_id_conversations"),
        ondelete="CASCADE",
    )

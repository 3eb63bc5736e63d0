"""Keep proposals, their audit, damage reports and stock notices."""

import sqlalchemy as sa
from alembic import op

from assistant.storage.base import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "proposals",
        sa.Column("proposal_id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("request", sa.JSON(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("result", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(status = 'executed') = (result IS NOT NULL)", name=op.f("ck_proposals_result_of_executed")
        ),
        sa.CheckConstraint(
            "status IN ('open', 'executed', 'declined', 'expired', 'superseded', 'failed')",
            name=op.f("ck_proposals_status"),
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_proposals")),
    )
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.create_index("ix_proposals_conversation_status", ["conversation_id", "status"], unique=False)
        batch_op.create_index("ix_proposals_customer_created", ["customer_id", "created_at"], unique=False)

    op.create_table(
        "audit",
        sa.Column("audit_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("proposal_id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=True),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.proposal_id"], name=op.f("fk_audit_proposal_id_proposals")
        ),
        sa.PrimaryKeyConstraint("audit_id", name=op.f("pk_audit")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_audit_proposal_id")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_customer_at", ["customer_id", "at"], unique=False)

    op.create_table(
        "damage_reports",
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("wish", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("status IN ('open', 'accepted', 'refused')", name=op.f("ck_damage_reports_status")),
        sa.CheckConstraint("wish IN ('replacement', 'refund')", name=op.f("ck_damage_reports_wish")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.order_id"], name=op.f("fk_damage_reports_order_id_orders"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("order_id", "item_id", name=op.f("pk_damage_reports")),
    )
    op.create_table(
        "stock_notices",
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.customer_id"],
            name=op.f("fk_stock_notices_customer_id_customers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["variants.item_id"], name=op.f("fk_stock_notices_item_id_variants"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("customer_id", "item_id", name=op.f("pk_stock_notices")),
    )


def downgrade() -> None:
    """Undo the change."""
    op.drop_table("stock_notices")
    op.drop_table("damage_reports")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_customer_at")

    op.drop_table("audit")
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.drop_index("ix_proposals_customer_created")
        batch_op.drop_index("ix_proposals_conversation_status")

    op.drop_table("proposals")

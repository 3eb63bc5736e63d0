# ruff: noqa: E501
"""All tables of the first release: the shop, conversations, memory and the outbox."""

import sqlalchemy as sa
from alembic import op

from assistant.storage.base import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""
    op.create_table(
        "conversations",
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.CheckConstraint("status IN ('open', 'handed_off', 'closed')", name=op.f("ck_conversations_status")),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_conversations")),
    )
    with op.batch_alter_table("conversations") as batch_op:
        batch_op.create_index("ix_conversations_customer_started", ["customer_id", "started_at"], unique=False)

    op.create_table(
        "customers",
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.Column("last_name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_key", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("address1", sa.String(), nullable=False),
        sa.Column("address2", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("zip", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("language IN ('en', 'zh')", name=op.f("ck_customers_language")),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_customers")),
        sa.UniqueConstraint("email_key", name=op.f("uq_customers_email_key")),
    )
    with op.batch_alter_table("customers") as batch_op:
        batch_op.create_index(batch_op.f("ix_customers_zip"), ["zip"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("outbox_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("outbox_id", name=op.f("pk_outbox")),
    )
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_done_at"), ["done_at"], unique=False)

    op.create_table(
        "products",
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_zh", sa.String(), nullable=True),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("brand", sa.String(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("description_zh", sa.Text(), nullable=False),
        sa.Column("attributes", sa.JSON(), nullable=False),
        sa.Column("rating", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("product_id", name=op.f("pk_products")),
    )
    with op.batch_alter_table("products") as batch_op:
        batch_op.create_index(batch_op.f("ix_products_category"), ["category"], unique=False)

    op.create_table(
        "shop_info",
        sa.Column("shop_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=True),
        sa.Column("today", sa.Date(), nullable=True),
        sa.Column("loaded_at", UtcDateTime(), nullable=False),
        sa.Column("catalogue_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('sample', 'tau-retail')", name=op.f("ck_shop_info_kind")),
        sa.CheckConstraint("shop_id = 1", name=op.f("ck_shop_info_one_row")),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("pk_shop_info")),
    )
    op.create_table(
        "episodes",
        sa.Column("episode_id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("fk_episodes_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("episode_id", name=op.f("pk_episodes")),
        sa.UniqueConstraint("conversation_id", name=op.f("uq_episodes_conversation_id")),
    )
    with op.batch_alter_table("episodes") as batch_op:
        batch_op.create_index("ix_episodes_customer_at", ["customer_id", "at"], unique=False)

    op.create_table(
        "handoffs",
        sa.Column("handoff_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("brief", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("resolved_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("fk_handoffs_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("handoff_id", name=op.f("pk_handoffs")),
    )
    with op.batch_alter_table("handoffs") as batch_op:
        batch_op.create_index(batch_op.f("ix_handoffs_conversation_id"), ["conversation_id"], unique=False)

    op.create_table(
        "messages",
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("turn_id", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("citations", sa.JSON(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("author IN ('customer', 'assistant', 'agent')", name=op.f("ck_messages_author")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("fk_messages_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_messages")),
    )
    with op.batch_alter_table("messages") as batch_op:
        batch_op.create_index("ix_messages_conversation_at", ["conversation_id", "at"], unique=False)

    op.create_table(
        "orders",
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("placed_at", UtcDateTime(), nullable=True),
        sa.Column("address1", sa.String(), nullable=False),
        sa.Column("address2", sa.String(), nullable=False),
        sa.Column("city", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("zip", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("shipping_cents", sa.Integer(), nullable=True),
        sa.Column("cancel_reason", sa.String(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "status IN ('pending', 'pending (item modified)', 'processed', 'delivered', 'cancelled', 'return requested', 'exchange requested', 'returned')",
            name=op.f("ck_orders_status"),
        ),
        sa.CheckConstraint("shipping_cents >= 0", name=op.f("ck_orders_shipping_not_negative")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.customer_id"], name=op.f("fk_orders_customer_id_customers"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_orders")),
    )
    with op.batch_alter_table("orders") as batch_op:
        batch_op.create_index("ix_orders_customer_sequence", ["customer_id", "sequence"], unique=False)

    op.create_table(
        "payment_methods",
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("payment_method_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("brand", sa.String(), nullable=True),
        sa.Column("last_four", sa.String(), nullable=True),
        sa.Column("balance_cents", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(source = 'gift_card') = (balance_cents IS NOT NULL)",
            name=op.f("ck_payment_methods_balance_of_gift_cards"),
        ),
        sa.CheckConstraint("source IN ('credit_card', 'gift_card', 'paypal')", name=op.f("ck_payment_methods_source")),
        sa.CheckConstraint("balance_cents >= 0", name=op.f("ck_payment_methods_balance_not_negative")),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.customer_id"],
            name=op.f("fk_payment_methods_customer_id_customers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("customer_id", "payment_method_id", name=op.f("pk_payment_methods")),
    )
    op.create_table(
        "turns",
        sa.Column("turn_id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("decision", sa.JSON(), nullable=False),
        sa.Column("rung", sa.String(), nullable=False),
        sa.Column("model_calls", sa.Integer(), nullable=False),
        sa.Column("input_tokens", sa.Integer(), nullable=False),
        sa.Column("output_tokens", sa.Integer(), nullable=False),
        sa.Column("timings_ms", sa.JSON(), nullable=False),
        sa.Column("failed_checks", sa.JSON(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.conversation_id"],
            name=op.f("fk_turns_conversation_id_conversations"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("turn_id", name=op.f("pk_turns")),
    )
    with op.batch_alter_table("turns") as batch_op:
        batch_op.create_index(batch_op.f("ix_turns_conversation_id"), ["conversation_id"], unique=False)

    op.create_table(
        "variants",
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("available", sa.Boolean(), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=True),
        sa.CheckConstraint("price_cents >= 0", name=op.f("ck_variants_price_not_negative")),
        sa.CheckConstraint("stock >= 0", name=op.f("ck_variants_stock_not_negative")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["products.product_id"], name=op.f("fk_variants_product_id_products"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_variants")),
    )
    with op.batch_alter_table("variants") as batch_op:
        batch_op.create_index(batch_op.f("ix_variants_product_id"), ["product_id"], unique=False)

    op.create_table(
        "facts",
        sa.Column("fact_id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("superseded_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.message_id"], name=op.f("fk_facts_message_id_messages"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("fact_id", name=op.f("pk_facts")),
    )
    with op.batch_alter_table("facts") as batch_op:
        batch_op.create_index("ix_facts_customer_kind", ["customer_id", "kind"], unique=False)

    op.create_table(
        "order_items",
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("item_id", sa.String(), nullable=False),
        sa.Column("product_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_zh", sa.String(), nullable=True),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.CheckConstraint("price_cents >= 0", name=op.f("ck_order_items_price_not_negative")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.order_id"], name=op.f("fk_order_items_order_id_orders"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("order_id", "position", name=op.f("pk_order_items")),
    )
    with op.batch_alter_table("order_items") as batch_op:
        batch_op.create_index(batch_op.f("ix_order_items_item_id"), ["item_id"], unique=False)

    op.create_table(
        "order_requests",
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("item_ids", sa.JSON(), nullable=False),
        sa.Column("new_item_ids", sa.JSON(), nullable=False),
        sa.Column("payment_method_id", sa.String(), nullable=False),
        sa.Column("price_difference_cents", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('return', 'exchange')", name=op.f("ck_order_requests_kind")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.order_id"], name=op.f("fk_order_requests_order_id_orders"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_order_requests")),
    )
    op.create_table(
        "payments",
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("payment_method_id", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("kind IN ('payment', 'refund')", name=op.f("ck_payments_kind")),
        sa.CheckConstraint("amount_cents >= 0", name=op.f("ck_payments_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.order_id"], name=op.f("fk_payments_order_id_orders"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("order_id", "position", name=op.f("pk_payments")),
    )
    op.create_table(
        "shipments",
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("tracking_ids", sa.JSON(), nullable=False),
        sa.Column("item_ids", sa.JSON(), nullable=False),
        sa.Column("carrier", sa.String(), nullable=True),
        sa.Column("shipped_at", UtcDateTime(), nullable=True),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("delivered_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.order_id"], name=op.f("fk_shipments_order_id_orders"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("order_id", "position", name=op.f("pk_shipments")),
    )
    op.create_table(
        "tool_calls",
        sa.Column("turn_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("milliseconds", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["turn_id"], ["turns.turn_id"], name=op.f("fk_tool_calls_turn_id_turns"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("turn_id", "position", name=op.f("pk_tool_calls")),
    )
    op.create_table(
        "tracking_events",
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("shipment_position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.CheckConstraint(
            "status IN ('label created', 'picked up', 'in transit', 'out for delivery', 'delivered', 'delayed', 'delivery attempt failed')",
            name=op.f("ck_tracking_events_status"),
        ),
        sa.ForeignKeyConstraint(
            ["order_id", "shipment_position"],
            ["shipments.order_id", "shipments.position"],
            name=op.f("fk_tracking_events_order_id_shipments"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("order_id", "shipment_position", "position", name=op.f("pk_tracking_events")),
    )


def downgrade() -> None:
    """Undo the change."""
    op.drop_table("tracking_events")
    op.drop_table("tool_calls")
    op.drop_table("shipments")
    op.drop_table("payments")
    op.drop_table("order_requests")
    with op.batch_alter_table("order_items") as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_items_item_id"))

    op.drop_table("order_items")
    with op.batch_alter_table("facts") as batch_op:
        batch_op.drop_index("ix_facts_customer_kind")

    op.drop_table("facts")
    with op.batch_alter_table("variants") as batch_op:
        batch_op.drop_index(batch_op.f("ix_variants_product_id"))

    op.drop_table("variants")
    with op.batch_alter_table("turns") as batch_op:
        batch_op.drop_index(batch_op.f("ix_turns_conversation_id"))

    op.drop_table("turns")
    op.drop_table("payment_methods")
    with op.batch_alter_table("orders") as batch_op:
        batch_op.drop_index("ix_orders_customer_sequence")

    op.drop_table("orders")
    with op.batch_alter_table("messages") as batch_op:
        batch_op.drop_index("ix_messages_conversation_at")

    op.drop_table("messages")
    with op.batch_alter_table("handoffs") as batch_op:
        batch_op.drop_index(batch_op.f("ix_handoffs_conversation_id"))

    op.drop_table("handoffs")
    with op.batch_alter_table("episodes") as batch_op:
        batch_op.drop_index("ix_episodes_customer_at")

    op.drop_table("episodes")
    op.drop_table("shop_info")
    with op.batch_alter_table("products") as batch_op:
        batch_op.drop_index(batch_op.f("ix_products_category"))

    op.drop_table("products")
    with op.batch_alter_table("outbox") as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_done_at"))

    op.drop_table("outbox")
    with op.batch_alter_table("customers") as batch_op:
        batch_op.drop_index(batch_op.f("ix_customers_zip"))

    op.drop_table("customers")
    with op.batch_alter_table("conversations") as batch_op:
        batch_op.drop_index("ix_conversations_customer_started")

    op.drop_table("conversations")

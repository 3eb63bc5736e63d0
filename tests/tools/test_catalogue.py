"""The register holds every tool that an agent of a shop needs, marked by what it does and for whom."""

from assistant.tools.catalogue import shop_tools
from assistant.tools.registry import ToolKind

TAU_BENCH = set(
    "find_user_id_by_email find_user_id_by_name_zip get_user_details get_order_details get_product_details "
    "get_item_details list_all_product_types calculate cancel_pending_order modify_pending_order_address "
    "modify_pending_order_items modify_pending_order_payment modify_user_address return_delivered_order_items "
    "exchange_delivered_order_items transfer_to_human_agents".split()
)
BEYOND = set(
    "track_shipment list_orders search_products compare_products check_stock recommend_products find_variant "
    "quote_exchange refund_status reorder report_damaged_item request_invoice notify_when_in_stock".split()
)
WRITES = set(
    "cancel_pending_order modify_pending_order_address modify_pending_order_items modify_pending_order_payment "
    "modify_user_address return_delivered_order_items exchange_delivered_order_items reorder report_damaged_item "
    "request_invoice notify_when_in_stock".split()
)
PUBLIC = set(
    "search_products get_product_details get_item_details list_all_product_types compare_products check_stock "
    "list_variants recommend_products find_variant search_knowledge calculate transfer_to_human_agents".split()
)


def test_every_tool_of_tau_bench_and_what_a_real_shop_needs_beyond_is_there() -> None:
    names = set(shop_tools().names())
    assert names >= TAU_BENCH | BEYOND


def test_writing_is_marked_and_what_is_not_public_needs_a_customer() -> None:
    registry = shop_tools()
    assert set(registry.names(ToolKind.WRITE)) == WRITES
    assert {name for name in registry.names() if not registry.get(name).private} == PUBLIC


def test_every_tool_tells_the_model_what_it_does_and_what_each_argument_is() -> None:
    for name in shop_tools().names():
        tool = shop_tools().get(name)
        assert len(tool.description) > 30, name
        for argument in tool.schema.model_fields:
            assert f"{argument}:" in tool.description, (name, argument)

"""All tools of the shop, in one register."""

from assistant.tools.general import calculate, transfer_to_human_agents
from assistant.tools.knowledge import search_knowledge
from assistant.tools.orders import get_order_details, get_user_details, list_orders, refund_status, track_shipment
from assistant.tools.products import (
    check_stock,
    compare_products,
    get_item_details,
    get_product_details,
    list_all_product_types,
    search_products,
)
from assistant.tools.registry import Tool, ToolRegistry


def shop_tools() -> ToolRegistry:
    """The register that agents, the direct path and the exam share."""
    private = (track_shipment, list_orders, get_order_details, refund_status, get_user_details)
    public = (
        search_products,
        get_product_details,
        get_item_details,
        list_all_product_types,
        compare_products,
        check_stock,
        search_knowledge,
        calculate,
        transfer_to_human_agents,
    )
    return ToolRegistry(
        [*(Tool(function, private=True) for function in private), *(Tool(function) for function in public)]
    )

"""All tools of the shop, in one register."""

from collections.abc import Iterable

from assistant.tools.changes import (
    cancel_pending_order,
    exchange_delivered_order_items,
    modify_pending_order_address,
    modify_pending_order_items,
    modify_pending_order_payment,
    modify_user_address,
    notify_when_in_stock,
    reorder,
    report_damaged_item,
    request_invoice,
    return_delivered_order_items,
)
from assistant.tools.general import calculate, transfer_to_human_agents
from assistant.tools.identity import find_user_id_by_email, find_user_id_by_name_zip
from assistant.tools.knowledge import search_knowledge
from assistant.tools.orders import get_order_details, get_user_details, list_orders, refund_status, track_shipment
from assistant.tools.products import (
    check_stock,
    compare_products,
    get_item_details,
    get_product_details,
    list_all_product_types,
    list_variants,
    search_products,
)
from assistant.tools.quotes import find_variant, quote_exchange
from assistant.tools.recommending import recommend_products
from assistant.tools.registry import Tool, ToolKind, ToolRegistry


def shop_tools(more: Iterable[Tool] = ()) -> ToolRegistry:
    """The register that agents, the direct path and the exam share; `more` are those that others supply."""
    writes = (
        cancel_pending_order,
        modify_pending_order_address,
        modify_pending_order_items,
        modify_pending_order_payment,
        modify_user_address,
        return_delivered_order_items,
        exchange_delivered_order_items,
        reorder,
        report_damaged_item,
        request_invoice,
        notify_when_in_stock,
    )
    private = (
        track_shipment,
        list_orders,
        get_order_details,
        refund_status,
        get_user_details,
        find_user_id_by_email,
        find_user_id_by_name_zip,
        quote_exchange,
    )
    public = (
        search_products,
        get_product_details,
        get_item_details,
        list_all_product_types,
        compare_products,
        check_stock,
        list_variants,
        recommend_products,
        find_variant,
        search_knowledge,
        calculate,
        transfer_to_human_agents,
    )
    return ToolRegistry(
        [
            *(Tool(function, private=True) for function in private),
            *(Tool(function) for function in public),
            *(Tool(function, kind=ToolKind.WRITE, private=True) for function in writes),
            *more,
        ]
    )

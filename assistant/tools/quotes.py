"""READ tools that prepare a change: which variant is meant, and what a swap would cost."""

from assistant.errors import ToolError
from assistant.ids import ItemId, OrderId
from assistant.shop.changes.quote import ExchangeQuote
from assistant.tools.changes import customer_of, proposals_of
from assistant.tools.context import ToolContext
from assistant.tools.products import find_product
from assistant.tools.results import StockResult


def find_variant(context: ToolContext, *, product: str, options: dict[str, str]) -> StockResult:
    """Find the item ids of a product's variants that have the wanted options; available ones come first.

    Args:
        product: its id or name.
        options: the wanted options, such as {'color': 'blue', 'size': 'XL'}.
    """
    if not options:
        raise ToolError("Name at least one wanted option, such as {'color': 'blue'}; check_stock lists all variants.")
    found = find_product(context, product)
    variants = sorted(context.shop.find_variants(found.product_id, options), key=lambda v: not v.available)
    return StockResult(product=found, variants=tuple(variants), wanted=options)


def quote_exchange(
    context: ToolContext, *, order_id: str, item_ids: list[str], new_item_ids: list[str]
) -> ExchangeQuote:
    """Work out the price difference of swapping items of an order, and which payment methods may be used for it.

    Changes nothing. Use it before exchange_delivered_order_items or modify_pending_order_items when the customer
    asks what a swap would cost.

    Args:
        order_id: the order number, such as '#W1234567'.
        item_ids: the items to swap.
        new_item_ids: the new item for each, in the same order; another available variant of the same product.
    """
    changes = proposals_of(context).changes
    return changes.quote_exchange(
        OrderId(order_id),
        tuple(map(ItemId, item_ids)),
        tuple(map(ItemId, new_item_ids)),
        customer_of(context),
        context.clock.now(),
    )

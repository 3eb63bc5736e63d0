"""What a conversation is about now, for "when does it come?" and "the second one" in the next turn."""

from collections.abc import Sequence

from assistant.conversation.slots.items import named_pieces
from assistant.conversation.turn import Turn
from assistant.shop.records import Order
from assistant.tools.registry import ToolOutcome
from assistant.tools.results import (
    OrderList,
    OrderResult,
    ProductComparison,
    ProductList,
    ProductResult,
    RefundResult,
    StockResult,
    TrackingResult,
    VariantList,
)
from assistant.tools.suggestions import Recommendations

_LOOKED_AT = 5


def remember_subject(outcome: ToolOutcome, turn: Turn, words: str) -> None:
    """Keep in the state of the conversation what a tool has just told of."""
    result = outcome.result
    if isinstance(result, TrackingResult | OrderList):
        orders = result.orders if isinstance(result, OrderList) else [parcel.order for parcel in result.parcels]
        turn.state.listed_orders = tuple(dict.fromkeys(str(order.order_id) for order in orders))
    elif isinstance(result, ProductList | ProductComparison) and result.products:
        turn.state.listed_products = tuple(str(product.product_id) for product in result.products)
    elif isinstance(result, Recommendations):
        turn.state.listed_products = tuple(str(one.product.product_id) for one in result.suggestions)
    if isinstance(result, TrackingResult) and len({parcel.order.order_id for parcel in result.parcels}) == 1:
        turn.state.last_order = result.parcels[0].order.order_id
    elif isinstance(result, OrderResult):
        turn.state.last_order = result.order.order_id
    elif isinstance(result, RefundResult) and len(result.refunds) == 1:
        turn.state.last_order = result.refunds[0].order.order_id
    elif isinstance(result, ProductResult | StockResult | VariantList):
        _leave_version(turn, str(result.product.product_id))
        if isinstance(result, VariantList):
            turn.state.last_options = dict(result.wanted) if result.variants else {}
        turn.state.last_product = result.product.product_id
        if not isinstance(result, ProductResult) or len(result.product.variants) == 1:
            turn.state.last_item = _version_told(result)
        others = (product for product in turn.state.looked_at if product != result.product.product_id)
        turn.state.looked_at = (*others, result.product.product_id)[-_LOOKED_AT:]
    elif isinstance(result, Recommendations) and result.suggestions:
        _leave_version(turn, str(result.suggestions[0].product.product_id))
        turn.state.last_product = result.suggestions[0].product.product_id
    elif isinstance(result, ProductComparison) and result.products:
        compared = [str(product.product_id) for product in result.products]
        if turn.state.last_product not in compared:
            _leave_version(turn, compared[0])
            turn.state.last_product = compared[0]
        others = (product for product in turn.state.looked_at if product not in compared)
        turn.state.looked_at = (*others, *compared)[-_LOOKED_AT:]
    elif isinstance(result, ProductList) and result.products:
        _leave_version(turn, str(result.products[0].product_id))
        turn.state.last_product = result.products[0].product_id
    if isinstance(result, OrderResult | TrackingResult):
        _remember_piece(result, turn, words)


def remember_named(words: str, turn: Turn, orders: Sequence[Order]) -> None:
    """Keep the one thing of theirs that a customer named in a question to the pages ("is my power bank allowed?")."""
    named = [(order, item) for order in orders for item in (order.items[at] for at in named_pieces(words, order.items))]
    if len(products := {str(item.product_id) for _, item in named}) == 1:
        product = next(iter(products))
        _leave_version(turn, product)
        turn.state.last_product = product
        if len(numbers := {str(order.order_id) for order, _ in named}) == 1:
            turn.state.last_order = next(iter(numbers))


def _leave_version(turn: Turn, product_id: str) -> None:
    """Forget which version was talked about, where another product is now."""
    if product_id != turn.state.last_product:
        turn.state.last_options, turn.state.last_item = {}, ""


def _version_told(result: ProductResult | StockResult | VariantList) -> str:
    """The one version that was told of; empty where it was several."""
    variants = result.product.variants if isinstance(result, ProductResult) else result.variants
    on_sale = [variant for variant in variants if variant.available]
    if isinstance(result, VariantList) and result.order and on_sale:
        return str(on_sale[0].item_id)
    return str(on_sale[0].item_id) if len(on_sale) == 1 else ""


def _remember_piece(result: OrderResult | TrackingResult, turn: Turn, words: str) -> None:
    """The piece that a question about an order named: "what did the lamp cost?", and then "is it still sold?"."""
    orders = [result.order] if isinstance(result, OrderResult) else [parcel.order for parcel in result.parcels]
    items = [item for order in orders for item in order.items]
    named = {items[at].product_id for at in named_pieces(words, items)} if items else set()
    if len(named) == 1:
        turn.state.last_product = str(next(iter(named)))
    elif len({item.product_id for item in items}) == 1:
        turn.state.last_product = str(items[0].product_id)

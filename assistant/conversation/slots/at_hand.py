"""The thing of theirs that was just talked about, where a wish only says what it shall be like ("换成iPhone 17的")."""

from assistant.conversation.slots.case import Case
from assistant.conversation.slots.options import options_said
from assistant.shop.records import Order

_SWAPS = ("change_items", "exchange_items")


def version_at_hand(text: str, case: Case) -> tuple[Order, int] | None:
    """The order that was talked about last and the place of the piece in it, whose product comes as words say.

    Args:
        text: the message.
        case: of a change of items or an exchange.

    Returns:
        None where the words name no other option of that product, or the order holds no such piece or several.
    """
    if case.task.intent not in _SWAPS or not case.first:
        return None
    state = case.turn.state
    order = next((order for order in case.orders if order.order_id == state.last_order), None)
    places = [at for at, item in enumerate(order.items if order else ()) if item.product_id == state.last_product]
    if order is None or len(places) != 1:
        return None
    piece = order.items[places[0]]
    product = case.product(piece)
    said = options_said(text, [variant.options for variant in product.variants]) if product is not None else {}
    another = any(value != piece.options.get(name) for name, values in said.items() for value in values)
    return (order, places[0]) if another else None

"""What a customer could still send back: the list for "which of my orders can I still return?"."""

import re
from collections.abc import Sequence

from assistant.conversation.reading.signals import plain
from assistant.conversation.slots.case import Case
from assistant.conversation.turn import Served
from assistant.routing.decision import RoutedIntent
from assistant.shop.changes.going_back import GoingBack, going_back
from assistant.shop.records import Order, OrderStatus

_ASKS = re.compile(
    r"(?=.*\b(?:i|i've|i'm|my|mine|we|our)\b)"
    r"(?=.*\b(?:which|what|anything|any|something)\b.*\b(?:can|could|may|is|are)\b"
    r".*\b(?:return(?:ed|able)?|(?:sen[dt]|send|go|give|given|bring|take[n]?) back|exchange(?:d|able)?)\b)"
    r"(?!.*\b(?:can't|cannot|can not|couldn't|not|never|if|when|card|colou?rs?|sizes?|versions?)\b)"
    r"|(?=.*(?:我|还|订单|买))(?=.*(?:哪[些个几]|什么|啥|有没有).{0,12}(?:可以|能|可)(?:够|再|以)?(?:退|换货))"
    r"(?!.*(?:不能|不可以|如果|颜色|尺码|款式|退到|退款到))",
    re.IGNORECASE,
)
_SHOWN = 6
_UNDER_WAY = (OrderStatus.PENDING, OrderStatus.PENDING_ITEM_MODIFIED, OrderStatus.PROCESSED)


def asks_what_goes_back(words: str) -> bool:
    """Whether a message asks which of their things the customer could send back."""
    return _ASKS.match(plain(words)) is not None


def what_goes_back(case: Case, intent: RoutedIntent) -> Served:
    """The list of what could go back today, newest order first, each piece with its last day and its condition."""
    found = [(order, pieces) for order in case.orders if (pieces := _pieces(order, case))]
    shown = found[:_SHOWN]
    case.turn.state.listed_orders = tuple(str(order.order_id) for order, _ in shown)
    if len(shown) == 1:
        case.turn.state.last_order = str(shown[0][0].order_id)
    case.turn.state.last_intent = intent.intent
    variables: dict[str, object] = {
        "orders": [{"order_id": order.order_id, "lines": _lines(pieces, case)} for order, pieces in shown],
        "more": len(found) - len(shown),
        "under_way": any(order.status in _UNDER_WAY for order in case.orders),
    }
    return Served(intent, reply=("tasks/goes_back", variables))


def _pieces(order: Order, case: Case) -> Sequence[GoingBack]:
    kinds = {item.product_id: product.kind for item in order.items if (product := case.product(item)) is not None}
    return going_back(order, case.policy, kinds.get, case.now.date())


def _lines(pieces: Sequence[GoingBack], case: Case) -> list[dict[str, str]]:
    return [
        {
            "item": case.views.piece(piece.item),
            "last": case.views.date(piece.last) if piece.last else "",
            "condition": piece.condition,
            "opened": case.views.date(piece.opened) if piece.opened else "",
        }
        for piece in pieces
    ]

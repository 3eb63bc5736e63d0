"""Versions of a thing that the customer has or awaits, spoken of just after its order: "navy then", "有中号不".

By its words the router takes that for a search through the whole shop. To somebody whose sheets were just talked about
a question is about the versions of these sheets, and a choice is the wish to have them changed; which of change and
exchange it is the task finds out by the state of the order.
"""

from collections.abc import Callable

from assistant.conversation.reading.patterns import patterns_beside
from assistant.conversation.reading.signals import brief, plain, signals
from assistant.conversation.slots.at_hand import Piece, named_version
from assistant.conversation.slots.options import options_said
from assistant.conversation.slots.variants import SPOKEN
from assistant.conversation.turn import Turn
from assistant.routing.decision import RoutedIntent, RoutingDecision, SlotValue

Taken = Callable[[str, str], RoutedIntent]
_OF_PRODUCTS = ("product_details", "check_stock", "search_product", "compare_products")
_MISREAD = (
    *_OF_PRODUCTS,
    "wrong_or_missing_item",
    "product_help",
    "order_details",
    "track_shipment",
    "notify_stock",
    "reorder",
    "deny",
    "affirm",
    "complaint",
    "change_payment",
)
"""What the router takes such messages for."""
_OF_ORDERS = (
    "cancel_order",
    "change_address",
    "change_payment",
    "change_items",
    "return_items",
    "exchange_items",
    "order_details",
    "wrong_or_missing_item",
    "report_damaged",
    "ordering_policy",
    "returns_policy",
)
"""After these an order's things are at hand."""
_BESIDE = ("change_address", "change_payment", "request_invoice")
"""Changes that say nothing of an order's things: what is said of these is no answer to them."""
_EXCHANGE, _STOCK = "exchange_items", "check_stock"
_SURE = 0.9


def own_version(
    decision: RoutingDecision, words: str, turn: Turn, taken: Taken, piece_at_hand: Callable[[str], Piece | None]
) -> RoutedIntent | None:
    """The change of a thing of theirs, or the question about its versions; None where a message is about neither.

    Args:
        decision: what the router made of it; another wish in it is left alone.
        words: the message, masked.
        turn: the turn, with the state of the conversation.
        taken: makes a request.
        piece_at_hand: the piece of the order talked about last that words name, or that "it" is.
    """
    found = decision.intents[0] if decision.intents else None
    waiting = turn.state.tasks[-1].intent if turn.state.tasks else ""
    if turn.customer is None or (waiting and waiting not in _BESIDE) or len(decision.intents) > 1:
        return None
    guessed = found is not None and found.intent in ("change_items", _EXCHANGE) and found.probability < _SURE
    if found is not None and found.intent not in _MISREAD and not guessed:
        return None
    said = plain(words)
    if not _at_hand(turn) or _says("not_theirs", said) or (piece := piece_at_hand(words)) is None:
        return None
    if piece.named and not (_says("definite", said) or not said.isascii()):
        return None
    another = named_version(words, piece, alone=brief(words))
    if not another and not _says("which_others", said):
        return None
    if signals().asks(words) and not _says("difference", said) and not guessed:
        asked = _those(words, piece, turn) if another else _all_there_are(said, piece, turn)
        slot = SlotValue(name="product", value=str(piece.product.product_id), words=asked)
        return taken(_STOCK, asked).model_copy(update={"slots": (slot,)})
    return taken(_EXCHANGE, words)


def _all_there_are(said: str, piece: Piece, turn: Turn) -> str:
    """The question for all versions of the product, or for those with an option that shall stay as it is."""
    kept = [value for name, value in piece.item.options.items() if _stays(name, said)]
    return " ".join((piece.product.title(turn.language), *kept))


def _those(words: str, piece: Piece, turn: Turn) -> str:
    """The question for versions with the options named that the piece hasn't; in its own words where only compared."""
    said = options_said(words, [variant.options for variant in piece.product.variants])
    new = [value for name, values in said.items() for value in values if value != piece.item.options.get(name)]
    return " ".join((piece.product.title(turn.language), *new)) if new else words


def _stays(name: str, said: str) -> bool:
    found = patterns_beside(__file__)["stays"].search(said)
    return found is not None and any(word in found[0] for word in (name, *SPOKEN.get(name, ())))


def _at_hand(turn: Turn) -> bool:
    """Whether an order of theirs was talked about just before, or a thing of it."""
    state = turn.state
    return bool(state.last_order) and state.last_intent in (*_OF_ORDERS, *_OF_PRODUCTS)


def _says(name: str, said: str) -> bool:
    return patterns_beside(__file__)[name].search(said) is not None

"""Another version of a thing of theirs, wanted without asking for a change: "I ordered the wrong size, what now?".

By its words the router takes that for a parcel that was packed wrongly, and "the pillow should have been medium, not
firm" for a question about pillows. To somebody who has that pillow they are the wish to have it changed, or exchanged
once it has come; which of the two the task finds out by the state of the order.
"""

import re
from collections.abc import Callable

from assistant.conversation.reading.patterns import patterns_beside
from assistant.conversation.reading.signals import brief, plain, signals
from assistant.conversation.slots.order import OrderSlot
from assistant.conversation.turn import Turn
from assistant.routing.decision import RoutedIntent, RoutingDecision

Taken = Callable[[str, str], RoutedIntent]
_CHANGE, _EXCHANGE = "change_items", "exchange_items"
_OF_PRODUCTS = ("product_details", "check_stock", "search_product", "compare_products")
_MISREAD = (
    *_OF_PRODUCTS,
    "wrong_or_missing_item",
    "product_help",
    "ordering_policy",
    "returns_policy",
    "order_details",
    "complaint",
    "deny",
    "reorder",
    "gift_cards",
)
"""What the router takes such messages for."""
_SURE = 0.9


def other_version(
    decision: RoutingDecision,
    words: str,
    turn: Turn,
    taken: Taken,
    is_ordered: Callable[[str], bool],
    names_other: Callable[[str], bool],
) -> RoutedIntent | None:
    """The change of a thing of theirs that a message wishes for; None where it wishes for none.

    Args:
        decision: what the router made of it; another wish in it is left alone.
        words: the message, masked.
        turn: the turn, with the state of the conversation.
        taken: makes a request.
        is_ordered: whether words single out something that the customer has ordered.
        names_other: whether words name a thing of theirs, and an option that it doesn't have but its product does.
    """
    found = decision.intents[0] if decision.intents else None
    guessed = found is not None and found.intent in (_CHANGE, _EXCHANGE) and found.probability < _SURE
    unclear = found is None or found.intent in _MISREAD or guessed
    if turn.customer is None or len(decision.intents) > 1 or turn.state.tasks or not unclear:
        return None
    said = plain(words)
    if _says("not_meant", said):
        return None
    own = is_ordered(words) if OrderSlot().names_a_thing(words) else True
    if _says("ordered_wrong", said) and own:
        return taken(_EXCHANGE, words)
    if _says("wanted", said) and not signals().asks(words) and names_other(words):
        return taken(_EXCHANGE, words)
    return _may_change(found, words, taken, is_ordered) or _bids_change(words, turn, taken)


def _may_change(
    found: RoutedIntent | None, words: str, taken: Taken, is_ordered: Callable[[str], bool]
) -> RoutedIntent | None:
    """Another version of a thing of theirs, for "can I still change the memory of the laptop I ordered?"."""
    said = plain(words)
    if found is None or not _says("may_change", said) or _says("not_the_thing", said):
        return None
    named = (*_OF_PRODUCTS, _CHANGE, _EXCHANGE)
    rules = found.intent == "ordering_policy" and found.probability < _SURE
    names = OrderSlot().names_a_thing(words) and (rules or (found.intent in named and _says("to_another", said)))
    return taken(_CHANGE, words) if names and is_ordered(words) else None


def _bids_change(words: str, turn: Turn, taken: Taken) -> RoutedIntent | None:
    """The change of what was just talked about, bid for in its first words ("ok switch it. how much more is that?")."""
    about_theirs = turn.state.last_order and turn.state.last_intent in (
        *_OF_PRODUCTS,
        "order_details",
        "track_shipment",
    )
    about_theirs = about_theirs or turn.state.last_intent in ("ordering_policy", "returns_policy")
    first = re.split(r"[.;!。；！]", words, maxsplit=1)[0]
    bids = _says("bids_change", plain(first)) and brief(first) and not _says("not_the_thing", plain(first))
    return taken(_CHANGE, words) if about_theirs and bids and not OrderSlot().names_a_thing(first) else None


def _says(name: str, said: str) -> bool:
    return patterns_beside(__file__)[name].search(said) is not None

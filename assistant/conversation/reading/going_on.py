"""Messages that go on with what was just told of: a parcel on its way, a return, advice that didn't help.

By their few words the router takes "can the driver leave it with my neighbour?" for none of the shop's business, and
"I've done all that" for a goodbye. To somebody whose parcel was just looked up, or who was told what to try, they are
questions for a page, or the report of a fault.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.conversation.reading.pointing import by_price, pointed
from assistant.conversation.reading.signals import brief, plain, signals
from assistant.conversation.slots.order import OrderSlot
from assistant.conversation.tasks.filling import DEEDS
from assistant.conversation.turn import Turn
from assistant.routing.decision import RoutedIntent, RoutingDecision
from assistant.shop.places import elsewhere_in, regions_in

Taken = Callable[[str, str], RoutedIntent]
_ASKS = re.compile(r"\b(?:what|how|who|can|could|may|will|would)\b|怎么|吗|谁|能|行不行|可以", re.I)
_WHETHER = re.compile(r"\b(?:is|are|do|does|will|did|was|were|why)\b|吗|么|嘛|是不是|为什么", re.I)
_REFUND = "refund_status"
_TRACK, _SHIPPING = "track_shipment", "shipping_policy"
_OF_MONEY = ("refund_status", "return_items")
_SURE = 0.85
_SEVERAL = 2
_NOT_OUT = "tasks/part_of_order"
"""The refusal to take a piece out of an order, after which it may be changed for another version."""
_LONGEST = 90
_OF_ORDERS = ("list_orders", "order_details")
_OF_PRODUCTS = ("compare_products", "product_details", "search_product", "check_stock")
_MISREAD = ("goodbye", "thanks", "deny", "affirm", "product_help", "list_orders", "returns_policy", "order_details")
_AFTER_REFUND = (_REFUND, _TRACK, "returns_policy")
_OF_CHANGES = ("cancel_order", "return_items", "exchange_items", "report_damaged", "change_items")


def going_on(decision: RoutingDecision, words: str, turn: Turn, taken: Taken) -> RoutedIntent | None:
    """The request that a message makes of what was told before; None where it stands on its own.

    Args:
        decision: what the router made of it; another wish in it is left alone.
        words: the message, masked.
        turn: the turn, with the state of the conversation.
        taken: makes a request.
    """
    found = decision.intents[0] if decision.intents else None
    if len(decision.intents) > 1 or len(words) > _LONGEST:
        return None
    if (asked := _of_parcel(found, words, turn, taken)) is not None:
        return asked
    if (there := _same_place(found, words, turn, taken)) is not None:
        return there
    if (of_warranty := _of_warranty(found, words, turn, taken)) is not None:
        return of_warranty
    if turn.customer is None:
        return None
    if (elsewhere := _elsewhere(found, words, taken)) is not None:
        return elsewhere
    if turn.state.tasks:
        return None
    return (
        _listed_by_price(found, words, turn, taken)
        or _hurry(found, words, turn, taken)
        or _listed_order(found, words, turn, taken)
        or _of_refund(found, words, turn, taken)
        or _tried(found, words, turn, taken)
        or _together(found, words, taken)
        or _would_get(found, words, turn, taken)
        or _change_it(found, words, turn, taken)
        or _paid(found, words, taken)
        or _another_version(found, words, turn, taken)
        or _of_claim(found, words, turn, taken)
    )


def _of_parcel(found: RoutedIntent | None, words: str, turn: Turn, taken: Taken) -> RoutedIntent | None:
    """A question about how parcels are handed over, or what happens when they aren't."""
    surely_else = found is not None and found.probability >= _SURE and found.intent in _OF_CHANGES
    asks = signals().asks(words) or signals().inquires(words) or _ASKS.search(words) is not None
    about = asks or turn.state.last_intent == "shipping_policy"
    for page in _data()["presents"].values():
        if _says(page).search(plain(words)) and (asks or turn.customer is None):
            return taken(page["intent"], page["question"][turn.language])
    if surely_else:
        return None
    for name, page in _data()["pages"].items():
        if not about and not page.get("told"):
            continue
        if not _says(page).search(plain(words)) or not _comes_after(page, turn):
            continue
        safe = _data()["pages"]["safe_place"]
        if name == "lost" and _says(safe).search(plain(turn.state.last_utterance)):
            page = safe
        return taken(page["intent"], page["question"][turn.language])
    return None


def _same_place(found: RoutedIntent | None, words: str, turn: Turn, taken: Taken) -> RoutedIntent | None:
    """The same of shipping to the place that was just asked about ("and the shipping costs?" after Berlin)."""
    on = found is not None and found.intent == turn.state.last_intent == _SHIPPING
    if not on or not brief(words) or regions_in(words) or elsewhere_in(words):
        return None
    before = [places[turn.language == "zh"] for places in regions_in(turn.state.last_utterance).values()]
    return taken(_SHIPPING, f"{words} {before[0]}") if len(before) == 1 else None


def _comes_after(page: dict[str, Any], turn: Turn) -> bool:
    """Whether a parcel of theirs was just talked of, for what is only asked of one that is on its way."""
    after = page.get("after")
    told = turn.state.last_look_up == _TRACK and turn.state.last_order
    return after is None or bool(told and turn.state.last_intent in after)


def wants_it_faster(words: str) -> bool:
    """Whether words want a parcel to come sooner ("can you hurry it up?", "能催一下吗")."""
    return _pattern("hurry").search(plain(words)) is not None


def _hurry(found: RoutedIntent | None, words: str, turn: Turn, taken: Taken) -> RoutedIntent | None:
    """Where the parcel is that shall come sooner; nobody can do more about it than tell."""
    if not wants_it_faster(words) or (found is not None and found.intent in (_TRACK, *_OF_MONEY)):
        return None
    spoken_of = turn.state.last_look_up == _TRACK or OrderSlot().names_a_thing(words) or found is None
    return taken(_TRACK, words) if spoken_of else None


def _listed_order(found: RoutedIntent | None, words: str, turn: Turn, taken: Taken) -> RoutedIntent | None:
    """The order that words point at in the list just shown ("what's in the third?")."""
    if turn.state.last_intent not in _OF_ORDERS or not brief(words) or not pointed(words, turn.state.listed_orders):
        return None
    unclear = found is None or found.intent in _OF_PRODUCTS
    return taken("order_details", words) if unclear and not OrderSlot().names_a_thing(words) else None


def _listed_by_price(found: RoutedIntent | None, words: str, turn: Turn, taken: Taken) -> RoutedIntent | None:
    """The change of the dearest or cheapest of the orders just shown ("最贵的那个能退吗"): no question about rules."""
    if turn.state.last_intent not in _OF_ORDERS or len(turn.state.listed_orders) < _SEVERAL or not brief(words):
        return None
    if by_price(words) is None or OrderSlot().names_a_thing(words) or (found and found.intent in _OF_CHANGES):
        return None
    named = [name for name, pattern in DEEDS.items() if pattern.search(plain(words))]
    return taken(named[0] if named else "order_details", words) if len(named) < _SEVERAL else None


def _of_refund(found: RoutedIntent | None, words: str, turn: Turn, taken: Taken) -> RoutedIntent | None:
    """When the money of a return comes that was just looked up, and where it goes."""
    if turn.state.last_look_up != _REFUND and not (
        turn.state.last_done is not None and turn.state.last_done.intent == "return_items"
    ):
        return None
    if turn.state.last_intent not in (*_AFTER_REFUND, "return_items"):
        return None
    if found is not None and found.intent == "change_payment" and not OrderSlot().names_a_thing(words):
        missing = _says(_data()["of_refund"]["not_there"]).search(plain(words)) is not None
        told = _data()["of_refund"]["not_there" if missing else "where"]
        return taken("returns_policy", told["question"][turn.language])
    if not brief(words):
        return None
    if OrderSlot().names_a_thing(words) or (found is not None and found.intent in _OF_CHANGES):
        return None
    for told in _data()["of_refund"].values():
        if _says(told).search(plain(words)):
            return taken("returns_policy", told["question"][turn.language])
    return None


def _tried(found: RoutedIntent | None, words: str, turn: Turn, taken: Taken) -> RoutedIntent | None:
    """The report of the fault that the advice of the reply before didn't mend."""
    unclear = found is None or found.intent in _MISREAD
    if turn.state.last_intent != "product_help" or not unclear or not _pattern("tried").search(plain(words)):
        return None
    return taken("report_damaged", turn.state.last_utterance or words)


def _together(found: RoutedIntent | None, words: str, taken: Taken) -> RoutedIntent | None:
    """The parcels, for "are the toaster and the earbuds in one parcel?"."""
    if found is not None and found.intent in (_TRACK, *_OF_CHANGES):
        return None
    if not _pattern("together").search(plain(words)) or signals().bids(words) or not _WHETHER.search(words):
        return None
    return taken(_TRACK, words)


def _elsewhere(found: RoutedIntent | None, words: str, taken: Taken) -> RoutedIntent | None:
    """Another address, wished for by the name of a place ("send it to my office")."""
    if found is not None and (found.intent == "change_address" or found.probability >= _SURE):
        return None
    return taken("change_address", words) if _pattern("elsewhere").search(plain(words)) else None


def _would_get(found: RoutedIntent | None, words: str, turn: Turn, taken: Taken) -> RoutedIntent | None:
    """The return whose sum is asked for before it is begun ("the fryer, how much would I get back?")."""
    if found is not None and found.intent in ("return_items", "cancel_order"):
        return None
    if not _pattern("would_get").search(plain(words)) or turn.state.last_intent == "cancel_order":
        return None
    return taken("return_items", words) if OrderSlot().names_a_thing(words) else None


def _change_it(found: RoutedIntent | None, words: str, turn: Turn, taken: Taken) -> RoutedIntent | None:
    """Another version of the thing of theirs that was just talked about ("can you change that?")."""
    not_out = turn.state.last_refusal.startswith(_NOT_OUT) and (found is None or found.intent in _OF_PRODUCTS)
    if not_out and DEEDS["exchange_items"].search(plain(words)):
        return taken("change_items", words)
    if not turn.state.last_order or turn.state.last_intent not in ("product_details", "check_stock", "order_details"):
        return None
    surely_else = found is not None and found.probability >= _SURE
    return taken("change_items", words) if not surely_else and _pattern("change_it").search(plain(words)) else None


def _paid(found: RoutedIntent | None, words: str, taken: Taken) -> RoutedIntent | None:
    """The order of theirs, for "did my payment go through?"."""
    surely_else = found is not None and found.probability >= _SURE
    return taken("order_details", words) if not surely_else and _pattern("paid").search(plain(words)) else None


def _another_version(found: RoutedIntent | None, words: str, turn: Turn, taken: Taken) -> RoutedIntent | None:
    """The version of the thing just talked about that is wanted beside it ("another one in white"): no order again."""
    unclear = found is None or found.intent in ("reorder", *_OF_PRODUCTS) or found.probability < _SURE
    if not turn.state.last_product or not unclear or OrderSlot().names_a_thing(words):
        return None
    return taken("check_stock", words) if _pattern("another_version").search(plain(words)) else None


def _of_warranty(found: RoutedIntent | None, words: str, turn: Turn, taken: Taken) -> RoutedIntent | None:
    """What else is asked of the warranty that was just told of: whether it can be longer, what it covers."""
    surely = found is not None and found.intent == "warranty_policy" and found.probability >= _SURE
    if turn.state.last_intent != "warranty_policy" or turn.state.tasks or surely:
        return None
    for told in _data()["of_warranty"].values():
        if _says(told).search(plain(words)):
            return taken("warranty_policy", told["question"][turn.language])
    return None


def _of_claim(found: RoutedIntent | None, words: str, turn: Turn, taken: Taken) -> RoutedIntent | None:
    """More of the fault, told where a claim was offered to be passed on ("the space bar sticks")."""
    if not turn.state.claim or found is not None or signals().asks(words) or signals().declines(words):
        return None
    return taken("report_damaged", words)


def _says(told: dict[str, Any]) -> re.Pattern[str]:
    return _compiled(tuple(told["says"]))


def _pattern(name: str) -> re.Pattern[str]:
    return _compiled(tuple(_data()[name]))


@lru_cache(maxsize=64)
def _compiled(parts: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(parts), re.I | re.A)


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    import yaml

    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return found

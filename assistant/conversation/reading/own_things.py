"""Messages about what the customer has bought, read by what was talked about and by what they own.

The router reads words: "no, the mouse" is a product to it, and "my turntable hums" is nothing at all. To somebody who
has just asked for a refund, or who owns a turntable, they are something else.
"""

import re
from collections.abc import Callable

from assistant.conversation.reading.patterns import patterns_beside
from assistant.conversation.reading.signals import brief, plain, signals
from assistant.conversation.slots.order import OrderSlot
from assistant.conversation.tasks.claiming import wants_repair
from assistant.conversation.tasks.going_back import asks_what_goes_back
from assistant.conversation.turn import Turn
from assistant.routing.decision import RoutedIntent, RoutingDecision
from assistant.routing.intents.catalogue import Catalogue
from assistant.shop.records import OrderStatus
from assistant.text.language import Language

Taken = Callable[[str, str], RoutedIntent]
LOOK_UPS = ("track_shipment", "refund_status", "order_details")
"""Intents that look something up which the customer owns."""
_BEGUN = ("cancel_order", "return_items", "exchange_items")
_MAY_BE_OF_REFUND = ("order_details", "payment_policy", "my_details")
_BRINGS_MONEY = ("return_items", "cancel_order")
_SAID_IN_SHORT = ("deny", "goodbye", "affirm")
_ALIKE = ("change_address", "change_payment", "cancel_order")
"""Changes that can be the same for several orders."""
_HOW_LONG_REFUND: dict[Language, str] = {"en": "how long does a refund take", "zh": "退款要多久到账"}
"""What "how long will that take?" asks after money is to come back."""
_SEND_RETURN: dict[Language, str] = {"en": "where do I send a return from", "zh": "退货寄到哪里"}
"""What "where do I send it?" asks, before the country from which it is sent."""
_HELPS = ("product_help", "warranty_policy", "product_details", "search_product")
_TAKEN_FOR_UNWANTED = (
    "change_items",
    "deny",
    "ordering_policy",
    "returns_policy",
    "return_items",
    "search_product",
    "product_details",
)
"""What the router takes "I don't want the humidifier any more" for."""
_VAGUE = 0.85
"""Less sure, and what is wrong with a thing of theirs counts for more."""
_SURE = 0.9
_WARRANTY = "warranty_policy"
_PAIR = 2
_LOOKS_BACK = 3
"""In how many of the customer's last messages the thing is looked for that "it" means."""


def own_thing(
    decision: RoutingDecision,
    words: str,
    turn: Turn,
    catalogue: Catalogue,
    taken: Taken,
    is_ordered: Callable[[str], bool],
    status_of: Callable[[str], OrderStatus | None],
) -> RoutingDecision | None:
    """The decision on a message about the customer's own things, where the router missed it; None otherwise.

    Args:
        decision: what the router made of the words.
        words: the message, or the part of it that was routed.
        turn: the turn.
        catalogue: the intents.
        taken: makes a request.
        is_ordered: whether words single out something that the customer has ordered.
        status_of: the state of the order that words mean; None where that isn't one order.
    """
    if turn.customer is None or decision.far_outside:
        return None
    found = decision.intents[0] if decision.intents else None
    if len(decision.intents) > 1:
        keeps = _pattern("keeps_rest").search(plain(words))
        one = _piece_not_wanted(found, words, turn, taken, is_ordered, status_of) if keeps else None
        one = one or _returnable_named_before(decision.intents, words, taken, is_ordered)
        if one is None or one.intent not in catalogue:
            return None
        return decision.model_copy(update={"outcome": "routed", "readings": (), "intents": (one,)})
    intent = (
        _who_am_i(words, taken)
        or _what_goes_back(found, words, taken)
        or _change_again(found, words, turn, taken, is_ordered)
        or _look_up_again(found, words, turn, taken, is_ordered)
        or _not_wanted(found, words, catalogue, taken)
        or _under_way(found, words, taken)
        or _after_done(found, words, turn, taken)
        or _orders_as_such(found, words, catalogue, taken)
        or _no_longer_wanted(found, words, turn, taken, status_of)
        or _piece_not_wanted(found, words, turn, taken, is_ordered, status_of)
        or _money_back(found, words, turn, taken, status_of)
        or _still_returnable(found, words, turn, taken, is_ordered)
        or _same_for_the_rest(found, words, turn, taken, is_ordered)
        or _which_one(found, words, turn, taken)
        or _claim(found, words, turn, taken)
        or _trouble(found, words, turn, taken, is_ordered)
    )
    if intent is None or intent.intent not in catalogue:
        return None
    return decision.model_copy(update={"outcome": "routed", "readings": (), "intents": (intent,)})


def wants_money(words: str) -> bool:
    """Whether words want money back, rather than to know where it is."""
    return _pattern("wants_money").search(plain(words)) is not None


def unwanted(words: str) -> bool:
    """Whether words say of a thing that it isn't wanted any more."""
    return _pattern("no_longer").search(plain(words)) is not None


def says_which(words: str) -> bool:
    """Whether words only say which of their things is meant ("the one I bought last month")."""
    return _pattern("which_one").search(plain(words)) is not None


def asks_money_of_it(intent: RoutedIntent, turn: Turn) -> bool:
    """Whether a question goes on with the refund that was just told of ("how much was it?"), rather than with rules."""
    goes_on = intent.intent == "refund_status" == turn.state.last_look_up and turn.state.last_order
    return bool(goes_on) and brief(intent.words) and _pattern("money_of_it").search(intent.words) is not None


def _who_am_i(words: str, taken: Taken) -> RoutedIntent | None:
    """What the account says, for "what's my name?"."""
    return taken("my_details", words) if brief(words) and _pattern("who_am_i").search(plain(words)) else None


def _what_goes_back(found: RoutedIntent | None, words: str, taken: Taken) -> RoutedIntent | None:
    """The list of what can go back, for "which of my orders can I still send back?"."""
    names = found is not None and found.intent == "exchange_items"
    if not asks_what_goes_back(words) or OrderSlot().names_a_thing(words):
        return None
    return taken("exchange_items" if names else "return_items", words)


def _change_again(
    found: RoutedIntent | None, words: str, turn: Turn, taken: Taken, is_ordered: Callable[[str], bool]
) -> RoutedIntent | None:
    """The same change of another thing, after it was refused for the first: "ok, what about the earbuds then?"."""
    before = turn.state.last_intent
    if before not in _BEGUN or turn.state.tasks or found is None or found.intent in _BEGUN or not brief(words):
        return None
    leans = _pattern("leans").search(words) and OrderSlot().names_a_thing(words)
    return taken(before, words) if leans and is_ordered(words) else None


def _look_up_again(
    found: RoutedIntent | None, words: str, turn: Turn, taken: Taken, is_ordered: Callable[[str], bool]
) -> RoutedIntent | None:
    """The same look-up of another thing, or again: "no, not the webcam, the mouse", "那鼠标呢", "ok, so when?"."""
    before = turn.state.last_look_up
    if _pattern("send_where").search(words) and found is not None and found.intent in LOOK_UPS:
        country = turn.customer.address.country if turn.customer is not None else ""
        return taken("returns_policy", f"{_SEND_RETURN[turn.language]} {country}".strip())
    if found is not None and found.intent == "order_details" and signals().asks_where(words):
        return taken("track_shipment", words)
    of_refund = found is not None and found.intent in _MAY_BE_OF_REFUND and before == "refund_status"
    if of_refund and brief(words) and signals().asks(words) and _pattern("money_of_it").search(words):
        return taken(before, words)
    asks_parcel = found is not None and found.intent not in LOOK_UPS and signals().asks_where(words)
    asks_parcel = asks_parcel and not OrderSlot().names_a_thing(words)
    followed = before == "track_shipment" and brief(words) and not turn.state.tasks
    if followed and (asks_parcel or _pattern("when").search(words) or _pattern("courier").search(words)):
        return taken(before, words)
    if not before or (found is not None and found.intent in LOOK_UPS) or turn.state.tasks:
        return None
    bare = before == turn.state.last_intent and _pattern("bare_thing").match(words)
    if not brief(words) or not (bare or _pattern("leans").search(words)):
        return None
    meant = _pattern("not_that").sub(" ", words).strip(" ,.，。!?？")
    asks_else = signals().asks(words) and not _pattern("and_that").search(words)
    names = meant and OrderSlot().names_a_thing(meant)
    return taken(before, meant) if names and not asks_else and is_ordered(meant) else None


def _not_wanted(found: RoutedIntent | None, words: str, catalogue: Catalogue, taken: Taken) -> RoutedIntent | None:
    """What is wanted instead of a change: "I don't want to return it, I want it repaired"."""
    said = plain(words)
    if found is None or found.intent not in _BEGUN or not _pattern(f"unwanted_{found.intent}").search(said):
        return None
    if _pattern("repair").search(said) and "warranty_policy" in catalogue:
        return taken("warranty_policy", words)
    rest = _pattern(f"unwanted_{found.intent}").sub(" ", said)
    other = [name for name in _BEGUN if name != found.intent and name in catalogue and signals().names(rest, name)]
    return taken(other[0], words) if len(other) == 1 else taken("deny", words)


def _under_way(found: RoutedIntent | None, words: str, taken: Taken) -> RoutedIntent | None:
    """How far a return or exchange is that was asked for before, rather than another one."""
    if found is None or found.intent not in ("return_items", "exchange_items", "track_shipment"):
        return None
    if not _pattern("work_on").search(words) or not _pattern("change_under_way").search(words):
        return None
    return taken("track_shipment" if _pattern("exchange").search(words) else "refund_status", words)


def _money_back(
    found: RoutedIntent | None,
    words: str,
    turn: Turn,
    taken: Taken,
    status_of: Callable[[str], OrderStatus | None],
) -> RoutedIntent | None:
    """The change that brings the money back which is wanted ("can I just get my money back?"), by the order's state."""
    if found is None or found.intent not in ("refund_status", "returns_policy") or turn.state.tasks:
        return None
    if not wants_money(words):
        return None
    status = status_of(words)
    if status in (OrderStatus.PENDING, OrderStatus.PROCESSED):
        return taken("cancel_order", words)
    return taken("return_items", words) if status is OrderStatus.DELIVERED else None


def _after_done(found: RoutedIntent | None, words: str, turn: Turn, taken: Taken) -> RoutedIntent | None:
    """How long the money takes after a return or a cancellation was just carried out ("how long will that take?")."""
    done = turn.state.last_done
    if done is None or done.intent not in _BRINGS_MONEY or turn.state.tasks or turn.state.last_intent != done.intent:
        return None
    if found is None or not brief(words) or not _pattern("how_long").search(words):
        return None
    return taken("returns_policy", _HOW_LONG_REFUND[turn.language])


def _orders_as_such(found: RoutedIntent | None, words: str, catalogue: Catalogue, taken: Taken) -> RoutedIntent | None:
    """The customer's orders, where words name nothing but these: "can you check neither of my orders has gone out?"."""
    of_products = found is not None and catalogue.get(found.intent).agent == "products"
    elsewhere = of_products or found is None or found.intent == "shipping_policy"
    asks = signals().asks(words) or signals().inquires(words)
    if not elsewhere or not asks or not _pattern("of_orders").search(words) or OrderSlot().names_a_thing(words):
        return None
    parcels = signals().asks_where(words) or _pattern("gone_out").search(words)
    if parcels:
        return taken("track_shipment", words)
    return taken("list_orders", words) if of_products else None


def _no_longer_wanted(
    found: RoutedIntent | None,
    words: str,
    turn: Turn,
    taken: Taken,
    status_of: Callable[[str], OrderStatus | None],
) -> RoutedIntent | None:
    """The cancellation of the order that was just looked up and isn't wanted any more ("那不要了")."""
    if found is None or found.intent != "deny" or turn.state.tasks:
        return None
    if not turn.state.last_order and turn.is_new and _pattern("no_longer").search(plain(words)):
        return taken("cancel_order", words)  # or the return, by what state their orders are in
    if turn.state.last_intent != "track_shipment" or not _pattern("no_longer").search(plain(words)):
        return None
    return taken("cancel_order", words) if status_of(words) is OrderStatus.PENDING else None


def _piece_not_wanted(
    found: RoutedIntent | None,
    words: str,
    turn: Turn,
    taken: Taken,
    is_ordered: Callable[[str], bool],
    status_of: Callable[[str], OrderStatus | None],
) -> RoutedIntent | None:
    """The cancellation or the return, by the order's state, of a thing that isn't wanted ("加湿器我不想要了")."""
    if turn.state.tasks or (found is not None and found.intent not in _TAKEN_FOR_UNWANTED):
        return None
    if not _pattern("no_longer").search(plain(words)) or not OrderSlot().names_a_thing(words) or not is_ordered(words):
        return None
    status = status_of(words)
    if status is OrderStatus.DELIVERED:
        return taken("return_items", words)
    return taken("cancel_order", words) if status in (OrderStatus.PENDING, OrderStatus.PROCESSED) else None


def _still_returnable(
    found: RoutedIntent | None, words: str, turn: Turn, taken: Taken, is_ordered: Callable[[str], bool]
) -> RoutedIntent | None:
    """The return of a thing of theirs, for "can I still return the drive I bought last month?": it tells the day."""
    if found is None or found.intent in _BEGUN or not _pattern("still_return").search(words):
        return None
    if turn.state.tasks and not OrderSlot().names_a_thing(words):
        return None
    asks_day = OrderSlot().names_a_thing(words) and _pattern("by_when").search(words)
    said = _pattern("as_new").sub(" ", words) if asks_day else words
    if _pattern("in_what_state").search(said):
        return None
    if OrderSlot().names_a_thing(words):
        return taken("return_items", words) if is_ordered(words) else None
    before = [one.text for one in turn.history if one.author == "customer"][-_LOOKS_BACK:]
    spoken_of = any(OrderSlot().names_a_thing(one) and is_ordered(one) for one in before)
    return taken("return_items", words) if spoken_of and signals().points_back(words) else None


def _returnable_named_before(
    intents: tuple[RoutedIntent, ...], words: str, taken: Taken, is_ordered: Callable[[str], bool]
) -> RoutedIntent | None:
    """The return of a thing that is only named before the question ("the grinder I got, is that returnable?")."""
    name, question = intents[0].words, intents[-1].words
    asks_of_it = _pattern("still_return").search(question) and not OrderSlot().names_a_thing(question)
    if len(intents) > _PAIR or not asks_of_it or signals().asks(name) or signals().bids(name):
        return None
    as_it_is = _pattern("in_what_state").search(_pattern("as_new").sub(" ", words)) is None
    return taken("return_items", words) if as_it_is and OrderSlot().names_a_thing(name) and is_ordered(name) else None


def _same_for_the_rest(
    found: RoutedIntent | None, words: str, turn: Turn, taken: Taken, is_ordered: Callable[[str], bool]
) -> RoutedIntent | None:
    """The change just carried out, of another order or all others ("the other two the same", "机器人也改到那里")."""
    done = turn.state.last_done
    if done is None or done.intent not in _ALIKE or turn.state.tasks:
        return None
    if OrderSlot().names_a_thing(words) and not (signals().same_again(words) and is_ordered(words)):
        return None
    unclear = found is None or found.intent in (
        *_BEGUN,
        *_SAID_IN_SHORT,
        "change_items",
        "change_profile",
        done.intent,
        "reorder",
    )
    return taken(done.intent, words) if unclear and brief(words) and signals().same_again(words) else None


def _which_one(found: RoutedIntent | None, words: str, turn: Turn, taken: Taken) -> RoutedIntent | None:
    """What was asked before, of the thing that is named now ("it's the one I bought last month"): no new order."""
    if found is None or found.intent != "reorder" or not _pattern("which_one").search(plain(words)):
        return None
    before = turn.state.last_intent
    return taken(before, words) if before in (*LOOK_UPS, *_BEGUN, "report_damaged") else None


def _claim(found: RoutedIntent | None, words: str, turn: Turn, taken: Taken) -> RoutedIntent | None:
    """The report of the fault told before, for "can you set that up for me?" after the warranty was told of."""
    if turn.state.claim and not turn.state.tasks and (signals().accepts(words) or signals().affirms(words, "")):
        return taken("talk_to_person", words)
    repair = wants_repair(words)
    agrees = turn.state.last_intent == _WARRANTY and signals().accepts(words)
    if turn.state.tasks or not (repair or agrees):
        return None
    if repair and OrderSlot().names_a_thing(words):
        return taken("report_damaged", words)
    said = [one.text for one in turn.history if one.author == "customer"]
    told = [one for one in said if signals().tells_damage(one)] or [
        one for one in said if OrderSlot().names_a_thing(one)
    ]
    return taken("report_damaged", told[-1]) if told else taken("report_damaged", words) if agrees else None


def _trouble(
    found: RoutedIntent | None, words: str, turn: Turn, taken: Taken, is_ordered: Callable[[str], bool]
) -> RoutedIntent | None:
    """Something that the customer owns doesn't work as it should."""
    unsure = found is None or (found.intent in _HELPS and found.probability < _VAGUE)
    if not unsure or turn.state.tasks or signals().asks(words) or not signals().tells_damage(words):
        return None
    return taken("report_damaged", words) if is_ordered(words) else None


def _pattern(name: str) -> re.Pattern[str]:
    return patterns_beside(__file__)[name]

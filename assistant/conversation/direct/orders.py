"""Which of the customer's orders a look-up is about: by number, by place, by what is in it, "it", "the other one"."""

import re
from typing import Any

from assistant.clock import Clock
from assistant.conversation.direct.filled import Filled
from assistant.conversation.direct.words import refers_back
from assistant.conversation.reading.own_things import asks_money_of_it
from assistant.conversation.reading.periods import Period, ordering_period
from assistant.conversation.reading.pointing import order_by_price, pointed
from assistant.conversation.reading.sums import asks_sum
from assistant.conversation.slots.items import named_pieces
from assistant.conversation.turn import Turn
from assistant.ids import CustomerId
from assistant.routing.decision import RoutedIntent
from assistant.shop.records import Order, OrderStatus
from assistant.shop.service import Shop

_OFFERED = 5
_PAIR = 2
_ONE = "get_order_details"
_LIST = "list_orders"
_NOT_RECEIVED = "not_received"
_SAYS_DELIVERED = re.compile(r"\b(?:delivered|signed|handed over|dropped off)\b|签收|送达|妥投|已送到", re.I)
_WRONG = "wrong_or_missing_item"
_OTHER = re.compile(r"\b(?:the )?other (?:one|order|parcel)\b|另外?一(?:个|单|笔)|另外那(?:个|单)", re.I)
_ELSE = re.compile(
    r"\b(?:orders?|parcels?|packages?|stuff|things|refunds|everything|all|both|any|others?|another|next|ones?"
    r"|first|second|third|fourth|fifth|last)\b"
    r"|所有|全部|都|哪些|别的|其他|另|第|订单|包裹|快递|东西",
    re.I,
)
"""Speaks of other orders than the one that was talked about, or of orders in general."""
_IN_ALL = re.compile(r"\b(?:in total|altogether|in all|all in all|all told|overall)\b|总共|一共|合计|加起来", re.I)
"""Means all money that comes back."""
_TRACK = "track_shipment"
_REFUND = "refund_status"
_BRINGS_MONEY = ("cancel_order", "return_items")
_WAITING = (OrderStatus.PENDING, OrderStatus.PENDING_ITEM_MODIFIED)
_UNSENT = re.compile(
    r"\b(?:not|n't|hasn't|haven't|isn't)\b.{0,12}\b(?:shipped|sent|dispatched|left)\b|(?:没|未|不)(?:有)?发(?:货|出)?",
    re.I,
)
_STATE = re.compile(
    r"\b(?:open|outstanding) orders?\b|\borders?\b.{0,16}\bopen\b"
    r"|\b(?:pending|not (?:yet )?(?:shipped|sent)|unshipped|haven't (?:been )?(?:shipped"
    r"|sent)|in transit|on the way)\b|未发货|待发货|没发货|没有发货|还没发|在路上",
    re.I,
)


class OrderArguments:
    """Fills arguments that are orders.

    Args:
        shop: knows the customer's orders.
        clock: for "last month".
    """

    def __init__(self, shop: Shop, clock: Clock) -> None:
        self._shop = shop
        self._clock = clock

    def optional(self, intent: RoutedIntent, turn: Turn) -> Filled:
        """The order that is meant, for tools that tell of all that matter where none is named."""
        named = self._order_named(intent, turn)
        if named:
            return Filled({"order_id": named})
        matching = self.matching(intent, turn)
        if intent.intent == _TRACK and len(matching) > 1 and turn.customer is not None:
            matching = self._under_way(intent, matching, turn.customer.customer_id) or matching
        return Filled({"order_id": matching[0].order_id} if len(matching) == 1 else {})

    def _under_way(
        self, intent: RoutedIntent, matching: tuple[Order, ...], customer_id: CustomerId
    ) -> tuple[Order, ...]:
        """Of several orders that words fit those that are on their way, or that wait to be sent where they say so."""
        states = _WAITING if _UNSENT.search(intent.words) else (*_WAITING, OrderStatus.PROCESSED)
        singled_out = len(matching) < len(self._shop.orders(customer_id)) or states is _WAITING
        return tuple(order for order in matching if order.status in states) if singled_out else ()

    def one(self, intent: RoutedIntent, turn: Turn) -> Filled:
        """The one order that is meant, or the orders among which the customer must choose."""
        named = self._order_named(intent, turn)
        if named:
            return Filled({"order_id": named})
        if turn.customer is None:
            return Filled(None)
        of_last = intent.intent in (_WRONG, _NOT_RECEIVED) and turn.state.last_order
        if of_last and not self._shop.names_kind(intent.words):
            return Filled({"order_id": turn.state.last_order})
        orders = self.matching(intent, turn) or self._shop.orders(turn.customer.customer_id)
        if intent.intent == _NOT_RECEIVED and _SAYS_DELIVERED.search(intent.words):
            orders = tuple(order for order in orders if order.status is OrderStatus.DELIVERED) or orders
        if len(orders) == 1:
            return Filled({"order_id": orders[0].order_id})
        return Filled(None, choose_from=tuple(orders[:_OFFERED]))

    def listed(self, intent: RoutedIntent, turn: Turn) -> Filled:
        """All orders, or those that are in a state that the words name ("which ones haven't been sent?")."""
        state = _STATE.search(intent.words)
        if state is None:
            return Filled({})
        return Filled({"words": intent.words if self._shop.names_kind(intent.words) else state[0]})

    def several(self, tool: str, intent: RoutedIntent, turn: Turn) -> Filled | None:
        """Arguments of `list_orders` where the orders of a time, or what orders cost together, are asked for.

        Args:
            tool: what the request would be served by otherwise; one order's details where a single one fits.
            intent: the request.
            turn: the turn.
        """
        period = self._period(tool, intent, turn)
        adds_up = asks_sum(intent, turn, timed=period is not None)
        if period is None:
            return Filled({"add_up": True}) if adds_up else None
        if tool == _ONE and not adds_up and sum(map(period.holds, self._of(turn))) == 1:
            return None
        return Filled({**period.arguments(), "add_up": adds_up})

    def _period(self, tool: str, intent: RoutedIntent, turn: Turn) -> Period | None:
        """The time whose orders are asked for; None where a number or a thing is named, or no order's day is known."""
        period = ordering_period(intent.words, self._clock.now().date(), of_orders=tool == _LIST)
        if period is None or intent.slot("order_id") or self._shop.names_kind(intent.words):
            return None
        return period if any(order.placed_at for order in self._of(turn)) else None

    def _of(self, turn: Turn) -> tuple[Order, ...]:
        return tuple(self._shop.orders(turn.customer.customer_id)) if turn.customer is not None else ()

    def matching(self, intent: RoutedIntent, turn: Turn) -> tuple[Order, ...]:
        """The customer's orders that the words of a request fit."""
        if turn.customer is None:
            return ()
        return tuple(self._shop.orders_matching(turn.customer.customer_id, intent.words, self._clock.now()))

    def is_on_its_way(self, words: str, arguments: dict[str, Any] | None, turn: Turn) -> bool:
        """Whether (a part of) an order has been sent and hasn't arrived, and it may be the part that words miss."""
        if turn.customer is None or not arguments or "order_id" not in arguments:
            return False
        underway = self._shop.open_parcels(turn.customer.customer_id)
        order = next((order for order in underway if order.order_id == arguments["order_id"]), None)
        if order is None:
            return False
        arrived = {item for sent in order.shipments if sent.delivered_at is not None for item in sent.item_ids}
        named = {order.items[at].item_id for at in named_pieces(words, order.items)}
        return not named or not named <= arrived

    def names_own_order(self, intent: RoutedIntent, turn: Turn) -> bool:
        """Whether a request singles out an order of the customer's."""
        return bool(self._order_named(intent, turn) or self.matching(intent, turn))

    def _order_named(self, intent: RoutedIntent, turn: Turn) -> str | None:
        named = intent.slot("order_id")
        if named is not None:
            return named
        if intent.intent == _REFUND and _IN_ALL.search(intent.words) and not self._shop.names_kind(intent.words):
            return None
        if at := pointed(intent.words, turn.state.listed_orders):
            return at[0]
        listed = () if self._shop.names_kind(intent.words) else turn.state.listed_orders
        if extreme := order_by_price(intent.words, self._of(turn), listed):
            return extreme
        if (done := self._just_done(intent, turn)) is not None:
            return done
        if asks_money_of_it(intent, turn):
            return turn.state.last_order
        listed = turn.state.listed_orders
        if _OTHER.search(intent.words) and len(listed) == _PAIR and turn.state.last_order in listed:
            return next(number for number in listed if number != turn.state.last_order)
        follows_up = turn.state.last_order and turn.decision is not None and not turn.is_new
        points = refers_back(intent.words) or self._goes_on(intent, turn)
        if not follows_up or not points or self._singles_out_another(intent, turn):
            return None
        return turn.state.last_order

    def _just_done(self, intent: RoutedIntent, turn: Turn) -> str | None:
        """The order just cancelled or sent back, for "what do I get back?" without a thing being named."""
        done = turn.state.last_done
        if done is None or done.intent not in _BRINGS_MONEY or intent.intent != _REFUND:
            return None
        named = self._shop.names_kind(intent.words) or _ELSE.search(intent.words)
        return None if named or turn.state.last_look_up == _REFUND else done.value("order_id") or None

    def _goes_on(self, intent: RoutedIntent, turn: Turn) -> bool:
        """Whether the same is looked up again without a thing being named ("I was at home, nobody came!")."""
        again = intent.intent == turn.state.last_look_up and intent.intent == turn.state.last_intent
        return again and not _ELSE.search(intent.words) and not self._shop.names_kind(intent.words)

    def _singles_out_another(self, intent: RoutedIntent, turn: Turn) -> bool:
        """Whether words name an order that isn't the last one that was talked about ("那个取消的显示器呢")."""
        fitting = [order.order_id for order in self.matching(intent, turn)]
        if turn.customer is None or turn.state.last_order in fitting:
            return False
        return 0 < len(fitting) < len(self._shop.orders(turn.customer.customer_id))

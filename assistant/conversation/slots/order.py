"""Which order: by number, by what is in it, by when, "the other one", or the only one there is."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from assistant.conversation.reading.answers import pick
from assistant.conversation.reading.periods import ordering_period
from assistant.conversation.reading.pointing import order_by_price, pointed
from assistant.conversation.reading.signals import brief, signals
from assistant.conversation.slots.at_hand import version_at_hand
from assistant.conversation.slots.case import Case
from assistant.conversation.slots.items import named_in_talk
from assistant.conversation.slots.several import ACTIONS, all_meant
from assistant.conversation.slots.slot import Question, Reading, Slot
from assistant.conversation.turn import Turn
from assistant.shop.changes.windows import delivered_on
from assistant.shop.order_numbers import normalise_order_number
from assistant.shop.records import Order, OrderItem
from assistant.shop.vocabulary import vocabulary

_NUMBER = re.compile(r"#\s*[A-Za-z]?\s?\d{4,}|\b[Ww]\s?\d{4,}\b|(?<![\d.$#])\d{7}(?![\d.])")
_OTHER = re.compile(r"\b(?:the )?other (?:one|order)\b|另外?一个|另外那个|另一单|别的那个", re.IGNORECASE)
_REST = re.compile(
    r"\b(?:the )?(?:others|rest|other (?:two|three|four|orders|ones))\b"
    r"|(?:其他|另外|别的|剩下)的?(?:[两二三四几]个|订单|单子|也|都)",
    re.I,
)
"""The orders beside the one that something was done with."""
_BACK = re.compile(
    r"\bthe (?:whole |entire )?order\b|\b(?:its?|that|this|this one|that one)\b|这个|那个|这单|那单|它|该订单",
    re.IGNORECASE,
)
_ORDER = re.compile(r"\border\b|订单|单子|那单|那笔|这单", re.IGNORECASE)
_EVERY = re.compile(
    r"^\W*(?:(?:cancel|return|change) )?(?:both|all(?: (?:two|three|four|five))?|every one|each)"
    r"(?: of (?:them|the orders|those|my orders))?\W*(?:please)?\W*$"
    r"|^\W*(?:那|这|就)?(?:[两二三四五几]个(?:订单)?)?(?:都|全部|全|一起)(?:取消|要|改|换|退)?(?:吧|了|的)?\W*$",
    re.I,
)
_EACH = re.compile(
    r"\bboth\b|\ball (?:of (?:them|those|these)|(?:two|three|four))\b"
    r"|[两二三四](?:个|单|笔)(?:订单)?都|都(?:要|得|需要|给我|帮我)?(?:改|寄|送|发|取消|换到|开)",
    re.I,
)
"""Says among other words that several are meant, of which it is clear which they are."""
_CLAUSES = re.compile(r"[,;:!?。，；：！？…]+|\.+(?!\d)")
_WHOLE = ("cancel_order", "change_address", "change_payment", "request_invoice", "return_items")
"""Changes of which several orders can be named by what is in them."""
_PARTS = re.compile(r"\s*(?:,|;|&|\band\b|\bplus\b|和|跟|还有|以及|、|，)\s*", re.I)
_SWAPS = ("change_items", "exchange_items")
_MOMENT = re.compile(
    r"\b(?:yesterday|today|last|latest|newest|recent|week|month"
    r"|day|ago|on the)\b|[昨今前]天|上[个周月]|最[近新]|刚|月|周",
    re.I,
)
_SHOWN = 5
_TWO = 2
_TAIL = 3
"""Characters at the end of a Chinese name that tell a thing."""


class OrderSlot(Slot):
    """The order."""

    name = "order_id"

    def only(self, case: Case) -> tuple[str, ...] | None:
        """The one order that can be changed so, when the customer named no other thing."""
        eligible = case.eligible
        return (eligible[0].order_id,) if len(eligible) == 1 and not self._names_another(eligible[0], case) else None

    def read(self, text: str, case: Case) -> Reading | None:
        """A number, a choice among what was shown, or words that fit one order."""
        numbers = tuple(dict.fromkeys(normalise_order_number(found) for found in _NUMBER.findall(text)))
        if numbers:
            return Reading(numbers[:1], sure=len(text) <= len(numbers[0]) + 20)
        if case.task.asked == self.name and (index := pick(case.task.labels, text)) is not None:
            return Reading((case.task.options[index],), by_place=True)
        if case.task.asked == self.name and len(case.task.options) == 1 and signals().affirms(text, case.task.intent):
            return Reading((case.task.options[0],))
        if case.task.asked == self.name and _EVERY.match(text):
            return Reading(case.task.options)
        if case.task.asked == self.name and self._means_each(text, case, case.task.options):
            return Reading(case.task.options, sure=brief(text))
        able = tuple(str(order.order_id) for order in case.eligible)
        if case.first and case.order is None and len(able) == _TWO and self._means_each(text, case, able):
            return Reading(able)
        vague = signals().asks(text) and not self.names_a_thing(text)
        if case.task.asked == self.name and not vague and (offered := self._offered(text, case)):
            return Reading((offered,), sure=brief(text))
        if case.order is None and (every := all_meant(text, case) or self._each_named(text, case)):
            return Reading(every)
        if case.first and (at := pointed(text, case.turn.state.listed_orders)):
            return Reading(at[:1], by_place=True)
        listed = case.turn.state.listed_orders if case.first and not self.names_a_thing(text) else ()
        if case.order is None and (extreme := order_by_price(text, case.orders, listed)):
            return Reading((extreme,))
        if case.order is None and (held := version_at_hand(text, case, pieces_named(text, case.turn))) is not None:
            return Reading((str(held[0].order_id),))
        if case.first and case.order is None and _REST.search(text) and (rest := self._rest(case)):
            return Reading(rest)
        if _OTHER.search(text) and (other := self._other(case)):
            return Reading((other,))
        if case.order is not None and not _ORDER.search(text):
            return None
        fitting = self.fitting(text, case)
        if len(fitting) != 1 and case.order is None and not self.names_a_thing(text):
            fitting = _in_short(text, case.orders) or fitting
        if len(fitting) == 1:
            return Reading((fitting[0].order_id,), sure=brief(text))
        if fitting:
            return None
        last = case.turn.state.last_order
        bare = brief(text) and not _ORDER.search(text) and (last in able or not able)
        if case.first and last and (bare or _BACK.search(text)) and not self.names_a_thing(text):
            return Reading((last,))
        return None

    def _means_each(self, text: str, case: Case, offered: Sequence[str]) -> bool:
        """Whether words mean every order that was offered or that can be changed so ("both need to go to ...")."""
        whole = case.task.intent in _WHOLE and case.task.intent != "return_items"
        return whole and len(offered) > 1 and _EACH.search(text) is not None and not self.names_a_thing(text)

    def _each_named(self, text: str, case: Case) -> tuple[str, ...]:
        """The orders that parts of the message name one by one ("the fan and the sheets"), where there are several."""
        if case.task.intent not in _WHOLE:
            return ()
        able = {order.order_id for order in case.eligible}
        fitting = [self._fitting_words(part, case) for part in _PARTS.split(text) if self.names_a_thing(part)]
        named = [str(found[0].order_id) for found in fitting if len(found) == 1 and found[0].order_id in able]
        distinct = tuple(dict.fromkeys(named))
        return distinct if len(distinct) > 1 and len(named) == len(fitting) else ()

    def question(self, case: Case) -> Question:
        """A choice, with what is in each order."""
        offered = self._narrowed(case)
        ids = tuple(order.order_id for order in offered)
        asked = "tasks/not_ordered" if self._names_nothing_ordered(case) else "which_order"
        return Question(
            "tasks/none_from_then" if self._none_from_then(case) else asked,
            {"orders": [case.views.order(order) for order in offered]},
            ids,
            ids,
        )

    def _offered(self, text: str, case: Case) -> str:
        """The one order of those just asked about that words fit ("the glass one"); empty where that is none."""
        said = ACTIONS.sub(" ", text).strip()
        found = case.shop.orders_matching(case.customer.customer_id, said, case.now) if said else ()
        fitting = [order.order_id for order in found if order.order_id in case.task.options]
        return fitting[0] if len(fitting) == 1 and len(found) < len(case.orders) else ""

    def names_a_thing(self, text: str) -> bool:
        """Whether the words name a kind of product."""
        from assistant.shop.analysis import names_kind

        return names_kind(ACTIONS.sub(" ", text), vocabulary())

    def _names_nothing_ordered(self, case: Case) -> bool:
        """Whether the words that began the task name a thing that is in none of the orders."""
        return case.first and self.names_a_thing(case.words) and not self.fitting(case.words, case)

    def _names_another(self, order: Order, case: Case) -> bool:
        """Whether the words that began the task name a thing that isn't in this order, or a time of another one."""
        if not case.first:
            return False
        period = ordering_period(case.words, case.now.date())
        if period is not None and order.placed_at is not None and not period.holds(order):
            return True
        return self.names_a_thing(case.words) and order not in self.fitting(case.words, case)

    def _none_from_then(self, case: Case) -> bool:
        """Whether the words that began the task name a time at which no order was placed."""
        period = ordering_period(case.words, case.now.date()) if case.first else None
        placed = [order for order in case.orders if order.placed_at is not None]
        return period is not None and bool(placed) and not any(map(period.holds, placed))

    def fitting(self, text: str, case: Case) -> tuple[Order, ...]:
        """Orders that the words single out; those that can be changed so come before others."""
        parts = [part for part in _CLAUSES.split(text) if self.names_a_thing(part)]
        if len(parts) == 1 and parts[0].strip() != text.strip() and (found := self._fitting_words(parts[0], case)):
            return found
        found = self._fitting_words(text, case)
        if found or len(parts) <= 1:
            return found
        of_parts = [orders for part in parts if (orders := self._fitting_words(part, case))]
        able = (orders for orders in of_parts if any(map(case.allows, orders)))
        return next(able, of_parts[0] if of_parts else ())  # "the robot came yesterday, its dock is broken"

    def _fitting_words(self, text: str, case: Case) -> tuple[Order, ...]:
        said = ACTIONS.sub(" ", text).strip()
        if not said or (case.task.intent in _SWAPS and not self.names_a_thing(text) and not _MOMENT.search(text)):
            return ()  # "change them to navy" says what is wanted, not which order it is
        matching = case.shop.orders_matching(case.customer.customer_id, said, case.now)
        if len(matching) == len(case.orders) and not self.names_a_thing(text):
            return ()
        able = tuple(order for order in matching if case.allows(order))
        return _just_arrived(able, case) or able or tuple(matching)

    def _narrowed(self, case: Case) -> tuple[Order, ...]:
        if case.task.asked == self.name and not self.names_a_thing(case.words):
            return (
                tuple(order for order in case.orders if order.order_id in case.task.options) or case.eligible[:_SHOWN]
            )
        able = tuple(o for o in self.fitting(case.words, case) if case.allows(o))
        return (able if len(able) > 1 else case.eligible)[:_SHOWN]

    def _rest(self, case: Case) -> tuple[str, ...]:
        """The orders that the same can be done with as was just done with one ("the other two as well")."""
        done = case.turn.state.last_done
        if done is None or done.intent != case.task.intent or self.names_a_thing(case.words):
            return ()
        return tuple(str(o.order_id) for o in case.eligible if o.order_id != done.value(self.name))[:_SHOWN]

    def _other(self, case: Case) -> str | None:
        current = case.task.value(self.name)
        others = [order.order_id for order in case.eligible if order.order_id != current]
        done = case.turn.state.last_done
        if current and done is not None and done.intent == case.task.intent and [done.value(self.name)] == others:
            return current  # what is talked about is the other one already
        return others[0] if current and len(others) == 1 else None


def pieces_named(text: str, turn: Turn) -> Callable[[Sequence[OrderItem]], list[int]] | None:
    """Gives the places of an order's pieces that words name after what was said before; None where they name none."""
    before = [said.text for said in turn.history if said.author == "customer"]
    return (lambda items: named_in_talk(text, items, before)) if OrderSlot().names_a_thing(text) else None


def tells_when(text: str) -> bool:
    """Whether words speak of a time or an order ("the one from last month", "哑铃那个单子")."""
    return _MOMENT.search(text) is not None or _ORDER.search(text) is not None


def _just_arrived(orders: tuple[Order, ...], case: Case) -> tuple[Order, ...]:
    """Of several orders with a thing that is damaged, those that came so lately that it can be reported."""
    if case.task.intent != "report_damaged" or len(orders) < _TWO:
        return ()
    since = case.now.date() - timedelta(days=case.policy.damaged_items.damage_report_days)
    days = {order.order_id: [d for i in order.items if (d := delivered_on(order, i.item_id))] for order in orders}
    return tuple(order for order in orders if any(day >= since for day in days[order.order_id]))


def _in_short(text: str, orders: Sequence[Order]) -> tuple[Order, ...]:
    """The one order with a thing whose Chinese name ends as words name it ("机器人" for 扫拖机器人)."""
    found = tuple(
        order
        for order in orders
        if any(len(name) > _TAIL and name[-_TAIL:] in text for item in order.items if (name := item.name_zh or ""))
    )
    return found if len(found) == 1 else ()


def named_anew(case: Case) -> Reading | None:
    """The order that the words name, whichever the task is about so far; None where they name none."""
    task = case.task.model_copy(deep=True)
    task.asked, task.slots = "", {name: filled for name, filled in task.slots.items() if name != OrderSlot.name}
    return OrderSlot().read(case.words, replace(case, task=task, first=False))


def meant_by(case: Case) -> bool:
    """Whether the words can mean an order that is in a state for the change."""
    slot = OrderSlot()
    reading = slot.read(case.words, case)
    if reading is None and brief(case.words) and not slot.names_a_thing(case.words):
        last = next((order for order in case.orders if order.order_id == case.turn.state.last_order), None)
        return last in case.eligible if last is not None else bool(case.eligible)
    if reading is not None:
        return any(order.order_id in reading.values for order in case.eligible)
    if slot.names_a_thing(case.words):
        return any(order in case.eligible for order in slot.fitting(case.words, case))
    return bool(case.eligible)

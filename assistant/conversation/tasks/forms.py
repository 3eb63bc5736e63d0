"""Which change needs what: one form an intent, with the tool that it ends in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.conversation.reading.signals import signals
from assistant.conversation.slots.address import AddressSlot
from assistant.conversation.slots.case import Case
from assistant.conversation.slots.choice import ChoiceSlot
from assistant.conversation.slots.items import ItemsSlot
from assistant.conversation.slots.opened import NONE, OpenedSlot
from assistant.conversation.slots.order import OrderSlot
from assistant.conversation.slots.payment import PaymentSlot
from assistant.conversation.slots.postal import FIELDS
from assistant.conversation.slots.slot import Slot
from assistant.conversation.slots.stock import StockSlot
from assistant.conversation.slots.variants import VariantsSlot
from assistant.conversation.slots.words import WordsSlot
from assistant.shop.policy import Policy
from assistant.shop.records import Money, OrderStatus


@dataclass(frozen=True)
class Form:
    """What a change needs.

    Attributes:
        intent: that it serves.
        tool: the WRITE tool that proposes it.
        slots: in the order in which they are asked for.
        states: in which an order must be, by the policy.
        arguments: of the tool, from a full form.
        akin: intents that in the midst of this task mean a correction of it.
        in_part: whether it can be made for pieces that have come, while the rest of their order is on its way.
    """

    intent: str
    tool: str
    slots: tuple[Slot, ...]
    states: Callable[[Policy], Sequence[OrderStatus]]
    arguments: Callable[[Case], dict[str, Any]]
    akin: tuple[str, ...] = ()
    in_part: bool = False

    @property
    def about_order(self) -> bool:
        """Whether it is about one of the customer's orders."""
        return self.slot("order_id") is not None

    def slot(self, name: str) -> Slot | None:
        """The slot of that name."""
        return next((slot for slot in self.slots if slot.name == name), None)

    def missing(self, case: Case) -> Slot | None:
        """The first slot that must be asked for; slots without a choice are filled on the way."""
        for slot in self.slots:
            if not slot.needed(case):
                case.clear(slot.name)
                continue
            if slot.known(case):
                continue
            only = None if case.task.values(slot.name) and slot.name != "variants" else slot.only(case)
            if only is None:
                return slot
            case.fill(slot.name, only)
        return None

    def forget_dependants(self, changed: str, case: Case) -> None:
        """Clear the slots whose values rested on one that has changed."""
        case.clear(*(slot.name for slot in self.slots if changed in slot.rests_on))


def _cancel(case: Case) -> dict[str, Any]:
    return {"order_id": case.task.value("order_id"), "reason": case.task.value("cancel_reason")}


def _address(case: Case) -> dict[str, Any]:
    return {"order_id": case.task.value("order_id"), **dict(zip(FIELDS, case.task.values("address"), strict=True))}


def _payment(case: Case) -> dict[str, Any]:
    return {"order_id": case.task.value("order_id"), "payment_method_id": case.task.value("payment_method")}


def _items(case: Case) -> dict[str, Any]:
    return {**_payment(case), "item_ids": case.item_ids, "new_item_ids": case.new_item_ids}


def _condition(case: Case) -> dict[str, Any]:
    condition: dict[str, Any] = {}
    if reason := case.task.value("return_reason"):
        condition["reason"] = reason
    if opened := case.task.values("opened"):
        order = case.order
        chosen = [] if opened == (NONE,) or order is None else [str(order.items[int(at)].item_id) for at in opened]
        condition["opened_item_ids"] = chosen
    return condition


def _return(case: Case) -> dict[str, Any]:
    return {**_payment(case), "item_ids": case.item_ids, **_condition(case)}


def _exchange(case: Case) -> dict[str, Any]:
    return {**_items(case), **_condition(case)}


def _damage(case: Case) -> dict[str, Any]:
    return {
        "order_id": case.task.value("order_id"),
        "item_id": next(iter(case.item_ids), ""),
        "description": case.task.value("damage"),
        "wish": case.task.value("wish"),
    }


def _difference(case: Case) -> Money | None:
    return case.difference


def _total(case: Case) -> Money | None:
    return case.order.total if case.order else None


def _nothing(case: Case) -> Money | None:
    """The shop works it out when it proposes."""
    return None


def any_state(policy: Policy) -> Sequence[OrderStatus]:
    """Every state: what is asked for does not depend on it."""
    return tuple(OrderStatus)


def _not_cancelled(policy: Policy) -> Sequence[OrderStatus]:
    return tuple(status for status in OrderStatus if status is not OrderStatus.CANCELLED)


def _arrived(policy: Policy) -> Sequence[OrderStatus]:
    return (OrderStatus.DELIVERED, OrderStatus.RETURN_REQUESTED, OrderStatus.EXCHANGE_REQUESTED)


_SWAP = ("order_id", "items", "variants")
_FORMS = (
    Form(
        "cancel_order",
        "cancel_pending_order",
        (OrderSlot(), ChoiceSlot("cancel_reason", "tasks/which_cancel_reason", otherwise="no longer needed")),
        lambda policy: policy.cancellations.cancellable_states,
        _cancel,
    ),
    Form(
        "change_address",
        "modify_pending_order_address",
        (OrderSlot(), AddressSlot()),
        lambda policy: policy.address_changes.address_change_states,
        _address,
        akin=("change_profile",),
    ),
    Form(
        "change_payment",
        "modify_pending_order_payment",
        (OrderSlot(), PaymentSlot("instead", _total)),
        lambda policy: policy.payment_changes.payment_change_states,
        _payment,
    ),
    Form(
        "change_items",
        "modify_pending_order_items",
        (OrderSlot(), ItemsSlot(), VariantsSlot(), PaymentSlot("difference", _difference, _SWAP)),
        lambda policy: policy.order_changes.modifiable_states,
        _items,
        akin=("exchange_items", "change_payment"),
    ),
    Form(
        "return_items",
        "return_delivered_order_items",
        (
            OrderSlot(),
            ItemsSlot(),
            ChoiceSlot("return_reason", "tasks/which_return_reason", otherwise="changed_mind"),
            OpenedSlot(),
            PaymentSlot("refund", _nothing),
        ),
        lambda policy: policy.returns.return_states,
        _return,
        akin=("change_payment",),
    ),
    Form(
        "exchange_items",
        "exchange_delivered_order_items",
        (
            OrderSlot(),
            ItemsSlot(),
            VariantsSlot(),
            ChoiceSlot("return_reason", "tasks/which_return_reason", unless_said="changed_mind"),
            OpenedSlot(),
            PaymentSlot("difference", _difference, _SWAP),
        ),
        lambda policy: policy.exchanges.exchange_states,
        _exchange,
        akin=("change_items", "change_payment"),
    ),
    Form(
        "reorder",
        "reorder",
        (OrderSlot(), PaymentSlot("charge", _nothing)),
        any_state,
        _payment,
        akin=("change_payment",),
    ),
    Form(
        "request_invoice",
        "request_invoice",
        (OrderSlot(),),
        _not_cancelled,
        lambda case: {"order_id": case.task.value("order_id")},
    ),
    Form(
        "change_profile",
        "modify_user_address",
        (AddressSlot(),),
        any_state,
        lambda case: dict(zip(FIELDS, case.task.values("address"), strict=True)),
        akin=("change_address",),
    ),
    Form(
        "notify_stock",
        "notify_when_in_stock",
        (StockSlot(),),
        any_state,
        lambda case: {"item_id": case.task.value("item_id")},
    ),
    Form(
        "report_damaged",
        "report_damaged_item",
        (
            OrderSlot(),
            ItemsSlot(single=True),
            WordsSlot("damage", "tasks/which_damage", lambda words: signals().tells_damage(words)),
            ChoiceSlot("wish", "tasks/which_wish", either=True),
        ),
        _arrived,
        _damage,
        in_part=True,
    ),
)
FORMS = {form.intent: form for form in _FORMS}
"""Forms by intent."""
BY_KIND = {form.tool: form for form in _FORMS}
"""Forms by the kind of their proposals."""
TWINS = {"change_items": "exchange_items", "exchange_items": "change_items"}
"""The same wish for an order that has not been sent, and for one that has arrived."""

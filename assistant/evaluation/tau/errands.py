"""A task's gold actions as errands: what a customer wants, in words that a customer uses, and what they know beside it.

The scripted customer is told the goal only: orders by number, things by name and options, ways to pay by what they are
called. It never names a tool, an item's id or the id of a payment method.
"""

from collections.abc import Mapping
from typing import Any

from assistant.shop.records import Record

Json = dict[str, Any]

_ARTICLES = "aeiou"


class Errand(Record):
    """One thing that a customer wants.

    Attributes:
        opening: the first message.
        items: the things that it is about, as they are told when asked.
        wanted: by the name of a thing, the version that is wanted instead.
        payment: how to pay or be paid, in words.
        address: the new address, in words.
        reason: why, in words.
    """

    tool: str
    opening: str
    items: str = ""
    wanted: tuple[tuple[str, str], ...] = ()
    payment: str = ""
    address: str = ""
    reason: str = ""


def errand_of(action: Json, data: Json, user_id: str) -> Errand | None:
    """The errand of a gold action; None for one that only looks something up.

    Args:
        action: `name` and `arguments`.
        data: the benchmark's database, before the task.
        user_id: whose task it is.
    """
    name, given = str(action["name"]), dict(action["arguments"])
    order_id = str(given.get("order_id", ""))
    payment = _payment(given.get("payment_method_id"), data["users"][user_id])
    if name == "cancel_pending_order":
        reason = str(given["reason"])
        told = "I no longer need it" if reason == "no longer needed" else "I ordered it by mistake"
        return Errand(tool=name, opening=f"Please cancel my order {order_id}, {told}.", reason=told)
    if name == "modify_pending_order_payment":
        return Errand(
            tool=name, opening=f"Please change the payment of order {order_id} to {payment}.", payment=payment
        )
    if name in ("modify_pending_order_address", "modify_user_address"):
        address = _address(given)
        what = f"order {order_id} has to go to another address" if order_id else "I have moved, my new address is"
        return Errand(tool=name, opening=f"Hi, {what}: {address}.", address=address)
    if name not in (
        "return_delivered_order_items",
        "exchange_delivered_order_items",
        "modify_pending_order_items",
    ):
        return None
    things = _things(given, data, order_id)
    items = " and ".join(f"the {_full(item)}" for item, _ in things)
    if name == "return_delivered_order_items":
        short = " and ".join(f"the {_full(item)}" for item, _ in things)
        opening = f"I want to return {short} from order {order_id}."
        return Errand(tool=name, opening=opening, items=items, payment=payment, reason="I don't need it any more")
    verb = "exchange" if name.startswith("exchange") else "change"
    swaps = " and ".join(f"the {item['name']} for one with {_differing(item, new)}" for item, new in things)
    return Errand(
        tool=name,
        opening=f"In order {order_id} I would like to {verb} {swaps}.",
        items=items,
        wanted=tuple((str(item["name"]), _options(new)) for item, new in things),
        payment=payment,
    )


def _things(given: Json, data: Json, order_id: str) -> list[tuple[Json, Json]]:
    """The items of an action, each with the options that are wanted instead (its own where none are)."""
    items = {item["item_id"]: item for item in data["orders"][order_id]["items"]}
    new_ids: list[str] = list(given.get("new_item_ids") or given["item_ids"])
    found = []
    for old, new in zip(given["item_ids"], new_ids, strict=True):
        product = data["products"][items[old]["product_id"]]
        found.append((items[old], dict(product["variants"][new]["options"])))
    return found


def _differing(item: Json, wanted: Mapping[str, str]) -> str:
    changed = {name: value for name, value in wanted.items() if item["options"].get(name) != value}
    return _options(changed or wanted)


def _options(options: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in options.items())


def _full(item: Json) -> str:
    return f"{item['name']} ({', '.join(item['options'].values())})"


def _payment(method_id: object, user: Json) -> str:
    method = user["payment_methods"].get(method_id) if method_id else None
    if method is None:
        return ""
    if method["source"] == "credit_card":
        return f"my {method['brand']} ending in {method['last_four']}"
    return "my gift card" if method["source"] == "gift_card" else "PayPal"


def _address(given: Json) -> str:
    parts = ("address1", "address2", "city", "state", "zip", "country")
    return ", ".join(str(given[part]) for part in parts if given.get(part))

"""Until when the chosen things may go back, and what that would bring, before anybody is asked for a reason."""

import re
from datetime import date

from assistant.conversation.reading.signals import plain, signals
from assistant.conversation.slots.case import Case
from assistant.conversation.slots.opened import NONE
from assistant.conversation.tasks.forms import Form
from assistant.conversation.tasks.wording import RefusalWording
from assistant.shop.changes.windows import delivered_on, last_day
from assistant.shop.policy import DEFAULT_KIND
from assistant.shop.records import OrderItem

_HOPES = re.compile(r"\b(?:any chance|is it possible|possible to|too late)\b|有没有可能|来得及")
_WOULD = re.compile(
    r"\bhow much (?:would|will|do|can|could|might) (?:i|we) (?:get|receive|have|be (?:paid|refunded))\b"
    r"|(?:能|可以|会)退(?:我)?多少|退(?:的话|了|货)?(?:能|可以|会)?(?:退|拿(?:回)?|返)多少"
)


def asks_whether(words: str) -> bool:
    """Whether a message asks if a thing may go back, rather than wants it done."""
    return signals().asks(words) or _HOPES.search(plain(words)) is not None


def asks_what_comes_back(words: str) -> bool:
    """Whether a message asks what a return would bring ("the fryer, how much would I get back?")."""
    return _WOULD.search(plain(words)) is not None


def window(case: Case, form: Form) -> tuple[str, dict[str, object]] | None:
    """Name and variables of the text that tells the last day, or that it is over; None where that isn't known.

    Args:
        case: with the order and the pieces, where they are known.
        form: of a return or an exchange.
    """
    if case.order is None or not case.pieces:
        return None
    if not case.allows(case.order):
        return None
    amount = signals().asks_what_it_brings(case.words) and form.intent == "return_items"
    days: list[tuple[OrderItem, date, date]] = []
    seals = case.task.values("opened")
    for at, piece in zip(case.positions, case.pieces, strict=True):
        product = case.product(piece)
        came, opened = delivered_on(case.order, piece.item_id), str(at) in seals
        last = last_day(case.policy, product.kind, came, opened=opened) if product and came and product.kind else None
        if came is None or last is None:
            return None
        days.append((piece, came, last))
    piece, came, last = min(days, key=lambda day: day[2])
    if all(case.now.date() > day for _, _, day in days) and not set(seals) - {NONE}:
        details = {"item": str(piece.item_id), "delivered": str(came), "last": str(last)}
        wording = RefusalWording(case.texts, case.views, case.shop, case.customer)
        return wording.say("window_passed", details, case.order)
    if case.now.date() > last:
        return None
    prices = [one.price for one in case.pieces]
    return "tasks/may_go_back", {
        "item": case.views.piece(piece),
        "last": case.views.date(last),
        "sum": str(sum(prices[1:], prices[0])) if amount else "",
        "fee": max(_fee_percent(case, one) for one in case.pieces),
    }


def _fee_percent(case: Case, piece: OrderItem) -> int:
    """What is kept back of a piece that was opened, in percent."""
    product = case.product(piece)
    kind = product.kind if product is not None else None
    return case.policy.returns.opened_restocking_fee_percent.get(kind or DEFAULT_KIND, 0)

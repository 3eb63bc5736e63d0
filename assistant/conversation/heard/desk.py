"""Asks back what was heard or seen, and goes on with the message once the customer has said yes to it."""

import re
from dataclasses import dataclass
from typing import Literal

from assistant.conversation.heard.attached import Attached, ReadValues
from assistant.conversation.heard.matching import orders_like, orders_with
from assistant.conversation.reading.answers import pick
from assistant.conversation.reading.signals import brief, signals
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.showing.views import Views
from assistant.conversation.state import HeardState
from assistant.conversation.turn import Served, Turn
from assistant.shop.order_numbers import normalise_order_number
from assistant.shop.records import Money, Order
from assistant.shop.service import Shop
from assistant.text.formatting import say_date

_TYPED = re.compile(r"#\s?[A-Za-z]?\s?\d{4,}|(?<![A-Za-z\d])[Ww]\s?\d{4,}(?!\d)|(?<![\d.$#])\d{6,8}(?![\d.])")
_DIGITS = re.compile(r"(?<![\d.,$¥€£-])\d{5,12}(?![\d-]|[.,]\d)")
_OFFERED = 4
_TOLD = 2


@dataclass(frozen=True)
class HeardDesk:
    """Confirms values of voice notes and photos before anything is looked up or changed with them.

    Args:
        shop: knows the customer's own orders; only these are offered.
    """

    shop: Shop

    def understand(self, turn: Turn, texts: ReplyTexts, views: Views) -> Served | None:
        """What is asked back; None where the turn goes on, then with the message that the customer confirmed."""
        waiting, turn.state.heard = turn.state.heard, None
        if turn.incoming.answer is not None:
            return None
        attached = turn.incoming.attached
        if attached is not None and attached.kind == "photo":
            turn.state.pictures = (*turn.state.pictures, attached.attachment_id)
        if attached is not None and attached.kind == "voice" and not attached.values.orders:
            attached = self._with_likely_orders(attached, turn)
        if attached is not None and attached.values:
            words = turn.incoming.text
            if waiting is not None and (brief(words) or (attached.alone and attached.kind == "photo")):
                words = _with_order(waiting.words, waiting.read, attached.values.orders[:1])
            return self._ask(attached, words, turn, texts, views)
        if waiting is not None:
            return self._answered(waiting, turn)
        if attached is not None and attached.kind == "photo" and attached.alone:
            offers = tuple(texts.word("heard", key) for key in ("damaged", "person"))
            return Served(None, reply=("heard/picture", {}), quick_replies=offers)
        return None

    def _with_likely_orders(self, attached: Attached, turn: Turn) -> Attached:
        """A voice note with digits in it that are no order number, but much like one of the customer's own."""
        own = self.shop.orders(turn.customer.customer_id) if turn.customer else ()
        likely = tuple(run for run in _DIGITS.findall(turn.incoming.text) if orders_like(run, own))
        values = attached.values.model_copy(update={"orders": likely[:1]})
        return attached.model_copy(update={"values": values}) if likely else attached

    def _answered(self, waiting: HeardState, turn: Turn) -> Served | None:
        said = turn.incoming.text
        chosen = pick(waiting.labels, said)
        if chosen is None and waiting.kind == "confirm":
            chosen = 0 if signals().affirms(said, "") else 1 if signals().declines(said) else None
        if waiting.kind == "confirm" and chosen == 0:
            return _go_on(turn, _with_order(waiting.words, waiting.read, waiting.options))
        if waiting.kind == "choose" and chosen is not None and chosen < len(waiting.options):
            return _go_on(turn, _with_order(waiting.words, waiting.read, waiting.options[chosen : chosen + 1]))
        typed = tuple(normalise_order_number(found) for found in _TYPED.findall(said))
        if typed and brief(said):
            return _go_on(turn, _with_order(waiting.words, waiting.read, typed[:1]))
        if signals().declines(said) or chosen is not None:
            turn.state.heard = waiting.model_copy(update={"kind": "type", "labels": (), "options": ()})
            return Served(None, reply=("heard/type_it", {"orders": bool(waiting.read)}))
        return None

    def _ask(self, attached: Attached, words: str, turn: Turn, texts: ReplyTexts, views: Views) -> Served:
        values, seen = attached.values, attached.kind == "photo"
        own = self.shop.orders(turn.customer.customer_id) if turn.customer else ()
        asking = _Asking(attached, words, turn, texts, views, self._told(values, seen, texts))
        if turn.customer and values.orders:
            found = [orders_like(read, own) for read in values.orders]
            if seen:
                found = [next((orders for orders in found if orders), ())]
            if all(len(orders) == 1 for orders in found):
                return asking.confirm(tuple({orders[0].order_id: orders[0] for orders in found}.values()))
            several = next((orders for orders in found if len(orders) > 1), ())
            return asking.offer(several, "") if several else asking.offer(own, values.orders[0])
        if turn.customer and seen and (fitting := orders_with(values, own)):
            return asking.confirm(fitting) if len(fitting) == 1 else asking.offer(fitting, "")
        return asking.confirm_values()

    def _told(self, values: ReadValues, seen: bool, texts: ReplyTexts) -> dict[str, object]:
        """What was read, in words."""
        currency = self.shop.currency
        return {
            "seen": seen,
            "amounts": texts.join([str(Money(cents=cents, currency=currency)) for cents in values.amounts[:_TOLD]]),
            "dates": texts.join([say_date(day, texts.language) for day in values.dates[:1]]),
            "items": texts.join(list(values.items[:_TOLD])),
        }


@dataclass(frozen=True)
class _Asking:
    """One question back: what it is about, and in which words."""

    attached: Attached
    words: str
    turn: Turn
    texts: ReplyTexts
    views: Views
    told: dict[str, object]

    def confirm(self, meant: tuple[Order, ...]) -> Served:
        """Did you mean these orders?"""
        options = tuple(str(order.order_id) for order in meant)
        said = {name: self.told[name] for name in ("seen", "amounts", "dates")}
        said["orders"] = [self.views.order(order) for order in meant]
        return self._wait("confirm", options, self._yes_no, "heard/confirm_order", said)

    def offer(self, orders: tuple[Order, ...], unknown: str) -> Served:
        """Which of these orders? `unknown` is a number that is like none of them."""
        shown = orders[:_OFFERED]
        options = tuple(str(order.order_id) for order in shown)
        orders_said = [self.views.order(order) for order in shown]
        said = {"seen": self.told["seen"], "unknown": unknown, "orders": orders_said}
        return self._wait("choose", options, options, "heard/which_order", said)

    def confirm_values(self) -> Served:
        """Is that right?, where there is no order of theirs to compare with."""
        options = self.attached.values.orders[: 1 if self.attached.kind == "photo" else None]
        said = {**self.told, "read": self.texts.join(list(options))}
        return self._wait("confirm", options, self._yes_no, "heard/confirm_values", said)

    def _wait(
        self,
        kind: Literal["confirm", "choose"],
        options: tuple[str, ...],
        labels: tuple[str, ...],
        reply: str,
        said: dict[str, object],
    ) -> Served:
        alone = self.attached.kind == "photo" and self.attached.alone
        items = () if options else self.attached.values.items[:1]
        self.turn.state.heard = HeardState(
            kind=kind,
            words=" ".join(items) if alone else self.words,
            read=self.attached.values.orders,
            options=options,
            labels=labels,
        )
        return Served(None, reply=(reply, said), quick_replies=labels)

    @property
    def _yes_no(self) -> tuple[str, ...]:
        return self.texts.word("heard", "yes"), self.texts.word("heard", "no")


def _with_order(words: str, read: tuple[str, ...], meant: tuple[str, ...]) -> str:
    """The words with the confirmed order numbers where the others were read, or behind them."""
    for place, order in enumerate(meant):
        digits = re.sub(r"\D", "", read[place]) if place < len(read) else ""
        pattern = rf"#?\s?(?<![A-Za-z\d])[Ww]?[\s-]?{digits}(?!\d)" if digits else ""  # no \b beside Chinese
        changed = re.sub(pattern, f" {order}", words, count=1).strip() if pattern else words
        if changed == words and order not in words:
            changed = f"{words} {order}".strip()
        words = changed
    return re.sub(r"[ \t]{2,}", " ", words)


def _go_on(turn: Turn, words: str) -> Served | None:
    """Serve the confirmed message in place of the yes to it; a photo that showed nothing to ask of asks what to do."""
    if not words:
        return Served(None, reply=("heard/what_with_it", {}))
    turn.said = turn.said or turn.incoming.text
    turn.incoming = turn.incoming.model_copy(update={"text": words})
    turn.masked = turn.masker.mask(words)
    return None

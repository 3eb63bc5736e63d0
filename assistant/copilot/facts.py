"""Verified facts: what the shop's data says now about the customer, the orders that are talked about, the proposals."""

from collections.abc import Iterator, Sequence
from datetime import date

from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.showing.views import Views
from assistant.conversation.tasks.wording import Wording
from assistant.copilot.look_up import Looked
from assistant.copilot.records import Fact, Origin
from assistant.copilot.situation import Situation
from assistant.copilot.words import CopilotWords
from assistant.shop.records import Order, OrderStatus, PaymentMethod
from assistant.text.formatting import say_moment
from assistant.tools.proposals import Proposal
from assistant.tools.results import RefundResult, for_model

_UNDER_WAY = (OrderStatus.PENDING, OrderStatus.PENDING_ITEM_MODIFIED, OrderStatus.PROCESSED)
_SHOWN = {
    "open": "proposal_open",
    "executed": "proposal_executed",
    "declined": "proposal_declined",
    "unsettled": "proposal_unsettled",
}


class FactWriter:
    """Says facts in one language.

    Args:
        words: of the agent's language.
        texts: the shop's words for states and amounts in it.
        today: for dates without a year, and for what is late.
    """

    def __init__(self, words: CopilotWords, texts: ReplyTexts, today: date) -> None:
        self._words = words
        self._texts = texts
        self._views = Views(texts, today)
        self._today = today

    def all(self, situation: Situation, looked: Sequence[Looked], orders: Sequence[Order]) -> tuple[Fact, ...]:
        """Everything that is verified, the account first.

        Args:
            situation: the conversation.
            looked: what was looked up; its orders are told in full.
            orders: all of the customer's.
        """
        found = [self._account(situation)]
        shown: set[str] = set()
        for one in looked:
            if one.order is not None and one.order.order_id not in shown:
                shown.add(one.order.order_id)
                found += self._order(one.order, situation)
                found += self._refunds(one, situation)
        if situation.customer is not None and not shown:
            found.append(self._orders(orders))
        found += [fact for proposal in situation.proposals if (fact := self._proposal(proposal)) is not None]
        return tuple(found)

    def quotes(self, looked: Sequence[Looked], quoted: Sequence[tuple[str, str, str]]) -> tuple[Fact, ...]:
        """What pages say, as far as a draft quotes them: (title, quote, passage id)."""
        return tuple(
            Fact(
                text=self._words.say("facts", "page", title=title, quote=quote),
                origin=Origin(kind="passage", label=title, text=quote, passage_id=passage_id),
            )
            for title, quote, passage_id in quoted
        )

    def _account(self, situation: Situation) -> Fact:
        customer = situation.customer
        label = self._words.say("origins", "account")
        if customer is None:
            return Fact(text=self._words.say("facts", "stranger"), origin=Origin(kind="record", label=label, text=""))
        name = "proved" if situation.proved else "signed_in"
        text = self._words.say("facts", name, name=customer.name, email=customer.email)
        return Fact(text=text, origin=Origin(kind="record", label=label, text=for_model(customer)))

    def _order(self, order: Order, situation: Situation) -> Iterator[Fact]:
        said = self._views.order(order)
        number = order.order_id
        yield self._of(
            order, "order", order_id=number, status=said["status"], pieces=said["pieces"], total=said["total"]
        )
        if order.placed_at is not None:
            yield self._of(order, "placed", order_id=number, date=said["placed"])
        for shipment in order.shipments:
            if shipment.delivered_at is not None:
                yield self._of(order, "delivered", order_id=number, date=self._views.date(shipment.delivered_at))
                continue
            if shipment.events:
                latest = shipment.events[-1]
                yield self._of(
                    order,
                    "scan",
                    order_id=number,
                    status=self._texts.word("tracking_status", latest.status),
                    at=say_moment(latest.at, self._words.language, today=self._today),
                    place=self._words.say("facts", "place", place=latest.place) if latest.place else "",
                )
            if shipment.expected_on is not None and order.status in _UNDER_WAY:
                name = "late" if shipment.expected_on < self._today else "expected"
                yield self._of(order, name, order_id=number, date=self._views.date(shipment.expected_on))
        yield from self._paid_back(order, situation.customer.payment_methods if situation.customer else ())

    def _paid_back(self, order: Order, methods: Sequence[PaymentMethod]) -> Iterator[Fact]:
        for payment in order.payments:
            if payment.kind != "refund":
                continue
            own = next((m for m in methods if m.payment_method_id == payment.payment_method_id), None)
            method = self._views.paid_by(own.source, own.brand, own.last_four) if own else payment.payment_method_id
            variables = {"amount": str(payment.amount), "order_id": order.order_id, "method": method}
            if payment.at is None:
                yield self._of(order, "refund_undated", **variables)
            else:
                yield self._of(order, "refund", **variables, date=self._views.date(payment.at))

    def _refunds(self, looked: Looked, situation: Situation) -> Iterator[Fact]:
        for outcome in looked.outcomes:
            if not isinstance(outcome.result, RefundResult):
                continue
            for item in outcome.result.refunds:
                if item.refunds:
                    continue
                name = "refund_waits" if item.pending_items else "no_refund"
                yield self._of(item.order, name, order_id=item.order.order_id)

    def _orders(self, orders: Sequence[Order]) -> Fact:
        label = self._words.say("origins", "account")
        if not orders:
            return Fact(text=self._words.say("facts", "no_orders"), origin=Origin(kind="record", label=label, text=""))
        open_ = [str(order.order_id) for order in orders if order.status in _UNDER_WAY]
        listed = self._texts.join(open_) if open_ else self._words.say("facts", "none")
        text = self._words.say("facts", "orders", count=str(len(orders)), open=listed)
        source = f"{len(orders)} {' '.join(order.order_id for order in orders)}"
        return Fact(text=text, origin=Origin(kind="record", label=label, text=source))

    def _proposal(self, proposal: Proposal) -> Fact | None:
        name = _SHOWN.get(proposal.status)
        if name is None:
            return None
        title = self.title(proposal)
        origin = Origin(kind="record", label=self._words.say("origins", "proposal"), text=for_model(proposal))
        return Fact(text=self._words.say("facts", name, title=title, key=proposal.proposal_id), origin=origin)

    def title(self, proposal: Proposal) -> str:
        """What a proposal would do, in one line."""
        return Wording(self._texts, self._views).card(proposal).title.rstrip(":：.。")

    def _of(self, order: Order, name: str, **variables: str) -> Fact:
        label = self._words.say("origins", "order", order_id=order.order_id)
        return Fact(
            text=self._words.say("facts", name, **variables),
            origin=Origin(kind="record", label=label, text=for_model(order)),
        )

"""What the reply texts need of each tool's result: plain words, formatted in the customer's language."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from assistant.conversation.showing.harmless import harmless
from assistant.conversation.showing.parcels import in_parcel
from assistant.conversation.showing.product_views import ProductViews
from assistant.conversation.showing.texts import ReplyTexts
from assistant.shop.records import (
    Address,
    Order,
    OrderItem,
    OrderStatus,
    PaymentMethod,
    Record,
)
from assistant.shop.vocabulary import vocabulary
from assistant.text.formatting import say_date, say_moment
from assistant.tools import results
from assistant.tools.registry import ToolOutcome
from assistant.tools.suggestions import Recommendations

_BRANDS = {"visa": "Visa", "mastercard": "Mastercard", "amex": "American Express"}
STAGES = {
    OrderStatus.PENDING: "preparing",
    OrderStatus.PENDING_ITEM_MODIFIED: "preparing",
    OrderStatus.PROCESSED: "processed",
    OrderStatus.CANCELLED: "cancelled",
    OrderStatus.RETURN_REQUESTED: "returning",
    OrderStatus.EXCHANGE_REQUESTED: "exchanging",
    OrderStatus.RETURNED: "returned",
    OrderStatus.DELIVERED: "delivered",
}
"""How far an order has come, by its status."""


class Views:
    """Turns results into variables of reply texts.

    Args:
        texts: words of the customer's language.
        today: dates of this year are said without the year.

    Attributes:
        products: what is told of products.
    """

    def __init__(self, texts: ReplyTexts, today: date) -> None:
        self._texts = texts
        self._today = today
        self.products = ProductViews(texts)
        self._makers: dict[type[Record], Callable[[Any], dict[str, Any]]] = {
            results.TrackingResult: self._tracking,
            results.OrderList: self._order_list,
            results.OrderResult: lambda result: {"order": self.order(result.order)},
            results.RefundResult: self._refunds,
            results.CustomerResult: self._customer,
            results.ProductList: self.products.listed,
            results.ProductResult: lambda result: {
                "product": self.products.product(result.product),
                "asked": [],
                "told": "",
            },
            results.ProductComparison: self.products.comparison,
            results.StockResult: self.products.stock,
            results.VariantList: self.products.variants,
            results.SuppliedResult: lambda result: {"lines": harmless(result.text)},
            Recommendations: self.products.recommendations,
            results.ProductTypes: lambda result: {"names": self._texts.join(list(result.types))},
        }

    def variables(self, result: Record) -> dict[str, Any] | None:
        """Variables for the reply text of the tool that gave `result`; None where it has no text of its own."""
        maker = self._makers.get(type(result))
        return maker(result) if maker else None

    @staticmethod
    def text_of(outcome: ToolOutcome) -> str:
        """The name of the reply text that words a tool's result: the tool's own, or the one for supplied tools."""
        return "supplied" if isinstance(outcome.result, results.SuppliedResult) else outcome.name

    def order(self, order: Order) -> dict[str, Any]:
        """An order in words."""
        return {
            "order_id": order.order_id,
            "placed": say_date(order.placed_at, self._texts.language, today=self._today) if order.placed_at else "",
            "status": self._texts.word("order_status", order.status),
            "pieces": self._texts.join([self.item(item) for item in order.items]),
            "lines": [
                {"name": self.item(item), "options": self.options(item.options), "price": str(item.price)}
                for item in order.items
            ],
            "total": str(order.total),
            "address": _address(order.address),
            "cancel_reason": order.cancel_reason or "",
        }

    def arrival(self, order: Order | None) -> dict[str, Any]:
        """The number of an order, and the day on which its last parcel is said to have come; empty where it isn't."""
        days = [sent.delivered_at for sent in order.shipments if sent.delivered_at is not None] if order else []
        return {
            "order_id": order.order_id if order else "",
            "delivered": say_date(max(days), self._texts.language, today=self._today) if days else "",
        }

    def piece(self, item: OrderItem) -> str:
        """A piece with its options: "Aria 300 Wireless Headphones (blue)"."""
        return self.with_options(self.item(item), item.options)

    def with_options(self, name: str, options: dict[str, str]) -> str:
        """A name with options in brackets, where there are any."""
        said = self.options(options)
        return self._texts.phrase("with_options", name=name, options=said) if said else name

    def options(self, options: dict[str, str]) -> str:
        """Options in one phrase."""
        return vocabulary().options(options, self._texts.language)

    def value(self, value: str) -> str:
        """One option's value."""
        return vocabulary().value(value, self._texts.language)

    def address(self, address: Address) -> str:
        """An address in one line."""
        return _address(address)

    def payment_method(self, method: PaymentMethod) -> str:
        """A payment method that the customer can tell from their others."""
        if method.balance is not None:
            return self._texts.phrase("gift_card_with", balance=str(method.balance))
        return self.paid_by(method.source, method.brand, method.last_four)

    def paid_by(self, source: str | None, brand: str | None, last_four: str | None) -> str:
        """A payment method in words; `source` is None where it is no longer on file."""
        if source is None:
            return self._texts.phrase("method_gone")
        if last_four:
            name = _BRANDS.get(brand or "", (brand or "").title()) or self._texts.word("payment_source", source)
            return self._texts.phrase("card_ending", brand=name, digits=last_four)
        return self._texts.word("payment_source", source)

    def _coming(self, day: date) -> str:
        """A day to come; marked where it is today."""
        said = say_date(day, self._texts.language, today=self._today)
        return self._texts.phrase("day_today", day=said) if day == self._today else said

    def date(self, day: date | datetime) -> str:
        """A date."""
        return say_date(day, self._texts.language, today=self._today)

    def _tracking(self, result: results.TrackingResult) -> dict[str, Any]:
        return {"parcels": [self._parcel(parcel) for parcel in result.parcels]}

    def _parcel(self, parcel: results.ParcelStatus) -> dict[str, Any]:
        order, shipment, language = parcel.order, parcel.shipment, self._texts.language
        stage = STAGES[order.status]
        latest = shipment.events[-1] if shipment and shipment.events else None
        under_way = shipment is not None and shipment.delivered_at is None
        if under_way and latest is not None and stage in ("preparing", "processed", "delivered"):
            stage = latest.status.value
        delivered = shipment.delivered_at if shipment else None
        arrived = {item_id for sent in order.shipments if sent.delivered_at is not None for item_id in sent.item_ids}
        here = [self.item(item) for item in order.items if under_way and item.item_id in arrived]
        show_expected = under_way and shipment is not None and shipment.expected_on is not None
        return {
            "order_id": order.order_id,
            "pieces": self._texts.join([self.item(item) for item in in_parcel(order, parcel.shipment, here)]),
            "stage": stage,
            "arrived": self._texts.join(here),
            "coming": self._texts.join([self.item(item) for item in order.items if item.item_id not in arrived]),
            "tracking_id": shipment.tracking_id if shipment else "",
            "carrier": (shipment.carrier or "") if shipment else "",
            "latest": self._texts.word("tracking_status", latest.status) if latest and under_way else "",
            "latest_at": say_moment(latest.at, language, today=self._today) if latest and under_way else "",
            "latest_place": latest.place if latest and under_way else "",
            "expected": self._coming(shipment.expected_on)
            if show_expected and shipment and shipment.expected_on
            else "",
            "delivered": say_date(delivered, language, today=self._today) if delivered else "",
        }

    def _order_list(self, result: results.OrderList) -> dict[str, Any]:
        first, last = result.placed_from, result.placed_until
        if last is not None:
            last = min(last, self._today)
        return {
            "orders": [self.order(order) for order in result.orders],
            "total": result.total,
            "together": str(result.together) if result.together else "",
            "since": say_date(first, self._texts.language, today=self._today) if first else "",
            "until": say_date(last, self._texts.language, today=self._today) if last and last != first else "",
        }

    def _refunds(self, result: results.RefundResult) -> dict[str, Any]:
        methods = {"credit_card", "gift_card", "paypal"}
        refunds = []
        for item in result.refunds:
            paid = []
            for payment in item.refunds:
                source = next((m for m in methods if payment.payment_method_id.startswith(m)), "")
                at = say_date(payment.at, self._texts.language, today=self._today) if payment.at else ""
                own = next((m for m in result.methods if m.payment_method_id == payment.payment_method_id), None)
                method = self._texts.word("payment_source", source) if source else payment.payment_method_id
                method = self.paid_by(own.source, own.brand, own.last_four) if own is not None else method
                paid.append({"amount": str(payment.amount), "method": method, "at": at})
            waiting = self._texts.join([self.item(line) for line in item.pending_items])
            status = self._texts.word("order_status", item.order.status)
            refunds.append({"order_id": item.order.order_id, "status": status, "paid": paid, "waiting": waiting})
        return {"refunds": refunds}

    def _customer(self, result: results.CustomerResult) -> dict[str, Any]:
        customer = result.customer
        methods = []
        for method in customer.payment_methods:
            words = self._texts.word("payment_source", method.source)
            detail = method.last_four or (str(method.balance) if method.balance else "")
            methods.append(f"{words} {detail}".strip())
        han = self._texts.language == "zh" and not customer.first_name.isascii()
        name = customer.last_name + customer.first_name if han else f"{customer.first_name} {customer.last_name}"
        return {
            "name": name,
            "email": customer.email,
            "address": _address(customer.address),
            "payment_methods": self._texts.join(methods),
        }

    def item(self, item: OrderItem) -> str:
        """A piece without its options."""
        return item.name_zh if self._texts.language == "zh" and item.name_zh else item.name


def _address(address: Address) -> str:
    lines = (address.address1, address.address2, address.city, address.state, address.zip, address.country)
    return ", ".join(filter(None, lines))

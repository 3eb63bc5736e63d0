"""What the reply texts need of each tool's result: plain words, formatted in the customer's language."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from assistant.conversation.showing.parcels import in_parcel
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.slots.options import options_said
from assistant.shop.asked import asked_of, asks_for
from assistant.shop.records import (
    Address,
    Order,
    OrderItem,
    OrderStatus,
    PaymentMethod,
    Product,
    Record,
    Variant,
)
from assistant.shop.vocabulary import vocabulary
from assistant.text.formatting import say_date, say_moment
from assistant.tools import results
from assistant.tools.registry import ToolOutcome
from assistant.tools.suggestions import Recommendations, Suggestion

_ABOUT_CHARS = 160
_LEADS_AWAY = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
_FEW_LEFT = 5
_MOST_VARIANTS = 6
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
    """

    def __init__(self, texts: ReplyTexts, today: date) -> None:
        self._texts = texts
        self._today = today
        self._makers: dict[type[Record], Callable[[Any], dict[str, Any]]] = {
            results.TrackingResult: self._tracking,
            results.OrderList: self._order_list,
            results.OrderResult: lambda result: {"order": self.order(result.order)},
            results.RefundResult: self._refunds,
            results.CustomerResult: self._customer,
            results.ProductList: lambda result: {
                "products": [self.product(p) | {"named": self._named(p, result.query)} for p in result.products],
                "beside": result.beside,
                "near": result.near,
            },
            results.ProductResult: lambda result: {
                "product": self.product(result.product),
                "asked": [],
                "told": "",
            },
            results.ProductComparison: self._comparison,
            results.StockResult: self._stock,
            results.VariantList: self._variants,
            results.SuppliedResult: lambda result: {"lines": harmless(result.text)},
            Recommendations: self._recommendations,
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
                {"name": self.item(item), "options": self._options(item.options), "price": str(item.price)}
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

    def product(self, product: Product) -> dict[str, Any]:
        """A product in words."""
        return {
            "name": product.title(self._texts.language),
            "price": self._price(product.variants),
            "about": _first_sentences(product.text(self._texts.language)),
            "attributes": [
                {"name": self._name(name), "value": self._value(value)} for name, value in product.attributes.items()
            ],
            "choices": self._choices(product),
            "version": self._options(product.variants[0].options) if len(product.variants) == 1 else "",
            "available": any(variant.available for variant in product.variants),
        }

    def asked_of(self, product: Product, question: str) -> dict[str, Any]:
        """What of a product a question asks for: attributes and options by name, and sentences; empty for all of it."""
        asked = asked_of(product, question, self._texts.language)
        lines = [{"name": self._name(n), "value": self._value(product.attributes[n])} for n in asked.attributes]
        options = dict.fromkeys(name for variant in product.variants for name in variant.options)
        said = options_said(question, [variant.options for variant in product.variants])
        for name in (name for name in options if name in said or asks_for(name, question)):
            values = dict.fromkeys(self._value(v.options[name]) for v in product.variants if name in v.options)
            lines.append({"name": self._name(name), "value": self._texts.join(list(values))})
        between = "" if self._texts.language == "zh" else " "
        told = "" if any(_LEADS_AWAY.search(one) for one in asked.sentences) else between.join(asked.sentences)
        return {"asked": lines, "told": told}

    def aspects_asked(self, result: results.ProductComparison, question: str) -> dict[str, Any]:
        """The aspects of products side by side that a question asks for; nothing where it asks for none of them."""
        named = {name for product in result.products for name in product.attributes if asks_for(name, question)}
        return {"aspects": [self._name(name) for name in sorted(named)]} if named else {}

    def _named(self, product: Product, query: str) -> str:
        """The options of a product that a search named ("black"), and whether they are sold out."""
        said = options_said(query, [variant.options for variant in product.variants])
        chosen = {name: values[0] for name, values in said.items()}
        fitting = [v for v in product.variants if all(v.options.get(name) == value for name, value in chosen.items())]
        if not chosen or not fitting:
            return ""
        options = self._options(chosen)
        in_stock = any(variant.available for variant in fitting)
        return options if in_stock else self._texts.phrase("sold_out_option", options=options)

    def piece(self, item: OrderItem) -> str:
        """A piece with its options: "Aria 300 Wireless Headphones (blue)"."""
        return self.with_options(self.item(item), item.options)

    def with_options(self, name: str, options: dict[str, str]) -> str:
        """A name with options in brackets, where there are any."""
        said = self._options(options)
        return self._texts.phrase("with_options", name=name, options=said) if said else name

    def options(self, options: dict[str, str]) -> str:
        """Options in one phrase."""
        return self._options(options)

    def value(self, value: str) -> str:
        """One option's value."""
        return self._value(value)

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

    def _comparison(self, result: results.ProductComparison) -> dict[str, Any]:
        aspects = [self._name(name) for name in result.aspects]
        rated = [
            {"name": product.title(self._texts.language), "value": self._value(value), "best": product == result.best}
            for product, value in zip(result.products, result.values, strict=False)
        ]
        return {
            "products": [self.product(product) for product in result.products],
            "aspects": aspects,
            "by": self._name(result.by) if result.by != "price" else self._texts.phrase("price"),
            "rated": sorted(rated, key=lambda one: not one["best"]),
            "alike": len(set(result.values)) == 1,
        }

    def _recommendations(self, result: Recommendations) -> dict[str, Any]:
        about = result.about.title(self._texts.language) if result.about else ""
        suggestions = [self.suggestion(suggestion) for suggestion in result.suggestions]
        return {"suggestions": suggestions, "about": about, "declined": result.declined}

    def suggestion(self, suggestion: Suggestion) -> dict[str, Any]:
        """A suggestion, with the reason in words."""
        reason = suggestion.reason
        of = reason.of_zh if self._texts.language == "zh" and reason.of_zh else reason.of
        of = self._value(of) if reason.kind == "category" else of
        why = {"kind": reason.kind, "of": of, "by": reason.by, "count": reason.count, "rating": reason.rating}
        return {**self.product(suggestion.product), "why": self._texts.say("recommend_reason", best=reason.best, **why)}

    def _stock(self, result: results.StockResult) -> dict[str, Any]:
        available = [variant for variant in result.variants if variant.available]
        sold_out = [self._options(variant.options) for variant in result.variants if not variant.available]
        return {
            "name": result.product.title(self._texts.language),
            "in_stock": [self.variant(variant) for variant in available],
            "sold_out": "; ".join(filter(None, sold_out)),
        }

    def _variants(self, result: results.VariantList) -> dict[str, Any]:
        on_sale = [variant for variant in result.variants if variant.available]
        sold_out = [self._options(variant.options) for variant in result.variants if not variant.available]
        on_offer, every = self._values(result.which, on_sale), self._values(result.which, result.variants)
        return {
            "name": result.product.title(self._texts.language),
            "wanted": self._options(result.wanted),
            "order": result.order,
            "limit": str(result.max_price) if result.max_price else "",
            "found": [self.variant(variant) for variant in on_sale[: 1 if result.order else _MOST_VARIANTS]],
            "more": len(on_sale) > _MOST_VARIANTS,
            "sold_out": "; ".join(filter(None, sold_out[:_MOST_VARIANTS])),
            "nearest": self.variant(result.nearest) if result.nearest else None,
            "instead": [self.variant(variant) for variant in result.instead],
            "which": self._name(result.which) if result.which else "",
            "values": [{"value": value, "price": price} for value, price in on_offer.items()],
            "gone": self._texts.join([value for value in every if value not in on_offer]),
            "choices": self._choices(result.product),
        }

    def _values(self, which: str, variants: Sequence[Variant]) -> dict[str, str]:
        """The values of an option that variants have, each with its price."""
        priced: dict[str, list[Variant]] = {}
        for variant in variants:
            if which in variant.options:
                priced.setdefault(self._value(variant.options[which]), []).append(variant)
        return {value: self._price(having) for value, having in priced.items()}

    def _price(self, variants: Sequence[Variant]) -> str:
        """What variants cost, from the cheapest on where they differ."""
        cheapest = min(variants, key=lambda variant: variant.price.cents, default=None)
        if cheapest is None:
            return ""
        price = str(cheapest.price)
        return self._texts.from_price(price) if any(v.price != cheapest.price for v in variants) else price

    def variant(self, variant: Variant) -> dict[str, Any]:
        """A version of a product in words; `left` where few are left."""
        left = variant.stock if variant.stock is not None and variant.stock <= _FEW_LEFT else None
        return {"options": self._options(variant.options), "price": str(variant.price), "left": left}

    def item(self, item: OrderItem) -> str:
        """A piece without its options."""
        return item.name_zh if self._texts.language == "zh" and item.name_zh else item.name

    def _options(self, options: dict[str, str]) -> str:
        return vocabulary().options(options, self._texts.language)

    def _choices(self, product: Product) -> str:
        values: dict[str, list[str]] = {}
        for variant in product.variants:
            for name, value in variant.options.items():
                if value not in values.setdefault(name, []):
                    values[name].append(value)
        parts = []
        for name, found in values.items():
            parts.append(f"{self._name(name)} {self._texts.join([self._value(value) for value in found])}")
        return "; ".join(parts)

    def _name(self, name: str) -> str:
        return vocabulary().name(name, self._texts.language)

    def _value(self, value: str) -> str:
        return vocabulary().value(value, self._texts.language)


def _address(address: Address) -> str:
    lines = (address.address1, address.address2, address.city, address.state, address.zip, address.country)
    return ", ".join(filter(None, lines))


def harmless(text: str) -> list[str]:
    """The lines of a supplied answer, less those that lead to a web page, whoever has written them."""
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not _LEADS_AWAY.search(line)]


def _first_sentences(text: str) -> str:
    """As many whole sentences as fit; none of a text that leads to a web page, whoever has written it."""
    if _LEADS_AWAY.search(text):
        return ""
    if len(text) <= _ABOUT_CHARS:
        return text
    cut = max(text.rfind(mark, 0, _ABOUT_CHARS) for mark in (". ", "。", "！", "! "))
    return text[: cut + 1] if cut > 0 else ""

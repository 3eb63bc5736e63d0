"""From tools' results to the cards of a reply."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from assistant.conversation.showing.cards import (
    Card,
    CardAspect,
    CardLine,
    CardProduct,
    CardScan,
    CardStep,
    CardVariant,
    OrderCard,
    ProductsCard,
    TrackingCard,
)
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.showing.views import STAGES, Views
from assistant.conversation.turn import Served
from assistant.shop.records import Order, Product, Record, Shipment, TrackingStatus, Variant
from assistant.text.formatting import say_date, say_moment
from assistant.tools import results

_MOST_PRODUCTS = 4
_MOST_CARDS = 6
_ON_THE_WAY = ("preparing", "processed", "delivered")
_TROUBLE = (TrackingStatus.DELAYED, TrackingStatus.ATTEMPT_FAILED)
_MOVING = (TrackingStatus.PICKED_UP, TrackingStatus.IN_TRANSIT)


class CardMaker:
    """Makes the cards of a turn.

    Args:
        texts: words of the customer's language.
        views: options, addresses and dates in words.
        today: dates of this year are said without the year.
    """

    def __init__(self, texts: ReplyTexts, views: Views, today: date) -> None:
        self._texts = texts
        self._views = views
        self._today = today
        self._makers: dict[type[Record], Callable[[Any], Iterable[Card]]] = {
            results.TrackingResult: lambda result: (
                self._parcel(parcel) for parcel in result.parcels if STAGES[parcel.order.status] in _ON_THE_WAY
            ),
            results.OrderList: lambda result: (self._order(order) for order in result.orders),
            results.OrderResult: lambda result: (self._order(result.order, whole=True),),
            results.ProductList: lambda result: self._products(result.products),
            results.ProductComparison: lambda result: self._products(result.products, compare=True),
            results.ProductResult: lambda result: self._products((result.product,), variants=result.product.variants),
            results.StockResult: lambda result: self._products((result.product,), variants=result.variants),
            results.VariantList: lambda result: self._products((result.product,), variants=result.variants),
        }

    def cards(self, served: Iterable[Served]) -> tuple[Card, ...]:
        """Cards of all that was looked up for the customer's requests; none of what was looked up on the way."""
        found: list[Card] = []
        for one in served:
            for outcome in one.outcomes if one.reply is None else ():
                maker = self._makers.get(type(outcome.result)) if outcome.ok and outcome.result else None
                found += [card for card in (maker(outcome.result) if maker else ()) if card not in found]
        return tuple(found[:_MOST_CARDS])

    def _order(self, order: Order, *, whole: bool = False) -> OrderCard:
        said = self._views.order(order)
        lines = (
            CardLine(product_id=item.product_id, name=line["name"], options=line["options"], price=line["price"])
            for item, line in zip(order.items, said["lines"], strict=True)
        )
        return OrderCard(
            order_id=order.order_id,
            placed=said["placed"],
            stage=STAGES[order.status],
            status=said["status"],
            lines=tuple(lines),
            total=said["total"],
            address=said["address"] if whole else "",
        )

    def _parcel(self, parcel: results.ParcelStatus) -> TrackingCard:
        order, shipment = parcel.order, parcel.shipment
        events = shipment.events if shipment else ()
        delivered = shipment is not None and shipment.delivered_at is not None
        latest = events[-1] if events and not delivered else None
        trouble = self._texts.word("tracking_status", latest.status) if latest and latest.status in _TROUBLE else ""
        under_way = shipment is not None and not delivered
        return TrackingCard(
            order_id=order.order_id,
            pieces=self._texts.join([self._views.item(item) for item in order.items]),
            product_id=order.items[0].product_id if order.items else "",
            steps=self._steps(order, shipment),
            trouble=trouble,
            expected=self._date(shipment.expected_on) if shipment and under_way else "",
            carrier=(shipment.carrier or "") if shipment else "",
            tracking_id=shipment.tracking_id if shipment else "",
            scans=tuple(
                CardScan(words=self._texts.word("tracking_status", e.status), at=self._moment(e.at), place=e.place)
                for e in reversed(events)
            ),
        )

    def _steps(self, order: Order, shipment: Shipment | None) -> tuple[CardStep, ...]:
        """Ordered, sent, out for delivery, delivered: how far the parcel has come."""
        first: dict[TrackingStatus, datetime] = {}
        for event in shipment.events if shipment else ():
            first.setdefault(event.status, event.at)
        sent = next((first[status] for status in _MOVING if status in first), shipment.shipped_at if shipment else None)
        delivered = shipment.delivered_at if shipment else None
        moments = (order.placed_at, sent, first.get(TrackingStatus.OUT_FOR_DELIVERY), delivered)
        told = (STAGES[order.status] == "delivered" and 3) or (STAGES[order.status] == "processed" and 1) or 0
        reached = max((place for place, moment in enumerate(moments) if moment is not None), default=0)
        reached = max(reached, int(told))
        names = ("ordered", "sent", "out for delivery", "delivered")
        return tuple(
            CardStep(
                words=self._texts.word("tracking_step", name),
                at=self._date(moment) if moment else "",
                state="next" if place > reached else "now" if place == reached and reached < 3 else "done",
            )
            for place, (name, moment) in enumerate(zip(names, moments, strict=True))
        )

    def _products(
        self, products: Iterable[Product], *, variants: Iterable[Variant] = (), compare: bool = False
    ) -> Iterable[ProductsCard]:
        shown = tuple(products)[:_MOST_PRODUCTS]
        if not shown:
            return ()
        versions = tuple(self._variant(variant) for variant in variants)
        said = [self._views.products.product(product) for product in shown]
        cards = (
            CardProduct(
                product_id=product.product_id,
                name=words["name"],
                price=words["price"],
                about=words["about"],
                available=words["available"],
                choices=words["choices"],
                variants=versions if len(versions) > 1 else (),
            )
            for product, words in zip(shown, said, strict=True)
        )
        return (ProductsCard(products=tuple(cards), aspects=_aspects(said), compare=compare),)

    def _variant(self, variant: Variant) -> CardVariant:
        said = self._views.products.variant(variant)
        return CardVariant(
            options=said["options"], price=said["price"], available=variant.available, left=said["left"] or None
        )

    def _date(self, day: date | datetime | None) -> str:
        return say_date(day, self._texts.language, today=self._today) if day else ""

    def _moment(self, at: datetime) -> str:
        return say_moment(at, self._texts.language, today=self._today)


def _aspects(said: list[dict[str, Any]]) -> tuple[CardAspect, ...]:
    """What at least two of the products have, or what the only one has."""
    least = min(2, len(said))
    tables = [{each["name"]: each["value"] for each in product["attributes"]} for product in said]
    names = dict.fromkeys(name for table in tables for name in table)
    shared = (name for name in names if sum(name in table for table in tables) >= least)
    return tuple(CardAspect(name=name, values=tuple(table.get(name, "") for table in tables)) for name in shared)

"""What happens to an order and its parcels, day by day, as seen on the shop's "today".

Every moment lies before the end of the first hour of today, so that a shop that is made at any later time
of the day holds no scan from the future.
"""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from assistant.shop.seed.people import Place
from assistant.storage.shop_tables import ShipmentRow, TrackingEventRow

STAGES = (
    "pending",
    "pending (item modified)",
    "in transit",
    "out for delivery",
    "delayed",
    "attempt failed",
    "partly delivered",
    "delivered",
    "cancelled",
    "return requested",
    "exchange requested",
    "returned",
)
_UNSENT = frozenset({"pending", "pending (item modified)", "cancelled"})
_ON_THE_WAY = frozenset({"in transit", "out for delivery", "delayed", "attempt failed"})


@dataclass(frozen=True)
class Timeline:
    """An order's life: its status, and its parcels with their scans."""

    status: str
    shipments: tuple[tuple[ShipmentRow, tuple[TrackingEventRow, ...]], ...]
    delivered_at: datetime | None


def timeline(
    random_: random.Random,
    *,
    order_id: str,
    placed_at: datetime,
    stage: str,
    parcels: list[list[str]],
    place: Place,
    city: str,
    today: date,
) -> Timeline:
    """What has happened to an order until today.

    Args:
        random_: where chance comes from.
        order_id: whose parcels they are.
        placed_at: when it was ordered.
        stage: one of `STAGES`.
        parcels: item ids of each parcel.
        place: the country that it goes to.
        city: where it goes.
        today: the shop's present day.
    """
    if stage in _UNSENT:
        return Timeline(stage, (), None)
    shipments = []
    for position, item_ids in enumerate(parcels):
        parcel_stage = stage
        if stage == "partly delivered":
            parcel_stage = "in transit" if position == len(parcels) - 1 else "delivered"
        elif stage not in _ON_THE_WAY:
            parcel_stage = "delivered"
        maker = _Parcel(random_, order_id, position, item_ids, placed_at, place, city, today)
        shipments.append(maker.rows(parcel_stage))
    status = "processed" if stage in _ON_THE_WAY or stage == "partly delivered" else stage
    arrivals = [shipment.delivered_at for shipment, _ in shipments if shipment.delivered_at is not None]
    return Timeline(status, tuple(shipments), max(arrivals) if len(arrivals) == len(shipments) else None)


@dataclass(frozen=True)
class _Parcel:
    random_: random.Random
    order_id: str
    position: int
    item_ids: list[str]
    placed_at: datetime
    place: Place
    city: str
    today: date

    def rows(self, stage: str) -> tuple[ShipmentRow, tuple[TrackingEventRow, ...]]:
        latest = datetime.combine(self.today, time(0, 45), UTC)
        labelled = min(self.placed_at + timedelta(hours=self.random_.uniform(3, 14)), latest - timedelta(hours=9))
        labelled = max(labelled, self.placed_at + timedelta(minutes=20))
        picked_up = min(labelled + timedelta(hours=self.random_.uniform(4, 16)), latest - timedelta(hours=5))
        picked_up = max(picked_up, labelled + timedelta(minutes=10))
        low, high = self.place.data["transit_days"]
        expected = _plus_business_days(picked_up.date(), self.random_.randint(low, high))
        scans: list[tuple[datetime, str, str]] = [
            (labelled, "label created", ""),
            (picked_up, "picked up", self._hub(0)),
        ]
        delivered: datetime | None = None
        if stage == "delivered":
            delivered = self._arrival(picked_up, expected, latest)
            morning = delivered - timedelta(hours=self.random_.uniform(1, 6))
            scans += self._travel(picked_up, morning, 2)
            scans += [(max(morning, scans[-1][0]), "out for delivery", self.city), (delivered, "delivered", self.city)]
        elif stage == "out for delivery":
            morning = datetime.combine(self.today, time(0, self.random_.randint(5, 40)), UTC)
            scans += [*self._travel(picked_up, morning - timedelta(hours=6), 2), (morning, stage, self.city)]
            expected = self.today
        elif stage == "attempt failed":
            tried = datetime.combine(self.today - timedelta(days=1), time(8, self.random_.randint(0, 59)), UTC)
            morning = tried - timedelta(hours=6)
            scans += [*self._travel(picked_up, morning, 2), (morning, "out for delivery", self.city)]
            scans.append((tried, "delivery attempt failed", self.city))
            expected = _plus_business_days(self.today - timedelta(days=1), 1)
        elif stage == "delayed":
            held = datetime.combine(self.today - timedelta(days=1), time(self.random_.randint(6, 20)), UTC)
            scans += [*self._travel(picked_up, held, 1), (held, "delayed", self._hub(1))]
            expected = _plus_business_days(self.today, 2)
        else:
            scans += self._travel(picked_up, latest - timedelta(hours=4), self.random_.randint(1, 2))
            expected = max(expected, _plus_business_days(self.today, 1))
        events = tuple(
            TrackingEventRow(
                order_id=self.order_id,
                shipment_position=self.position,
                position=n,
                at=at.replace(microsecond=0),
                status=status,
                place=where,
            )
            for n, (at, status, where) in enumerate(scans)
        )
        shipment = ShipmentRow(
            order_id=self.order_id,
            position=self.position,
            tracking_ids=[f"{self.random_.randint(10**11, 10**12 - 1)}"],
            item_ids=self.item_ids,
            carrier=self.random_.choice(self.place.data["carriers"]),
            shipped_at=picked_up.replace(microsecond=0),
            expected_on=expected,
            delivered_at=delivered and delivered.replace(microsecond=0),
        )
        return shipment, events

    def _arrival(self, picked_up: datetime, expected: date, latest: datetime) -> datetime:
        day = min(expected, self.today - timedelta(days=1))
        at = datetime.combine(day, time(self.random_.randint(8, 18), self.random_.randint(0, 59)), UTC)
        return min(max(at, picked_up + timedelta(hours=5)), latest)

    def _travel(self, start: datetime, end: datetime, stops: int) -> list[tuple[datetime, str, str]]:
        """Scans in the hubs between `start` and `end`."""
        span = max((end - start) / (stops + 1), timedelta(minutes=5))
        return [(min(start + span * (n + 1), max(end, start)), "in transit", self._hub(n + 1)) for n in range(stops)]

    def _hub(self, number: int) -> str:
        hubs = self.place.data["hub_cities"]
        return str(hubs[(number + len(self.order_id) + int(self.order_id[-1])) % len(hubs)])


def _plus_business_days(day: date, count: int) -> date:
    while count > 0:
        day += timedelta(days=1)
        if day.weekday() < 5:
            count -= 1
    return day

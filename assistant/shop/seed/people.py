"""Customers of the sample shop, with addresses and ways to pay."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.storage.shop_tables import CustomerRow, PaymentMethodRow


@dataclass(frozen=True)
class Place:
    """A country that the shop sends to."""

    code: str
    data: dict[str, Any]

    def city(self, name: str) -> dict[str, str]:
        """The city called `name`; KeyError where there is none."""
        for city in self.data["cities"]:
            if city["city"] == name:
                return dict(city)
        raise KeyError(name)


@dataclass(frozen=True)
class SeedCustomer:
    """A customer as rows, with the country that parcels go to."""

    row: CustomerRow
    methods: tuple[PaymentMethodRow, ...]
    place: Place


@lru_cache(maxsize=1)
def people_data() -> dict[str, Any]:
    """What `people.yaml` says."""
    import yaml

    data: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("people.yaml").read_text(encoding="utf-8"))
    return data


def places() -> dict[str, Place]:
    """Countries by their code."""
    return {code: Place(code, data) for code, data in people_data()["countries"].items()}


def random_customer(
    random_: random.Random, position: int, taken: set[str], now: datetime, currency: str
) -> SeedCustomer:
    """An invented customer whose id and e-mail are not in `taken` (they are added)."""
    data = people_data()
    known = places()
    place = known[random_.choices(list(known), [p.data["share"] for p in known.values()])[0]]
    if place.code == "CN":
        last, last_latin = random_.choice(list(data["chinese_last"].items()))
        first, first_latin = random_.choice(list(data["chinese_first"].items()))
    else:
        first = random_.choice(data["english_first"].split())
        last = random_.choice(data["english_last"].split())
        first_latin, last_latin = first.lower(), last.lower()
    while True:
        number = random_.randint(2000, 9999)
        email = f"{first_latin}.{last_latin}{number}@example.com"
        if email not in taken:
            break
    taken.add(email)
    identity = {
        "id": f"{first_latin}_{last_latin}_{number}",
        "first_name": first,
        "last_name": last,
        "email": email,
        "language": "zh" if place.code == "CN" else "en",
        "city": random_.choice(place.data["cities"])["city"],
    }
    gift = random_.choice([None, None, None, random_.randint(500, 25_000)])
    return customer_of(random_, identity, place, position, gift_cents=gift, now=now, currency=currency)


def customer_of(
    random_: random.Random,
    identity: dict[str, str],
    place: Place,
    position: int,
    *,
    gift_cents: int | None,
    now: datetime,
    currency: str,
) -> SeedCustomer:
    """A customer with a random address in their city, a card or PayPal or both, and perhaps a gift card.

    Args:
        random_: where chance comes from.
        identity: id, first_name, last_name, email, language, city.
        place: their country.
        position: in the list of customers.
        gift_cents: balance of their gift card; None for no gift card.
        now: they joined before.
        currency: of the gift card.
    """
    city = place.city(identity["city"])
    house = random_.randint(1, 240)
    street = random_.choice(place.data["streets"])
    row = CustomerRow(
        customer_id=identity["id"],
        position=position,
        first_name=identity["first_name"],
        last_name=identity["last_name"],
        email=identity["email"],
        email_key=identity["email"].lower(),
        phone=place.data["phone"].format(random_.randint(0, 99_999)),
        language=identity["language"],
        address1=f"{street}{house}号" if place.code == "CN" else f"{house} {street}",
        address2=random_.choice(place.data["units"]).format(random_.randint(1, 28)),
        city=city["city"],
        state=city["state"],
        zip="".join(str(random_.randint(1, 9)) if c == "#" else c for c in city["zip"]),
        country=place.data["country"],
        created_at=now - timedelta(days=random_.randint(420, 1500), minutes=random_.randint(0, 1439)),
    )
    return SeedCustomer(row, tuple(_methods(random_, identity["id"], gift_cents, currency)), place)


def _methods(random_: random.Random, customer_id: str, gift_cents: int | None, currency: str) -> list[PaymentMethodRow]:
    sources = random_.choice((["credit_card"], ["credit_card"], ["paypal"], ["credit_card", "paypal"]))
    if gift_cents is not None:
        sources = [*sources, "gift_card"]
    methods = []
    for at, source in enumerate(sources):
        card = source == "credit_card"
        methods.append(
            PaymentMethodRow(
                customer_id=customer_id,
                payment_method_id=f"{source}_{random_.randint(1_000_000, 9_999_999)}",
                position=at,
                source=source,
                brand=random_.choice(people_data()["card_brands"]) if card else None,
                last_four=f"{random_.randint(0, 9999):04d}" if card else None,
                balance_cents=gift_cents if source == "gift_card" else None,
                currency=currency,
            )
        )
    return methods

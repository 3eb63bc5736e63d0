"""The sample shop's products, from the data files in `products/`."""

import hashlib
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from assistant.storage.base import Base
from assistant.storage.shop_tables import ProductRow, VariantRow

_FOLDER = Path(__file__).parent / "products"
_ORDER = (
    "headphones speakers phone keyboards monitors smart_home coffee kitchen cleaning air bedding furniture storage"
).split()


@dataclass(frozen=True)
class SeedProduct:
    """One product with its variants, as rows."""

    row: ProductRow
    variants: tuple[VariantRow, ...]

    @cached_property
    def popularity(self) -> float:
        """How often it is bought, relative to others: cheap and well rated things sell more."""
        return float((self.row.rating or 4.0) ** 2 / (20 + self.variants[0].price_cents / 100) ** 0.5)

    def variant(self, options: dict[str, str]) -> VariantRow:
        """The variant with exactly these options; KeyError where there is none."""
        for variant in self.variants:
            if variant.options == options:
                return variant
        raise KeyError(f"{self.row.name} has no variant {options}")


def sample_products(random_: random.Random, currency: str) -> list[SeedProduct]:
    """All products of the sample shop; only the stock comes from `random_`."""
    return [_product(data, category, position, random_, currency) for position, (category, data) in enumerate(_read())]


def rows(products: list[SeedProduct]) -> Iterator[Base]:
    """The rows of products and their variants."""
    for product in products:
        yield product.row
        yield from product.variants


def stable_id(*parts: str) -> str:
    """Ten digits that stand for `parts`, the same in every shop."""
    return str(1_000_000_000 + int(hashlib.sha256("\n".join(parts).encode()).hexdigest(), 16) % 9_000_000_000)


def _read() -> Iterator[tuple[str, dict[str, Any]]]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for name in _ORDER:
        data = yaml.load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"), Loader=loader)
        for product in data["products"]:
            yield data["category"], product


def _product(data: dict[str, Any], category: str, position: int, random_: random.Random, currency: str) -> SeedProduct:
    product_id = stable_id(data["name"])
    row = ProductRow(
        product_id=product_id,
        position=position,
        name=data["name"],
        name_zh=data["zh"],
        category=category,
        kind=data["kind"],
        brand=data["brand"],
        description=data["en"].strip(),
        description_zh=data["zh_text"].strip(),
        attributes=data["attributes"],
        rating=data["rating"],
    )
    names = list(data["options"])
    variants = []
    for at, chosen in enumerate(itertools.product(*(data["options"][name].items() for name in names))):
        options = {name: value for name, (value, _) in zip(names, chosen, strict=True)}
        cents = round(data["price"] * 100) + sum(round(extra * 100) for _, extra in chosen)
        variants.append(
            VariantRow(
                item_id=stable_id(data["name"], *options.values()),
                product_id=product_id,
                position=at,
                options=options,
                price_cents=cents,
                currency=currency,
                available=True,
                stock=_stock(random_),
            )
        )
    return SeedProduct(row, tuple(variants))


def _stock(random_: random.Random) -> int:
    draw = random_.random()
    if draw < 0.07:
        return 0
    return random_.randint(1, 4) if draw < 0.17 else random_.randint(8, 160)

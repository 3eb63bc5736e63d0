"""Which of some products is the quieter, lighter or dearer one: what customers call more of an attribute, or less."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from assistant.shop.records import Product

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
PRICE = "price"
_SIZES = ("room size", "capacity", "battery capacity", "tank", "dimensions", "load", "output", "power", "weight")
"""Attributes that tell how large a thing is, those before that tell it best."""


@dataclass(frozen=True)
class Aspect:
    """What is compared.

    Attributes:
        names: attributes that tell of it, the first that a product has counts; `price` is the lowest price.
        end: which end of the scale is asked for.
    """

    names: tuple[str, ...]
    end: Literal["least", "most"]


def aspect_asked(words: str) -> Aspect | None:
    """The aspect that words compare by ("which is quieter?", "哪个续航长"); None where they name none."""
    return next((aspect for pattern, aspect in _aspects() if pattern.search(words)), None)


def told(product: Product, name: str) -> str:
    """What a product says of an attribute, as the customer reads it; empty where it says nothing."""
    if name != PRICE:
        return product.attributes.get(name, "")
    cheapest = min(product.variants, key=lambda variant: variant.price.cents, default=None)
    return str(cheapest.price) if cheapest else ""


def best_of(products: Sequence[Product], aspect: Aspect) -> tuple[str, Product | None] | None:
    """The attribute by which the products can be told apart, and the one at its end; None of several that are alike.

    Returns:
        None where no attribute of the aspect is told of every product in the same unit.
    """
    for name in aspect.names:
        values = [_amount(told(product, name)) for product in products]
        units = {unit for _, unit in filter(None, values)}
        if not all(values) or len(units) > 1:
            continue
        amounts = [value[0] for value in values if value is not None]
        end = min(amounts) if aspect.end == "least" else max(amounts)
        at = [product for product, amount in zip(products, amounts, strict=True) if amount == end]
        return name, at[0] if len(at) == 1 else None
    return None


def is_larger(product: Product, other: Product) -> bool:
    """Whether a product is larger than another one, by the first size that both tell in the same unit."""
    for name in _SIZES:
        one, than = _amount(told(product, name)), _amount(told(other, name))
        if one is not None and than is not None and one[1] == than[1]:
            return one[0] > than[0]
    return False


def _amount(text: str) -> tuple[float, str] | None:
    """The first number of a value, and its unit."""
    match = _NUMBER.search(text)
    if match is None:
        return None
    unit = re.match(r"\s*([^\s\d,;(]*)", text[match.end() :])
    return float(match[0].replace(",", "")), unit[1] if unit else ""


@lru_cache(maxsize=1)
def _aspects() -> tuple[tuple[re.Pattern[str], Aspect], ...]:
    import yaml

    data = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return tuple((re.compile(one["words"], re.I), Aspect(tuple(one["names"]), one["end"])) for one in data)

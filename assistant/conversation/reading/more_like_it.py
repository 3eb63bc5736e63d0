"""More of what was shown: "cheaper?", "anything else", "something bigger", "太贵了", "有没有别的"."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.conversation.reading.ends import end_said
from assistant.conversation.turn import Turn
from assistant.ids import ProductId
from assistant.shop.analysis import kind_word
from assistant.shop.records import Product
from assistant.shop.service import Shop
from assistant.shop.variants import fits
from assistant.shop.vocabulary import vocabulary

_TWO = 2


def asks_more(words: str) -> str:
    """What of the things shown a whole message asks more of: `cheaper`, `others` or `larger` ones; empty if none."""
    said = words.strip().lower().replace("’", "'")
    clauses = [said, *re.split(r"[,.!?;，。！？；]+\s*", said.strip(" ,.!?;，。！？；"))[-1:]]
    patterns = _patterns().items()
    return next((name for clause in clauses for name, pattern in patterns if clause and pattern.match(clause)), "")


def more_like_it(words: str, turn: Turn, shop: Shop) -> tuple[str, dict[str, Any]] | None:
    """The tool that finds more of what was talked about, and its arguments; None where nothing was, or none is asked.

    Cheaper versions of the product come first, where the one that was told of isn't the cheapest.
    """
    asked = asks_more(words)
    arguments: dict[str, Any]
    if not asked or not turn.state.last_product:
        return None
    product = shop.product(ProductId(turn.state.last_product))
    if asked == "larger" and end_said(words, [v for v in product.variants if v.available], turn.state.last_options):
        return None
    shown = [shop.product(ProductId(at)) for at in turn.state.listed_products]
    beside = shown if product in shown else [product]
    if asked == "cheaper":
        price = _price_of(turn, product)
        own = [v for v in product.variants if v.available and v.price.cents < price]
        if own:
            wanted = turn.state.last_options if any(fits(v, turn.state.last_options) for v in own) else {}
            arguments = {"product": product.product_id, "max_price": _below(price)}
            return "list_variants", {**arguments, **({"options": wanted} if wanted else {})}
        several = not turn.state.last_item and len({v.price.cents for v in product.variants if v.available}) > 1
        if several and len(shown) < _TWO:
            options = {"options": turn.state.last_options} if turn.state.last_options else {}
            return "list_variants", {"product": product.product_id, "order": "cheapest", **options}
    kind = kind_word(product.title("en"), vocabulary()) or product.title("en")
    arguments = {"query": kind, "without": [str(one.product_id) for one in beside], "beside": asked}
    if asked == "cheaper":
        arguments["max_price"] = _below(min(map(_cheapest, beside)))
    return "search_products", arguments


def _price_of(turn: Turn, product: Product) -> int:
    """What the version costs that was told of, or the cheapest that can be bought."""
    told = [v.price.cents for v in product.variants if v.item_id == turn.state.last_item]
    return told[0] if told else _cheapest(product)


def _cheapest(product: Product) -> int:
    prices = [v.price.cents for v in product.variants if v.available] or [v.price.cents for v in product.variants]
    return min(prices)


def _below(cents: int) -> str:
    return f"{(cents - 1) / 100:.2f}"


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    import yaml

    data = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return {name: re.compile(re.sub(r"\n\s*", "", text), re.I) for name, text in data.items()}

"""When a customer asks for a recommendation rather than a search, and what it shall go with.

"Recommend a quiet keyboard" is a search: it says what is wanted. "What would you recommend?" and "what goes with my
headphones?" are none: what fits is found from what the customer and others bought and looked at.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from assistant.conversation.reading.interests import kinds_of_interest
from assistant.conversation.reading.wishes import wish_in
from assistant.conversation.turn import Turn
from assistant.routing.decision import RoutedIntent
from assistant.shop.price_words import price_wish
from assistant.shop.service import Shop
from assistant.text.language import Language, has_han

_FILE = Path(__file__).with_name("recommending.yaml")
_LETTER = re.compile(r"[^\W_]")


def asks_beside(words: str) -> bool:
    """Whether words ask what goes with a thing."""
    return _found("beside", words)


def asks_openly(words: str) -> bool:
    """Whether words ask for a recommendation and don't say of what."""
    if not _found("open", words):
        return False
    rest = words
    for pattern in _patterns()[_language(words)]["small"]:
        rest = pattern.sub(" ", rest)
    return _LETTER.search(rest) is None


def asks_recommendation(intent: RoutedIntent) -> bool:
    """Whether a request, whatever it was taken for, is an open wish, or asks what goes with a thing of the shop."""
    if asks_openly(intent.words):
        return True
    return asks_beside(intent.words) and (intent.slot("product") is not None or _found("this", intent.words))


def recommendation(intent: RoutedIntent, turn: Turn, shop: Shop) -> dict[str, Any] | None:
    """Arguments of `recommend_products` for a request of a product; None where it is to be searched for.

    `goes_with` is empty where it must be asked with what.
    """
    beside = asks_beside(intent.words)
    gift = _found("gift", intent.words) and not shop.tells_product(price_wish(intent.words).rest)
    gift = gift and not kinds_of_interest(intent.words) and not shop.search_near(wish_in(intent.words))
    if not beside and not gift and not asks_openly(intent.words):
        return None
    arguments: dict[str, Any] = {}
    if beside and ((anchor := _anchor(intent, turn, shop)) or _found("this", intent.words)):
        arguments["goes_with"] = anchor
    most = price_wish(intent.words).max_cents
    if limit := intent.slot("max_price") or (str(most / 100) if most else None):
        arguments["max_price"] = limit
    return arguments


def _anchor(intent: RoutedIntent, turn: Turn, shop: Shop) -> str:
    """The product that something shall go with: named, bought by the customer, or talked about; empty if none."""
    if (named := shop.product_named(intent.words)) is not None:
        return named.product_id
    said = intent.slot("product")
    if said and turn.customer is not None and _found("own", intent.words):
        fitting = {str(product.product_id) for product in shop.search_products(said, turn.language, limit=20)}
        for order in shop.orders(turn.customer.customer_id):
            for item in order.items:
                if item.product_id in fitting:
                    return item.product_id
    if said and (found := shop.search_products(said, turn.language, limit=1)):
        return found[0].product_id
    return turn.state.last_product


def _found(kind: str, words: str) -> bool:
    return any(pattern.search(words) for pattern in _patterns()[_language(words)][kind])


def _language(words: str) -> Language:
    return "zh" if has_han(words) else "en"


@cache
def _patterns() -> dict[Language, dict[str, tuple[re.Pattern[str], ...]]]:
    data = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {
        language: {
            kind: tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns) for kind, patterns in kinds.items()
        }
        for language, kinds in data.items()
    }

"""Questions about the one version that was just told of: "how much memory has it?", "is that leather?"."""

import re

from assistant.conversation.reading.signals import brief, signals
from assistant.conversation.slots.options import options_said
from assistant.shop.asked import asks_for
from assistant.shop.records import Product, Variant

_OTHERS = re.compile(
    r"\b(?:other|others|another|else|available|in stock|come in|comes in|do you (?:have|sell)|have you|got"
    r"|get|any|what about"
    r"|how about|which|choices|options|all)\b|有没有|有货|别的|其他|其它|还有|哪些|哪种|什么颜色|都有|换|呢",
    re.I,
)
"""Speaks of other versions than that one."""


def asks_of_version(words: str, product: Product, item_id: str) -> bool:
    """Whether a question asks how the version with this id is, by an option's name or value.

    Args:
        words: the question.
        product: with all its variants.
        item_id: of the version that was told of last; may be empty.
    """
    version = next((variant for variant in product.variants if variant.item_id == item_id), None)
    if version is None or len(product.variants) < 2 or not brief(words) or _OTHERS.search(words):
        return False
    return signals().asks(words) and bool(options_asked(words, product, version))


def options_asked(words: str, product: Product, version: Variant) -> tuple[str, ...]:
    """Names of the options of a version that words ask for."""
    said = options_said(words, [variant.options for variant in product.variants])
    of_it = signals().points_back(words)
    return tuple(name for name in version.options if (name in said and of_it) or asks_for(name, words))

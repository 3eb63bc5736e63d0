"""The product that words call by one word of its name: "does the 300 come in blue", "is the hush any good?"."""

import re

from assistant.conversation.reading.ends import end_said
from assistant.conversation.slots.options import numbers_said, options_said
from assistant.conversation.turn import Turn
from assistant.ids import ProductId
from assistant.shop.nicknames import nicknamed
from assistant.shop.records import Product
from assistant.shop.service import Shop
from assistant.text.language import has_han

_SEVERAL = 2
_NAME_IN_HAN = re.compile(r"(?<![A-Za-z0-9])(?<![A-Za-z0-9] )[A-Za-z]{4,}(?!\s?[A-Za-z0-9])")
"""A Latin word that stands alone among Chinese ones: "hush有红色的吗", but not the "air" of "macbook air"."""


def beside_it(words: str, turn: Turn, shop: Shop) -> tuple[Product, ...]:
    """The products among which "the small one" is meant: those shown, or all of the kind of the one that was told of.

    None besides where the words name a version of that one.
    """
    listed = tuple(shop.product(ProductId(at)) for at in turn.state.listed_products)
    if len(listed) >= _SEVERAL or not turn.state.last_product:
        return listed
    last = shop.product(ProductId(turn.state.last_product))
    options = [variant.options for variant in last.variants]
    if options_said(words, options) or numbers_said(words, options) or end_said(words, last.variants, {}):
        return listed
    return tuple(product for product in shop.products() if shop.is_of_kind(product.product_id, last.name))


def called(words: str, turn: Turn, shop: Shop) -> Product | None:
    """The one product that words call so: among those that were shown if they call one of these, else of the shop's.

    Args:
        words: a message in a talk about products.
        turn: the turn, with what was shown before.
        shop: its products.
    """
    seen = [shop.product(ProductId(at)) for at in (*turn.state.listed_products, *turn.state.looked_at)]
    shown = {product.product_id: product for product in seen}
    if not shown and not turn.state.last_product:
        return None
    last = shop.product(ProductId(turn.state.last_product)) if turn.state.last_product else None
    meant = nicknamed(words, tuple(shown.values()), last) if len(shown) >= _SEVERAL else ()
    anywhere = f"那{'、'.join(_NAME_IN_HAN.findall(words))}" if has_han(words) else words
    meant = meant or shop.products_nicknamed(anywhere, last)
    return meant[0] if len(meant) == 1 else None

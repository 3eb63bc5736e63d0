"""Products called by one word of their names: "how does it compare to the 300?", "the Study or the Arc", "跟mini比"."""

import re
from collections.abc import Sequence

from assistant.shop.analysis import analyse
from assistant.shop.records import Product
from assistant.shop.vocabulary import stem, vocabulary
from assistant.text.language import has_han

_CALLED = re.compile(
    r"\b(?:(?:the|a|an|and|or|to|than|with|vs\.?|versus|between)\s+)+([a-z0-9]+)\b"
    r"|^\W*(?:(?:ok|okay|so|and|but|then|hmm)\W+)*([a-z][a-z0-9]{3,})(?= (?:in|with)\b|, (?:got|any|in|is|do|have)\b)",
    re.IGNORECASE,
)
_LATIN = re.compile(r"[A-Za-z0-9]+(?![A-Za-z0-9平寸升瓦块元刀美片天月年个岁分米厘斤克度])")


def nicknamed(words: str, products: Sequence[Product], beside: Product | None) -> tuple[Product, ...]:
    """The products that words call by one word of their names, in the order of the words.

    A word that several products have means the one that is of the kind of the others named, or of `beside`.

    Args:
        words: a message that sets products side by side.
        products: the shop's.
        beside: the product that is talked about, if any.
    """
    known = vocabulary()
    plain = known.known_words | known.stop_words
    pattern = _LATIN if has_han(words) else _CALLED
    called = [match[match.lastindex or 0].lower() for match in pattern.finditer(words)]
    told = [word for word in dict.fromkeys(called) if stem(word) not in plain]
    having = [[p for p in products if word in p.name.lower().split()] for word in told]
    having = [found for found in having if found]
    alone = [found[0] for found in having if len(found) == 1]
    kinds = {kind for product in (*alone, *([beside] if beside else ())) for kind in _kinds(product)}
    of_beside = _kinds(beside) if beside else set()
    numbers = {
        p for found in having for p in found if beside and not of_beside & _kinds(p) and _only_by_number(p, told)
    }
    meant = [[p for p in found if len(found) == 1 or kinds.intersection(_kinds(p))] for found in having]
    meant = [[p for p in found if p not in numbers] for found in meant]
    return tuple(dict.fromkeys(found[0] for found in meant if len(found) == 1))


def _only_by_number(product: Product, told: Sequence[str]) -> bool:
    """Whether a product is called by a number alone, which may be a price ("玻璃的那个呢 65的")."""
    return not any(word in product.name.lower().split() for word in told if not word.isdigit())


def _kinds(product: Product) -> set[str]:
    known = vocabulary()
    return set(analyse(product.name, known, document=True).kinds(known))

"""What the reply texts need of products: details, versions with their prices, comparisons, suggestions."""

from collections.abc import Sequence
from typing import Any

from assistant.conversation.direct.reckoning import Priced
from assistant.conversation.showing.harmless import leads_away
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.slots.options import options_said
from assistant.shop.asked import asked_of, asks_for
from assistant.shop.exclusions import exclusions
from assistant.shop.records import Money, Product, Variant
from assistant.shop.vocabulary import vocabulary
from assistant.tools import results
from assistant.tools.suggestions import Recommendations, Suggestion

_ABOUT_CHARS = 160
_FEW_LEFT = 5
_MOST_VARIANTS = 6


class ProductViews:
    """Turns what tools tell of products into variables of reply texts.

    Args:
        texts: words of the customer's language.
    """

    def __init__(self, texts: ReplyTexts) -> None:
        self._texts = texts

    def product(self, product: Product) -> dict[str, Any]:
        """A product in words."""
        return {
            "name": product.title(self._texts.language),
            "price": self._price(product.variants),
            "about": _first_sentences(product.text(self._texts.language)),
            "attributes": [
                {"name": self._name(name), "value": self._value(value)} for name, value in product.attributes.items()
            ],
            "choices": self._choices(product),
            "version": self._options(product.variants[0].options) if len(product.variants) == 1 else "",
            "available": any(variant.available for variant in product.variants),
        }

    def asked_of(self, product: Product, question: str) -> dict[str, Any]:
        """What of a product a question asks for: attributes and options by name, and sentences; empty for all of it."""
        asked = asked_of(product, question, self._texts.language)
        lines = [{"name": self._name(n), "value": self._value(product.attributes[n])} for n in asked.attributes]
        options = dict.fromkeys(name for variant in product.variants for name in variant.options)
        said = options_said(question, [variant.options for variant in product.variants])
        for name in (name for name in options if name in said or asks_for(name, question)):
            values = dict.fromkeys(self._value(v.options[name]) for v in product.variants if name in v.options)
            lines.append({"name": self._name(name), "value": self._texts.join(list(values))})
        between = "" if self._texts.language == "zh" else " "
        told = "" if any(leads_away(one) for one in asked.sentences) else between.join(asked.sentences)
        return {"asked": lines, "told": told}

    def aspects_asked(self, result: results.ProductComparison, question: str) -> dict[str, Any]:
        """The aspects of products side by side that a question asks for; nothing where it asks for none of them."""
        named = {name for product in result.products for name in product.attributes if asks_for(name, question)}
        return {"aspects": [self._name(name) for name in sorted(named)]} if named else {}

    def listed(self, result: results.ProductList) -> dict[str, Any]:
        """Products that were found, each with the options that the search named."""
        found = [self.product(p) | {"named": self._named(p, result.query)} for p in result.products]
        return {"products": found, "beside": result.beside, "near": result.near, "dearer": result.dearer}

    def _named(self, product: Product, query: str) -> str:
        """The options of a product that a search named ("black"), and whether they are sold out."""
        said = options_said(exclusions(query)[0], [variant.options for variant in product.variants])
        chosen = {name: values[0] for name, values in said.items()}
        fitting = [v for v in product.variants if all(v.options.get(name) == value for name, value in chosen.items())]
        if not chosen or not fitting:
            return ""
        options = self._options(chosen)
        in_stock = any(variant.available for variant in fitting)
        return options if in_stock else self._texts.phrase("sold_out_option", options=options)

    def comparison(self, result: results.ProductComparison) -> dict[str, Any]:
        """Products side by side."""
        aspects = [self._name(name) for name in result.aspects]
        rated = [
            {"name": product.title(self._texts.language), "value": self._value(value), "best": product == result.best}
            for product, value in zip(result.products, result.values, strict=False)
        ]
        return {
            "products": [self.product(product) for product in result.products],
            "aspects": aspects,
            "by": self._name(result.by) if result.by != "price" else self._texts.phrase("price"),
            "rated": sorted(rated, key=lambda one: not one["best"]),
            "alike": len(set(result.values)) == 1,
        }

    def recommendations(self, result: Recommendations) -> dict[str, Any]:
        """Suggestions, and of what they go out."""
        about = result.about.title(self._texts.language) if result.about else ""
        suggestions = [self.suggestion(suggestion) for suggestion in result.suggestions]
        return {"suggestions": suggestions, "about": about, "declined": result.declined}

    def suggestion(self, suggestion: Suggestion) -> dict[str, Any]:
        """A suggestion, with the reason in words."""
        reason = suggestion.reason
        of = reason.of_zh if self._texts.language == "zh" and reason.of_zh else reason.of
        of = self._value(of) if reason.kind == "category" else of
        why = {"kind": reason.kind, "of": of, "by": reason.by, "count": reason.count, "rating": reason.rating}
        return {**self.product(suggestion.product), "why": self._texts.say("recommend_reason", best=reason.best, **why)}

    def stock(self, result: results.StockResult) -> dict[str, Any]:
        """Versions that can be bought, and those that can't."""
        available = [variant for variant in result.variants if variant.available]
        sold_out = [self._options(variant.options) for variant in result.variants if not variant.available]
        return {
            "name": result.product.title(self._texts.language),
            "in_stock": [self.variant(variant) for variant in available],
            "sold_out": "; ".join(filter(None, sold_out)),
        }

    def variants(self, result: results.VariantList) -> dict[str, Any]:
        """The versions that were asked for."""
        on_sale = [variant for variant in result.variants if variant.available]
        sold_out = [self._options(variant.options) for variant in result.variants if not variant.available]
        on_offer, every = self._values(result.which, on_sale), self._values(result.which, result.variants)
        return {
            "name": result.product.title(self._texts.language),
            "wanted": self._options(result.wanted),
            "order": result.order,
            "limit": str(result.max_price) if result.max_price else "",
            "found": [self.variant(variant) for variant in on_sale[: 1 if result.order else _MOST_VARIANTS]],
            "more": len(on_sale) > _MOST_VARIANTS,
            "sold_out": "; ".join(filter(None, sold_out[:_MOST_VARIANTS])),
            "nearest": self.variant(result.nearest) if result.nearest else None,
            "instead": [self.variant(variant) for variant in result.instead],
            "which": self._name(result.which) if result.which else "",
            "values": [{"value": value, "price": price} for value, price in on_offer.items()],
            "gone": self._texts.join([value for value in every if value not in on_offer]),
            "choices": self._choices(result.product),
        }

    def summed(self, priced: Sequence[Priced]) -> dict[str, Any]:
        """Things with their prices and counts, and what they cost together."""
        cents = sum(one.price.cents * one.count for one in priced)
        lines = [
            {
                "name": one.product.title(self._texts.language),
                "options": self._options(one.options),
                "price": str(one.price),
                "count": one.count,
            }
            for one in priced
        ]
        total = str(priced[0].price.model_copy(update={"cents": cents}))
        return {"lines": lines, "total": total, "least": any(one.differs for one in priced)}

    def by_card(self, balance: Money, meant: Priced | None) -> dict[str, Any]:
        """What is left on a gift card, beside the price of what is talked about."""
        if meant is None:
            return {"balance": str(balance), "name": "", "options": "", "price": "", "enough": False}
        price = self._texts.from_price(str(meant.price)) if meant.differs else str(meant.price)
        return {
            "balance": str(balance),
            "name": meant.product.title(self._texts.language),
            "options": self._options(meant.options),
            "price": price,
            "enough": meant.price.cents <= balance.cents,
        }

    def _values(self, which: str, variants: Sequence[Variant]) -> dict[str, str]:
        """The values of an option that variants have, each with its price."""
        priced: dict[str, list[Variant]] = {}
        for variant in variants:
            if which in variant.options:
                priced.setdefault(self._value(variant.options[which]), []).append(variant)
        return {value: self._price(having) for value, having in priced.items()}

    def _price(self, variants: Sequence[Variant]) -> str:
        """What variants cost, from the cheapest on where they differ."""
        cheapest = min(variants, key=lambda variant: variant.price.cents, default=None)
        if cheapest is None:
            return ""
        price = str(cheapest.price)
        return self._texts.from_price(price) if any(v.price != cheapest.price for v in variants) else price

    def variant(self, variant: Variant) -> dict[str, Any]:
        """A version of a product in words; `left` where few are left."""
        left = variant.stock if variant.stock is not None and variant.stock <= _FEW_LEFT else None
        return {"options": self._options(variant.options), "price": str(variant.price), "left": left}

    def _choices(self, product: Product) -> str:
        values: dict[str, list[str]] = {}
        for variant in product.variants:
            for name, value in variant.options.items():
                if value not in values.setdefault(name, []):
                    values[name].append(value)
        parts = []
        for name, found in values.items():
            parts.append(f"{self._name(name)} {self._texts.join([self._value(value) for value in found])}")
        return "; ".join(parts)

    def _options(self, options: dict[str, str]) -> str:
        return vocabulary().options(options, self._texts.language)

    def _name(self, name: str) -> str:
        return vocabulary().name(name, self._texts.language)

    def _value(self, value: str) -> str:
        return vocabulary().value(value, self._texts.language)


def _first_sentences(text: str) -> str:
    """As many whole sentences as fit; none of a text that leads to a web page, whoever has written it."""
    if leads_away(text):
        return ""
    if len(text) <= _ABOUT_CHARS:
        return text
    cut = max(text.rfind(mark, 0, _ABOUT_CHARS) for mark in (". ", "。", "！", "! "))
    return text[: cut + 1] if cut > 0 else ""

"""READ tools about products: they need no identified customer."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Literal

from assistant.errors import ToolError
from assistant.ids import ItemId, ProductId
from assistant.shop.aspects import aspect_asked, best_of, is_larger, told
from assistant.shop.price_words import price_wish
from assistant.shop.records import Money, Product, Variant
from assistant.shop.variants import fits
from assistant.tools.context import ToolContext
from assistant.tools.results import (
    ProductComparison,
    ProductList,
    ProductResult,
    ProductTypes,
    StockResult,
    VariantList,
)

_SHOWN = 4
_LOOKED_THROUGH, _CHEAPEST = 20, 2


def search_products(
    context: ToolContext,
    *,
    query: str,
    max_price: str | None = None,
    without: list[str] | None = None,
    beside: Literal["", "cheaper", "others", "larger"] = "",
    kinds: list[str] | None = None,
) -> ProductList:
    """Search the shop for products by what the customer wants.

    Args:
        query: the kind of product and its qualities, in the customer's words ('quiet wireless keyboard').
        max_price: the highest price the customer named, digits only ('100'); leave it out otherwise.
        without: ids of products that were shown already and shall not come again; leave it out otherwise.
        beside: what the customer wants beside those: 'cheaper', 'larger' or any 'others'; leave it out otherwise.
        kinds: kinds of products that serve what somebody likes, of each of which one is wanted; leave it out otherwise.
    """
    limit = price_limit(max_price, context.shop.currency) if max_price else None
    shown = [context.shop.product(ProductId(one)) for one in without or ()]
    found = (
        _one_of_each(context, kinds, limit)
        if kinds
        else context.shop.search_products(query, context.language, limit=_SHOWN + len(shown), max_price=limit)
    )
    near = () if found or beside else context.shop.search_near(query, limit=_SHOWN, max_price=limit)
    products = [product for product in (*found, *near) if product not in shown]
    if beside:
        products = [product for product in products if any(variant.available for variant in product.variants)]
    if beside and not products:
        alike = {one.kind for one in shown if one.kind}
        others = [one for one in context.shop.products() if one.kind in alike and one not in shown]
        products = [one for one in others if _costs_at_most(one, limit)]
    if beside == "larger":
        products = [product for product in products if all(is_larger(product, one) for one in shown)]
    limited = not products and not beside and (limit is not None or price_wish(query).limited)
    dearer = _cheapest_of_kind(context, query) if limited and context.shop.names_kind(query) else ()
    shown_now = tuple(products[:_SHOWN]) or dearer
    return ProductList(query=query, products=shown_now, beside=beside, near=bool(near), dearer=bool(dearer))


def _one_of_each(context: ToolContext, kinds: list[str], limit: Money | None) -> tuple[Product, ...]:
    """Products of several kinds: the best of each, then the next of each."""
    ranked = [context.shop.search_products(kind, context.language, limit=_SHOWN, max_price=limit) for kind in kinds]
    turns = (found[at] for at in range(_SHOWN) for found in ranked if at < len(found))
    return tuple({product.product_id: product for product in turns}.values())


def _cheapest_of_kind(context: ToolContext, query: str) -> tuple[Product, ...]:
    """The cheapest products of a kind of which none costs as little as a search wants."""
    every = context.shop.search_products(price_wish(query).rest, context.language, limit=_LOOKED_THROUGH)
    on_sale = [one for one in every if any(variant.available for variant in one.variants)]
    return tuple(sorted(on_sale, key=lambda one: min(v.price.cents for v in one.variants if v.available))[:_CHEAPEST])


def get_product_details(context: ToolContext, *, product: str) -> ProductResult:
    """Get one product: description, attributes, all its variants with prices and stock.

    Args:
        product: its id, or its name as the customer or a search gave it.
    """
    return ProductResult(product=find_product(context, product))


def get_item_details(context: ToolContext, *, item_id: str) -> ProductResult:
    """Get the product that an item id belongs to, with only that variant.

    Args:
        item_id: the id of one variant.
    """
    product, variant = context.shop.item(ItemId(item_id))
    return ProductResult(product=product.model_copy(update={"variants": (variant,)}))


def list_all_product_types(context: ToolContext) -> ProductTypes:
    """List the names of all products with their ids."""
    return ProductTypes(types={name: str(product_id) for name, product_id in context.shop.product_types().items()})


def compare_products(context: ToolContext, *, products: list[str], by: str = "") -> ProductComparison:
    """Put two to four products side by side: prices, attributes, stock.

    Args:
        products: their ids or names.
        by: what the customer asks which is best at, in their words ('quieter'); leave it out otherwise.
    """
    if not 2 <= len(products) <= _SHOWN:
        raise ToolError(f"Name two to {_SHOWN} products to compare; {len(products)} were given.")
    found = tuple(dict.fromkeys(find_product(context, name) for name in products))
    if len(found) < 2:
        raise ToolError(f"These names all mean the same product, {found[0].name!r}; name another one.")
    names = [name for product in found for name in product.attributes]
    aspects = tuple(dict.fromkeys(name for name in names if names.count(name) > 1))
    aspect = aspect_asked(by) if by else None
    ahead = best_of(found, aspect) if aspect is not None else None
    name, best = ahead if ahead is not None else ("", None)
    values = tuple(told(product, name) for product in found) if name else ()
    return ProductComparison(products=found, aspects=aspects, by=name, values=values, best=best)


def check_stock(context: ToolContext, *, product: str, options: dict[str, str] | None = None) -> StockResult:
    """Tell whether a product can be bought now, in all or in the wanted options.

    Args:
        product: its id or name.
        options: the wanted options, such as {'color': 'blue'}; leave it out for all variants.
    """
    found = find_product(context, product)
    wanted = options or {}
    return StockResult(product=found, variants=context.shop.find_variants(found.product_id, wanted), wanted=wanted)


def list_variants(
    context: ToolContext,
    *,
    product: str,
    options: dict[str, str] | None = None,
    without: dict[str, str] | None = None,
    min_price: str | None = None,
    max_price: str | None = None,
    order: Literal["", "cheapest", "dearest"] = "",
    which: str = "",
) -> VariantList:
    """List a product's variants that fit: in the wanted options, within prices, cheapest or dearest first.

    Args:
        product: its id or name.
        options: the wanted options, such as {'color': 'blue'}; leave it out for all variants.
        without: options that the customer doesn't want, in the same form; leave it out otherwise.
        min_price: the lowest price the customer named, digits only ('50'); leave it out otherwise.
        max_price: the highest price the customer named, digits only ('100'); leave it out otherwise.
        order: 'cheapest' or 'dearest' when the customer asks for that one; leave it out otherwise.
        which: the option whose values the customer asks for ('color'); leave it out otherwise.
    """
    found = find_product(context, product)
    low = price_limit(min_price, context.shop.currency).cents if min_price else 0
    high = price_limit(max_price, context.shop.currency) if max_price else None
    wanted = options or {}
    unwanted = [{name: value} for name, value in (without or {}).items()]
    allowed = [v for v in found.variants if not any(fits(v, one) for one in unwanted)]
    fitting = [variant for variant in allowed if fits(variant, wanted)]
    within = [v for v in fitting if v.price.cents >= low and (high is None or v.price.cents <= high.cents)]
    sign = -1 if order == "dearest" else 1
    within.sort(key=lambda v: (not v.available, sign * v.price.cents))
    on_sale = [v for v in fitting if v.available]
    above = bool(on_sale) and high is not None and all(v.price.cents > high.cents for v in on_sale)
    return VariantList(
        product=found,
        variants=tuple(within),
        wanted=wanted,
        order=order,
        which=which,
        max_price=high,
        nearest=min(on_sale, key=lambda v: v.price.cents) if above else None,
        instead=() if on_sale else _instead(allowed, wanted),
    )


def _costs_at_most(product: Product, limit: Money | None) -> bool:
    """Whether a version can be bought, and for no more than a limit."""
    return any(v.available and (limit is None or v.price.cents <= limit.cents) for v in product.variants)


def _instead(variants: Sequence[Variant], wanted: dict[str, str]) -> tuple[Variant, ...]:
    """What can be bought of the versions that share most of the wanted options, where they share any."""
    shared = {v.item_id: sum(fits(v, {name: value}) for name, value in wanted.items()) for v in variants if v.available}
    most = max(shared.values(), default=0)
    return tuple(v for v in variants if most and shared.get(v.item_id) == most)[:_SHOWN] if len(wanted) > 1 else ()


def find_product(context: ToolContext, words: str) -> Product:
    """The product of that id, or the one that the words mean best.

    Raises:
        ToolError: there is none.
    """
    cleaned = words.strip()
    if cleaned.isdigit() or cleaned.lower().startswith(("p-", "p_")):
        return context.shop.product(ProductId(cleaned))
    matches = context.shop.search_products(cleaned, context.language, limit=1)
    if not matches:
        raise ToolError(f"No product matches {words!r}; use search_products with the kind of product.")
    return matches[0]


def price_limit(text: str, currency: str) -> Money:
    """A price in digits.

    Raises:
        ToolError: it is none.
    """
    digits = "".join(character for character in text if character.isdigit() or character == ".")
    try:
        return Money(cents=int(Decimal(digits) * 100), currency=currency)
    except InvalidOperation:
        raise ToolError(f"{text!r} is no price; give digits such as '100'.") from None

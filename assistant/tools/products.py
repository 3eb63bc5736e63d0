"""READ tools about products: they need no identified customer."""

from decimal import Decimal, InvalidOperation
from typing import Literal

from assistant.errors import ToolError
from assistant.ids import ItemId, ProductId
from assistant.shop.aspects import aspect_asked, best_of, told
from assistant.shop.records import Money, Product
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


def search_products(context: ToolContext, *, query: str, max_price: str | None = None) -> ProductList:
    """Search the shop for products by what the customer wants.

    Args:
        query: the kind of product and its qualities, in the customer's words ('quiet wireless keyboard').
        max_price: the highest price the customer named, digits only ('100'); leave it out otherwise.
    """
    limit = price_limit(max_price, context.shop.currency) if max_price else None
    products = context.shop.search_products(query, context.language, limit=_SHOWN, max_price=limit)
    return ProductList(query=query, products=tuple(products))


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
    min_price: str | None = None,
    max_price: str | None = None,
    order: Literal["", "cheapest", "dearest"] = "",
    which: str = "",
) -> VariantList:
    """List a product's variants that fit: in the wanted options, within prices, cheapest or dearest first.

    Args:
        product: its id or name.
        options: the wanted options, such as {'color': 'blue'}; leave it out for all variants.
        min_price: the lowest price the customer named, digits only ('50'); leave it out otherwise.
        max_price: the highest price the customer named, digits only ('100'); leave it out otherwise.
        order: 'cheapest' or 'dearest' when the customer asks for that one; leave it out otherwise.
        which: the option whose values the customer asks for ('color'); leave it out otherwise.
    """
    found = find_product(context, product)
    low = price_limit(min_price, context.shop.currency).cents if min_price else 0
    high = price_limit(max_price, context.shop.currency) if max_price else None
    wanted = options or {}
    fitting = [variant for variant in found.variants if fits(variant, wanted)]
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
    )


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

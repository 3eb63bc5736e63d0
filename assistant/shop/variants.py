"""Finding a product's variant by what the customer wants of it."""

from assistant.errors import ToolError
from assistant.shop.records import Product, Variant
from assistant.shop.vocabulary import fold, vocabulary


def find_variants(product: Product, wanted: dict[str, str]) -> tuple[Variant, ...]:
    """Variants that have all the wanted options, in either language; a value alone is enough.

    Args:
        product: with its variants.
        wanted: such as {"color": "blue"} or {"颜色": "蓝色"}; a name that the product doesn't know is
            forgiven when the value fits one of its options.

    Raises:
        ToolError: no variant has them; the text names the choices there are.
    """
    found = tuple(variant for variant in product.variants if fits(variant, wanted))
    if not found:
        asked = ", ".join(f"{name}: {value}" for name, value in wanted.items())
        raise ToolError(f"{product.name!r} has no variant with {asked}. It comes in {choices(product)}.")
    return found


def fits(variant: Variant, wanted: dict[str, str]) -> bool:
    """Whether a variant has all the wanted options; see `find_variants`."""
    return all(_has(variant, name, value) for name, value in wanted.items())


def choices(product: Product) -> str:
    """The options of a product and their values: "color: black, blue; size: 24 inch"."""
    values: dict[str, list[str]] = {}
    for variant in product.variants:
        for name, value in variant.options.items():
            if value not in values.setdefault(name, []):
                values[name].append(value)
    return "; ".join(f"{name}: {', '.join(found)}" for name, found in values.items()) or "one version only"


def _has(variant: Variant, name: str, value: str) -> bool:
    words = vocabulary()
    wanted = _plain(value)
    for has_name, has_value in variant.options.items():
        named = _plain(name) in (_plain(has_name), _plain(words.name(has_name, "zh")))
        same = wanted in _spoken(has_value)
        if same and (named or not _is_option(name, variant)):
            return True
    return False


def _is_option(name: str, variant: Variant) -> bool:
    words = vocabulary()
    return any(_plain(name) in (_plain(has), _plain(words.name(has, "zh"))) for has in variant.options)


def _spoken(value: str) -> set[str]:
    chinese = _plain(vocabulary().value(value, "zh"))
    return {_plain(value), chinese, chinese.removesuffix("色") or chinese}


def _plain(text: str) -> str:
    plain = "".join(fold(text).split()).replace("-", "")
    return "gray" + plain[4:] if plain.startswith("grey") else plain

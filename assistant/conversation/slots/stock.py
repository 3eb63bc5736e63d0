"""Which sold-out variant a customer wants to hear of: a product by its name, an option by its words."""

import re

from assistant.conversation.reading.answers import pick
from assistant.conversation.reading.signals import brief
from assistant.conversation.slots.case import Case
from assistant.conversation.slots.options import options_said
from assistant.conversation.slots.slot import Question, Reading, Slot
from assistant.errors import ToolError
from assistant.ids import ProductId
from assistant.shop.records import Product, Variant

_SHOWN = 8
_ASKS_TO_BE_TOLD = re.compile(
    r"\b(?:can|could|would|will) (?:you|i|we)(?: please)? (?:be |get )?"
    r"(?:tell|told|let|notif\w+|e-?mail\w*|alert\w*|ping|an? \w+)\b"
    r"|(?:能|可以?|可不可以|能不能)[^，。？?]{0,8}(?:通知|提醒|告诉|说一声)",
    re.IGNORECASE,
)


class StockSlot(Slot):
    """The item id of the variant; the product is the one that is named, or that was spoken of."""

    name = "item_id"

    def only(self, case: Case) -> tuple[str, ...] | None:
        """The one sold-out variant, where a product has just one and no other option was named."""
        product = _spoken_of(case)
        gone = sold_out(product)
        if len(gone) != 1 or product is None or (case.first and _said(case.words, product)):
            return None
        return (str(gone[0].item_id),)

    def read(self, text: str, case: Case) -> Reading | None:
        """A choice among what was shown, or a product and options that single out one variant."""
        if case.task.asked == self.name and (index := pick(case.task.labels, text)) is not None:
            return Reading((case.task.options[index],))
        named = case.shop.product_meant(text, case.texts.language)
        if named is not None:
            case.turn.state.last_product = named.product_id
        product = named or _spoken_of(case)
        said = _said(text, product) if product else {}
        if product is None or not said:
            return None
        fitting = [v for v in product.variants if all(v.options.get(name) in values for name, values in said.items())]
        gone = [variant for variant in fitting if not variant.available]
        if len(gone) == 1:
            return Reading((str(gone[0].item_id),), sure=brief(text))
        if fitting and not gone:
            details = {"name": product.title(case.texts.language), "options": case.views.options(fitting[0].options)}
            return Reading((), sure=brief(text), problem="tasks/in_stock_now", details=details)
        return None

    def question(self, case: Case) -> Question:
        """The sold-out variants of the product; which product, where none is known."""
        product = _spoken_of(case)
        if product is None:
            return Question("which_product")
        gone = sold_out(product)[:_SHOWN]
        labels = tuple(case.views.options(variant.options) for variant in gone)
        name = product.title(case.texts.language)
        options = tuple(str(variant.item_id) for variant in gone)
        return Question("tasks/which_sold_out", {"name": name, "choices": list(labels)}, labels, options)


def asks_to_be_told(words: str) -> bool:
    """Whether a question is a wish: "can you tell me when it's back?"."""
    return _ASKS_TO_BE_TOLD.search(words) is not None


def sold_out(product: Product | None) -> list[Variant]:
    """The variants that can't be bought now."""
    return [variant for variant in product.variants if not variant.available] if product else []


def _spoken_of(case: Case) -> Product | None:
    last = case.turn.state.last_product
    try:
        return case.shop.product(ProductId(last)) if last else None
    except ToolError:
        return None


def _said(text: str, product: Product) -> dict[str, list[str]]:
    return options_said(text, [variant.options for variant in product.variants])

"""The port through which suggestions come, and what they are: a product, and the reason that the data gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from assistant.ids import CustomerId, ProductId
from assistant.shop.records import Money, Product, Record
from assistant.text.language import Language

ReasonKind = Literal["bought_with", "bought_by_same", "seen_with", "wish", "alike", "popular", "rated", "category"]
SHOWN = 3


class Reason(Record):
    """Why a product is suggested; every kind states something that the shop's data says.

    Attributes:
        kind: `bought_with`: so many orders held both it and `of`; `bought_by_same`: so many customers bought both,
            in one order or several; `seen_with`: so many visits looked at both; `wish`: it fits the words `of`;
            `alike`: its description is like that of `of`, of the same category; `popular`: so many orders held it;
            `rated`: customers gave it `rating` of `best`; `category`: it belongs to `of`.
        of: name of the other product, words of the customer, or a category; `of_zh` in Chinese where the shop has it.
        by: what the customer did with the product `of`: bought it before, or looked at or named it now.
        count: orders, customers or visits.
    """

    kind: ReasonKind
    of: str = ""
    of_zh: str | None = None
    by: Literal["bought", "looked_at", ""] = ""
    count: int | None = None
    rating: float | None = None
    best: int | None = None


class Suggestion(Record):
    """A product that can be bought now, with only the variants that can, and why it is suggested."""

    product: Product
    reason: Reason


class Recommendations(Record):
    """Suggestions, best first. `about` is the product that they shall go with. `declined`: the customer wants none."""

    suggestions: tuple[Suggestion, ...] = ()
    about: Product | None = None
    query: str = ""
    declined: bool = False


@dataclass(frozen=True)
class Constraints:
    """What every suggestion must keep to.

    Args:
        max_price: the highest price.
        language: texts that the customer can read, where the shop has products with such texts.
        goes_with: it shall be used beside this product rather than in its place.
        limit: at most so many.
    """

    max_price: Money | None = None
    language: Language = "en"
    goes_with: ProductId | None = None
    limit: int = SHOWN


class Recommends(Protocol):
    """Finds suggestions."""

    def recommend(
        self, customer: CustomerId | None, session: Sequence[ProductId], query: str, constraints: Constraints
    ) -> tuple[Suggestion, ...]:
        """Suggestions that can be bought now, best first.

        Args:
            customer: whose orders count; None for strangers.
            session: what was looked at or named lately, the oldest first.
            query: words for what is wanted; empty for anything.
            constraints: what is kept to.
        """
        ...

    def is_off(self, customer: CustomerId | None) -> bool:
        """Whether this customer said that they want no recommendations."""
        ...

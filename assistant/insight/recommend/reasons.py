"""Why a product is suggested: the strongest statement that the shop's data makes, in plain figures."""

from collections.abc import Sequence

from assistant.insight.recommend.baskets import LEAST_TOGETHER, Pairs
from assistant.insight.recommend.shop_model import ShopModel
from assistant.shop.records import Product
from assistant.tools.suggestions import Reason, ReasonKind

_ALIKE = 0.3
_WELL_RATED, _BEST = 4.0, 5


class Reasons:
    """Finds the reasons for one customer.

    Args:
        model: what is known of the shop.
        looked_at: products that were looked at or named, the oldest first.
        bought: products that the customer bought.
        query: the customer's words for what they want.
        beside: whether the suggestions shall go with `looked_at` rather than replace it.
    """

    def __init__(
        self,
        model: ShopModel,
        looked_at: Sequence[str],
        bought: Sequence[str],
        query: str = "",
        *,
        beside: bool = False,
    ) -> None:
        self._model = model
        self._looked_at, self._bought = tuple(looked_at), tuple(bought)
        self._query, self._beside = query, beside

    def why(self, product: Product) -> Reason:
        """The strongest reason for `product`; there is always a true one."""
        return self.link(product) or self._fits(product) or self._standing(product)

    def link(self, product: Product) -> Reason | None:
        """What buyers and visitors did with it and with a product of this customer's."""
        model, name = self._model, str(product.product_id)
        sources: tuple[tuple[ReasonKind, Pairs], ...] = (
            ("bought_with", model.orders),
            ("bought_by_same", model.customers),
            ("seen_with", model.visits),
        )
        for anchors, by in ((self._looked_at, "looked_at"), (self._bought, "bought")):
            for kind, pairs in sources:
                linked = [(pairs.strength(anchor, name), anchor) for anchor in anchors if pairs.linked(anchor, name)]
                linked = [pair for pair in linked if pair[1] in model.products and pair[1] != name]
                if linked:
                    _, anchor = max(linked)
                    other = model.products[anchor]
                    update = {"by": by, "count": pairs.count(anchor, name)}
                    return _about(kind, other).model_copy(update=update)
        return None

    def _fits(self, product: Product) -> Reason | None:
        """That it is what was asked for, or like what was looked at or bought."""
        if self._query:
            return Reason(kind="wish", of=self._query)
        if self._beside:
            return None
        for anchors, by in ((self._looked_at, "looked_at"), (self._bought, "bought")):
            near = [
                (self._model.likeness(anchor, str(product.product_id)), anchor)
                for anchor in anchors
                if anchor in self._model.products and self._model.products[anchor].category == product.category
            ]
            if near and max(near)[0] >= _ALIKE:
                return _about("alike", self._model.products[max(near)[1]]).model_copy(update={"by": by})
        return None

    def _standing(self, product: Product) -> Reason:
        """What the product is in itself."""
        orders = self._model.orders.single[str(product.product_id)]
        if product.rating is not None and product.rating >= _WELL_RATED:
            return Reason(kind="rated", rating=product.rating, best=_BEST)
        if orders >= LEAST_TOGETHER:
            return Reason(kind="popular", count=orders)
        return Reason(kind="category", of=product.category)


def _about(kind: ReasonKind, other: Product) -> Reason:
    return Reason(kind=kind, of=other.name, of_zh=other.name_zh)

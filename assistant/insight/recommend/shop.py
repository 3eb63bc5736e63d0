"""The shop's recommender: what to suggest to whom, always in stock, always with a reason, never against their word.

Behaviour (what was bought and looked at together, `blend`) and content (what a product's texts say) are added up; for
a product or a customer that nobody knows yet only content speaks, which is how both begin.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from threading import Lock

from assistant.clock import Clock
from assistant.ids import CustomerId, ProductId
from assistant.insight.recommend.baskets import read_baskets, version_of
from assistant.insight.recommend.reasons import Reasons
from assistant.insight.recommend.sessions import Session
from assistant.insight.recommend.shop_model import Embed, ShopModel
from assistant.shop.records import Product
from assistant.shop.service import Shop
from assistant.storage.engine import Database
from assistant.tools.suggestions import Constraints, Suggestion

_BEHAVIOUR, _CONTENT, _LINKED, _WISHED, _LIKED = 1.0, 0.6, 1.0, 0.8, 0.1
_SEARCHED = 30
_FADES = 0.7
_LATEST_BOUGHT = 8
_RELEARN = timedelta(hours=1)


class ShopRecommender:
    """Suggests products of the shop; an implementation of `assistant.tools.suggestions.Recommends`.

    Args:
        shop: the catalogue and its search.
        database: holds the orders.
        embed: vectors of length one for texts of products.
        clock: tells when to learn anew.
        refused: whether a customer said that they want no recommendations.
        visits: visits of the shop's pages, where there is a log of them.
        lately: what a customer looked at lately, the oldest first.
    """

    def __init__(
        self,
        shop: Shop,
        database: Database,
        embed: Embed,
        clock: Clock,
        refused: Callable[[CustomerId], bool],
        visits: Callable[[], Iterable[Session]] = tuple,
        lately: Callable[[CustomerId], Sequence[ProductId]] | None = None,
    ) -> None:
        self._shop, self._database, self._embed, self._clock = shop, database, embed, clock
        self._refused, self._visits, self._lately = refused, visits, lately
        self._learned: tuple[object, ShopModel] | None = None
        self._learning = Lock()

    def is_off(self, customer: CustomerId | None) -> bool:
        """Whether this customer said that they want no recommendations."""
        return customer is not None and self._refused(customer)

    def recommend(
        self, customer: CustomerId | None, session: Sequence[ProductId], query: str, constraints: Constraints
    ) -> tuple[Suggestion, ...]:
        """See `Recommends`: suggestions in stock with their reasons, best first; none to who wants none."""
        if self.is_off(customer):
            return ()
        model = self.model()
        before = self._lately(customer) if self._lately is not None and customer is not None else ()
        lately = (*before, *session)
        looked_at = [product for product in dict.fromkeys(map(str, lately)) if product in model.products]
        bought = [p for p in model.bought.get(customer or "", ()) if p in model.products]
        if constraints.goes_with is not None:
            looked_at = [str(constraints.goes_with)]
        query = query.strip()
        beside = constraints.goes_with is not None
        reasons = Reasons(model, looked_at, [] if beside else bought, query, beside=beside)
        left_out = {*looked_at, *bought}
        offers = [
            offer
            for product in self._candidates(query, constraints)
            if str(product.product_id) not in left_out and (offer := offered(product, constraints)) is not None
        ]
        scores = self._scores(model, offers, looked_at, bought, reasons, constraints, wished=bool(query))
        ranked = sorted(offers, key=lambda offer: (-scores[str(offer.product_id)], model.places[str(offer.product_id)]))
        chosen = ranked if query else _varied(ranked)
        return tuple(Suggestion(product=p, reason=reasons.why(p)) for p in chosen[: constraints.limit])

    def model(self) -> ShopModel:
        """What is known of the shop now; learned anew when its orders or its catalogue change, or after an hour."""
        products = self._shop.products()
        hour = int(self._clock.now().timestamp() // _RELEARN.total_seconds())
        version = (id(products), version_of(self._database), hour)
        with self._learning:
            if self._learned is None or self._learned[0] != version:
                model = ShopModel.learn(products, read_baskets(self._database), self._visits(), self._embed)
                self._learned = (version, model)
            return self._learned[1]

    def _candidates(self, query: str, constraints: Constraints) -> Sequence[Product]:
        products = self._shop.products()
        if query:
            language, limit = constraints.language, constraints.max_price
            products = self._shop.search_products(query, language, limit=_SEARCHED, max_price=limit)
        if constraints.language == "zh":
            readable = [product for product in products if product.name_zh]
            return readable or products
        return products

    def _scores(
        self,
        model: ShopModel,
        offers: Sequence[Product],
        looked_at: Sequence[str],
        bought: Sequence[str],
        reasons: Reasons,
        constraints: Constraints,
        *,
        wished: bool,
    ) -> dict[str, float]:
        beside = constraints.goes_with is not None
        anchors = looked_at if looked_at else list(bought[-_LATEST_BOUGHT:])
        behaviour = model.blend.after(anchors)
        weights = [_FADES**age for age in range(len(anchors))]
        anchor = model.products.get(str(constraints.goes_with)) if beside else None
        found = {}
        for place, product in enumerate(offers):
            name = str(product.product_id)
            near = [w * model.likeness(a, name) for a, w in zip(reversed(anchors), weights, strict=True)]
            score = _BEHAVIOUR * behaviour.get(name, 0.0) + _CONTENT * max(near, default=0.0)
            linked = reasons.link(product) is not None
            score += _LINKED * linked + _LIKED * ((product.rating or 0.0) / 5.0)
            score += _LIKED * min(model.orders.single[name] / max(model.orders.total, 1) * 10.0, 1.0)
            if wished:
                score += _WISHED * (1.0 - place / len(offers))
            if anchor is not None and not linked:
                score -= 1.0 * (kind_of(product) == kind_of(anchor)) + 0.5 * (product.category != anchor.category)
            found[name] = score
        return found


def offered(product: Product, constraints: Constraints) -> Product | None:
    """The product with only the variants that can be bought now at that price; None where there is none."""
    limit = constraints.max_price
    kept = tuple(
        variant
        for variant in product.variants
        if variant.available
        and variant.stock != 0
        and (limit is None or (variant.price.cents <= limit.cents and variant.price.currency == limit.currency))
    )
    return product.model_copy(update={"variants": kept}) if kept else None


def kind_of(product: Product) -> str:
    """What a product is; its name where the shop has no word for that."""
    return product.kind or product.name


def _varied(ranked: Sequence[Product]) -> list[Product]:
    """One of each kind first, then the others: three lamps are one suggestion."""
    first: dict[str, Product] = {}
    for product in ranked:
        first.setdefault(kind_of(product), product)
    leaders = {str(product.product_id) for product in first.values()}
    return [*first.values(), *(product for product in ranked if str(product.product_id) not in leaders)]

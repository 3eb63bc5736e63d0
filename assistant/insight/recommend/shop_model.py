"""What the recommender knows of one shop: what was bought and looked at together, and what is like what."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from assistant.insight.recommend.baskets import Basket, Pairs, pairs_of
from assistant.insight.recommend.blend import Blend
from assistant.insight.recommend.sessions import Session
from assistant.models.embeddings.encoder import Vectors
from assistant.shop.records import Product

Embed = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True)
class ShopModel:
    """One state of the shop, learned.

    Args:
        products: of the catalogue, by id.
        places: row of each product in `alike`.
        alike: how like each product's texts are to each other's, 0 to 1, shape (products, products).
        blend: what follows what, over orders and visits.
        orders: pairs in the same order.
        customers: pairs bought by the same customer.
        visits: pairs looked at in the same visit.
        bought: the products of each customer, the latest last.
    """

    products: Mapping[str, Product]
    places: Mapping[str, int]
    alike: Vectors
    blend: Blend
    orders: Pairs
    customers: Pairs
    visits: Pairs
    bought: Mapping[str, tuple[str, ...]]

    @classmethod
    def learn(
        cls, products: Sequence[Product], baskets: Sequence[Basket], visits: Iterable[Session], embed: Embed
    ) -> "ShopModel":
        """Learn from the shop's orders, and from visits where there is a log of them."""
        known = {str(product.product_id): product for product in products}
        seen = [Session(tuple(item for item in visit.items if item in known), visit.ended) for visit in visits]
        owned: dict[str, dict[str, None]] = defaultdict(dict)
        for basket in baskets:
            for product in sorted(basket.products):
                owned[basket.customer].pop(product, None)
                owned[basket.customer][product] = None
        sessions = [Session(tuple(sorted(basket.products & known.keys())), basket.at) for basket in baskets]
        return cls(
            products=known,
            places={product: at for at, product in enumerate(known)},
            alike=_alike(embed([text_of(product) for product in products])),
            blend=Blend.fit([*sessions, *seen], tuple(known)),
            orders=pairs_of(basket.products for basket in baskets),
            customers=pairs_of(frozenset(products) for products in owned.values()),
            visits=pairs_of(frozenset(visit.items) for visit in seen if visit.items),
            bought={customer: tuple(products) for customer, products in owned.items()},
        )

    def likeness(self, one: str, other: str) -> float:
        """How like the texts of two products are, 0 to 1."""
        return float(self.alike[self.places[one], self.places[other]])


def text_of(product: Product) -> str:
    """What is embedded of a product: all that tells what it is."""
    values = ", ".join(f"{name} {value}" for name, value in product.attributes.items())
    options = ", ".join(sorted({value for variant in product.variants for value in variant.options.values()}))
    return ". ".join(part for part in (product.name, product.category, product.description, values, options) if part)


def _alike(vectors: Vectors) -> Vectors:
    """Cosines around the mean text: what all products share says nothing of any two of them."""
    if len(vectors) == 0:
        return np.zeros((0, 0), dtype=np.float32)
    centred = vectors - vectors.mean(axis=0)
    lengths = np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)
    cosines = (centred / lengths) @ (centred / lengths).T
    return np.asarray(np.round(np.clip(cosines, 0.0, 1.0), 6), dtype=np.float32)

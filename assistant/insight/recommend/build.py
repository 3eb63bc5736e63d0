"""Puts the shop's recommender together from the parts of the house."""

from typing import TYPE_CHECKING, Protocol

from assistant.insight.recommend.shop import ShopRecommender

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.clock import Clock
    from assistant.ids import CustomerId
    from assistant.memory.memory import Memory
    from assistant.models.embeddings.cache import CachedEmbeddings
    from assistant.models.embeddings.encoder import Vectors
    from assistant.shop.service import Shop
    from assistant.storage.engine import Database

KIND, OFF = "recommendations", "off"
"""The fact by which a customer turns recommendations off, and its value."""


class House(Protocol):
    """The parts that it takes."""

    @property
    def shop(self) -> "Shop": ...
    @property
    def database(self) -> "Database": ...
    @property
    def embeddings(self) -> "CachedEmbeddings": ...
    @property
    def clock(self) -> "Clock": ...
    @property
    def memory(self) -> "Memory": ...


def build_recommender(house: House) -> ShopRecommender:
    """The shop's recommender; it learns at its first use."""

    def embed(texts: "Sequence[str]") -> "Vectors":
        return house.embeddings.embed_array(texts, as_query=False)

    def refused(customer: "CustomerId") -> bool:
        return any(fact.kind == KIND and fact.value == OFF for fact in house.memory.facts(customer))

    return ShopRecommender(house.shop, house.database, embed, house.clock, refused)

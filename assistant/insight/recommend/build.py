"""Puts the shop's recommender together from the parts of the house."""

from typing import TYPE_CHECKING, Protocol

from assistant.insight.behaviour.lately import Lately
from assistant.insight.recommend.sessions import Session
from assistant.insight.recommend.shop import ShopRecommender

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.clock import Clock
    from assistant.ids import CustomerId
    from assistant.memory.memory import Memory
    from assistant.models.embeddings.cache import CachedEmbeddings
    from assistant.models.embeddings.encoder import Vectors
    from assistant.settings import Settings
    from assistant.shop.service import Shop
    from assistant.storage.engine import Database

KIND, OFF = "recommendations", "off"
"""The fact by which a customer turns recommendations off, and its value."""


class House(Protocol):
    """The parts that it takes."""

    @property
    def settings(self) -> "Settings": ...
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

    def visits() -> list[Session]:
        folder = house.settings.events_dir
        if not (folder / "catalogue.db").is_file():
            return []
        from assistant.insight.events.log import Log

        found = Log.open(folder, house.clock).items_by_session(("view", "cart_add"), at_least=2)
        return [Session(visit.items, visit.started.timestamp()) for visit in found]

    lately = Lately(house.settings.events_dir, house.clock)
    return ShopRecommender(house.shop, house.database, embed, house.clock, refused, visits, lately.items)

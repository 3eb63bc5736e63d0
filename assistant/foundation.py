"""What everything else rests on, wired from Settings: data, models' store, shop, pages, memory.

The lower half of `assistant/app.py`: nothing here answers anybody by itself.
"""

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.clock import Clock
    from assistant.knowledge.gaps import Gaps
    from assistant.knowledge.search import KnowledgeSearch
    from assistant.memory.forgetting import Forgetting, Trail
    from assistant.memory.memory import Memory
    from assistant.models.embeddings.cache import CachedEmbeddings
    from assistant.models.store.model_store import ModelStore
    from assistant.settings import Settings
    from assistant.shop.policy import Policy
    from assistant.shop.service import Shop
    from assistant.storage.engine import Database
    from assistant.storage.vectors import VectorStore
    from assistant.text.prompt_versions import PromptVersions
    from assistant.text.prompts import PromptLibrary
    from assistant.tools.proposals import Proposals


class Foundation:
    """The parts that tables, files and settings give, built lazily.

    Args:
        settings: None reads the environment and `assistant.toml`.
        clock: None is the machine's clock.
    """

    def __init__(self, settings: "Settings | None" = None, *, clock: "Clock | None" = None) -> None:
        self._settings = settings
        self._clock = clock

    @cached_property
    def settings(self) -> "Settings":
        """What the operator chose."""
        from assistant.settings import Settings

        return self._settings or Settings()

    @cached_property
    def clock(self) -> "Clock":
        """What tells the time."""
        from assistant.clock import SystemClock

        return self._clock or SystemClock()

    @cached_property
    def prompts(self) -> "PromptLibrary":
        """Prompts and reply texts of the version that is served."""
        return self.prompt_versions.library()

    @cached_property
    def prompt_versions(self) -> "PromptVersions":
        """All versions of the prompts."""
        from assistant.text.prompt_versions import PromptVersions

        return PromptVersions(self.settings)

    @cached_property
    def store(self) -> "ModelStore":
        """Downloaded models."""
        from assistant.models.store.model_store import ModelStore

        return ModelStore(self.settings)

    @cached_property
    def database(self) -> "Database":
        """The database, migrated to the newest schema."""
        from assistant.storage.engine import Database
        from assistant.storage.migrate import upgrade

        database = Database(self.settings.sqlalchemy_url)
        upgrade(database)
        return database

    @cached_property
    def embeddings(self) -> "CachedEmbeddings":
        """Sentence vectors."""
        from assistant.models.embeddings.load import load_embeddings

        return load_embeddings(self.settings)

    @cached_property
    def vectors(self) -> "VectorStore":
        """Chroma."""
        from assistant.storage.vectors import VectorStore

        where = self.settings.chroma_url or self.settings.chroma_dir
        return VectorStore(where, self.embeddings, self.embeddings.fingerprint)

    @cached_property
    def shop(self) -> "Shop":
        """The shop's service."""
        from assistant.shop.service import Shop

        return Shop(self.database, self.clock, self.settings.currency)

    @cached_property
    def product_names(self) -> list[str]:
        """The names of all products, in both languages."""
        return [name for product in self.shop.products() for name in (product.name, product.name_zh) if name]

    @cached_property
    def policy(self) -> "Policy":
        """What the shop allows, as its policy pages say."""
        from assistant.shop.policy import Policy

        return Policy.load(self.settings.knowledge_dir)

    @cached_property
    def proposals(self) -> "Proposals":
        """Changes that wait for the customer's yes, and their execution."""
        from assistant.shop.changes.service import Changes
        from assistant.tools.proposals import Proposals
        from assistant.tools.supplied.calls import SuppliedCalls

        changes = Changes(self.database, self.policy)
        return Proposals(self.database, changes, self.clock, elsewhere=SuppliedCalls(self.settings.mcp_servers))

    @cached_property
    def knowledge(self) -> "KnowledgeSearch":
        """Search over the shop's pages."""
        from assistant.knowledge.search import KnowledgeSearch

        return KnowledgeSearch(self.database, self.vectors, self.clock)

    @cached_property
    def gaps(self) -> "Gaps":
        """Questions that no page answered."""
        from assistant.knowledge.gaps import Gaps
        from assistant.models.embeddings.multilingual import multilingual

        return Gaps(self.database, multilingual(self.embeddings.encoders()))

    @cached_property
    def memory(self) -> "Memory":
        """Facts and episodes of customers."""
        from assistant.memory.memory import Memory

        return Memory(self.database, self.vectors, self.clock, self.prompts)

    @cached_property
    def forgetting(self) -> "Forgetting":
        """Erases customers, down to the files."""
        from assistant.memory.forgetting import Forgetting
        from assistant.routing.learning.refits import taught

        folder = self.settings.data_dir
        quotes = taught(folder, self.settings.cache_dir)
        pictures = self.settings.attachments_dir
        letters = folder / "codes.jsonl"
        return Forgetting(self.database, self.memory, self.clock, letters, quotes, pictures, self.trail)

    @property
    def trail(self) -> "Trail | None":
        """What customers left in the log of events; `assistant.app` has it."""
        return None

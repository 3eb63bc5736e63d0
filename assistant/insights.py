"""What conversations and events teach, wired from Settings, between the foundation and the parts that answer."""

from functools import cached_property
from typing import TYPE_CHECKING

from assistant.foundation import Foundation

if TYPE_CHECKING:
    from assistant.insight.behaviour.lately import Lately
    from assistant.insight.behaviour.learning import KeptPrior
    from assistant.insight.events.chat import Drain
    from assistant.insight.events.log import Log
    from assistant.insight.events.trail import Trail
    from assistant.insight.learning.nightly import Nightly
    from assistant.insight.recommend.shop import ShopRecommender
    from assistant.insight.satisfaction.serving import Foresight
    from assistant.routing.intents.catalogue import Catalogue


class Insights(Foundation):
    """The middle of `assistant/app.py`; see `Foundation` for its arguments."""

    @cached_property
    def catalogue(self) -> "Catalogue":
        """The intents."""
        from assistant.routing.intents.catalogue import Catalogue

        return Catalogue.load(self.prompts.folder / "intents")

    @cached_property
    def foresight(self) -> "Foresight":
        """Foresees how satisfied customers are."""
        from assistant.insight.satisfaction.serving import Foresight

        settings = self.settings
        return Foresight(self.database, settings.data_dir / "insight" / "satisfaction", settings.cache_dir)

    @cached_property
    def lately(self) -> "Lately":
        """What customers did on the shop's pages just now."""
        from assistant.insight.behaviour.lately import Lately

        return Lately(self.settings.events_dir, self.clock)

    @cached_property
    def prior(self) -> "KeptPrior":
        """What behaviour makes likelier, where it was learned."""
        from assistant.insight.behaviour.learning import KeptPrior

        return KeptPrior(self.settings.data_dir / "insight" / "prior")

    @cached_property
    def recommender(self) -> "ShopRecommender":
        """Suggests products, to customers in chat and to agents at the desk."""
        from assistant.insight.recommend.build import build_recommender

        return build_recommender(self)

    @cached_property
    def nightly(self) -> "Nightly":
        """What is learned every night."""
        from assistant.insight.learning.build import build_nightly

        return build_nightly(self)

    @cached_property
    def events(self) -> "Log":
        """The log of what visitors and the assistant do."""
        from assistant.insight.events.log import Log

        return Log(self.settings.events_dir, self.clock, memory=f"{self.settings.insight_memory_mb}MB")

    @cached_property
    def trail(self) -> "Trail":
        """What customers left in the log of events."""
        from assistant.insight.events.trail import Trail

        return Trail(self.events)

    @cached_property
    def event_drain(self) -> "Drain":
        """Moves what the chat and browsers noted to the log of events."""
        from assistant.insight.events.chat import Drain

        return Drain(self.database, self.events, self.clock)

"""What a tool gets from the runtime and never from the model."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.clock import Clock
from assistant.ids import ConversationId, CustomerId, ProductId
from assistant.text.language import Language

if TYPE_CHECKING:
    from assistant.knowledge.search import KnowledgeSearch
    from assistant.shop.service import Shop
    from assistant.tools.proposals import Proposals
    from assistant.tools.suggestions import Recommends


@dataclass(frozen=True)
class ToolContext:
    """The circumstances of a tool call.

    Args:
        customer_id: who is asking, as the runtime has proved it; None before identification.
        conversation_id: where they ask.
        language: the customer's language.
        shop: the shop's service.
        knowledge: search over the shop's pages.
        clock: tells the time.
        proposals: stores what WRITE tools propose; None where nothing can be changed.
        recommender: finds what to suggest; None where nothing is recommended.
        looked_at: products that the conversation was about lately, the oldest first.
    """

    customer_id: CustomerId | None
    conversation_id: ConversationId
    language: Language
    shop: "Shop"
    knowledge: "KnowledgeSearch"
    clock: Clock
    proposals: "Proposals | None" = None
    recommender: "Recommends | None" = None
    looked_at: tuple[ProductId, ...] = ()

"""The sub-agents of the shop: which tools each may call, and which tool's result ends its work."""

from collections.abc import Mapping

from assistant.agents.agent import SubAgent
from assistant.errors import OperatorError
from assistant.text.language import Language
from assistant.text.prompts import PromptLibrary

_LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "zh": "Chinese"}
_ORDERS = ("track_shipment", "list_orders", "get_order_details", "refund_status", "get_user_details")
_PRODUCTS = ("search_products", "get_product_details", "compare_products", "check_stock", "recommend_products")
_TOOLS: dict[str, tuple[str, ...]] = {
    "orders": (*_ORDERS, "transfer_to_human_agents"),
    "products": _PRODUCTS,
    "faq": ("search_knowledge",),
}
_FINISHING = frozenset((*_ORDERS, *_PRODUCTS, "search_knowledge", "transfer_to_human_agents"))


class Roster:
    """Makes sub-agents.

    Args:
        prompts: holds `agents/<name>.md`.
        shop_name: as customers know it.
        supplied: tools of the shop's own MCP servers, by agent.
    """

    def __init__(
        self, prompts: PromptLibrary, shop_name: str, supplied: Mapping[str, tuple[str, ...]] | None = None
    ) -> None:
        self._prompts = prompts
        self._shop_name = shop_name
        self._supplied = dict(supplied or {})

    def names(self) -> tuple[str, ...]:
        """Names of the agents."""
        return tuple(_TOOLS)

    def get(self, name: str, language: Language) -> SubAgent:
        """The sub-agent `name`, answering in `language`.

        Raises:
            OperatorError: the intent catalogue names an agent that does not exist.
        """
        if name not in _TOOLS:
            raise OperatorError(
                f"there is no agent {name!r}", fix=f"use one of {', '.join(_TOOLS)} in prompts/intents/"
            )
        prompt = self._prompts.render(
            f"agents/{name}", shop_name=self._shop_name, language_name=_LANGUAGE_NAMES[language]
        )
        more = self._supplied.get(name, ())
        return SubAgent(name=name, prompt=prompt, tools=(*_TOOLS[name], *more), finishing=_FINISHING.union(more))

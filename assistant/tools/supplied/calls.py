"""Carries out changes that customers said yes to, by tools of the shop's own MCP servers."""

import logging
from pathlib import Path
from typing import Any

from assistant.ids import CustomerId
from assistant.shop.changes.requests import SuppliedCall
from assistant.tools.elsewhere import Answer
from assistant.tools.supplied.client import Refused, ServerUnavailable, SupplyClient
from assistant.tools.supplied.servers import SupplyingServer, TakenTool, load_servers

_log = logging.getLogger(__name__)


class SuppliedCalls:
    """Calls WRITE tools, each time with the key of the proposal, and never a second time by itself.

    Args:
        file: the setting `mcp_servers`, read when something is to be carried out.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file

    def carry_out(self, call: SuppliedCall, customer_id: CustomerId, key: str) -> Answer:
        """Call the tool once.

        Args:
            call: what the customer agreed to.
            customer_id: who said yes, as the runtime has proved it.
            key: the same for the same yes, however often it is given.
        """
        found = self._taken(call.tool)
        if found is None:
            _log.warning("%s is no longer among the WRITE tools of mcp_servers; nothing was called", call.tool)
            return Answer(outcome="not_reached")
        server, taken = found
        given: dict[str, Any] = dict(call.arguments)
        if taken.customer_argument:
            given[taken.customer_argument] = customer_id
        if taken.order_argument and call.order_id is not None:
            given[taken.order_argument] = call.order_id
        if taken.idempotency_argument:
            given[taken.idempotency_argument] = key
        try:
            text = SupplyClient(server).change(taken.name, given, key)
        except Refused as error:
            return Answer(outcome="refused", text=str(error))
        except ServerUnavailable as error:
            _log.warning("%s (%s)", error, "nobody knows whether it was done" if error.asked else "nothing was asked")
            return Answer(outcome="unsettled" if error.asked else "not_reached")
        return Answer(outcome="executed", text=text)

    def _taken(self, name: str) -> tuple[SupplyingServer, TakenTool] | None:
        pairs = ((server, tool) for server in load_servers(self._file) for tool in server.tools)
        return next(((server, tool) for server, tool in pairs if tool.name == name and tool.write), None)

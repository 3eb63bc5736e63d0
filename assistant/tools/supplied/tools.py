"""Tools of the register whose work is done by a supplying server."""

import inspect
import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from assistant.errors import OperatorError, ToolError
from assistant.ids import OrderId
from assistant.tools.context import ToolContext
from assistant.tools.registry import Tool, ToolFunction
from assistant.tools.results import UNAVAILABLE, SuppliedResult
from assistant.tools.supplied.client import Described, ServerUnavailable, SupplyClient
from assistant.tools.supplied.servers import SupplyingServer, TakenTool

_log = logging.getLogger(__name__)
_PLAIN: dict[str, type] = {"string": str, "integer": int, "number": float, "boolean": bool}


def supplied_tools(servers: tuple[SupplyingServer, ...], kept: Path) -> list[tuple[str, Tool]]:
    """The tools that are taken from servers, each with the agent that may call it.

    A server that does not answer now is known by what it said last, which lies in `kept`: its tools stand ready for
    the moment when it is back. One that has never answered supplies nothing until the next start.

    Args:
        servers: as the operator's file names them.
        kept: folder of the descriptions.

    Raises:
        OperatorError: a tool is not there, does not only read, or has no such argument.
    """
    taken: list[tuple[str, Tool]] = []
    for server in servers:
        client = SupplyClient(server)
        described = _described(server, client, kept / f"{server.name}.json")
        if described is not None:
            taken += [(tool.agent, _tool(server, tool, described.get(tool.name), client)) for tool in server.tools]
    return taken


def _described(server: SupplyingServer, client: SupplyClient, file: Path) -> Mapping[str, Described] | None:
    try:
        described = client.tools()
    except ServerUnavailable as error:
        if not file.exists():
            _log.warning("%s; its tools are left out until the next start", error)
            return None
        _log.warning("%s; its tools are known from last time", error)
        return {name: Described(**values) for name, values in json.loads(file.read_text("utf-8")).items()}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(described, ensure_ascii=False), "utf-8")
    return described


def _tool(server: SupplyingServer, taken: TakenTool, described: Described | None, client: SupplyClient) -> Tool:
    fix = "correct the file that the setting mcp_servers names"
    if described is None:
        raise OperatorError(f"the MCP server {server.name!r} has no tool {taken.name!r}", fix=fix)
    if not described["reads"]:
        raise OperatorError(
            f"{taken.name!r} of the MCP server {server.name!r} is not marked as only reading",
            fix="let the server mark it (readOnlyHint), or take it out of the file; changes are the shop's own",
        )
    properties: dict[str, Any] = described["schema"].get("properties", {})
    for argument in filter(None, (taken.customer_argument, taken.order_argument)):
        if argument not in properties:
            raise OperatorError(f"{taken.name!r} of {server.name!r} has no argument {argument!r}", fix=fix)
    return Tool(_function(taken, described, client), private=taken.private)


def _function(taken: TakenTool, described: Described, client: SupplyClient) -> ToolFunction:
    """A function with the signature that the server's schema tells, less what the runtime fills."""
    schema = described["schema"]
    required = set(schema.get("required", ()))

    def call(context: ToolContext, **arguments: Any) -> SuppliedResult:
        given = {name: value for name, value in arguments.items() if value is not None}
        if taken.order_argument in given and context.customer_id is not None:
            order = context.shop.order(OrderId(str(given[taken.order_argument])), context.customer_id)
            given[taken.order_argument] = order.order_id
        if taken.customer_argument:
            given[taken.customer_argument] = context.customer_id
        try:
            text, refused = client.call(taken.name, given)
        except ServerUnavailable as error:
            _log.warning("%s", error)
            raise ToolError(f"{taken.name} can't be asked at the moment.", code=UNAVAILABLE) from error
        if refused:
            raise ToolError(text or f"{taken.name} refused without a reason.")
        return SuppliedResult(tool=taken.name, text=text)

    parameters = [inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=ToolContext)]
    for name, about in schema.get("properties", {}).items():
        if name == taken.customer_argument or not name.isidentifier():
            continue
        kind: Any = _kind(about)
        needed = name in required
        parameters.append(
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                annotation=kind if needed else kind | None,
                default=inspect.Parameter.empty if needed else about.get("default"),
            )
        )
    call.__name__ = taken.name
    call.__doc__ = described["description"]
    call.__annotations__ = {p.name: p.annotation for p in parameters} | {"return": SuppliedResult}
    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return call


def _kind(about: Mapping[str, Any]) -> Any:
    if choices := about.get("enum"):
        return Literal[tuple(choices)]
    if about.get("type") == "array":
        return list[_kind(about.get("items", {}))]  # type: ignore[misc]
    return _PLAIN.get(str(about.get("type")), Any)

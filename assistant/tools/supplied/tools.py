"""Tools of the register whose work is done by a supplying server."""

import inspect
import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from assistant.errors import OperatorError, ToolError
from assistant.ids import OrderId
from assistant.tools.context import ToolContext
from assistant.tools.proposals import ProposalResult
from assistant.tools.registry import Tool, ToolFunction, ToolKind
from assistant.tools.results import UNAVAILABLE, SuppliedResult
from assistant.tools.supplied.arguments import arguments_of
from assistant.tools.supplied.client import Described, ServerUnavailable, SupplyClient
from assistant.tools.supplied.servers import SupplyingServer, TakenTool
from assistant.tools.supplied.writing import WriteTool, proposer, unsayable, write_tool

_log = logging.getLogger(__name__)


class SuppliedTool(NamedTuple):
    """A tool that is taken: `agent` may call it. One that writes is no agent's: `write` says how it is asked for."""

    agent: str
    tool: Tool
    write: WriteTool | None


def supplied_tools(servers: tuple[SupplyingServer, ...], kept: Path) -> list[SuppliedTool]:
    """The tools that are taken from servers.

    A server that does not answer now is known by what it said last, which lies in `kept`: its tools stand ready for
    the moment when it is back. One that has never answered supplies nothing until the next start.

    Args:
        servers: as the operator's file names them.
        kept: folder of the descriptions.

    Raises:
        OperatorError: a tool is not there, does not only read and is not said to write, or has no such argument.
    """
    taken: list[SuppliedTool] = []
    for server in servers:
        client = SupplyClient(server)
        described = _described(server, client, kept / f"{server.name}.json")
        if described is not None:
            taken += [_supplied(server, tool, described.get(tool.name), client) for tool in server.tools]
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


def _supplied(
    server: SupplyingServer, taken: TakenTool, described: Described | None, client: SupplyClient
) -> SuppliedTool:
    fix = "correct the file that the setting mcp_servers names; docs/api.md shows its form"
    if described is None:
        raise OperatorError(f"the MCP server {server.name!r} has no tool {taken.name!r}", fix=fix)
    arguments = arguments_of(described["schema"])
    names = {argument.name for argument in arguments}
    for argument in taken.bound:
        if argument not in names:
            raise OperatorError(f"{taken.name!r} of {server.name!r} has no argument {argument!r}", fix=fix)
    if taken.write:
        write = write_tool(taken, arguments)
        if problem := unsayable(write):
            raise OperatorError(f"{taken.name!r} of {server.name!r}: {problem}", fix=fix)
        function = _signed(proposer(write), taken, described)
        return SuppliedTool(taken.agent, Tool(function, kind=ToolKind.WRITE, private=True), write)
    if not described["reads"]:
        raise OperatorError(
            f"{taken.name!r} of the MCP server {server.name!r} is not marked as only reading",
            fix="let the server mark it (readOnlyHint), take it out of the file, or let customers confirm each call"
            " (write: true, with words; docs/api.md)",
        )
    return SuppliedTool(
        taken.agent, Tool(_signed(_reader(taken, client), taken, described), private=taken.private), None
    )


def _reader(taken: TakenTool, client: SupplyClient) -> ToolFunction:
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

    return call


def _signed(call: ToolFunction, taken: TakenTool, described: Described) -> ToolFunction:
    """The function with the signature that the server's schema tells, less what the runtime fills."""
    filled = {taken.customer_argument, taken.idempotency_argument}
    parameters = [inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=ToolContext)]
    for argument in arguments_of(described["schema"]):
        if argument.name in filled:
            continue
        parameters.append(
            inspect.Parameter(
                argument.name,
                inspect.Parameter.KEYWORD_ONLY,
                annotation=argument.kind if argument.required else argument.kind | None,
                default=inspect.Parameter.empty if argument.required else argument.default,
            )
        )
    result = ProposalResult if taken.write else SuppliedResult
    call.__name__ = taken.name
    call.__doc__ = described["description"]
    call.__annotations__ = {p.name: p.annotation for p in parameters} | {"return": result}
    call.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return call

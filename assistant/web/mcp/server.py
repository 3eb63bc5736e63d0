"""The MCP server: READ tools, and WRITE tools that only propose; the customer comes from the token.

It speaks MCP's streamable HTTP under `/mcp`, without sessions: any server process serves any request. What the
calling model sees as a tool's arguments never names a customer, and nothing here executes a change: that takes the
customer's own yes in a chat of the shop's.
"""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, cast

from anyio.to_thread import run_sync
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from assistant.errors import OperatorError
from assistant.ids import ConversationId
from assistant.storage.conversation_tables import ConversationRow
from assistant.tools.context import ToolContext
from assistant.tools.registry import Tool, ToolKind, ToolOutcome
from assistant.web.errors import ApiError
from assistant.web.state import WebState
from assistant.web.tokens import Identity

if TYPE_CHECKING:
    from mcp.server import Server
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

PATH = "/mcp"
NOT_SERVED = frozenset({"transfer_to_human_agents", "find_user_id_by_email", "find_user_id_by_name_zip", "calculate"})
"""Tools that mean something only within a turn of the assistant's own."""
_IDENTITY = "shop_assistant.identity"
_INSTRUCTIONS = (
    "Look up this customer's orders, products and the shop's policies. Tools that change something only store a "
    "proposal; tell the customer to confirm it in the shop's chat."
)


class McpDoor:
    """Serves `/mcp` beside the other routes.

    Args:
        state: what the routes share.

    Raises:
        OperatorError: the `mcp` package is not installed.
    """

    def __init__(self, state: WebState) -> None:
        if find_spec("mcp") is None:
            raise OperatorError("mcp_server is on, but the mcp package is not there", fix="pip install mcp")
        self._state = state
        self._manager: StreamableHTTPSessionManager | None = None
        self.route = Route(PATH, endpoint=cast(Any, self))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While the application runs."""
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

        self._manager = StreamableHTTPSessionManager(_server(self._state), stateless=True, json_response=True)
        async with self._manager.run():
            yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; who asks is told before anything else is read."""
        from starlette.requests import Request

        request = Request(scope)
        try:
            identity = await run_sync(self._state.identity, request.headers.get("authorization", "")[:4096])
            self._state.address_limit.hit(request.client.host if request.client else "")
            self._state.owner_limit.hit(identity.owner)
        except ApiError as error:
            await error.response(PATH)(scope, receive, send)
            return
        assert self._manager is not None
        scope.setdefault("state", {})[_IDENTITY] = identity
        await self._manager.handle_request(scope, receive, send)


def _server(state: WebState) -> "Server[Any]":
    from mcp.server import Server
    from mcp_types import CallToolResult, ListToolsResult, TextContent

    from assistant import __version__

    tools = {name: state.parts.registry.get(name) for name in state.parts.registry.names() if name not in NOT_SERVED}

    async def list_tools(_context: Any, _params: Any) -> ListToolsResult:
        return ListToolsResult(tools=[_described(tool) for tool in tools.values()])

    async def call_tool(context: Any, params: Any) -> CallToolResult:
        identity: Identity = context.request.scope["state"][_IDENTITY]
        tool = tools.get(params.name)
        if tool is None:
            text = f"Error: there is no tool {params.name!r}; there are {', '.join(sorted(tools))}."
            return CallToolResult(content=[TextContent(text=text)], is_error=True)
        outcome = await run_sync(_call, state, tool, params.arguments or {}, identity)
        return CallToolResult(content=[TextContent(text=outcome.text)], is_error=not outcome.ok)

    return Server(
        "shop-assistant",
        version=__version__,
        title=state.parts.settings.shop_name,
        instructions=_INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def _described(tool: Tool) -> Any:
    from mcp_types import Tool as McpTool
    from mcp_types import ToolAnnotations

    proposes = tool.kind is ToolKind.WRITE
    description = tool.description
    if proposes:
        description += "\n\nThis only stores a proposal: nothing changes until the customer confirms it in the chat."
    return McpTool(
        name=tool.name,
        description=description,
        input_schema=tool.schema.model_json_schema(),
        annotations=ToolAnnotations(read_only_hint=not proposes, destructive_hint=False, open_world_hint=False),
    )


def _call(state: WebState, tool: Tool, arguments: dict[str, Any], identity: Identity) -> ToolOutcome:
    parts = state.parts
    conversation_id = _conversation(state, identity) if tool.kind is ToolKind.WRITE and tool.private else None
    language = "en"
    if identity.customer_id is not None:
        language = parts.shop.customer(identity.customer_id).language
    context = ToolContext(
        customer_id=identity.customer_id,
        conversation_id=conversation_id or ConversationId("mcp"),
        language="zh" if language == "zh" else "en",
        shop=parts.shop,
        knowledge=cast(Any, parts.knowledge),
        clock=parts.clock,
        proposals=parts.proposals if conversation_id else None,
    )
    outcome = tool.call(context, arguments)
    if outcome.ok and conversation_id:
        waits = f"\nNothing has changed. The customer confirms it in the chat, conversation {conversation_id}."
        outcome = outcome.model_copy(update={"text": outcome.text + waits})
    return outcome


def _conversation(state: WebState, identity: Identity) -> ConversationId | None:
    """The customer's conversation of the day for proposals from MCP; made when there is none."""
    if identity.customer_id is None:
        return None
    now = state.parts.clock.now()
    key = hashlib.sha256(f"{identity.customer_id} {now.date()}".encode()).hexdigest()[:24]
    conversation_id = ConversationId(f"conv_mcp_{key}")
    with state.parts.database.write() as session:
        if session.get(ConversationRow, conversation_id) is None:
            session.add(
                ConversationRow(
                    conversation_id=conversation_id,
                    customer_id=identity.customer_id,
                    channel="mcp",
                    language=state.parts.shop.customer(identity.customer_id).language,
                    status="open",
                    started_at=now,
                    last_at=now,
                    summary="",
                    state={},
                )
            )
    return conversation_id

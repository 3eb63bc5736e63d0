"""Talks to an MCP server: one short session a call, so that nothing has to be kept alive between turns."""

import json
from collections.abc import Awaitable, Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeVar

from assistant.errors import AssistantError, OperatorError
from assistant.tools.supplied.servers import SupplyingServer

if TYPE_CHECKING:
    from mcp import Client

_MOST_CHARS = 4000
_PAGES = 20

Answer = TypeVar("Answer")


class ServerUnavailable(AssistantError):
    """A supplying server did not answer, or not as MCP wants it."""


class Described(dict[str, Any]):
    """A tool as its server describes it: `description`, `schema` (JSON schema of its arguments), `reads`."""


class SupplyClient:
    """Lists and calls the tools of one server.

    Args:
        server: which.

    Raises:
        OperatorError: the `mcp` package is not installed, or the server's token is not set.
    """

    def __init__(self, server: SupplyingServer) -> None:
        if find_spec("mcp") is None:
            raise OperatorError("mcp_servers is set, but the mcp package is not there", fix="pip install mcp")
        self._server = server
        self._headers = server.headers

    def tools(self) -> dict[str, Described]:
        """Every tool that the server has, by name.

        Raises:
            ServerUnavailable: it can't be reached.
        """

        async def listed(client: "Client") -> dict[str, Described]:
            found: dict[str, Described] = {}
            cursor: str | None = None
            for _ in range(_PAGES):
                page = await client.list_tools(cursor=cursor)
                for tool in page.tools:
                    reads = bool(tool.annotations and tool.annotations.read_only_hint)
                    found[tool.name] = Described(
                        description=tool.description or tool.title or tool.name, schema=tool.input_schema, reads=reads
                    )
                cursor = page.next_cursor
                if cursor is None:
                    break
            return found

        return self._within(listed)

    def call(self, name: str, arguments: dict[str, Any]) -> tuple[str, bool]:
        """What a tool answers, as text of bounded length, and whether it refused.

        Raises:
            ServerUnavailable: it can't be reached.
        """

        from mcp_types import TextContent

        async def called(client: "Client") -> tuple[str, bool]:
            result = await client.call_tool(name, arguments)
            texts = [block.text for block in result.content if isinstance(block, TextContent)]
            structured = getattr(result, "structured_content", None)
            text = "\n".join(texts) or (json.dumps(structured, ensure_ascii=False) if structured else "")
            return text[:_MOST_CHARS], bool(result.is_error)

        return self._within(called)

    def _within(self, work: "Callable[[Client], Awaitable[Answer]]") -> Answer:
        import anyio
        import httpx2
        from mcp import MCPError

        async def run() -> Answer:
            from mcp import Client
            from mcp.client.streamable_http import streamable_http_client

            with anyio.fail_after(self._server.timeout_s):
                async with httpx2.AsyncClient(headers=self._headers, timeout=self._server.timeout_s) as http:
                    transport = streamable_http_client(self._server.url, http_client=http)
                    async with Client(transport, read_timeout_seconds=self._server.timeout_s) as client:
                        return await work(client)

        broken = (MCPError, httpx2.HTTPError, OSError, TimeoutError, RuntimeError, ValueError, ExceptionGroup)
        try:
            return anyio.run(run)
        except broken as error:
            raise ServerUnavailable(f"the MCP server {self._server.name!r} does not answer: {_first(error)}") from error


def _first(error: BaseException) -> str:
    """The innermost first error of groups, which say nothing by themselves."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}".rstrip(": ")

"""Talks to an MCP server: one short session a call, so that nothing has to be kept alive between turns."""

import json
from collections.abc import Awaitable, Callable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, TypeVar, cast

from assistant.errors import AssistantError, OperatorError
from assistant.tools.supplied.servers import SupplyingServer

if TYPE_CHECKING:
    from mcp import Client
    from mcp_types import CallToolResult, RequestParamsMeta

_MOST_CHARS = 4000
_PAGES = 20
_NEVER_CALLED = (-32601, -32602)
"""JSON-RPC's codes for a tool that isn't there and arguments that it doesn't take: nothing was begun."""

Answer = TypeVar("Answer")


class ServerUnavailable(AssistantError):
    """A supplying server did not answer, or not as MCP wants it.

    Args:
        message: for the log.
        asked: whether a call may have gone out: then nobody knows whether it was carried out.
    """

    def __init__(self, message: str, *, asked: bool = False) -> None:
        super().__init__(message)
        self.asked = asked


class Refused(AssistantError):
    """A tool said that it did not do what it was called for; the text is its own."""


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

        async def called(client: "Client") -> tuple[str, bool]:
            return _read(await client.call_tool(name, arguments))

        return self._within(called)

    def change(self, name: str, arguments: dict[str, Any], key: str) -> str:
        """Call a tool that changes something: once, whatever happens.

        Args:
            name: of the tool.
            arguments: for it.
            key: goes with the call (`_meta`, `idempotencyKey`), so that the server can tell a repetition.

        Returns:
            What it answers, as text of bounded length.

        Raises:
            Refused: it says that it did not do it, or that it can't be called so.
            ServerUnavailable: there was no answer; `asked` tells whether the call may have arrived.
        """
        from mcp import MCPError

        asked = False

        async def called(client: "Client") -> tuple[str, bool]:
            nonlocal asked
            asked = True
            try:
                return _read(
                    await client.call_tool(name, arguments, meta=cast("RequestParamsMeta", {"idempotencyKey": key}))
                )
            except MCPError as error:
                if error.code in _NEVER_CALLED:
                    return error.message[:_MOST_CHARS], True
                raise

        try:
            text, refused = self._within(called)
        except ServerUnavailable as error:
            raise ServerUnavailable(str(error), asked=asked) from error
        if refused:
            raise Refused(text)
        return text

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


def _read(result: "CallToolResult") -> tuple[str, bool]:
    """The text of an answer, bounded, and whether it is a refusal."""
    from mcp_types import TextContent

    texts = [block.text for block in result.content if isinstance(block, TextContent)]
    structured = getattr(result, "structured_content", None)
    text = "\n".join(texts) or (json.dumps(structured, ensure_ascii=False) if structured else "")
    return text[:_MOST_CHARS], bool(result.is_error)


def _first(error: BaseException) -> str:
    """The innermost first error of groups, which say nothing by themselves."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}".rstrip(": ")

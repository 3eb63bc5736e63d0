"""Server-sent events of the desk: that the queue, or a conversation, has changed; pages fetch what they show."""

import asyncio
from collections.abc import AsyncIterator, Callable

from anyio.to_thread import run_sync
from sse_starlette import EventSourceResponse, ServerSentEvent

from assistant.web.live import PING_S, POLL_S


def changes(version: Callable[[], str]) -> EventSourceResponse:
    """A stream with one `changed` event whenever `version` answers something else."""
    return EventSourceResponse(_events(version), ping=PING_S)


async def _events(version: Callable[[], str]) -> AsyncIterator[ServerSentEvent]:
    seen = await run_sync(version)
    yield ServerSentEvent(data="", event="ready", sep="\n")
    while True:
        await asyncio.sleep(POLL_S)
        now = await run_sync(version)
        if now != seen:
            seen = now
            yield ServerSentEvent(data="1", event="changed", sep="\n")

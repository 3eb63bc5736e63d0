"""Hosted calls end when the current deadline does.

The client's own timeouts count from byte to byte, so a server that keeps dripping, or stalls half-way, could
hold a call for many times as long. These transports shorten every timeout to what is left of the deadline, and
break off the body when it passes.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from threading import Timer
from typing import Any

import httpx2

from assistant.clock import Deadline, current_deadline


class DeadlineTransport(httpx2.HTTPTransport):
    """HTTP within `assistant.clock.current_deadline()`."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request.

        Raises:
            httpx2.ReadTimeout: the deadline has passed.
        """
        deadline = current_deadline()
        if deadline is None:
            return super().handle_request(request)
        _shorten(request, deadline)
        response = super().handle_request(request)
        response.stream = _TimedBody(response, deadline)
        return response


class AsyncDeadlineTransport(httpx2.AsyncHTTPTransport):
    """The same for an event loop."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request; see `DeadlineTransport.handle_request`."""
        deadline = current_deadline()
        if deadline is None:
            return await super().handle_async_request(request)
        _shorten(request, deadline)
        response = await super().handle_async_request(request)
        response.stream = _AsyncTimedBody(response, deadline)
        return response


class _TimedBody(httpx2.SyncByteStream):
    def __init__(self, response: httpx2.Response, deadline: Deadline) -> None:
        self._stream: Any = response.stream
        self._deadline = deadline
        self._timer = Timer(deadline.remaining, _hang_up, [response.extensions.get("network_stream")])
        self._timer.daemon = True
        self._timer.start()

    def __iter__(self) -> Iterator[bytes]:
        try:
            for chunk in self._stream:
                if self._deadline.passed:
                    raise httpx2.ReadTimeout("the deadline has passed")
                yield chunk
        except httpx2.TransportError as error:
            if self._deadline.passed:
                raise httpx2.ReadTimeout("the deadline has passed") from error
            raise
        finally:
            self._timer.cancel()

    def close(self) -> None:
        self._timer.cancel()
        self._stream.close()


class _AsyncTimedBody(httpx2.AsyncByteStream):
    def __init__(self, response: httpx2.Response, deadline: Deadline) -> None:
        self._stream: Any = response.stream
        self._deadline = deadline

    async def __aiter__(self) -> AsyncIterator[bytes]:
        chunks = aiter(self._stream)
        while True:
            try:
                async with asyncio.timeout(self._deadline.remaining):
                    chunk = await anext(chunks)
            except StopAsyncIteration:
                return
            except TimeoutError as error:
                raise httpx2.ReadTimeout("the deadline has passed") from error
            yield chunk

    async def aclose(self) -> None:
        await self._stream.aclose()


def _shorten(request: httpx2.Request, deadline: Deadline) -> None:
    left = deadline.remaining
    if left <= 0:
        raise httpx2.ReadTimeout("the deadline has passed", request=request)
    timeouts = request.extensions.get("timeout", {})
    request.extensions["timeout"] = {
        kind: left if timeouts.get(kind) is None else min(left, timeouts[kind])
        for kind in ("connect", "read", "write", "pool")
    }


def _hang_up(network_stream: Any) -> None:
    """Wake the thread that waits for the rest of the body."""
    connection = network_stream.get_extra_info("socket") if network_stream is not None else None
    if connection is not None:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)

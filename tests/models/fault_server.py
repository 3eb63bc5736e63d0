"""An OpenAI-compatible server on loopback that answers as it is told, wrongly for the most part.

with FaultServer() as server:
    server.answers = [Fault.too_many(after="0"), Fault.answer("Hello")]
    ... server.base_url ...
    server.requests    # what came, as parsed JSON
"""

import json
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Fault:
    """One answer of the server; the last one of a list is repeated.

    Attributes:
        stop_after: bytes of the body after which the connection is cut.
        hang: whether the server keeps the connection open in silence from there on (from the start, if the
            body is empty).
        drip_s: seconds between the bytes of the body.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    stop_after: int | None = None
    hang: bool = False
    drip_s: float = 0.0

    @classmethod
    def answer(cls, text: str | None = "Hello", **message: Any) -> "Fault":
        """A right answer."""
        return cls(body=json.dumps(completion(text, **message)).encode())

    @classmethod
    def error(cls, status: int, message: str = "no luck", **headers: str) -> "Fault":
        """An HTTP error in OpenAI's form."""
        return cls(status=status, body=json.dumps({"error": {"message": message}}).encode(), headers=headers)

    @classmethod
    def stream(cls, pieces: Sequence[str], *, finish: bool = True, done: bool = True) -> "Fault":
        """A stream of server-sent events."""
        deltas = [{"role": "assistant", "content": ""}, *({"content": piece} for piece in pieces)]
        events: list[Any] = [chunk(delta) for delta in deltas]
        if finish:
            events.append(chunk({}, finish_reason="stop"))
            events.append({**chunk({}), "choices": [], "usage": USAGE})
        lines = [f"data: {json.dumps(event)}\n\n" for event in events] + (["data: [DONE]\n\n"] if done else [])
        return cls(body="".join(lines).encode(), content_type="text/event-stream")


USAGE = {"prompt_tokens": 11, "completion_tokens": 3, "total_tokens": 14}
Answer = Fault | Callable[[dict[str, Any]], Fault]


def completion(text: str | None, *, tool_calls: Any = None, finish_reason: str = "stop", **more: Any) -> dict[str, Any]:
    """A chat completion."""
    message = {"role": "assistant", "content": text, **({"tool_calls": tool_calls} if tool_calls else {}), **more}
    choice = {"index": 0, "message": message, "finish_reason": finish_reason}
    return {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [choice],
        "usage": USAGE,
    }


def chunk(delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
    """A chunk of a stream."""
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    return {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


class FaultServer:
    """The server; use as a context manager. `answers` are given in order, the last one again and again."""

    def __init__(self, *answers: Answer) -> None:
        self.answers: list[Answer] = list(answers)
        self.requests: list[dict[str, Any]] = []
        self._given = 0
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                server._serve(self)

            def log_message(self, *args: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True

    def reset(self) -> None:
        """Forget answers and requests."""
        with self._lock:
            self.answers, self.requests, self._given = [], [], 0

    @property
    def base_url(self) -> str:
        """What a client takes as its base URL."""
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def __enter__(self) -> "FaultServer":
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stopped.set()
        self._http.shutdown()
        self._http.server_close()

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        request = json.loads(handler.rfile.read(int(handler.headers["content-length"])))
        with self._lock:
            self.requests.append(request)
            answer = self.answers[min(self._given, len(self.answers) - 1)]
            self._given += 1
        fault = answer(request) if callable(answer) else answer
        if fault.hang and not fault.body:
            self._stopped.wait(60)
            handler.close_connection = True
            return
        handler.send_response(fault.status)
        handler.send_header("content-type", fault.content_type)
        handler.send_header("content-length", str(len(fault.body) + (10 if fault.hang else 0)))
        for name, value in fault.headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        body = fault.body if fault.stop_after is None else fault.body[: fault.stop_after]
        try:
            self._send(handler, body, fault.drip_s)
        except OSError:
            handler.close_connection = True
            return
        if fault.hang:
            self._stopped.wait(60)
        if fault.hang or fault.stop_after is not None:
            handler.close_connection = True
            handler.connection.shutdown(socket.SHUT_RDWR)

    def _send(self, handler: BaseHTTPRequestHandler, body: bytes, drip_s: float) -> None:
        if not drip_s:
            handler.wfile.write(body)
            handler.wfile.flush()
            return
        for position in range(len(body)):
            handler.wfile.write(body[position : position + 1])
            handler.wfile.flush()
            if self._stopped.wait(drip_s):
                return


def closed_port() -> int:
    """A port of loopback on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

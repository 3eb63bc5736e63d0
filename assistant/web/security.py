"""What every answer carries and every request must keep to: security headers and a bounded body."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.errors import ApiError

BODY_LIMIT = 128 * 1024
BODY_LIMITS = {"/v1/": 1024 * 1024, "/api/events": 64 * 1024, "/api/attachments": 8 * 1024 * 1024}
"""Larger ones, by the beginning of the path: clients of OpenAI's protocol send the history with every message."""
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
_PRIVATE = ("/api/", "/v1/", "/mcp")
DESK_POLICY = CONTENT_SECURITY_POLICY.replace("form-action 'none'", "form-action 'self'")
"""The desk's pages send forms; otherwise the same."""
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def origin_of(url: str) -> str:
    """The origin of an absolute URL; empty for others."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else ""


class SecurityHeaders:
    """Adds the security headers to every answer; answers of the API are never stored by a cache.

    Args:
        app: what is served.
        pictures: origin of products' pictures, where they are on another host of the shop's.
        microphone: whether our own pages may ask for it, to record voice notes.
    """

    def __init__(self, app: ASGIApp, pictures: str = "", microphone: bool = False) -> None:
        self._app = app
        policy = CONTENT_SECURITY_POLICY.replace("img-src 'self'", f"img-src 'self' {pictures}".rstrip())
        self._headers = {**_HEADERS, "Content-Security-Policy": policy}
        if microphone:
            rights = _HEADERS["Permissions-Policy"].replace("microphone=()", "microphone=(self)")
            self._headers["Permissions-Policy"] = rights

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                path = scope["path"]
                if desk := path == "/desk" or path.startswith("/desk/"):
                    headers.setdefault("Content-Security-Policy", DESK_POLICY)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                private = path.startswith(_PRIVATE) or (desk and not path.startswith("/desk/static/"))
                headers.setdefault("Cache-Control", "no-store" if private else "no-cache")
            await send(message)

        await self._app(scope, receive, send_with_headers)


class BodyLimit:
    """Refuses bodies that are too large with 413, whether they announce their length or not.

    Args:
        app: what is behind it.
        limit: bytes.
        limits: other limits, by the beginning of the path.
    """

    def __init__(self, app: ASGIApp, limit: int = BODY_LIMIT, limits: Mapping[str, int] = BODY_LIMITS) -> None:
        self._app = app
        self._limit = limit
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self._app(scope, receive, send)
            return
        body = bytearray()
        limit = next((most for start, most in self._limits.items() if scope["path"].startswith(start)), self._limit)
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return
            body += message.get("body", b"")
            if len(body) > limit:
                error = ApiError(413, "too_large", f"the request has more than {limit} bytes")
                await error.response(scope["path"])(scope, receive, send)
                return
            if not message.get("more_body", False):
                break
        whole = bytes(body)
        given = False

        async def receive_whole() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": whole, "more_body": False}

        await self._app(scope, receive_whole, send)

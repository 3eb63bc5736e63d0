"""The web application: routes, limits and headers put together."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.account import account_routes
from assistant.web.attachments import AttachmentReader, attachment_routes
from assistant.web.beside import Beside
from assistant.web.chat import chat_routes
from assistant.web.conversations import conversation_routes
from assistant.web.desk.routes import install_desk
from assistant.web.errors import CatchCrashes, install
from assistant.web.events import event_routes
from assistant.web.health import health_routes
from assistant.web.live import live_routes
from assistant.web.mcp.server import McpDoor
from assistant.web.metrics import Metrics
from assistant.web.openai.completions import openai_routes
from assistant.web.openapi import describe
from assistant.web.pages import STATIC, mount_static, page_routes
from assistant.web.readiness import Readiness
from assistant.web.security import BodyLimit, SecurityHeaders, origin_of
from assistant.web.state import Limits, WebParts, WebState
from assistant.web.widget.routes import widget_routes

SHUTDOWN_PATIENCE_S = 8.0


def create_app(
    parts: WebParts,
    *,
    warm_up: Callable[[], None] | None = None,
    limits: Limits | None = None,
    reader: AttachmentReader | None = None,
) -> FastAPI:
    """The application for one server process.

    It listens at once: `/healthz`, the page and its files are there while `warm_up` runs in the background;
    everything else answers 503 until that has ended. `app.state.readiness` tells when.

    Args:
        parts: what answers customers; settings and clock are read at once, the rest only once ready.
        warm_up: builds and warms the parts; by default it builds those that the routes use.
        limits: how much the server takes on; by default what the settings say.
        reader: makes words of photos and voice notes; by default customers send none.
    """
    readiness = Readiness(warm_up or (lambda: _build(parts)))
    state = WebState(parts, readiness, limits or Limits.of(parts.settings))

    mcp = McpDoor(state) if parts.settings.mcp_server else None

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        readiness.start()
        beside = Beside(parts, readiness)
        async with mcp.running() if mcp else nullcontext():
            yield
        await state.runner.close(SHUTDOWN_PATIENCE_S)
        beside.end()

    app = FastAPI(
        title="Shop Assistant",
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    app.state.readiness = readiness
    talking = (chat_routes, conversation_routes, live_routes, account_routes, openai_routes)
    beside = (event_routes, page_routes, health_routes)
    routers = [*(routes(state) for routes in (*talking, *beside)), widget_routes(state, STATIC)]
    if reader is not None:
        state.attachments, state.spoken = reader.media_types, reader.languages
        routers.append(attachment_routes(state, reader))
    install(app, [route for router in routers for route in router.routes])
    for router in routers:
        app.include_router(router)
    if mcp:
        app.router.routes.append(mcp.route)
    describe(app, parts.settings)
    install_desk(app, state)
    mount_static(app)
    # the last one added is the outermost
    app.add_middleware(CatchCrashes)
    app.add_middleware(BodyLimit)
    app.add_middleware(CountRequests, metrics=state.metrics)
    pictures = origin_of(parts.settings.product_picture_url)
    app.add_middleware(SecurityHeaders, pictures=pictures, microphone=bool(state.spoken))
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(parts.settings.widget_origins),
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "Last-Event-ID"],
        expose_headers=["Retry-After"],
        max_age=600,
    )
    return app


class CountRequests:
    """Counts every request by route and status."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def counting_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", "other")
                self._metrics.request(scope["method"], route, message["status"])
            await send(message)

        await self._app(scope, receive, counting_send)


def _build(parts: WebParts) -> None:
    _ = (parts.database, parts.shop, parts.knowledge, parts.ladder, parts.assistant)

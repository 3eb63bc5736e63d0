"""A real Chromium on a shop's page and on the assistant's own, over a whole shop without a language model."""

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from assistant.app import Wiring
from assistant.models.ladder import ModelLadder
from assistant.settings import Settings
from assistant.shop.loading import load_shop
from assistant.shop.seed.generator import sample_shop
from assistant.web.app import create_app
from assistant.web.state import Limits
from tests.conversation.conftest import NOW, TODAY, house
from tests.web import looks
from tests.web.doors.conftest import TickingClock, running

__all__ = ["house"]
CHROMIUM = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE, PHONE, NARROW = {"width": 1100, "height": 800}, {"width": 360, "height": 740}, {"width": 320, "height": 640}
SHOWN = "document.querySelector('shop-assistant').shadowRoot"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs the browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.web)
            if CHROMIUM is None:
                reason = "no Chromium on this machine (Debian: apt-get install chromium fonts-noto-cjk)"
                item.add_marker(pytest.mark.skip(reason=reason))


@dataclass
class ShopPage:
    """A page of the shop's own, on another origin than the assistant, with one script tag and a strict policy."""

    assistant: str
    language: str = "en"
    port: int = 0

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://localhost:{self.port}/"

    @property
    def stranger(self) -> str:
        """The same page under a name that the assistant has not been told of."""
        return f"http://127.0.0.1:{self.port}/"

    def html(self) -> bytes:
        """The page: a heading, some words, the script."""
        return (
            f'<!doctype html><html lang="{self.language}"><head><meta charset="utf-8"><title>A shop</title>'
            '<meta name="color-scheme" content="light dark">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<script src="{self.assistant}/widget.js" defer></script></head>'
            "<body><main><h1>A shop</h1><p>Nice things for your desk.</p></main></body></html>"
        ).encode()

    @property
    def policy(self) -> str:
        """What the page lets a script do: nothing inline, nothing but the assistant's host."""
        host = self.assistant
        return (
            f"default-src 'none'; script-src {host}; connect-src {host}; img-src {host}; style-src 'none'; "
            "require-trusted-types-for 'script'; trusted-types 'none'"
        )


@dataclass
class Place:
    """A running assistant over a shop of its own, and a page of that shop."""

    url: str
    wiring: Wiring
    page: ShopPage
    stops: list[Callable[[], None]] = field(default_factory=list)

    def executed(self) -> int:
        """How many changes were made in this shop."""
        with self.wiring.database.read() as session:
            return int(session.execute(text("SELECT count(*) FROM audit")).scalar() or 0)

    def messages(self, author: str) -> list[str]:
        """What was recorded of an author, in order."""
        with self.wiring.database.read() as session:
            query = text("SELECT text FROM messages WHERE author = :author ORDER BY at")
            return [row[0] for row in session.execute(query, {"author": author})]


def serve_page(page: ShopPage) -> ThreadingHTTPServer:
    """Serve a shop's page on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = page.html() if self.path == "/" else b""
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", page.policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", page.port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def place(house: Wiring, tmp_path: Path) -> Iterator[Place]:
    """A fresh shop with the shared models and index, served; the shop's own page may use it."""
    with placed(house, tmp_path) as made:
        yield made


@contextmanager
def placed(house: Wiring, folder: Path, **changes: Any) -> Iterator[Place]:
    """A fresh shop in a folder, with changed settings."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    origins = (f"http://localhost:{port}",)
    settings = Settings(data_dir=folder, local_model="none", widget_origins=origins, **changes)
    wiring = Wiring(settings, clock=TickingClock(), ladder=ModelLadder(rungs=()))
    for shared in ("embeddings", "vectors", "knowledge", "catalogue", "router"):
        wiring.__dict__[shared] = getattr(house, shared)
    rows = sample_shop(customers=10, orders=20, seed=7, today=TODAY, currency="USD")
    load_shop(wiring.database, rows, kind="sample", currency="USD", at=NOW, seed=7, today=TODAY)
    app = create_app(wiring, limits=Limits(per_owner=1000, per_address=1000), reader=wiring.reader)
    with running(app) as url:
        assert app.state.readiness.wait(60) == "ready"
        page = ShopPage(url, port=port)
        server = serve_page(page)
        yield Place(url, wiring, page)
        server.shutdown()
        server.server_close()
    if wiring.reader is not None:
        wiring.reader.close()
    wiring.database.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    sync_api.expect.set_options(timeout=15_000)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


Open = Callable[..., Any]


@pytest.fixture
def visit(browser: Any, place: Place) -> Iterator[Open]:
    """Opens pages, each in a browser of its own; fails on script errors and on requests to other hosts."""
    contexts: list[Any] = []
    problems: list[str] = []
    hosts = (place.url, place.page.url, place.page.stranger)

    def open_(url: str, viewport: dict[str, int] | None = None, **options: Any) -> Any:
        context = browser.new_context(viewport=viewport or WIDE, reduced_motion="reduce", **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        watch(page)
        context.on("page", watch)
        page.goto(url)
        return page

    def watch(page: Any) -> None:
        page.on("pageerror", lambda error: problems.append(f"error: {error}"))
        page.on("console", lambda said: problems.append(said.text) if "Content Security" in said.text else None)
        page.on(
            "request", lambda request: None if request.url.startswith(hosts) else problems.append(f"to {request.url}")
        )

    yield open_
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def shot(request: pytest.FixtureRequest) -> Callable[[Any, str], None]:
    """Keeps a screenshot under the test's name, in `$WEB_SHOTS` or pytest's cache folder."""
    folder = Path(os.environ.get("WEB_SHOTS") or request.config.rootpath / ".pytest_cache" / "web")
    folder.mkdir(parents=True, exist_ok=True)
    name = request.node.name.removeprefix("test_").replace("[", "-").replace("]", "")

    def keep(page: Any, state: str) -> None:
        page.screenshot(path=folder / f"{name[:80]}-{state}.png")

    return keep


def ready(page: Any) -> Any:
    """Waits until the chat can be used."""
    page.locator("shop-assistant[data-state=ready]").wait_for(state="attached")
    return page


def ask(page: Any, words: str) -> None:
    """Write a message, send it, and wait for the whole answer."""
    page.locator("#message").fill(words)
    page.keyboard.press("Enter")
    answered(page)


def press(page: Any, button: Any) -> None:
    """Press a button that sends something, and wait for the whole answer."""
    button.click()
    answered(page)


def answered(page: Any) -> None:
    """Waits until nothing is under way any more."""
    page.locator("shop-assistant[data-busy=false]").wait_for(state="attached")


def sticks_out(page: Any) -> list[str]:
    """Elements that reach beyond the sides of the window; what scrolls by itself may."""
    return looks.sticks_out(page, ".hidden, .table")


def sign_in(page: Any, customer_id: str) -> None:
    """Become a sample customer on the assistant's own page."""
    page.locator("#customer").select_option(value=customer_id)
    page.locator("#customer").wait_for()
    page.locator(".account.known").wait_for()
    ready(page)

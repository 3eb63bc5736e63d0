"""What a shop's page loads: the widget's script, its styles and texts, and pictures of products."""

import json
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request, Response

from assistant.errors import ToolError
from assistant.ids import ProductId
from assistant.web.state import WebState
from assistant.web.widget.assets import Asset, WidgetAssets

_DAY_S = 86_400


def widget_routes(state: WebState, static: Path) -> APIRouter:
    """`GET /widget.js`, its parts under `/widget/`, `/events.js` and `/widget/pictures/{product_id}`."""
    router = APIRouter(include_in_schema=False)
    assets = WidgetAssets(static, state.parts.settings.widget_texts)

    @router.get("/widget.js")
    def script(request: Request) -> Response:
        return assets.script.answer(request)

    @router.get("/widget/attach.js")
    def attach(request: Request) -> Response:
        return assets.attach.answer(request)

    @router.get("/events.js")
    def events(request: Request) -> Response:
        return assets.events.answer(request)

    @router.get("/widget/widget.css")
    def styles(request: Request) -> Response:
        return assets.styles.answer(request)

    @router.get("/widget/texts.json")
    def texts(request: Request) -> Response:
        return assets.texts.answer(request)

    @router.get("/widget/pictures/{product_id}")
    def picture(product_id: str, request: Request) -> Response:
        kind = ""
        if state.readiness.state == "ready":
            try:
                kind = state.parts.shop.product(ProductId(product_id)).kind or ""
            except ToolError:
                kind = ""
        return _drawing(static, kind).answer(request)

    return router


@lru_cache
def _drawing(static: Path, kind: str) -> Asset:
    """A line drawing of a kind of product, for shops that show no pictures of their own."""
    drawings = json.loads((static / "drawings.json").read_text(encoding="utf-8"))
    path = drawings["paths"][drawings["kinds"].get(kind, "other")]
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48" fill="none" stroke="#4f8f7c" stroke-width="1.6"'
        f' stroke-linecap="round" stroke-linejoin="round"><path d="{path}"/></svg>'
    )
    return Asset(svg.encode(), "image/svg+xml", _DAY_S)

"""For whoever runs the server: is it up, can it answer, how is it doing."""

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST

from assistant.web.errors import documented
from assistant.web.state import WebState


def health_routes(state: WebState) -> APIRouter:
    """`GET /healthz`, `/readyz` and `/metrics`."""
    router = APIRouter(tags=["health"])

    @router.get("/healthz", summary="The process is up")
    async def healthz() -> dict[str, str]:
        return {"status": "up"}

    @router.get("/readyz", responses=documented(503), summary="Models and index are loaded")
    async def readyz() -> dict[str, str]:
        state.readiness.require()
        return {"status": "ready"}

    @router.get("/metrics", response_class=Response, summary="Figures in Prometheus' text format")
    def metrics() -> Response:
        return Response(state.metrics.text(), media_type=CONTENT_TYPE_LATEST)

    return router

"""The chat page with its script, styles and texts, and the passages that answers cite."""

from pathlib import Path

from fastapi import APIRouter, Depends, FastAPI
from fastapi.responses import FileResponse
from starlette.staticfiles import StaticFiles

from assistant.ids import PassageId
from assistant.web.errors import ApiError, documented
from assistant.web.schemas import PassageView
from assistant.web.state import WebState

STATIC = Path(__file__).parent / "static"


def page_routes(state: WebState) -> APIRouter:
    """`GET /`, `GET /favicon.ico` and `GET /api/passages/{id}`."""
    router = APIRouter()

    @router.get("/", response_class=FileResponse, include_in_schema=False)
    def page() -> FileResponse:
        return FileResponse(STATIC / "index.html", media_type="text/html; charset=utf-8")

    @router.get("/favicon.ico", response_class=FileResponse, include_in_schema=False)
    def favicon() -> FileResponse:
        return FileResponse(STATIC / "icon.svg", media_type="image/svg+xml")

    @router.get(
        "/api/passages/{passage_id:path}",
        tags=["chat"],
        dependencies=[Depends(state.ready)],
        responses=documented(404, 503),
        summary="A passage that an answer cited, with the section around it",
    )
    def passage(passage_id: str) -> PassageView:
        found = state.parts.knowledge.passage(PassageId(passage_id), audience="customer")
        if found is None:
            raise ApiError(404, "not_found", "there is no such passage")
        return PassageView(
            passage_id=found.passage_id,
            page=found.page,
            title=found.title,
            heading=found.heading,
            text=found.text,
            section_text=found.section_text,
            language=found.language,
            url=found.url,
        )

    return router


def mount_static(app: FastAPI) -> None:
    """Serve `/static/...` from the package."""
    app.mount("/static", StaticFiles(directory=STATIC), name="static")

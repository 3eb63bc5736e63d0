"""All pages of the desk, and its files."""

from pathlib import Path

from fastapi import FastAPI, Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from assistant.desk.queue import NotYours
from assistant.web.desk.account import account_pages
from assistant.web.desk.conversation import conversation_pages
from assistant.web.desk.copilot import copilot_pages
from assistant.web.desk.guard import Guard, install_guard, of_browser
from assistant.web.desk.lead import lead_pages
from assistant.web.desk.notes import note_pages
from assistant.web.desk.offers import offer_pages
from assistant.web.desk.queue import queue_pages
from assistant.web.desk.render import render
from assistant.web.desk.satisfaction import satisfaction_pages
from assistant.web.desk.suggestions import suggestion_pages
from assistant.web.desk.trial import trial_page
from assistant.web.state import WebState

STATIC = Path(__file__).parent / "static"


def install_desk(app: FastAPI, state: WebState) -> None:
    """Add `/desk` to the application."""
    guard = Guard(state)
    install_guard(app)

    @app.exception_handler(NotYours)
    async def _not_yours(request: Request, error: NotYours) -> Response:
        t = of_browser(request)
        return render("forbidden.html", 409, t=t, reason=t("conversation.not_yours"))

    lead = (lead_pages, satisfaction_pages, trial_page)
    for pages in (
        account_pages,
        queue_pages,
        conversation_pages,
        note_pages,
        copilot_pages,
        offer_pages,
        suggestion_pages,
        *lead,
    ):
        app.include_router(pages(guard))
    app.mount("/desk/static", StaticFiles(directory=STATIC), name="desk-static")

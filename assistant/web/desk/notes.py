"""What people at the desk tell each other about a conversation: notes, and passing it on with one."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from assistant.desk.queue import NotThere, NotYours
from assistant.desk.records import UserId
from assistant.ids import ConversationId
from assistant.web.desk.conversation import ConversationDesk
from assistant.web.desk.guard import At, Guard
from assistant.web.schemas import cleaned

_MOST = 2000


def note_pages(guard: Guard) -> APIRouter:
    """`/desk/conversations/{id}/notes` and `/pass-on`."""
    router = APIRouter(prefix="/desk/conversations/{conversation_id}", include_in_schema=False)
    desk, parts = ConversationDesk(guard), guard.state.parts
    Doing = Annotated[At, Depends(guard.doing("answer"))]  # noqa: N806  a type
    Watching = Annotated[At, Depends(guard.may("answer"))]  # noqa: N806

    @router.post("/notes")
    def write(conversation_id: str, at: Doing, text: Annotated[str, Form(max_length=20_000)] = "") -> Response:
        row = desk.row(conversation_id)
        problem, words = _read(at, text)
        if problem:
            return at.page("note.html", 409, problem=problem, text=text, **desk.common(at, row))
        parts.desk.notes.add(ConversationId(conversation_id), at.user, words)
        if not at.partial:
            return at.see(f"/desk/conversations/{conversation_id}")
        return at.page("note.html", problem="", text="", **desk.common(at, row))

    @router.get("/pass-on")
    def passing(conversation_id: str, at: Watching) -> Response:
        row = desk.row(conversation_id)
        colleagues = parts.desk.queue.colleagues(at.user)
        return at.page("pass_on.html", colleagues=colleagues, note="", problem="", **desk.common(at, row))

    @router.post("/pass-on")
    def pass_on(
        conversation_id: str,
        at: Doing,
        to: Annotated[str, Form(max_length=64)] = "",
        note: Annotated[str, Form(max_length=20_000)] = "",
    ) -> Response:
        row, problem, words = desk.row(conversation_id), "", ""
        if note.strip():
            problem, words = _read(at, note)
        if not problem:
            try:
                parts.desk.queue.pass_on(desk.mine(at, conversation_id).handoff_id, at.user, UserId(to), words)
                return at.see("/desk")
            except NotThere:
                problem = at.t("conversation.no_such_colleague")
            except NotYours:
                problem = at.t("conversation.not_yours")
        colleagues = parts.desk.queue.colleagues(at.user)
        variables = {"colleagues": colleagues, "note": note, "problem": problem, **desk.common(at, row)}
        return at.page("pass_on.html", 409, **variables)

    return router


def _read(at: At, text: str) -> tuple[str, str]:
    """What is wrong with a note, if anything, and its words."""
    try:
        words = cleaned(text)
    except ValueError:
        return at.t("conversation.empty"), ""
    return (at.t("conversation.too_long", n=_MOST), "") if len(words) > _MOST else ("", words)

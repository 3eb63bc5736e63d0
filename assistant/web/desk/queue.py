"""The queue: what waits, what people have, what the assistant is holding, and claiming."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from assistant.desk.records import HandoffId
from assistant.desk.search import recent
from assistant.ids import ConversationId
from assistant.web.desk.events import changes
from assistant.web.desk.guard import At, Guard

_SHOWN = 20


def queue_pages(guard: Guard) -> APIRouter:
    """`/desk`, its list, its events and the count beside its name; claiming and taking over."""
    router = APIRouter(prefix="/desk", include_in_schema=False)
    parts = guard.state.parts
    Watching = Annotated[At, Depends(guard.may("watch"))]  # noqa: N806  a type
    Doing = Annotated[At, Depends(guard.doing("answer"))]  # noqa: N806

    def lists(at: At) -> dict[str, Any]:
        claimed = parts.desk.queue.claimed()
        return {
            "waiting": parts.desk.queue.waiting(),
            "mine": [case for case in claimed if case.claimed_by == at.user.user_id],
            "others": [case for case in claimed if case.claimed_by != at.user.user_id],
            "running": recent(parts.database, statuses=("open",), limit=_SHOWN),
            "now": parts.clock.now(),
        }

    @router.get("")
    def queue(at: Watching) -> Response:
        return at.page("queue.html", **lists(at))

    @router.get("/queue")
    def queue_list(at: Watching) -> Response:
        return at.page("queue_list.html", **lists(at))

    @router.get("/waiting")
    def waiting(at: Watching) -> Response:
        return at.page("waiting.html", waiting=parts.desk.queue.awaited())

    @router.get("/events")
    def events(at: Watching) -> Response:
        return changes(parts.desk.queue.version)

    @router.post("/claim/{handoff_id}")
    def claim(handoff_id: str, at: Doing) -> Response:
        case = parts.desk.queue.case(HandoffId(handoff_id))
        if case is None or not parts.desk.queue.claim(HandoffId(handoff_id), at.user):
            holder = case.holder if case else ""
            return at.page("taken.html", 409, holder=holder)
        return at.see(f"/desk/conversations/{case.conversation_id}")

    @router.post("/take-over/{conversation_id}")
    def take_over(conversation_id: str, at: Doing) -> Response:
        own = ConversationId(conversation_id)
        if not parts.desk.queue.take_over(own, at.user):
            case = parts.desk.queue.current(own)
            return at.page("taken.html", 409, holder=case.holder if case else "")
        return at.see(f"/desk/conversations/{own}")

    return router

"""One conversation at the desk: the messages live, answering, putting back, handing back, closing."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from assistant.conversation.showing.texts import ReplyTexts
from assistant.copilot.closing import LABELS
from assistant.desk.queue import NotYours
from assistant.desk.records import Case
from assistant.errors import ToolError
from assistant.ids import ConversationId, CustomerId
from assistant.shop.records import Customer
from assistant.storage.conversation_tables import ConversationRow
from assistant.storage.desk_tables import RatingRow
from assistant.text.language import Language
from assistant.web.attachments import picture_answer, store_of
from assistant.web.desk.events import changes
from assistant.web.desk.guard import At, Guard
from assistant.web.desk.macros import macros
from assistant.web.errors import ApiError
from assistant.web.history import attached_kinds
from assistant.web.live import live_message
from assistant.web.schemas import cleaned

_MOST = 4000


class ConversationDesk:
    """What the pages of one conversation share.

    Args:
        guard: of the desk.
    """

    def __init__(self, guard: Guard) -> None:
        self.state = guard.state
        self.parts = guard.state.parts

    def row(self, conversation_id: str) -> ConversationRow:
        """The conversation.

        Raises:
            ApiError: 404 there is none.
        """
        with self.parts.database.read() as session:
            row = session.get(ConversationRow, conversation_id)
        if row is None:
            raise ApiError(404, "not_found", "there is no such conversation")
        return row

    def case(self, conversation_id: str) -> Case | None:
        """Its handoff, while it is not closed."""
        return self.parts.desk.queue.current(ConversationId(conversation_id))

    def customer(self, row: ConversationRow) -> Customer | None:
        """Whose it is, as far as that is known."""
        if row.customer_id is None:
            return None
        try:
            return self.parts.shop.customer(CustomerId(row.customer_id))
        except ToolError:
            return None

    def common(self, at: At, row: ConversationRow) -> dict[str, Any]:
        """What every piece of the page needs."""
        own = ConversationId(row.conversation_id)
        case = self.case(own)
        spoken = self.parts.desk.talk.all(own)
        with self.parts.database.read() as session:
            kinds = attached_kinds(session, row.conversation_id)
        messages = [live_message(self.state, message, row.customer_id, row.language) for message in spoken]
        return {
            "conversation": row,
            "case": case,
            "holds": case is not None and case.claimed_by == at.user.user_id,
            "messages": messages,
            "entries": sorted([*messages, *self.parts.desk.notes.all(own)], key=lambda entry: entry.at),
            "translates": self.parts.copilot.translator.available,
            "signals": {message.message_id: message.signals for message in spoken if message.signals},
            "url": f"/desk/conversations/{own}",
            "attached": kinds,
            "pictures": {picture.turn_id: picture for picture in store_of(self.state).pictures(own)},
        }

    def mine(self, at: At, conversation_id: str) -> Case:
        """The handoff, where it is this person's.

        Raises:
            NotYours: it is not.
        """
        case = self.case(conversation_id)
        if case is None or case.claimed_by != at.user.user_id:
            raise NotYours("this conversation is not yours any more")
        return case

    def macros(self, at: At, row: ConversationRow, customer: Customer | None, order_id: str) -> Any:
        """The macros, filled in for this conversation."""
        settings = self.parts.settings
        values = {
            "customer_name": customer.name if customer else "",
            "agent_name": at.user.display_name,
            "shop_name": settings.shop_name,
            "support_email": settings.support_email,
            "order_id": order_id,
        }
        language: Language = "zh" if row.language == "zh" else "en"
        return macros(self.parts.prompts, language, at.user.language, values)


def conversation_pages(guard: Guard) -> APIRouter:
    """`/desk/conversations/{id}` with its pieces and forms."""
    router = APIRouter(prefix="/desk/conversations/{conversation_id}", include_in_schema=False)
    desk, parts = ConversationDesk(guard), guard.state.parts
    Watching = Annotated[At, Depends(guard.may("watch"))]  # noqa: N806  a type
    Doing = Annotated[At, Depends(guard.doing("answer"))]  # noqa: N806

    @router.get("")
    def page(conversation_id: str, at: Watching) -> Response:
        row = desk.row(conversation_id)
        parts.desk.audit.note(at.user.user_id, "saw", conversation_id)
        customer = desk.customer(row)
        orders = parts.shop.orders(customer.customer_id) if customer else ()
        last = str((row.state or {}).get("last_order") or "")
        return at.page(
            "conversation.html",
            customer=customer,
            orders=orders,
            macros=desk.macros(at, row, customer, last),
            rating=_rating(parts, conversation_id),
            foreseen=parts.foresight.of([conversation_id]).get(conversation_id),
            words=ReplyTexts(parts.prompts, at.user.language).word,
            draft_id="",
            text="",
            problem="",
            **desk.common(at, row),
        )

    @router.get("/transcript")
    def transcript(conversation_id: str, at: Watching) -> Response:
        return at.page("transcript.html", **desk.common(at, desk.row(conversation_id)))

    @router.get("/pictures/{attachment_id}")
    def picture(conversation_id: str, attachment_id: str, at: Watching) -> Response:
        """A customer's photo; that it was opened is written down."""
        answer = picture_answer(store_of(guard.state).picture(attachment_id, conversation_id=conversation_id))
        parts.desk.audit.note(at.user.user_id, "opened a photo", conversation_id, attachment_id)
        return answer

    @router.get("/events")
    def events(conversation_id: str, at: Watching) -> Response:
        own = ConversationId(desk.row(conversation_id).conversation_id)
        return changes(lambda: parts.desk.queue.version(own))

    @router.post("/send")
    def send(
        conversation_id: str,
        at: Doing,
        text: Annotated[str, Form(max_length=20_000)] = "",
        draft_id: Annotated[str, Form(max_length=64)] = "",
    ) -> Response:
        row, own = desk.row(conversation_id), ConversationId(conversation_id)
        problem, words = "", text
        try:
            words = cleaned(text)
            if len(words) > _MOST:
                problem = at.t("conversation.too_long", n=_MOST)
        except ValueError:
            problem = at.t("conversation.empty")
        if not problem and draft_id and not _still_stands(parts, own, draft_id):
            problem, draft_id = at.t("conversation.overtaken"), ""
        if not problem:
            try:
                parts.desk.talk.say(own, at.user, words)
            except NotYours:
                problem = at.t("conversation.not_yours")
        if problem:
            return at.page("sent.html", 409, problem=problem, text=text, draft_id=draft_id, **desk.common(at, row))
        if draft_id:
            parts.desk.drafts.decide(draft_id, "sent", words)
        if not at.partial:
            return at.see(f"/desk/conversations/{own}")
        return at.page("sent.html", problem="", text="", draft_id="", **desk.common(at, row))

    @router.get("/close")
    def closing(conversation_id: str, at: Watching) -> Response:
        row = desk.row(conversation_id)
        label, summary = parts.copilot.closing(ConversationId(conversation_id), at.user.language)
        return at.page("close.html", label=label, summary=summary, labels=LABELS, **desk.common(at, row))

    @router.post("/close")
    def close(
        conversation_id: str,
        at: Doing,
        label: Annotated[str, Form(max_length=32)] = "other",
        summary: Annotated[str, Form(max_length=2000)] = "",
        solved: Annotated[str, Form(max_length=8)] = "yes",
    ) -> Response:
        case = desk.mine(at, conversation_id)
        chosen = label if label in LABELS else "other"
        parts.desk.queue.close(case.handoff_id, at.user, label=chosen, summary=summary, solved=solved == "yes")
        return at.see("/desk")

    @router.post("/hand-back")
    def hand_back(conversation_id: str, at: Doing) -> Response:
        parts.desk.queue.hand_back(desk.mine(at, conversation_id).handoff_id, at.user)
        return at.see("/desk")

    @router.post("/release")
    def release(conversation_id: str, at: Doing) -> Response:
        parts.desk.queue.release(desk.mine(at, conversation_id).handoff_id, at.user)
        return at.see("/desk")

    return router


def _still_stands(parts: Any, conversation_id: ConversationId, draft_id: str) -> bool:
    """Whether a draft is still the answer to what the customer wrote last."""
    standing = parts.desk.drafts.standing(conversation_id)
    return standing is not None and standing.draft_id == draft_id


def _rating(parts: Any, conversation_id: str) -> Any:
    with parts.database.read() as session:
        return session.get(RatingRow, conversation_id)

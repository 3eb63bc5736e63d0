"""The copilot beside a conversation: brief, draft, tones, questions, translation, corrections of intents."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from starlette.responses import Response

from assistant.conversation.receive import account_of
from assistant.copilot.records import Draft, Tone
from assistant.desk.drafts import KeptDraft, Made
from assistant.errors import ModelUnavailable, OperatorError
from assistant.ids import ConversationId
from assistant.storage import behaviour
from assistant.text.language import detect_language
from assistant.web.desk.conversation import ConversationDesk
from assistant.web.desk.guard import At, Guard

TONES: tuple[Tone, ...] = ("plain", "shorter", "friendlier", "firmer")


def copilot_pages(guard: Guard) -> APIRouter:
    """The copilot's pieces of `/desk/conversations/{id}`."""
    router = APIRouter(prefix="/desk/conversations/{conversation_id}", include_in_schema=False)
    desk, parts = ConversationDesk(guard), guard.state.parts
    Watching = Annotated[At, Depends(guard.may("watch"))]  # noqa: N806  a type
    Doing = Annotated[At, Depends(guard.doing("answer"))]  # noqa: N806

    def new_draft(at: At, own: ConversationId, tone: Tone = "plain", instead_of: KeptDraft | None = None) -> None:
        draft = parts.copilot.draft(own, at.user.language, tone)
        if not draft.text or draft.unsupported:
            return
        made = Made(draft.language, draft.rung, draft.model_dump(mode="json"), draft.milliseconds)
        if instead_of is not None:
            parts.desk.drafts.replace(instead_of.draft_id, made)
        else:
            parts.desk.drafts.keep(own, at.user.user_id, draft.after, made)

    def panel(at: At, conversation_id: str, status: int = 200, note: str = "") -> Response:
        own = ConversationId(conversation_id)
        common = desk.common(at, desk.row(conversation_id))
        brief = parts.copilot.brief(own, at.user.language)
        book = parts.desk.drafts
        before = book.last(own)
        standing = book.standing(own)
        if before is not None and before.outcome is None and standing is None and not note:
            note = at.t("copilot.thrown_away")
        waiting = bool(common["messages"]) and common["messages"][-1].author != "agent"
        rejected = before is not None and before.outcome == "rejected" and before.after_message_id == _last(common)
        if standing is None and common["holds"] and waiting and not rejected:
            new_draft(at, own)
            standing = book.standing(own)
        draft = Draft.model_validate(standing.content) if standing else None
        intents = [(entry.name, entry.label(at.user.language)) for entry in parts.catalogue]
        return at.page(
            "copilot.html",
            status,
            brief=brief,
            draft=draft,
            draft_id=standing.draft_id if standing else "",
            tones=TONES,
            note=note,
            intents=intents,
            **common,
        )

    @router.get("/copilot")
    def copilot(conversation_id: str, at: Watching) -> Response:
        return panel(at, conversation_id)

    @router.post("/draft")
    def draft(conversation_id: str, at: Doing, tone: Annotated[str, Form(max_length=16)] = "plain") -> Response:
        own = ConversationId(conversation_id)
        desk.mine(at, conversation_id)
        chosen: Tone = next((known for known in TONES if known == tone), "plain")
        new_draft(at, own, chosen, parts.desk.drafts.standing(own))
        return panel(at, conversation_id)

    @router.post("/draft/reject")
    def reject(conversation_id: str, at: Doing, draft_id: Annotated[str, Form(max_length=64)] = "") -> Response:
        desk.mine(at, conversation_id)
        parts.desk.drafts.decide(draft_id, "rejected")
        return panel(at, conversation_id, note=at.t("copilot.rejected"))

    @router.post("/ask")
    def ask(conversation_id: str, at: Doing, question: Annotated[str, Form(max_length=500)] = "") -> Response:
        desk.row(conversation_id)
        if not question.strip():
            return at.page("answer.html", answer=None)
        answer = parts.copilot.ask(ConversationId(conversation_id), question.strip(), at.user.language)
        parts.desk.audit.note(at.user.user_id, "asked the copilot", conversation_id, question.strip())
        return at.page("answer.html", answer=answer)

    @router.post("/translate")
    def translate(conversation_id: str, at: Doing, text: Annotated[str, Form(max_length=4000)] = "") -> Response:
        row = desk.row(conversation_id)
        language = "zh" if detect_language(text, default=at.user.language) == "en" else "en"
        target = language if text.strip() else row.language
        problem, translated = "", ""
        if not text.strip():
            problem = at.t("copilot.nothing_to_translate")
        else:
            try:
                translated = parts.copilot.translate(text.strip(), "zh" if target == "zh" else "en")
            except ModelUnavailable:
                problem = at.t("copilot.no_model")
        return at.page("translation.html", translated=translated, problem=problem)

    @router.post("/correct")
    def correct(
        conversation_id: str,
        at: Doing,
        intent: Annotated[str, Form(max_length=64)] = "",
        message_id: Annotated[str, Form(max_length=64)] = "",
    ) -> Response:
        row = desk.row(conversation_id)
        message = next(
            (m for m in parts.desk.talk.all(ConversationId(conversation_id)) if m.message_id == message_id), None
        )
        known = {entry.name for entry in parts.catalogue} | {""}
        if message is None or message.author != "customer" or intent not in known:
            return panel(at, conversation_id, 422, note=at.t("copilot.not_corrected"))
        try:
            parts.router.learn(
                message.text,
                intent,
                "zh" if row.language == "zh" else "en",
                conversation_id=conversation_id,
                account=account_of(customer) if (customer := desk.customer(row)) else None,
            )
        except OperatorError as error:
            return panel(at, conversation_id, 500, note=str(error))
        parts.desk.audit.note(at.user.user_id, "corrected", conversation_id, intent)
        with parts.database.write() as session:
            behaviour.note(
                session, "correction", parts.clock.now(), conversation_id=conversation_id, customer_id=row.customer_id,
                intent=intent or None, language=row.language,
            )  # fmt: skip
        return panel(at, conversation_id, note=at.t("copilot.corrected"))

    return router


def _last(common: dict[str, Any]) -> str:
    """Id of the customer's last message."""
    return next((m.message_id for m in reversed(common["messages"]) if m.author == "customer"), "")

"""What the customer's chat gets while a person has the conversation: their messages as they come, the queue's state.

The stream asks the database once a second whether anything changed, so it works whichever process the agent's
message came in through.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Literal

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Header, Query
from pydantic import BaseModel, ConfigDict, Field
from sse_starlette import EventSourceResponse, ServerSentEvent

from assistant.conversation.reply import ProposalCard
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.showing.views import Views
from assistant.conversation.tasks.wording import Wording
from assistant.desk.records import QueueState
from assistant.desk.talk import Spoken
from assistant.ids import ConversationId, CustomerId
from assistant.web.errors import documented
from assistant.web.schemas import CitationView, ConversationView
from assistant.web.state import WebState
from assistant.web.tokens import Identity

POLL_S = 1.0
PING_S = 15


class LiveMessage(BaseModel):
    """A message of a conversation, from whichever side.

    `agent` is the name of the person who wrote it. `proposal` is a change that they propose: its buttons work as those
    of the assistant's cards do (`answer` in `POST /api/chat`), while `proposal_status` is `open`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    message_id: str
    turn_id: str
    author: Literal["customer", "assistant", "agent"]
    text: str
    citations: tuple[CitationView, ...] = ()
    at: datetime
    agent: str = ""
    proposal: ProposalCard | None = None
    proposal_status: str | None = None


class DeskView(QueueState):
    """Where the conversation stands with our people; see `QueueState`."""


class RatingBody(BaseModel):
    """What the customer thinks of the conversation: 1 (bad) to 5 (good), and why, if they like: chosen, or in words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    stars: int = Field(ge=1, le=5)
    reason: Literal["", "solved", "quick", "unsolved", "slow", "misunderstood", "person", "other"] = ""
    comment: str = Field("", max_length=2000, pattern=r"^[^\x00]*$")


def live_routes(state: WebState) -> APIRouter:
    """`GET .../events`, `GET .../desk` and `POST .../rating` of a conversation of one's own."""
    router = APIRouter(tags=["chat"], prefix="/api/conversations/{conversation_id}")

    @router.get(
        "/events",
        response_class=EventSourceResponse,
        responses=documented(401, 404, 422, 503),
        summary="Follow a conversation: messages of our people, and the queue's state",
    )
    async def events(
        conversation_id: str,
        identity: Annotated[Identity, Depends(state.identity)],
        after: Annotated[str, Query(max_length=64, description="Id of the last message that is known.")] = "",
        last_event_id: Annotated[str, Header(max_length=64)] = "",
    ) -> EventSourceResponse:
        """Server-sent events that never end: `desk` (where the conversation stands) and `message` (a new message).

        A message's event id is its `message_id`: a client that lost the connection sends the last one as
        `Last-Event-ID` and gets what it missed. Without either, the messages that are there already come first.
        """
        own = ConversationId(conversation_id)
        await run_sync(state.ledger.own, identity, own)
        return EventSourceResponse(_events(state, own, last_event_id or after), ping=PING_S)

    @router.get("/desk", responses=documented(401, 404, 503), summary="Where a conversation stands with our people")
    def desk(conversation_id: str, identity: Annotated[Identity, Depends(state.identity)]) -> DeskView:
        state.ledger.own(identity, ConversationId(conversation_id))
        return DeskView.model_validate(state.parts.desk.queue.state(ConversationId(conversation_id)).model_dump())

    @router.post(
        "/rating",
        status_code=204,
        responses=documented(400, 401, 404, 413, 422, 503),
        summary="Rate a conversation of one's own; a later rating takes the place of the first",
    )
    def rating(conversation_id: str, body: RatingBody, identity: Annotated[Identity, Depends(state.identity)]) -> None:
        state.ledger.own(identity, ConversationId(conversation_id))
        state.parts.desk.queue.rate(ConversationId(conversation_id), body.stars, body.comment, body.reason)

    return router


def with_people(state: WebState, view: ConversationView) -> ConversationView:
    """The history with the names of the people who wrote, and the cards that they showed."""
    if all(message.author != "agent" for message in view.messages):
        return view
    known = {message.message_id: message for message in _fresh(state, ConversationId(view.conversation_id), "")}
    messages = []
    for message in view.messages:
        live = known.get(message.message_id) if message.author == "agent" else None
        more = {name: getattr(live, name) for name in ("agent", "proposal", "proposal_status")} if live else {}
        messages.append(message.model_copy(update=more))
    return view.model_copy(update={"messages": tuple(messages)})


def live_message(state: WebState, message: Spoken, customer_id: str | None, language: str) -> LiveMessage:
    """A message with the card that it carries, in a language."""
    card, status = None, None
    if message.proposal_id and customer_id:
        card, status = proposal_card(state, message.proposal_id, CustomerId(customer_id), language)
    return LiveMessage.model_validate(
        {
            **message.model_dump(exclude={"proposal_id", "citations", "signals"}),
            "citations": [CitationView.model_validate(citation) for citation in message.citations],
            "proposal": card,
            "proposal_status": status,
        }
    )


def proposal_card(
    state: WebState, proposal_id: str, customer_id: CustomerId, language: str
) -> tuple[ProposalCard | None, str | None]:
    """The card of a proposal in a language, and what became of it."""
    proposal = state.parts.proposals.get(proposal_id, customer_id)
    if proposal is None:
        return None, None
    now = state.parts.clock.now()
    texts = ReplyTexts(state.parts.prompts, "zh" if language == "zh" else "en")
    expired = proposal.status == "open" and proposal.expires_at <= now
    return Wording(texts, Views(texts, now.date())).card(proposal), "expired" if expired else proposal.status


async def _events(state: WebState, conversation_id: ConversationId, after: str) -> AsyncIterator[ServerSentEvent]:
    seen, last = "", after
    told: QueueState | None = None
    desk = state.parts.desk
    while True:
        version = await run_sync(desk.queue.version, conversation_id)
        where = await run_sync(desk.queue.state, conversation_id)
        if where != told:
            told = where
            yield _event("desk", where.model_dump(mode="json"))
        if version != seen:
            seen = version
            for message in await run_sync(_fresh, state, conversation_id, last):
                last = message.message_id
                yield _event("message", message.model_dump(mode="json"), last)
        await asyncio.sleep(POLL_S)


def _fresh(state: WebState, conversation_id: ConversationId, after: str) -> list[LiveMessage]:
    customer_id, language = state.ledger.about(conversation_id)
    messages = state.parts.desk.talk.all(conversation_id, after or None)
    return [live_message(state, message, customer_id, language) for message in messages]


def _event(name: str, data: dict[str, object], id_: str | None = None) -> ServerSentEvent:
    return ServerSentEvent(data=json.dumps(data, ensure_ascii=False), event=name, id=id_, sep="\n")

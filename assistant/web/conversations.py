"""A person's own conversations: listed, read, deleted; and everything that is kept of a customer, copied or erased."""

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Depends, Path, Query

from assistant.ids import ConversationId, CustomerId
from assistant.memory.erasing import conversations_of
from assistant.memory.exporting import export_customer
from assistant.web.errors import ApiError, documented
from assistant.web.schemas import CONVERSATION_ID, ConversationList, ErasedView
from assistant.web.state import WebState
from assistant.web.tokens import Identity

OneId = Annotated[str, Path(pattern=CONVERSATION_ID)]


def conversation_routes(state: WebState) -> APIRouter:
    """`GET /api/conversations`, `DELETE /api/conversations/{id}`, `GET` and `DELETE /api/me/data`."""
    router = APIRouter(tags=["conversations"])

    @router.get(
        "/api/conversations",
        responses=documented(401, 404, 422, 503),
        summary="One's own conversations, the newest first",
    )
    def list_own(
        identity: Annotated[Identity, Depends(state.identity)],
        limit: Annotated[int, Query(ge=1, le=100)] = 20,
        before: Annotated[str | None, Query(pattern=CONVERSATION_ID, description="The page's last id.")] = None,
    ) -> ConversationList:
        return state.ledger.conversations(identity, limit, ConversationId(before) if before else None)

    @router.delete(
        "/api/conversations/{conversation_id}",
        status_code=204,
        responses=documented(401, 404, 409, 422, 503),
        summary="Erase a conversation of one's own",
    )
    def erase_one(
        conversation_id: OneId, identity: Annotated[Identity, Depends(state.identity)], after: BackgroundTasks
    ) -> None:
        """Its messages, what was decided on them and remembered of them go at once, the bytes in files soon after."""
        wanted = ConversationId(conversation_id)
        state.ledger.own(identity, wanted)
        _not_busy(state, [wanted])
        state.parts.forgetting.forget_conversations([wanted])
        after.add_task(state.parts.forgetting.finish)

    @router.get("/api/me/data", responses=documented(401, 403, 503), summary="Everything that is kept of the customer")
    def export(identity: Annotated[Identity, Depends(state.identity)]) -> dict[str, Any]:
        customer_id = _customer(identity)
        with state.parts.database.read() as session:
            return export_customer(session, customer_id)

    @router.delete(
        "/api/me/data",
        responses=documented(401, 403, 409, 503),
        summary="Forget the customer: conversations, facts and all that was remembered",
    )
    def erase_all(identity: Annotated[Identity, Depends(state.identity)], after: BackgroundTasks) -> ErasedView:
        """Rows go at once, the bytes in files soon after. What the shop must account for stays (docs/privacy.md)."""
        customer_id = _customer(identity)
        with state.parts.database.read() as session:
            _not_busy(state, conversations_of(session, customer_id))
        found = state.parts.forgetting.request(customer_id)
        after.add_task(state.parts.forgetting.finish)
        return ErasedView(
            conversations=found.conversations, messages=found.messages, facts=found.facts, episodes=found.episodes
        )

    return router


def _not_busy(state: WebState, conversation_ids: Iterable[str]) -> None:
    if any(state.runner.busy(each) for each in conversation_ids):
        raise ApiError(409, "in_progress", "a message is being answered", retry_after_s=1)


def _customer(identity: Identity) -> CustomerId:
    if identity.customer_id is None:
        raise ApiError(403, "customers_only", "only a customer who is signed in can ask for that")
    return identity.customer_id

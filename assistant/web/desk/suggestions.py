"""What the assistant would suggest to the customer of a conversation: the same list, with the same reasons."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.showing.views import Views
from assistant.ids import CustomerId, ProductId
from assistant.tools.suggestions import Constraints
from assistant.web.desk.conversation import ConversationDesk
from assistant.web.desk.guard import At, Guard


def suggestion_pages(guard: Guard) -> APIRouter:
    """`/desk/conversations/{id}/suggestions`."""
    router = APIRouter(prefix="/desk/conversations/{conversation_id}", include_in_schema=False)
    desk, parts = ConversationDesk(guard), guard.state.parts
    Watching = Annotated[At, Depends(guard.may("watch"))]  # noqa: N806  a type

    @router.get("/suggestions")
    def suggestions(conversation_id: str, at: Watching) -> Response:
        row = desk.row(conversation_id)
        customer = CustomerId(row.customer_id) if row.customer_id else None
        looked_at = [ProductId(str(product)) for product in (row.state or {}).get("looked_at", ())]
        language = at.user.language
        found = parts.recommender.recommend(customer, looked_at, "", Constraints(language=language))
        views = Views(ReplyTexts(parts.prompts, language), parts.clock.now().date())
        return at.page(
            "suggestions.html",
            suggestions=[views.products.suggestion(suggestion) for suggestion in found],
            declined=parts.recommender.is_off(customer),
        )

    return router

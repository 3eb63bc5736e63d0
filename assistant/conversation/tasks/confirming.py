"""The customer's yes: the proposal is executed once, and its end is told from its record."""

import time
from dataclasses import dataclass

from assistant.conversation.showing.harmless import harmless
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.showing.views import Views
from assistant.conversation.tasks.wording import Wording
from assistant.conversation.turn import Served
from assistant.ids import CustomerId
from assistant.routing.decision import RoutedIntent
from assistant.tools.elsewhere import NOT_REACHED, REFUSED
from assistant.tools.proposals import ConfirmationResult, Proposals
from assistant.tools.registry import ToolOutcome
from assistant.tools.results import for_model

CONFIRMED = "confirm_proposal"
"""Under which name a confirmation stands among the calls of a turn."""


@dataclass(frozen=True)
class ButtonAnswer:
    """What a button's yes brought: the record, and the words for the customer."""

    result: ConfirmationResult
    text: str


def confirm_by_button(
    proposal_id: str, customer_id: CustomerId, *, proposals: Proposals, texts: ReplyTexts, views: Views
) -> ButtonAnswer:
    """Execute the proposal whose button was pressed.

    Args:
        proposal_id: of the card that the button stands on.
        customer_id: who pressed it, as the runtime has proved it.
        proposals: executes.
        texts: of the customer's language.
        views: of the same language.
    """
    result = proposals.confirm(proposal_id, customer_id)
    return ButtonAnswer(result, "\n\n".join(texts.say(name, **said) for name, said in end_of(result, texts, views)))


def confirm(
    proposal_id: str,
    customer_id: CustomerId,
    intent: RoutedIntent,
    proposals: Proposals,
    texts: ReplyTexts,
    views: Views,
) -> tuple[ConfirmationResult, list[Served]]:
    """Execute the proposal that a message said yes to; the call stands in the turn's record."""
    started = time.perf_counter()
    result = proposals.confirm(proposal_id, customer_id)
    outcome = ToolOutcome(
        name=CONFIRMED,
        arguments={"proposal_id": proposal_id},
        ok=result.executed,
        text=for_model(result),
        result=result,
        milliseconds=round((time.perf_counter() - started) * 1000, 3),
    )
    served = [Served(intent, reply=said) for said in end_of(result, texts, views)]
    served[0].outcomes = (outcome,)
    if result.outcome == "unsettled":
        served[-1].handoff = whether_done(proposal_id)
    return result, served


def end_of(result: ConfirmationResult, texts: ReplyTexts, views: Views) -> list[tuple[str, dict[str, object]]]:
    """Names and variables of the reply texts that tell how a yes ended."""
    if result.executed:
        done: tuple[str, dict[str, object]] = ("tasks/done", Wording(texts, views).done(result))
        return [("tasks/already", {}), done] if result.replayed else [done]
    if result.reason == REFUSED:
        return [("tasks/refused_elsewhere", {"lines": harmless(result.answer)})]
    if result.reason == NOT_REACHED:
        return [("tasks/not_reached", {})]
    if result.outcome in ("executing", "unsettled"):
        return [(f"tasks/{result.outcome}", {})]
    names = {"expired": "tasks/expired", "failed": "tasks/failed", "declined": "tasks/gone"}
    return [(names.get(result.outcome, "tasks/gone"), {})]


def whether_done(proposal_id: str) -> str:
    """Why a person is asked to look at a change that another system may have made or not."""
    return f"nobody knows whether a change was made elsewhere: look up {proposal_id} there, then tell the customer"

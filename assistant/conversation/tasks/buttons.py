"""What the buttons of a proposal's card do, whether its task is still talked about or long over."""

from typing import Literal

from assistant.conversation.reply import ProposalAnswer
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.showing.views import Views
from assistant.conversation.tasks.confirming import confirm
from assistant.conversation.turn import Move, Served, Turn
from assistant.routing.decision import RoutedIntent
from assistant.tools.proposals import Proposals

_PRESSED: dict[str, Literal["confirm", "amend", "decline"]] = {
    "confirm": "confirm",
    "change": "amend",
    "decline": "decline",
}


def pressed(answer: ProposalAnswer, turn: Turn) -> Move | None:
    """What a button means for the task that its proposal belongs to; None where no task has it (any more).

    The task is talked about now, even if another one was before.
    """
    task = next((task for task in turn.state.tasks if task.proposal_id == answer.proposal_id), None)
    if task is None:
        return None
    turn.state.tasks = [*(other for other in turn.state.tasks if other is not task), task]
    return Move(kind=_PRESSED[answer.answer])


def settle(
    answer: ProposalAnswer, intent: RoutedIntent, turn: Turn, proposals: Proposals, texts: ReplyTexts, views: Views
) -> list[Served]:
    """A button on a card whose task is over: the yes is answered from the proposal's record, if it is theirs."""
    if turn.customer is None:
        raise ValueError("proposals belong to customers who are known")
    customer_id = turn.customer.customer_id
    if answer.answer == "confirm":
        return confirm(answer.proposal_id, customer_id, intent, proposals, texts, views)[1]
    declined = proposals.decline(answer.proposal_id, customer_id) if answer.answer == "decline" else None
    over = declined is not None and declined.status == "declined"
    return [Served(intent, reply=("tasks/declined" if over else "tasks/gone", {}))]

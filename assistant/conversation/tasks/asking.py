"""The one question that a turn ends with: for a slot, or for the yes to a proposal."""

from assistant.conversation.slots.case import Case
from assistant.conversation.slots.order import OrderSlot
from assistant.conversation.slots.slot import Slot
from assistant.conversation.state import Task
from assistant.conversation.tasks.wording import Wording
from assistant.conversation.turn import Served
from assistant.routing.decision import RoutedIntent
from assistant.tools.proposals import Proposal
from assistant.tools.registry import ToolOutcome


def ask_slot(slot: Slot, case: Case, intent: RoutedIntent) -> Served:
    """Ask for a slot, and remember what was offered."""
    question = slot.question(case)
    options = question.options or question.labels
    case.task.asked, case.task.labels, case.task.options = slot.name, question.labels, options
    if slot.name == OrderSlot.name:
        case.turn.state.listed_orders = options
    return Served(intent, reply=(question.text, dict(question.variables)), quick_replies=question.labels)


def show_proposal(
    proposal: Proposal,
    case: Case,
    intent: RoutedIntent,
    outcomes: tuple[ToolOutcome, ...] = (),
    *,
    again: bool = False,
    told: bool = False,
) -> Served:
    """Show a proposal and ask for the yes; `again` reminds of one that was shown before, `told` says what it costs."""
    wording = Wording(case.texts, case.views)
    await_answer(case.task, proposal.proposal_id, wording.buttons(proposal))
    if told:
        reply = "tasks/brings", wording.brings(proposal)
    elif again:
        reply = "tasks/proposal_waits", wording.reminder(proposal)
    else:
        reply = "tasks/proposal", wording.proposal(proposal)
        case.turn.state.last_intent = case.task.intent
    return Served(intent, outcomes, reply=reply, quick_replies=case.task.labels, proposal=wording.card(proposal))


def await_answer(task: Task, proposal_id: str, labels: tuple[str, ...]) -> None:
    """From now on the open question is whether this proposal shall be carried out."""
    task.proposal_id, task.asked, task.labels, task.options, task.attempts = proposal_id, "", labels, labels, 0
    task.unclear = False

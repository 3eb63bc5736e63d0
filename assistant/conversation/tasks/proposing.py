"""From a full form to a proposal, through the register of tools; and what follows when the shop refuses."""

from collections.abc import Callable

from assistant.conversation.slots.case import Case
from assistant.conversation.slots.payment import PaymentSlot
from assistant.conversation.tasks.asking import ask_slot, show_proposal
from assistant.conversation.tasks.claiming import claim, for_person
from assistant.conversation.tasks.forms import Form
from assistant.conversation.tasks.return_window import asks_whether, window
from assistant.conversation.tasks.wording import RefusalWording
from assistant.conversation.turn import Served, Turn
from assistant.ids import CustomerId
from assistant.routing.decision import RoutedIntent
from assistant.shop.changes.windows import has_come
from assistant.tools.context import ToolContext
from assistant.tools.proposals import Proposal, ProposalResult, Proposals
from assistant.tools.registry import ToolOutcome, ToolRegistry

_ASK_AGAIN = {
    "unknown_order": "order_id",
    "gift_card_too_small": "payment_method",
    "method_not_accepted": "payment_method",
    "same_method": "payment_method",
    "refund_method": "payment_method",
    "not_available": "variants",
    "same_item": "variants",
    "same_address": "address",
    "other_country": "address",
    "country_not_served": "address",
}
"""Refusals that another value of a slot may mend."""
_BY_PERSON = ("damage_too_late",)
"""Refusals of what our people may still do."""
_ABOUT_ITEM = ("opened", "window_passed")


class Proposing:
    """Goes on with a task: asks for what is missing, or proposes.

    Args:
        registry: the tools; WRITE tools only propose.
        proposals: what was proposed.
        context_for: the circumstances of a tool call in a turn.
    """

    def __init__(
        self, registry: ToolRegistry, proposals: Proposals, context_for: Callable[[Turn], ToolContext]
    ) -> None:
        self._registry = registry
        self._proposals = proposals
        self._context_for = context_for

    def go_on(self, case: Case, form: Form, intent: RoutedIntent) -> tuple[list[Served], bool]:
        """Ask the next question, or propose.

        Returns:
            What to say, and whether the task goes on; when it doesn't, the last words say why.
        """
        if (refused := self._wrong_order(case, form, intent)) is not None:
            return refused
        slot = form.missing(case)
        if (refused := self._wrong_order(case, form, intent)) is not None:
            return refused
        if (claimed := claim(case, form, intent)) is not None:
            return [claimed], False
        if isinstance(slot, PaymentSlot) and slot.leaves_none(case):
            return [Served(intent, reply=("tasks/no_other_method", {}))], False
        goes_back = form.intent in ("return_items", "exchange_items")
        if slot is not None and goes_back and (until := window(case, form)) is not None:
            told = Served(intent, reply=until)
            if until[0].startswith("refusals/"):  # whatever the answers were
                return [told], False
            if case.first and asks_whether(case.words):
                return [told, ask_slot(slot, case, intent)], True
        if slot is None:
            asked = goes_back and case.first and asks_whether(case.words)
            days = window(case, form) if asked else None
            said, goes_on = self._propose(case, form, intent)
            return ([Served(intent, reply=days), *said] if days is not None and goes_on else said), goes_on
        if slot.name == "order_id" and not case.eligible:
            shown = [case.views.order(order) for order in case.orders[:5]]
            return [Served(intent, reply=("tasks/none_eligible", {"intent": form.intent, "orders": shown}))], False
        return [ask_slot(slot, case, intent)], True

    def state_refusal(self, case: Case, form: Form, intent: RoutedIntent) -> list[Served]:
        """What is said of an order that isn't there or isn't in a state for the change; empty where it is."""
        refused = self._wrong_order(case, form, intent)
        return refused[0] if refused is not None else []

    def open_one(self, proposal_id: str, customer_id: CustomerId) -> bool:
        """Whether there is such a proposal and it still waits for its yes."""
        found = self._proposals.get(proposal_id, customer_id) if proposal_id else None
        return found is not None and found.status == "open"

    def proposal(self, case: Case) -> Proposal | None:
        """The proposal that the task has shown, in whatever state it is."""
        customer_id = CustomerId(case.customer.customer_id)
        return self._proposals.get(case.task.proposal_id, customer_id) if case.task.proposal_id else None

    def _propose(self, case: Case, form: Form, intent: RoutedIntent) -> tuple[list[Served], bool]:
        outcome = self._registry.call(form.tool, form.arguments(case), self._context_for(case.turn))
        if not isinstance(outcome.result, ProposalResult):
            return self._refused(outcome, case, form, intent)
        return [show_proposal(outcome.result.proposal, case, intent, (outcome,))], True

    def _refused(self, outcome: ToolOutcome, case: Case, form: Form, intent: RoutedIntent) -> tuple[list[Served], bool]:
        said = self._say(case, outcome.code, outcome.details)
        refusal = Served(intent, (outcome,), reply=said)
        item = outcome.details.get("item", "")
        if outcome.code in _ABOUT_ITEM and (kept := _without(case, item)):
            case.fill("items", kept)
            form.forget_dependants("items", case)
            more, goes_on = self.go_on(case, form, intent)
            left_out = Served(intent, reply=("tasks/left_out", {"item": _name(case, item)}))
            return [refusal, left_out, *more], goes_on
        slot = form.slot(_ASK_AGAIN.get(outcome.code, ""))
        if slot is None:
            return [for_person(refusal, case) if outcome.code in _BY_PERSON else refusal], False
        question = slot.question(case)
        refused = case.task.values(slot.name)
        others = [option for option in question.options if option not in refused]
        if slot.name == "payment_method" and not others:
            return [refusal], False
        case.clear(slot.name)
        return [refusal, ask_slot(slot, case, intent)], True

    def _wrong_order(self, case: Case, form: Form, intent: RoutedIntent) -> tuple[list[Served], bool] | None:
        """The order that was named isn't there, or isn't in a state for this: said before anything is asked."""
        number = case.task.value("order_id")
        if not form.about_order or not number:
            return None
        order = case.order
        if order is None:
            case.clear("order_id")
            refusal = Served(intent, reply=self._say(case, "unknown_order", {"order_id": number}))
            slot = form.slot("order_id")
            if slot is None or not case.eligible:
                return [refusal], False
            case.task.attempts += 1
            question = ask_slot(slot, case, intent)
            if case.task.attempts > 1:  # the list was shown already
                told: dict[str, object] = {"order_id": number}
                return [Served(intent, reply=("tasks/unknown_again", told), quick_replies=question.quick_replies)], True
            return [refusal, question], True
        on_way = order.status not in case.states and any(not has_come(order, piece.item_id) for piece in case.pieces)
        if case.allows(order) and not on_way:
            return None
        details = {"order_id": order.order_id, "status": order.status.value, "change": form.intent}
        return [Served(intent, reply=self._say(case, "order_state", details))], False

    def _say(self, case: Case, code: str, details: dict[str, str]) -> tuple[str, dict[str, object]]:
        wording = RefusalWording(case.texts, case.views, case.shop, case.customer)
        return wording.say(code, details, case.order)


def _without(case: Case, item_id: str) -> tuple[str, ...]:
    pairs = zip(case.positions, case.pieces, strict=False)
    return tuple(str(at) for at, piece in pairs if piece.item_id != item_id)


def _name(case: Case, item_id: str) -> str:
    order = case.order
    pieces = order.items if order else ()
    return next((case.views.piece(piece) for piece in pieces if piece.item_id == item_id), item_id)

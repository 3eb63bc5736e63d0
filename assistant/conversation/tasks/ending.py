"""Where tasks end: given up, settled elsewhere, or made pointless by another change of the same order."""

from collections.abc import Mapping

from assistant.conversation.reading.signals import signals
from assistant.conversation.slots.order import OrderSlot
from assistant.conversation.state import Task
from assistant.conversation.tasks.forms import Form
from assistant.conversation.turn import Turn
from assistant.errors import ToolError
from assistant.ids import OrderId
from assistant.shop.service import Shop
from assistant.tools.proposals import Proposals


class Ending:
    """Ends tasks.

    Args:
        shop: knows in which state an order is.
        proposals: what was proposed for the tasks.
        forms: by intent.
    """

    def __init__(self, shop: Shop, proposals: Proposals, forms: Mapping[str, Form]) -> None:
        self._forms = forms
        self._shop = shop
        self._proposals = proposals

    def close(self, turn: Turn, task: Task) -> None:
        """Withdraw what was proposed for a task."""
        if task.proposal_id and turn.customer is not None:
            self._proposals.decline(task.proposal_id, turn.customer.customer_id)

    def close_all(self, turn: Turn) -> None:
        """Give up all tasks."""
        for task in turn.state.tasks:
            self.close(turn, task)
        turn.state.tasks = []

    def tidy(self, turn: Turn) -> None:
        """Forget tasks whose proposal was settled elsewhere (a button, another device); expired ones stay."""
        if turn.customer is None:
            return
        kept = []
        for task in turn.state.tasks:
            found = self._proposals.get(task.proposal_id, turn.customer.customer_id) if task.proposal_id else None
            if found is not None and found.status == "superseded":
                # another piece of the same order was proposed in its place: this one is proposed again after it
                task.proposal_id, task.asked = "", ""
            if task.intent in self._forms and (not task.proposal_id or (found is not None and found.status == "open")):
                kept.append(task)
        turn.state.tasks = kept

    def drop_pointless(self, done: Task, turn: Turn) -> list[Task]:
        """End the tasks that can't be carried out any more after `done` was: the address of a cancelled order.

        Returns:
            The tasks that were ended and wanted something else than what was done.
        """
        number = done.value("order_id")
        if not number or turn.customer is None:
            return []
        try:
            status = self._shop.order(OrderId(number), turn.customer.customer_id).status
        except ToolError:
            return []
        policy = self._proposals.changes.policy
        over = [
            task
            for task in turn.state.tasks
            if _is_about(task, number, self._forms[task.intent])
            and status not in self._forms[task.intent].states(policy)
        ]
        for task in over:
            self.close(turn, task)
        turn.state.tasks = [task for task in turn.state.tasks if task not in over]
        return [task for task in over if task.intent != done.intent]

    def spare(self, orders: tuple[str, ...], turn: Turn) -> None:
        """Leave some of several orders that one wish was about as they are."""
        if not turn.state.tasks:
            return
        last = turn.state.tasks[-1]
        group = (last.intent, last.utterance)
        for task in [task for task in turn.state.tasks if (task.intent, task.utterance) == group]:
            if task.value("order_id") in orders:
                self.close(turn, task)
                turn.state.tasks = [kept for kept in turn.state.tasks if kept is not task]


def _is_about(task: Task, number: str, form: Form) -> bool:
    """Whether a task is about an order, perhaps without naming it ("and change its address")."""
    if task.slots or task.asked:
        return task.value("order_id") == number
    pointing = signals().points_back(task.utterance) and form.about_order
    return pointing and not OrderSlot().names_a_thing(task.utterance)

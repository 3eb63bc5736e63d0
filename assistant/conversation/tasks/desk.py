"""Where tasks are begun, carried on, given up and taken up again: at most five, the last one is talked about."""

from collections.abc import Callable, Mapping
from typing import Literal

from assistant.clock import Clock
from assistant.conversation.meaning import Meaning
from assistant.conversation.reply import ProposalAnswer
from assistant.conversation.state import Filled, Task
from assistant.conversation.tasks.asking import ask_slot, show_proposal
from assistant.conversation.tasks.belonging import gathered
from assistant.conversation.tasks.beside import subject_from_before, tell_siblings
from assistant.conversation.tasks.case import Case
from assistant.conversation.tasks.confirming import confirm
from assistant.conversation.tasks.forms import FORMS, TWINS, Form
from assistant.conversation.tasks.order_slot import meant_by
from assistant.conversation.tasks.proposing import Proposing
from assistant.conversation.tasks.reading import AMEND, Route, Understood, changes, understand
from assistant.conversation.tasks.signals import signals
from assistant.conversation.tasks.stock_slot import asks_to_be_told, sold_out
from assistant.conversation.texts import ReplyTexts
from assistant.conversation.turn import Move, Served, Turn
from assistant.conversation.views import Views
from assistant.routing.decision import RoutedIntent, RoutingDecision
from assistant.routing.intents.catalogue import Catalogue
from assistant.shop.service import Shop
from assistant.tools.context import ToolContext
from assistant.tools.elsewhere import REFUSED
from assistant.tools.proposals import Proposals
from assistant.tools.registry import ToolRegistry

_MOST = 5
_ATTEMPTS = 3
_SURE = 1.0
_PRESSED: dict[str, Literal["confirm", "amend", "decline"]] = {
    "confirm": "confirm",
    "change": "amend",
    "decline": "decline",
}


class TaskDesk:
    """Serves changes, from the first words to the execution.

    Args:
        shop: the customer's orders and the products.
        proposals: stores and executes.
        registry: the tools.
        catalogue: knows how intents are called.
        clock: tells the time.
        context_for: the circumstances of a tool call in a turn.
        meaning: reads answers in the customer's own words; None leaves that to the rules.
        forms: by intent; those of the shop's changes, and of what other systems change.
    """

    def __init__(
        self,
        shop: Shop,
        proposals: Proposals,
        registry: ToolRegistry,
        catalogue: Catalogue,
        clock: Clock,
        context_for: Callable[[Turn], ToolContext],
        meaning: Meaning | None = None,
        forms: Mapping[str, Form] = FORMS,
    ) -> None:
        self._meaning = meaning
        self._forms = forms
        self._shop = shop
        self._proposals = proposals
        self._catalogue = catalogue
        self._clock = clock
        self._proposing = Proposing(registry, proposals, context_for)

    def takes(self, intent: RoutedIntent) -> bool:
        """Whether a request is served by a form; some only when they clearly ask for the change itself."""
        if intent.intent not in self._forms:
            return False
        asks = signals().asks(intent.words)
        if intent.intent == "request_invoice":
            return not asks
        if intent.intent == "change_profile":
            return not asks and signals().speaks_of_address(intent.words)
        if intent.intent == "notify_stock":
            product = self._shop.product_meant(intent.words, "en")
            return bool(sold_out(product)) if product else not asks or asks_to_be_told(intent.words)
        return True

    def understand(self, turn: Turn, texts: ReplyTexts, views: Views, route: Route) -> Understood | None:
        """Read a message as an answer to the task that was talked about last; None where there is none."""
        self._tidy(turn)
        if not turn.state.tasks or turn.customer is None:
            return None
        task = turn.state.tasks[-1]
        case = self._case(task, turn, texts, views, turn.incoming.text)
        return understand(case, self._forms[task.intent], route)

    def pressed(self, answer: ProposalAnswer, turn: Turn) -> Move | None:
        """What a button means for the task that its proposal belongs to; None where no task has it (any more).

        The task is talked about now, even if another one was before.
        """
        task = next((task for task in turn.state.tasks if task.proposal_id == answer.proposal_id), None)
        if task is None:
            return None
        turn.state.tasks = [*(other for other in turn.state.tasks if other is not task), task]
        return Move(kind=_PRESSED[answer.answer])

    def settle(
        self, answer: ProposalAnswer, intent: RoutedIntent, turn: Turn, texts: ReplyTexts, views: Views
    ) -> list[Served]:
        """A button on a card whose task is over: the yes is answered from the proposal's record, if it is theirs."""
        if turn.customer is None:
            raise ValueError("proposals belong to customers who are known")
        customer_id = turn.customer.customer_id
        if answer.answer == "confirm":
            return confirm(answer.proposal_id, customer_id, intent, self._proposals, texts, views)[1]
        declined = self._proposals.decline(answer.proposal_id, customer_id) if answer.answer == "decline" else None
        over = declined is not None and declined.status == "declined"
        return [Served(intent, reply=("tasks/declined" if over else "tasks/gone", {}))]

    def gather(self, decision: RoutingDecision, turn: Turn, texts: ReplyTexts, views: Views) -> RoutingDecision:
        """The decision with each change and what the same message says of how it shall be made in one request."""
        if turn.customer is None or len(decision.intents) < 2:
            return decision

        def case_for(intent: RoutedIntent) -> Case:
            task = Task(intent=intent.intent, utterance=intent.words)
            case = self._case(task, turn, texts, views, self._first_words(task, turn), first=True)
            form = self._forms[intent.intent]
            for name, values in (found.values if (found := changes(case, form)) else {}).items():
                case.fill(name, values)
            form.missing(case)
            return case

        intents = gathered(decision.intents, case_for, self.takes, self._forms)
        return decision if intents == decision.intents else decision.model_copy(update={"intents": intents})

    def intent(self, turn: Turn, words: str) -> RoutedIntent:
        """The task that is talked about, as a request of this message."""
        name = turn.state.tasks[-1].intent
        return RoutedIntent(intent=name, agent=self._catalogue.get(name).agent, probability=_SURE, words=words)

    def begin(self, intents: list[RoutedIntent], turn: Turn, texts: ReplyTexts, views: Views) -> list[Served]:
        """Begin tasks for changes of one message, the first of them first; one question is asked.

        A change that waits already is gone on with: "about the towels: I changed my mind".
        """
        again = False
        for intent in reversed(intents):
            waiting = self._waiting(intent, turn, texts, views)
            again = waiting is not None
            if waiting is not None:
                turn.state.tasks.remove(waiting)
            turn.state.tasks.append(waiting or Task(intent=intent.intent, utterance=intent.words))
        if again:
            return self._go_on(intents[0], turn, texts, views)
        while len(turn.state.tasks) > _MOST:
            self._close(turn, turn.state.tasks.pop(0))
        return self._take_up(turn, texts, views)

    def advance(self, move: Move, turn: Turn, texts: ReplyTexts, views: Views) -> list[Served]:
        """Carry on the task that is talked about, by what the message meant for it."""
        task = turn.state.tasks[-1]
        intent = self.intent(turn, turn.masked)
        case = self._case(task, turn, texts, views, turn.incoming.text)
        if move.kind == "confirm":
            return self._confirm(case, intent)
        if move.kind == "drop_all":
            return self._drop_all(intent, turn)
        if move.kind == "switch":
            turn.state.tasks.append(turn.state.tasks.pop(move.which))
            return self.resume(turn, texts, views)
        if move.kind == "again":
            return self._ask_again(case, intent)
        if move.kind == "tell":
            return self._ask_again(case, intent, whole=True)
        if move.kind in ("decline", "drop"):
            task = turn.state.tasks.pop(move.which)
            self._close(turn, task)
            said: dict[str, object] = {} if move.kind == "decline" else {"label": self._label(task, texts)}
            over = Served(intent, reply=("tasks/declined" if move.kind == "decline" else "tasks/dropped", said))
            return [over] if move.rest else [over, *self.resume(turn, texts, views)]
        if move.kind == "why":
            about = task.asked if task.asked and task.asked != AMEND else "proposal"
            about = about if texts.has(f"tasks/why/{about}") else "supplied"
            return [Served(intent, reply=(f"tasks/why/{about}", {})), *self._ask_again(case, intent)]
        if move.kind == "amend":
            task.asked = AMEND
            return [Served(intent, reply=("tasks/which_change", {}))]
        if move.kind == "fill":
            return self._fill(move, case, intent)
        return self._stuck(case, intent)

    def _drop_all(self, intent: RoutedIntent, turn: Turn) -> list[Served]:
        for task in turn.state.tasks:
            self._close(turn, task)
        turn.state.tasks = []
        return [Served(intent, reply=("tasks/declined", {}))]

    def _waiting(self, intent: RoutedIntent, turn: Turn, texts: ReplyTexts, views: Views) -> Task | None:
        """The task that waits for the very change that a message asks for; a change of another order is another."""
        for task in reversed(turn.state.tasks):
            case = self._case(task, turn, texts, views, turn.masker.unmask(intent.words))
            if task.intent != intent.intent:
                continue
            order = self._forms[task.intent].slot("order_id")
            named = order.read(case.words, case) if order is not None else None
            if named is None and signals().adds(case.words):
                continue
            if named is None or named.values == task.values("order_id"):
                return task
        return None

    def _go_on(self, intent: RoutedIntent, turn: Turn, texts: ReplyTexts, views: Views) -> list[Served]:
        task = turn.state.tasks[-1]
        case = self._case(task, turn, texts, views, turn.masker.unmask(intent.words))
        move = changes(case, self._forms[task.intent]) if task.asked or task.proposal_id else None
        return self._fill(move, case, intent) if move is not None else self.resume(turn, texts, views)

    def resume(self, turn: Turn, texts: ReplyTexts, views: Views) -> list[Served]:
        """Go back to the task that waits, if any: its question is asked again."""
        self._tidy(turn)
        if not turn.state.tasks or turn.customer is None:
            return []
        task = turn.state.tasks[-1]
        back = Served(None, reply=("tasks/back_to", {"label": self._label(task, texts)}))
        if not task.asked and not task.proposal_id:
            return [back, *self._take_up(turn, texts, views)]
        case = self._case(task, turn, texts, views, self._first_words(task, turn))
        waits = bool(task.proposal_id)
        question = self._ask_again(case, self.intent(turn, task.utterance))
        return question if waits else [back, *question]

    def _take_up(self, turn: Turn, texts: ReplyTexts, views: Views) -> list[Served]:
        """Read the words that began the last task, and go on with it."""
        task = turn.state.tasks[-1]
        case = self._case(task, turn, texts, views, self._first_words(task, turn), first=True)
        if task.intent in TWINS and not task.slots:
            twin = task.model_copy(update={"intent": TWINS[task.intent]})
            other = self._case(twin, turn, texts, views, case.words, first=True)
            if meant_by(other) and not meant_by(case):
                turn.state.tasks[-1], task, case = twin, twin, other
        form = self._forms[task.intent]
        intent = self.intent(turn, task.utterance)
        if task.intent == "change_items" and signals().adds_items(case.words):
            turn.state.tasks.pop()
            return [Served(intent, reply=("tasks/only_options", {})), *self.resume(turn, texts, views)]
        subject_from_before(case, form)
        return self._apply(changes(case, form), case, intent)

    def _fill(self, move: Move, case: Case, intent: RoutedIntent) -> list[Served]:
        """Take over values. What a standing proposal can't be changed to leaves it as it stands."""
        before = case.task.model_copy(deep=True)
        if move.problem and not move.values:
            case.task.attempts += 1
            said = Served(intent, reply=move.problem)
            return self._give_up(case, intent) or [said, *self._ask_again(case, intent)]
        case.task.proposal_id = ""
        served = self._apply(move, case, intent)
        refused = any(name.startswith("refusals/") for name in (said.reply[0] for said in served if said.reply))
        standing = self._proposing.open_one(before.proposal_id, case.customer.customer_id)
        if refused and standing and not case.task.proposal_id:
            kept = [task for task in case.turn.state.tasks if task is not case.task]
            case.turn.state.tasks = [*kept, before]
            again = self._case(before, case.turn, case.texts, case.views, case.words)
            return [served[0], *self._ask_again(again, intent)]
        if case.task.proposal_id != before.proposal_id:
            self._close(case.turn, before)
        return served

    def _apply(self, move: Move | None, case: Case, intent: RoutedIntent) -> list[Served]:
        turn, form = case.turn, self._forms[case.task.intent]
        values = move.values if move else {}
        for slot in form.slots:
            if slot.name in values:
                case.fill(slot.name, values[slot.name], turn.masker.mask(case.words))
                form.forget_dependants(slot.name, case)
        for other in case.task.values("order_id")[:0:-1]:
            alike = Task(intent=form.intent, utterance=case.task.utterance)
            alike.slots = {"order_id": Filled(values=(other,), words=turn.masked)}
            turn.state.tasks.insert(max(0, len(turn.state.tasks) - 1), alike)
        if order := case.task.value("order_id"):
            case.fill("order_id", (order,), turn.masked)
            turn.state.last_order = order
        if move and move.values:
            tell_siblings(case, form, values)
            case.task.attempts = 0
            self._reread(case, form)
        served, goes_on = self._proposing.go_on(case, form, intent)
        if move and move.problem:
            served.insert(0, Served(intent, reply=move.problem))
        if not goes_on:
            turn.state.tasks = [task for task in turn.state.tasks if task is not case.task]
            self._close(turn, case.task)
            served += self.resume(turn, case.texts, case.views)
        return served

    def _reread(self, case: Case, form: Form) -> None:
        """What the first words said of slots that could not be read before ("return the bottle", now the order
        is known)."""
        first = self._case(case.task, case.turn, case.texts, case.views, self._first_words(case.task, case.turn))
        if first.words != case.words and (found := changes(first, form, only_empty=True)) is not None:
            for name, values in found.values.items():
                case.fill(name, values, case.task.utterance)

    def _confirm(self, case: Case, intent: RoutedIntent) -> list[Served]:
        turn, task = case.turn, case.task
        form = self._forms[task.intent]
        result, served = confirm(
            task.proposal_id, case.customer.customer_id, intent, self._proposals, case.texts, case.views
        )
        if result.outcome in ("expired", "failed") and result.reason != REFUSED and (task.slots or not form.slots):
            task.proposal_id = ""
            more, goes_on = self._proposing.go_on(case, form, intent)
            served += more
            if goes_on:
                return served
        turn.state.tasks.pop()
        return [*served, *self.resume(turn, case.texts, case.views)]

    def _ask_again(self, case: Case, intent: RoutedIntent, *, whole: bool = False) -> list[Served]:
        """The open question once more, a proposal `whole` or a reminder of it; one that has expired is made anew."""
        form = self._forms[case.task.intent]
        proposal = self._proposing.proposal(case)
        if proposal is not None and proposal.expires_at > self._clock.now():
            return [show_proposal(proposal, case, intent, again=not whole)]
        if proposal is not None:
            case.task.proposal_id = ""
            served, goes_on = self._proposing.go_on(case, form, intent)
            if not goes_on:
                case.turn.state.tasks.remove(case.task)
            return [Served(intent, reply=("tasks/expired", {})), *served]
        slot = form.slot(case.task.asked)
        if slot is None:
            return [Served(intent, reply=("tasks/which_change", {}))]
        return [ask_slot(slot, case, intent)]

    def _stuck(self, case: Case, intent: RoutedIntent) -> list[Served]:
        case.task.attempts += 1
        again = Served(intent, reply=("tasks/not_understood", {}))
        return self._give_up(case, intent) or [again, *self._ask_again(case, intent)]

    def _give_up(self, case: Case, intent: RoutedIntent) -> list[Served] | None:
        """After three answers that brought nothing, a person takes over."""
        if case.task.attempts < _ATTEMPTS:
            return None
        case.task.attempts = 0
        reason = f"could not complete {case.task.intent}: {case.task.asked or 'the yes to the proposal'} stayed open"
        return [Served(intent, reply=("handoff", {}), handoff=reason)]

    def _close(self, turn: Turn, task: Task) -> None:
        if task.proposal_id and turn.customer is not None:
            self._proposals.decline(task.proposal_id, turn.customer.customer_id)

    def _tidy(self, turn: Turn) -> None:
        """Forget tasks whose proposal was settled elsewhere (a button, another device); expired ones stay."""
        if turn.customer is None:
            return
        kept = []
        for task in turn.state.tasks:
            found = self._proposals.get(task.proposal_id, turn.customer.customer_id) if task.proposal_id else None
            if task.intent in self._forms and (not task.proposal_id or (found is not None and found.status == "open")):
                kept.append(task)
        turn.state.tasks = kept

    def _label(self, task: Task, texts: ReplyTexts) -> str:
        return self._catalogue.get(task.intent).label(texts.language)

    def _first_words(self, task: Task, turn: Turn) -> str:
        return turn.masker.unmask(task.utterance)

    def _case(
        self, task: Task, turn: Turn, texts: ReplyTexts, views: Views, words: str, *, first: bool = False
    ) -> Case:
        if turn.customer is None:
            raise ValueError("tasks are for customers who are known")
        policy = self._proposals.changes.policy
        return Case(
            task=task,
            turn=turn,
            customer=turn.customer,
            shop=self._shop,
            policy=policy,
            texts=texts,
            views=views,
            now=self._clock.now(),
            states=self._forms[task.intent].states(policy),
            words=words,
            first=first,
            meaning=self._meaning,
        )

"""Where tasks are begun, carried on, given up and taken up again: at most five, the last one is talked about."""

from collections.abc import Callable, Mapping

from assistant.clock import Clock
from assistant.conversation.reading.meaning import Meaning
from assistant.conversation.reading.signals import signals
from assistant.conversation.reading.subject import remember_named
from assistant.conversation.reply import ProposalAnswer
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.showing.views import Views
from assistant.conversation.slots.case import Case
from assistant.conversation.slots.items import named_pieces
from assistant.conversation.slots.order import OrderSlot, named_anew
from assistant.conversation.slots.stock import asks_to_be_told, sold_out
from assistant.conversation.state import Task
from assistant.conversation.tasks.belonging import gathered
from assistant.conversation.tasks.buttons import pressed, settle
from assistant.conversation.tasks.carrying import Carrying
from assistant.conversation.tasks.cases import Cases
from assistant.conversation.tasks.claiming import adds_damage, damaged_parts, own_warranty
from assistant.conversation.tasks.ending import Ending
from assistant.conversation.tasks.filling import AMEND, changes
from assistant.conversation.tasks.forms import FORMS, Form
from assistant.conversation.tasks.going_back import asks_what_goes_back, what_goes_back
from assistant.conversation.tasks.own_piece import own_piece
from assistant.conversation.tasks.piece_at_hand import about_piece
from assistant.conversation.tasks.proposing import Proposing
from assistant.conversation.tasks.reading import Route, Understood, understand
from assistant.conversation.turn import Move, Served, Turn
from assistant.routing.decision import RoutedIntent, RoutingDecision
from assistant.routing.intents.catalogue import Catalogue
from assistant.shop.service import Shop
from assistant.tools.context import ToolContext
from assistant.tools.proposals import Proposals
from assistant.tools.registry import ToolRegistry

_GO_BACK = ("return_items", "exchange_items")
Taken = Callable[[str, str], RoutedIntent]
"""The request of a name for some words."""
_LAST_CHANGE = "change_items"
_BEFORE_IT = ("change_payment", "change_address")
"""Changes that an order allows only before its items are changed."""
_MOST = 5
_EITHER = frozenset({"return_items", "exchange_items", "report_damaged"})
"""Changes of which a delivered thing gets one: whoever asks for another without naming a thing means instead."""


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
        self._forms = forms
        self._shop = shop
        self._proposals = proposals
        self._ending = Ending(shop, proposals, forms)
        self._cases = Cases(shop, proposals, clock, meaning, forms)
        proposing = Proposing(registry, proposals, context_for)
        self._carrying = Carrying(self._cases, proposing, proposals, self._ending, catalogue, clock, forms)

    def takes(self, intent: RoutedIntent) -> bool:
        """Whether a request is served by a form; some only when they clearly ask for the change itself."""
        if intent.intent not in self._forms:
            return False
        asks = signals().asks(intent.words)
        if intent.intent == "request_invoice":
            return not asks or signals().bids(intent.words)
        if intent.intent == "change_profile":
            return not asks and signals().speaks_of_address(intent.words)
        if intent.intent == "notify_stock":
            product = self._shop.product_meant(intent.words, "en")
            return bool(sold_out(product)) if product else not asks or asks_to_be_told(intent.words)
        return True

    def understand(self, turn: Turn, texts: ReplyTexts, views: Views, route: Route) -> Understood | None:
        """Read a message as an answer to the task that was talked about last; None where there is none."""
        self._ending.tidy(turn)
        if not turn.state.tasks or turn.customer is None:
            return None
        task = turn.state.tasks[-1]
        case = self._cases.make(task, turn, texts, views, turn.incoming.text)
        return understand(case, self._forms[task.intent], route, self._carrying.shown(case))

    def pressed(self, answer: ProposalAnswer, turn: Turn) -> Move | None:
        """What a button means for the task that its proposal belongs to; see `buttons.pressed`."""
        return pressed(answer, turn)

    def settle(
        self, answer: ProposalAnswer, intent: RoutedIntent, turn: Turn, texts: ReplyTexts, views: Views
    ) -> list[Served]:
        """A button on a card whose task is over; see `buttons.settle`."""
        return settle(answer, intent, turn, self._proposals, texts, views)

    def gather(self, decision: RoutingDecision, turn: Turn, texts: ReplyTexts, views: Views) -> RoutingDecision:
        """The decision with each change and what the same message says of how it shall be made in one request."""
        if turn.customer is None or len(decision.intents) < 2:
            return decision

        def case_for(intent: RoutedIntent) -> Case:
            task = Task(intent=intent.intent, utterance=intent.words)
            case = self._cases.make(task, turn, texts, views, self._carrying.first_words(task, turn), first=True)
            form = self._forms[intent.intent]
            for name, values in (found.values if (found := changes(case, form)) else {}).items():
                case.fill(name, values)
            form.missing(case)
            return case

        intents = gathered(decision.intents, case_for, self.takes, self._forms)
        return decision if intents == decision.intents else decision.model_copy(update={"intents": intents})

    def about_piece(
        self, decision: RoutingDecision, words: str, turn: Turn, texts: ReplyTexts, views: Views, taken: Taken
    ) -> RoutingDecision:
        """The decision, where it is about the very piece that the task is about: asked of that piece."""
        if not turn.state.tasks or turn.customer is None:
            return decision
        return about_piece(decision, words, self._cases.make(turn.state.tasks[-1], turn, texts, views, words), taken)

    def remember_named(self, turn: Turn) -> None:
        """Keep the one thing of theirs that the message names, for "can it go back?" in the next."""
        if turn.customer is not None and OrderSlot().names_a_thing(turn.incoming.text):
            remember_named(turn.incoming.text, turn, self._shop.orders(turn.customer.customer_id))

    def intent(self, turn: Turn, words: str) -> RoutedIntent:
        """The task that is talked about, as a request of this message."""
        return self._carrying.intent(turn, words)

    def begin(self, intents: list[RoutedIntent], turn: Turn, texts: ReplyTexts, views: Views) -> list[Served]:
        """Begin tasks for changes of one message, the first of them first; one question is asked.

        A change that waits already is gone on with: "about the towels: I changed my mind".
        """
        if len(intents) == 1 and intents[0].intent in _GO_BACK and asks_what_goes_back(intents[0].words):
            task = Task(intent=intents[0].intent, utterance=intents[0].words)
            case = self._cases.make(task, turn, texts, views, turn.masker.unmask(intents[0].words), first=True)
            if not OrderSlot().names_a_thing(case.words):
                return [what_goes_back(case, intents[0]), *self.resume(turn, texts, views)]
        if len(intents) == 1 and (brings := self._carrying.would_bring(intents[0], turn, texts, views)) is not None:
            return [brings, *self.resume(turn, texts, views)]
        if len(intents) == 1 and (given_up := self._replaced(intents[0], turn)) is not None:
            said: dict[str, object] = {"label": self._carrying.label(given_up, texts)}
            told = given_up.proposal_id or signals().replaces(turn.incoming.text)
            over = [Served(intents[0], reply=("tasks/dropped", said))] if told else []
            return [*over, *self.begin(intents, turn, texts, views)]
        if len(intents) == 1 and (reports := self._reports(intents[0], turn, texts, views)):
            turn.state.tasks += reversed(reports)
            return self._carrying.take_up(turn, texts, views)
        if set(_GO_BACK) <= {intent.intent for intent in intents} and (
            order := self._same(intents, turn, texts, views)
        ):
            said = {"order_id": order}
            return [Served(intents[0], reply=("tasks/one_request", said)), *self.resume(turn, texts, views)]
        last = [intent for intent in intents if intent.intent == _LAST_CHANGE]
        if last and intents[0] in last and any(intent.intent in _BEFORE_IT for intent in intents):
            intents = [*(intent for intent in intents if intent not in last), *last]
            first = Served(intents[0], reply=("tasks/before_items", {}))
            return [first, *self.begin(intents, turn, texts, views)]
        again = False
        for intent in reversed(intents):
            waiting = self._waiting(intent, turn, texts, views)
            again = waiting is not None
            if waiting is not None:
                turn.state.tasks.remove(waiting)
            turn.state.tasks.append(waiting or Task(intent=intent.intent, utterance=intent.words))
        if again:
            return self._carrying.go_on(intents[0], turn, texts, views)
        while len(turn.state.tasks) > _MOST:
            self._ending.close(turn, turn.state.tasks.pop(0))
        begun = self._carrying.take_up(turn, texts, views)
        return self._items_last(intents[0], turn, texts, views) or begun

    def _same(self, intents: list[RoutedIntent], turn: Turn, texts: ReplyTexts, views: Views) -> str:
        """The one order of which a message wants something back and something else exchanged; empty elsewhere."""
        orders = []
        for intent in intents:
            task = Task(intent=intent.intent, utterance=intent.words)
            case = self._cases.make(task, turn, texts, views, turn.masker.unmask(intent.words), first=True)
            found = changes(case, self._forms[intent.intent])
            orders.append(found.values.get("order_id", ()) if found is not None else ())
        named = {order for order in orders if order}
        return next(iter(named))[0] if len(named) == 1 else ""

    def _items_last(self, intent: RoutedIntent, turn: Turn, texts: ReplyTexts, views: Views) -> list[Served]:
        """Go on with the address or the payment that waits for the same order, before its items are changed."""
        task = turn.state.tasks[-1] if turn.state.tasks else None
        if task is None or task.intent != _LAST_CHANGE:
            return []
        order = task.values("order_id")
        first = [one for one in turn.state.tasks if one.intent in _BEFORE_IT and one.values("order_id") == order != ()]
        if not first:
            return []
        self._ending.close(turn, task)
        later = Task(intent=task.intent, utterance=task.utterance, slots=task.slots)
        turn.state.tasks = [one for one in turn.state.tasks if one is not task and one is not first[-1]]
        turn.state.tasks += [later, first[-1]]
        return [Served(intent, reply=("tasks/before_items", {})), *self._carrying.resume(turn, texts, views)]

    def _reports(self, intent: RoutedIntent, turn: Turn, texts: ReplyTexts, views: Views) -> list[Task]:
        """One report for each damaged thing that a message tells of; none where it tells of one."""
        if intent.intent != "report_damaged" or turn.state.tasks:
            return []
        reports: dict[tuple[str, ...], Task] = {}
        for part in damaged_parts(turn.masker.unmask(intent.words)):
            task = Task(intent=intent.intent, utterance=intent.words)
            case = self._cases.make(task, turn, texts, views, part, first=True)
            found = changes(case, self._forms[intent.intent])
            for name, values in found.values.items() if found is not None else ():
                case.fill(name, values, turn.masker.mask(part))
            if not task.values("items"):
                return []
            reports[(*task.values("order_id"), *task.values("items"))] = task
        return list(reports.values()) if len(reports) > 1 else []

    def _replaced(self, intent: RoutedIntent, turn: Turn) -> Task | None:
        """The task that is given up for another change of the same ("actually exchange it instead"), if it is."""
        if not turn.state.tasks or turn.dropped is not None:
            return None
        task, text = turn.state.tasks[-1], turn.incoming.text
        either = {task.intent, intent.intent} <= _EITHER and not signals().adds(text)
        if not either and not signals().replaces(text):
            return None
        if task.intent == intent.intent or OrderSlot().names_a_thing(turn.masker.unmask(intent.words)):
            return None
        self._ending.close(turn, task)
        turn.dropped = turn.state.tasks.pop()
        return task

    def advance(self, move: Move, turn: Turn, texts: ReplyTexts, views: Views) -> list[Served]:
        """Carry on the task that is talked about, by what the message meant for it."""
        task = turn.state.tasks[-1]
        intent = self.intent(turn, turn.masked)
        case = self._cases.make(task, turn, texts, views, turn.incoming.text)
        if move.kind == "confirm":
            return self._carrying.confirm(case, intent, pressed=turn.incoming.answer is not None)
        if move.kind == "drop_all":
            return self._drop_all(intent, turn)
        if move.kind == "spare":
            return self._spare(move, intent, turn, texts, views)
        if move.kind == "switch":
            turn.state.tasks.append(turn.state.tasks.pop(move.which))
            return self._carrying.resume(turn, texts, views)
        if move.kind == "again":
            return self._carrying.ask_again(case, intent)
        if move.kind == "tell":
            return self._carrying.tell(case, intent)
        if move.kind in ("decline", "drop"):
            task = turn.state.tasks.pop(move.which)
            self._ending.close(turn, task)
            turn.dropped = task
            said: dict[str, object] = {} if move.kind == "decline" else {"label": self._carrying.label(task, texts)}
            over = Served(intent, reply=("tasks/declined" if move.kind == "decline" else "tasks/dropped", said))
            return [over] if move.rest else [over, *self._carrying.resume(turn, texts, views)]
        if move.kind == "why":
            about = task.asked if task.asked and task.asked != AMEND else "proposal"
            about = about if texts.has(f"tasks/why/{about}") else "supplied"
            return [Served(intent, reply=(f"tasks/why/{about}", {})), *self._carrying.ask_again(case, intent)]
        if move.kind == "amend":
            task.asked = AMEND
            return [Served(intent, reply=("tasks/which_change", {}))]
        if move.kind == "fill":
            return self._carrying.fill(move, case, intent)
        return self._carrying.stuck(case, intent)

    def _drop_all(self, intent: RoutedIntent, turn: Turn) -> list[Served]:
        self._ending.close_all(turn)
        return [Served(intent, reply=("tasks/declined", {}))]

    def _spare(self, move: Move, intent: RoutedIntent, turn: Turn, texts: ReplyTexts, views: Views) -> list[Served]:
        """Some of several orders are left as they are; the others are gone on with."""
        task, orders = turn.state.tasks[-1], move.values["order_id"]
        self._ending.spare(orders, turn)
        said = Served(intent, reply=("tasks/spared", {"orders": list(orders)}))
        if task in turn.state.tasks:
            return [
                said,
                *self._carrying.ask_again(self._cases.make(task, turn, texts, views, turn.incoming.text), intent),
            ]
        if not turn.state.tasks:
            return [said]
        following = turn.state.tasks[-1]
        if following.asked or following.proposal_id:
            return [said, *self._carrying.resume(turn, texts, views)]
        return [said, *self._carrying.take_up(turn, texts, views)]

    def _waiting(self, intent: RoutedIntent, turn: Turn, texts: ReplyTexts, views: Views) -> Task | None:
        """The task that waits for the very change that a message asks for; a change of another order is another."""
        for task in reversed(turn.state.tasks):
            case = self._cases.make(task, turn, texts, views, turn.masker.unmask(intent.words))
            if task.intent != intent.intent:
                continue
            other_piece = case.order and set(named_pieces(case.words, case.order.items)) - set(case.positions)
            if task.intent == "report_damaged" and other_piece and case.positions and adds_damage(case.words):
                continue
            named = named_anew(case) if self._forms[task.intent].about_order else None
            another = OrderSlot().names_a_thing(case.words) or signals().of_another(case.words)
            if named is None and signals().adds(case.words) and another:
                continue
            if named is None or named.values == task.values("order_id"):
                return task
        return None

    def own_warranty(self, intent: RoutedIntent, turn: Turn, texts: ReplyTexts, views: Views) -> Served | None:
        """Until when the thing of the customer's is under warranty that a question is about; see `claiming`."""
        if turn.customer is None:
            return None
        task = Task(intent="report_damaged", utterance=intent.words)
        return own_warranty(self._cases.make(task, turn, texts, views, turn.masker.unmask(intent.words)), intent)

    def own_piece(self, served: Served, turn: Turn, texts: ReplyTexts, views: Views) -> Served | None:
        """Which version of a product the customer has, beside its details, to whom asks of theirs; see `own_piece`."""
        if turn.customer is None or served.intent is None:
            return None
        task = Task(intent="change_items", utterance=served.intent.words)
        case = self._cases.make(task, turn, texts, views, turn.masker.unmask(served.intent.words))
        return own_piece(case, served)

    def resume(self, turn: Turn, texts: ReplyTexts, views: Views) -> list[Served]:
        """Go back to the task that waits, if any: its question is asked again."""
        return self._carrying.resume(turn, texts, views)

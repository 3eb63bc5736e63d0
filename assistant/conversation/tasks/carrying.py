"""How a task is carried on: words are read into it, the next question is asked, a yes carries it out."""

from collections.abc import Mapping

from assistant.clock import Clock
from assistant.conversation.reading.pointing import without_places
from assistant.conversation.reading.signals import signals
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.showing.views import Views
from assistant.conversation.slots.case import Case
from assistant.conversation.slots.items import ItemsSlot
from assistant.conversation.slots.order import OrderSlot, meant_by
from assistant.conversation.slots.several import left_out, siblings
from assistant.conversation.slots.variants import NARROWED, VariantsSlot
from assistant.conversation.state import Filled, Task
from assistant.conversation.tasks.asking import ask_slot, show_proposal
from assistant.conversation.tasks.beside import carry_over, subject_from_before, tell_siblings, told_alike
from assistant.conversation.tasks.cases import Cases
from assistant.conversation.tasks.confirming import confirm
from assistant.conversation.tasks.ending import Ending
from assistant.conversation.tasks.filling import changes, plain_reason
from assistant.conversation.tasks.forms import TWINS, Form
from assistant.conversation.tasks.part_of_order import of_a_part
from assistant.conversation.tasks.piece_at_hand import remember_named_piece, remember_piece
from assistant.conversation.tasks.proposing import Proposing
from assistant.conversation.tasks.return_window import asks_what_comes_back, window
from assistant.conversation.tasks.wording import Wording
from assistant.conversation.turn import Move, Served, Turn
from assistant.routing.decision import RoutedIntent
from assistant.routing.intents.catalogue import Catalogue
from assistant.tools.elsewhere import REFUSED
from assistant.tools.proposals import Proposal, Proposals

_ATTEMPTS = 3
_IDS = "ids"
"""What a narrowed choice holds beside the words for it: the items that are left."""
_HELPS = ("tasks/several_such", "tasks/no_such_variant", "tasks/no_such_method")
"""Texts that say why words can't be used yet, though they bring the task on."""
_SURE = 1.0


class Carrying:
    """Carries on the task that is talked about.

    Args:
        cases: give its slots what they look at.
        proposing: asks for what is missing, and proposes.
        proposals: executes.
        ending: ends tasks.
        catalogue: knows how intents are called.
        clock: tells the time.
        forms: by intent.
    """

    def __init__(
        self,
        cases: Cases,
        proposing: Proposing,
        proposals: Proposals,
        ending: Ending,
        catalogue: Catalogue,
        clock: Clock,
        forms: Mapping[str, Form],
    ) -> None:
        self._forms = forms
        self._cases = cases
        self._proposing = proposing
        self._proposals = proposals
        self._ending = ending
        self._catalogue = catalogue
        self._clock = clock

    def intent(self, turn: Turn, words: str) -> RoutedIntent:
        """The task that is talked about, as a request of this message."""
        name = turn.state.tasks[-1].intent
        return RoutedIntent(intent=name, agent=self._catalogue.get(name).agent, probability=_SURE, words=words)

    def go_on(self, intent: RoutedIntent, turn: Turn, texts: ReplyTexts, views: Views) -> list[Served]:
        """Go on with a task that waits, by a message that asks for it again."""
        task = turn.state.tasks[-1]
        case = self._cases.make(task, turn, texts, views, turn.masker.unmask(intent.words))
        move = changes(case, self._forms[task.intent]) if task.asked or task.proposal_id else None
        return self.fill(move, case, intent) if move is not None else self.resume(turn, texts, views)

    def resume(self, turn: Turn, texts: ReplyTexts, views: Views) -> list[Served]:
        """Go back to the task that waits, if any: its question is asked again."""
        self._ending.tidy(turn)
        if not turn.state.tasks or turn.customer is None:
            return []
        task = turn.state.tasks[-1]
        back = Served(None, reply=("tasks/back_to", {"label": self.label(task, texts)}))
        if not task.asked and not task.proposal_id:
            return [back, *self.take_up(turn, texts, views)]
        case = self._cases.make(task, turn, texts, views, self.first_words(task, turn))
        waits = bool(task.proposal_id)
        question = self.ask_again(case, self.intent(turn, task.utterance))
        return question if waits else [back, *question]

    def would_bring(self, intent: RoutedIntent, turn: Turn, texts: ReplyTexts, views: Views) -> Served | None:
        """What a return would bring that is asked for before it is wanted; None where something else is asked."""
        if intent.intent != "return_items" or not asks_what_comes_back(intent.words):
            return None
        task = Task(intent=intent.intent, utterance=intent.words)
        case = self._cases.make(task, turn, texts, views, turn.masker.unmask(intent.words), first=True)
        found = changes(case, self._forms[intent.intent])
        for name, values in found.values.items() if found is not None else ():
            case.fill(name, values, intent.words)
        self._forms[intent.intent].missing(case)
        said = window(case, self._forms[intent.intent])
        if said is not None and said[0] == "tasks/may_go_back":
            turn.state.last_order = case.task.value("order_id")
            turn.state.last_intent, turn.state.last_utterance = intent.intent, intent.words
        return None if said is None else Served(intent, reply=said)

    def take_up(self, turn: Turn, texts: ReplyTexts, views: Views) -> list[Served]:
        """Read the words that began the last task, and go on with it."""
        task = turn.state.tasks[-1]
        case = self._cases.make(task, turn, texts, views, self.first_words(task, turn), first=True)
        if task.intent in TWINS and not task.slots:
            twin = task.model_copy(update={"intent": TWINS[task.intent]})
            other = self._cases.make(twin, turn, texts, views, case.words, first=True)
            if meant_by(other) and not meant_by(case):
                turn.state.tasks[-1], task, case = twin, twin, other
        form = self._forms[task.intent]
        intent = self.intent(turn, task.utterance)
        if task.intent == "change_items" and signals().adds_items(case.words):
            turn.state.tasks.pop()
            return [Served(intent, reply=("tasks/only_options", {})), *self.resume(turn, texts, views)]
        carry_over(case, form)
        subject_from_before(case, form)
        left = left_out(case) if form.about_order and not case.task.slots else ()
        unsaid = form.about_order and not case.task.value(OrderSlot.name)
        found = changes(case, form)
        part = form.intent == "cancel_order" and of_a_part(case, found)
        if part:
            return self._of_a_part(found, case, intent)
        served = self._apply(found, case, intent)
        unsaid = unsaid and (found is None or OrderSlot.name not in found.values)
        if (
            unsaid
            and task in turn.state.tasks
            and task.asked not in ("", OrderSlot.name, ItemsSlot.name)
            and case.order
        ):
            about: dict[str, object] = {
                "order_id": case.order.order_id,
                "pieces": [case.views.piece(piece) for piece in case.pieces],
            }
            served.insert(0, Served(intent, reply=("tasks/about", about)))
        said: dict[str, object] = {"orders": [case.views.order(order) for order in left]}
        return [Served(intent, reply=("tasks/not_these", said)), *served] if left and turn.state.tasks else served

    def _of_a_part(self, found: Move | None, case: Case, intent: RoutedIntent) -> list[Served]:
        """Say that only whole orders are cancelled and what else can be done with a piece; nothing is begun."""
        named = (found.values.get(OrderSlot.name) if found else None) or OrderSlot().only(case)
        if named:
            case.fill(OrderSlot.name, named)
        refused = self._proposing.state_refusal(case, self._forms[case.task.intent], intent)
        if case.order is not None:
            case.turn.state.last_order = str(case.order.order_id)
            remember_named_piece(case.words, case.order.items, case.turn)
        case.turn.state.tasks = [task for task in case.turn.state.tasks if task is not case.task]
        said = refused or [Served(intent, reply=("tasks/part_of_order", {}))]
        return [*said, *self.resume(case.turn, case.texts, case.views)]

    def fill(self, move: Move, case: Case, intent: RoutedIntent) -> list[Served]:
        """Take over values. What a standing proposal can't be changed to leaves it as it stands."""
        before = case.task.model_copy(deep=True)
        asked = case.task.asked
        if move.problem and move.problem[0] == NARROWED and not move.values:
            return self._narrowed(move.problem[1], case, intent)
        if move.problem and not move.values:
            case.task.attempts += move.problem[0] not in _HELPS
            said = Served(intent, reply=move.problem)
            return self._give_up(case, intent) or [said, *self.ask_again(case, intent)]
        case.task.proposal_id = ""
        served = self._apply(move, case, intent)
        refused = any(name.startswith("refusals/") for name in (said.reply[0] for said in served if said.reply))
        standing = self._proposing.open_one(before.proposal_id, case.customer.customer_id)
        if refused and standing and not case.task.proposal_id:
            kept = [task for task in case.turn.state.tasks if task is not case.task]
            case.turn.state.tasks = [*kept, before]
            again = self._cases.make(before, case.turn, case.texts, case.views, case.words)
            return [served[0], *self.ask_again(again, intent)]
        if case.task.proposal_id != before.proposal_id:
            self._ending.close(case.turn, before)
        if asked and asked == case.task.asked and asked not in move.values and move.values and not move.problem:
            pieces = [case.views.piece(piece) for piece in case.pieces] if ItemsSlot.name in move.values else []
            served.insert(0, Served(intent, reply=("tasks/noted_it", {"items": pieces})))
        return served

    def _narrowed(self, found: dict[str, object], case: Case, intent: RoutedIntent) -> list[Served]:
        """Ask which of a few versions it shall be; what was proposed before is withdrawn."""
        slot = self._forms[case.task.intent].slot(VariantsSlot.name)
        if slot is None:
            return self.ask_again(case, intent)
        self._ending.close(case.turn, case.task)
        case.clear(VariantsSlot.name)
        ids = found.get(_IDS)
        case.task.proposal_id, case.task.asked = "", VariantsSlot.name
        case.task.options = tuple(map(str, ids)) if isinstance(ids, list) else ()
        said = Served(intent, reply=(NARROWED, {"wanted": found["wanted"]}))
        return [said, ask_slot(slot, case, intent)]

    def _apply(self, move: Move | None, case: Case, intent: RoutedIntent) -> list[Served]:
        turn, form = case.turn, self._forms[case.task.intent]
        values = move.values if move else {}
        for slot in form.slots:
            if slot.name in values:
                before = case.task.values(slot.name)
                case.fill(slot.name, values[slot.name], turn.masker.mask(case.words))
                if before != values[slot.name]:
                    form.forget_dependants(slot.name, case)
        several = case.task.values("order_id") if len(case.task.values("order_id")) > 1 else ()
        for other in several[:0:-1]:
            alike = Task(intent=form.intent, utterance=case.task.utterance)
            alike.slots = {**told_alike(case.task), "order_id": Filled(values=(other,), words=turn.masked)}
            turn.state.tasks.insert(max(0, len(turn.state.tasks) - 1), alike)
        if order := case.task.value("order_id"):
            case.fill("order_id", (order,), turn.masked)
            turn.state.last_order = order
        if move and move.values:
            tell_siblings(case, form, values)
            case.task.attempts = 0 if case.order is not None or not form.about_order else case.task.attempts
            self._reread(case, form)
        served, goes_on = self._proposing.go_on(case, form, intent)
        remember_piece(case)
        if several and goes_on:
            turn.state.listed_orders = several
            shown = [case.views.order(order) for order in case.orders if order.order_id in several]
            served.insert(0, Served(intent, reply=("tasks/several", {"orders": shown})))
        if move and move.problem:
            name, said = move.problem
            served.insert(0, Served(intent, reply=(name, {key: value for key, value in said.items() if key != _IDS})))
        if not goes_on:
            turn.state.tasks = [task for task in turn.state.tasks if task is not case.task]
            self._ending.close(turn, case.task)
            served += self.resume(turn, case.texts, case.views)
        return served

    def _reread(self, case: Case, form: Form) -> None:
        """What the first words said of slots that could not be read before ("return the bottle", now the order
        is known)."""
        first = self._cases.make(case.task, case.turn, case.texts, case.views, self.first_words(case.task, case.turn))
        if case.turn.state.listed_orders:
            first.words = without_places(first.words)
        if first.words != case.words and (found := changes(first, form, only_empty=True)) is not None:
            for name, values in found.values.items():
                case.fill(name, values, case.task.utterance)

    def confirm(self, case: Case, intent: RoutedIntent, *, pressed: bool = False) -> list[Served]:
        """Carry out what was proposed, and go on with what waits.

        After a message that was not understood nobody knows what a typed yes is meant for: the proposal is shown again.
        """
        turn, task = case.turn, case.task
        if task.unclear and not pressed and (open_one := self._open_proposal(case)) is not None:
            return [Served(intent, reply=("tasks/to_be_sure", {})), show_proposal(open_one, case, intent)]
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
        for over in self._ending.drop_pointless(task, turn):
            said: dict[str, object] = {"label": self.label(over, case.texts), "order_id": task.value("order_id")}
            served.append(Served(intent, reply=("tasks/pointless", said)))
        turn.state.last_done = task if result.executed else turn.state.last_done
        if turn.state.tasks and turn.state.tasks[-1] in siblings(task, turn.state.tasks):
            return [*served, Served(intent, reply=("tasks/next", {})), *self.take_up(turn, case.texts, case.views)]
        return [*served, *self.resume(turn, case.texts, case.views)]

    def ask_again(self, case: Case, intent: RoutedIntent) -> list[Served]:
        """The open question once more, for a proposal a reminder of it; one that has expired is made anew."""
        form = self._forms[case.task.intent]
        if (proposal := self._open_proposal(case)) is not None:
            return [show_proposal(proposal, case, intent, again=True)]
        if case.task.proposal_id and self._proposing.proposal(case) is not None:
            case.task.proposal_id = ""
            served, goes_on = self._proposing.go_on(case, form, intent)
            if not goes_on:
                case.turn.state.tasks.remove(case.task)
            return [Served(intent, reply=("tasks/expired", {})), *served]
        slot = form.slot(case.task.asked)
        if slot is None:
            return [Served(intent, reply=("tasks/which_change", {}))]
        return [ask_slot(slot, case, intent)]

    def shown(self, case: Case) -> str:
        """The proposal that waits for a yes, as the customer read it; empty where none does."""
        proposal = None if case.task.asked else self._open_proposal(case)
        return Wording(case.texts, case.views).what(proposal) if proposal is not None else ""

    def tell(self, case: Case, intent: RoutedIntent) -> list[Served]:
        """What the proposal costs or brings, in a sentence, and the question for the yes once more."""
        proposal = self._open_proposal(case)
        if proposal is None:
            return self.ask_again(case, intent)
        return [show_proposal(proposal, case, intent, told=True)]

    def _open_proposal(self, case: Case) -> Proposal | None:
        proposal = self._proposing.proposal(case)
        return proposal if proposal is not None and proposal.expires_at > self._clock.now() else None

    def stuck(self, case: Case, intent: RoutedIntent) -> list[Served]:
        """Ask again after an answer that brought nothing; a reason is asked for once, then the plain one is taken."""
        plain = plain_reason(case, self._forms[case.task.intent])
        if plain is not None and not signals().asks(case.words):
            return self.fill(plain, case, intent)
        agrees = signals().affirms(case.words, case.task.intent) or signals().accepts(case.words)
        if case.task.asked and agrees:
            return [Served(intent, reply=("tasks/still_needed", {})), *self.ask_again(case, intent)]
        case.task.attempts += 1
        again = Served(intent, reply=("tasks/not_understood", {}))
        said = self._give_up(case, intent) or [again, *self.ask_again(case, intent)]
        case.task.unclear = bool(case.task.proposal_id)
        return said

    def _give_up(self, case: Case, intent: RoutedIntent) -> list[Served] | None:
        """After three answers that brought nothing, a person takes over."""
        if case.task.attempts < _ATTEMPTS:
            return None
        case.task.attempts = 0
        reason = f"could not complete {case.task.intent}: {case.task.asked or 'the yes to the proposal'} stayed open"
        return [Served(intent, reply=("handoff", {}), handoff=reason)]

    def label(self, task: Task, texts: ReplyTexts) -> str:
        """What a task is called."""
        return self._catalogue.get(task.intent).label(texts.language)

    def first_words(self, task: Task, turn: Turn) -> str:
        """The words that began a task, as they were written."""
        return turn.masker.unmask(task.utterance)

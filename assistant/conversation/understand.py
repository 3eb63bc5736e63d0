"""understand: is the message an answer to what we asked? Otherwise the router decides."""

import time
from collections.abc import Callable

from assistant.clock import Clock
from assistant.conversation.heard.desk import HeardDesk
from assistant.conversation.identification.desk import IdentificationDesk
from assistant.conversation.reading.answers import by_words, pick
from assistant.conversation.reading.in_context import in_context
from assistant.conversation.reading.not_as_hoped import chosen_by_deed
from assistant.conversation.reading.product_talk import ProductTalk
from assistant.conversation.reading.signals import signals
from assistant.conversation.receive import account_of
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.showing.views import Views
from assistant.conversation.slots.at_hand import Piece, piece_at_hand
from assistant.conversation.slots.items import named_pieces
from assistant.conversation.slots.options import numbers_said, options_said
from assistant.conversation.slots.order import pieces_named
from assistant.conversation.state import Asked
from assistant.conversation.talk.forgetting import answer_to_forget
from assistant.conversation.tasks.desk import TaskDesk
from assistant.conversation.tasks.reading import Route, Understood
from assistant.conversation.turn import Move, Turn
from assistant.errors import ToolError
from assistant.routing.decision import RoutedIntent, RoutingDecision, SlotValue, Vote
from assistant.routing.intents.catalogue import Catalogue
from assistant.routing.router import Router, RoutingContext
from assistant.shop.records import OrderItem, OrderStatus, Product
from assistant.shop.service import Shop

_SURE = 1.0


class Understand:
    """The third stage of a turn.

    Args:
        router: decides on messages that answer nothing.
        catalogue: knows which agent serves an intent.
        shop: knows the orders among which a customer chooses.
        clock: for "the one from last month".
        tasks: read messages as answers to the change that is under way.
        identification: reads messages as answers to the question who a stranger is.
        acts: what the customer did on the shop's pages just before, the newest first; None where that isn't known.
    """

    def __init__(
        self,
        router: Router,
        catalogue: Catalogue,
        shop: Shop,
        clock: Clock,
        tasks: TaskDesk,
        identification: IdentificationDesk,
        acts: Callable[[Turn], tuple[str, ...]] | None = None,
    ) -> None:
        self._acts = acts
        self._identification = identification
        self._heard = HeardDesk(shop)
        self._tasks = tasks
        self._clock = clock
        self._router = router
        self._catalogue = catalogue
        self._shop = shop
        self._products = ProductTalk(shop, catalogue, router.taken)

    def __call__(self, turn: Turn, texts: ReplyTexts, views: Views) -> None:
        """Fill in `turn.decision`, and `turn.move` where the message carries on a task.

        The last question is answered, or put aside by anything else; a task waits until it is taken up again.
        """
        started = time.perf_counter()
        back = self._heard.understand(turn, texts, views)
        if back is not None:
            turn.served, turn.answered = [back], True
            turn.decision = RoutingDecision(language=turn.language, outcome="routed")
            return
        if self._identified(turn, texts, started) or self._pressed(turn, texts, views, started):
            return
        asked, turn.state.asked = turn.state.asked, None
        if asked is not None:
            answered = self._answer(asked, turn)
            if answered is not None:
                turn.decision = _decided(answered, turn, started, "answer")
                return
        understood = self._tasks.understand(turn, texts, views, lambda words: self._route(words, turn, texts, views))
        if understood is not None and understood.move is not None:
            self._carry_on(understood, turn, started, lambda words: self._route(words, turn, texts, views))
            return
        if understood is not None and understood.decision is not None:
            turn.decision = understood.decision
            return
        turn.decision = self._route(turn.incoming.text, turn, texts, views)

    def _identified(self, turn: Turn, texts: ReplyTexts, started: float) -> bool:
        """Whether the message answers who a stranger is; once they are known, the turn goes on to their requests."""
        waiting = turn.state.identifying
        served = self._identification.understand(turn, texts)
        if served is None or waiting is None:
            return False
        turn.served, turn.answered = [served], turn.customer is None
        turn.decision = _decided(waiting.requests[0], turn, started, "identification")
        if turn.customer is not None:
            turn.masker.learn(account_of(turn.customer))
            turn.masked = turn.masker.mask(turn.incoming.text)
            turn.decision = turn.decision.model_copy(update={"intents": waiting.requests})
            turn.state.identifying = None
        return True

    def _pressed(self, turn: Turn, texts: ReplyTexts, views: Views, started: float) -> bool:
        """Whether a button of a proposal's card was pressed: it means that proposal, whatever is talked about."""
        pressed = turn.incoming.answer
        if pressed is None or turn.customer is None:
            return False
        turn.state.asked = None
        move = self._tasks.pressed(pressed, turn)
        if move is not None:
            self._carry_on(Understood(move=move), turn, started, lambda words: self._route(words, turn, texts, views))
            return True
        name = "affirm" if pressed.answer == "confirm" else "deny"
        intent = RoutedIntent(intent=name, agent=self._catalogue.get(name).agent, probability=_SURE, words=turn.masked)
        turn.decision = _decided(intent, turn, started, "button")
        turn.served, turn.answered = self._tasks.settle(pressed, intent, turn, texts, views), True
        return True

    def _route(self, words: str, turn: Turn, texts: ReplyTexts, views: Views) -> RoutingDecision:
        context = RoutingContext(
            language=turn.language,
            last_intent=turn.state.last_intent,
            last_utterance=turn.state.last_utterance,
            acts=self._acts(turn) if self._acts is not None else (),
        )
        rest = signals().drops(words) if not turn.state.tasks else ""
        given_up = rest == "" and not turn.state.tasks and "deny" in self._catalogue
        words = rest or words
        words = turn.masker.mask(words)
        decision = self._router.decide(words, context)
        lone = decision.outcome != "routed" or all(
            self._catalogue.get(i.intent).changes_order for i in decision.intents
        )
        if (rest and decision.outcome == "out_of_scope" and "deny" in self._catalogue) or (given_up and lone):
            deny = (self._router.taken("deny", words),)
            decision = decision.model_copy(update={"outcome": "routed", "readings": (), "intents": deny})
        decision = in_context(
            decision,
            words,
            turn,
            self._catalogue,
            self._router.taken,
            lambda said: self._is_ordered(said, turn),
            self._names_product,
            lambda said: self._status_of(said, turn),
            lambda said: self._names_other_version(said, turn),
            lambda said: self._piece_at_hand(said, turn),
        )
        decision = self._products(decision, words, turn)
        decision = self._tasks.about_piece(decision, words, turn, texts, views, self._router.taken)
        return self._tasks.gather(decision, turn, texts, views)

    def _is_ordered(self, words: str, turn: Turn) -> bool:
        """Whether words single out some of the customer's orders."""
        if turn.customer is None:
            return False
        fitting = self._shop.orders_matching(turn.customer.customer_id, words, self._clock.now())
        singled_out = 0 < len(fitting) < len(self._shop.orders(turn.customer.customer_id))
        return singled_out or any(named_pieces(words, order.items) for order in fitting if self._shop.names_kind(words))

    def _names_other_version(self, words: str, turn: Turn) -> bool:
        """Whether words name a piece that the customer ordered, and options of its product that it doesn't have."""
        if turn.customer is None:
            return False
        for order in self._shop.orders(turn.customer.customer_id):
            for piece in (order.items[at] for at in named_pieces(words, order.items)):
                product = self._product_of(piece)
                every = [variant.options for variant in product.variants] if product is not None else []
                said = options_said(words, every) or numbers_said(words, every)
                if any(value != piece.options.get(name) for name, values in said.items() for value in values):
                    return True
        return False

    def _piece_at_hand(self, words: str, turn: Turn) -> Piece | None:
        """The piece of the order talked about last that words name, or that was talked about itself."""
        if turn.customer is None:
            return None
        orders = self._shop.orders(turn.customer.customer_id)
        return piece_at_hand(turn.state, orders, self._product_of, pieces_named(words, turn))

    def _product_of(self, piece: OrderItem) -> Product | None:
        try:
            return self._shop.product(piece.product_id)
        except ToolError:
            return None

    def _status_of(self, words: str, turn: Turn) -> OrderStatus | None:
        """The state of the one order that words mean: named, talked about last, or the only one."""
        if turn.customer is None:
            return None
        orders = self._shop.orders(turn.customer.customer_id)
        fitting = self._shop.orders_matching(turn.customer.customer_id, words, self._clock.now())
        if not 0 < len(fitting) < len(orders):
            fitting = tuple(o for o in orders if o.order_id == turn.state.last_order) or orders
        return fitting[0].status if len(fitting) == 1 else None

    def _names_product(self, words: str) -> bool:
        """Whether words name one certain product, by its whole name or the beginning of it ("Aria 500")."""
        return len(self._shop.products_named(words)) == 1

    def _carry_on(self, understood: Understood, turn: Turn, started: float, route: Route) -> None:
        """The decision says that the message belongs to the task, and what it means there; the rest is routed."""
        move = turn.move = understood.move
        if move is None:
            raise ValueError("there is no move to carry on with")
        intent = self._tasks.intent(turn, turn.masked)
        found = tuple(
            SlotValue(name=name, value=" ".join(values), words=turn.masked) for name, values in move.values.items()
        )
        about = _decided(intent.model_copy(update={"slots": found}), turn, started, f"task: {move.kind}")
        if understood.decision is not None:
            about = about.model_copy(update={"votes": (*about.votes, *understood.decision.votes)})
        if move.rest:
            rest = self._rest(move, turn, route)
            about = about.model_copy(update={"intents": (*about.intents, *rest.intents)})
        turn.decision = about

    @staticmethod
    def _rest(move: Move, turn: Turn, route: Route) -> RoutingDecision:
        """What else a message says; behind a task that it gives up it stands on its own ("那算了。台灯能退吗")."""
        tasks = turn.state.tasks
        if move.kind in ("drop", "decline") and move.rest:
            over = tasks[move.which]
            turn.state.tasks = [task for task in tasks if task is not over]
        try:
            return route(move.rest)
        finally:
            turn.state.tasks = tasks

    def _answer(self, asked: Asked, turn: Turn) -> RoutedIntent | None:
        if asked.kind == "forget":
            return answer_to_forget(asked, turn)
        message = turn.incoming.text
        if signals().wants_person(message):
            return None
        index = pick(asked.labels, message)
        if asked.kind == "reading":
            agrees = signals().affirms(message, "") or signals().accepts(message)
            if index is None and len(asked.options) == 1 and agrees:
                index = 0
            if index is None:
                index = by_words(asked.labels, message)
            if index is None and (index := chosen_by_deed(asked.options, message)) is not None:
                return self._router.taken(asked.options[index], f"{asked.utterance}. {turn.masked}")
            return None if index is None else self._router.taken(asked.options[index], asked.utterance)
        value = asked.options[index] if index is not None else self._named_order(asked, turn)
        if value is None or asked.intent is None:
            return None
        kept = tuple(slot for slot in asked.intent.slots if slot.name != asked.slot)
        slot = SlotValue(name=asked.slot, value=value, words=message)
        return asked.intent.model_copy(update={"slots": (*kept, slot), "probability": _SURE})

    def _named_order(self, asked: Asked, turn: Turn) -> str | None:
        """The one offered order that the customer's words fit ("the headphones")."""
        if asked.slot != "order_id" or turn.customer is None:
            return None
        found = self._shop.orders_matching(turn.customer.customer_id, turn.incoming.text, self._clock.now())
        fitting = [order.order_id for order in found if order.order_id in asked.options]
        return fitting[0] if len(fitting) == 1 else None


def _decided(intent: RoutedIntent, turn: Turn, started: float, detector: str) -> RoutingDecision:
    vote = Vote(
        detector=detector,
        words=turn.masked,
        scores=((intent.intent, _SURE),),
        milliseconds=round((time.perf_counter() - started) * 1000, 3),
    )
    return RoutingDecision(language=turn.language, outcome="routed", intents=(intent,), votes=(vote,))

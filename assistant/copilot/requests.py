"""What a customer is asking for now: the newest message that asks for something, read by the router's decision."""

from pydantic import ValidationError

from assistant.conversation.reading.signals import signals
from assistant.conversation.slots.choice import value_said
from assistant.copilot.situation import Situation
from assistant.desk.talk import Spoken
from assistant.routing.decision import RoutedIntent, RoutingDecision, SlotValue
from assistant.routing.router import Router, RoutingContext
from assistant.shop.records import Record

COURTESIES = frozenset("greeting thanks goodbye affirm deny bot_identity".split())
"""Intents that ask for nothing."""
PERSON = frozenset({"talk_to_person", "complaint"})
"""Intents that ask for a person, whatever it is about."""
CLOSING = frozenset({"thanks", "goodbye"})
_LOOK_BACK = 8
_DAMAGE = "report_damaged"
_LOOKS_LIKE_A_LOOK_UP = frozenset("order_details list_orders product_details product_help search_product".split())


class Wanted(Record):
    """What the customer wants.

    Attributes:
        requests: in the order of the message; empty where no message asks for anything that can be served.
        words: the message that asks.
        closing: whether the customer's last words only thank or say goodbye.
        complains: whether they complained since.
        sentiment: and `urgency`, of the messages that nobody has answered.
    """

    requests: tuple[RoutedIntent, ...]
    words: str = ""
    closing: bool = False
    complains: bool = False
    sentiment: str = "neutral"
    urgency: str = "normal"


class RequestReader:
    """Reads what is wanted.

    Args:
        router: reads messages that no turn has read: those that were written to a person.
    """

    def __init__(self, router: Router) -> None:
        self._router = router

    def read(self, situation: Situation) -> Wanted:
        """What the customer wants now."""
        said = situation.of_customer
        if not said:
            return Wanted(requests=())
        last = self._decision(said[-1], situation)
        names = [intent.intent for intent in last.intents]
        closing = _settled(said[-1].text) or (bool(names) and all(name in CLOSING for name in names))
        mood = self._mood(situation, last)
        complains = False
        for message in reversed(said[-_LOOK_BACK:]):
            decision = last if message is said[-1] else self._decision(message, situation)
            complains = complains or any(intent.intent == "complaint" for intent in decision.intents)
            asked = (i for i in decision.intents if i.intent not in COURTESIES | PERSON)
            requests = tuple(self._as_damage(request) for request in asked)
            if requests and decision.outcome == "routed":
                return Wanted(
                    requests=self._with_task(requests, situation),
                    words=message.text,
                    closing=closing,
                    complains=complains,
                    **mood,
                )
        return Wanted(requests=(), words=said[-1].text, closing=closing, complains=complains, **mood)

    def earlier(self, situation: Situation, wanted: Wanted) -> tuple[str, ...]:
        """What else the customer asked for in the conversation: intents, each once, the first of them first."""
        now = {request.intent for request in wanted.requests}
        decisions = (self._decision(message, situation) for message in situation.of_customer)
        asked = (self._as_damage(one).intent for decision in decisions for one in decision.intents)
        return tuple(name for name in dict.fromkeys(asked) if name not in COURTESIES | PERSON | now)

    def _as_damage(self, request: RoutedIntent) -> RoutedIntent:
        """Read "the earbuds of #W1007001 are broken" as damage, though the router takes it for a question."""
        told = request.intent in _LOOKS_LIKE_A_LOOK_UP and not signals().asks(request.words)
        if not told or value_said("return_reason", request.words) not in ("damaged", "faulty"):
            return request
        return request.model_copy(update={"intent": _DAMAGE, "agent": "orders"})

    def _mood(self, situation: Situation, last: RoutingDecision) -> dict[str, str]:
        """The strongest feeling and haste in the messages that nobody has answered."""
        decisions = [last, *(self._decision(message, situation) for message in situation.unanswered[-_LOOK_BACK:-1])]
        felt = {decision.sentiment for decision in decisions}
        sentiment = next((name for name in ("angry", "unhappy") if name in felt), last.sentiment)
        return {"sentiment": sentiment, "urgency": "high" if any(d.urgency == "high" for d in decisions) else "normal"}

    def _with_task(self, requests: tuple[RoutedIntent, ...], situation: Situation) -> tuple[RoutedIntent, ...]:
        """A request that belongs to the change that is under way knows the order of that change."""
        found = []
        for request in requests:
            task = next((task for task in reversed(situation.state.tasks) if task.intent == request.intent), None)
            order = task.value("order_id") if task else ""
            if order and request.slot("order_id") is None:
                found.append(request.model_copy(update={"slots": (*request.slots, _slot(order))}))
            else:
                found.append(request)
        return tuple(found)

    def _decision(self, message: Spoken, situation: Situation) -> RoutingDecision:
        stored = situation.decisions.get(message.turn_id)
        if stored:
            try:
                return RoutingDecision.model_validate(stored)
            except ValidationError:
                pass  # an older release decided in another form
        state = situation.state
        context = RoutingContext(
            language=situation.language, last_intent=state.last_intent, last_utterance=state.last_utterance
        )
        return self._router.decide(situation.masker().mask(message.text), context)


def _settled(text: str) -> bool:
    """Whether a message says that nothing need be done any more: "never mind, it just came, thanks"."""
    rest = signals().drops(text)
    return rest is not None and not (signals().asks(rest) or signals().wishes(rest) or signals().adds(rest))


def _slot(order_id: str) -> SlotValue:
    return SlotValue(name="order_id", value=order_id, words=order_id)

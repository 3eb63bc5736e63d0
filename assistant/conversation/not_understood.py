"""What is said to a message that no request was found in: a page all the same, a question back, or a person."""

from assistant.conversation.direct.words import asks
from assistant.conversation.pages.answerable import ANSWERS, probability, signals
from assistant.conversation.pages.rules_first import asks_rule, bids
from assistant.conversation.pages.search import ANY_PAGE, TELLS, TELLS_THE_FAR, PageSearch
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.showing.views import Views
from assistant.conversation.state import Asked
from assistant.conversation.tasks.desk import TaskDesk
from assistant.conversation.turn import Served, Turn
from assistant.routing.decision import RoutedIntent, RoutingDecision
from assistant.routing.intents.catalogue import Catalogue

_OF_PRODUCTS = "products"
_EVEN = 0.5
"""How likely a page must be to answer a question that was not understood; what asks nothing must surely be answered."""
_UNSURE_LIMIT = 2
_OFF_TOPIC_LIMIT = 3
"""After so many messages in a row that weren't understood a person takes over; more where they only miss the topic."""


class NotUnderstood:
    """Serves messages that were not understood.

    Args:
        catalogue: names the readings that are offered.
        pages: may answer a question that no intent fits.
        tasks: are gone back to.
    """

    def __init__(self, catalogue: Catalogue, pages: PageSearch, tasks: TaskDesk) -> None:
        self._catalogue = catalogue
        self._pages = pages
        self._tasks = tasks

    def __call__(
        self, decision: RoutingDecision, turn: Turn, texts: ReplyTexts, views: Views, *, was_off_topic: bool
    ) -> list[Served]:
        """What to say, and the state after it.

        Args:
            was_off_topic: whether the message before had nothing to do with the shop either.
        """
        if turn.state.tasks:
            told = None if decision.far_outside else self._told_all_the_same(decision, turn)
            missed = "out_of_scope" if decision.far_outside else "tasks/not_understood"
            said = [told or Served(None, reply=(missed, {})), *self._tasks.resume(turn, texts, views)]
            if turn.state.tasks:
                turn.state.tasks[-1].unclear = bool(turn.state.tasks[-1].proposal_id) and not decision.far_outside
            return said
        off_topic = decision.outcome == "out_of_scope"
        outside = Served(None, reply=("still_out_of_scope" if was_off_topic else "out_of_scope", {}))
        least = TELLS_THE_FAR if decision.far_outside else TELLS
        if (told := self._told_all_the_same(decision, turn, least)) is not None:
            return [told]
        if off_topic and (of_thing := self._of_thing(turn, again=was_off_topic)) is not None:
            turn.state.off_topic = True
            return [of_thing]
        if decision.far_outside:  # nobody is waiting for help: no person has to take over
            turn.state.off_topic = True
            return [outside]
        turn.state.unsure += 1
        limit = _OFF_TOPIC_LIMIT if off_topic and (was_off_topic or turn.state.unsure == 1) else _UNSURE_LIMIT
        if turn.state.unsure >= limit and not turn.state.handed_off:
            return [Served(None, reply=("handoff", {}), handoff=f"not understood {turn.state.unsure} times in a row")]
        if decision.outcome == "ambiguous":
            return [self._clarify(turn, texts)]
        turn.state.off_topic = True
        return [outside]

    def _of_thing(self, turn: Turn, *, again: bool) -> Served | None:
        """What is said of the product that is talked about: what a page likely answers, or what can be asked of it.

        Args:
            turn: the turn.
            again: whether the message before wasn't understood either: what can be asked needn't be said twice.
        """
        last = turn.state.last_intent
        of_products = last in self._catalogue and self._catalogue.get(last).agent == _OF_PRODUCTS
        name = self._pages.name_at_hand(turn) if of_products else ""
        if not name:
            return None
        intent = RoutedIntent(intent=ANY_PAGE, agent="faq", probability=0.0, words=turn.masked)
        told = self._pages.of_thing_at_hand(intent, turn, ANSWERS)
        return told or (None if again else Served(None, reply=("unclear_of_product", {"name": name})))

    def _told_all_the_same(self, decision: RoutingDecision, turn: Turn, least: float = TELLS) -> Served | None:
        """What a page says to a message that no intent fits; None where no page does.

        Where readings can be offered, it must ask something, which the page answers at least as likely as not; where it
        asks nothing, the page must surely answer.
        """
        asking = bool(asks(turn.masked) or asks_rule(turn.masked))
        open_question = asking and not decision.readings
        if (bids(turn.masked) and not open_question) or (decision.readings and not asking):
            return None
        intent = RoutedIntent(intent=ANY_PAGE, agent="faq", probability=0.0, words=turn.masked)
        served = self._pages.from_pages(intent, turn)
        if not served.passages:
            return None
        best = max(served.passages, key=lambda passage: passage.score)
        if best.score >= least and open_question:
            return served
        found = signals(turn.masked, best, served.passages, intent, self._catalogue.get(ANY_PAGE))
        enough = _EVEN if asking else ANSWERS
        return served if best.told and probability(found, best.language) >= enough else None

    def _clarify(self, turn: Turn, texts: ReplyTexts) -> Served:
        readings = turn.decision.readings if turn.decision else ()
        if not readings:
            return Served(None, reply=("clarify_open", {}))
        labels = tuple(self._catalogue.get(name).label(texts.language) for name in readings)
        turn.state.asked = Asked(kind="reading", options=readings, labels=labels, utterance=turn.masked)
        return Served(None, reply=("clarify", {"readings": labels}), quick_replies=labels)

"""Asks labelled questions as a visitor would, and keeps the signals of the passage found first."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from assistant.clock import Clock, Deadline
from assistant.conversation.direct.arguments import DirectArguments
from assistant.conversation.pages.answerable import Signals, signals
from assistant.conversation.pages.answers import PageAnswers
from assistant.conversation.pages.search import ANY_PAGE, PageSearch
from assistant.conversation.reply import Incoming, TurnEvent
from assistant.conversation.turn import Turn
from assistant.evaluation.answering.labelled import Labelled
from assistant.ids import ConversationId, TurnId
from assistant.routing.decision import RoutedIntent
from assistant.routing.intents.catalogue import Catalogue
from assistant.routing.router import Router, RoutingContext
from assistant.shop.service import Shop
from assistant.text.language import Language
from assistant.tools.registry import ToolRegistry

_SECONDS = 30.0


class House(Protocol):
    """What is needed of the wiring."""

    @property
    def catalogue(self) -> Catalogue: ...
    @property
    def registry(self) -> ToolRegistry: ...
    @property
    def router(self) -> Router: ...
    @property
    def shop(self) -> Shop: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def page_answers(self) -> PageAnswers: ...


class Example(NamedTuple):
    """Signals of one question's best passage, and whether it answers; `page` is the passage's."""

    language: Language
    page: str
    signals: Signals
    answers: bool


def collect(house: House, questions: Iterable[Labelled]) -> Iterator[Example]:
    """One example for each question that finds a passage in its language of which it is known whether it answers."""
    pages = PageSearch(
        house.catalogue, house.registry, DirectArguments(house.shop, house.clock), house.page_answers.context_for
    )
    for one in questions:
        decision = house.router.decide(one.question, RoutingContext(language=one.language))
        anything = RoutedIntent(intent=ANY_PAGE, agent="faq", probability=0.0, words=one.question)
        intent = decision.intents[0] if decision.intents else anything
        found = pages.from_pages(intent, _turn(one)).passages
        if not found or found[0].language != one.language:
            continue
        answers = one.answered_by(found[0])
        if answers is not None:
            told = signals(intent.words, found[0], found, intent, house.catalogue.get(intent.intent))
            yield Example(one.language, found[0].page, told, answers)


def _turn(one: Labelled) -> Turn:
    return Turn(
        incoming=Incoming(text=one.question, language=one.language),
        turn_id=TurnId("answering"),
        conversation_id=ConversationId("answering"),
        is_new=True,
        deadline=Deadline(_SECONDS),
        on_event=_nobody_listens,
        language=one.language,
        masked=one.question,
    )


def _nobody_listens(_event: TurnEvent) -> None:
    """Nothing is said."""

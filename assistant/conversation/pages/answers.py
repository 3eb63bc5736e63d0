"""One question to the shop's pages alone: no router, no customer, nothing kept."""

from collections.abc import Callable
from dataclasses import dataclass

from assistant.clock import Clock, Deadline, deadline_scope
from assistant.conversation.compose import Compose
from assistant.conversation.reply import Citation, Incoming, Span, TurnEvent, Wording
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.showing.views import Views
from assistant.conversation.turn import Served, Turn
from assistant.ids import ConversationId, TurnId
from assistant.routing.decision import RoutedIntent
from assistant.text.language import Language
from assistant.text.prompts import PromptLibrary
from assistant.tools.context import ToolContext
from assistant.tools.registry import ToolRegistry
from assistant.tools.results import KnowledgeResult, PassageView

_INTENT = "shop_info"
_TOOL = "search_knowledge"


def _nothing(_event: TurnEvent) -> None:
    """Nobody listens to the words as they come."""


@dataclass(frozen=True)
class PageAnswer:
    """What the pages say to a question.

    Attributes:
        text: worded, checked, with its marks.
        citations: what the marks stand for.
        spans: which sentence rests on what.
        wordings: how it got its words; `nothing_found` where no page answers.
        passages: everything that was found, best first.
        failed_checks: words that the check refused.
    """

    text: str
    citations: tuple[Citation, ...]
    spans: tuple[Span, ...]
    wordings: tuple[Wording, ...]
    passages: tuple[PassageView, ...]
    failed_checks: tuple[str, ...]


@dataclass(frozen=True)
class PageAnswers:
    """Answers questions from the pages, as customers would be answered.

    Args:
        compose: words and checks.
        registry: searches.
        prompts: hold the reply texts.
        clock: tells the day.
        context_for: the circumstances of the search.
        seconds: that a model may take.
    """

    compose: Compose
    registry: ToolRegistry
    prompts: PromptLibrary
    clock: Clock
    context_for: Callable[[Turn], ToolContext]
    seconds: float

    def ask(self, question: str, language: Language) -> PageAnswer:
        """The pages' answer to `question`, or an honest "nothing found".

        Args:
            question: as a customer asks it.
            language: to answer in; a page in the other language is quoted with a notice.

        Raises:
            OperatorError: the vectors were made by other embeddings.
        """
        turn = Turn(
            incoming=Incoming(text=question, language=language, channel="cli"),
            turn_id=TurnId("pages"),
            conversation_id=ConversationId("pages"),
            is_new=True,
            deadline=Deadline(self.seconds),
            on_event=_nothing,
            language=language,
            masked=question,
        )
        texts = ReplyTexts(self.prompts, language)
        outcome = self.registry.call(_TOOL, {"query": question}, self.context_for(turn))
        passages = outcome.result.passages if isinstance(outcome.result, KnowledgeResult) else ()
        intent = RoutedIntent(intent=_INTENT, agent="faq", probability=0.0, words=question)
        turn.served = [Served(intent, (outcome,), passages)]
        with deadline_scope(turn.deadline):
            self.compose.compose(turn, texts, Views(texts, self.clock.now().date()))
        self.compose.check(turn, texts)
        return PageAnswer(
            turn.text, turn.citations, turn.spans, turn.wordings, tuple(passages), tuple(turn.failed_checks)
        )

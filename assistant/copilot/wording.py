"""Words for what was looked up: templates over tool results, quotes of pages, refusals by their code."""

from dataclasses import dataclass

from assistant.conversation.pages.answerable import ANYTHING
from assistant.conversation.pages.faq import FaqComposer
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.showing.views import Views
from assistant.conversation.tasks.wording import RefusalWording
from assistant.conversation.turn import Part, Source
from assistant.copilot.look_up import Looked
from assistant.shop.service import Shop

RULES = "rules"
"""Stands for the tool's name where the shop's rules are the source."""


@dataclass(frozen=True)
class Worded:
    """What can be said to one request; `part` is None where nothing can."""

    looked: Looked
    part: Part | None

    @property
    def quoted(self) -> bool:
        """Whether a page answers."""
        return self.part is not None and bool(self.part.passages)


class LookedWording:
    """Words what was looked up.

    Args:
        faq: words answers from pages.
        shop: knows variants by their ids.
    """

    def __init__(self, faq: FaqComposer, shop: Shop) -> None:
        self._faq = faq
        self._shop = shop

    def word(self, looked: Looked, texts: ReplyTexts, views: Views) -> Worded:
        """The answer to one request in one language."""
        return Worded(looked, self._part(looked, texts, views))

    def _part(self, looked: Looked, texts: ReplyTexts, views: Views) -> Part | None:
        if looked.refusal is not None and looked.turn.customer is not None:
            wording = RefusalWording(texts, views, self._shop, looked.turn.customer)
            name, variables = wording.say(looked.refusal.code, looked.refusal.details, looked.order)
            text = texts.say(name, **variables)
            return Part(text=text, sources=(Source(text, tool=RULES, said=text),))
        if looked.choose_from and looked.order is None:
            text = texts.say("which_order", orders=[views.order(order) for order in looked.choose_from])
            return Part(text=text, sources=(Source(text, tool="list_orders", said=text),))
        if looked.passages:
            if not looked.passages[0].confident:
                return None
            question = looked.turn.masker.mask(looked.request.words)
            part = self._faq.compose(question, looked.passages, looked.turn, texts, looked.request, least=ANYTHING)
            return part if part.passages else None
        return self._templated(looked, texts, views)

    def _templated(self, looked: Looked, texts: ReplyTexts, views: Views) -> Part | None:
        said: list[str] = []
        sources: list[Source] = []
        for outcome in looked.outcomes:
            variables = views.variables(outcome.result) if outcome.result else None
            if variables is not None and texts.has(outcome.name):
                said.append(texts.say(outcome.name, **variables))
                sources.append(Source(outcome.text, tool=outcome.name, said=said[-1]))
        return Part(text="\n\n".join(said), sources=tuple(sources)) if said else None

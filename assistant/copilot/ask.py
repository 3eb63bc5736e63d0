"""Answers an agent's questions about this customer and the shop's rules, with READ tools only."""

import re

from assistant.conversation.grounding.spans import MARK
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.showing.views import Views
from assistant.copilot.look_up import LookUp
from assistant.copilot.records import Answer, Origin
from assistant.copilot.situation import Situation
from assistant.copilot.wording import LookedWording
from assistant.copilot.words import CopilotWords
from assistant.routing.decision import RoutedIntent
from assistant.routing.router import Router, RoutingContext

_FAQ = "faq"
_THEY = r"(?:she|he|they|(?:the|this|our) (?:customer|client|shopper|buyer))"
_AS_CUSTOMER = tuple(
    (re.compile(pattern, re.IGNORECASE | re.ASCII), words)
    for pattern, words in (
        (r"\b(?:the|this|our) (?:customer|client|shopper|buyer)(?:'s|s')", "my"),
        (rf"\b(?:does|do) {_THEY}\b", "do I"),
        (rf"\b(?:has|have) {_THEY}\b", "have I"),
        (rf"\b(?:is|are) {_THEY}\b", "am I"),
        (rf"\bwere {_THEY}\b", "was I"),
        (rf"\b{_THEY} (?:has|have)\b", "I have"),
        (rf"\b{_THEY} (?:is|are)\b", "I am"),
        (rf"\b{_THEY}\b", "I"),
        (r"\b(?:hers|theirs)\b", "mine"),
        (r"\b(?:her|his|their)\b", "my"),
        (r"\b(?:him|them)\b", "me"),
        (r"(?:这位|该|这个)?(?:顾客|客户|买家)|[他她](?![们的]?人)", "我"),
    )
)


class Asker:
    """Answers questions.

    Args:
        router: reads what is asked.
        look_up: looks it up.
        wording: words what was found.
    """

    def __init__(self, router: Router, look_up: LookUp, wording: LookedWording) -> None:
        self._router = router
        self._look_up = look_up
        self._wording = wording

    def ask(self, question: str, situation: Situation, words: CopilotWords, texts: ReplyTexts, views: Views) -> Answer:
        """The answer in the agent's language; honest where nothing was found."""
        question = of_customers(question)
        context = RoutingContext(language=words.language, last_intent="", last_utterance="")
        decision = self._router.decide(situation.masker().mask(question), context)
        requests = decision.intents or (_about_pages(question),)
        said: list[str] = []
        origins: list[Origin] = []
        for request in requests:
            for attempt in (request, _about_pages(question)):
                looked = self._look_up(attempt, situation, words.language)
                part = self._wording.word(looked, texts, views).part
                if part is None or not part.text.strip():
                    continue
                said.append(MARK.sub("", situation.masker().unmask(part.text)).strip())
                for passage in part.passages:
                    label = ", ".join(filter(None, (passage.title, passage.heading)))
                    origins.append(
                        Origin(kind="passage", label=label, text=passage.text, passage_id=passage.passage_id)
                    )
                if looked.order is not None:
                    label = words.say("origins", "order", order_id=looked.order.order_id)
                    origins.append(Origin(kind="record", label=label, text=part.text))
                else:
                    for outcome in looked.outcomes if not part.passages else ():
                        label = words.say("tools", outcome.name) if words.has("tools", outcome.name) else outcome.name
                        origins.append(Origin(kind="record", label=label, text=outcome.text))
                break
        if not said:
            return Answer(question=question, text=words.say("ask", "nothing"), found=False)
        return Answer(question=question, text="\n\n".join(dict.fromkeys(said)), origins=tuple(dict.fromkeys(origins)))


def of_customers(question: str) -> str:
    """An agent's question as the customer would ask it: "how long does she have?" becomes "how long do I have?"."""
    for pattern, words in _AS_CUSTOMER:
        question = pattern.sub(words, question)
    return question


def _about_pages(question: str) -> RoutedIntent:
    """The question as one for the shop's pages, whatever it was read as."""
    return RoutedIntent(intent="shop_info", agent=_FAQ, probability=0.0, words=question)

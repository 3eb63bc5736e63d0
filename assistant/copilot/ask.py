"""Answers an agent's questions about this customer and the shop's rules, with READ tools only."""

from assistant.conversation.spans import MARK
from assistant.conversation.texts import ReplyTexts
from assistant.conversation.views import Views
from assistant.copilot.look_up import LookUp
from assistant.copilot.records import Answer, Origin
from assistant.copilot.situation import Situation
from assistant.copilot.wording import LookedWording
from assistant.copilot.words import CopilotWords
from assistant.routing.decision import RoutedIntent
from assistant.routing.router import Router, RoutingContext

_FAQ = "faq"


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


def _about_pages(question: str) -> RoutedIntent:
    """The question as one for the shop's pages, whatever it was read as."""
    return RoutedIntent(intent="shop_info", agent=_FAQ, probability=0.0, words=question)

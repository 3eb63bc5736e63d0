"""The copilot: brief, drafts, answers and closing words for one conversation."""

import time
from dataclasses import dataclass, replace
from datetime import date

from assistant.clock import Clock, Deadline, deadline_scope
from assistant.conversation.grounding.check import Check
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.showing.views import Views
from assistant.copilot.ask import Asker
from assistant.copilot.brief import BriefWriter
from assistant.copilot.closing import label_of, summary_of
from assistant.copilot.draft import Drafter
from assistant.copilot.facts import FactWriter
from assistant.copilot.look_up import Looked, LookUp
from assistant.copilot.next_step import next_step
from assistant.copilot.records import Answer, Brief, Draft, Tone
from assistant.copilot.requests import RequestReader, Wanted
from assistant.copilot.situation import Situation, SituationReader
from assistant.copilot.translate import Translator
from assistant.copilot.wording import LookedWording, Worded
from assistant.copilot.words import CopilotWords
from assistant.errors import AssistantError
from assistant.ids import ConversationId
from assistant.models.usage import usage_scope
from assistant.routing.intents.catalogue import Catalogue
from assistant.shop.records import Order
from assistant.shop.service import Shop
from assistant.text.language import Language, detect_language
from assistant.text.prompts import PromptLibrary
from assistant.text.sentences import sentence_bounds
from assistant.tools.context import ToolContext
from assistant.tools.proposals import Proposals

_QUOTE_CHARS = 300


class NoConversation(AssistantError):
    """There is no conversation of that id."""


@dataclass(frozen=True)
class Read:
    """A conversation, read: what is wanted, what was found, in which language it was worded."""

    situation: Situation
    wanted: Wanted
    looked: tuple[Looked, ...]
    worded: tuple[Worded, ...]
    step: tuple[str, str, str]
    orders: tuple[Order, ...]


@dataclass(frozen=True)
class Copilot:
    """Helps an agent. It reads; only the agent writes, and only the customer's yes changes anything.

    Args:
        prompts: its words and the shop's.
        clock: tells today.
        situations: reads conversations.
        requests: reads what is wanted.
        look_up: looks things up.
        wording: words what was found.
        check: refuses what no source supports.
        catalogue: names what customers want.
        shop: knows the orders.
        asker: answers the agent's questions.
        translator: translates an agent's own words.
        seconds: that a draft may take; models are asked within it.
    """

    prompts: PromptLibrary
    clock: Clock
    situations: SituationReader
    requests: RequestReader
    look_up: LookUp
    wording: LookedWording
    check: Check
    catalogue: Catalogue
    shop: Shop
    asker: Asker
    translator: Translator
    seconds: float = 20.0

    def brief(self, conversation_id: ConversationId, language: Language) -> Brief:
        """What an agent needs to know, in their language.

        Raises:
            NoConversation: there is none of that id.
        """
        return self._brief(self._read(conversation_id, language), language)

    def draft(self, conversation_id: ConversationId, agent_language: Language, tone: Tone = "plain") -> Draft:
        """A reply in the customer's language, with the same in the agent's beside it.

        Raises:
            NoConversation: there is none of that id.
        """
        started = time.perf_counter()
        with deadline_scope(Deadline(self.seconds)), usage_scope() as usage:
            read = self._read(conversation_id, None)
            draft = self._drafted(read, read.situation.language, tone)
            mirror = ""
            if agent_language != read.situation.language:
                other = self._reworded(read, agent_language)
                same = [one.part is None for one in other.worded] == [one.part is None for one in read.worded]
                mirror = self._drafted(other, agent_language, tone).text if same else ""
        elapsed = round((time.perf_counter() - started) * 1000, 1)
        return draft.model_copy(update={"mirror": mirror, "rung": usage.rung or "none", "milliseconds": elapsed})

    def ask(self, conversation_id: ConversationId, question: str, language: Language) -> Answer:
        """An answer to an agent's question about this customer or the shop's rules, in the question's language.

        Raises:
            NoConversation: there is none of that id.
        """
        language = detect_language(question, default=language)
        texts = ReplyTexts(self.prompts, language)
        with deadline_scope(Deadline(self.seconds)):
            situation = self._situation(conversation_id)
            return self.asker.ask(
                question, situation, CopilotWords(self.prompts, language), texts, Views(texts, self._today)
            )

    def offering(self, conversation_id: ConversationId, proposals: Proposals) -> ToolContext:
        """The circumstances in which an agent proposes a change to the customer of a conversation.

        Raises:
            NoConversation: there is none of that id.
        """
        situation = self._situation(conversation_id)
        return replace(self.look_up.context(situation, situation.language), proposals=proposals)

    def translate(self, text: str, language: Language) -> str:
        """An agent's own words in another language, by a model; what it adds or leaves out of numbers is refused.

        Raises:
            ModelUnavailable: no model is set up, none answered, or its words were not a faithful translation.
        """
        with deadline_scope(Deadline(self.seconds)):
            return self.translator.translate(text, language)

    def closing(self, conversation_id: ConversationId, language: Language) -> tuple[str, str]:
        """A label and a summary for closing.

        Raises:
            NoConversation: there is none of that id.
        """
        read = self._read(conversation_id, language)
        brief = self._brief(read, language)
        facts = self._facts(language)
        titles = {proposal.proposal_id: facts.title(proposal) for proposal in read.situation.proposals}
        words = CopilotWords(self.prompts, language)
        names = self.requests.earlier(read.situation, read.wanted)
        earlier = [self.catalogue.get(name).label(language) for name in names]
        return label_of(brief, read.wanted.complains), summary_of(brief, read.situation, words, titles, earlier)

    @property
    def _today(self) -> date:
        return self.clock.now().date()

    def _situation(self, conversation_id: ConversationId) -> Situation:
        situation = self.situations.read(conversation_id)
        if situation is None:
            raise NoConversation(f"there is no conversation {conversation_id!r}")
        return situation

    def _read(self, conversation_id: ConversationId, language: Language | None) -> Read:
        """Read a conversation and word what was found; None takes the customer's language."""
        situation = self._situation(conversation_id)
        spoken = language or situation.language
        wanted = self.requests.read(situation)
        looked, worded = self._worded(wanted, situation, spoken)
        said = worded if spoken == situation.language else self._worded(wanted, situation, situation.language)[1]
        step = next_step(wanted, said, situation, self._today)
        orders = self.shop.orders(situation.customer.customer_id) if situation.customer else ()
        return Read(situation, wanted, looked, worded, step, orders)

    def _reworded(self, read: Read, language: Language) -> Read:
        looked, worded = self._worded(read.wanted, read.situation, language)
        return replace(read, looked=looked, worded=worded)

    def _worded(
        self, wanted: Wanted, situation: Situation, language: Language
    ) -> tuple[tuple[Looked, ...], tuple[Worded, ...]]:
        """What was found for each request, in a language, and the words for it."""
        texts = ReplyTexts(self.prompts, language)
        views = Views(texts, self._today)
        looked = tuple(self.look_up(request, situation, language) for request in wanted.requests)
        return looked, tuple(self.wording.word(one, texts, views) for one in looked)

    def _drafted(self, read: Read, language: Language, tone: Tone) -> Draft:
        words, texts = CopilotWords(self.prompts, language), ReplyTexts(self.prompts, language)
        drafter = Drafter(words, texts, self.check)
        return drafter.draft(read.situation, read.wanted, read.worded, read.step[0], tone)

    def _brief(self, read: Read, language: Language) -> Brief:
        writer = BriefWriter(CopilotWords(self.prompts, language), self._facts(language), self.catalogue)
        quotes = [
            (", ".join(filter(None, (passage.title, passage.heading))), _quote(passage.text), passage.passage_id)
            for one in read.worded
            if one.part is not None
            for passage in one.part.passages
        ]
        return writer.write(read.situation, read.wanted, read.looked, read.orders, quotes, read.step)

    def _facts(self, language: Language) -> FactWriter:
        return FactWriter(CopilotWords(self.prompts, language), ReplyTexts(self.prompts, language), self._today)


def _quote(text: str) -> str:
    """As many whole sentences of a passage as fit."""
    ends = [end for _, end in sentence_bounds(text) if end <= _QUOTE_CHARS]
    return text[: ends[-1]] if ends else text[:_QUOTE_CHARS]

"""compose and check: words for each request, by template or by a model, held against their sources."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from assistant.conversation.grounding.check import Check
from assistant.conversation.grounding.rewording import Rewording
from assistant.conversation.grounding.spans import numbered, spans_of
from assistant.conversation.pages.answer_kind import asks_beyond, asks_how_it_is, asks_of_later, wants_other_goods
from assistant.conversation.pages.answerable import MAY_ANSWER
from assistant.conversation.pages.faq import FaqComposer
from assistant.conversation.pages.rules_first import Rule, asks_rule, bids
from assistant.conversation.reading.suits import asks_whether_it_suits
from assistant.conversation.reply import Citation, Span, Wording
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.showing.views import Views
from assistant.conversation.talk.early_offer import EarlyOffer
from assistant.conversation.talk.offering import offer_person
from assistant.conversation.talk.small_talk import COURTESIES
from assistant.conversation.turn import Part, Served, Source, Turn
from assistant.routing.intents.catalogue import Catalogue
from assistant.tools.results import (
    UNAVAILABLE,
    KnowledgeResult,
    ProductComparison,
    ProductList,
    ProductResult,
    StockResult,
    TrackingResult,
    VariantList,
)

_BETWEEN = "\n\n"
_WORTH_A_LOOK = 0.5
"""What pages must score to be shown, unsure, to a visitor who may simply want something done."""
_WORTH_A_TRY, _WORTH_A_GLANCE = 0.2, 0.04
"""The same where the page is about what they want done; and where they surely ask for the rule besides."""

_LIKELY = 0.4
"""How likely a passage must be to answer to be shown to them, whatever it is about."""
_RULE_MAY_ANSWER = 0.03
"""How likely a passage must be to answer a visitor who surely asks for the rule of what they want done."""


class Compose:
    """The fifth and sixth stages of a turn.

    Args:
        faq: words answers from passages.
        check: refuses what no source supports.
        catalogue: knows which pages tell of an intent.
        rewording: asks an agent's model once more for words that were refused; None: they are replaced at once.
        offer: offers a person to customers who seem dissatisfied; None: nobody is offered.
    """

    def __init__(
        self,
        faq: FaqComposer,
        check: Check,
        catalogue: Catalogue,
        rewording: Rewording | None = None,
        offer: EarlyOffer | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._faq = faq
        self._check = check
        self._rewording = rewording
        self._offer = offer

    def compose(self, turn: Turn, texts: ReplyTexts, views: Views) -> None:
        """Fill in `turn.parts`: one for each request that has something to say."""
        parts = (self._part(served, turn, texts, views) for served in turn.served)
        seen: set[str] = set()
        for part in parts:
            if part.text and part.text not in seen:
                seen.add(part.text)
                turn.parts.append(part)
        turn.state.regretted = self._regret(turn, texts) if not turn.state.regretted else False
        if self._offer is not None:
            self._offer(turn, texts)

    @staticmethod
    def _regret(turn: Turn, texts: ReplyTexts) -> bool:
        """Puts a sentence of regret before the answer to a customer who is angry or in haste; whether it did."""
        decision = turn.decision
        asked = any(served.intent is not None and served.intent.intent not in COURTESIES for served in turn.served)
        if decision is None or not asked or not turn.parts:
            return False
        if all(intent.agent == "products" for intent in decision.intents) and decision.urgency != "high":
            return False
        if decision.sentiment != "angry" and (decision.urgency != "high" or decision.sentiment == "pleased"):
            return False
        text = texts.say("regret", angry=decision.sentiment == "angry")
        turn.parts.insert(0, Part(text=text, sources=(Source(text),)))
        return True

    def check(self, turn: Turn, texts: ReplyTexts) -> None:
        """Hold every part against its sources, replace what fails, number the citations, say the words."""
        citations: list[Citation] = []
        spans: list[Span] = []
        text = ""
        customer_words = (*(said.text for said in turn.history if said.author == "customer"), turn.masked)
        for part in turn.parts:
            checked, citations = numbered(self._supported(part, customer_words, turn, texts), citations)
            text += _BETWEEN if text else ""
            words = turn.masker.unmask(checked.text)
            spans += spans_of(words, checked.sources, turn.masker.unmask, offset=len(text))
            text += words
            turn.wordings += (checked.wording,)
        turn.text, turn.citations, turn.spans = text, tuple(citations), tuple(spans)
        _say(turn)

    def _part(self, served: Served, turn: Turn, texts: ReplyTexts, views: Views) -> Part:
        if served.reply is not None:
            name, variables = served.reply
            text = texts.say(name, **variables)
            tools = (Source("", tool=outcome.name, said=text) for outcome in served.outcomes if outcome.ok)
            return Part(text=text, sources=(Source(text), *tools))
        if any(isinstance(outcome.result, KnowledgeResult) for outcome in served.outcomes):
            question = turn.masker.mask(served.intent.words if served.intent else turn.masked)
            if served.otherwise is None:
                told = self._faq.compose(question, served.passages, turn, texts, served.intent)
                return told if told.wording == "nothing_found" else _followed(told, served.after, texts)
            sure = served.intent is not None and asks_rule(served.intent.words) is Rule.SURELY
            least = _RULE_MAY_ANSWER if sure else MAY_ANSWER
            answered = self._faq.answer(question, served.passages, turn, texts, served.intent, least=least)
            wants = bids(question) or (served.intent is not None and served.intent.slot("order_id") is not None)
            likely = not wants and self._faq.likely(question, served.passages, texts, served.intent) >= _LIKELY
            if answered is None or not (likely or self._worth_a_look(answered, served)):
                return self._part(served.otherwise, turn, texts, views)
            return _followed(answered, served.after, texts)
        templated = self._templated(served, turn, texts, views)
        if templated.wording == "closest" and served.otherwise is not None and served.otherwise.intent is not None:
            asked = served.otherwise.intent
            page = self._faq.answer(turn.masker.mask(asked.words), served.otherwise.passages, turn, texts, asked)
            return page or templated
        if not served.words:
            return templated
        sources = tuple(Source(turn.masker.mask(outcome.text), tool=outcome.name) for outcome in served.outcomes)
        replaced = replace(templated, wording="replaced")
        return Part(text=served.words, sources=sources, wording="model", by_model=True, fallback=replaced)

    def _worth_a_look(self, answered: Part, served: Served) -> bool:
        """Whether pages are shown to a visitor who may simply want something done."""
        if answered.wording != "closest" or served.intent is None:
            return True
        best = max(served.passages, key=lambda passage: passage.score)
        entry = self._catalogue.get(served.intent.intent)
        about = any(entry.is_told_on(passage.page) for passage in answered.passages)
        sure = asks_rule(served.intent.words) is Rule.SURELY
        return best.score >= (_WORTH_A_LOOK if not about else _WORTH_A_GLANCE if sure else _WORTH_A_TRY)

    def _templated(self, served: Served, turn: Turn, texts: ReplyTexts, views: Views) -> Part:
        paragraphs: list[str] = []
        sources: list[Source] = []
        wording: Wording = "template"
        for outcome in served.outcomes:
            variables = views.variables(outcome.result) if outcome.result else None
            name = views.text_of(outcome)
            if isinstance(outcome.result, ProductComparison) and variables is not None and served.intent is not None:
                variables |= views.products.aspects_asked(outcome.result, served.intent.words)
            if isinstance(outcome.result, ProductResult) and variables is not None and served.intent is not None:
                variables |= views.products.asked_of(outcome.result.product, served.intent.words)
            if outcome.ok and variables is not None and texts.has(name):
                paragraphs.append(texts.say(name, **variables))
                if isinstance(outcome.result, TrackingResult) and _told_before(paragraphs[-1], turn):
                    paragraphs[-1] = texts.say("track_again", **variables)
                    paragraphs += self._person_for_unhappy(turn, texts)
                if isinstance(outcome.result, VariantList) and _of_its_use(served):
                    paragraphs[-1] = texts.say("product_unknown", known=paragraphs[-1])
                    wording = "closest"
                if isinstance(outcome.result, StockResult) and _of_later(served):
                    paragraphs[-1] = texts.say("product_unknown", known=paragraphs[-1])
                    wording = "closest"
                if isinstance(outcome.result, ProductResult) and _beyond(
                    served, outcome.result, variables, paragraphs[-1]
                ):
                    paragraphs[-1] = texts.say("product_unknown", known=paragraphs[-1])
                    wording = "closest"
                if isinstance(outcome.result, ProductList) and (
                    outcome.result.near or _other_goods(served, outcome.result, paragraphs[-1])
                ):
                    paragraphs[-1] = texts.say("products_unknown", known=paragraphs[-1])
                    wording = "closest"
                sources.append(Source(outcome.text, tool=outcome.name, said=paragraphs[-1]))
        if not paragraphs:
            silent = any(outcome.code == UNAVAILABLE for outcome in served.outcomes)
            text = texts.say("unavailable" if silent else "refused")
            return Part(text=text, sources=(Source(text),))
        return Part(text=_BETWEEN.join(dict.fromkeys(paragraphs)), sources=tuple(sources), wording=wording)

    @staticmethod
    def _person_for_unhappy(turn: Turn, texts: ReplyTexts) -> list[str]:
        """The offer of a person, once, to a customer who is told nothing new and isn't pleased."""
        unhappy = turn.decision is not None and turn.decision.sentiment in ("angry", "unhappy")
        if not unhappy or turn.state.person_offered or turn.state.handed_off:
            return []
        turn.quick_replies = (*turn.quick_replies, *offer_person(turn, texts, turn.masked))
        turn.state.person_offered = True
        return [texts.say("offer_person")]

    def _supported(self, part: Part, customer_words: tuple[str, ...], turn: Turn, texts: ReplyTexts) -> Part:
        while True:
            wrong = self._wrong(part, customer_words)
            if not wrong:
                return part
            turn.failed_checks.extend(wrong)
            if part.by_model and part.wording == "model" and self._rewording is not None:
                words = self._rewording.again(part, wrong, turn.masked, texts)
                if words:
                    part = replace(part, text=words, wording="model_again")
                    continue
            if part.fallback is None:
                text = texts.say("clarify_open")
                return Part(text=text, sources=(Source(text),), wording="replaced")
            part = part.fallback

    def _wrong(self, part: Part, customer_words: tuple[str, ...]) -> Sequence[str]:
        """What nothing supports: in words of a model names and negations count too, in those of code only values."""
        cited = len(part.passages)
        passages = [source.text for source in part.sources if source.passage]
        others = [source.text for source in part.sources if not source.passage]
        if part.by_model:
            return self._check.unfounded(part.text, passages, others, said=customer_words, citations=cited)
        sources = (*passages, *others, *customer_words)
        by_page = part.wording in ("quote", "closest")
        return self._check.unsupported(part.text, sources, citations=cited, counts_in_words=by_page)


def _followed(told: Part, name: str, texts: ReplyTexts) -> Part:
    """An answer, and the fixed text of that name after it."""
    if not name:
        return told
    after = texts.say(name)
    return replace(told, text=f"{told.text}{_BETWEEN}{after}", sources=(*told.sources, Source(after)))


def _told_before(text: str, turn: Turn) -> bool:
    """Whether the last reply said the very same."""
    last = next((said.text for said in reversed(turn.history) if said.author == "assistant"), "")
    return turn.masker.mask(text) in last


def _other_goods(served: Served, result: ProductList, told: str) -> bool:
    """Whether other goods are wanted than were found, or something is asked that what is told of them doesn't say."""
    if not result.products or served.intent is None:
        return False
    words = served.intent.words
    names = " ".join(f"{product.name} {product.name_zh or ''}" for product in result.products)
    return wants_other_goods(words, told) or (asks_how_it_is(words) and asks_beyond(words, told, names))


def _of_later(served: Served) -> bool:
    return served.intent is not None and asks_of_later(served.intent.words)


def _of_its_use(served: Served) -> bool:
    return served.intent is not None and asks_whether_it_suits(served.intent.words)


def _beyond(served: Served, result: ProductResult, variables: Mapping[str, Any], told: str) -> bool:
    """Whether a question asks for something that the product's data don't tell."""
    if served.intent is None or variables["asked"] or variables["told"]:
        return False
    if _of_its_use(served):
        return True
    product = result.product
    return asks_beyond(served.intent.words, told, f"{product.name} {product.name_zh or ''}")


def _say(turn: Turn) -> None:
    """Send the checked words sentence by sentence."""
    ends = [span.end for span in turn.spans[:-1]]
    for start, end in zip([0, *ends], [*ends, len(turn.text)], strict=True):
        turn.say(turn.text[start:end])

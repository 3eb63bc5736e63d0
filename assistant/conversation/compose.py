"""compose and check: words for each request, by template or by a model, held against their sources."""

import re
from collections.abc import Callable

from assistant.conversation.check import Check
from assistant.conversation.faq import FaqComposer
from assistant.conversation.reply import Citation
from assistant.conversation.texts import ReplyTexts
from assistant.conversation.turn import Part, Served, Turn
from assistant.conversation.views import Views
from assistant.ids import PassageId
from assistant.tools.results import KnowledgeResult

_BETWEEN = "\n\n"
_MARK = re.compile(r"\[(\d+)\]")


class Compose:
    """The fifth and sixth stages of a turn.

    Args:
        faq: words answers from passages.
        check: refuses what no source supports.
    """

    def __init__(self, faq: FaqComposer, check: Check) -> None:
        self._faq = faq
        self._check = check

    def compose(self, turn: Turn, texts: ReplyTexts, views: Views) -> None:
        """Fill in `turn.parts`: one for each request that has something to say."""
        parts = (self._part(served, turn, texts, views) for served in turn.served)
        seen: set[str] = set()
        for part in parts:
            if part.text and part.text not in seen:
                seen.add(part.text)
                turn.parts.append(part)

    def check(self, turn: Turn, texts: ReplyTexts) -> None:
        """Hold every part against its sources, replace what fails, number the citations, say the words."""
        citations: list[Citation] = []
        said: list[str] = []
        customer_words = (*(said.text for said in turn.history if said.author == "customer"), turn.masked)
        for part in turn.parts:
            checked = self._supported(part, customer_words, turn, texts)
            text, citations = _numbered(checked, citations)
            text = turn.masker.unmask(text)
            turn.say((_BETWEEN if said else "") + text)
            said.append(text)
        turn.text = _BETWEEN.join(said)
        turn.citations = tuple(citations)

    def _part(self, served: Served, turn: Turn, texts: ReplyTexts, views: Views) -> Part:
        if served.reply is not None:
            name, variables = served.reply
            text = texts.say(name, **variables)
            return Part(text=text, sources=(text,))
        if any(isinstance(outcome.result, KnowledgeResult) for outcome in served.outcomes):
            question = turn.masker.mask(served.intent.words if served.intent else turn.masked)
            return self._faq.compose(question, served.passages, turn, texts, served.intent)
        templated = self._templated(served, texts, views)
        if not served.words:
            return templated
        sources = tuple(turn.masker.mask(outcome.text) for outcome in served.outcomes)
        return Part(text=served.words, sources=sources, fallback=templated)

    def _templated(self, served: Served, texts: ReplyTexts, views: Views) -> Part:
        paragraphs: list[str] = []
        sources: list[str] = []
        for outcome in served.outcomes:
            variables = views.variables(outcome.result) if outcome.result else None
            if outcome.ok and variables is not None and texts.has(outcome.name):
                paragraphs.append(texts.say(outcome.name, **variables))
                sources.append(outcome.text)
        if not paragraphs:
            text = texts.say("refused")
            return Part(text=text, sources=(text,))
        return Part(text=_BETWEEN.join(dict.fromkeys(paragraphs)), sources=tuple(sources))

    def _supported(self, part: Part, customer_words: tuple[str, ...], turn: Turn, texts: ReplyTexts) -> Part:
        while True:
            sources = (*part.sources, *customer_words)
            wrong = self._check.unsupported(part.text, sources, citations=len(part.passages))
            if not wrong:
                return part
            turn.failed_checks.extend(wrong)
            if part.fallback is None:
                text = texts.say("clarify_open")
                return Part(text=text, sources=(text,))
            part = part.fallback


def _numbered(part: Part, citations: list[Citation]) -> tuple[str, list[Citation]]:
    """The part's text with its marks renumbered for the whole reply, and the citations so far."""
    known = {citation.passage_id: citation.number for citation in citations}
    numbers: dict[int, int] = {}
    cited = list(citations)
    for index, passage in enumerate(part.passages, start=1):
        passage_id = PassageId(passage.passage_id)
        if passage_id not in known:
            known[passage_id] = len(cited) + 1
            cited.append(
                Citation(
                    number=known[passage_id],
                    passage_id=passage_id,
                    page=passage.page,
                    title=passage.title,
                    heading=passage.heading,
                    text=passage.text,
                    language=passage.language,
                )
            )
        numbers[index] = known[passage_id]
    return _renumber(part.text, numbers.__getitem__), cited


def _renumber(text: str, number_of: Callable[[int], int]) -> str:
    return _MARK.sub(lambda match: f"[{number_of(int(match.group(1)))}]", text)

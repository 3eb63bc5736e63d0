"""Answers from the shop's pages: a model words them from numbered facts, or the page is quoted."""

import re
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from assistant.conversation.check import Check
from assistant.conversation.extract import extract, nearest_sentences, sentences
from assistant.conversation.texts import ReplyTexts
from assistant.conversation.turn import Part, Turn
from assistant.errors import ModelUnavailable
from assistant.models.ladder import ModelLadder
from assistant.text.language import has_han
from assistant.text.prompts import PromptLibrary
from assistant.tools.results import PassageView

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

_PASSAGES = 2
_FACTS = 8
_PLAUSIBLE = 0.25
_NECK_AND_NECK = 0.05
_ATTEMPTS = 2
_YES_NO = re.compile(r"(yes|no|是的|不是|可以|不可以|不能|能|不|是)[,，.。:：!！]\s*", re.IGNORECASE)
_LANGUAGE_NAMES = {"en": "English", "zh": "Chinese (中文)"}


class FactAnswer(BaseModel):
    """What the model returns: the facts that it rests on, and the answer."""

    model_config = ConfigDict(extra="forbid")

    facts: list[int] = Field(description="numbers of the facts that answer the question")
    answer: str = Field(description="one or two short sentences in the language of the question")


class FaqComposer:
    """Makes a part of the reply from passages.

    Args:
        ladder: the models that may word an answer.
        prompts: holds `faq/*.md`.
        embeddings: choose the sentences of an extractive answer.
        check: holds a worded answer against the facts.
        support_email: told when no page answers.
    """

    def __init__(
        self,
        ladder: ModelLadder,
        prompts: PromptLibrary,
        embeddings: "Embeddings",
        check: Check,
        support_email: str,
    ) -> None:
        self._ladder = ladder
        self._prompts = prompts
        self._embeddings = embeddings
        self._check = check
        self._support_email = support_email

    def compose(self, question: str, passages: tuple[PassageView, ...], turn: Turn, texts: ReplyTexts) -> Part:
        """An answer to `question` (masked) that rests on `passages`, or an honest "I found nothing"."""
        plausible = tuple(passage for passage in passages if passage.score >= _PLAUSIBLE)[:_PASSAGES]
        if plausible and self._ladder.available:
            try:
                return self._worded(question, plausible, turn, texts) or self._quoted(question, passages, texts)
            except ModelUnavailable:
                return self._quoted(question, passages, texts)
        return self._quoted(question, passages, texts)

    def _quoted(self, question: str, passages: tuple[PassageView, ...], texts: ReplyTexts) -> Part:
        """The best passage in its own words (and its neighbour, when they score alike), or that nothing was found."""
        if passages and passages[0].confident:
            near = [p for p in passages[:_PASSAGES] if p.score >= passages[0].score - _NECK_AND_NECK]
            return self._quote(question, tuple(p for p in near if p.page == passages[0].page), texts)
        return Part(text=texts.say("no_passage", support_email=self._support_email), sources=(self._support_email,))

    def _quote(self, question: str, passages: tuple[PassageView, ...], texts: ReplyTexts) -> Part:
        quotes = []
        for number, passage in enumerate(passages, start=1):
            quote = texts.say("extract", quote=extract(question, passage.text, self._embeddings))
            other = passage.language != texts.language
            quotes.append(f"{texts.say('other_language') + ' ' if other else ''}{quote} [{number}]")
        return Part(text="\n\n".join(quotes), passages=passages, sources=tuple(passage.text for passage in passages))

    def _worded(self, question: str, passages: tuple[PassageView, ...], turn: Turn, texts: ReplyTexts) -> Part | None:
        from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

        every = [(sentence, passage) for passage in passages for sentence in _facts(passage)]
        kept = nearest_sentences(question, [sentence for sentence, _ in every], _FACTS, self._embeddings)
        facts = [every[index] for index in kept]
        asked = self._prompts.render(
            "faq/question",
            facts=[sentence for sentence, _ in facts],
            question=question,
            language_name=_LANGUAGE_NAMES[texts.language],
        )
        messages: list[BaseMessage] = [SystemMessage(self._prompts.render("faq/answer")), HumanMessage(asked)]
        model: Any = self._ladder.with_structured_output(FactAnswer)
        for _ in range(_ATTEMPTS):
            answer = model.invoke(messages)
            if not isinstance(answer, FactAnswer):
                return None
            chosen = [facts[number - 1] for number in answer.facts if 1 <= number <= len(facts)]
            if not chosen or not answer.answer.strip():
                return None
            words = _without_unfounded_yes(answer.answer.strip(), [sentence for sentence, _ in chosen])
            part = _cited(words, chosen, passages)
            sources = (*(passage.text for passage in part.passages), question)
            wrong = list(self._check.unsupported(words, sources))
            if has_han(answer.answer) != (texts.language == "zh"):
                wrong.append(answer.answer)
            if not wrong:
                return part
            turn.failed_checks.extend(wrong)
            again = self._prompts.render("faq/again", unsupported="; ".join(wrong))
            messages += [AIMessage(answer.model_dump_json()), HumanMessage(again)]
        return None


def _facts(passage: PassageView) -> list[str]:
    heading = passage.heading or passage.title
    found = sentences(passage.text)
    return [f"({heading}) {found[0]}", *found[1:]] if found else []


def _without_unfounded_yes(answer: str, facts: list[str]) -> str:
    """The answer without a leading yes or no that no fact says: small models get the polarity wrong."""
    match = _YES_NO.match(answer)
    if match is None or len(answer) <= match.end():
        return answer
    word = match.group(1).casefold()
    if any(re.search(rf"(?:^|\) |[.:。：] ?){word}\b", fact.casefold()) for fact in facts):
        return answer
    rest = answer[match.end() :]
    return rest[0].upper() + rest[1:]


def _cited(answer: str, chosen: list[tuple[str, PassageView]], passages: tuple[PassageView, ...]) -> Part:
    """The answer with a mark for each passage that its facts come from."""
    used = tuple(passage for passage in passages if any(owner is passage for _, owner in chosen))
    marks = "".join(f"[{number}]" for number in range(1, len(used) + 1))
    return Part(text=f"{answer} {marks}", passages=used, sources=tuple(passage.text for passage in used))

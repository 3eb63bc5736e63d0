"""Answers from the shop's pages: a model words them from numbered facts, or the page is quoted."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from assistant.conversation.check import Check
from assistant.conversation.clauses import misplaced, turned_round
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

Fact = tuple[str, PassageView]

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

    A model picks the facts and words the answer; what says more than the facts, or the opposite, is refused
    and the facts are quoted. Without a model the passages' nearest sentences are quoted.

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
                return self._by_model(question, plausible, turn, texts) or self._quoted(question, passages, texts)
            except ModelUnavailable:
                return self._quoted(question, passages, texts)
        return self._quoted(question, passages, texts)

    def _by_model(self, question: str, passages: tuple[PassageView, ...], turn: Turn, texts: ReplyTexts) -> Part | None:
        every = [(sentence, passage) for passage in passages for sentence in _facts(passage)]
        kept = nearest_sentences(question, [sentence for sentence, _ in every], _FACTS, self._embeddings)
        facts = [every[index] for index in kept]
        asked = self._prompts.render(
            "faq/question",
            facts=[f"({passage.heading or passage.title}) {sentence}" for sentence, passage in facts],
            question=question,
            language_name=_LANGUAGE_NAMES[texts.language],
        )
        return self._worded(question, asked, facts, turn, texts)

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

    def _worded(self, question: str, asked: str, facts: Sequence[Fact], turn: Turn, texts: ReplyTexts) -> Part | None:
        from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

        chosen: list[Fact] = []
        messages: list[BaseMessage] = [SystemMessage(self._prompts.render("faq/answer")), HumanMessage(asked)]
        model: Any = self._ladder.with_structured_output(FactAnswer)
        for _ in range(_ATTEMPTS):
            answer = model.invoke(messages)
            chosen = _chosen(answer.facts, facts) if isinstance(answer, FactAnswer) else []
            if not chosen:
                return None
            if not answer.answer.strip():
                return _in_their_words(chosen, texts)
            words = _without_unfounded_yes(answer.answer.strip(), [sentence for sentence, _ in chosen])
            used = tuple(dict.fromkeys(passage for _, passage in chosen))
            wrong = list(self._check.unsupported(words, (*(passage.text for passage in used), question)))
            wrong += turned_round(words, [sentence for sentence, _ in facts])
            wrong += misplaced(words, [f"{passage.heading}: {sentence}" for sentence, passage in facts])
            if has_han(words) != (texts.language == "zh"):
                wrong.append(words)
            if not wrong:
                marks = "".join(f"[{number}]" for number in range(1, len(used) + 1))
                return Part(text=f"{words} {marks}", passages=used, sources=tuple(p.text for p in used))
            turn.failed_checks.extend(wrong)
            again = self._prompts.render("faq/again", unsupported="; ".join(wrong))
            messages += [AIMessage(answer.model_dump_json()), HumanMessage(again)]
        return _in_their_words(chosen, texts)


def _chosen(numbers: Sequence[int], facts: Sequence[Fact]) -> list[Fact]:
    return [facts[number - 1] for number in dict.fromkeys(numbers) if 1 <= number <= len(facts)]


def _in_their_words(chosen: Sequence[Fact], texts: ReplyTexts) -> Part:
    """The chosen sentences as they stand, grouped by passage, each group with its mark."""
    passages = tuple(dict.fromkeys(passage for _, passage in chosen))
    paragraphs = []
    for number, passage in enumerate(passages, start=1):
        own = [sentence for sentence in _facts(passage) if (sentence, passage) in chosen]
        separator = "" if has_han(own[0][-2:]) else " "
        other = f"{texts.say('other_language')} " if passage.language != texts.language else ""
        paragraphs.append(f"{other}{separator.join(own)} [{number}]")
    sources = tuple(passage.text for passage in passages)
    return Part(text="\n\n".join(paragraphs), passages=passages, sources=sources)


def _facts(passage: PassageView) -> list[str]:
    return sentences(passage.text)


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

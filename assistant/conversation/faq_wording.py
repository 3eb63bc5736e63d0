"""A hosted model words an answer from numbered facts; what says more than the facts is refused."""

import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from assistant.conversation.check import Check
from assistant.conversation.clauses import misplaced
from assistant.conversation.extract import Sentences
from assistant.conversation.reply import Wording
from assistant.conversation.texts import ReplyTexts
from assistant.conversation.turn import Part, Source, Turn
from assistant.models.ladder import ModelLadder
from assistant.text.language import has_han
from assistant.text.prompts import PromptLibrary
from assistant.tools.results import PassageView

Fact = tuple[str, PassageView]

_FACTS = 8
_ATTEMPTS = 2
_YES_NO = re.compile(r"(yes|no|是的|不是|可以|不可以|不能|能|不|是)[,，.。:：!！]\s*", re.IGNORECASE)
_LANGUAGE_NAMES = {"en": "English", "zh": "Chinese (中文)"}


class FactAnswer(BaseModel):
    """What the model returns: the facts that it rests on, and the answer."""

    model_config = ConfigDict(extra="forbid")

    facts: list[int] = Field(description="numbers of the facts that answer the question")
    answer: str = Field(description="one or two short sentences in the language of the question")


class FaqWording:
    """Words an answer from passages.

    Args:
        ladder: its best rung words.
        prompts: holds `faq/answer`, `faq/question`, `faq/again`.
        sentences: chooses the sentences that are shown.
        check: refuses numbers and promises that the facts don't hold.
    """

    def __init__(self, ladder: ModelLadder, prompts: PromptLibrary, sentences: Sentences, check: Check) -> None:
        self._ladder = ladder
        self._prompts = prompts
        self._sentences = sentences
        self._check = check

    def word(self, question: str, passages: Sequence[PassageView], turn: Turn, texts: ReplyTexts) -> Part | None:
        """An answer that passed every check, with its marks; None when the facts answer nothing or it failed twice.

        Raises:
            ModelUnavailable: no model answered in time.
        """
        from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

        facts = self._facts(question, passages)
        asked = self._prompts.render(
            "faq/question",
            facts=[f"({passage.heading or passage.title}) {sentence}" for sentence, passage in facts],
            question=question,
            language_name=_LANGUAGE_NAMES[texts.language],
        )
        messages: list[BaseMessage] = [SystemMessage(self._prompts.render("faq/answer")), HumanMessage(asked)]
        model: Any = self._ladder.with_structured_output(FactAnswer)
        for attempt in range(_ATTEMPTS):
            answer = model.invoke(messages)
            chosen = _chosen(answer.facts, facts) if isinstance(answer, FactAnswer) else []
            if not chosen or not answer.answer.strip():
                return None
            words = _without_unfounded_yes(answer.answer.strip(), [sentence for sentence, _ in chosen])
            used = tuple(dict.fromkeys(passage for _, passage in chosen))
            wrong = self._wrong(words, question, used, facts, texts)
            if not wrong:
                marks = "".join(f"[{number}]" for number in range(1, len(used) + 1))
                wording: Wording = "model_again" if attempt else "model"
                sources = tuple(Source(p.text, passage=number) for number, p in enumerate(used, start=1))
                return Part(text=f"{words} {marks}", passages=used, sources=sources, wording=wording)
            turn.failed_checks.extend(wrong)
            again = self._prompts.render("faq/again", unsupported="; ".join(wrong))
            messages += [AIMessage(answer.model_dump_json()), HumanMessage(again)]
        return None

    def _facts(self, question: str, passages: Sequence[PassageView]) -> list[Fact]:
        every = [(sentence, passage) for passage in passages for sentence in self._sentences.of(passage.text)]
        kept = self._sentences.nearest(question, [sentence for sentence, _ in every], _FACTS)
        return [every[index] for index in kept]

    def _wrong(
        self, words: str, question: str, used: Sequence[PassageView], facts: Sequence[Fact], texts: ReplyTexts
    ) -> list[str]:
        passages = [f"{passage.heading}\n{passage.text}" for passage in used]
        wrong = self._check.unfounded(words, [*passages, *(sentence for sentence, _ in facts)], [question])
        wrong += misplaced(words, [f"{passage.heading}: {sentence}" for sentence, passage in facts])
        if has_han(words) != (texts.language == "zh"):
            wrong.append(words)
        return wrong


def _chosen(numbers: Sequence[int], facts: Sequence[Fact]) -> list[Fact]:
    return [facts[number - 1] for number in dict.fromkeys(numbers) if 1 <= number <= len(facts)]


def _without_unfounded_yes(answer: str, facts: list[str]) -> str:
    """The answer without a leading yes or no that no fact says: models get the polarity of questions wrong."""
    match = _YES_NO.match(answer)
    if match is None or len(answer) <= match.end():
        return answer
    word = match.group(1).casefold()
    if any(re.search(rf"(?:^|[.:。：] ?){word}\b", fact.casefold()) for fact in facts):
        return answer
    rest = answer[match.end() :]
    return rest[0].upper() + rest[1:]

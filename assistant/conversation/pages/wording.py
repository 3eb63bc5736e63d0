"""A hosted model words an answer from numbered facts; what says more than the facts is refused."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from assistant.conversation.grounding.check import Check
from assistant.conversation.grounding.clauses import misplaced
from assistant.conversation.grounding.entailment import Entailment
from assistant.conversation.grounding.fluency import fluency
from assistant.conversation.pages.answer_kind import Wanted, wanted
from assistant.conversation.pages.extract import Sentences
from assistant.conversation.reply import Wording
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.turn import Part, Source, Turn
from assistant.models.ladder import ModelLadder
from assistant.text.language import has_han
from assistant.text.prompts import PromptLibrary
from assistant.tools.results import PassageView

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

Fact = tuple[str, PassageView]

EVERY = "*"
"""Stands for every intent that isn't named in the setting `reply_drafts`."""
_FACTS = 8
_NEAREST = 4
"""An answer that rests on none of so many facts nearest to the question is beside it."""
_YES_NO = re.compile(r"(yes|no|是的|不是|可以|不可以|不能|能|不|是)[,，.。:：!！]\s*", re.IGNORECASE)
_LANGUAGE_NAMES = {"en": "English", "zh": "Chinese (中文)"}


class FactAnswer(BaseModel):
    """What the model returns: the facts that it rests on, and the answer."""

    model_config = ConfigDict(extra="forbid")

    facts: list[int] = Field(description="numbers of the facts that answer the question")
    answer: str = Field(description="one or two short sentences in the language of the question")


@dataclass(frozen=True)
class _Draft:
    """One answer of a model: its words, the passages it rests on, and what is wrong with it."""

    answer: FactAnswer
    words: str
    used: tuple[PassageView, ...]
    wrong: tuple[str, ...]
    worth: float = 0.0


class FaqWording:
    """Words an answer from passages.

    Args:
        ladder: its best rung words.
        prompts: holds `faq/answer`, `faq/brief`, `faq/question`, `faq/again`.
        sentences: chooses the sentences that are shown.
        check: refuses numbers, names, promises and turned statements that the facts don't hold.
        entailment: refuses sentences that no fact says.
        drafts: how many answers are drafted for an intent, the best of which is kept; 1 where it isn't named.
    """

    def __init__(
        self,
        ladder: ModelLadder,
        prompts: PromptLibrary,
        sentences: Sentences,
        check: Check,
        entailment: Entailment,
        drafts: Mapping[str, int] | None = None,
    ) -> None:
        self._ladder = ladder
        self._prompts = prompts
        self._sentences = sentences
        self._check = check
        self._entailment = entailment
        self._drafts = drafts or {}

    def word(
        self, question: str, passages: Sequence[PassageView], turn: Turn, texts: ReplyTexts, intent: str = ""
    ) -> Part | None:
        """An answer that passed every check, with its marks; None when the facts answer nothing or it failed twice.

        Args:
            question: masked.
            passages: whose sentences are the facts.
            turn: notes what was refused.
            texts: of the customer's language.
            intent: decides how many answers are drafted.

        Raises:
            ModelUnavailable: no model answered in time.
        """
        from langchain_core.messages import AIMessage, HumanMessage

        facts = self._facts(question, passages)
        drafts = max(1, self._drafts.get(intent, self._drafts.get(EVERY, 1)))
        wordings: tuple[Wording, ...] = ("model", "model_again")
        refused: _Draft | None = None
        for wording in wordings:
            made: list[_Draft] = []
            for number in range(drafts):
                shown = facts if number % 2 == 0 else facts[::-1]
                messages = self._asked(question, shown, texts, brief=number > 0)
                if refused is not None:
                    again = self._prompts.render("faq/again", unsupported="; ".join(refused.wrong))
                    messages += [AIMessage(refused.answer.model_dump_json()), HumanMessage(again)]
                nearest = self._quoted(question, passages, shown) if refused is not None else ()
                draft = self._draft(messages, question, shown, texts, nearest)
                if draft is not None:
                    made.append(draft)
            fit = [draft for draft in made if not draft.wrong]
            if fit:
                return _part(max(fit, key=lambda draft: draft.worth), wording)
            if not made:
                return None
            refused = made[0]
            turn.failed_checks.extend(words for draft in made for words in draft.wrong)
        return None

    def _asked(self, question: str, facts: Sequence[Fact], texts: ReplyTexts, *, brief: bool) -> "list[BaseMessage]":
        from langchain_core.messages import HumanMessage, SystemMessage

        asked = self._prompts.render(
            "faq/question",
            facts=[f"({passage.heading or passage.title}) {sentence}" for sentence, passage in facts],
            question=question,
            language_name=_LANGUAGE_NAMES[texts.language],
        )
        return [SystemMessage(self._prompts.render("faq/brief" if brief else "faq/answer")), HumanMessage(asked)]

    def _draft(
        self,
        messages: "list[BaseMessage]",
        question: str,
        facts: Sequence[Fact],
        texts: ReplyTexts,
        needed: Sequence[Fact],
    ) -> _Draft | None:
        """One answer with what is wrong with it; None where the model says that no fact answers, or it is beside it.

        It must rest on one of the facts nearest to the question: who was refused once, on all that are `needed`.
        """
        model: Any = self._ladder.with_structured_output(FactAnswer)
        answer = model.invoke(messages)
        chosen = _chosen(answer.facts, facts) if isinstance(answer, FactAnswer) else []
        nearest = self._sentences.nearest(question, [sentence for sentence, _ in facts], _NEAREST)
        if not answer.answer.strip() or not any(fact in chosen for fact in (facts[at] for at in nearest)):
            return None
        if not all(fact in chosen for fact in needed):
            return None
        if _leaves_out(question, answer.answer, facts):
            return None
        words = _without_unfounded_yes(answer.answer.strip(), [sentence for sentence, _ in chosen])
        used = tuple(dict.fromkeys(passage for _, passage in chosen))
        said = [sentence for passage in used for sentence in self._sentences.of(passage.text)]
        wrong = self._wrong(words, question, used, facts, texts) or self._entailment.unsupported(words, said)
        support = [share for _, share in self._entailment.support(words, said)] if not wrong else []
        worth = (sum(support) / len(support) if support else 0.0) + fluency(words, texts.language).score
        return _Draft(answer, words, used, tuple(wrong), worth)

    def _quoted(self, question: str, passages: Sequence[PassageView], facts: Sequence[Fact]) -> list[Fact]:
        """The facts that a quote of the best passage holds: an answer with fewer says less than no model would."""
        quote = self._sentences.quote(question, passages[0].text)
        return [fact for fact in facts if fact[1] is passages[0] and fact[0] in quote]

    def _facts(self, question: str, passages: Sequence[PassageView]) -> list[Fact]:
        every = [(sentence, passage) for passage in passages for sentence in self._sentences.of(passage.text)]
        kept = self._sentences.nearest(question, [sentence for sentence, _ in every], _FACTS)
        return [every[index] for index in kept]

    def _wrong(
        self, words: str, question: str, used: Sequence[PassageView], facts: Sequence[Fact], texts: ReplyTexts
    ) -> list[str]:
        passages = [f"{passage.heading}\n{passage.text}" for passage in used]
        wrong = self._check.unfounded(words, [*passages, *(sentence for sentence, _ in facts)], [], said=[question])
        wrong += misplaced(words, [f"{passage.heading}: {sentence}" for sentence, passage in facts])
        if has_han(words) != (texts.language == "zh"):
            wrong.append(words)
        return wrong


def _part(draft: _Draft, wording: Wording) -> Part:
    marks = "".join(f"[{number}]" for number in range(1, len(draft.used) + 1))
    sources = tuple(
        Source(f"{passage.heading}\n{passage.text}", passage=number)
        for number, passage in enumerate(draft.used, start=1)
    )
    return Part(text=f"{draft.words} {marks}", passages=draft.used, sources=sources, wording=wording, by_model=True)


def _chosen(numbers: Sequence[int], facts: Sequence[Fact]) -> list[Fact]:
    return [facts[number - 1] for number in dict.fromkeys(numbers) if 1 <= number <= len(facts)]


def _leaves_out(question: str, answer: str, facts: Sequence[Fact]) -> bool:
    """Whether a question asks for an amount or a time that a fact holds, and the answer says none."""
    wish = wanted(question)
    if wish is None or not any(wish.met_by(sentence) for sentence, _ in facts):
        return False
    return not Wanted(wish.kind).met_by(answer)


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

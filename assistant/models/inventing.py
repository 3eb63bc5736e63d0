"""A model that invents: whatever facts it is given, its answers hold something that they don't say.

Real models invent now and then, and when changes with every release. The check of replies must catch it always;
this model tests just that. It answers every question from the numbered facts of `faq/question`, never says that
it doesn't know, and adds or changes a number, a price, a date, an id, a duration, a name, a promise, or turns a
statement round, in English and Chinese. Asked again after the check refused an answer, it invents something
else, or for once keeps to the facts.
"""

import random
import re
from collections.abc import Sequence
from typing import Any

from langchain_core.messages import BaseMessage

from assistant.models.breaker import Breaker
from assistant.models.ladder import LadderRung, ModelLadder
from assistant.models.scripted import Line, PlayedChatModel, log_probabilities
from assistant.text.language import Language, has_han

_FACT = re.compile(r"^(\d+)\. (?:\([^)]*\) )?(.+)$", re.MULTILINE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_TURNS = (
    (re.compile(r"\b(?:can't|cannot|can not)\b"), "can"),
    (re.compile(r"\bcan\b(?!')"), "can't"),
    (re.compile(r"\b(is|are|was|were|do|does|will)(?: not|n't)\b"), r"\1"),
    (re.compile(r"\b(is|are|was|were|will)\b"), r"\1 not"),
    (re.compile(r"\bnever\b"), "always"),
    (re.compile("不能|不可以|无法"), "可以"),
    (re.compile("可以|(?<!可)能(?!够|源|耗)"), "不能"),
    (re.compile("不(?=需|支持|会|在|退|收)"), ""),
    (re.compile("(?=需要|支持|会员)"), "不"),
)
_ADDED: dict[str, dict[Language, str]] = {
    "price": {"en": "It costs ${price} extra.", "zh": "另外收取 {price} 美元。"},
    "date": {"en": "It is possible until {day} March.", "zh": "截止到 3 月 {day} 日。"},
    "id": {"en": "Your case number is #W77{id}.", "zh": "您的工单号是 #W77{id}。"},
    "duration": {"en": "It takes {days} days.", "zh": "需要 {days} 天。"},
    "promise": {"en": "We will call you back as soon as we can.", "zh": "我们会尽快联系您。"},
    "done": {"en": "I've already refunded the amount.", "zh": "已经为您办理了退款。"},
    "percent": {"en": "You get {percent}% off.", "zh": "您可以享受 {percent}% 的优惠。"},
    "name": {"en": "The parcel comes with Hermes Courier.", "zh": "包裹由顺丰速运派送。"},
}
_KINDS = ("number", "polarity", *_ADDED)
_HONEST = 0.4


class InventingChatModel(PlayedChatModel):
    """Answers with inventions; the same question and seed always give the same ones.

    Attributes:
        seed: of the choice of inventions.
    """

    seed: int = 1

    def next_line(self, messages: list[BaseMessage], tools: list[dict[str, Any]], *, structured: bool) -> Line:
        """An answer from the first facts with something invented; plain invention where there are no facts."""
        asked = next((str(m.text) for m in messages if m.type == "human" and _FACT.search(str(m.text))), "")
        question = next((str(m.text) for m in messages if m.type == "human"), "")
        attempt = sum(message.type == "ai" for message in messages)
        dice = random.Random(f"{self.seed} {attempt} {question}")
        facts = [(int(number), words.strip()) for number, words in _FACT.findall(asked)]
        language: Language = "zh" if has_han(question.rsplit("\n", 2)[-1] or question) else "en"
        if not structured or not facts:
            return _added(dice, language)
        number, words = dice.choice(facts[:3])
        if attempt and dice.random() < _HONEST:
            return {"facts": [number], "answer": words}
        return {"facts": [number], "answer": _invented(words, dice)}

    def score_choices(self, prompt: Any, choices: Sequence[str]) -> dict[str, float]:
        """The same for every choice: it has no opinion."""
        return log_probabilities(dict.fromkeys(choices, 1.0), choices)


def inventing_ladder(seed: int = 1) -> ModelLadder:
    """A ladder whose only rung is the model that invents, as a hosted one, which words every answer."""
    model = InventingChatModel(seed=seed)
    return ModelLadder(rungs=(LadderRung(name="hosted", model=model, breaker=Breaker("hosted")),))


def _invented(words: str, dice: random.Random) -> str:
    language: Language = "zh" if has_han(words) else "en"
    kinds = list(_KINDS)
    dice.shuffle(kinds)
    for kind in kinds:
        if kind == "number" and (numbers := list(_NUMBER.finditer(words))):
            chosen = dice.choice(numbers)
            other = f"{float(chosen[0]) + dice.choice((1, 2, 5, 10, 30)):g}"
            return words[: chosen.start()] + other + words[chosen.end() :]
        if kind == "polarity":
            for pattern, turned in _TURNS:
                other, count = pattern.subn(turned, words, count=1)
                if count:
                    return other
        if kind in _ADDED:
            return f"{words}{'' if language == 'zh' else ' '}{_said(kind, dice, language)}"
    return words


def _added(dice: random.Random, language: Language) -> str:
    return _said(dice.choice(tuple(_ADDED)), dice, language)


def _said(kind: str, dice: random.Random, language: Language) -> str:
    return _ADDED[kind][language].format(
        price=f"{dice.randint(2, 90)}.{dice.randint(11, 98)}",
        day=dice.randint(2, 28),
        id=dice.randint(10_000, 99_999),
        days=dice.randint(61, 89),
        percent=dice.randint(21, 69),
    )

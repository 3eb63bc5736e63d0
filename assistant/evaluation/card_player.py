"""A customer played by a model from a card, and the check of whether it kept to the card (as in Yao et al. 2024).

A model as customer varies what is said, and errs: it makes up numbers, tells what it must not, or takes the other
side's part. What it says is therefore held against the card, by rule; a conversation in which it strayed says nothing
about the assistant.
"""

import re
from collections.abc import Iterator, Sequence

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage
from pydantic import BaseModel, Field

from assistant.shop.records import Record
from assistant.text.language import Language
from assistant.text.prompts import PromptLibrary

PROMPT = "judge/customer"
_NAMES = {"en": "English", "zh": "Chinese"}
_NUMBER = re.compile(r"[A-Za-z0-9_#.@-]*\d[A-Za-z0-9_-]*")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SERVICE = re.compile(r"how (?:can|may) i (?:help|assist) you|您需要什么帮助|有什么可以帮您", re.IGNORECASE)
_MORE = re.compile(r"anything else|还有什么|还有别的", re.IGNORECASE)
_REMEMBERED = 16
_SHORT = 6
"""Words of a choice that a customer may repeat as it was offered."""
_WORD = re.compile(r"[a-z]{4,}|#?\w*\d\w*")
_PAIR = re.compile(r"(?=([\u4e00-\u9fff]{2}))")
_AGAIN = 3
"""Times that a customer says the very same before they are no longer one."""


class CustomerCard(Record):
    """What the customer wants and knows.

    Attributes:
        text: in words, for the model.
        wont_say: words that the customer must not say.
        opening: the first message; empty: the model words it.
        longest: messages that the customer sends at most.
    """

    text: str
    language: Language = "en"
    wont_say: tuple[str, ...] = ()
    opening: str = ""
    longest: int = 12


class _Next(BaseModel):
    """What the customer says next."""

    say: str = Field(description="The customer's next message.", max_length=400)
    over: bool = Field(description="Whether the customer has nothing left to say.")


class CardPlayer:
    """Plays one card.

    Args:
        model: any chat model that gives structured output.
        prompts: with `judge/customer`.
        card: kept to.
    """

    def __init__(self, model: BaseChatModel, prompts: PromptLibrary, card: CustomerCard) -> None:
        self._model = model
        self._prompts = prompts
        self._card = card
        self._over = False
        self._talk: list[tuple[bool, str]] = []
        """Whether the customer said it, and the words."""

    def next(self, heard: str | None) -> str:
        """The customer's next message; empty when it has nothing left to say.

        Args:
            heard: what the service said; None before the first message.

        Raises:
            ModelUnavailable: no model answered.
        """
        if heard is None and self._card.opening:
            return self._say(self._card.opening)
        if heard is not None:
            self._talk.append((False, heard))
        if sum(own for own, _ in self._talk) >= self._card.longest:
            return ""
        told = self._ask()
        return "" if told.over and heard is not None else self._say(told.say.strip())

    def taken_over(self) -> None:
        """A person takes over: nothing is left to say."""
        self._over = True

    def strayed(self) -> tuple[str, ...]:
        """What was said against the card, one sentence each."""
        left = self._left_early()
        return (*strays(self._card, self._talk), *([left] if left else []))

    def _left_early(self) -> str:
        """That the customer went away from a question, other than whether there is anything else."""
        if self._over or not self._talk or self._talk[-1][0] or sum(own for own, _ in self._talk) >= self._card.longest:
            return ""
        asked = self._talk[-1][1]
        open_question = ("?" in asked or "？" in asked) and not _MORE.search(asked)
        return "the customer went away while they were asked something" if open_question else ""

    def _ask(self) -> _Next:
        talk = [f"{'Customer' if own else 'Service'}: {words}" for own, words in self._talk[-_REMEMBERED:]]
        asked = self._prompts.render(
            PROMPT,
            card=self._card.text,
            talk="\n".join(talk) or "(the customer begins)",
            language=_NAMES[self._card.language],
        )
        said = self._model.with_structured_output(_Next).invoke([HumanMessage(asked)])
        return said if isinstance(said, _Next) else _Next.model_validate(said)

    def _say(self, words: str) -> str:
        if words:
            self._talk.append((True, words))
        return words


def strays(card: CustomerCard, talk: Sequence[tuple[bool, str]]) -> Iterator[str]:
    """What a customer said against their card.

    Args:
        card: the customer's.
        talk: whether the customer said it, and the words, in order.
    """
    known = f"{card.text}\n{card.opening}"
    spoken = [words for own, words in talk if own]
    if spoken and not _wishes(known) & _wishes("\n".join(spoken)):
        yield "the customer never spoke of anything on the card"
    yield from (f"the customer said {w!r} again and again" for w in dict.fromkeys(spoken) if spoken.count(w) >= _AGAIN)
    heard: set[str] = set()
    for own, words in talk:
        if not own:
            known += f"\n{words}"
            heard |= {line.strip() for line in words.splitlines()}
            continue
        if words.strip() in heard and len(words.split()) > _SHORT:
            yield f"the customer said after the service {words!r}"
        if invented := [found for found in _NUMBER.findall(words) if found.strip("#.@-_") not in known]:
            yield f"the customer told {', '.join(invented)}, which nobody had told them"
        yield from (f"the customer said {each!r}" for each in card.wont_say if each.casefold() in words.casefold())
        if _SERVICE.search(words):
            yield f"the customer spoke as the service: {words!r}"
        if card.language == "zh" and not _HAN.search(words) and len(words.split()) > 2:
            yield f"the customer wrote {words!r}, not in Chinese"
        if card.language == "en" and _HAN.search(words):
            yield f"the customer wrote {words!r}, not in English"


def _wishes(text: str) -> set[str]:
    """What a text speaks of: longer words and numbers, and pairs of Chinese characters."""
    low = text.casefold()
    return {*_WORD.findall(low), *_PAIR.findall(low)} - _ANYBODYS


_ANYBODYS = frozenset("your name code customer knows goal that this with want please what have help when".split())

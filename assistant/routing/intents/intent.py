"""What an intent is: the records that the files under `prompts/intents/` are read into."""

import re
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, field_validator

from assistant.text.language import Language

SlotType = Literal[
    "order_id", "tracking_id", "email", "product", "color", "size", "quantity", "max_price", "choice", "address"
]
SlotSource = Literal["utterance", "conversation", "orders", "profile"]
Need = Literal["required", "optional"]
Name = re.compile(r"^[a-z][a-z0-9_]*$")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class ByLanguage(_Frozen):
    """A text in both languages of the shop."""

    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)

    def __getitem__(self, language: Language) -> str:
        return self.en if language == "en" else self.zh


class ListByLanguage(_Frozen):
    """Texts in each language; either list may be empty. A block of text counts as a list of its lines."""

    en: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()

    @field_validator("en", "zh", mode="before")
    @classmethod
    def _lines(cls, value: object) -> object:
        return [line.strip() for line in value.splitlines() if line.strip()] if isinstance(value, str) else value

    def __getitem__(self, language: Language) -> tuple[str, ...]:
        return self.en if language == "en" else self.zh

    def __add__(self, other: "ListByLanguage") -> "ListByLanguage":
        return ListByLanguage(en=(*self.en, *other.en), zh=(*self.zh, *other.zh))


class Slot(_Frozen):
    """A value that an intent needs.

    Attributes:
        type: how it is found in words.
        question: name of the reply text that asks for it.
        sources: where it may come from, in this order.
        several: whether one message may give more than one (two products to compare).
        choices: for type `choice`: value to the words that mean it.
    """

    type: SlotType
    question: str = ""
    sources: tuple[SlotSource, ...] = Field(("utterance",), alias="from")
    several: bool = False
    choices: dict[str, tuple[str, ...]] = {}


class Intent(_Frozen):
    """One thing that customers want.

    Attributes:
        name: stable, snake_case; `agent` is the sub-agent that serves it.
        label: a few words to offer it by.
        description: tells it from its neighbours; read by language models.
        examples: messages as people write them.
        direct: the READ tool that serves it without a model call, if any.
        identified: whether it needs a customer who is known.
        changes_order: whether serving it changes an order.
        social: a courtesy, which gives way to a request in the same message.
        stated: whether customers tell it as a fact ("the box was empty") rather than ask for it.
        slots: name of a slot to whether it is needed.
        patterns: regular expressions that speak for the intent (case is ignored).
        confused_with: its nearest neighbours.
        topics: words in the names of the pages that tell its rules, beside the words of its own name.
    """

    name: str
    agent: str
    titles: ByLanguage = Field(alias="label")
    description: ByLanguage
    examples: ListByLanguage
    direct: str | None = None
    identified: bool = False
    changes_order: bool = False
    social: bool = False
    stated: bool = False
    slots: dict[str, Need] = {}
    patterns: ListByLanguage = ListByLanguage()
    confused_with: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()

    @field_validator("name")
    @classmethod
    def _snake_case(cls, value: str) -> str:
        if not Name.match(value):
            raise ValueError(f"{value!r} is not snake_case")
        return value

    @field_validator("patterns")
    @classmethod
    def _compiles(cls, value: ListByLanguage) -> ListByLanguage:
        for pattern in (*value.en, *value.zh):
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"pattern {pattern!r}: {error}") from error
        return value

    def is_told_on(self, page: str) -> bool:
        """Whether a page is named for it: `policies/shipping` for `shipping_policy`."""
        named = {word.removesuffix("s") for word in re.split(r"[/-]", page)}
        own = {word.removesuffix("s") for word in self.name.split("_")}
        return bool(named & (own | {word.removesuffix("s") for word in self.topics}))

    def label(self, language: Language) -> str:
        """A few words by which the intent is offered to a customer."""
        return self.titles[language]


class Example(NamedTuple):
    """A message of the catalogue and what it asks for; `intent` is empty for messages out of scope."""

    text: str
    intent: str
    language: Language

"""How a change that a supplied tool makes is said to customers: the shop's words, in both languages."""

from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.shop.changes.terms import Stated, StatedWords
from assistant.text.language import Language


class WriteWords(BaseModel):
    """What customers read of a change, in one language.

    Args:
        title: what will be done, in one sentence; `{points}` stands for the value of the argument `points`.
        names: what each argument is called on the card.
        ask: the question for each argument that may have to be asked for.
        values: how the fixed values of an argument are said; booleans have `true` and `false`.
        notes: what the customer should know before saying yes.
        done: what is said once it has been done.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(min_length=1)
    names: dict[str, str] = {}
    ask: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    notes: tuple[str, ...] = ()
    done: str = Field(min_length=1)

    @model_validator(mode="after")
    def _forms(self) -> "WriteWords":
        self.fields()
        return self

    def fields(self) -> set[str]:
        """Names of the arguments that `title` and `done` speak of."""
        return {name for text in (self.title, self.done) for _, name, _, _ in Formatter().parse(text) if name}

    def value(self, argument: str, value: object) -> str:
        """A value as customers read it."""
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return self.values.get(argument, {}).get(text, text)

    def said(self, arguments: Mapping[str, Any], shown: Iterable[str], colon: str) -> StatedWords:
        """The words for one call.

        Args:
            arguments: of the call.
            shown: those that stand on the card, each on a line; titles may name them all.
            colon: what stands between the name of an argument and its value.
        """
        values = {name: self.value(name, value) for name, value in arguments.items()}
        filled = {name: values.get(name, "") for name in self.fields()}
        lines = tuple(f"{self.names.get(name, name)}{colon}{values[name]}" for name in shown if name in values)
        return StatedWords(
            title=self.title.format(**filled), lines=lines, notes=self.notes, done=self.done.format(**filled)
        )


class ByLanguage(BaseModel):
    """The words in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: WriteWords
    zh: WriteWords

    def of(self, language: Language) -> WriteWords:
        """Those of a language."""
        return self.zh if language == "zh" else self.en

    def said(self, arguments: Mapping[str, Any], shown: Iterable[str]) -> Stated:
        """The words for one call, in both languages."""
        names = tuple(shown)
        return Stated(en=self.en.said(arguments, names, ": "), zh=self.zh.said(arguments, names, "："))

"""The intent catalogue: all that customers may want, read from the YAML files of one folder.

A file holds `agent` and `intents` (one file per agent), or `slots` (shared by all files), or `out_of_scope`
(messages that are no business of the shop) and `out_of_scope_patterns` that speak for that, or more `examples` of
intents that stand in another file, or `two_requests` (messages that make two, `‖` where the second begins). Any
shop's or bank's catalogue of this form will do.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from assistant.errors import OperatorError
from assistant.routing.intents.intent import Example, Intent, ListByLanguage, Slot
from assistant.text.language import Language

LANGUAGES: tuple[Language, ...] = ("en", "zh")
BEGINS = "‖"
"""Stands in a message of `two_requests` where the second one begins."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    agent: str = ""
    intents: list[dict[str, Any]] = []
    slots: dict[str, Slot] = {}
    out_of_scope: ListByLanguage = ListByLanguage()
    out_of_scope_patterns: ListByLanguage = ListByLanguage()
    examples: dict[str, ListByLanguage] = {}
    two_requests: ListByLanguage = ListByLanguage()

    @field_validator("two_requests")
    @classmethod
    def _marked(cls, messages: ListByLanguage) -> ListByLanguage:
        for text in (text for language in LANGUAGES for text in messages[language]):
            sides = text.split(BEGINS)
            if len(sides) != 2 or not all(side.strip() for side in sides):
                raise ValueError(f"{text!r} needs one {BEGINS} with words on both sides")
        return messages


class Catalogue:
    """Intents by name, in the order of their files.

    Args:
        intents: no two of the same name.
        slots: every slot that an intent names.
        out_of_scope: messages that belong to no intent.
        out_of_scope_patterns: regular expressions that speak for that.
        two_requests: messages that make two requests, with `BEGINS` where the second one begins.

    Raises:
        ValueError: a name stands twice, or something names what isn't there.
    """

    def __init__(
        self,
        intents: Iterable[Intent],
        slots: dict[str, Slot] | None = None,
        out_of_scope: ListByLanguage | None = None,
        out_of_scope_patterns: ListByLanguage | None = None,
        two_requests: ListByLanguage | None = None,
    ) -> None:
        self._intents: dict[str, Intent] = {}
        self.slots = dict(slots or {})
        self.out_of_scope = out_of_scope or ListByLanguage()
        self.out_of_scope_patterns = out_of_scope_patterns or ListByLanguage()
        self.two_requests = two_requests or ListByLanguage()
        for intent in intents:
            if intent.name in self._intents:
                raise ValueError(f"intent {intent.name!r} stands twice")
            self._intents[intent.name] = intent
        for intent in self:
            for name in intent.slots.keys() - self.slots.keys():
                raise ValueError(f"intent {intent.name!r}: there is no slot {name!r}")
            for name in set(intent.confused_with) - self._intents.keys():
                raise ValueError(f"intent {intent.name!r}: confused_with names {name!r}, which is no intent")

    @classmethod
    def load(cls, folder: Path) -> "Catalogue":
        """Read every YAML file of `folder`.

        Raises:
            OperatorError: names the file, the field and what to correct.
        """
        paths = sorted(folder.glob("*.yaml"))
        if not paths:
            raise OperatorError(f"there are no intents in {folder}", fix="check the setting prompts_dir")
        intents: list[Intent] = []
        slots: dict[str, Slot] = {}
        outside, patterns, two = ListByLanguage(), ListByLanguage(), ListByLanguage()
        more: dict[str, ListByLanguage] = {}
        for path in paths:
            file = _read(path)
            slots |= file.slots
            outside += file.out_of_scope
            patterns += file.out_of_scope_patterns
            two += file.two_requests
            intents += [_intent(entry, file.agent, path) for entry in file.intents]
            for name, texts in file.examples.items():
                more[name] = more.get(name, ListByLanguage()) + texts
        try:
            return cls(_extended(intents, more), slots, outside, patterns, two)
        except ValueError as error:
            raise OperatorError(str(error), fix=f"correct it in {folder}, then: assistant intents check") from error

    def with_examples(self, examples: Sequence[Example]) -> "Catalogue":
        """The same intents with more examples, behind their own; those of intents that there are not are left out."""
        more: dict[str, ListByLanguage] = {}
        for text, intent, language in examples:
            if intent == "" or intent in self:
                more[intent] = more.get(intent, ListByLanguage()) + ListByLanguage(**{language: (text,)})
        outside = self.out_of_scope + more.pop("", ListByLanguage())
        return Catalogue(_extended(self, more), self.slots, outside, self.out_of_scope_patterns, self.two_requests)

    def __iter__(self) -> Any:
        return iter(self._intents.values())

    def __len__(self) -> int:
        return len(self._intents)

    def __contains__(self, name: object) -> bool:
        return name in self._intents

    def names(self) -> tuple[str, ...]:
        """Names of all intents."""
        return tuple(self._intents)

    def get(self, name: str) -> Intent:
        """The intent called `name`; KeyError where there is none."""
        return self._intents[name]

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """Every example of every intent, then the messages out of scope."""
        inside = [
            Example(text, intent.name, language)
            for intent in self._intents.values()
            for language in LANGUAGES
            for text in intent.examples[language]
        ]
        return (*inside, *(Example(text, "", lang) for lang in LANGUAGES for text in self.out_of_scope[lang]))

    @cached_property
    def fingerprint(self) -> str:
        """A hash of what the router learns from: names, patterns, examples and messages of two requests, in order."""
        patterns = [intent.patterns.model_dump() for intent in self] + [self.out_of_scope_patterns.model_dump()]
        learned = json.dumps(
            [self.names(), patterns, self.examples, self.two_requests.model_dump()], ensure_ascii=False
        )
        return hashlib.sha256(learned.encode()).hexdigest()


def _extended(intents: Iterable[Intent], more: dict[str, ListByLanguage]) -> list[Intent]:
    found = [
        intent.model_copy(update={"examples": intent.examples + more.pop(intent.name, ListByLanguage())})
        for intent in intents
    ]
    if more:
        raise ValueError(f"there are examples of {next(iter(more))!r}, which is no intent")
    return found


def _read(path: Path) -> _File:
    import yaml

    try:
        return _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except yaml.YAMLError as error:
        raise OperatorError(f"{path} is not valid YAML: {error}", fix=f"correct {path}") from error
    except ValidationError as error:
        raise _wrong(path, "", error) from error


def _intent(entry: dict[str, Any], agent: str, path: Path) -> Intent:
    try:
        return Intent.model_validate({"agent": agent, **entry})
    except ValidationError as error:
        raise _wrong(path, f"intent {entry.get('name', '?')!r}, ", error) from error


def _wrong(path: Path, where: str, error: ValidationError) -> OperatorError:
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"]) or "the file"
    return OperatorError(
        f"{path}: {where}{field}: {first['msg']}", fix=f"correct {field!r} in {path}, then: assistant intents check"
    )

"""Forms for changes that the shop's own MCP servers make: from the server's schema and the shop's words."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.conversation.reading.answers import by_words, pick
from assistant.conversation.reading.signals import brief, plain, signals
from assistant.conversation.slots.case import Case
from assistant.conversation.slots.order import OrderSlot
from assistant.conversation.slots.slot import Question, Reading, Slot
from assistant.conversation.tasks.forms import Form, any_state
from assistant.errors import OperatorError
from assistant.routing.intents.intent import Intent
from assistant.text.quantities import quantities
from assistant.tools.supplied.arguments import Argument
from assistant.tools.supplied.words import ByLanguage
from assistant.tools.supplied.writing import WriteTool

_NUMBER = re.compile(r"(?<![\w#.,/-])-?\d[\d,]*(?:\.\d+)?(?![\d/-])(?!\s*%)")
_LONGEST = 500


@dataclass(frozen=True)
class SuppliedSlot(Slot):
    """One argument of a supplied tool, in the customer's words.

    Args:
        argument: what the server says of it.
        words: the shop's, in both languages.
        alone: whether it is the only number that is wanted, so that a number in the first words means it.
    """

    argument: Argument
    words: ByLanguage
    alone: bool = False

    @property
    def name(self) -> str:  # type: ignore[override]
        """The argument's name."""
        return self.argument.name

    def read(self, text: str, case: Case) -> Reading | None:
        """A choice, a number, or the whole message where it was asked for."""
        asked = case.task.asked == self.name
        if self.argument.choices:
            return self._choice(text, case, asked=asked)
        if self.argument.number:
            return self._number(text, asked=asked)
        said = text.strip()[:_LONGEST]
        if not asked or not said or signals().declines(text) or signals().affirms(text, ""):
            return None
        return self._checked(said, sure=brief(text))

    def question(self, case: Case) -> Question:
        """The shop's own question, with the choices as short answers."""
        words = self.words.of(case.texts.language)
        labels = tuple(words.value(self.name, value) for value in self.argument.choices)
        said = {"question": words.ask.get(self.name, words.names.get(self.name, self.name)), "choices": list(labels)}
        return Question("tasks/supplied_ask", said, labels, self.argument.choices)

    def _choice(self, text: str, case: Case, *, asked: bool) -> Reading | None:
        labels = case.task.labels
        if asked and (index := pick(labels, text) if (at := by_words(labels, text)) is None else at) is not None:
            return Reading((case.task.options[index],))
        said = plain(text)
        for value in self.argument.choices if self.argument.choices != ("true", "false") else ():
            names = {plain(words.value(self.name, value)) for words in (self.words.en, self.words.zh)} | {plain(value)}
            if any(_says(name, said) for name in names):
                return Reading((value,), sure=brief(text) or not case.first)
        return None

    def _number(self, text: str, *, asked: bool) -> Reading | None:
        found = {match.group().replace(",", "") for match in _NUMBER.finditer(text)}
        if not found and asked:
            found = {quantity.value for quantity in quantities(text) if quantity.kind == "number"}
        if len(found) != 1 or not (asked or self.alone):
            return None
        return self._checked(found.pop(), sure=asked or brief(text))

    def _checked(self, value: str, *, sure: bool) -> Reading:
        if self.argument.value(value) is None:
            return Reading((), sure=sure, problem="tasks/supplied_wrong")
        return Reading((value,), sure=sure)


def supplied_forms(intents: Iterable[Intent], tools: Iterable[WriteTool]) -> dict[str, Form]:
    """A form for each intent of the catalogue whose `direct` names a WRITE tool.

    Args:
        intents: of the catalogue.
        tools: that servers supply.

    Raises:
        OperatorError: such an intent does not need a customer who is known.
    """
    by_name: Mapping[str, WriteTool] = {tool.name: tool for tool in tools}
    forms = {}
    for intent in intents:
        if (tool := by_name.get(intent.direct or "")) is None:
            continue
        if not intent.identified:
            raise OperatorError(
                f"the intent {intent.name!r} is served by {tool.name!r}, which changes something for one customer",
                fix=f"give {intent.name!r} the line 'identified: true' in prompts/intents/",
            )
        forms[intent.name] = _form(intent.name, tool)
    return forms


def _form(intent: str, tool: WriteTool) -> Form:
    wanted = [argument for argument in tool.chosen if argument.required]
    numbers = [argument for argument in wanted if argument.number]
    slots = [SuppliedSlot(argument, tool.words, alone=numbers == [argument]) for argument in wanted]
    order = (OrderSlot(),) if tool.order_argument else ()

    def arguments(case: Case) -> dict[str, Any]:
        given = {slot.name: slot.argument.value(case.task.value(slot.name)) for slot in slots}
        return {**given, tool.order_argument: case.task.value("order_id")} if tool.order_argument else given

    return Form(intent, tool.name, (*order, *slots), any_state, arguments)


def _says(name: str, said: str) -> bool:
    """Whether a message holds a name, as a word of its own where the language has words."""
    return re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", said) is not None

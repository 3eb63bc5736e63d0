"""The customer's own words, such as what is damaged."""

import re
from collections.abc import Callable

from assistant.conversation.reading.signals import brief, signals
from assistant.conversation.slots.case import Case
from assistant.conversation.slots.slot import Question, Reading, Slot

_LONGEST = 1000
_THANKS = re.compile(r"^\W*(?:ok(?:ay)?\W+)?(?:thanks?|thank you|cheers|ta|谢谢|多谢|感谢)(?![a-z])", re.IGNORECASE)
"""Begins with thanks: where it tells no damage, it answers nothing."""


class WordsSlot(Slot):
    """A description; any statement that answers the question.

    Args:
        name: of the slot.
        question: name of the reply text that asks.
        told: whether the first words of a task say it already.
    """

    def __init__(self, name: str, question: str, told: Callable[[str], bool] = lambda _: False) -> None:
        self.name = name
        self._question = question
        self._told = told

    def read(self, text: str, case: Case) -> Reading | None:
        """The message, when it was asked for; or when it began the task and says it already."""
        said = text.strip()[:_LONGEST]
        if case.first and said and self._told(text):
            return Reading((said,), sure=False)
        thanks = _THANKS.match(text) is not None and not self._told(text)
        social = thanks or signals().declines(text) or signals().affirms(text, "")
        tells_nothing = signals().asks(text) or (signals().bids(text) and not self._told(text))
        if case.task.asked != self.name or not said or social or tells_nothing:
            return None
        return Reading((said,), sure=brief(text))

    def question(self, case: Case) -> Question:
        """The question."""
        return Question(self._question)

"""The customer's own words, such as what is damaged."""

from assistant.conversation.tasks.case import Case
from assistant.conversation.tasks.signals import brief, signals
from assistant.conversation.tasks.slot import Question, Reading, Slot

_LONGEST = 1000


class WordsSlot(Slot):
    """A description; any statement that answers the question.

    Args:
        name: of the slot.
        question: name of the reply text that asks.
    """

    def __init__(self, name: str, question: str) -> None:
        self.name = name
        self._question = question

    def read(self, text: str, case: Case) -> Reading | None:
        """The message, when it was asked for."""
        said = text.strip()[:_LONGEST]
        social = signals().declines(text) or signals().affirms(text, "")
        if case.task.asked != self.name or not said or social:
            return None
        return Reading((said,), sure=brief(text))

    def question(self, case: Case) -> Question:
        """The question."""
        return Question(self._question)

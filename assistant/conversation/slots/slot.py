"""What a slot of a form can do: fill itself where there is no choice, ask, and read an answer."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field

from assistant.conversation.slots.case import Case


@dataclass(frozen=True)
class Reading:
    """Values that were found in a message.

    Attributes:
        values: for the slot.
        sure: whether the message is hardly anything else.
        problem: name of a reply text that says why the words can't be used; then there are no values.
        details: its variables.
        by_place: whether words like "the second one" chose them: these words say nothing else then.
    """

    values: tuple[str, ...]
    sure: bool = True
    problem: str = ""
    details: Mapping[str, object] = field(default_factory=dict)
    by_place: bool = False


@dataclass(frozen=True)
class Question:
    """One question to the customer.

    Attributes:
        text: name of the reply text.
        variables: for it.
        labels: short answers to offer.
        options: the value behind each label, as the slot reads it.
    """

    text: str
    variables: Mapping[str, object] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    options: tuple[str, ...] = ()


class Slot(ABC):
    """One thing that a form needs.

    Attributes:
        name: under which the task keeps it.
        rests_on: slots whose change makes this one's value worthless.
    """

    name: str
    rests_on: tuple[str, ...] = ()

    def needed(self, case: Case) -> bool:
        """Whether it must be known in this case."""
        return True

    def known(self, case: Case) -> bool:
        """Whether nothing is missing of it."""
        values = case.task.values(self.name)
        return bool(values) and all(values)

    def only(self, case: Case) -> tuple[str, ...] | None:
        """Its values where there is no choice, so that nobody need be asked."""
        return None

    @abstractmethod
    def read(self, text: str, case: Case) -> Reading | None:
        """Its values in a message; None where the message says nothing of it."""

    @abstractmethod
    def question(self, case: Case) -> Question:
        """How to ask for it, or for what is still missing of it."""

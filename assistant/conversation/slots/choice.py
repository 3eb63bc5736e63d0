"""A choice among a few fixed values: why an order is cancelled, why an item comes back, what is wanted instead."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from assistant.conversation.reading.answers import pick
from assistant.conversation.reading.signals import brief, plain
from assistant.conversation.slots.case import Case
from assistant.conversation.slots.slot import Question, Reading, Slot

_RULED_OUT = re.compile(
    r"\b(?:(?:rather |other )?than|instead of|not|no|(?:don't|do not|dont|didn't) (?:want|need|like))"
    r" (?:an?|another|the|any|to)\b[^,.;!?]*|(?:而不是|不(?:想)?要|不用|不需要|不想)[^，,。；;！!？?]+"
)
"""What a customer does not want, said beside what they do."""


class ChoiceSlot(Slot):
    """One of a few values.

    Args:
        name: of the slot; its values and their words stand in `choices.yaml`, their labels in `words.yaml`.
        question: name of the reply text that asks.
        unless_said: value that holds when the customer doesn't speak of it; None asks.
        otherwise: value that is taken when it was asked for and the answer brings none; None asks again.
        either: whether there are two values, one of which is wanted when the other is ruled out ("not another one").
    """

    def __init__(
        self,
        name: str,
        question: str,
        unless_said: str | None = None,
        *,
        either: bool = False,
        otherwise: str | None = None,
    ) -> None:
        self.name = name
        self.otherwise = otherwise
        self._question = question
        self._unless_said = unless_said
        self._either = either

    def only(self, case: Case) -> tuple[str, ...] | None:
        """What holds when nothing is said of it."""
        return (self._unless_said,) if self._unless_said else None

    def read(self, text: str, case: Case) -> Reading | None:
        """The value that the words mean."""
        if case.task.asked == self.name and (index := pick(case.task.labels, text)) is not None:
            return Reading((case.task.options[index],))
        value = self._chosen(plain(text))
        return None if value is None else Reading((value,), sure=brief(text) or not case.first)

    def _chosen(self, said: str) -> str | None:
        """The value that words mean; what they rule out ("rather than another one") is not meant."""
        if not self._either or (match := _RULED_OUT.search(said)) is None:
            return _first_in(self.name, said)
        wanted = _first_in(self.name, f"{said[: match.start()]} {said[match.end() :]}")
        out = _first_in(self.name, match[0])
        others = [value for value in _patterns(self.name) if value != out]
        return wanted or (others[0] if out is not None and len(others) == 1 else out)

    def guess(self, text: str, case: Case) -> Reading | None:
        """The value that words mean in which no pattern is found, if it is clear."""
        if case.meaning is None:
            return None
        value = case.meaning.nearest(text, _examples(self.name), _no_answers())
        return None if value is None else Reading((value,), sure=False)

    def question(self, case: Case) -> Question:
        """The values, as the customer's language says them."""
        labels = tuple(case.texts.word(self.name, value) for value in _patterns(self.name))
        variables: dict[str, object] = {"choices": list(labels)}
        if self._either:
            variables["item"] = case.texts.join([case.views.piece(piece) for piece in case.pieces])
        return Question(self._question, variables, labels, tuple(_patterns(self.name)))


def value_said(name: str, text: str) -> str | None:
    """The value of a choice that a text speaks of, whoever asked; None where it speaks of none."""
    return _first_in(name, plain(text))


def _first_in(name: str, said: str) -> str | None:
    return next((value for value, pattern in _patterns(name).items() if pattern.search(said)), None)


@lru_cache(maxsize=8)
def _patterns(name: str) -> dict[str, re.Pattern[str]]:
    return {value: re.compile(words.replace(" |", "|"), re.ASCII) for value, words in _choices()[name].items()}


def _examples(name: str) -> Mapping[str, Sequence[str]]:
    return cast(Mapping[str, Sequence[str]], _choices()["like"].get(name, {}))


def _no_answers() -> Sequence[str]:
    return cast(Sequence[str], _choices()["no_answer"])


@lru_cache(maxsize=1)
def _choices() -> dict[str, Any]:
    import yaml

    return cast(dict[str, Any], yaml.safe_load(Path(__file__).with_name("choices.yaml").read_text(encoding="utf-8")))

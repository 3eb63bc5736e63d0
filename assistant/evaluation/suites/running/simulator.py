"""Simulated customers: a script that answers what is asked from what it knows, or a model that is held to the card."""

import re
from typing import Protocol

from assistant.evaluation.card_player import CardPlayer, CustomerCard
from assistant.evaluation.suites.cases.forms import SimulatedCase
from assistant.evaluation.suites.running.seen import SeenTurn

_YES = {"en": "Yes, please do that.", "zh": "好的，确认。"}
_NO = {"en": "No, leave it as it is.", "zh": "不用了，先不改。"}


class Simulated(Protocol):
    """Plays one case."""

    name: str
    """Who plays; empty for the script."""

    def opening(self) -> str: ...
    def answer(self, seen: SeenTurn) -> str: ...
    def strayed(self) -> tuple[str, ...]: ...


class ModelSimulator:
    """A model that plays a case from its card.

    Args:
        player: with the case's card, as of `card_of`.
    """

    name = "model"

    def __init__(self, player: CardPlayer) -> None:
        self._player = player

    def opening(self) -> str:
        """The first message, as it stands on the card."""
        return self._player.next(None)

    def answer(self, seen: SeenTurn) -> str:
        """The next message; empty when a person took over, or the customer has nothing left to say."""
        if seen.handoff:
            self._player.taken_over()
            return ""
        return self._player.next(seen.text)

    def strayed(self) -> tuple[str, ...]:
        """What was said against the card."""
        return self._player.strayed()


def card_of(case: SimulatedCase) -> CustomerCard:
    """A case as a card for a model."""
    lines = [f"Goal: {case.goal}.", "What the customer knows:", *(f"- {known}" for known in case.knows.values())]
    if not case.confirms:
        lines.append("When a change is offered for confirmation, the customer says no and ends.")
    if case.wont_say:
        lines.append(f"The customer never says: {', '.join(case.wont_say)}.")
    return CustomerCard(
        text="\n".join(lines),
        language=case.language,
        wont_say=case.wont_say,
        opening=case.opening,
        longest=case.max_turns,
    )


class Simulator:
    """Plays one case; every answer stands on the case's card, so that nothing depends on a model's mood.

    Args:
        case: the card.
    """

    name = ""

    def __init__(self, case: SimulatedCase) -> None:
        self._case = case
        self._said: list[str] = []
        self._used: set[str] = set()
        self._settled = False

    def opening(self) -> str:
        """The first message."""
        return self._say(self._case.opening)

    def answer(self, seen: SeenTurn) -> str:
        """The next message; empty when the customer has nothing left to say."""
        case = self._case
        if self._settled or seen.handoff or len(self._said) >= case.max_turns:
            return ""
        if seen.proposal is not None:
            self._settled = True
            return self._say((_YES if case.confirms else _NO)[case.language])
        if "?" not in seen.text and "？" not in seen.text:
            return ""
        for asked, known in case.knows.items():
            if asked not in self._used and re.search(asked, seen.text, re.IGNORECASE):
                self._used.add(asked)
                return self._say(known)
        return self._say(case.otherwise)

    def strayed(self) -> tuple[str, ...]:
        """What was said against the card: words that the customer must not say."""
        said = "\n".join(self._said).casefold()
        return tuple(words for words in self._case.wont_say if words.casefold() in said)

    def _say(self, words: str) -> str:
        self._said.append(words)
        return words

"""A customer played by a script: answers what is asked from what they know, and says yes or no to a proposal."""

import re

from assistant.evaluation.suites.cases.forms import SimulatedCase
from assistant.evaluation.suites.running.seen import SeenTurn

_YES = {"en": "Yes, please do that.", "zh": "好的，确认。"}
_NO = {"en": "No, leave it as it is.", "zh": "不用了，先不改。"}


class Simulator:
    """Plays one case; every answer stands on the case's card, so that nothing depends on a model's mood.

    Args:
        case: the card.
    """

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

"""A local model helps to choose the passage; it never words the answer.

Measured on the shop's own questions, the default local model turns yes into no and swaps the numbers of a
table's rows in about one answer of six, beyond what checks can catch. What it does well is to choose: its
log-probabilities over the passages' letters are added to the retrieval's log-odds, and only where retrieval
alone is unsure.
"""

import math
from collections.abc import Sequence

from assistant.conversation.pages.extract import Sentences
from assistant.models.ladder import ModelLadder
from assistant.text.prompts import PromptLibrary
from assistant.tools.results import PassageView

_LETTERS = "ABCDE"
_TEXT_CHARS = 300
_SURE = 0.8
_AHEAD = 0.15
_WEIGHT = 0.5


class FaqChoice:
    """Puts the passage that answers first.

    Args:
        ladder: scores the letters.
        prompts: holds `faq/choose` and `faq/choices`.
        sentences: shortens passages to what matters for the question.
    """

    def __init__(self, ladder: ModelLadder, prompts: PromptLibrary, sentences: Sentences) -> None:
        self._ladder = ladder
        self._prompts = prompts
        self._sentences = sentences

    def needed(self, passages: Sequence[PassageView]) -> bool:
        """Whether retrieval alone is unsure which passage answers."""
        first, second = passages[0], passages[1] if len(passages) > 1 else None
        return first.score < _SURE and (second is None or first.score - second.score < _AHEAD)

    def choose(self, question: str, passages: Sequence[PassageView]) -> tuple[tuple[PassageView, ...], float]:
        """The passages, best first, and the probability that none of them answers.

        Raises:
            ModelUnavailable: no model answered in time.
        """
        from langchain_core.messages import HumanMessage, SystemMessage

        shown = list(passages[: len(_LETTERS) - 1])
        letters = _LETTERS[: len(shown) + 1]
        asked = self._prompts.render(
            "faq/choices",
            texts=[(letter, self._text(question, passage)) for letter, passage in zip(letters, shown, strict=False)],
            none_letter=letters[-1],
            question=question,
        )
        messages = [SystemMessage(self._prompts.render("faq/choose")), HumanMessage(asked)]
        scored = self._ladder.score_choices(messages, list(letters))
        if scored is None:
            return tuple(passages), 0.0
        weights = [
            _log_odds(passage.score) + _WEIGHT * math.log(max(scored.probabilities[letter], 1e-9))
            for letter, passage in zip(letters, shown, strict=False)
        ]
        order = sorted(range(len(shown)), key=lambda index: -weights[index])
        return tuple(shown[index] for index in order), scored.probabilities[letters[-1]]

    def _text(self, question: str, passage: PassageView) -> str:
        words = self._sentences.quote(question, passage.text)[:_TEXT_CHARS]
        return f"({passage.title} > {passage.heading}) {words}"


def _log_odds(probability: float) -> float:
    clipped = min(max(probability, 0.01), 0.99)
    return math.log(clipped / (1 - clipped))

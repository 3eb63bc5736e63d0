"""A second attempt at words that the check refused: the model is told what nothing supports, once."""

from collections.abc import Sequence

from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.turn import Part
from assistant.errors import ModelUnavailable
from assistant.models.ladder import ModelLadder
from assistant.text.prompts import PromptLibrary

_LANGUAGES = {"en": "English", "zh": "Chinese (中文)"}
_SOURCE_CHARS = 1500


class Rewording:
    """Asks for the same answer again, with the reason why the first one was refused.

    Args:
        ladder: its best rung words.
        prompts: holds `check/again`.
    """

    def __init__(self, ladder: ModelLadder, prompts: PromptLibrary) -> None:
        self._ladder = ladder
        self._prompts = prompts

    def again(self, part: Part, wrong: Sequence[str], question: str, texts: ReplyTexts) -> str:
        """Other words for a part; empty where no model answers in time.

        Args:
            part: what was refused, with its sources.
            wrong: its words that nothing supports.
            question: the customer's request, masked.
            texts: of the customer's language.
        """
        asked = self._prompts.render(
            "check/again",
            sources=[source.text[:_SOURCE_CHARS] for source in part.sources],
            question=question,
            answer=part.text,
            unsupported="; ".join(wrong),
            language_name=_LANGUAGES[texts.language],
        )
        try:
            return str(self._ladder.invoke(asked).text).strip()
        except ModelUnavailable:
            return ""

"""Translates an agent's own words by a model, where there is one; numbers, orders and promises must survive."""

from typing import Any

from assistant.conversation.grounding.check import Check
from assistant.errors import ModelUnavailable
from assistant.models.ladder import ModelLadder
from assistant.text.language import Language, has_han
from assistant.text.prompts import PromptLibrary
from assistant.text.quantities import quantities

_NAMES: dict[Language, str] = {"en": "English", "zh": "Chinese (中文)"}


class Translator:
    """Translates.

    Args:
        ladder: its best rung translates.
        prompts: holds `copilot/translate`.
        check: refuses what the original doesn't say.
    """

    def __init__(self, ladder: ModelLadder, prompts: PromptLibrary, check: Check) -> None:
        self._ladder = ladder
        self._prompts = prompts
        self._check = check

    @property
    def available(self) -> bool:
        """Whether there is a model that could translate."""
        return self._ladder.available

    def translate(self, text: str, language: Language) -> str:
        """`text` in `language`.

        Raises:
            ModelUnavailable: no model is set up, none answered, or its words say something else than the original.
        """
        from langchain_core.messages import HumanMessage, SystemMessage

        if not self._ladder.available:
            raise ModelUnavailable("no model is set up")
        prompt = self._prompts.render("copilot/translate", language_name=_NAMES[language])
        model: Any = self._ladder
        answer = str(model.invoke([SystemMessage(prompt), HumanMessage(text)]).text).strip()
        kept = {(quantity.kind, quantity.value) for quantity in quantities(text)}
        said = {(quantity.kind, quantity.value) for quantity in quantities(answer)}
        if (
            not answer
            or has_han(answer) != (language == "zh")
            or kept - said
            or self._check.unsupported(answer, [text])
        ):
            raise ModelUnavailable("the model's words are no faithful translation")
        return answer

"""The copilot's own words, from the files `prompts/copilot/en.yaml` and `zh.yaml`; a missing variable is an error."""

from typing import Any

from assistant.errors import OperatorError
from assistant.text.language import Language
from assistant.text.prompts import PromptLibrary


class CopilotWords:
    """Words in one language.

    Args:
        prompts: the prompt files.
        language: `en` or `zh`.
    """

    def __init__(self, prompts: PromptLibrary, language: Language) -> None:
        self._prompts = prompts
        self.language = language

    def say(self, group: str, key: str = "", /, **variables: str) -> str:
        """A phrase with its variables filled in; without a key, the one that the group's name stands for.

        Raises:
            OperatorError: there is no such phrase, or a variable of it was not given.
        """
        try:
            phrase = self._data[group][key] if key else self._data[group]
            return str(phrase).format(**variables)
        except KeyError as error:
            raise OperatorError(
                f"the copilot's phrase {group}.{key} is missing, or its variable {error} is",
                fix=f"correct {self._prompts.folder / 'copilot' / self.language}.yaml",
            ) from error

    def has(self, group: str, key: str) -> bool:
        """Whether there is a phrase."""
        return key in (self._data.get(group) or {})

    def all(self, group: str) -> dict[str, str]:
        """All phrases of a group."""
        return dict(self._data[group])

    @property
    def _data(self) -> dict[str, Any]:
        return self._prompts.data(f"copilot/{self.language}.yaml")

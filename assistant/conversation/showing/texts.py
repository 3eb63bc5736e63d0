"""Reply texts in the customer's language, from the files under `prompts/replies/`."""

from typing import Any

from assistant.text.language import Language
from assistant.text.prompts import PromptLibrary


class ReplyTexts:
    """Texts that customers read, in one language.

    Args:
        prompts: the prompt files.
        language: of the replies.
    """

    def __init__(self, prompts: PromptLibrary, language: Language) -> None:
        self._prompts = prompts
        self.language = language

    def say(self, name: str, /, **variables: object) -> str:
        """The reply text `name` with its variables filled in."""
        return self._prompts.render(f"replies/{self.language}/{name}", **variables)

    def has(self, name: str) -> bool:
        """Whether there is a reply text called `name`."""
        return (self._prompts.folder / "replies" / self.language / f"{name}.md").is_file()

    def word(self, group: str, key: str) -> str:
        """A word of `words.yaml`, such as the name of an order's state; `key` itself where it isn't listed."""
        return str(self._words[group].get(key, key))

    def word_or(self, group: str, key: str) -> str:
        """A word of `words.yaml`, or the group's `other` where `key` isn't listed."""
        words = self._words[group]
        return str(words.get(key, words.get("other", key)))

    def phrase(self, key: str, /, **parts: str) -> str:
        """A part of a sentence from the `phrases` of `words.yaml`, with its parts filled in."""
        return str(self._words["phrases"][key]).format(**parts)

    def join(self, parts: list[str]) -> str:
        """Parts as a list in a sentence."""
        return str(self._words["list_separator"]).join(parts)

    def from_price(self, price: str) -> str:
        """The lowest of several prices, in words."""
        return str(self._words["from"]).format(price=price)

    @property
    def _words(self) -> dict[str, Any]:
        return self._prompts.data(f"replies/{self.language}/words.yaml")

"""Yes, no, forget it, why: what a message says beside values, read by rule and strictly.

A yes is only a yes when nothing else is said with it; everything that changes a shop hangs on that.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from assistant.text.language import has_han

_BETWEEN = r"[\s,，.。!！~～、;；]*+"
_EDGE = r"(?![a-z])"
_LONGEST = 80
"""Characters of a message that can be a bare yes or no."""
_WORDS = 8
_HAN = 16


def plain(text: str) -> str:
    """The message with full-width forms and curly apostrophes made plain, lower case."""
    return unicodedata.normalize("NFKC", text).replace("’", "'").replace("‘", "'").strip().lower()


def brief(text: str) -> bool:
    """Whether a message is short enough to be nothing but an answer."""
    return len(text) <= _HAN if has_han(text) else len(text.split()) <= _WORDS


def _whole(pattern: str, text: str) -> bool:
    said = plain(text)
    return len(said) <= _LONGEST and re.fullmatch(pattern, said) is not None


@dataclass(frozen=True)
class Signals:
    """The patterns of `signals.yaml`."""

    data: dict[str, Any]

    def affirms(self, text: str, intent: str) -> bool:
        """Whether the message is a yes to a change of that intent, and nothing else.

        Args:
            text: the whole message.
            intent: what was proposed; "yes, cancel it" is no yes to a return.
        """
        go_on = self.data["go_on"].get(intent, "(?!)")
        yes, filler = self._joined("affirm"), self._joined("filler")
        lead = rf"\W*(?:(?!(?:{yes}){_EDGE})(?>(?:{filler}){_EDGE}){_BETWEEN})*+"
        more = rf"(?:{_BETWEEN}(?>(?:{go_on}|{yes}|{filler}){_EDGE}))*+"
        return _whole(rf"{lead}(?>(?:{yes}){_EDGE}){more}{_BETWEEN}", text)

    def declines(self, text: str) -> bool:
        """Whether the message is a no, and nothing else."""
        no, filler = self._joined("deny"), self._joined("filler")
        more = rf"(?:{_BETWEEN}(?>(?:{no}|{filler}){_EDGE}))*+"
        return _whole(rf"\W*(?>(?:{no}){_EDGE}){more}{_BETWEEN}", text)

    def drops(self, text: str) -> str | None:
        """What is said after "forget it" (may be empty); None where the message doesn't begin so."""
        match = re.match(
            rf"\W*(?:(?:no|ok|okay|oh|actually|well|sorry|那就|那|不|还是){_EDGE}[\s,，]*+)*(?:{self._joined('drop')}){_EDGE}"
            rf"(?:{_BETWEEN}(?>(?:{self._joined('filler')}){_EDGE}))*+{_BETWEEN}",
            plain(text),
        )
        return None if match is None else plain(text)[match.end() :]

    def asks_why(self, text: str) -> bool:
        """Whether the customer wants to know why they are asked."""
        return re.search(self._joined("why"), plain(text)) is not None

    def asks(self, text: str) -> bool:
        """Whether the message is a question."""
        return re.search(self._joined("question"), plain(text)) is not None

    def inquires(self, text: str) -> bool:
        """Whether the message wants to be told something without being a question ("track it", "查一下")."""
        return re.search(self._joined("inquire"), plain(text)) is not None

    def adds(self, text: str) -> bool:
        """Whether the message wants something more ("also")."""
        return re.search(self._joined("also"), plain(text)) is not None

    def corrects(self, text: str) -> bool:
        """Whether the message begins or marks a correction ("no, ...", "only the ...")."""
        lead = rf"^\W*(?:(?:{self._joined('affirm')})\W+)?(?:{self._joined('corrects')})"
        said = plain(text)
        return re.match(lead, said) is not None or re.search(self._joined("narrows"), said) is not None

    def adds_items(self, text: str) -> bool:
        """Whether items shall be added, taken out or multiplied, rather than swapped."""
        return re.search(self._joined("add_items"), plain(text)) is not None

    def speaks_of_address(self, text: str) -> bool:
        """Whether the message is about where the customer lives."""
        return re.search(self._joined("address"), plain(text)) is not None

    def _joined(self, name: str) -> str:
        return self._patterns[name]

    @cached_property
    def _patterns(self) -> dict[str, str]:
        folded = {name: re.sub(r"\s*\n\s*|\s+(?=\|)", "", text) for name, text in self.data.items() if name != "go_on"}
        return {name: re.sub(r"\s+\|", "|", text) for name, text in folded.items()}


@lru_cache(maxsize=1)
def signals() -> Signals:
    """The signals of the package, read once."""
    import yaml

    return Signals(yaml.safe_load(Path(__file__).with_name("signals.yaml").read_text(encoding="utf-8")))

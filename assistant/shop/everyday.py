"""What customers call things in everyday speech, in the vocabulary's words: "my vac", "the swan neck one", "扫地的"."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.shop.analysis import names_kind
from assistant.shop.vocabulary import vocabulary
from assistant.text.language import has_han
from assistant.text.spoken_amounts import amounts_in_digits

_SIZE_IN_WORDS = re.compile(r"\b(?:twenty|thirty|forty|fifty)(?:[- ]\w+)?(?=[- ]?inch)", re.IGNORECASE)


@dataclass(frozen=True)
class _Rule:
    kind: str
    pattern: re.Pattern[str]
    says: dict[str, str]
    alone: bool

    def said_for(self, found: re.Match[str]) -> str:
        """The vocabulary's words for what was found, in its language."""
        return self.says["zh" if has_han(found[0]) else "en"]


def in_shop_words(text: str, sells: Callable[[str], bool]) -> str:
    """`text` with the vocabulary's words for what it calls otherwise; as it is where it does so nowhere.

    Args:
        text: what a customer says.
        sells: whether the shop has a kind of product; what it doesn't have isn't meant.
    """
    text = _SIZE_IN_WORDS.sub(lambda size: amounts_in_digits(size[0]), text)
    for rule in _rules():
        if rule.pattern.search(text) and sells(rule.kind) and not (rule.alone and names_kind(text, vocabulary())):
            text = rule.pattern.sub(rule.said_for, text)
    return text


@lru_cache(maxsize=1)
def _rules() -> tuple[_Rule, ...]:
    import yaml

    data = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return tuple(
        _Rule(one["kind"], re.compile(one["words"], re.IGNORECASE), one["says"], one.get("alone", False))
        for one in data
    )

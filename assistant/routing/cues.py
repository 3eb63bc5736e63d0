"""The small words by which the router cuts, shortens and connects messages; they are data in `cues.yaml`."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.text.language import Language


@dataclass(frozen=True)
class LanguageCues:
    """Cues of one language.

    Args:
        additive: says that another request follows.
        sentence: stands between two sentences, each of which may be a request.
        weak: may stand between two requests, if what follows matches `begins`.
        begins: how requests begin.
        asks: found in requests, but not in the story around them.
        follows_up: a message that leans on the one before it.
        closes: a message so short that it may lean on the one before it.
        courtesy: greetings before and thanks behind a request.
        stop_words: words that ask for nothing.
        min_length: least words (Chinese: characters) of a request.
    """

    additive: re.Pattern[str]
    sentence: re.Pattern[str]
    weak: re.Pattern[str]
    begins: re.Pattern[str]
    asks: re.Pattern[str]
    follows_up: re.Pattern[str]
    closes: re.Pattern[str]
    courtesy: re.Pattern[str]
    stop_words: frozenset[str]
    min_length: int


@dataclass(frozen=True)
class Cues:
    """All cues: by language, and the words of option values by value."""

    language: dict[Language, LanguageCues]
    colors: dict[str, tuple[str, ...]]
    sizes: dict[str, tuple[str, ...]]
    numbers: dict[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def load_cues() -> Cues:
    """The cues of the package, read once."""
    import yaml

    data: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("cues.yaml").read_text(encoding="utf-8"))
    words = {
        name: {str(value): tuple(spoken) for value, spoken in data[name].items()}
        for name in ("colors", "sizes", "numbers")
    }
    return Cues(language={"en": _cues(data["language"]["en"]), "zh": _cues(data["language"]["zh"])}, **words)


def _cues(data: dict[str, Any]) -> LanguageCues:
    patterns = ("additive", "sentence", "weak", "begins", "asks", "follows_up", "closes", "courtesy")
    return LanguageCues(
        **{name: re.compile(data[name], re.IGNORECASE) for name in patterns},
        stop_words=frozenset(data["stop_words"].split()),
        min_length=data["min_length"],
    )
